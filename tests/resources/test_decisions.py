"""Deciding: the levels of a policy, and who may sign. On both engines."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from planner.base import unit as units
from planner.base.actor import acting
from planner.kernel.errors import Forbidden, Invalid, Refused
from planner.kernel.permissions import Role
from planner.resources import services
from planner.resources.models import ApprovalSeat
from planner.resources.rules import (
    Act,
    LevelRule,
    LevelState,
    Mode,
    PayWay,
    SeatState,
    Standing,
    State,
)
from tests.resources.conftest import YUAN, Money
from tests.resources.decided import MANAGERS, acts, agree, levels

pytestmark = pytest.mark.engines


def test_a_small_request_is_approved_by_a_lead(money: Money) -> None:
    made = money.ask(yuan=1000)
    assert money.standing() == Standing(100_000 * YUAN, 1000 * YUAN, 0, 0)
    assert money.state(made) is State.PENDING
    money.approve("lead", made)
    assert money.state(made) is State.APPROVED
    assert money.standing() == Standing(100_000 * YUAN, 0, 1000 * YUAN, 0)
    assert acts(money, made) == [Act.SUBMIT, Act.APPROVE]


def test_levels_sign_in_order_and_nothing_is_committed_before_the_last(money: Money) -> None:
    made = money.ask(yuan=3000)
    with pytest.raises(Forbidden):
        money.approve("manager", made)
    money.approve("lead", made)
    assert (money.state(made), money.standing().committed) == (State.PENDING, 0)
    with pytest.raises(Refused):
        money.approve("lead", made)
    money.approve("manager", made)
    assert (money.state(made), money.standing().committed) == (State.APPROVED, 3000 * YUAN)
    with pytest.raises(Refused):
        money.approve("manager", made)


@pytest.mark.parametrize("who", ["lead", "manager"])
def test_nobody_approves_what_they_asked_for(money: Money, who: str) -> None:
    made = money.ask(who, yuan=3000)
    with pytest.raises(Forbidden):
        money.approve(who, made)


def test_nobody_approves_what_they_are_paid(money: Money) -> None:
    more = {"pay_way": PayWay.REIMBURSE, "payee_id": money.cast.lead, "payee": ""}
    made = money.ask("host", yuan=100, **more)
    with pytest.raises(Forbidden):
        money.approve("lead", made)


def test_no_eligible_signer_means_pending_and_escalated_never_approved(money: Money) -> None:
    agree(money, MANAGERS)
    made = money.ask("manager", yuan=100)
    assert money.state(made) is State.PENDING
    assert acts(money, made) == [Act.ESCALATE, Act.SUBMIT] or Act.ESCALATE in acts(money, made)
    with acting(money.cast.actors["manager"]):
        with pytest.raises(Invalid):
            services.appoint(made, money.cast.manager)
        services.appoint(made, money.cast.lead)
    money.approve("lead", made)
    assert money.state(made) is State.APPROVED


def test_the_database_itself_refuses_ones_own_signature_and_two_of_one_person(money: Money) -> None:
    made = money.ask(yuan=3000)
    with acting(money.cast.actors["lead"]), pytest.raises(DatabaseError), units.writing("tests.bad") as unit:
        seat = unit.session.scalars(select(ApprovalSeat).where(ApprovalSeat.request_id == made)).first()
        assert seat is not None
        seat.state, seat.acted_by, seat.seen = SeatState.APPROVED, money.cast.host, "x"
        unit.flush()
    money.approve("lead", made)
    with acting(money.cast.actors["lead"]), pytest.raises(DatabaseError), units.writing("tests.bad") as unit:
        asked = select(ApprovalSeat).where(ApprovalSeat.request_id == made, ApprovalSeat.state == SeatState.ASKED)
        seat = unit.session.scalars(asked).one()
        seat.state, seat.acted_by, seat.seen = SeatState.APPROVED, money.cast.lead, "x"
        unit.flush()


def test_the_only_signer_of_two_levels_signs_once_and_the_lower_says_so(money: Money) -> None:
    agree(money, LevelRule("初审", Mode.ANY, (Role.MANAGER,)), LevelRule("终审", Mode.ANY, (Role.MANAGER,)))
    made = money.ask(yuan=100)
    assert [state for state, _seats in levels(money, made)] == [LevelState.COVERED, LevelState.ACTIVE]
    money.approve("manager", made)
    assert money.state(made) is State.APPROVED


def test_all_of_a_level_must_sign_and_two_means_two(money: Money) -> None:
    money.person("lead2", Role.LEAD)
    agree(money, LevelRule("会签", Mode.ALL, (Role.LEAD,)))
    made = money.ask(yuan=100)
    money.approve("lead", made)
    assert money.state(made) is State.PENDING
    money.approve("lead2", made)
    assert money.state(made) is State.APPROVED


def test_any_of_a_level_is_enough_and_the_others_need_not(money: Money) -> None:
    money.person("lead2", Role.LEAD)
    made = money.ask(yuan=100)
    money.approve("lead2", made)
    assert money.state(made) is State.APPROVED
    with pytest.raises(Refused):
        money.approve("lead", made)
