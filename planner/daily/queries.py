"""What a day's report is compiled from, and reports as they are read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import has_request_context, url_for
from sqlalchemy import func, select

from planner.base import actor, db, show
from planner.base.scope import unscoped
from planner.base.tables import NewsRow
from planner.base.verbs import query
from planner.checklists.models import ChecklistItem
from planner.checklists.rules import ItemState
from planner.daily import ports, rules, words
from planner.daily.models import DailyReport, DailyRules
from planner.daily.rules import USUAL_HOUR, Part, Source
from planner.kernel import clock
from planner.kernel.news import news_name
from planner.kernel.permissions import P
from planner.kernel.spans import Span, day_span
from planner.live import queries as live
from planner.live.models import LiveSession
from planner.live.queries import SessionBrief
from planner.live.rules import AFTER_AIR, PLANNED, State
from planner.outcomes.queries import sets
from planner.people import queries as people
from planner.people.models import Team, User
from planner.plan import queries as plan
from planner.plan.models import Step
from planner.plan.news import StepMoved
from planner.plan.queries import StepRow
from planner.plan.rules import UNFINISHED, StepState

MOST = 30
LATEST_NEWS = 3000
TICKED_BEFORE, TICKED_AFTER = timedelta(days=10), timedelta(days=3)
"""So long before and after a show its list is worked on."""

STEP_MOVED = news_name(StepMoved)
TEAM = "team"
ON_AIR = frozenset({State.LIVE, *AFTER_AIR})


@dataclass(frozen=True)
class SentRow:
    """A report of the day as others read it."""

    id: int
    name: str
    text: str
    sent_at: datetime


@dataclass(frozen=True)
class DailyPage:
    """One report with what it is compiled from; `text` is what was saved, else what was compiled."""

    day: date
    whose: str
    version: int
    text: str
    compiled: str
    saved: bool
    sent_at: datetime | None
    sources: list[Source]
    others: list[SentRow]
    writable: bool
    send_at: int
    is_on: bool
    groups: int
    """How many groups take reports."""


def whose(team: bool) -> str:
    """The key of my report, or of the team's."""
    return TEAM if team else f"person:{actor.current().user_id}"


def span_of(day: date) -> Span:
    """The instants of a business day."""
    who = actor.current()
    return day_span(day, who.timezone, who.day_start)


def _page_of(endpoint: str, **values: Any) -> str:
    """Where a source is looked at; the worker, which shows them to nobody, needs none."""
    return url_for(endpoint, **values) if has_request_context() else ""


def _session(b: SessionBrief) -> str:
    return _page_of("live.session", session_id=b.id)


def _day_news(day: Span, names: Iterable[str], user_id: int | None) -> Any:
    """The condition of somebody's, or everybody's, news of a day: among the last ones, which an index finds."""
    latest = select(NewsRow.id).where(NewsRow.team_id == db.team_id()).order_by(NewsRow.id.desc()).limit(LATEST_NEWS)
    found = NewsRow.id.in_(latest) & NewsRow.name.in_(names) & (NewsRow.at >= day.start) & (NewsRow.at < day.end)
    return found if user_id is None else found & (NewsRow.user_id == user_id)


def _finished(user_id: int | None, day: Span) -> list[Source]:
    """The steps that were finished on a day and still are."""
    moved = select(NewsRow.about_id).where(_day_news(day, (STEP_MOVED,), user_id))
    asked = select(Step.id, Step.title, User.name).outerjoin(User, User.id == Step.done_by)
    asked = asked.where(Step.id.in_(moved), Step.state == StepState.DONE, Step.done_at >= day.start)
    if user_id is not None:
        asked = asked.where(Step.done_by == user_id)
    rows = db.session().execute(asked.where(Step.done_at < day.end).order_by(Step.done_at, Step.id).limit(MOST))
    return [
        Source(
            Part.DONE, words.step_done(row[1], "" if user_id else row[2] or ""), _page_of("plan.step", step_id=row[0])
        )
        for row in rows
    ]


def _ticked(user_id: int, day: Span) -> dict[int, int]:
    """How many items somebody ticked on a day, by show: of the shows around it, whose lists are found by them."""
    near = select(LiveSession.id).where(
        LiveSession.planned_start >= day.start - TICKED_AFTER, LiveSession.planned_start < day.end + TICKED_BEFORE
    )
    acted = (ChecklistItem.acted_by == user_id, ChecklistItem.state == ItemState.DONE)
    asked = select(ChecklistItem.session_id, func.count(ChecklistItem.id)).where(*acted)
    asked = asked.where(ChecklistItem.session_id.in_(near))
    asked = asked.where(ChecklistItem.acted_at >= day.start, ChecklistItem.acted_at < day.end)
    return {row[0]: row[1] for row in db.session().execute(asked.group_by(ChecklistItem.session_id).limit(MOST))}


def _done_news(user_id: int, day: Span) -> dict[str, list[int]]:
    """The shows of what somebody did, by the name of the news."""
    asked = select(NewsRow.name, NewsRow.about_id).where(_day_news(day, words.TOLD_NEWS, user_id))
    found: dict[str, list[int]] = {}
    for name, session_id in db.session().execute(asked.order_by(NewsRow.id)):
        if session_id not in found.setdefault(name, []):
            found[name].append(session_id)
    return found


def _ahead(day: Span) -> datetime:
    """From when on a show is still to come: from now while the day runs, else from its end."""
    return min(max(clock.now(), day.start), day.end)


def _turns(user_id: int, day: Span, tomorrow: Span) -> tuple[list[Source], list[Source]]:
    """Somebody's turns in the shows of the day that were on air, and in those still to come until the next is over."""
    held: dict[tuple[Part, int], tuple[SessionBrief, list[Any]]] = {}
    for b, turn in live.my_shifts(user_id, day.start, tomorrow.end):
        if b.state in ON_AIR and day.start <= turn.start < day.end:
            held.setdefault((Part.DONE, b.id), (b, []))[1].append(turn)
        elif b.state in PLANNED and turn.start >= _ahead(day):
            held.setdefault((Part.NEXT, b.id), (b, []))[1].append(turn)
    found: dict[Part, list[Source]] = {Part.DONE: [], Part.NEXT: []}
    for (part, _id), (b, turns) in held.items():
        span = show.span((min(t.start for t in turns), max(t.end for t in turns)))
        at = span if part is Part.DONE else f"{show.day(turns[0].start)} {span}"
        said = words.shift(b, at, words.listed(t.position_name for t in turns))
        found[part].append(Source(part, said, _session(b)))
    return found[Part.DONE], found[Part.NEXT]


def _open_steps(rows: list[StepRow], day: date, who: bool) -> list[Source]:
    waiting = [row for row in rows if row.waits_for]
    soon = [r for r in rows if not r.waits_for and r.due is not None and r.due <= day + timedelta(days=2)]
    ahead = [Source(Part.NEXT, words.step_next(r, who), _page_of("plan.step", step_id=r.id)) for r in soon[:10]]
    return ahead + [
        Source(Part.BLOCKED, words.step_blocked(row, who), _page_of("plan.step", step_id=row.id))
        for row in waiting[:10]
    ]


def sources_of_person(user_id: int, day: date) -> list[Source]:
    """What somebody did on a day, what comes next, what waits for others."""
    span, tomorrow = span_of(day), span_of(day + timedelta(days=1))
    turns, coming = _turns(user_id, span, tomorrow)
    found = turns + _finished(user_id, span)
    ticked, news = _ticked(user_id, span), _done_news(user_id, span)
    held = live.briefs({*ticked, *(row_id for ids in news.values() for row_id in ids)})
    for session_id, count in ticked.items():
        if session_id in held:
            found.append(Source(Part.DONE, words.ticks(count, held[session_id]), _session(held[session_id])))
    for name, ids in news.items():
        shows = [held[row_id] for row_id in ids if row_id in held]
        if shows:
            url = _session(shows[0]) if len(shows) == 1 else ""
            found.append(Source(Part.DONE, words.acts(name, [b.theme for b in shows]), url))
    return found + coming + _open_steps(plan.my_steps(user_id, MOST), day, False)


def sources_of_team(day: date) -> list[Source]:
    """What the team did on a day, what comes next, what is blocked."""
    span, tomorrow = span_of(day), span_of(day + timedelta(days=1))
    near = live.briefs_between(span.start, tomorrow.end, [*ON_AIR, *PLANNED])
    shown = [b for b in near if b.planned_start < span.end and b.state in ON_AIR]
    gmv = sets.gmv_of([b.id for b in shown])
    found = [Source(Part.DONE, words.show_over(b, gmv.get(b.id)), _session(b)) for b in shown]
    found += _finished(None, span)
    coming = [b for b in near if b.planned_start >= _ahead(span) and b.state in PLANNED]
    found += [Source(Part.NEXT, words.show_to_come(b), _session(b)) for b in coming]
    return found + _open_steps(_team_steps(day), day, True)


def _team_steps(day: date) -> list[StepRow]:
    soon = (Step.due <= day + timedelta(days=2)) | (Step.waits_for != "")
    asked = select(*plan.STEP_COLUMNS).outerjoin(plan.Owner, plan.Owner.id == Step.owner_id)
    asked = asked.where(Step.state.in_(UNFINISHED), soon)
    rows = db.session().execute(asked.order_by(Step.due.is_(None), Step.due, Step.id).limit(MOST))
    return [plan.step_row(row) for row in rows]


def compiled(team: bool, day: date) -> tuple[list[Source], str]:
    """The sources of my report, or of the team's, and the text they make."""
    who = actor.current()
    sources = sources_of_team(day) if team else sources_of_person(who.user_id or 0, day)
    name = who.team_name if team else who.name
    return sources, rules.text_of(words.head(name, day), words.heads(), sources)


@query(P.STEP_DO)
def daily_rules() -> tuple[int, bool, int]:
    """Version, whether reports go out by themselves, and when; the usual ones at version 0."""
    row = db.session().scalars(select(DailyRules)).one_or_none()
    return (row.version, row.is_on, row.send_at) if row else (0, False, USUAL_HOUR)


@query(P.INSTALLATION)
def sending_teams() -> list[int]:
    """Teams whose reports go out by themselves."""
    with unscoped("daily reports"):
        asked = select(DailyRules.team_id).where(DailyRules.is_on).order_by(DailyRules.team_id)
        return list(db.session().scalars(asked))


def report_of(day: date, key: str) -> DailyReport | None:
    """A report that was saved."""
    return (
        db.session().scalars(select(DailyReport).where(DailyReport.day == day, DailyReport.whose == key)).one_or_none()
    )


@query(P.STEP_DO)
def daily_page(day: date, team: bool, anew: bool = False) -> DailyPage:
    """My report of a day, or the team's; `anew` shows it as it would be compiled now, whatever was saved."""
    key, (_version, on, send_at) = whose(team), daily_rules()
    rows, (sources, told) = _shown(day, key), compiled(team, day)
    row = next((row for row in rows if row.whose == key), None)
    sent = row.sent_at if row else None
    may = actor.current().may(P.PLAN_EDIT) or not team
    kept = row is not None and (not anew or sent is not None)
    return DailyPage(
        day=day,
        whose=key,
        version=row.version if row else 0,
        text=row.text if row is not None and kept else told,
        compiled=told,
        saved=kept,
        sent_at=sent,
        sources=sources,
        others=_others([row for row in rows if row.sent_at is not None]),
        writable=may and sent is None and rules.may_be_written(day, show.today()),
        send_at=send_at,
        is_on=on,
        groups=sum(takers() for takers in ports.takers),
    )


def _shown(day: date, key: str) -> list[DailyReport]:
    """The reports of a day that were sent, the team's first, and the one that is asked for."""
    asked = select(DailyReport).where(DailyReport.day == day)
    asked = asked.where(DailyReport.sent_at.is_not(None) | (DailyReport.whose == key))
    order = (DailyReport.user_id.is_not(None), DailyReport.sent_at, DailyReport.id)
    return list(db.session().scalars(asked.order_by(*order).limit(100)))


def _others(rows: list[DailyReport]) -> list[SentRow]:
    names, team = people.names([row.user_id for row in rows]), actor.current().team_name
    return [
        SentRow(row.id, names.get(row.user_id or 0, "–") if row.user_id else team, row.text, row.sent_at)
        for row in rows
        if row.sent_at is not None
    ]


@query(P.STEP_DO)
def on_me(user_id: int) -> dict[str, Any]:
    """What stands on one's own page: the way to the report, which a phone's bar has no room for."""
    return {}


@query(P.SELF)
def own_data(user_id: int) -> dict[str, list[dict[str, Any]]]:
    """The port's answer: the reports one has written."""
    asked = select(Team.name.label("team"), DailyReport.day, DailyReport.text, DailyReport.sent_at)
    asked = asked.join(DailyReport, DailyReport.team_id == Team.id).where(DailyReport.user_id == user_id)
    return {"daily_reports": db.dicts(asked.order_by(DailyReport.id))}
