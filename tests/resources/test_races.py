"""Many at the same instant: real threads on both engines; never more committed than there is, never signed twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from planner.base import unit as units
from planner.base.actor import Actor, acting
from planner.kernel.errors import Forbidden, PlannerError
from planner.kernel.permissions import Role
from planner.notifications.models import Notice
from planner.resources import queries, services
from planner.resources.models import ApprovalSeat
from planner.resources.rules import LevelRule, Mode, Policy, SeatState, Standing, State
from planner.resources.rules.envelopes import CreditKind
from planner.resources.services import Seen
from tests.resources.conftest import YUAN, Money, today

pytestmark = pytest.mark.engines

AT_ONCE = 16


def at_once(app: Flask, works: list[tuple[Actor, Callable[[], Any]]]) -> list[Any]:
    """Everybody begins at the same moment; what came of each."""
    gate, found = threading.Barrier(len(works)), list[Any]()

    def run(who: Actor, work: Callable[[], Any]) -> None:
        with app.app_context(), acting(who):
            gate.wait(timeout=30)
            try:
                found.append(work())
            except PlannerError as fault:
                found.append(fault)

    threads = [threading.Thread(target=run, args=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(found) == len(works), "somebody got no answer"
    return found


def test_one_budget_is_never_committed_twice_over(db: Flask, money: Money) -> None:
    """Sixteen requests of ¥10,000 each are approved at once; there is money for ten."""
    made = [money.ask("host", yuan=1900) for _ in range(AT_ONCE)]
    with acting(money.cast.actors["manager"]):
        services.allocate_budget(money.period, money.categories["equipment"], -81_000 * YUAN)
    lead = money.cast.actors["lead"]
    seen = {n: money.seen(n) for n in made}
    answers = at_once(db, [(lead, lambda n=n: services.approve(seen[n])) for n in made])
    won = [answer for answer in answers if not isinstance(answer, PlannerError)]
    assert len(won) == 10
    assert all("¥" in str(answer) for answer in answers if isinstance(answer, PlannerError))
    assert money.standing() == Standing(19_000 * YUAN, 6 * 1900 * YUAN, 19_000 * YUAN, 0)
    assert sum(money.state(n) is State.APPROVED for n in made) == 10


def test_one_person_who_taps_many_times_signs_once(db: Flask, money: Money) -> None:
    made = money.ask(yuan=3000)
    lead, seen = money.cast.actors["lead"], money.seen(made)
    answers = at_once(db, [(lead, lambda: services.approve(seen))] * AT_ONCE)
    assert sum(not isinstance(answer, PlannerError) for answer in answers) == 1
    with acting(lead), units.reading() as unit:
        signed = select(func.count(ApprovalSeat.id)).where(ApprovalSeat.state == SeatState.APPROVED)
        assert unit.session.scalar(signed) == 1
        told = select(func.count(Notice.id)).where(Notice.user_id == money.cast.manager, Notice.about_kind == "request")
        assert unit.session.scalar(told) == 1


def test_all_who_may_signat_once_decide_once(db: Flask, money: Money) -> None:
    for n in range(6):
        money.person(f"lead{n}", Role.LEAD)
    made = money.ask(yuan=1000)
    seen = money.seen(made)
    who = [money.cast.actors["lead"], *(money.cast.actors[f"lead{n}"] for n in range(6))]
    works = [(each, lambda: services.approve(seen)) for each in who]
    works += [(each, lambda: services.refuse(seen, "不要")) for each in who]
    answers = at_once(db, works)
    assert sum(not isinstance(answer, PlannerError) for answer in answers) == 1
    assert money.state(made) in (State.APPROVED, State.REFUSED)
    committed = 1000 * YUAN if money.state(made) is State.APPROVED else 0
    assert money.standing() == Standing(100_000 * YUAN, 0, committed, 0)


def test_a_recall_and_an_approvalat_once_leave_one_of_them(db: Flask, money: Money) -> None:
    for _ in range(4):
        made = money.ask(yuan=1000)
        version, seen = money.row(made).version, money.seen(made)
        host, lead = money.cast.actors["host"], money.cast.actors["lead"]
        before = money.standing()
        at_once(db, [(host, lambda: services.recall(made, version)), (lead, lambda: services.approve(seen))])  # noqa: B023
        after = money.standing()
        assert money.state(made) in (State.DRAFT, State.APPROVED)
        approved = money.state(made) is State.APPROVED
        assert after.committed - before.committed == (1000 * YUAN if approved else 0)
        assert after.reserved == before.reserved - 1000 * YUAN


def test_everybody_of_a_level_signsat_once(db: Flask, money: Money) -> None:
    for n in range(4):
        money.person(f"lead{n}", Role.LEAD)
    with acting(money.cast.actors["manager"]):
        services.publish_policy(0, Policy((LevelRule("会签", Mode.ALL, (Role.LEAD,)),)))
    made = money.ask(yuan=1000)
    seen = money.seen(made)
    who = [money.cast.actors["lead"], *(money.cast.actors[f"lead{n}"] for n in range(4))]
    answers = at_once(db, [(each, lambda: services.approve(seen)) for each in who])
    assert not any(isinstance(answer, PlannerError) for answer in answers)
    assert (money.state(made), money.standing().committed) == (State.APPROVED, 1000 * YUAN)


def test_the_requester_gets_nowhere_however_often(db: Flask, money: Money) -> None:
    made = money.ask(yuan=100)
    seen = Seen(made, money.row(made).seen)
    answers = at_once(db, [(money.cast.actors["host"], lambda: services.approve(seen))] * 8)
    assert all(isinstance(answer, Forbidden) for answer in answers)
    assert money.state(made) is State.PENDING


def test_one_sheet_of_budgets_is_brought_once(db: Flask, money: Money) -> None:
    """Sixteen windows take what they looked at, at once: the first sets the budgets, the others write nothing."""
    manager = money.cast.actors["manager"]
    lines = [(1, ["类别", "金额"]), (2, ["设备", "12万"]), (3, ["培训", "3万"]), (4, ["场地", "1万"])]
    with acting(manager):
        rows = queries.read_budgets(money.period, lines, {"场地": queries.NEW}).rows
    answers = at_once(db, [(manager, lambda n=n: services.bring_budgets(rows, f"t{n}")) for n in range(AT_ONCE)])
    assert sorted(answer for answer in answers if isinstance(answer, int)) == [3]
    assert money.standing().allocated == 120_000 * YUAN
    assert money.standing("training").allocated == 30_000 * YUAN


def test_an_entry_of_credit_is_taken_back_once(db: Flask, money: Money) -> None:
    lead = money.cast.actors["lead"]
    with acting(lead):
        made = services.add_credit(money.cast.channel, CreditKind.RECHARGE, 500 * YUAN, today())
    answers = at_once(db, [(lead, lambda: services.take_credit_back(made, "记错"))] * AT_ONCE)
    assert answers.count(None) == 1
    with acting(lead):
        assert queries.credit().sums[CreditKind.RECHARGE] == 0
