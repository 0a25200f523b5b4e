"""Money between budgets: transfers that are decided on a page of their own, and what a period carries forward."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from planner.base.actor import acting
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.kernel.permissions import Role
from planner.plan import services as plan
from planner.resources import queries, services
from planner.resources.rules import Stays
from tests.resources.conftest import DAY, YUAN, Money, today

Client = Callable[[str], Any]


def _later(money: Money, name: str = "下一季度", first: int = 51) -> int:
    with acting(money.cast.actors["lead"]):
        return plan.add_period(name, today() + first * DAY, today() + (first + 89) * DAY)


def _propose(money: Money, yuan: int, source: str = "equipment", target: str = "training") -> int:
    with acting(money.cast.actors["lead"]):
        return services.propose_transfer(money.budgets[source], money.budgets[target], yuan * YUAN, "培训不够")


def _freeze(money: Money, key: str, frozen: bool = True) -> None:
    with acting(money.cast.actors["manager"]):
        services.freeze(money.budgets[key], frozen)


# ------------------------------------------------------------------- transfers


@pytest.mark.engines
def test_nothing_moves_out_of_a_frozen_budget(money: Money) -> None:
    made = _propose(money, 5_000)
    _freeze(money, "equipment")
    with acting(money.cast.actors["manager"]), pytest.raises(Refused):
        services.decide_transfer(made, 1, True)
    with pytest.raises(Invalid) as told:
        _propose(money, 1)
    assert set(told.value.fields) == {"from_id"}
    _freeze(money, "equipment", False)
    with acting(money.cast.actors["manager"]):
        services.decide_transfer(made, 1, True)
    assert money.standing("training").allocated == 25_000 * YUAN


def test_an_approval_that_fails_says_why_and_what_to_do(client_of: Client, money: Money) -> None:
    made, manager = _propose(money, 5_000), client_of("manager").in_english()
    place = f"/budget/transfers/{made}"
    _freeze(money, "equipment")
    failed = manager.post_form(f"{place}/decide", {"version": "1", "approve": "y"})
    assert failed.status_code in (409, 422)
    assert "Approve the transfer" in failed.text and "Refuse the transfer" not in failed.text
    assert "Not approved: nothing has moved." in failed.text and "is frozen: open it again" in failed.text
    assert f'href="/budget/{money.budgets["equipment"]}"' in failed.text
    assert 'value="y"' not in failed.text, "no button that would only fail again"
    _freeze(money, "equipment", False)
    page = manager.get(f"{place}/decide").text
    assert 'name="approve"' in page and "¥95,000.00" in page
    assert manager.post_form(f"{place}/decide", {"version": "1", "approve": "y"}).status_code == 303
    again = manager.post_form(f"{place}/decide", {"version": "2", "approve": "y"})
    assert again.status_code in (409, 422) and "Somebody has decided this already." in again.text


def test_too_large_a_transfer_says_what_is_missing(client_of: Client, money: Money) -> None:
    made = _propose(money, 20_000, "training", "equipment")
    money.approve("lead", money.ask(yuan=1, category_id=money.categories["training"]))
    page = client_of("manager").in_english().post_form(
        f"/budget/transfers/{made}/decide", {"version": "1", "approve": "y"}
    )  # fmt: skip
    assert page.status_code in (409, 422) and "¥1.00 are missing in Training" in page.text


def test_refusing_has_a_page_of_its_own_and_needs_a_reason(client_of: Client, money: Money) -> None:
    made, manager = _propose(money, 5_000), client_of("manager").in_english()
    place = f"/budget/transfers/{made}/refuse"
    assert f'href="{place}"' in manager.get("/budget").text
    page = manager.get(place).text
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert version and ">optional<" not in page
    empty = manager.post_form(place, {"version": version[1], "answer": " "})
    assert empty.status_code == 422 and 'id="answer-error"' in empty.text
    assert manager.post_form(place, {"version": version[1], "answer": "先留着"}).status_code == 303
    assert money.standing().allocated == 100_000 * YUAN
    old = manager.post_form(f"/budget/transfers/{made}/decide", {"version": "1"})
    assert old.headers["Location"].endswith("/refuse"), "a form without the word approves nothing"
    assert client_of("lead").get(place).status_code == 403
    assert client_of("outsider").get(place).status_code in (403, 404)


def test_whoever_proposes_reads_who_else_can_decide(client_of: Client, money: Money) -> None:
    manager = client_of("manager").in_english()
    path = f"/budget/periods/{money.period}/transfer"
    assert "Nobody else is a manager" in manager.get(path).text
    money.person("云姐", Role.MANAGER)
    page = manager.get(path).text
    assert "云姐 can decide." in page and "¥100,000.00 available" in page
    sent = {"from_id": str(money.budgets["equipment"]), "to_id": str(money.budgets["training"]), "amount": "5000"}
    part = manager.get(f"{path}?part=moved&" + "&".join(f"{k}={v}" for k, v in sent.items())).text
    assert "<html" not in part and "¥95,000.00" in part and "¥25,000.00" in part
    done = manager.post_form(path, {**sent, "reason": "多一场"})
    assert "Proposed. 云姐 can decide." in manager.get(done.headers["Location"]).text


def test_allocating_says_what_stands_and_what_it_comes_to(client_of: Client, money: Money) -> None:
    manager = client_of("manager").in_english()
    path = f"/budget/periods/{money.period}/allocate"
    page = manager.get(path).text
    assert "Training · ¥20,000.00 available" in page and "is added to what" in page
    assert "Software · no budget yet" in page
    part = manager.get(f"{path}?part=moved&category_id={money.categories['training']}&amount=5万").text
    assert "¥20,000.00" in part and "¥70,000.00" in part
    wrong = manager.post_form(path, {"category_id": str(money.categories["training"]), "amount": "-2万"})
    assert wrong.status_code == 303
    assert client_of("lead").get(f"{path}?part=moved").status_code == 403


# ------------------------------------------------------------------- carried forward


@pytest.mark.engines
def test_frozen_budgets_stay_and_what_waits_keeps_what_it_needs(money: Money) -> None:
    later = _later(money)
    _propose(money, 5_000)
    money.ask("member", yuan=500)
    _freeze(money, "training")
    with acting(money.cast.actors["manager"]):
        view = queries.carry_page(money.period, later)
        assert {row.category: (row.amount, row.why) for row in view.rows} == {
            "Equipment": (94_500 * YUAN, None), "Training": (0, Stays.FROZEN),
        }  # fmt: skip
        assert view.total == 94_500 * YUAN
        forced = {**view.amounts, money.budgets["training"]: 20_000 * YUAN}
        with pytest.raises(Refused):
            services.carry_forward(money.period, later, forced, "t0")
        assert services.carry_forward(money.period, later, view.amounts, "t1") == 1
        transfer = queries.budget_page(money.period)
        assert transfer is not None
        services.decide_transfer(transfer.transfers[0].id, 1, True)
    assert money.standing().allocated == 500 * YUAN
    assert money.standing("training").allocated == 25_000 * YUAN


@pytest.mark.engines
def test_only_a_period_that_begins_after_takes_what_is_left(money: Money) -> None:
    inside, touching = _later(money, "双十二", 10), _later(money, "接着", 50)
    with acting(money.cast.actors["manager"]):
        view = queries.carry_page(money.period)
        assert [p.id for p in view.targets] == [touching] and view.into.id == touching
        for into in (inside, money.period):
            with pytest.raises(Invalid):
                services.carry_forward(money.period, into, view.amounts, "t1")
        with pytest.raises(NotFound):
            services.carry_forward(money.period, touching, {10**9: 1}, "t1")
        with pytest.raises(Refused):
            services.carry_forward(money.period, touching, {}, "t1")
    with acting(money.cast.actors["lead"]), pytest.raises(Forbidden):
        queries.carry_page(money.period)
    with acting(money.cast.actors["outsider"]), pytest.raises((Forbidden, NotFound)):
        services.carry_forward(money.period, touching, view.amounts, "t1")


@pytest.mark.engines
def test_what_changed_since_it_was_looked_at_is_not_carried(money: Money) -> None:
    later = _later(money)
    with acting(money.cast.actors["manager"]):
        seen = queries.carry_page(money.period, later).amounts
        services.allocate_budget(money.period, money.categories["equipment"], 1)
        with pytest.raises(Refused, match="meanwhile"):
            services.carry_forward(money.period, later, seen, "t1")
    assert money.standing("training").allocated == 20_000 * YUAN, "all or none"


@pytest.mark.engines
def test_what_was_carried_goes_back_as_a_whole_until_it_is_used(money: Money) -> None:
    later = _later(money)
    with acting(money.cast.actors["manager"]):
        for token in ("t1", "t2"):
            seen = queries.carry_page(money.period, later).amounts
            assert services.carry_forward(money.period, later, seen, token) == 2
            assert services.take_carried_back(token) == money.period
        with pytest.raises(Refused):
            services.take_carried_back("t2")
        with pytest.raises(NotFound):
            services.take_carried_back("t")
        assert services.carry_forward(money.period, later, seen, "t3") == 2
        services.allocate_budget(later, money.categories["training"], -1)
        with pytest.raises(Refused, match="19,999.99"):
            services.take_carried_back("t3")
    assert money.standing().allocated == 0
    with acting(money.cast.actors["lead"]), pytest.raises(Forbidden):
        services.take_carried_back("t3")


def test_carrying_is_looked_at_then_done_then_taken_back(client_of: Client, money: Money) -> None:
    manager = client_of("manager").in_english()
    path = f"/budget/periods/{money.period}/carry"
    assert "No period to carry it into" in manager.get(path).text
    later = _later(money)
    page = manager.get(f"{path}?into={later}").text
    boxes = re.findall(r'name="budget" value="(\d+:\d+)" checked', page)
    assert len(boxes) == 2 and "¥120,000.00" in page
    assert manager.post_form(path, {"into_id": str(later)}).status_code == 422
    odd = manager.post_form(path, {"into_id": str(later), "budget": ["x", "1:-5", f"{boxes[0].split(':')[0]}:7"]})
    assert odd.status_code == 422 and money.standing().allocated == 100_000 * YUAN
    done = manager.post_form(path, {"into_id": str(later), "budget": boxes[:1]})
    assert done.status_code == 303
    shown = manager.get(done.headers["Location"]).text
    assert "1 budget goes on: ¥100,000.00." in shown
    (back,) = set(re.findall(r"/budget/carried/[0-9a-f]{32}/take-back", shown))
    ledger = manager.get(f"/budget/{money.budgets['equipment']}").text
    assert "Carried forward to 下一季度" in ledger
    assert "Carried forward to 下一季度" in manager.get(f"/budget/{money.budgets['equipment']}/ledger.csv").text
    assert client_of("outsider").post_form(back, {}).status_code == 403
    assert manager.post_form(back, {}).status_code == 303
    assert money.standing().allocated == 100_000 * YUAN


# ------------------------------------------------------------------- the ledger


@pytest.mark.engines
def test_each_entry_says_what_was_available_after_it(money: Money) -> None:
    money.approve("lead", money.ask(yuan=1000))
    with acting(money.cast.actors["manager"]):
        services.allocate_budget(money.period, money.categories["equipment"], 500 * YUAN)
        entries = queries.ledger(money.budgets["equipment"])[2]
        lefts = [99_500 * YUAN, 99_000 * YUAN, 100_000 * YUAN, 100_000 * YUAN]
        assert [e.left for e in entries] == lefts
        assert [e.left for e in queries.ledger(money.budgets["equipment"], entries[1].id)[2]] == lefts[2:]
        taken = queries.ledger_to_take(money.budgets["equipment"])
        assert [e.left for e in taken.entries][::-1] == lefts, "the page and the file say the same"
