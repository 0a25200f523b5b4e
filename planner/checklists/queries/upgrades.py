"""Which lists run which version of a SOP, and what going over to the one in force would do to each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import case, func, select

from planner.base import db
from planner.base.verbs import query
from planner.checklists.models import Checklist, ChecklistItem, SopItem, SopTemplate, SopVersion
from planner.checklists.queries.items import not_missed
from planner.checklists.queries.origins import ways_of
from planner.checklists.rules import FIELDS, ItemState, Upgrade, upgrade_of
from planner.checklists.words import title_of
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.models import LiveSession, Studio
from planner.live.queries import SessionBrief
from planner.live.rules import OPEN_STATES, State
from planner.people import queries as people

NOT_OVER = tuple(sorted(OPEN_STATES))
"""Lists of sessions that are on air or to come can go over; those of what is off air stand as they were run."""
MOST_SHOWN = 60
STILL_ON = timedelta(hours=2)
"""How long after its planned end a show that nobody began or ended is still the one in the room."""


@dataclass(frozen=True)
class Running:
    """A list on an older version, with what an upgrade would do, in the titles of lines."""

    checklist_id: int
    version_id: int
    session: SessionBrief
    number: int | None
    upgrade: Upgrade
    added: list[str]
    dropped: list[str]
    dropped_done: list[str]
    changed: list[str]


def _behind(template_id: int) -> list[tuple[int, int, int, int | None]]:
    asked = (
        select(Checklist.id, Checklist.session_id, Checklist.version_id, SopVersion.number)
        .join(LiveSession, LiveSession.id == Checklist.session_id)
        .join(SopVersion, SopVersion.id == Checklist.version_id)
        .join(SopTemplate, SopTemplate.id == Checklist.template_id)
        .where(
            Checklist.template_id == template_id,
            Checklist.version_id != SopTemplate.version_id,
            Checklist.began.is_(None),
            Checklist.dropped.is_(False),
            LiveSession.state.in_(NOT_OVER),
            db.alive(LiveSession),
        )
        .order_by(LiveSession.planned_start, Checklist.id)
        .limit(MOST_SHOWN)
    )
    return [(row[0], row[1], row[2], row[3]) for row in db.session().execute(asked)]


@query(P.CHECKLIST_VIEW)
def behind(template_id: int) -> int:
    """How many lists of sessions that are not over run an older version."""
    return len(_behind(template_id))


@query(P.SOP_EDIT)
def upgrades(template_id: int) -> dict[str, Any]:
    """Every list that could go over to the version in force, with what that would do to it; and by the version that
    they run what has changed since, line by line."""
    template = db.one(SopTemplate, template_id)
    rows = _behind(template_id)
    briefs = live.briefs([row[1] for row in rows])
    ways = ways_of(template, [row[2] for row in rows])
    lines = {version_id: {line.key: line for line in held} for version_id, held in ways.lines.items()}
    items: dict[int, list[tuple[str, object]]] = {}
    asked = select(ChecklistItem.checklist_id, SopItem.key, ChecklistItem.state).join(
        SopItem, SopItem.id == ChecklistItem.sop_item_id
    )
    for list_id, key, state in db.session().execute(asked.where(ChecklistItem.checklist_id.in_([r[0] for r in rows]))):
        items.setdefault(list_id, []).append((key, state))
    after = lines.get(template.version_id or 0, {})
    found = [
        _running(list_id, version_id, briefs[session_id], number, lines[version_id], after, items.get(list_id, []))
        for list_id, session_id, version_id, number in rows
        if session_id in briefs
    ]
    title = title_of(template.name, template.name_en)
    the_latest_last = [i for held in reversed(list(lines.values())) for i in held.values()]
    told = {
        "ways": list(ways.by_version.items()),
        "positions": {p.id: p.name for p in people.positions()},
        "titles": {i.key: title_of(i.title, i.title_en) for i in the_latest_last},
    }
    return {"template": template, "title": title, "number": ways.number, "lists": found, **told}


def _running(
    list_id: int,
    version_id: int,
    session: SessionBrief,
    number: int | None,
    before: dict[str, SopItem],
    after: dict[str, SopItem],
    items: list[tuple[str, object]],
) -> Running:
    said = [{key: {name: getattr(i, name) for name in FIELDS} for key, i in lines.items()} for lines in (before, after)]
    found = upgrade_of(*said, items)  # type: ignore[arg-type]
    titles = {key: title_of(line.title, line.title_en) for lines in (before, after) for key, line in lines.items()}
    words = [[titles[k] for k in keys] for keys in (found.added, found.dropped, found.dropped_done, found.changed)]
    return Running(list_id, version_id, session, number, found, *words)


@dataclass(frozen=True)
class Ran:
    """A session that ran a version, with its list."""

    session: SessionBrief
    number: int | None
    done: int
    total: int


@query(P.CHECKLIST_VIEW)
def ran(template_id: int, version_id: int | None = None, limit: int = 60) -> list[Ran]:
    """The sessions whose lists run, or ran, versions of a SOP, the latest first; those of one version alone."""
    asked = (
        select(Checklist.session_id, func.max(SopVersion.number))
        .join(SopVersion, SopVersion.id == Checklist.version_id)
        .join(LiveSession, LiveSession.id == Checklist.session_id)
        .where(Checklist.template_id == template_id, Checklist.dropped.is_(False), db.alive(LiveSession))
        .group_by(Checklist.session_id, LiveSession.planned_start)
        .order_by(LiveSession.planned_start.desc(), Checklist.session_id.desc())
    )
    if version_id is not None:
        asked = asked.where(Checklist.version_id == version_id)
    rows = [(row[0], row[1]) for row in db.session().execute(asked.limit(limit))]
    ids = [session_id for session_id, _number in rows]
    briefs, counts = live.briefs(ids), _done_of(template_id, ids)
    return [
        Ran(briefs[session_id], number, *counts.get(session_id, (0, 0)))
        for session_id, number in rows
        if session_id in briefs
    ]


def _done_of(template_id: int, session_ids: list[int]) -> dict[int, tuple[int, int]]:
    """Done and all items of the lists of a SOP by session, without those that do not apply or were missed."""
    done = func.sum(case((ChecklistItem.state != ItemState.OPEN, 1), else_=0))
    from_list = (
        select(ChecklistItem.session_id, done, func.count(ChecklistItem.id))
        .join(Checklist, Checklist.id == ChecklistItem.checklist_id)
        .where(
            Checklist.template_id == template_id,
            ChecklistItem.session_id.in_(session_ids),
            ChecklistItem.state != ItemState.NOT_APPLICABLE,
            not_missed(ChecklistItem, clock.now()),
        )
        .group_by(ChecklistItem.session_id)
    )
    return {session_id: (int(count), total) for session_id, count, total in db.session().execute(from_list)}


@query(P.CHECKLIST_VIEW)
def ran_page(template_id: int, version_id: int | None) -> dict[str, Any]:
    """The sessions that ran a SOP, by version, with how many ran each."""
    template = db.one(SopTemplate, template_id)
    counted = (
        select(SopVersion.id, SopVersion.number, func.count(func.distinct(Checklist.session_id)))
        .join(Checklist, Checklist.version_id == SopVersion.id)
        .join(LiveSession, LiveSession.id == Checklist.session_id)
        .where(SopVersion.template_id == template_id, Checklist.dropped.is_(False), db.alive(LiveSession))
        .group_by(SopVersion.id, SopVersion.number)
        .order_by(SopVersion.number.desc())
    )
    versions = [(row[0], row[1], row[2]) for row in db.session().execute(counted)]
    title = title_of(template.name, template.name_en)
    shown = {"versions": versions, "version_id": version_id, "rows": ran(template_id, version_id)}
    return {"template": template, "title": title, **shown}


@query(P.CHECKLIST_VIEW)
def next_of_studio(studio_id: int) -> tuple[str, int | None]:
    """The name of a studio, and the session with a list that is on there or comes next."""
    studio = db.one(Studio, studio_id)
    begins = clock.now() - STILL_ON
    asked = (
        select(LiveSession.id)
        .join(Checklist, Checklist.session_id == LiveSession.id)
        .where(
            LiveSession.studio_id == studio_id,
            LiveSession.state.in_(list(OPEN_STATES - {State.DRAFT})),
            LiveSession.planned_end > begins,
            db.alive(LiveSession),
        )
        .order_by(LiveSession.planned_start, LiveSession.id)
        .limit(1)
    )
    return studio.name, db.session().scalar(asked)
