"""A session's checklist follows the session: moved, with other people, of another weight."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import select

from planner.base import actor, db
from planner.base.lock import lock
from planner.base.verbs import command
from planner.checklists import queries, rules
from planner.checklists.models import ChecklistItem, SopItem, Tick
from planner.checklists.rules import Act, Anchor, ItemState, Recheck, read_evidence
from planner.checklists.services.lists import times_of
from planner.checklists.services.serving import (
    RULED,
    Lists,
    choose_lists,
    new_due,
    serve,
    serve_length,
    shifts_dropped,
)
from planner.checklists.words import title_of
from planner.discussions import queries as discussions
from planner.kernel import clock
from planner.kernel.errors import Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.live import queries as live
from planner.live.models import LiveSession
from planner.live.ports import FollowerLine, SessionChange
from planner.live.rules import OPEN_STATES, State


class ChecklistFollower:
    """Open items move with the session, pinned and done ones stay, done ones reopen where their recheck rule says.

    What was not applicable because its time was over when the list was made is open again when its time lies ahead;
    what applies or no longer does since the session has become another is open, or not applicable.
    """

    def _reopened_by(self, item: ChecklistItem, sop: SopItem, change: SessionChange) -> list[str]:
        rule: Recheck | None = sop.recheck  # type: ignore[assignment]
        done = item.state in (ItemState.DONE, ItemState.SKIPPED)
        if change.since is not None and item.acted_at is not None and item.acted_at < change.since:
            return []
        return rules.reopened_by(rule, change.kinds, change.minutes_moved) if done and rule else []

    def _comes_back(self, item: ChecklistItem, sop: SopItem, due: datetime | None, change: SessionChange) -> bool:
        if item.state is not ItemState.NOT_APPLICABLE or "move" not in change.kinds or sop.anchor is Anchor.EVERY:
            return False
        return due is not None and due > clock.now() and item.due is not None and not item.pinned

    def preview(self, change: SessionChange) -> list[FollowerLine]:
        """What would happen to each item that applies: it moves, reopens, stays because it is pinned or because it is
        done. What nothing happens to is left out."""
        b = live.brief(change.session_id)
        times = replace(times_of(b), planned_start=change.start_after, planned_end=change.end_after)
        rows = live.shifts(change.session_id) if change.crew_after is None else list(change.crew_after)
        shifts, lists = {s.id: s for s in rows}, Lists.of(b)
        gone = shifts_dropped(lists.pairs, rows)
        lines: list[FollowerLine] = []
        for item, sop, held in lists.pairs:
            after, group = new_due(item, sop, held, times, shifts), ""
            if item.id in gone or not lists.apply(sop, held):
                continue
            if self._reopened_by(item, sop, change) or self._comes_back(item, sop, after, change):
                group = "reopens"
            elif item.state in (ItemState.DONE, ItemState.SKIPPED):
                group, after = "done", item.due
            elif item.state is ItemState.OPEN and item.pinned:
                group = "pinned"
            elif item.state is ItemState.OPEN and after != item.due:
                group = "moves"
            if group:
                title = title_of(item.title, item.title_en)
                lines.append(FollowerLine(group, title, item.due, after, item.blocks))
        return lines

    def apply(self, change: SessionChange) -> None:
        """Make it happen."""
        lock("checklist", change.session_id)
        b = live.brief(change.session_id)
        ruled = bool(change.kinds & RULED) and (b.state in OPEN_STATES or "weight" in change.kinds)
        if ruled:
            choose_lists(b)
        lists = Lists.of(b)
        if change.since is not None:
            _close_again([item for item, _sop, _held in lists.pairs], change.since)
        for item, sop, held in lists.pairs:
            why = self._reopened_by(item, sop, change) if lists.apply(sop, held) else []
            if why:
                _reopen(item, sop, {"opened": why, "start": change.start_after.isoformat()})
        serve(b, lists, anew=ruled, comes_back=lambda item, sop, due: self._comes_back(item, sop, due, change))


def _reopen(item: ChecklistItem, sop: SopItem, why: dict[str, Any]) -> None:
    act = Tick(item_id=item.id, act=Act.REOPEN, user_id=actor.current().user_id, given=why)
    act.client_id, act.tapped_at = _own_id(), clock.now()
    db.session().add(act)
    item.state, item.note, item.given, item.evidence = ItemState.OPEN, "", why, sop.evidence
    held = discussions.pictures_of(queries.KIND, [item.id]) if read_evidence(item.evidence).photos else {}
    item.photos_after = max((row_id for row_id, _ in held.get(item.id, ())), default=item.photos_after)
    item.acted_by, item.acted_for, item.acted_at, item.halfway = None, None, None, None


def _own_id() -> str:
    return secrets.token_hex(16)


@command(P.CHECKLIST_TICK)
def retime(session_id: int) -> None:
    """After going live or ending: what hangs on the real times gets its due time."""
    b = live.brief(session_id)
    FOLLOWER.apply(
        SessionChange(session_id, frozenset(), b.planned_start, b.planned_start, b.planned_end, b.planned_end)
    )


@command(P.CHECKLIST_TICK)
def follow_habits() -> None:
    """What is on air is read by the team's new rhythm from now on; other lists learn of it when they go on air."""
    on_air = select(LiveSession.id).where(LiveSession.state == State.LIVE, db.alive(LiveSession))
    for session_id in list(db.session().scalars(on_air.order_by(LiveSession.id))):
        retime(session_id)


@command(P.CHECKLIST_TICK)
def read_on(session_id: int) -> None:
    """A show that runs over its planned length is read on until it ends."""
    lock("checklist", session_id)
    b = live.brief(session_id)
    if b.state is State.LIVE:
        serve_length(session_id, Lists.of(b), live.shifts(session_id), times_of(b))


@command(P.CHECKLIST_TICK)
def follow_answers(session_id: int) -> None:
    """An answer was given, or taken back: lines that ask for it apply, or no longer do."""
    lock("checklist", session_id)
    b = live.brief(session_id)
    serve(b, Lists.of(b), anew=True)


@command(P.SESSION_EDIT)
def pin(item_id: int, pinned: bool) -> int:
    """Hold an item's time when the session moves, or let it go again. Answers the session."""
    item = db.one(ChecklistItem, item_id)
    if item.due is None:
        raise Refused(msg("This item has no time that could be held."))
    item.pinned = pinned
    if not pinned:
        db.flush()
        retime(item.session_id)
    return item.session_id


FOLLOWER = ChecklistFollower()


def _close_again(items: list[ChecklistItem], since: datetime) -> None:
    """What a change opened again that is being taken back stands as it did: by whom, when, and with its note.

    Only what the change itself opened: an item somebody has worked on since keeps what it has. Its acts are
    written once more, as they were, so that the state is what the acts say.
    """
    held = {item.id: item for item in items if item.state is ItemState.OPEN}
    asked = select(Tick).where(Tick.item_id.in_(list(held))).order_by(Tick.item_id, Tick.id)
    acts: dict[int, list[Tick]] = {}
    for tick in db.session().scalars(asked) if held else ():
        acts.setdefault(tick.item_id, []).append(tick)
    for item_id, ticks in acts.items():
        if len(ticks) < 2 or ticks[-1].act is not Act.REOPEN or ticks[-1].created_at != since:
            continue
        before = list(takewhile(lambda tick: tick.act in (Act.DONE, Act.SKIP), reversed(ticks[:-1])))
        if before:
            _stand_again(held[item_id], before[::-1])


def _stand_again(item: ChecklistItem, acts: list[Tick]) -> None:
    last = acts[-1]
    item.state = ItemState.DONE if last.act is Act.DONE else ItemState.SKIPPED
    item.note, item.acted_by, item.acted_for, item.acted_at = last.note, last.user_id, last.for_user_id, last.tapped_at
    item.given = last.given
    if last.given and last.given.get("photos"):
        item.photos_after = min(item.photos_after, min(last.given["photos"]) - 1)
    item.halfway = acts[0].user_id if read_evidence(item.evidence).two else None
    for act in acts:
        again = Tick(item_id=item.id, act=act.act, user_id=act.user_id, client_id=_own_id(), tapped_at=act.tapped_at)
        again.for_user_id, again.note, again.given = act.for_user_id, act.note, act.given
        db.session().add(again)
