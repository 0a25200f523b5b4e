"""Calls before air: what blocks a show that begins soon and is late, told to whom it waits for, once a step.

A call and a nudge are notices like any other, under keys of their own: `call/12/item-345/30/20261128T1200` is the call
for a check of session 12 half an hour before that start. So each is written once, another start is another call, and
what is done, called off, moved or handed to somebody else is read by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from planner.base import actor, db, urgent
from planner.base.telling import Sort
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.kernel.text import Message, msg
from planner.live import queries as live
from planner.live.queries import Call, Open
from planner.live.rules.calling import BETWEEN_NUDGES
from planner.notifications.models import Notice
from planner.notifications.queries.habits import my_habits
from planner.notifications.queries.reminding import Reminder, Round, told_before
from planner.notifications.queries.waiting import CALL, UNREAD, first_rows

NUDGE = "nudge-"


@dataclass(frozen=True)
class MyCall:
    """One thing of mine that blocks a show: which, of what, since when late; `asked` by somebody, or called out."""

    id: int
    session_id: int
    theme: str
    start: datetime
    text: str
    due: datetime | None
    url: str
    asked: bool


def key_of(session_id: int, check: str, step: str, start: datetime) -> str:
    """Under which a call is written once."""
    return f"{CALL}{session_id}/{check}/{step}/{start:%Y%m%dT%H%M}"


def _parts(key: str) -> tuple[int, str, str]:
    """The session, the check and the start of a call."""
    _call, session_id, check, _step, start = key.split("/")
    return int(session_id), check, start


def words_of(call: Open, now: datetime) -> Message:
    """What is told of it, in each reader's language."""
    title: dict[str, Any] = {"title": [*call.check.own]}
    start: dict[str, Any] = {"at": call.session.planned_start.isoformat()}
    late = int((now - call.check.due).total_seconds() // 60) if call.check.due else 0
    return msg("Blocks going live %(when)s and is %(num)s min late: %(title)s", when=start, num=late, title=title)


def _reminders(called: Iterable[Call], now: datetime) -> list[Reminder]:
    made: list[Reminder] = []
    for call in called:
        b = call.session
        key = key_of(b.id, call.check.key, str(call.step), b.planned_start)
        told = (key, Sort.SHIFT, "session", b.id, words_of(call, now), b.planned_start)
        made += [Reminder(user_id, *told) for user_id in call.user_ids]
    return made


def standing(opened: Iterable[Open]) -> dict[tuple[int, int, str, str], Open]:
    """What is open, by person, session, check and start."""
    return {
        (user_id, o.session.id, o.check.key, f"{o.session.planned_start:%Y%m%dT%H%M}"): o
        for o in opened
        for user_id in o.user_ids
    }


def _unread(now: datetime) -> list[Any]:
    asked = select(Notice.id, Notice.user_id, Notice.key).where(*UNREAD, Notice.until > now)
    asked = asked.where(Notice.sort.in_([Sort.SHIFT, Sort.MENTIONED]), Notice.key.startswith(CALL))
    return list(db.session().execute(asked.order_by(Notice.id).limit(2000)))


def _settled(rows: Sequence[Any], fresh: Sequence[Reminder], now: datetime) -> list[int]:
    """Unread ones of what is done, moved, called off or another's by now, and those that a new call replaces."""
    if not rows:
        return []
    open_now = standing(live.open_checks({_parts(row.key)[0] for row in rows}, now))
    again = {(r.user_id, *_parts(r.key)) for r in fresh}
    return [row.id for row in rows if (thing := (row.user_id, *_parts(row.key))) not in open_now or thing in again]


@query(P.INSTALLATION)
def look_for_calls() -> Round:
    """What is to be called out now, and which calls are settled."""
    now = clock.now()
    wanted = _reminders(live.calls(now), now)
    told = told_before(r.key for r in wanted)
    fresh = [r for r in wanted if (r.user_id, r.key) not in told]
    return Round(fresh, _settled(_unread(now), fresh, now))


@query(P.INBOX)
def my_calls() -> list[MyCall]:
    """What blocks a show of mine now and waits for me, each thing once, what is late longest first."""
    me, now = actor.current().user_id or 0, clock.now()
    rows = [row for row in first_rows() if row.key.startswith(CALL)]
    open_now = standing(live.open_checks({_parts(row.key)[0] for row in rows}, now)) if rows else {}
    found: dict[Any, MyCall] = {}
    for row in rows:
        thing = (me, *_parts(row.key))
        held = open_now.get(thing)
        if held is not None and thing not in found:
            b, c = held.session, held.check
            asked = f"/{NUDGE}" in row.key
            found[thing] = MyCall(row.id, b.id, b.theme, b.planned_start, c.text, c.due, c.url, asked)
    return sorted(found.values(), key=lambda call: (call.start, call.due or call.start, call.id))


@query(P.INBOX)
def my_strip() -> dict[str, Any]:
    """The strip at the foot of every open page: what waits for me, and whether it may be heard. What has to be answered
    within seconds comes before what blocks a show."""
    calls = my_calls()
    soon = [each for answer in urgent.urgent for each in answer()] if actor.current().may(P.REQUEST_DECIDE) else []
    return {"urgent": soon, "calls": calls, "aloud": bool(soon or calls) and my_habits().aloud, "now": clock.now()}


@query(P.SESSION_VIEW)
def calls_panel(user_id: int) -> dict[str, Any] | None:
    """On Today, before everything else."""
    calls = my_calls() if actor.current().may(P.INBOX) else []
    return {"calls": calls, "now": clock.now()} if calls else None


@query(P.SESSION_VIEW)
def nudged(session_id: int) -> dict[str, datetime]:
    """The port's answer: for which checks of a session somebody was asked in the last minutes."""
    asked = select(Notice.key, Notice.created_at).where(
        Notice.until > clock.now(),
        Notice.sort == Sort.MENTIONED,
        Notice.about_kind == "session",
        Notice.about_id == session_id,
        Notice.created_at > clock.now() - BETWEEN_NUDGES,
        Notice.key.startswith(CALL),
    )
    rows: Any = db.session().execute(asked.order_by(Notice.id))
    return {_parts(key)[1]: at for key, at in rows}


__all__ = ["CALL", "MyCall", "calls_panel", "key_of", "look_for_calls", "my_calls", "my_strip", "nudged"]
