"""Derived columns of a platform's file against its own base columns: what differs beyond rounding is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.base.actor import acting
from planner.outcomes.queries import imports
from planner.outcomes.rules import checking, compass, sample
from planner.outcomes.rules.checking import Difference
from tests.cast import Cast
from tests.outcomes.conftest import Bring, read, row

Client = Callable[[str], Any]
START = datetime(2026, 9, 7, 8, 55, 37, tzinfo=UTC)
END = START + timedelta(hours=16, minutes=4, seconds=57)
HELD = {
    key: Decimal(value)
    for key, value in (
        ("viewers", "16614"), ("views", "22996"), ("gmv", "68328.31"), ("paid_amount", "66881.32"), ("orders", "1777"),
        ("buyers", "1702"), ("clicks", "10849"), ("clickers", "7085"), ("product_exposures", "69054"),
        ("product_exposed_users", "13685"), ("refund_1h_amount", "12053.73"), ("refund_1h_orders", "302"),
        ("net_gmv", "56274.58"), ("net_orders", "1475"), ("coupon_paid", "6688.13"), ("minutes", "964"),
    )
}  # fmt: skip
REAL = {
    "product_ctr_times": "0.1571", "product_ctr": "0.5177", "click_pay_rate_times": "0.1638", "click_pay_rate": "0.2402",
    "view_pay_rate_times": "0.0773", "view_pay_rate": "0.1024", "viewers_per_hour": "1033.048", "paid_per_hour": "4158.64",
    "refund_1h_rate": "0.1764", "coupon_share": "0.1",
}  # fmt: skip
TOLD = {key: Decimal(value) for key, value in REAL.items()}
WRITTEN = {**dict.fromkeys(REAL, 4), "viewers_per_hour": 3, "paid_per_hour": 2}


def odd(held: dict[str, Decimal], told: dict[str, Decimal], **more: Any) -> list[str]:
    """The figures that differ."""
    asked = {"start": START, "end": END, "written": WRITTEN} | more
    return [found.key for found in checking.differences(held, told, **asked)]


def test_every_derived_column_of_a_real_row_is_compared_and_agrees() -> None:
    assert set(TOLD) == compass.CHECKED
    assert odd(HELD, TOLD) == []


@pytest.mark.parametrize("key", [*REAL, "net_gmv", "net_orders", "minutes"])
def test_each_of_them_is_told_when_it_is_off(key: str) -> None:
    steps = {"minutes": "2", "net_gmv": "0.02", "net_orders": "1", "viewers_per_hour": "0.02", "paid_per_hour": "0.02"}
    step = Decimal(steps.get(key, "0.0002"))
    for by in (step, -step):
        held, told = dict(HELD), dict(TOLD)
        (told if key in told else held)[key] += by
        assert odd(held, told) == [key]


@pytest.mark.parametrize(
    ("missing", "silent"),
    [
        ("gmv", {"refund_1h_rate", "net_gmv"}),
        ("refund_1h_amount", {"refund_1h_rate", "net_gmv"}),
        ("refund_1h_orders", {"net_orders"}),
        ("viewers", {"viewers_per_hour", "view_pay_rate"}),
        ("coupon_paid", {"coupon_share"}),
    ],
)
def test_what_its_parts_are_missing_for_can_not_be_compared(missing: str, silent: set[str]) -> None:
    held = {key: value for key, value in HELD.items() if key != missing}
    nonsense = {key: Decimal(77) for key in TOLD}
    every = {*odd(HELD | {"net_gmv": Decimal(1), "net_orders": Decimal(1)}, nonsense)}
    assert every - {*odd(held | {"net_gmv": Decimal(1), "net_orders": Decimal(1)}, nonsense)} == silent


def test_a_whole_of_nothing_has_no_share_and_is_no_fault() -> None:
    none = {"coupon_paid": Decimal(0), "paid_amount": Decimal(0), "gmv": Decimal(0), "refund_1h_amount": Decimal(0)}
    assert odd(
        HELD | none, {"coupon_share": Decimal(0), "refund_1h_rate": Decimal(0), "paid_per_hour": Decimal(0)}
    ) == ["net_gmv"]


def test_without_an_end_the_hours_are_as_rough_as_the_minutes_of_the_file() -> None:
    assert odd(HELD, TOLD, end=None) == []
    assert odd(HELD, {"viewers_per_hour": Decimal(1036)}, end=None) == ["viewers_per_hour"]
    assert odd({"viewers": Decimal(9)}, {"viewers_per_hour": Decimal(5)}, end=None) == [], "no hours, no comparison"


def test_a_column_in_whole_per_cent_is_compared_as_it_is_written() -> None:
    short = [{"product_ctr": Decimal("0.52"), "viewers_per_hour": Decimal(1033)}]
    written = checking.places(short)
    assert written == {"product_ctr": 2, "viewers_per_hour": 0}
    assert odd(HELD, short[0], written=written) == []
    assert odd(HELD, {"product_ctr": Decimal("0.54"), "viewers_per_hour": Decimal(1035)}, written=written) == [
        "product_ctr",
        "viewers_per_hour",
    ]
    assert checking.places([{"a": Decimal("0.5")}, {"a": Decimal("0.5177")}, {"a": Decimal(1)}]) == {"a": 4}


@given(
    st.integers(1, 10**7), st.integers(0, 10**7), st.integers(60, 100_000), st.integers(2, 4),
    st.sampled_from([ROUND_DOWN, ROUND_HALF_UP]),
)  # fmt: skip
def test_what_is_only_rounded_or_cut_never_differs(whole: int, part: int, seconds: int, places: int, way: str) -> None:
    held = {"paid_amount": Decimal(whole), "coupon_paid": Decimal(part), "viewers": Decimal(part)}
    ours = checking.ours(held, START, START + timedelta(seconds=seconds))
    told = {key: ours[key].quantize(Decimal(1).scaleb(-places), way) for key in ("coupon_share", "viewers_per_hour")}
    assert odd(held, told, end=START + timedelta(seconds=seconds), written=checking.places([told])) == []


@pytest.mark.engines
def test_a_difference_is_shown_at_its_row_and_above_all_rows(
    client_of: Client, bring: Bring, cast: Cast, shows: list[int]
) -> None:
    text = read("compass_utf8bom.csv").decode("utf-8-sig")
    for was, now in ((",0.5177,", ",0.5277,"), (",0.1658,", ",0.2658,"), (",1127.13,", ",1130.5,")):
        assert was in text
        text = text.replace(was, now)
    made, lead = bring(text.encode()), client_of("lead")
    with acting(cast.actors["lead"]):
        found = [v.differs for v in imports.import_page(made).rows]
    assert [[each.key for each in row] for row in found] == [
        ["product_ctr"], [], ["refund_1h_rate"], ["viewers_per_hour"], [],
    ]  # fmt: skip
    first = found[0][0]
    assert (first.told, round(first.ours, 4)) == (Decimal("0.5277"), Decimal("0.5177"))
    page = lead.get(f"/imports/{made}").text
    for told in (
        "In 3 rows the file does not agree with itself", "row 2", "row 4", "row 5",
        "Refund rate within 1 h (amount): the file says 26.58%, we compute 16.58%",
        "Viewers per hour: the file says 1,130.50, we compute 1,127.13",
    ):  # fmt: skip
        assert told in page, told
    lead.post_form("/me/language", {"language": "zh_Hans_CN"})
    page = lead.get(f"/imports/{made}").text
    assert "有 3 行的数据前后对不上" in page
    assert "1小时退款率（金额）：文件为 26.58%，我们算得 16.58%" in page


@pytest.mark.engines
@pytest.mark.parametrize("name", ["compass.xlsx", "compass_gb18030.csv", "compass_old.csv"])
def test_the_samples_and_our_own_sample_agree_with_themselves(name: str, bring: Bring, cast: Cast) -> None:
    for data in (
        read(name),
        sample.as_csv([row("2026-09-09 20:00:13", 247, **{k: str(v) for k, v in sample.HELD.items()})]),
    ):
        made = bring(data)
        with acting(cast.actors["lead"]):
            assert [v.differs for v in imports.import_page(made).rows if v.differs] == []


def test_a_difference_says_which_figure_and_both_numbers() -> None:
    found = checking.differences(HELD, {"refund_1h_rate": Decimal("0.2")}, START, END, {"refund_1h_rate": 4})
    assert found == [Difference("refund_1h_rate", Decimal("0.2"), HELD["refund_1h_amount"] / HELD["gmv"])]
