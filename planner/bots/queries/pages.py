"""Bots as their pages show them: never an address or a secret, only that there is one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from planner.base import db, i18n, outgoing
from planner.base.verbs import query
from planner.bots.models import Bot, BotLine, BotPush, BotState
from planner.bots.rules import TEST, Topic, Vendor
from planner.kernel import clock
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P

SHOWN = 20
KEPT_TEXT = 160


@dataclass(frozen=True)
class BotRow:
    """A bot with how it goes; `waiting` is how much it has still to tell."""

    id: int
    version: int
    vendor: Vendor
    name: str
    address: str
    has_secret: bool
    keyword: str
    language: str
    topics: list[str]
    summary_at: int
    is_on: bool
    ok_at: datetime | None
    failed_at: datetime | None
    fault: str
    fails: int
    next_at: datetime | None
    paused_at: datetime | None
    waiting: int
    trying: bool

    @property
    def failing(self) -> bool:
        """Whether its last message was not taken."""
        return self.failed_at is not None and (self.ok_at is None or self.ok_at < self.failed_at)


@dataclass(frozen=True)
class PushRow:
    """A message that was sent, or not."""

    at: datetime
    state: str
    count: int
    text: str
    fault: str


@dataclass(frozen=True)
class BotsPage:
    """All bots of the team, and what the installation allows."""

    rows: list[BotRow]
    is_on: bool
    hosts: list[str]
    links: bool


def _asked() -> Any:
    waits = (
        select(func.count(BotLine.id))
        .where(BotLine.bot_id == Bot.id, BotLine.team_id == Bot.team_id, BotLine.done_at.is_(None))
        .scalar_subquery()
    )
    trying = (
        select(func.count(BotLine.id))
        .where(BotLine.bot_id == Bot.id, BotLine.team_id == Bot.team_id, BotLine.done_at.is_(None))
        .where(BotLine.topic == TEST)
        .scalar_subquery()
    )
    return select(Bot, BotState, waits, trying).join(BotState, BotState.bot_id == Bot.id)


def _row(bot: Bot, state: BotState, waiting: int, trying: int) -> BotRow:
    return BotRow(
        id=bot.id,
        version=bot.version,
        vendor=bot.vendor,
        name=bot.name,
        address=outgoing.masked(bot.webhook),
        has_secret=bool(bot.signing),
        keyword=bot.keyword,
        language=bot.language,
        topics=bot.topics,
        summary_at=bot.summary_at,
        is_on=bot.is_on,
        ok_at=state.ok_at,
        failed_at=state.failed_at,
        fault=i18n.told(state.fault) if state.fault else "",
        fails=state.fails,
        next_at=state.next_at if state.next_at and state.next_at > clock.now() else None,
        paused_at=state.paused_at,
        waiting=waiting - trying,
        trying=trying > 0,
    )


@query(P.TEAM_EDIT)
def bots() -> BotsPage:
    """The team's bots, in the order they were added."""
    rows = [_row(*found) for found in db.session().execute(_asked().order_by(Bot.id))]
    hosts = sorted(outgoing.hosts())
    return BotsPage(rows, bool(hosts), hosts, bool(current_app.config["PUBLIC_URL"]))


@query(P.TEAM_EDIT)
def bot(bot_id: int) -> BotRow:
    """One bot."""
    db.one(Bot, bot_id)
    found = db.session().execute(_asked().where(Bot.id == bot_id)).one_or_none()
    if found is None:
        raise NotFound()
    return _row(*found)


def _text_of(body: dict[str, Any]) -> str:
    """The words of a message without its form."""
    if "content" in body:
        told = next(iter(body["content"]["post"].values()))
        rows = ["".join(piece["text"] for piece in row if piece["tag"] == "text").strip() for row in told["content"]]
        return "\n".join(rows)
    marked: str = body["markdown"].get("text") or body["markdown"]["content"]
    rows = [line.lstrip("->* ").split(" [")[0] for line in marked.splitlines()[1:] if line.strip()]
    return "\n".join(rows)


@query(P.TEAM_EDIT)
def pushes(bot_id: int) -> list[PushRow]:
    """The last messages of a bot, the latest first."""
    db.one(Bot, bot_id)
    asked = select(BotPush).where(BotPush.bot_id == bot_id).order_by(BotPush.id.desc()).limit(SHOWN)
    return [
        PushRow(row.at, row.state, row.count, _text_of(row.body), i18n.told(row.fault) if row.fault else "")
        for row in db.session().scalars(asked)
    ]


@query(P.TEAM_EDIT)
def panel(user_id: int) -> dict[str, Any] | None:
    """The word over the settings, for those who can mend it: bots that were paused because nothing went through."""
    asked = select(Bot.id, Bot.name).join(BotState, BotState.bot_id == Bot.id)
    rows = db.session().execute(asked.where(Bot.is_on, BotState.paused_at.is_not(None)).order_by(Bot.id)).all()
    return {"rows": rows} if rows else None


@query(P.STEP_DO)
def takes_reports() -> int:
    """The port's answer: how many bots that may tell now take daily reports."""
    if not outgoing.is_on():
        return 0
    asked = select(Bot.topics).join(BotState, BotState.bot_id == Bot.id)
    rows = db.session().execute(asked.where(Bot.is_on, BotState.paused_at.is_(None), db.alive(Bot)))
    return sum(Topic.DAILY in row[0] for row in rows)
