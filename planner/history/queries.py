"""Field-level history and the feed of news."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from planner.base import db, kinds, show
from planner.base.tables import AuditEntry, NewsRow
from planner.base.verbs import query
from planner.base.words import field_label, news_sentence
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P
from planner.people import queries as people


@dataclass(frozen=True)
class Change:
    """One field, before and after."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """What one command did to the object."""

    at: datetime
    who: str
    act: str
    changes: list[Change]
    erased: bool


@dataclass(frozen=True)
class NewsLine:
    """Something that happened."""

    at: datetime
    who: str
    what: str
    kind: str
    about_id: int
    title: str
    url: str
    detail: str


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "✓" if value else "–"
    if isinstance(value, str) and len(value) > 18 and value[4:5] == "-" and value[10:11] == "T":
        try:
            return show.when(datetime.fromisoformat(value))
        except ValueError:
            return value
    return str(value)


@query(P.HISTORY_VIEW)
def history(kind: str, object_id: int) -> tuple[str, list[Entry]]:
    """The object's title and everything that was changed on it, the latest first."""
    found = kinds.KINDS.get(kind)
    if found is None or not kinds.exists(kind, object_id):
        raise NotFound()
    table = found.model.__tablename__
    asked = (
        select(AuditEntry)
        .where(AuditEntry.team_id == db.team_id(), AuditEntry.kind == table, AuditEntry.object_id == object_id)
        .order_by(AuditEntry.id.desc())
        .limit(200)
    )
    rows = list(db.session().scalars(asked))
    names = people.names([row.user_id for row in rows])
    title = kinds.titles({(kind, object_id)}).get((kind, object_id), "")
    entries = [
        Entry(
            row.at,
            names.get(row.user_id or 0, ""),
            row.act,
            [
                Change(field_label(table, name), _shown(old), _shown(new))
                for name, (old, new) in (row.changes or {}).items()
                if name not in ("trash_id",)
            ],
            row.changes is None,
        )
        for row in rows
    ]
    return title, entries


def _detail(facts: dict[str, Any]) -> str:
    for name in ("title", "note", "verdict"):
        if facts.get(name):
            return str(facts[name])
    return ""


def _lines(rows: list[NewsRow], own_page: bool = False) -> list[NewsLine]:
    names = people.names([row.user_id for row in rows])
    titles = {} if own_page else kinds.titles({(row.about_kind, row.about_id) for row in rows})
    return [
        NewsLine(
            row.at,
            names.get(row.user_id or 0, ""),
            news_sentence(row.name),
            kinds.word(row.about_kind),
            row.about_id,
            titles.get((row.about_kind, row.about_id), ""),
            kinds.link(row.about_kind, row.about_id),
            _detail(row.facts),
        )
        for row in rows
    ]


@query(P.HISTORY_VIEW)
def news(before: int | None = None, limit: int = 40) -> tuple[list[NewsLine], int | None]:
    """What happened in the team, the latest first; and the key of the next page."""
    asked = select(NewsRow).where(NewsRow.team_id == db.team_id())
    if before is not None:
        asked = asked.where(NewsRow.id < before)
    rows = list(db.session().scalars(asked.order_by(NewsRow.id.desc()).limit(limit + 1)))
    return _lines(rows[:limit]), rows[limit - 1].id if len(rows) > limit else None


@query(P.HISTORY_VIEW)
def on_session(session_id: int) -> dict[str, Any] | None:
    """The last lines of a session, for its page."""
    asked = select(NewsRow).where(
        NewsRow.team_id == db.team_id(), NewsRow.about_kind == "session", NewsRow.about_id == session_id
    )
    rows = list(db.session().scalars(asked.order_by(NewsRow.id.desc()).limit(5)))
    return {"lines": _lines(rows, own_page=True)} if rows else None
