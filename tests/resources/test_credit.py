"""Credit of ad accounts: a wrong entry is taken back, brought back, corrected; every row stays, and shows are booked anew."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from planner.base import unit as units
from planner.base.actor import acting
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.resources import queries, services
from planner.resources.models import AdCredit
from planner.resources.queries import credits as listed
from planner.resources.rules.credits import chains, stands
from planner.resources.rules.envelopes import CreditKind
from planner.resources.services import CreditIn
from tests.resources import enveloped
from tests.resources.conftest import DAY, YUAN, Money, today

Client = Callable[[str], Any]
RECHARGE, GIFTED, USED = CreditKind.RECHARGE, CreditKind.GIFTED, CreditKind.GIFTED_SPENT


class _Row:
    def __init__(self, row_id: int, reverses_id: int | None) -> None:
        self.id, self.reverses_id = row_id, reverses_id


@given(st.lists(st.integers(0, 5), max_size=30))
def test_an_entry_counts_when_it_was_brought_back_as_often_as_taken(acts: list[int]) -> None:
    """Whatever follows whatever: what counts is what the amounts come to."""
    rows, last, signs = list[_Row](), dict[int, int](), dict[int, int]()
    for act in acts:
        row = _Row(len(rows) + 1, last.get(act))
        rows.append(row)
        signs[act] = signs.get(act, 0) + (1 if (act not in last or signs[act] == 0) else -1)
        last[act] = row.id
    folded = chains(rows)
    assert sorted(stands(chain) for chain in folded.values()) == sorted(bool(sign) for sign in signs.values())


def _add(money: Money, yuan: int, kind: CreditKind = RECHARGE, who: str = "lead", **more: Any) -> int:
    with acting(money.cast.actors[who]):
        return services.add_credit(money.cast.channel, kind, yuan * YUAN, today(), **more)


def _sums(money: Money) -> dict[CreditKind, int]:
    with acting(money.cast.actors["lead"]):
        return {kind: amount // YUAN for kind, amount in queries.credit().sums.items() if amount}


def _written(money: Money) -> list[tuple[int, int | None, int | None]]:
    with acting(money.cast.actors["lead"]), units.reading() as unit:
        rows = unit.session.scalars(select(AdCredit).order_by(AdCredit.id))
        return [(row.amount // YUAN, row.reverses_id, row.corrects_id) for row in rows]


@pytest.mark.engines
def test_a_mistake_is_taken_back_and_brought_back_as_often_as_one_likes(money: Money) -> None:
    made = _add(money, 500)
    with acting(money.cast.actors["manager"]):
        with pytest.raises(Invalid):
            services.take_credit_back(made, " ")
        with pytest.raises(Refused):
            services.bring_credit_back(made)
        for _again in range(2):
            services.take_credit_back(made, "记错账号")
            assert _sums(money) == {}
            with pytest.raises(Refused):
                services.take_credit_back(made, "再来")
            services.bring_credit_back(made)
            assert _sums(money) == {RECHARGE: 500}
        (row,) = queries.credit().rows
    assert [(turn.back, turn.by, turn.reason) for turn in row.turns[:2]] == [
        (True, "周经理", "记错账号"),
        (False, "周经理", ""),
    ]
    assert row.counts and [amount for amount, *_rest in _written(money)] == [500, -500, 500, -500, 500]


@pytest.mark.engines
def test_ones_own_of_today_is_taken_back_without_a_word(money: Money) -> None:
    made, old = _add(money, 500), _add(money, 70)
    with acting(money.cast.actors["manager"]), pytest.raises(Invalid):
        services.take_credit_back(made)
    with clock.standing(clock.now() + timedelta(days=2)), acting(money.cast.actors["lead"]), pytest.raises(Invalid):
        services.take_credit_back(old)
    with acting(money.cast.actors["lead"]):
        services.take_credit_back(made)
    assert _sums(money) == {RECHARGE: 70}


@pytest.mark.engines
def test_a_correction_names_what_it_corrects_and_can_be_undone(money: Money) -> None:
    made = _add(money, 5_000)
    right = CreditIn(money.cast.channel, GIFTED, 500 * YUAN, today() - DAY, None, "其实是赠款")
    with acting(money.cast.actors["lead"]):
        later = services.correct_credit(made, right, "多写了一个零")
        assert _sums(money) == {GIFTED: 500}
        rows = {row.id: row for row in queries.credit().rows}
        assert (rows[made].counts, rows[made].corrected, rows[made].turns[0].reason) == (
            False,
            500 * YUAN,
            "多写了一个零",
        )
        assert (rows[later].counts, rows[later].was, rows[later].day) == (True, 5_000 * YUAN, today() - DAY)
        services.bring_credit_back(made)
    assert _sums(money) == {RECHARGE: 5_000}
    assert _written(money) == [
        (5_000, None, None), (500, None, made), (-5_000, made, None), (-500, later, None), (5_000, made + 2, None),
    ]  # fmt: skip


@pytest.mark.engines
def test_a_correction_of_a_correction_is_brought_back_step_by_step(money: Money) -> None:
    made = _add(money, 1)
    with acting(money.cast.actors["lead"]):
        second = services.correct_credit(made, CreditIn(money.cast.channel, RECHARGE, 2 * YUAN, today()), "二")
        third = services.correct_credit(second, CreditIn(money.cast.channel, RECHARGE, 3 * YUAN, today()), "三")
        with pytest.raises(Refused):
            services.bring_credit_back(made)
        services.bring_credit_back(second)
        assert _sums(money) == {RECHARGE: 2}
        services.bring_credit_back(made)
        assert _sums(money) == {RECHARGE: 1}
        assert not queries.one_credit(third).counts


@pytest.mark.engines
@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"amount": 0}, "amount"), ({"amount": 10**16}, "amount"), ({"day": today() + 2 * DAY}, "day"),
        ({"kind": USED}, "session_id"), ({}, "amount"), ({"reason": ""}, "reason"),
    ],
)  # fmt: skip
def test_a_correction_that_makes_no_sense_changes_nothing(money: Money, more: dict[str, Any], field: str) -> None:
    made = _add(money, 5)
    told = {"channel_id": money.cast.channel, "kind": RECHARGE, "amount": 500, "day": today()} | more
    reason = told.pop("reason", "因为")
    with acting(money.cast.actors["lead"]), pytest.raises(Invalid) as caught:
        services.correct_credit(made, CreditIn(**told), reason)
    assert set(caught.value.fields) == {field}
    assert _written(money) == [(5, None, None)]


@pytest.mark.engines
def test_the_show_is_booked_anew_with_what_counts(money: Money) -> None:
    request = enveloped.approved(money)
    show = enveloped.show(money, ("member",))
    enveloped.read(money, show, 9000, 1000)
    enveloped.draw(money, enveloped.envelope_of(money, request), show, 2000)
    enveloped.finish(money, show, "2000")
    later = clock.now() + 2 * DAY
    with clock.standing(later), acting(money.cast.actors["lead"]):
        made = services.add_credit(money.cast.channel, USED, 600 * YUAN, today(), show)
        assert enveloped.own(money, request).spent == 1400
        changed = services.correct_credit(
            made, CreditIn(money.cast.channel, USED, 60 * YUAN, today(), show), "多一个零"
        )
        assert enveloped.own(money, request).spent == 1940
        services.take_credit_back(changed, "没用赠款")
        assert enveloped.own(money, request).spent == 2000
        services.bring_credit_back(made)
        assert enveloped.own(money, request).spent == 1400
    money.standing("ads")


@pytest.mark.engines
def test_who_may_and_whose_it_is(money: Money) -> None:
    made = _add(money, 5)
    for who in ("member", "viewer"):
        with acting(money.cast.actors[who]), pytest.raises(Forbidden):
            services.take_credit_back(made, "x")
    with acting(money.cast.actors["outsider"]):
        for act in (
            services.bring_credit_back,
            lambda row_id: services.take_credit_back(row_id, "x"),
            queries.one_credit,
        ):
            with pytest.raises(NotFound):
                act(made)
    with acting(money.cast.actors["lead"]):
        services.take_credit_back(made, "x")
        with pytest.raises(Refused):
            services.take_credit_back(made + 1, "the opposite row is no entry")
        with pytest.raises(NotFound):
            queries.one_credit(made + 1)


# ------------------------------------------------------------------- pages


def _sent(page: str, **more: str) -> dict[str, str]:
    chosen = {"kind": "recharge", "amount": "", "day": str(today()), "session_id": "", "note": ""}
    for name in ("amount", "note"):
        found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
        chosen[name] = found[1] if found else ""
    return {**chosen, **more}


def test_it_is_put_right_on_the_pages_without_javascript(client_of: Client, money: Money) -> None:
    lead = client_of("lead").in_english()
    told = {"channel_id": str(money.cast.channel), "kind": "recharge", "amount": "5,000", "day": str(today())}
    assert lead.post_form("/budget/credit", told).status_code == 303
    page = lead.get("/budget/credit").text
    (undo,) = set(re.findall(r"/budget/credit/\d+/undo", page))
    (path,) = set(re.findall(r"/budget/credit/\d+/correct", page))
    form = lead.get(path).text
    assert 'value="5,000.00"' in form
    typed = _sent(form, channel_id=str(money.cast.channel), amount="500", reason="")
    refused = lead.post_form(path, typed)
    assert refused.status_code == 422 and 'value="500"' in refused.text
    assert lead.post_form(path, {**typed, "reason": "一个零"}).status_code == 303
    page = lead.get("/budget/credit").text
    assert "<s>¥5,000.00</s>" in page and "corrected to ¥500.00" in page and "instead of ¥5,000.00" in page
    back = path.replace("correct", "bring-back")
    assert back in page, "the strip offers to undo it"
    assert lead.post_form(back, {}).status_code == 303
    assert _sums(money) == {RECHARGE: 5_000}
    assert lead.post_form(undo, {}).status_code == 303
    assert _sums(money) == {}
    assert lead.post_form(path.replace("correct", "take-back"), {"reason": "x"}).status_code == 422
    assert client_of("outsider").get(path).status_code == 404
    assert client_of("member").get(path).status_code == 403


def test_older_entries_are_on_the_next_page(client_of: Client, money: Money, monkeypatch: pytest.MonkeyPatch) -> None:
    for yuan in (1, 2, 3):
        _add(money, yuan, note=f"第{yuan}笔")
    monkeypatch.setattr(listed, "A_PAGE", 2)
    lead = client_of("lead")
    first = lead.get("/budget/credit").text
    assert "第3笔" in first and "第2笔" in first and "第1笔" not in first
    (older,) = set(re.findall(r"/budget/credit\?before=\d+", first))
    assert "第1笔" in lead.get(older).text


def test_credit_is_taken_away_with_what_counts(client_of: Client, money: Money) -> None:
    made = _add(money, 5_000, note="=1")
    with acting(money.cast.actors["lead"]):
        services.correct_credit(made, CreditIn(money.cast.channel, RECHARGE, 500 * YUAN, today()), "一个零")
    lead = client_of("lead").in_english()
    assert "/budget/credit.csv" in lead.get("/budget/credit").text
    told = lead.get("/budget/credit.csv").get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(told)))
    assert [(row["Amount"], row["Amount that counts"]) for row in rows] == [("500.00", "500.00"), ("5000.00", "0.00")]
    assert (rows[1]["Corrected to"], rows[1]["Taken back because"], rows[1]["Note"]) == ("500.00", "一个零", "'=1")
    assert lead.get("/budget/credit.xlsx").get_data()[:2] == b"PK"
    assert client_of("member").get("/budget/credit.csv").status_code == 403
    assert "一个零" not in client_of("outsider").get("/budget/credit.csv").get_data().decode("utf-8-sig")


def test_the_page_of_an_envelope_shows_what_the_account_has_and_a_show_on_air_can_be_named(
    client_of: Client, money: Money
) -> None:
    request = enveloped.approved(money)
    with acting(money.cast.actors["lead"]):
        services.add_credit(money.cast.channel, RECHARGE, 50_000 * YUAN, today() - 10 * DAY)
    lead = client_of("lead").in_english()
    assert "¥50,000.00" in lead.get(f"/requests/{request}/envelope").text, "paid in before its first day"
    made = enveloped.show(money)
    assert f'<option value="{made}">' in lead.get("/budget/credit").text
