"""What was refused, returned, recalled or cancelled, and what changed while it waited. On both engines."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from planner.base import unit as units
from planner.base.actor import acting
from planner.discussions import services as discussions
from planner.kernel.errors import Forbidden, Invalid, Refused, Stale
from planner.resources import services
from planner.resources.models import ApprovalLevel
from planner.resources.rules import (
    LevelState,
    Standing,
    State,
)
from tests.resources.conftest import YUAN, Money
from tests.resources.decided import LEADS, MANAGERS, agree, levels, told_to

pytestmark = pytest.mark.engines


def test_a_refusal_says_why_and_frees_what_waited(money: Money) -> None:
    made = money.ask(yuan=3000)
    with acting(money.cast.actors["lead"]):
        with pytest.raises(Invalid):
            services.refuse(money.seen(made), "  ")
        services.refuse(money.seen(made), "先用旧灯")
    assert money.state(made) is State.REFUSED
    assert money.standing() == Standing(100_000 * YUAN)


def test_what_is_returned_and_changed_begins_again(money: Money) -> None:
    made = money.ask(yuan=3000)
    money.approve("lead", made)
    with acting(money.cast.actors["manager"]):
        services.give_back(money.seen(made), "写清数量")
    assert (money.state(made), money.standing().reserved) == (State.RETURNED, 0)
    with acting(money.cast.actors["host"]):
        services.edit(made, money.row(made).version, money.wish(3500))
        services.submit(made, money.row(made).version)
    assert [state for state, _seats in levels(money, made)] == [LevelState.ACTIVE, LevelState.WAITING]
    assert money.standing().reserved == 3500 * YUAN


@pytest.mark.parametrize(("restart", "then"), [(False, LevelState.PASSED), (True, LevelState.ACTIVE)])
def test_what_is_returned_and_only_explained_goes_on_where_the_policy_says(
    money: Money, restart: bool, then: LevelState
) -> None:
    agree(money, LEADS, MANAGERS, restart=restart)
    made = money.ask(yuan=100)
    money.approve("lead", made)
    with acting(money.cast.actors["manager"]):
        services.give_back(money.seen(made), "写清用途")
    with acting(money.cast.actors["host"]):
        services.edit(made, money.row(made).version, money.wish(100, purpose="换掉坏掉的灯"))
        services.submit(made, money.row(made).version)
    assert levels(money, made)[0][0] is then
    if not restart:
        money.approve("manager", made)
        assert money.state(made) is State.APPROVED


def test_it_is_returned_to_a_level_that_has_signed(money: Money) -> None:
    agree(money, LEADS, MANAGERS)
    made = money.ask(yuan=100)
    money.approve("lead", made)
    with acting(money.cast.actors["manager"]), units.reading() as unit:
        first = unit.session.scalars(
            select(ApprovalLevel.id).where(ApprovalLevel.request_id == made).order_by(ApprovalLevel.place)
        ).first()
    with acting(money.cast.actors["manager"]):
        services.give_back(money.seen(made), "再看一眼", first)
    assert [state for state, _seats in levels(money, made)] == [LevelState.ACTIVE, LevelState.WAITING]
    money.approve("lead", made)
    money.approve("manager", made)
    assert money.state(made) is State.APPROVED


def test_another_paper_makes_everybody_sign_again(money: Money, db: Any) -> None:
    made = money.ask(yuan=3000)
    money.approve("lead", made)
    before = money.seen(made)
    with acting(money.cast.actors["host"]):
        brought = discussions.read_files([("报价.txt", "三家比价".encode())])
        discussions.add_files("request", made, brought)
    with acting(money.cast.actors["manager"]), pytest.raises((Stale, Forbidden)):
        services.approve(before)
    assert [state for state, _seats in levels(money, made)] == [LevelState.ACTIVE, LevelState.WAITING]
    assert "To sign again, its papers have changed: %(title)s, %(amount)s" in told_to(money, "lead")
    money.approve("lead", made)
    money.approve("manager", made)
    assert money.state(made) is State.APPROVED


def test_an_approval_of_what_was_seen_before_is_refused(money: Money) -> None:
    made = money.ask(yuan=100)
    before = money.seen(made)
    with acting(money.cast.actors["host"]):
        services.recall(made, money.row(made).version)
        services.edit(made, money.row(made).version, money.wish(1900))
        services.submit(made, money.row(made).version)
    with acting(money.cast.actors["lead"]), pytest.raises(Stale):
        services.approve(before)


def test_it_is_recalled_before_the_first_decision_only(money: Money) -> None:
    made = money.ask(yuan=3000)
    with acting(money.cast.actors["host"]):
        services.recall(made, money.row(made).version)
    assert (money.state(made), money.standing().reserved) == (State.DRAFT, 0)
    with acting(money.cast.actors["host"]):
        services.submit(made, money.row(made).version)
    money.approve("lead", made)
    with acting(money.cast.actors["host"]), pytest.raises(Refused):
        services.recall(made, money.row(made).version)
    with acting(money.cast.actors["host"]), pytest.raises(Refused):
        services.edit(made, money.row(made).version, money.wish(1))


def test_a_cancellation_is_approved_itself(money: Money) -> None:
    made = money.ask(yuan=1000)
    money.approve("lead", made)
    with acting(money.cast.actors["host"]):
        services.cancel(made, money.row(made).version, "不用了")
    assert (money.state(made), money.standing().committed) == (State.CANCELLING, 1000 * YUAN)
    with acting(money.cast.actors["lead"]):
        services.refuse(money.seen(made), "已经下单")
    assert money.state(made) is State.APPROVED
    with acting(money.cast.actors["host"]):
        services.cancel(made, money.row(made).version, "真的不用了")
    money.approve("lead", made)
    assert (money.state(made), money.standing()) == (State.CANCELLED, Standing(100_000 * YUAN))
