"""State machines, permissions, errors, the clock: the pure rules that everything else reads."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.base.actor import NOBODY, Actor
from planner.kernel import clock, errors, permissions
from planner.kernel.machine import Machine, Move
from planner.kernel.news import News, news_name
from planner.kernel.permissions import RANK, ROLE_MAY, P, Role
from planner.kernel.text import Message, msg


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    LOCKED = "locked"


def _has_key(facts: object) -> Message | None:
    return None if facts == "key" else msg("There is no key.")


MOVES = (
    Move("shut", frozenset({Door.OPEN}), Door.SHUT, P.SELF),
    Move("open", frozenset({Door.SHUT}), Door.OPEN, P.SELF),
    Move("lock", frozenset({Door.SHUT}), Door.LOCKED, P.SELF, _has_key),
    Move("unlock", frozenset({Door.LOCKED}), Door.SHUT, P.SELF, _has_key),
)
DOORS = Machine(Door, MOVES)


@given(st.lists(st.tuples(st.sampled_from(MOVES), st.sampled_from(["key", None])), max_size=30))
def test_a_machine_only_goes_where_its_table_says(steps: list[tuple[Move[Door], object]]) -> None:
    state = Door.OPEN
    for move, facts in steps:
        reason = DOORS.why_not(move.name, state, facts)
        if reason is None:
            assert move in DOORS.open_moves(state)
            state = DOORS.take(move.name, state, facts)
            assert state is move.target
            continue
        with pytest.raises(errors.Refused) as caught:
            DOORS.take(move.name, state, facts)
        assert caught.value.message == reason
        assert state not in move.sources or (move.guard(facts) == reason and move.guard is _has_key)


def test_a_move_that_is_not_declared_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        DOORS.take("break", Door.OPEN)
    assert [move.name for move in DOORS.open_moves(Door.SHUT)] == ["open", "lock"]
    assert str(DOORS.why_not("lock", Door.SHUT)) == "There is no key."
    assert "state has changed" in str(DOORS.why_not("lock", Door.OPEN, "key"))


# ---------------------------------------------------------------- permissions

LADDER = (Role.VIEWER, Role.MEMBER, Role.LEAD, Role.MANAGER)
NAMED = {P.PUBLIC, P.SELF, P.PERSON, P.INSTALLATION}


def test_each_step_of_the_ladder_may_all_of_the_step_below() -> None:
    for low, high in itertools.pairwise(LADDER):
        assert ROLE_MAY[low] <= ROLE_MAY[high]
        assert RANK[low] < RANK[high]
    assert ROLE_MAY[Role.HOST] == ROLE_MAY[Role.MEMBER]
    assert set(ROLE_MAY) == set(RANK) == set(Role)


def test_every_permission_is_somebodys_and_the_named_ones_are_nobodys_by_role() -> None:
    assert set().union(*ROLE_MAY.values()) == set(P) - NAMED


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        (Role.VIEWER, {P.SESSION_VIEW, P.PEOPLE_VIEW, P.HISTORY_VIEW}, {P.CHECKLIST_TICK, P.COMMENT, P.TRASH_VIEW}),
        (Role.MEMBER, {P.CHECKLIST_TICK, P.SESSION_RUN}, {P.SESSION_EDIT, P.PEOPLE_MANAGE, P.REVIEW_CLOSE}),
        (Role.HOST, {P.CHECKLIST_TICK, P.SESSION_RUN}, {P.SESSION_EDIT, P.PEOPLE_MANAGE, P.SOP_EDIT}),
        (Role.LEAD, {P.SESSION_EDIT, P.PEOPLE_MANAGE, P.TEAM_EDIT, P.SOP_EDIT}, {P.INSTALLATION}),
        (Role.MANAGER, {P.SESSION_EDIT, P.PEOPLE_MANAGE, P.TEAM_EDIT}, {P.INSTALLATION}),
    ],
)
def test_what_a_role_may(role: Role, may: set[P], may_not: set[P]) -> None:
    who = Actor(user_id=1, team_id=1, role=role)
    assert {p for p in may | may_not if who.may(p)} == may
    assert who.may(P.SELF)


def test_nobody_and_people_without_a_team_may_next_to_nothing() -> None:
    assert [p for p in P if NOBODY.may(p)] == [P.PUBLIC]
    assert {p for p in P if Actor(user_id=1).may(p)} == {P.PUBLIC, P.SELF, P.PERSON}
    assert {p for p in P if Actor(user_id=1, is_admin=True).may(p)} == NAMED
    assert not Actor(team_id=1, is_system=True).may(P.INSTALLATION)


@given(st.sampled_from([None, *Role]), st.sampled_from(list(Role)), st.booleans())
def test_nobody_grants_more_than_they_have(giver: Role | None, role: Role, is_admin: bool) -> None:
    granted = permissions.may_grant(giver, role, giver_is_admin=is_admin)
    assert granted == (
        is_admin or (giver is not None and ROLE_MAY[role] <= ROLE_MAY[giver] and RANK[role] <= RANK[giver])
    )


# ---------------------------------------------------------------- errors, clock, news


def test_errors_say_how_http_answers() -> None:
    told = msg("no")
    kinds = [errors.Invalid.at("name", told), errors.Refused(told), errors.NotFound(), errors.Forbidden()]
    kinds += [errors.NotSignedIn(), errors.Stale({}), errors.TooMany(60)]
    assert [kind.status for kind in kinds] == [422, 409, 404, 403, 401, 409, 429]
    assert str(errors.TooMany(60).message) == "Too many attempts. Try again in 60 seconds."


def test_the_clock_stands_for_whoever_stopped_it_only() -> None:
    then, seen = datetime(2026, 11, 11, tzinfo=UTC), list[datetime]()
    with clock.standing(then):
        assert clock.now() == then
        with clock.standing(then + timedelta(hours=1)):
            assert clock.now() > then
        assert clock.now() == then
        other = threading.Thread(target=lambda: seen.append(clock.now()))
        other.start()
        other.join()
    assert seen[0] != then
    assert clock.now() != then
    assert clock.now().tzinfo is UTC


@dataclass(frozen=True)
class Rang(News):
    door_id: int
    loud: bool = False
    about: ClassVar[tuple[str, str]] = ("door", "door_id")


def test_news_are_named_by_their_column_and_told_by_their_fields() -> None:
    assert news_name(Rang) == "base.Rang"
    assert Rang(7).facts() == {"door_id": 7, "loud": False}
