"""A decision is taken back before anybody was told; several at once; who is told of what. On both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from planner.base.actor import acting
from planner.base.undo import undo
from planner.base.verbs import last_command
from planner.kernel.errors import Forbidden, NotFound, Refused
from planner.resources import queries, services
from planner.resources.rules import (
    Act,
    LevelState,
    SeatState,
    Standing,
    State,
)
from planner.resources.services import Seen
from tests.resources.conftest import YUAN, Money
from tests.resources.decided import LEADS, MANAGERS, acts, agree, levels, told_to

pytestmark = pytest.mark.engines


def test_a_decision_is_taken_back_before_anybody_was_told(money: Money) -> None:
    made = money.ask(yuan=1000)
    batch = money.approve("lead", made)
    assert "Approved: %(title)s, %(amount)s" not in told_to(money, "host")
    with acting(money.cast.actors["host"]), pytest.raises(NotFound):
        services.take_back(batch)
    with acting(money.cast.actors["lead"]):
        assert services.take_back(batch) == 1
    assert (money.state(made), money.standing()) == (State.PENDING, Standing(100_000 * YUAN, 1000 * YUAN))
    assert acts(money, made)[-1] is Act.TAKE_BACK
    later = datetime.now(UTC) + timedelta(seconds=20)
    with time_machine.travel(later, tick=False):
        assert "Approved: %(title)s, %(amount)s" not in told_to(money, "host")
        money.approve("lead", made)
    with time_machine.travel(later + timedelta(seconds=20), tick=False):
        assert "Approved: %(title)s, %(amount)s" in told_to(money, "host")
        with acting(money.cast.actors["lead"]), pytest.raises(Refused):
            services.take_back(batch)


def test_a_decision_somebody_has_gone_on_with_stays(money: Money) -> None:
    made = money.ask(yuan=3000)
    batch = money.approve("lead", made)
    money.approve("manager", made)
    with acting(money.cast.actors["lead"]), pytest.raises(Refused):
        services.take_back(batch)
    assert money.state(made) is State.APPROVED


def test_a_return_to_a_level_that_has_signed_is_taken_back_with_its_signature(money: Money) -> None:
    agree(money, LEADS, MANAGERS)
    made = money.ask(yuan=100)
    money.approve("lead", made)
    with acting(money.cast.actors["manager"]):
        first = queries.levels_behind(made)[0][0]
        batch = services.give_back(money.seen(made), "再看一眼", first)
        assert services.take_back(batch) == 1
    assert levels(money, made)[0] == (LevelState.PASSED, [(money.cast.lead, SeatState.APPROVED)])
    money.approve("manager", made)
    assert money.state(made) is State.APPROVED


def test_the_general_undo_moves_no_money(money: Money) -> None:
    made = money.ask(yuan=1000)
    with acting(money.cast.actors["lead"]):
        services.approve(money.seen(made))
        command = last_command.get() or ""
        with pytest.raises(Refused):
            undo(command)
    assert money.state(made) is State.APPROVED


def test_many_are_approved_each_under_all_rules(money: Money) -> None:
    good, own, big = money.ask(yuan=100), money.ask("lead", yuan=100), money.ask(yuan=3000)
    stale = Seen(money.ask("member", yuan=100), "0" * 64)
    with acting(money.cast.actors["lead"]):
        answer = services.approve_many([*map(money.seen, (good, own, big)), stale])
    assert answer["done"] == [good, big]
    assert set(answer["left"]) == {str(own), str(stale.request_id)}
    assert (money.state(good), money.state(big)) == (State.APPROVED, State.PENDING)
    with acting(money.cast.actors["lead"]):
        assert services.take_back(answer["batch"]) == 2
    assert money.state(good) is State.PENDING
    assert money.standing().committed == 0


def test_of_many_what_the_budget_lacks_tells_nobody(money: Money) -> None:
    first, second = money.ask(yuan=1500), money.ask("member", yuan=1500)
    with acting(money.cast.actors["manager"]):
        services.allocate_budget(money.period, money.categories["equipment"], -98_000 * YUAN)
    with acting(money.cast.actors["lead"]):
        answer = services.approve_many([money.seen(first), money.seen(second)])
    assert answer["done"] == [first]
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=1), tick=False):
        assert "Approved: %(title)s, %(amount)s" in told_to(money, "host")
        assert "Approved: %(title)s, %(amount)s" not in told_to(money, "member")
    assert money.standing() == Standing(2000 * YUAN, 1500 * YUAN, 1500 * YUAN)


def test_only_whose_turn_it_is_gets_told(money: Money) -> None:
    made = money.ask(yuan=3000)
    asked = "To approve: %(title)s, %(amount)s"
    assert asked in told_to(money, "lead")
    assert asked not in told_to(money, "manager")
    money.approve("lead", made)
    assert asked not in told_to(money, "manager")
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=1), tick=False):
        assert asked in told_to(money, "manager")


WAYS: dict[str, Callable[[Money, int], str]] = {
    "before": lambda money, made: services.add_signer(money.seen(made), money.cast.member, before_me=True),
    "after": lambda money, made: services.add_signer(money.seen(made), money.cast.member, before_me=False),
    "handed on": lambda money, made: services.transfer(money.seen(made), money.cast.member),
}


@pytest.mark.parametrize("way", WAYS)
def test_whoever_was_brought_in_is_taken_out_again_before_they_were_told(money: Money, way: str) -> None:
    asked = "To approve: %(title)s, %(amount)s"
    agree(money, LEADS)
    made = money.ask(yuan=100)
    stood = levels(money, made)
    with acting(money.cast.actors["lead"]):
        batch = WAYS[way](money, made)
    assert levels(money, made) != stood
    assert asked not in told_to(money, "member")
    with acting(money.cast.actors["member"]), pytest.raises(NotFound):
        services.take_back(batch)
    with acting(money.cast.actors["lead"]):
        assert services.take_back(batch) == 1
    assert levels(money, made) == stood
    assert (money.state(made), acts(money, made)[-1]) == (State.PENDING, Act.TAKE_BACK)
    assert asked in told_to(money, "lead"), "it is their turn again"
    with pytest.raises(Forbidden):
        money.approve("member", made)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=1), tick=False):
        assert asked not in told_to(money, "member")
    money.approve("lead", made)
    assert money.state(made) is State.APPROVED


@pytest.mark.parametrize("way", WAYS)
def test_whoever_was_brought_in_and_has_decided_or_been_told_stays(money: Money, way: str) -> None:
    agree(money, LEADS)
    first, second = money.ask(yuan=100), money.ask("host", yuan=200)
    with acting(money.cast.actors["lead"]):
        batches = {made: WAYS[way](money, made) for made in (first, second)}
    money.approve("member", first)
    stood = money.state(first), levels(money, first)
    with acting(money.cast.actors["lead"]):
        with pytest.raises(Refused):
            services.take_back(batches[first])
        with time_machine.travel(datetime.now(UTC) + timedelta(seconds=20), tick=False), pytest.raises(Refused):
            services.take_back(batches[second])
    assert (money.state(first), levels(money, first)) == stood
    assert levels(money, second)[-1][1][-1] == (money.cast.member, SeatState.ASKED)
