"""Budgets: allocated, taken back, frozen, moved by two people, carried forward; the ledger always adds up."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DatabaseError

from planner.base import db as rows
from planner.base import unit as units
from planner.base.actor import acting
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.plan import services as plan
from planner.resources import jobs, queries, services
from planner.resources.models import Budget, LedgerEntry
from planner.resources.rules import Entry, Standing, TransferState
from tests.resources.conftest import DAY, YUAN, Money, today

pytestmark = pytest.mark.engines


def _entries(money: Money, key: str = "equipment") -> list[tuple[Entry, int]]:
    with acting(money.cast.actors["manager"]):
        return [(e.booking.kind, e.booking.amount) for e in queries.ledger(money.budgets[key])[2]][::-1]


def test_a_team_begins_with_the_usual_categories(money: Money) -> None:
    assert list(money.categories)[:3] == ["equipment", "training", "software"]


def test_what_is_allocated_can_grow_and_shrink_down_to_what_is_used(money: Money) -> None:
    with acting(money.cast.actors["manager"]):
        services.allocate_budget(money.period, money.categories["equipment"], -40_000 * YUAN, "少两台")
        assert money.standing().allocated == 60_000 * YUAN
    made = money.ask(yuan=1000)
    money.approve("lead", made)
    with acting(money.cast.actors["manager"]), pytest.raises(Invalid) as told:
        services.allocate_budget(money.period, money.categories["equipment"], -59_001 * YUAN)
    assert "¥59,000.00" in str(told.value)
    assert money.standing() == Standing(60_000 * YUAN, 0, 1000 * YUAN, 0)
    kinds = [Entry.ALLOCATE, Entry.ALLOCATE, Entry.RESERVE, Entry.COMMIT]
    assert [kind for kind, _amount in _entries(money)] == kinds


def test_an_allocation_is_reversed_once_and_only_while_it_is_free(money: Money) -> None:
    with acting(money.cast.actors["manager"]):
        services.allocate_budget(money.period, money.categories["equipment"], 500 * YUAN)
        first, *_rest = queries.ledger(money.budgets["equipment"])[2]
        services.reverse_entry(first.id, "打错了")
        assert money.standing().allocated == 100_000 * YUAN
        with pytest.raises(Refused):
            services.reverse_entry(first.id)
        back = queries.ledger(money.budgets["equipment"])[2]
        assert (back[0].reverses_id, back[1].reversed_by) == (first.id, back[0].id)
        with pytest.raises(Refused):
            services.reverse_entry(back[0].id)


@pytest.mark.parametrize("amount", [None, 0, 10**15 + 1, -(10**16)])
def test_amounts_that_make_no_sense_are_refused_at_their_field(money: Money, amount: int | None) -> None:
    with acting(money.cast.actors["manager"]), pytest.raises(Invalid) as told:
        services.allocate_budget(money.period, money.categories["equipment"], amount)
    assert set(told.value.fields) == {"amount"}


def test_only_a_manager_allocates(money: Money) -> None:
    for who in ("lead", "host", "member", "viewer"):
        with acting(money.cast.actors[who]), pytest.raises(Forbidden):
            services.allocate_budget(money.period, money.categories["equipment"], 100)
    with acting(money.cast.actors["outsider"]), pytest.raises(Forbidden):
        services.freeze(money.budgets["equipment"], True)


def test_another_teams_budget_does_not_exist(money: Money) -> None:
    with acting(money.cast.actors["outsider"]), pytest.raises(NotFound):
        queries.ledger(money.budgets["equipment"])


def test_a_frozen_budget_takes_no_more_but_what_was_committed_can_go_back(money: Money) -> None:
    made, late = money.ask(yuan=1000), money.ask("member", yuan=2000)
    money.approve("lead", made)
    with acting(money.cast.actors["manager"]):
        services.freeze(money.budgets["equipment"], True)
    money.approve("lead", late)
    with pytest.raises(Refused):
        money.approve("manager", late)
    third = money.ask("member", yuan=100)
    assert money.row(third).over_budget
    with acting(money.cast.actors["host"]):
        services.cancel(made, money.row(made).version, "不买了")
    money.approve("lead", made)
    assert money.standing() == Standing(100_000 * YUAN, 2000 * YUAN, 0, 0)
    with acting(money.cast.actors["manager"]):
        services.freeze(money.budgets["equipment"], False)
    money.approve("manager", late)
    assert money.standing().committed == 2000 * YUAN


def test_a_transfer_takes_two_people(money: Money) -> None:
    source, target = money.budgets["equipment"], money.budgets["training"]
    with acting(money.cast.actors["lead"]):
        made = services.propose_transfer(source, target, 5_000 * YUAN, "培训不够")
        with pytest.raises(Forbidden):
            services.decide_transfer(made, 1, True)
    assert money.standing().allocated == 100_000 * YUAN
    with acting(money.cast.actors["manager"]):
        own = services.propose_transfer(source, target, 1_000 * YUAN, "再多一点")
        with pytest.raises(Forbidden):
            services.decide_transfer(own, 1, True)
        services.decide_transfer(made, 1, True)
        with pytest.raises(Refused):
            services.decide_transfer(made, 2, True)
    assert money.standing().allocated == 95_000 * YUAN
    assert money.standing("training").allocated == 25_000 * YUAN


def test_a_transfer_moves_whole_or_not_at_all(money: Money) -> None:
    with acting(money.cast.actors["lead"]):
        made = services.propose_transfer(money.budgets["training"], money.budgets["equipment"], 20_000 * YUAN, "改买灯")
    course = money.ask(yuan=1, category_id=money.categories["training"])
    money.approve("lead", course)
    with acting(money.cast.actors["manager"]):
        with pytest.raises(Refused) as told:
            services.decide_transfer(made, 1, True)
        assert "¥1.00" in str(told.value)
        assert money.standing().allocated == 100_000 * YUAN
        with pytest.raises(Invalid):
            services.decide_transfer(made, 1, False, "")
        services.decide_transfer(made, 1, False, "先留着")
    with acting(money.cast.actors["lead"]):
        page = queries.budget_page(money.period)
        assert page is not None and page.transfers == []


def test_a_proposal_is_taken_back_by_whoever_made_it(money: Money) -> None:
    with acting(money.cast.actors["lead"]):
        made = services.propose_transfer(money.budgets["training"], money.budgets["equipment"], 100, "试试")
    with acting(money.cast.actors["manager"]), pytest.raises(Forbidden):
        services.take_transfer_back(made)
    with acting(money.cast.actors["lead"]):
        services.take_transfer_back(made)
        with pytest.raises(Refused):
            services.take_transfer_back(made)
    with acting(money.cast.actors["manager"]), pytest.raises(Refused):
        services.decide_transfer(made, 2, True)
    assert TransferState.TAKEN_BACK == "taken_back"


def test_what_is_left_goes_into_the_next_period_once(money: Money) -> None:
    made = money.ask(yuan=1000)
    money.approve("lead", made)
    waits = money.ask("member", yuan=500)
    with acting(money.cast.actors["lead"]):
        later = plan.add_period("下一季度", today() + 51 * DAY, today() + 140 * DAY)
    with acting(money.cast.actors["manager"]):
        seen = queries.carry_page(money.period, later)
        assert services.carry_forward(money.period, later, seen.amounts, "t1") == 2
        page = queries.budget_page(later)
        assert page is not None
        assert [(row.category_id, row.standing.allocated) for row in page.rows] == [
            (money.categories["equipment"], 98_500 * YUAN),
            (money.categories["training"], 20_000 * YUAN),
        ]
        with pytest.raises(Refused):
            services.carry_forward(money.period, later, seen.amounts, "t2")
        with pytest.raises(Invalid):
            services.carry_forward(later, money.period, seen.amounts, "t2")
    money.approve("lead", waits)
    assert money.standing() == Standing(1500 * YUAN, 0, 1500 * YUAN, 0)


def test_a_closed_period_takes_no_more(money: Money) -> None:
    with acting(money.cast.actors["lead"]):
        old = plan.add_period("旧", today() - 30 * DAY, today() - 1 * DAY)
        plan.close_period(old, 1, {}, {})
    with acting(money.cast.actors["manager"]), pytest.raises(Refused):
        services.allocate_budget(old, money.categories["equipment"], 100)


def test_the_database_itself_keeps_the_rules(money: Money) -> None:
    """Whatever a later hand writes: more can't be committed than there is, and the ledger can't be rewritten."""
    with acting(money.cast.actors["manager"]), pytest.raises(DatabaseError), units.writing("tests.bad") as unit:
        row = rows.one(Budget, money.budgets["equipment"])
        row.committed = row.allocated + 1
        unit.flush()
    with acting(money.cast.actors["manager"]), pytest.raises(DatabaseError), units.writing("tests.bad") as unit:
        entry = unit.session.query(LedgerEntry).first()
        assert entry is not None
        entry.allocated = 1
        unit.flush()
    with acting(money.cast.actors["manager"]), pytest.raises(DatabaseError), units.writing("tests.bad") as unit:
        unit.session.delete(unit.session.query(LedgerEntry).first())
        unit.flush()


def test_a_sum_that_is_not_what_its_ledger_comes_to_is_found(money: Money, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    monkeypatch.setattr(jobs.log, "error", lambda _words, budget_id, *_more: told.append(budget_id))
    jobs.check_ledgers()
    assert told == []
    with acting(money.cast.actors["manager"]), units.writing("tests.bad"):
        rows.one(Budget, money.budgets["equipment"]).allocated += 1
    jobs.check_ledgers()
    assert told == [money.budgets["equipment"]]
