"""What happens to checklists and SOPs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from planner.kernel.news import News


@dataclass(frozen=True)
class ItemTicked(News):
    """Somebody ticked, unticked or skipped an item."""

    session_id: int
    item_id: int
    act: str
    title: str
    about: ClassVar[tuple[str, str]] = ("session", "session_id")


@dataclass(frozen=True)
class EmergencyBegan(News):
    """Something went wrong on air, and the list for it runs."""

    session_id: int
    checklist_id: int
    name: str
    about: ClassVar[tuple[str, str]] = ("session", "session_id")


@dataclass(frozen=True)
class EmergencyEnded(News):
    """It is over, with so many steps left undone."""

    session_id: int
    checklist_id: int
    name: str
    left: int
    about: ClassVar[tuple[str, str]] = ("session", "session_id")


@dataclass(frozen=True)
class EmergencyTakenBack(News):
    """It was begun by mistake, and is as if it had never been."""

    session_id: int
    checklist_id: int
    name: str
    about: ClassVar[tuple[str, str]] = ("session", "session_id")


@dataclass(frozen=True)
class FalseAlarm(News):
    """What it was begun for had not gone wrong."""

    session_id: int
    checklist_id: int
    name: str
    about: ClassVar[tuple[str, str]] = ("session", "session_id")


@dataclass(frozen=True)
class SopPublished(News):
    """A new version of a template counts from the next checklist on."""

    template_id: int
    number: int
    about: ClassVar[tuple[str, str]] = ("sop", "template_id")


@dataclass(frozen=True)
class ListUpgraded(News):
    """A running list went over to another version of its SOP."""

    session_id: int
    template_id: int
    number: int
    about: ClassVar[tuple[str, str]] = ("session", "session_id")


@dataclass(frozen=True)
class SopProposed(News):
    """A review proposed a change of the SOP."""

    template_id: int
    proposal_id: int
    about: ClassVar[tuple[str, str]] = ("sop", "template_id")
