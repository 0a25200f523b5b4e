"""What can happen to people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from planner.kernel.news import News


@dataclass(frozen=True)
class MemberJoined(News):
    """Somebody became a member of the team."""

    user_id: int
    role: str
    about: ClassVar[tuple[str, str]] = ("person", "user_id")


@dataclass(frozen=True)
class RoleChanged(News):
    """Somebody's role was changed."""

    user_id: int
    before: str
    after: str
    about: ClassVar[tuple[str, str]] = ("person", "user_id")


@dataclass(frozen=True)
class MemberLeft(News):
    """Somebody is no longer a member."""

    user_id: int
    about: ClassVar[tuple[str, str]] = ("person", "user_id")


@dataclass(frozen=True)
class StationMade(News):
    """A browser became a shared desk."""

    station_id: int
    title: str
    about: ClassVar[tuple[str, str]] = ("station", "station_id")


@dataclass(frozen=True)
class StationRevoked(News):
    """A shared desk counts no more."""

    station_id: int
    title: str
    about: ClassVar[tuple[str, str]] = ("station", "station_id")


@dataclass(frozen=True)
class PinLockedOut(News):
    """Somebody's PIN was mistyped too often at a station."""

    user_id: int
    about: ClassVar[tuple[str, str]] = ("person", "user_id")


@dataclass(frozen=True)
class DaysAwayMarked(News):
    """Somebody can't be planned on these days."""

    user_id: int
    first: str
    last: str
    about: ClassVar[tuple[str, str]] = ("person", "user_id")


@dataclass(frozen=True)
class DaysAwayWithdrawn(News):
    """Somebody can be planned on these days after all."""

    user_id: int
    first: str
    last: str
    about: ClassVar[tuple[str, str]] = ("person", "user_id")


@dataclass(frozen=True)
class PersonInvited(News):
    """An invitation was made."""

    link_id: int
    role: str
    about: ClassVar[tuple[str, str]] = ("invitation", "link_id")
