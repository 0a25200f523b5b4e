"""The arithmetic of budgets, amounts in capitals, and what lines come to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.kernel.errors import Invalid
from planner.resources import rules
from planner.resources.rules import Every, Line, Standing

AMOUNT = st.integers(1, 10**12)


@given(AMOUNT, AMOUNT, AMOUNT)
def test_a_request_that_is_approved_and_spent_leaves_nothing_waiting(given_: int, asked: int, paid: int) -> None:
    paid = min(paid, asked)
    entries = [rules.allocate(given_ + asked), rules.reserve(asked), rules.commit(asked, asked)]
    entries += [rules.spend(paid, paid), rules.release(committed=asked - paid)]
    standing = rules.sum_of(entries)
    assert standing == Standing(given_ + asked, 0, 0, paid)
    assert standing.available == given_ + asked - paid
    assert standing.sound


@given(st.lists(st.sampled_from(["allocate", "reserve", "commit", "release", "spend"]), max_size=30), st.data())
def test_no_entry_that_fits_ever_spends_more_than_there_is(kinds: list[str], data: st.DataObject) -> None:
    """Whatever comes in whatever order: what `fits` lets through keeps every sum at or above zero."""
    standing = Standing()
    for kind in kinds:
        amount = data.draw(st.integers(-500, 1000))
        part = data.draw(st.integers(0, 1000))
        booking = {
            "allocate": rules.allocate(amount),
            "reserve": rules.reserve(amount),
            "commit": rules.commit(amount, part),
            "release": rules.release(part, max(0, amount)),
            "spend": rules.spend(amount, part),
        }[kind]
        if rules.fits(standing, booking):
            standing = standing.after(booking)
            assert standing.committed + standing.spent <= standing.allocated
            assert min(standing.reserved, standing.committed, standing.spent) >= 0
            back = rules.reverse(booking)
            assert standing.after(back).after(booking) == standing


def test_what_waits_is_shown_but_refuses_nobody() -> None:
    standing = rules.sum_of([rules.allocate(100), rules.reserve(80), rules.reserve(70)])
    assert (standing.available, standing.free) == (100, -50)
    assert rules.fits(standing, rules.commit(80, 80))
    assert not rules.fits(standing.after(rules.commit(80, 80)), rules.commit(70, 70))


@pytest.mark.parametrize(
    ("minor", "told"),
    [
        # 支付结算办法 附一 第三条
        (1_409_50, "壹仟肆佰零玖元伍角整"),
        (6_007_14, "陆仟零柒元壹角肆分"),
        (1_680_32, "壹仟陆佰捌拾元零叁角贰分"),
        (107_000_53, "壹拾万柒仟元零伍角叁分"),
        (16_409_02, "壹万陆仟肆佰零玖元零贰分"),
        (325_04, "叁佰贰拾伍元零肆分"),
        (80_000_00, "捌万元整"),
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (10_000_000_00, "壹仟万元整"),
        (100_000_000_00, "壹亿元整"),
        (100_000_005_00, "壹亿零伍元整"),
        (2_000_0300_00, "贰仟万零叁佰元整"),
        (1_0010_0001_00, "壹亿零壹拾万零壹元整"),
        (-100, "负壹元整"),
    ],
)
def test_amounts_in_capitals(minor: int, told: str) -> None:
    assert rules.in_capitals(minor) == told


VALUES = dict(zip("零壹贰叁肆伍陆柒捌玖", range(10), strict=True))


def _read(text: str) -> int:
    """The opposite of writing in capitals, by another way."""
    whole, _sign, rest = text.removesuffix("整").rpartition("元")
    if "元" not in text:
        whole, rest = "", text.removesuffix("整")
    total = section = digit = 0
    for char in whole:
        if char in VALUES:
            digit = VALUES[char]
        elif char in "拾佰仟":
            section += digit * {"拾": 10, "佰": 100, "仟": 1000}[char]
            digit = 0
        elif char == "万":
            total += (section + digit) * 10_000
            section = digit = 0
        elif char == "亿":
            total = (total + section + digit) * 100_000_000
            section = digit = 0
    minor = (total + section + digit) * 100
    for place, worth in (("角", 10), ("分", 1)):
        if place in rest:
            minor += VALUES[rest[rest.index(place) - 1]] * worth
    return minor


@given(st.integers(0, 10**13))
def test_what_is_written_in_capitals_reads_as_the_same_amount(minor: int) -> None:
    told = rules.in_capitals(minor)
    assert _read(told) == minor
    assert "零零" not in told


def test_lines_add_up_to_the_cent() -> None:
    lines = [Line("灯", Decimal(3), 199_99), Line("支架", Decimal("1.5"), 33), Line("线", Decimal("0.333"), 100)]
    assert [line.amount for line in lines] == [599_97, 50, 33]
    assert rules.check_lines(lines) == 599_97 + 50 + 33


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (Line("", Decimal(1), 100), "item"),
        (Line("灯", Decimal(0), 100), "quantity"),
        (Line("灯", Decimal(-1), 100), "quantity"),
        (Line("灯", Decimal("NaN"), 100), "quantity"),
        (Line("灯", Decimal("Infinity"), 100), "quantity"),
        (Line("灯", Decimal(1), 0), "price"),
        (Line("灯", Decimal(1), -5), "price"),
        (Line("灯", Decimal("0.001"), 1), "price"),
        (Line("灯", Decimal(10**7), 1), "quantity"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused_beside_it(line: Line, field: str) -> None:
    with pytest.raises(Invalid) as told:
        rules.check_lines([Line("好", Decimal(1), 1), line])
    assert set(told.value.fields) == {f"lines.1.{field}"}


def test_the_sum_is_bounded() -> None:
    with pytest.raises(Invalid):
        rules.check_lines([Line("灯", Decimal(1_000_000), 10**13)])


@pytest.mark.parametrize(
    ("day", "every", "then"),
    [
        (date(2026, 1, 31), Every.MONTH, date(2026, 2, 28)),
        (date(2028, 1, 30), Every.MONTH, date(2028, 2, 29)),
        (date(2026, 11, 30), Every.QUARTER, date(2027, 2, 28)),
        (date(2028, 2, 29), Every.YEAR, date(2029, 2, 28)),
        (date(2026, 12, 5), Every.MONTH, date(2027, 1, 5)),
    ],
)
def test_a_renewal_stays_within_its_month(day: date, every: Every, then: date) -> None:
    assert rules.nth_renewal(day, every, 1) == then


def test_a_forecast_waits_until_there_is_something_to_go_by() -> None:
    standing = Standing(allocated=1000, committed=100, spent=200)
    first, last = date(2026, 10, 1), date(2026, 12, 31)
    assert rules.burn(standing, first, last, date(2026, 10, 5)).forecast is None
    half = rules.burn(standing, first, last, date(2026, 11, 15))
    assert (half.gone, half.used, half.forecast) == (46 / 92, 0.3, 600)
    assert rules.burn(standing, first, last, date(2027, 1, 1)).forecast == 300
    assert rules.burn(standing, first, last, date(2026, 10, 12)).runs_out


def test_another_line_or_paper_is_another_thing_to_sign() -> None:
    seen = {"amount": 100, "lines": [["灯", "1", 100, 100, "", ""]], "papers": [1]}
    assert rules.digest(seen) == rules.digest(dict(reversed(seen.items())))
    assert rules.digest(seen) != rules.digest(seen | {"papers": [2]})
    assert rules.digest(seen) != rules.digest(seen | {"amount": 101})
