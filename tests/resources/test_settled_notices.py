"""What somebody was asked for waits in their inbox until their turn is over, and comes back with it. Both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from planner.base import unit as units
from planner.base.actor import acting
from planner.kernel import clock
from planner.kernel.permissions import Role
from planner.notifications.models import Notice
from planner.notifications.queries.waiting import not_read
from planner.resources import services
from planner.resources.models import BudgetTransfer
from planner.resources.rules import LevelRule, Mode, State
from tests.resources.conftest import YUAN, Money
from tests.resources.decided import LEADS, MANAGERS, agree, told_to

pytestmark = pytest.mark.engines

ASKED = "To approve: %(title)s, %(amount)s"
AGAIN = "To sign again, its papers have changed: %(title)s, %(amount)s"
LATER = timedelta(seconds=20)


def amounts(money: Money, who: str) -> list[str]:
    """The sums of what somebody is asked to approve and has not read."""
    mine = not_read(getattr(money.cast, who), clock.now())
    with acting(money.cast.actors[who]), units.reading() as unit:
        held: list[dict[str, Any]] = list(unit.session.scalars(select(Notice.words).where(*mine)))
    return [words["values"]["amount"] for words in held if words["msg"] == ASKED]


def test_whoever_has_signed_is_asked_no_longer_and_the_next_one_is(money: Money) -> None:
    agree(money, LEADS, MANAGERS)
    made = money.ask()
    assert told_to(money, "lead").count(ASKED) == 1
    money.approve("lead", made)
    assert ASKED not in told_to(money, "lead")
    with time_machine.travel(datetime.now(UTC) + LATER, tick=False):
        assert told_to(money, "manager").count(ASKED) == 1
        money.approve("manager", made)
        assert ASKED not in told_to(money, "manager")


def test_what_one_of_several_decides_waits_for_none_of_them_until_it_is_taken_back(money: Money) -> None:
    money.person("second", Role.MANAGER)
    agree(money, LevelRule("经理", Mode.ANY, (Role.MANAGER, Role.LEAD)))
    made = money.ask()
    batch = money.approve("lead", made)
    for who in ("lead", "manager"):
        assert ASKED not in told_to(money, who), who
    with acting(money.cast.actors["lead"]):
        services.take_back(batch)
    for who in ("lead", "manager"):
        assert told_to(money, who).count(ASKED) == 1, who


def test_what_somebody_has_read_stays_read_when_it_is_taken_back(money: Money) -> None:
    agree(money, MANAGERS)
    made = money.ask()
    with acting(money.cast.actors["manager"]), units.writing("tests.read") as unit:
        for row in unit.session.scalars(select(Notice).where(Notice.user_id == money.cast.manager)):
            row.seen_at = clock.now()
    batch = money.approve("manager", made)
    with acting(money.cast.actors["manager"]):
        services.take_back(batch)
    assert ASKED not in told_to(money, "manager")


@pytest.mark.parametrize("end", ["refuse", "give_back"])
def test_a_refusal_and_a_return_end_all_turns(money: Money, end: str) -> None:
    agree(money, LevelRule("经理", Mode.ALL, (Role.MANAGER, Role.LEAD)))
    made = money.ask()
    with acting(money.cast.actors["lead"]):
        getattr(services, end)(money.seen(made), "太贵")
    for who in ("lead", "manager"):
        assert ASKED not in told_to(money, who), who


def test_what_was_returned_waits_for_whoever_asked_until_it_is_handed_in_again(money: Money) -> None:
    agree(money, MANAGERS)
    made = money.ask()
    returned = "Returned to you: %(title)s. %(why)s"
    with acting(money.cast.actors["manager"]):
        services.give_back(money.seen(made), "太贵")
    with time_machine.travel(datetime.now(UTC) + LATER, tick=False):
        assert returned in told_to(money, "host")
        with acting(money.cast.actors["host"]):
            services.submit(made, money.row(made).version)
        assert returned not in told_to(money, "host")
        assert told_to(money, "manager").count(ASKED) == 1


def test_what_is_recalled_and_handed_in_for_less_is_asked_once_with_the_new_sum(money: Money) -> None:
    agree(money, MANAGERS)
    made = money.ask(yuan=1000)
    with acting(money.cast.actors["host"]):
        services.recall(made, money.row(made).version)
    assert money.state(made) is State.DRAFT
    assert amounts(money, "manager") == []
    wish = money.wish(yuan=800)
    with acting(money.cast.actors["host"]):
        services.edit(made, money.row(made).version, wish)
        services.submit(made, money.row(made).version)
    assert amounts(money, "manager") == ["¥800.00"]


def test_what_is_handed_on_waits_for_the_other_alone(money: Money) -> None:
    agree(money, LEADS)
    made = money.ask()
    with acting(money.cast.actors["lead"]):
        services.transfer(money.seen(made), money.cast.manager)
    assert ASKED not in told_to(money, "lead")
    with time_machine.travel(datetime.now(UTC) + LATER, tick=False):
        assert told_to(money, "manager").count(ASKED) == 1


def test_a_second_call_for_an_answer_replaces_the_first_and_ends_with_the_turn(money: Money) -> None:
    agree(money, LEADS)
    made = money.ask()
    nudged = "%(who)s asks you to decide: %(title)s, %(amount)s"
    with acting(money.cast.actors["host"]):
        services.nudge(made)
    assert told_to(money, "lead").count(nudged) == 1
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61), tick=False):
        with acting(money.cast.actors["host"]):
            services.nudge(made)
        assert told_to(money, "lead").count(nudged) == 1
        money.approve("lead", made)
        assert nudged not in told_to(money, "lead")


def test_a_decided_transfer_waits_for_no_manager(money: Money) -> None:
    money.person("second", Role.MANAGER)
    moves = "Move %(amount)s: %(source)s → %(target)s? %(why)s"
    with acting(money.cast.actors["lead"]):
        ids = [
            services.propose_transfer(money.budgets["equipment"], money.budgets["training"], yuan * YUAN, "多培训")
            for yuan in (100, 200, 300)
        ]
    assert told_to(money, "manager").count(moves) == 3
    with acting(money.cast.actors["second"]):
        services.decide_transfer(ids[0], 1, True)
    assert told_to(money, "manager").count(moves) == 2
    with acting(money.cast.actors["lead"]):
        services.take_transfer_back(ids[1])
    assert told_to(money, "manager").count(moves) == 1
    with acting(money.cast.actors["lead"]), units.reading() as unit:
        assert unit.session.get(BudgetTransfer, ids[2]) is not None


def test_a_few_decisions_of_one_moment_are_each_named_and_many_are_counted(money: Money) -> None:
    agree(money, MANAGERS)
    few = [money.ask(yuan=yuan) for yuan in (100, 200, 300)]
    with acting(money.cast.actors["manager"]):
        services.approve_many([money.seen(made) for made in few])
    with time_machine.travel(datetime.now(UTC) + LATER, tick=False):
        assert told_to(money, "host") == ["Approved: %(title)s, %(amount)s"] * 3
        many = [money.ask(yuan=yuan) for yuan in (100, 200, 300, 400)]
        with acting(money.cast.actors["manager"]):
            batch = services.approve_many([money.seen(made) for made in many])["batch"]
    with time_machine.travel(datetime.now(UTC) + 2 * LATER, tick=False):
        assert told_to(money, "host").count("Changed, and they concern you: %(num)s × %(kind)s") == 1
        assert len(told_to(money, "host")) == 4
    assert batch


def test_what_was_told_of_a_few_is_taken_back_with_all_of_them(money: Money) -> None:
    agree(money, MANAGERS)
    few = [money.ask(yuan=yuan) for yuan in (100, 200, 300)]
    with acting(money.cast.actors["manager"]):
        batch = services.approve_many([money.seen(made) for made in few])["batch"]
    assert ASKED not in told_to(money, "manager")
    with acting(money.cast.actors["manager"]):
        services.take_back(batch)
    assert told_to(money, "manager").count(ASKED) == 3
    with time_machine.travel(datetime.now(UTC) + LATER, tick=False):
        assert told_to(money, "host") == []
