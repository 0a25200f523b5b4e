"""Who acts: one frozen value, carried by a context variable, never read from a request inside a verb."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass

from planner.kernel import permissions
from planner.kernel.permissions import P, Role


@dataclass(frozen=True)
class Desk:
    """A shared control desk: its name, and after how many seconds without an act it locks."""

    id: int
    name: str
    lock_after: int


@dataclass(frozen=True)
class Actor:
    """A person in one team, or nobody, or the program itself acting for a team.

    `timezone` and `day_start` (minutes after local midnight) are the team's; `session_id` is the signed-in device;
    `teams` are those the person can switch to, by id and name; an empty `language` leaves it to the browser.
    `told` counts what waits to be read in the inbox, `told_first` what of it stands on Today, too, `asked` the requests
    that wait for their decision; -1: nobody counted.
    `station` is the shared desk they stand at, and `only` what of their permissions holds there.
    """

    user_id: int | None = None
    login: str = ""
    name: str = ""
    team_id: int | None = None
    role: Role | None = None
    is_admin: bool = False
    language: str = "zh_Hans_CN"
    timezone: str = "Asia/Shanghai"
    day_start: int = 360
    session_id: int | None = None
    is_system: bool = False
    theme: str = ""
    density: str = ""
    team_name: str = ""
    teams: tuple[tuple[int, str], ...] = ()
    station: Desk | None = None
    only: frozenset[P] | None = None
    told: int = -1
    told_first: int = -1
    asked: int = -1

    @property
    def signed_in(self) -> bool:
        """Whether this is a person."""
        return self.user_id is not None

    def may(self, permission: P) -> bool:
        """Whether the actor holds a permission in the team they act for."""
        if self.only is not None and permission not in self.only and permission is not P.PUBLIC:
            return False
        if self.is_system:
            return permission is not P.INSTALLATION or self.is_admin
        return permissions.may(self.role, permission, is_admin=self.is_admin, signed_in=self.signed_in)


NOBODY = Actor()

_actor: ContextVar[Actor] = ContextVar("actor", default=NOBODY)


def current() -> Actor:
    """Whoever acts now; NOBODY when nobody is signed in."""
    return _actor.get()


@contextlib.contextmanager
def acting(who: Actor) -> Iterator[Actor]:
    """Act as somebody for a while: tests, jobs, the command line, and each request."""
    token = _actor.set(who)
    try:
        yield who
    finally:
        _actor.reset(token)


def enter(who: Actor) -> None:
    """Act as this person until `leave`: the web's way, where entering and leaving are two hooks."""
    _actor.set(who)


def leave() -> None:
    """Nobody acts any more."""
    _actor.set(NOBODY)
