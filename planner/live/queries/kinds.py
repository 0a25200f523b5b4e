"""The team's list of what is noted on air, and what of it is a fault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, false, func, select

from planner.base import db
from planner.base.ready import ready
from planner.base.verbs import query
from planner.base.words import icon_of, label
from planner.kernel.permissions import P
from planner.live.models import LogEntry, LogNote, NoteKind
from planner.live.rules import MOST_TILES, LogKind


@dataclass(frozen=True)
class KindRow:
    """A kind of note with its name in the reader's language."""

    id: int
    version: int
    key: str
    name: str
    icon: str
    fault: bool
    restores: bool
    removed: bool

    @property
    def own(self) -> bool:
        """Whether the team made it."""
        return self.key not in set(LogKind)


def kind_word(key: str, name: str) -> str:
    """The name of a kind in the reader's language: a built-in one by its key."""
    return name or (label(LogKind(key)) if key in set(LogKind) else key)


def kind_icon(key: str, icon: str) -> str:
    """The picture of a kind."""
    return icon or (icon_of(LogKind(key)) if key in set(LogKind) else "flag")


@ready
def _kinds() -> Any:
    asked = select(
        NoteKind.id, NoteKind.version, NoteKind.key, NoteKind.name, NoteKind.icon, NoteKind.fault, NoteKind.restores,
        NoteKind.removed,
    )  # fmt: skip
    return asked.order_by(NoteKind.sort, NoteKind.id)


@query(P.SESSION_VIEW, remember=True)
def log_kinds() -> list[KindRow]:
    """Every kind of the team in order, those that were removed too."""
    return [
        KindRow(row_id, version, key, kind_word(key, name), kind_icon(key, icon), fault, restores, removed)
        for row_id, version, key, name, icon, fault, restores, removed in _kinds.rows()
    ]


@query(P.SESSION_VIEW)
def tiles() -> list[KindRow]:
    """What is offered to be noted with one tap."""
    return [kind for kind in log_kinds() if not kind.removed][:MOST_TILES]


@query(P.SESSION_VIEW)
def log_kind(kind_id: int) -> NoteKind:
    """One kind, to be edited."""
    return db.one(NoteKind, kind_id)


def stands() -> Any:
    """The condition that a log entry was not withdrawn."""
    last = select(LogNote.withdrawn).where(LogNote.entry_id == LogEntry.id).order_by(LogNote.id.desc()).limit(1)
    return func.coalesce(last.scalar_subquery(), false()).is_(False)


def is_fault() -> Any:
    """The condition that a log entry is a fault by the team's list, and was not withdrawn."""
    listed = exists().where(NoteKind.team_id == LogEntry.team_id, NoteKind.key == LogEntry.kind, NoteKind.fault)
    return listed & stands()
