"""Base figures of sessions as files and people say them: added up over the streams, with where each comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select

from planner.base import actor
from planner.base.ready import ready
from planner.base.verbs import query
from planner.figures import queries as team_figures
from planner.figures import rules as figures
from planner.figures.models import FigureRules
from planner.figures.rules import USUAL, TeamRules
from planner.kernel.permissions import P
from planner.kernel.spans import business_day, day_span
from planner.live import queries as live
from planner.live.queries import SessionBrief
from planner.live.rules import State
from planner.outcomes.models import FigureSet, FigureValue


@dataclass(frozen=True)
class Taken:
    """Base figures of one stream as one source gave them."""

    id: int
    source: str
    taken_at: datetime
    values: dict[str, Decimal]
    created_by: int | None
    created_at: datetime


@dataclass(frozen=True)
class Origin:
    """Where a base figure comes from: `file`, `typed`, or `times` (how long it was on air); as of when."""

    source: str
    taken_at: datetime | None


@dataclass(frozen=True)
class Result:
    """What came of one session. `figures` are base and derived ones; `streams` how many were added up."""

    session_id: int
    base: Mapping[str, Decimal]
    figures: Mapping[str, Decimal]
    streams: int
    taken_at: datetime
    provisional: bool
    sources: tuple[str, ...]
    origins: Mapping[str, Origin]
    rules: TeamRules


@ready
def _current() -> Any:
    return (
        select(
            FigureSet.id, FigureSet.session_id, FigureSet.source, FigureSet.taken_at, FigureSet.created_by,
            FigureSet.created_at, FigureValue.metric, FigureValue.value, FigureRules.tolerance,
            FigureRules.interactions,
        )
        .select_from(FigureSet)
        .outerjoin(FigureValue, FigureValue.set_id == FigureSet.id)
        .outerjoin(FigureRules, FigureRules.team_id == FigureSet.team_id)
        .where(FigureSet.session_id.in_(bindparam("ids", expanding=True)), FigureSet.current)
        .order_by(FigureSet.id)
    )  # fmt: skip


def _sets(ids: Iterable[int]) -> tuple[dict[int, list[Taken]], TeamRules]:
    """The sets that count, by session, and the team's rules beside them."""
    wanted, rules = list(ids), USUAL
    sets: dict[int, Taken] = {}
    found: dict[int, list[Taken]] = {}
    for set_id, session_id, source, taken_at, who, made_at, metric, value, *agreed in (
        _current.rows(ids=wanted) if wanted else ()
    ):
        if set_id not in sets:
            rules = team_figures.read_rules(*agreed)
            sets[set_id] = Taken(set_id, source, taken_at, {}, who, made_at)
            found.setdefault(session_id, []).append(sets[set_id])
        if metric is not None:
            sets[set_id].values[metric] = value
    return found, rules


def _final_from(b: SessionBrief) -> datetime:
    """From when on figures are final: the business day of the planned start is over, and so is the show."""
    who = actor.current()
    day = day_span(business_day(b.planned_start, who.timezone, who.day_start), who.timezone, who.day_start)
    return max(day.end, b.real_end or b.planned_end)


def _origins(sets: list[Taken], base: Mapping[str, Decimal], in_files: set[str]) -> dict[str, Origin]:
    """A sum over files is as old as its oldest part; what no file says was typed; the rest are the times on air."""
    files = [one.taken_at for one in sets if one.source == "file"]
    typed = {key: one.taken_at for one in sets if one.source == "typed" for key in one.values}
    by_hand = {key: Origin("typed" if key in typed else "times", typed.get(key)) for key in base}
    return by_hand | {key: Origin("file", min(files)) for key in in_files}


def _result(session_id: int, sets: list[Taken], b: SessionBrief, rules: TeamRules) -> Result:
    streams = [one.values for one in sets if one.source == "file"]
    base = figures.add_up(streams)
    said = set(base)
    for one in sets:
        if one.source == "typed":
            base = {**one.values, **base}
    minutes = b.minutes_on_air
    if "minutes" not in base and minutes:
        base["minutes"] = Decimal(round(minutes))
    counting = [one for one in sets if one.source == "file" or not one.values.keys() <= said]
    taken_at = min(one.taken_at for one in counting or sets)
    return Result(
        session_id,
        base,
        {**base, **figures.derive(base, rules.interactions)},
        max(1, len(streams)),
        taken_at,
        b.state is State.LIVE or taken_at < _final_from(b),
        tuple(sorted({one.source for one in sets})),
        _origins(sets, base, said),
        rules,
    )


def current_sets(ids: Iterable[int]) -> dict[int, list[Taken]]:
    """The sets that count, by session; those without are left out."""
    return _sets(ids)[0]


@query(P.RESULT_VIEW)
def results_for(ids: Iterable[int], briefs: Mapping[int, SessionBrief] | None = None) -> dict[int, Result]:
    """The results of many sessions; those without figures are left out."""
    sets, rules = _sets(ids)
    known = briefs if briefs is not None else live.briefs(sets)
    return {
        session_id: _result(session_id, rows, known[session_id], rules)
        for session_id, rows in sets.items()
        if session_id in known
    }


@ready
def _gmv() -> Any:
    said = (FigureValue.set_id == FigureSet.id) & (FigureValue.metric == "gmv")
    asked = select(FigureSet.session_id, FigureSet.source, FigureValue.value).outerjoin(FigureValue, said)
    current = (FigureSet.session_id.in_(bindparam("ids", expanding=True)), FigureSet.current)
    return asked.where(*current).order_by(FigureSet.id)


@query(P.RESULT_VIEW)
def gmv_of(session_ids: list[int]) -> dict[int, Decimal]:
    """The port's answer: the GMV of many sessions as their results tell it, without reckoning anything else."""
    files: dict[int, list[Decimal | None]] = {}
    typed: dict[int, Decimal] = {}
    for session_id, source, value in _gmv.rows(ids=session_ids) if session_ids else ():
        if source == "file":
            files.setdefault(session_id, []).append(value)
        elif value is not None:
            typed.setdefault(session_id, value)
    told = {row_id: [v for v in values if v is not None] for row_id, values in files.items() if None not in values}
    return typed | {session_id: sum(values, Decimal(0)) for session_id, values in told.items()}


@dataclass(frozen=True)
class Typed:
    """What was typed by hand so far: the set (0 where there is none), its figures, who typed it and when."""

    id: int
    values: dict[str, Decimal]
    taken_at: datetime | None = None
    who_id: int | None = None
    at: datetime | None = None


@query(P.RESULT_VIEW)
def typed_figures(session_id: int) -> Typed:
    """What was typed by hand so far, as its form shows it."""
    live.brief(session_id)
    for one in current_sets([session_id]).get(session_id, []):
        if one.source == "typed":
            return Typed(one.id, one.values, one.taken_at, one.created_by, one.created_at)
    return Typed(0, {})


@ready
def _once_typed() -> Any:
    return (
        select(FigureValue.metric, FigureValue.value)
        .join(FigureSet, FigureSet.id == FigureValue.set_id)
        .where(
            FigureSet.id == bindparam("id"),
            FigureSet.session_id == bindparam("session_id"),
            FigureSet.source == "typed",
        )
    )


@query(P.RESULT_VIEW)
def once_typed(session_id: int, set_id: int) -> dict[str, Decimal]:
    """The figures of an earlier set, from which a form started that somebody has overtaken since."""
    return {key: value for key, value in _once_typed.rows(id=set_id, session_id=session_id)} if set_id else {}
