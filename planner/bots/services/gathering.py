"""News, shows that are not ready and the day's summaries become lines; what is taken back is remembered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from planner.base import db, outgoing, show
from planner.base import unit as units
from planner.base.lock import lock
from planner.base.news import read_for
from planner.base.scope import as_team, unscoped
from planner.base.tables import NewsRow
from planner.base.verbs import command, query
from planner.bots.models import Bot, BotLine, BotState, BotUndone
from planner.bots.rules import HOLD, LONGEST_SUMMARY, SOON, STALE, SUMMARIES, UNDONE, Topic, topic_of
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.rules import PLANNED
from planner.live.rules.calling import STEPS, step_of

READER = "bots"
BATCH = 500


@dataclass(frozen=True)
class Listener:
    """A bot that tells: what it wants to hear of, since when."""

    id: int
    team_id: int
    topics: frozenset[str]
    summary_at: int
    since: datetime


def _listeners() -> list[Listener]:
    asked = select(Bot.id, Bot.team_id, Bot.topics, Bot.summary_at, BotState.since)
    asked = asked.join(BotState, BotState.bot_id == Bot.id).where(Bot.is_on, BotState.paused_at.is_(None))
    return [Listener(row[0], row[1], frozenset(row[2]), row[3], row[4]) for row in db.session().execute(asked)]


def _line(bot_id: int, key: str, topic: Topic, at: datetime, **more: Any) -> dict[str, Any]:
    line = {"about_id": None, "facts": {}, "name": str(topic), "command_id": "", "due_at": at}
    return line | {"bot_id": bot_id, "key": key, "topic": str(topic), "at": at, "tries": 0, "sent": False} | more


def _from_news(row: NewsRow, bots: list[Listener]) -> list[dict[str, Any]]:
    topic = topic_of(row.name, row.facts)
    if topic is None or row.at < clock.now() - STALE:
        return []
    about = {"about_id": row.about_id, "facts": row.facts, "name": row.name, "command_id": row.command_id}
    return [
        _line(bot.id, f"news:{row.id}", topic, row.at, **about, due_at=row.at + HOLD)
        for bot in bots
        if topic in bot.topics and row.at >= bot.since
    ]


@command(P.INSTALLATION)
def gather_news() -> int:
    """Read the next news of all teams once, and lay by what their bots want to tell; answers how much was read."""
    with unscoped("tell the bots"):
        lock("news", READER)
        rows, teams = read_for(READER, BATCH), dict[int, list[Listener]]()
        for bot in _listeners() if rows else ():
            teams.setdefault(bot.team_id, []).append(bot)
        for team_id, bots in teams.items():
            lines = [line for row in rows if row.team_id == team_id for line in _from_news(row, bots)]
            with as_team(team_id):
                db.note_all(BotLine, lines)
    return len(rows)


@query(P.INSTALLATION)
def listening_teams() -> list[int]:
    """Teams with a bot that tells what no news says."""
    with unscoped("tell the bots"):
        return sorted({bot.team_id for bot in _listeners() if bot.topics & {*SUMMARIES, Topic.NOT_READY}})


@command(P.TEAM_EDIT)
def foresee() -> None:
    """Lay by what the clock tells: shows that begin soon and are not ready, and the summaries of the day."""
    lock("bots", db.team_id())
    bots, now = _listeners(), clock.now()
    lines = [line for bot in bots for line in _summaries(bot, now)]
    listening = [bot for bot in bots if Topic.NOT_READY in bot.topics]
    soon = live.briefs_between(now, now + SOON, PLANNED) if listening else []
    for brief in soon:
        step = step_of(brief.planned_start, now) or STEPS[0]
        key = f"ready:{brief.id}:{brief.planned_start:%Y%m%dT%H%M}" + (f":{step}" if step != STEPS[0] else "")
        about = {"about_id": brief.id, "facts": {"step": step}}
        lines += [_line(bot.id, key, Topic.NOT_READY, now, **about) for bot in listening]
    db.note_all(BotLine, _new(lines))


def _summaries(bot: Listener, now: datetime) -> list[dict[str, Any]]:
    here = show.local(now)
    due = here.replace(hour=bot.summary_at // 60, minute=bot.summary_at % 60, second=0, microsecond=0)
    if not due <= here < due + LONGEST_SUMMARY or due < bot.since:
        return []
    daily = [topic for topic in Topic if topic in SUMMARIES and topic in bot.topics]
    return [_line(bot.id, f"{topic}:{here:%Y-%m-%d}", topic, now) for topic in daily]


def _new(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not lines:
        return []
    asked = select(BotLine.bot_id, BotLine.key).where(BotLine.key.in_({line["key"] for line in lines}))
    held = {(row[0], row[1]) for row in db.session().execute(asked)}
    return [line for line in lines if (line["bot_id"], line["key"]) not in held]


def take_back(command_id: str) -> None:
    """Registered with undo: what the command did is not told any more, and what was told of it is put right."""
    if db.session().scalar(select(Bot.id).limit(1)) is None:
        return
    unit = units.current()
    for row in db.session().scalars(select(BotUndone).where(BotUndone.by == command_id)):
        db.remove(row)
    db.note(BotUndone, command_id=command_id, by=unit.command_id)
    told = select(BotLine).where(BotLine.command_id == command_id, BotLine.about_id.is_not(None))
    rows = db.session().scalars(told.where(BotLine.sent | BotLine.push_id.is_not(None)))
    db.note_all(BotLine, [_undone(row, unit) for row in rows])


def _undone(row: BotLine, unit: units.Unit) -> dict[str, Any]:
    about = {"about_id": row.about_id, "facts": {UNDONE: True}, "command_id": unit.command_id}
    return _line(row.bot_id, f"back:{row.id}", Topic(row.topic), unit.at, **about, due_at=unit.at + HOLD)


def tell_text(key: str, texts: list[str], path: str) -> int:
    """The port's answer: tell these lines once, the last one with a link; answers how many bots take such."""
    bots, now = [bot for bot in _listeners() if Topic.DAILY in bot.topics], clock.now()
    if not outgoing.is_on():
        return 0
    facts = [{"text": text, "path": path if number == len(texts) else ""} for number, text in enumerate(texts, start=1)]
    lines = [
        _line(bot.id, f"{key}:{number}", Topic.DAILY, now, facts=fact)
        for bot in bots
        for number, fact in enumerate(facts)
    ]
    db.note_all(BotLine, _new(lines))
    return len(bots)


def undone_among(commands: Iterable[str]) -> set[str]:
    """Which of these commands were taken back."""
    wanted = {found for found in commands if found}
    asked = select(BotUndone.command_id).where(BotUndone.command_id.in_(wanted))
    return set(db.session().scalars(asked)) if wanted else set()


@command(P.INSTALLATION)
def forget_lines(before: timedelta) -> int:
    """Take away lines and what was taken back so long ago; answers how many."""
    until = clock.now() - before
    with unscoped("clean up"):
        return db.sweep(BotLine, BotLine.at < until) + db.sweep(BotUndone, BotUndone.created_at < until)
