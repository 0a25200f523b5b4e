"""Field-level history and the feed of news."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, bindparam, select

from planner.base import db, kinds, show
from planner.base.i18n import gettext as _
from planner.base.models import Base, EnumText, UtcDateTime
from planner.base.ready import columns_of, ready
from planner.base.tables import AuditEntry, NewsRow
from planner.base.verbs import query
from planner.base.words import field_label, label, news_sentence
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P
from planner.outcomes.rules.reviews import Verdict
from planner.people import queries as people
from planner.people.models import Membership, User


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
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, bool):
        return "✓" if value else "–"
    if isinstance(value, list):
        entries: list[Any] = value
        return "; ".join(
            str(entry["text"] if isinstance(entry, dict) and "text" in entry else entry) for entry in entries
        )
    return str(value)


class _Reader:
    """Shows what audit kept as people say it: names for ids, words for states, days and times as everywhere."""

    def __init__(self, model: type[Base], rows: list[AuditEntry]) -> None:
        self.columns = model.__mapper__.columns
        self.table = model.__tablename__
        self.referred = {
            column.key: kind.name
            for column in self.columns
            for key in column.foreign_keys
            if (kind := kinds.of_table(key.target_fullname.split(".")[0])) is not None
        }
        ids: dict[str, set[int]] = {}
        for row in rows:
            for name, pair in (row.changes or {}).items():
                if name in self.referred:
                    ids.setdefault(self.referred[name], set()).update(value for value in pair if isinstance(value, int))
        self.names = {("person", row_id): name for row_id, name in people.names(ids.pop("person", ())).items()}
        self.names |= kinds.titles({(kind, row_id) for kind, held in ids.items() for row_id in held})

    def word(self, name: str) -> str:
        """The word of a field."""
        return _("In the trash since") if name == "trashed_at" else field_label(self.table, name)

    def say(self, name: str, value: Any) -> str:
        """A value of a field."""
        if name in self.referred and isinstance(value, int):
            return self.names.get((self.referred[name], value), f"#{value}")
        column = self.columns.get(name)
        if column is None or not isinstance(value, str):
            return _shown(value)
        try:
            if isinstance(column.type, EnumText):
                return label(column.type.kind(value))
            if isinstance(column.type, UtcDateTime):
                return show.when(datetime.fromisoformat(value))
            if isinstance(column.type, Date):
                return show.day(date.fromisoformat(value))
        except (ValueError, KeyError):
            return value
        return _shown(value)

    def changes(self, row: AuditEntry) -> list[Change]:
        """What an entry changed, field by field."""
        told = {name: pair for name, pair in (row.changes or {}).items() if name != "trash_id"}
        return [Change(self.word(name), self.say(name, old), self.say(name, new)) for name, (old, new) in told.items()]


def _audited(kind: str, object_id: int) -> tuple[type[Base], int]:
    """The row whose history is asked for: of a person it is the membership, for an account belongs to no team."""
    found = kinds.KINDS.get(kind)
    if found is None or not kinds.exists(kind, object_id):
        raise NotFound()
    if found.model is not User:
        return found.model, object_id
    held = db.session().scalar(select(Membership.id).where(Membership.user_id == object_id))
    if held is None:
        raise NotFound()
    return Membership, held


@query(P.HISTORY_VIEW)
def history(kind: str, object_id: int) -> tuple[str, list[Entry]]:
    """The object's title and everything that was changed on it, the latest first."""
    model, row_id = _audited(kind, object_id)
    asked = (
        select(AuditEntry)
        .where(
            AuditEntry.team_id == db.team_id(),
            AuditEntry.kind == model.__tablename__,
            AuditEntry.object_id == row_id,
        )
        .order_by(AuditEntry.id.desc())
        .limit(200)
    )
    rows = list(db.session().scalars(asked))
    names = people.names([row.user_id for row in rows])
    title = kinds.titles({(kind, object_id)}).get((kind, object_id), "")
    reader = _Reader(model, rows)
    entries = [
        Entry(row.at, names.get(row.user_id or 0, ""), row.act, reader.changes(row), row.changes is None)
        for row in rows
    ]
    return title, entries


def _detail(facts: dict[str, Any]) -> str:
    if facts.get("verdict"):
        return label(Verdict(facts["verdict"]))
    for name in ("title", "note"):
        if facts.get(name):
            return str(facts[name])
    return ""


def _lines(rows: list[Any], own_page: bool = False) -> list[NewsLine]:
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


@ready
def _on_session() -> Any:
    about = (NewsRow.about_kind == "session", NewsRow.about_id == bindparam("id"))
    asked = select(*columns_of(NewsRow)).where(NewsRow.team_id == bindparam("team_id"), *about)
    return asked.order_by(NewsRow.id.desc()).limit(5)


@query(P.HISTORY_VIEW)
def on_session(session_id: int) -> dict[str, Any] | None:
    """The last lines of a session, for its page."""
    rows = list(_on_session.rows(team_id=db.team_id(), id=session_id))
    return {"lines": _lines(rows, own_page=True)} if rows else None
