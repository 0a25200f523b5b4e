"""The wall of the control room: which of tonight's shows is in trouble, what it lacks, and who has that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_

from planner.base import actor
from planner.base.actor import acting
from planner.base.models import UtcDateTime
from planner.base.ready import ready
from planner.base.verbs import check, query
from planner.checklists.models import ChecklistItem
from planner.checklists.queries.emergencies import EmergencyRow, emergencies
from planner.checklists.queries.items import items_asked, not_missed, progress, read_items
from planner.checklists.rules import ItemState, Stage
from planner.kernel import clock
from planner.kernel.permissions import P, Role
from planner.live import queries as live
from planner.live.queries import SessionBrief, Strip
from planner.live.rules import BEFORE_AIR, Go, State, trouble

LINES, LEAST_LACKS, MOST_LACKS = 18, 2, 8
"""How many lines of what is missing a screen holds, and how many a show has at least and at most."""


@dataclass(frozen=True)
class Lack:
    """Something that should be done by now, or is next (`late` is 0): what, who, since when."""

    text: str
    who: str
    due: datetime | None
    blocks: bool
    late: int


@dataclass(frozen=True)
class WallRow:
    """A show."""

    session: SessionBrief
    go: Go | None
    lacks: list[Lack]
    more: int
    next: Lack | None
    done: int
    total: int
    rank: int
    emergencies: tuple[EmergencyRow, ...] = ()


@dataclass(frozen=True)
class Wall:
    """The shows of tonight, the worst first; `coming` where there is none."""

    rows: list[WallRow]
    coming: SessionBrief | None
    now: datetime


@query(P.PUBLIC)
def wall() -> Wall:
    """Tonight, for whoever is in the team, and for its shared desks also while they are locked."""
    who = actor.current()
    if who.station is None or who.signed_in:
        check(P.CHECKLIST_VIEW)
        return _wall()
    with acting(replace(who, role=Role.VIEWER, only=None)):
        return _wall()


def _wall() -> Wall:
    now = clock.now()
    strips = live.strips(now)
    begun = [s.brief.id for s in strips if s.brief.state in (State.LIVE, State.ENDED)]
    late, counts = _late_by_session(begun, now), progress([s.brief.id for s in strips])
    most = max(LEAST_LACKS, min(MOST_LACKS, LINES // max(1, len(strips))))
    rows = [_row(s, most, late.get(s.brief.id, []), counts.get(s.brief.id, (0, 0)), now) for s in strips]
    troubles = [e for e in emergencies(s.brief.id for s in strips if not s.brief.real_end) if not e.ended]
    rows = [replace(r, emergencies=tuple(e for e in troubles if e.session_id == r.session.id)) for r in rows]
    coming = next(iter(live.next_briefs(limit=1)), None) if not rows else None
    return Wall(sorted(rows, key=lambda r: (not r.emergencies, r.rank, r.session.start)), coming, now)


@ready
def _late() -> Any:
    asked = items_asked().where(
        ChecklistItem.session_id.in_(bindparam("ids", expanding=True)),
        or_(ChecklistItem.stage.in_((Stage.AIR, Stage.AFTER)), ChecklistItem.blocks),
        ChecklistItem.state == ItemState.OPEN,
        ChecklistItem.due <= bindparam("now", type_=UtcDateTime()),
        not_missed(ChecklistItem, bindparam("now", type_=UtcDateTime())),
    )
    return asked.order_by(ChecklistItem.due, ChecklistItem.id)


def _late_by_session(session_ids: Iterable[int], now: datetime) -> dict[int, list[tuple[Stage, Lack]]]:
    wanted = list(session_ids)
    found: dict[int, list[tuple[Stage, Lack]]] = {}
    for i in read_items(_late, ids=wanted, now=now) if wanted else ():
        lack = Lack(i.title, i.user_name or i.position, i.due, i.blocks, _minutes(i.due, now))
        found.setdefault(i.session_id, []).append((i.stage, lack))
    return found


def _minutes(due: datetime | None, now: datetime) -> int:
    return max(0, int((now - due).total_seconds() // 60)) if due is not None else 0


def _row(s: Strip, most: int, late: list[tuple[Stage, Lack]], counts: tuple[int, int], now: datetime) -> WallRow:
    b = s.brief
    ahead = b.state in BEFORE_AIR
    stage = Stage.AIR if b.state is State.LIVE else Stage.AFTER
    lacks = [Lack(c.text, c.who, c.due, c.blocking, _minutes(c.due, now)) for c in s.missing] if ahead else []
    lacks += [lack for its_stage, lack in late if its_stage is stage or (b.state is State.LIVE and lack.blocks)]
    lacks.sort(key=lambda lack: (not lack.blocks, lack.due or now))
    coming = s.next if ahead else None
    following = Lack(coming.text, coming.who, coming.due, coming.blocking, 0) if coming is not None else None
    rank = trouble(b.state, s.go, late=bool(lacks))
    go = s.go if ahead else None
    return WallRow(b, go, lacks[:most], len(lacks[most:]), following, *counts, rank)
