"""Others are brought in: signers more, deputies, whoever takes a turn over, and who has left. On both engines."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from planner.base import unit as units
from planner.base.actor import acting
from planner.kernel.errors import Forbidden, Invalid, Refused
from planner.kernel.permissions import Role
from planner.people import services as people
from planner.resources import services
from planner.resources.models import RequestAct
from planner.resources.rules import (
    Act,
    SeatState,
    State,
)
from tests.resources.conftest import DAY, Money, today
from tests.resources.decided import LEADS, MANAGERS, agree, levels

pytestmark = pytest.mark.engines


def test_a_signer_added_before_comes_first_and_it_comes_back(money: Money) -> None:
    made = money.ask(yuan=100)
    with acting(money.cast.actors["lead"]):
        services.add_signer(money.seen(made), money.cast.member, before_me=True, words="你懂设备")
        with pytest.raises(Forbidden):
            services.approve(money.seen(made))
    money.approve("member", made)
    assert money.state(made) is State.PENDING
    money.approve("lead", made)
    assert money.state(made) is State.APPROVED


def test_a_signer_added_after_comes_next_and_mine_is_given(money: Money) -> None:
    made = money.ask(yuan=100)
    with acting(money.cast.actors["lead"]):
        services.add_signer(money.seen(made), money.cast.member, before_me=False)
    assert money.state(made) is State.PENDING
    money.approve("member", made)
    assert money.state(made) is State.APPROVED


def test_a_turn_is_handed_on_but_never_to_whoever_asked(money: Money) -> None:
    made = money.ask(yuan=100)
    with acting(money.cast.actors["lead"]):
        for who in (money.cast.host, money.cast.outsider, money.cast.viewer):
            with pytest.raises(Invalid):
                services.transfer(money.seen(made), who)
        services.transfer(money.seen(made), money.cast.member, "我不在")
        with pytest.raises(Forbidden):
            services.approve(money.seen(made))
    money.approve("member", made)
    assert money.state(made) is State.APPROVED


def test_a_deputy_signs_for_somebody_and_the_record_names_both(money: Money) -> None:
    with acting(money.cast.actors["lead"]):
        services.delegate(None, money.cast.member, today(), today() + DAY)
    made = money.ask(yuan=100)
    money.approve("member", made)
    assert money.state(made) is State.APPROVED
    with acting(money.cast.actors["manager"]), units.reading() as unit:
        act = unit.session.scalars(select(RequestAct).where(RequestAct.act == Act.APPROVE)).one()
        assert (act.created_by, act.for_user) == (money.cast.member, money.cast.lead)


def test_a_deputy_does_not_sign_their_own_request(money: Money) -> None:
    with acting(money.cast.actors["lead"]):
        services.delegate(None, money.cast.host, today(), today() + DAY)
    made = money.ask("host", yuan=100)
    with pytest.raises(Forbidden):
        money.approve("host", made)


def test_a_deputy_counts_once_for_two_levels(money: Money) -> None:
    agree(money, LEADS, MANAGERS)
    for who in ("lead", "manager"):
        with acting(money.cast.actors[who]):
            services.delegate(None, money.cast.member, today(), today() + DAY)
    made = money.ask(yuan=100)
    money.approve("member", made)
    with pytest.raises(Refused):
        money.approve("member", made)
    assert money.state(made) is State.PENDING


def test_a_delegation_that_is_over_or_ended_counts_no_more(money: Money) -> None:
    with acting(money.cast.actors["lead"]):
        held = services.delegate(None, money.cast.member, today(), today())
        services.end_delegation(held)
        services.delegate(None, money.cast.member, today() + DAY, today() + 2 * DAY)
    made = money.ask(yuan=100)
    with pytest.raises(Forbidden):
        money.approve("member", made)


def test_a_nudge_is_told_once_an_hour(money: Money) -> None:
    made = money.ask(yuan=100)
    with acting(money.cast.actors["host"]):
        assert services.nudge(made) == 1
        with pytest.raises(Refused):
            services.nudge(made)
    with acting(money.cast.actors["member"]), pytest.raises(Forbidden):
        services.nudge(made)


def test_whoever_leaves_while_asked_is_replaced(money: Money) -> None:
    made = money.ask(yuan=100)
    money.person("lead2", Role.LEAD)
    with acting(money.cast.actors["manager"]):
        people.end_membership(money.cast.lead)
        services.follow_people()
    assert levels(money, made)[0][1][-1] == (money.cast.actors["lead2"].user_id, SeatState.ASKED)
    money.approve("lead2", made)
    assert money.state(made) is State.APPROVED


def test_a_policy_that_changes_under_way_changes_nothing_for_what_was_handed_in(money: Money) -> None:
    made = money.ask(yuan=100)
    agree(money, MANAGERS)
    money.approve("lead", made)
    assert money.state(made) is State.APPROVED
