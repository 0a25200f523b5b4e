"""Field-level history and the feed of news."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import Date, bindparam, select

from planner.base import actor, db, kinds, show
from planner.base.i18n import gettext as _
from planner.base.models import Base, EnumText, UtcDateTime
from planner.base.ready import columns_of, ready
from planner.base.tables import AuditEntry, NewsRow
from planner.base.verbs import query
from planner.base.words import field_form, field_label, is_hidden, label, news_sentence, part_word
from planner.discussions import queries as discussions
from planner.discussions.news import Attached, Commented
from planner.figures.words import format_value, metric_label
from planner.kernel.errors import NotFound
from planner.kernel.news import news_name
from planner.kernel.permissions import P
from planner.outcomes.rules.reviews import Verdict
from planner.people import queries as people
from planner.people.models import Membership, Team, User
from planner.resources.rules import Worth
from planner.resources.words import without_title

MOST_ENTRIES = 200
SHOWN_THERE = tuple(news_name(each) for each in (Commented, Attached))
"""Not among the last changes of a page that shows the comments and the files themselves."""
OF_DISCUSSIONS = ("comment_id", "attachment_id")
WAITS = ("step", "waits_for")
"""What a step waits for may be a request, which not everybody may see."""
FIGURE_FIELDS = {"value", "target", "baseline"}


@dataclass(frozen=True)
class Change:
    """One field, before and after."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Deed:
    """What happened to one row: the object itself (`part` is empty), or a part of it."""

    act: str
    part: str
    changes: list[Change]
    erased: bool

    @property
    def tells(self) -> bool:
        """Whether it says anything: a change of what nobody reads, such as a digest, does not."""
        return self.act != "update" or bool(self.changes) or self.erased


@dataclass(frozen=True)
class Entry:
    """What one command did to the object and its parts."""

    at: datetime
    who: str
    deeds: list[Deed]
    station: str = ""


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
    station: str = ""


def _says_nothing(value: Any) -> bool:
    return value is None or value is False or value in ("", [])


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

    def __init__(self, rows: list[AuditEntry]) -> None:
        tables = {m.class_.__tablename__: m.class_ for m in Base.registry.mappers if hasattr(m.class_, "__tablename__")}
        self.models: dict[str, Any] = {row.kind: tables[row.kind] for row in rows}
        self.referred = {
            (table, column.key): kind.name
            for table, model in self.models.items()
            for column in model.__mapper__.columns
            for key in column.foreign_keys
            if (kind := kinds.of_table(key.target_fullname.split(".")[0])) is not None
        }
        self.metrics = {
            (row.kind, row.object_id): key for row in rows for key in (row.changes or {}).get("metric", ()) if key
        }
        ids: dict[str, set[int]] = {}
        for row in rows:
            for name, pair in (row.changes or {}).items():
                if (row.kind, name) in self.referred:
                    found = {value for value in pair if isinstance(value, int)}
                    ids.setdefault(self.referred[row.kind, name], set()).update(found)
        self.names = {("person", row_id): name for row_id, name in people.names(ids.pop("person", ())).items()}
        self.names |= kinds.titles({(kind, row_id) for kind, held in ids.items() for row_id in held})

    def word(self, table: str, name: str) -> str:
        """The word of a field."""
        return _("In the trash since") if name == "trashed_at" else field_label(table, name)

    def say(self, table: str, name: str, value: Any, metric: str = "") -> str:
        """A value of a field; of a figure's row with the figure's unit."""
        kind, form = self.referred.get((table, name)), field_form(table, name)
        if kind is not None and isinstance(value, int):
            return self.names.get((kind, value), f"#{value}")
        if (table, name) == WAITS and isinstance(value, str) and not actor.current().may(P.REQUEST_VIEW):
            return without_title(value)
        if form is not None and value is not None:
            return form(value)
        if name == "metric" and isinstance(value, str):
            return metric_label(value)
        if metric and name in FIGURE_FIELDS and value is not None:
            return format_value(Decimal(str(value)), metric)
        column = self.models[table].__mapper__.columns.get(name)
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

    def deed(self, row: AuditEntry) -> Deed:
        """What an entry changed, field by field; of a part not which whole it is of."""
        held, part_of = row.changes or {}, self.models[row.kind].__part_of__
        left_out = {"trash_id", *((part_of[1],) if part_of else ())}
        metric = self.metrics.get((row.kind, row.object_id), "")
        part = part_word(row.kind) if row.whole_kind else ""
        if part and metric and row.act == "update":
            part = f"{part} · {metric_label(metric)}"
        told = [
            Change(
                self.word(row.kind, name),
                self.say(row.kind, name, old, metric),
                self.say(row.kind, name, new, metric),
            )
            for name, (old, new) in held.items()
            if name not in left_out
            and not (name == "title" and _is_hidden_link(row))
            and not is_hidden(row.kind, name)
            and not (_says_nothing(old) and _says_nothing(new))
        ]
        return Deed(row.act, part, told, row.changes is None)


def _is_hidden_link(row: AuditEntry) -> bool:
    """Of a link to what may be somebody's alone, or not the reader's to see, the title stays untold."""
    if row.kind != "object_link":
        return False
    to, to_id = (((row.changes or {}).get(name) or (None,))[-1] for name in ("to_kind", "to_id"))
    found = kinds.KINDS.get(to or "")
    if found is None or to_id is None:
        return False
    if not actor.current().may(found.view):
        return True
    return found.readable is not None and (to, to_id) not in kinds.titles({(found.name, to_id)})


def _latest(*conditions: Any) -> list[AuditEntry]:
    asked = select(AuditEntry).where(AuditEntry.team_id == db.team_id(), *conditions)
    return list(db.session().scalars(asked.order_by(AuditEntry.id.desc()).limit(MOST_ENTRIES)))


def _of_object(kind: str, object_id: int) -> list[AuditEntry]:
    """The object's own entries. Of a person they are the membership's, for an account belongs to no team."""
    table = kinds.KINDS[kind].model.__tablename__
    if table == User.__tablename__:
        held = db.session().scalar(select(Membership.id).where(Membership.user_id == object_id))
        if held is None:
            raise NotFound()
        table, object_id = Membership.__tablename__, held
    return _latest(AuditEntry.kind == table, AuditEntry.object_id == object_id)


def _of_parts(table: str, object_id: int) -> list[AuditEntry]:
    """The entries of its parts, and of theirs: a session, its review, the review's findings."""
    holding = {mapper.class_.__part_of__[0] for mapper in Base.registry.mappers if _is_part(mapper.class_)}
    found: list[AuditEntry] = []
    wholes = {table: {object_id}}
    while wholes:
        below: dict[str, set[int]] = {}
        for whole, ids in wholes.items():
            rows = _latest(AuditEntry.whole_kind == whole, AuditEntry.whole_id.in_(ids))
            found += rows
            for row in rows:
                if row.kind in holding:
                    below.setdefault(row.kind, set()).add(row.object_id)
        wholes = below
    return found


def _is_part(model: Any) -> bool:
    return bool(getattr(model, "__part_of__", None))


@query(P.HISTORY_VIEW)
def history(kind: str, object_id: int) -> tuple[str, list[Entry]]:
    """The object's title and everything that was changed on it and its parts, the latest first."""
    if kind not in kinds.KINDS or not kinds.exists(kind, object_id):
        raise NotFound()
    told = [*_of_object(kind, object_id), *_of_parts(kinds.KINDS[kind].model.__tablename__, object_id)]
    rows = sorted(told, key=lambda row: row.id, reverse=True)[:MOST_ENTRIES]
    names = people.names([row.user_id for row in rows])
    title = kinds.titles({(kind, object_id)}).get((kind, object_id), "")
    reader = _Reader(rows)
    entries = [
        Entry(row.at, names.get(row.user_id or 0, ""), [reader.deed(one) for one in (row, *rest)], row.station or "")
        for _command, (row, *rest) in groupby(rows, key=lambda row: (row.command_id, row.at, row.user_id))
    ]
    return title, entries


def _detail(facts: dict[str, Any], said: dict[int, str], brought: dict[int, str]) -> str:
    if facts.get("comment_id"):
        return said.get(facts["comment_id"], "")
    if facts.get("attachment_id"):
        name, more = brought.get(facts["attachment_id"], ""), facts["files"] - 1
        return _("%(name)s and %(n)s more", name=name, n=more) if name and more else name
    if facts.get("verdict"):
        return label(Verdict(facts["verdict"]))
    if facts.get("worth"):
        return label(Worth(facts["worth"]))
    for name in ("title", "note"):
        if facts.get(name):
            return str(facts[name])
    return ""


def _lines(rows: list[Any], own_page: bool = False) -> list[NewsLine]:
    names = people.names([row.user_id for row in rows])
    titles = {} if own_page else kinds.titles({(row.about_kind, row.about_id) for row in rows})
    told, files = ([r.facts[key] for r in rows if key in r.facts and not own_page] for key in OF_DISCUSSIONS)
    said = discussions.excerpts(told) if told else {}
    brought = discussions.file_names(files) if files else {}
    return [
        NewsLine(
            row.at,
            names.get(row.user_id or 0, ""),
            news_sentence(row.name),
            kinds.word(row.about_kind),
            row.about_id,
            titles.get((row.about_kind, row.about_id), ""),
            kinds.link(row.about_kind, row.about_id),
            _detail(row.facts, said, brought),
            row.station or "",
        )
        for row in rows
    ]


@query(P.HISTORY_VIEW)
def news(before: int | None = None, limit: int = 40) -> tuple[list[NewsLine], int | None]:
    """What happened in the team, the latest first; and the key of the next page."""
    about = kinds.readable_about(NewsRow.about_kind, NewsRow.about_id, actor.current().user_id)
    asked = select(NewsRow).where(NewsRow.team_id == db.team_id(), *about)
    if before is not None:
        asked = asked.where(NewsRow.id < before)
    rows = list(db.session().scalars(asked.order_by(NewsRow.id.desc()).limit(limit + 1)))
    return _lines(rows[:limit]), rows[limit - 1].id if len(rows) > limit else None


@ready
def _on_session() -> Any:
    about = (NewsRow.about_kind == "session", NewsRow.about_id == bindparam("id"))
    asked = select(*columns_of(NewsRow)).where(NewsRow.team_id == bindparam("team_id"), *about)
    asked = asked.where(NewsRow.name.not_in(SHOWN_THERE))
    return asked.order_by(NewsRow.id.desc()).limit(5)


@query(P.HISTORY_VIEW)
def on_session(session_id: int) -> dict[str, Any] | None:
    """The last lines of a session, for its page."""
    rows = list(_on_session.rows(team_id=db.team_id(), id=session_id))
    return {"lines": _lines(rows, own_page=True)} if rows else None


@query(P.SELF)
def own_data(user_id: int) -> dict[str, list[dict[str, Any]]]:
    """The port's answer to people: news by and about oneself, and which fields one has changed of what."""
    about = (NewsRow.about_kind == "person") & (NewsRow.about_id == user_id)
    news_of = (
        select(Team.name.label("team"), NewsRow.at, NewsRow.name, NewsRow.about_kind, NewsRow.about_id, NewsRow.facts)
        .join(NewsRow, NewsRow.team_id == Team.id)
        .where(about | (NewsRow.user_id == user_id))
        .order_by(NewsRow.id)
    )
    entries = (
        select(Team.name, AuditEntry.at, AuditEntry.act, AuditEntry.kind, AuditEntry.object_id, AuditEntry.changes)
        .join(AuditEntry, AuditEntry.team_id == Team.id)
        .where(AuditEntry.user_id == user_id)
        .order_by(AuditEntry.id)
    )
    return {
        "news": db.dicts(news_of),
        "changes": [
            {"team": team, "at": at, "act": act, "kind": kind, "id": row_id, "fields": sorted(changes or ())}
            for team, at, act, kind, row_id, changes in db.session().execute(entries)
        ],
    }
