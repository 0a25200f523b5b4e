"""One message: made ready under the lock of its address, sent outside of any transaction, its answer written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from planner.base import actor, db, i18n
from planner.base.i18n import gettext as _
from planner.base.lock import lock
from planner.base.scope import unscoped
from planner.base.verbs import command
from planner.bots import rules, words
from planner.bots.models import Bot, BotLine, BotPush
from planner.bots.queries import Said, said_by
from planner.bots.rules import STALE, TEST, Fault, Line, plain
from planner.bots.services.gathering import undone_among
from planner.bots.services.setting import state_of
from planner.kernel import clock
from planner.kernel.permissions import P

IN_A_CALL = timedelta(seconds=90)
"""A call that began so long ago was cut off with its worker."""

MOST_AT_ONCE = 300


@command(P.TEAM_EDIT)
def make_push(bot_id: int) -> int | None:
    """The next message of a bot, if it has one by now and its vendor takes one; answers the call to make."""
    bot = db.some(Bot, [bot_id]).get(bot_id)
    if bot is None:
        return None
    lock("bot", bot.place)
    now = clock.now()
    if _is_in_a_call(bot_id, now) or rules.free_at(bot.vendor, _latest(bot.place, now), now) > now:
        return None
    rows, old = _waiting(bot, now)
    token = i18n.speak(bot.language)
    try:
        said = said_by(rows, _told_before(bot_id, rows))
        spoken = {row_id for one in said for row_id in one.ids}
        _end([row for row in rows if row.id not in spoken], now)
        return _pack(bot, rows, said, old, now) if said or old else None
    finally:
        i18n.quiet(token)


def _is_in_a_call(bot_id: int, now: datetime) -> bool:
    """Whether a message is on its way; one whose worker ended in the middle is sent once more, and no third time."""
    for push in db.session().scalars(select(BotPush).where(BotPush.bot_id == bot_id, BotPush.state == "sending")):
        if push.at > now - IN_A_CALL:
            return True
        push.state = "unknown"
        for row in _lines_of(push.id):
            row.push_id, row.tries = None, row.tries + 1
            if row.tries > 1 or row.topic == TEST:
                row.done_at = now
    db.flush()
    return False


def _latest(place: str, now: datetime) -> list[datetime]:
    """When this address was called lately, by whichever team."""
    with unscoped("tell the bots"):
        asked = select(BotPush.at).where(BotPush.place == place, BotPush.at > now - rules.LOOK_BACK)
        return list(db.session().scalars(asked))


def _lines_of(push_id: int) -> list[BotLine]:
    return list(db.session().scalars(select(BotLine).where(BotLine.push_id == push_id, BotLine.done_at.is_(None))))


def _waiting(bot: Bot, now: datetime) -> tuple[list[BotLine], int]:
    """What is due and still counts, in order; and how much was too old."""
    state = state_of(bot.id)
    held = not bot.is_on or state.paused_at is not None or (state.next_at is not None and state.next_at > now)
    asked = select(BotLine).where(BotLine.bot_id == bot.id, BotLine.done_at.is_(None), BotLine.due_at <= now)
    if held:
        asked = asked.where(BotLine.topic == TEST)
    rows = list(db.session().scalars(asked.order_by(BotLine.id).limit(MOST_AT_ONCE)))
    gone = undone_among(row.command_id for row in rows)
    old = [row for row in rows if row.at < now - STALE]
    _end([row for row in rows if row in old or row.command_id in gone], now)
    return [row for row in rows if row.done_at is None], sum(1 for row in old if row.command_id not in gone)


def _end(rows: list[BotLine], now: datetime) -> None:
    for row in rows:
        row.done_at = now


def _told_before(bot_id: int, rows: Sequence[BotLine]) -> set[tuple[str, int]]:
    ids = {row.about_id for row in rows if row.about_id}
    if not ids:
        return set()
    asked = select(BotLine.topic, BotLine.about_id).where(BotLine.bot_id == bot_id, BotLine.sent)
    told: Any = db.session().execute(asked.where(BotLine.about_id.in_(ids)))
    return {(topic, about_id) for topic, about_id in told}


def _pack(bot: Bot, rows: list[BotLine], said: list[Said], old: int, now: datetime) -> int:
    head = plain(actor.current().team_name, 60)
    if bot.keyword and bot.keyword not in head:
        head = f"{head} · {bot.keyword}"
    more, chinese = _("See the page"), bot.language == i18n.CHINESE
    tail = [Line(words.left_out(old))] if old else []

    def body(told: Sequence[Said]) -> dict[str, Any]:
        return rules.body_of(bot.vendor, head, [*(one.line for one in told), *tail], more, chinese)

    count = rules.first_that_fit(said, lambda told: rules.fits(bot.vendor, body(told), len(told)))
    ids = {row_id for one in said[:count] for row_id in one.ids}
    made = {"state": "sending", "count": count, "body": body(said[:count])}
    push = db.add(BotPush(bot_id=bot.id, place=bot.place, at=now, **made))
    for row in rows:
        if row.id in ids:
            row.push_id = push.id
    return push.id


@command(P.TEAM_EDIT)
def note_taken(push_id: int) -> None:
    """The vendor took the message: its lines are told, and a pause is over."""
    push, now = db.one(BotPush, push_id), clock.now()
    push.state = "sent"
    for row in _lines_of(push_id):
        row.done_at, row.sent = now, True
    state = state_of(push.bot_id)
    if state.paused_at is not None:
        state.since = now
    state.ok_at, state.fault, state.fails, state.next_at, state.paused_at = now, None, 0, None, None


@command(P.TEAM_EDIT)
def note_failed(push_id: int, fault: Fault, why: dict[str, Any]) -> None:
    """The message was not taken: its lines wait for the next try, or for somebody who mends it."""
    push, now = db.one(BotPush, push_id), clock.now()
    bot, state = db.one(Bot, push.bot_id, with_trash=True), state_of(push.bot_id)
    push.state, push.fault = "failed", why
    rows, trying = _lines_of(push_id), False
    for row in rows:
        row.push_id, trying = None, trying or row.topic == TEST
        if row.topic == TEST:
            row.done_at = now
    state.failed_at, state.fault = now, why
    if trying and fault is not Fault.LIMITED:
        return
    state.fails += 0 if fault is Fault.LIMITED else 1
    wait = rules.after_failure(bot.vendor, fault, state.fails)
    state.next_at, state.paused_at = (None, now) if wait is None else (now + wait, None)


@command(P.INSTALLATION)
def forget_pushes(before: timedelta) -> int:
    """Take away messages that were sent so long ago; answers how many."""
    with unscoped("clean up"):
        return db.sweep(BotPush, BotPush.at < clock.now() - before)
