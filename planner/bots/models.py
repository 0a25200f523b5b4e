"""The tables of group bots."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, EnumText, Id, Json, Owned, Trashable, UtcDateTime, Versioned, alive_unique
from planner.bots.rules import Vendor


class Bot(Owned, Versioned, Trashable, Base):
    """A bot of a group. Its address is a secret: whoever has it can write there; `place` tells two addresses apart."""

    __tablename__ = "bot"
    __table_args__ = (alive_unique("uq_bot_place", "team_id", "place"),)
    vendor: Mapped[Vendor] = mapped_column(EnumText(Vendor))
    name: Mapped[str] = mapped_column(String(40))
    webhook: Mapped[str] = mapped_column(String(500))
    signing: Mapped[str] = mapped_column(String(200), default="")
    place: Mapped[str] = mapped_column(String(64))
    keyword: Mapped[str] = mapped_column(String(20), default="")
    language: Mapped[str] = mapped_column(String(20))
    topics: Mapped[list[Any]] = mapped_column(Json)
    summary_at: Mapped[int] = mapped_column(Integer)
    is_on: Mapped[bool] = mapped_column(Boolean)


class BotState(Owned, Base):
    """How it goes with a bot: rewritten by every message, so it is no part of what people edit."""

    __tablename__ = "bot_state"
    __audited__ = False
    __table_args__ = (UniqueConstraint("bot_id"),)
    bot_id: Mapped[int] = mapped_column(Id, ForeignKey("bot.id"))
    since: Mapped[datetime] = mapped_column(UtcDateTime())
    ok_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    fault: Mapped[dict[str, Any] | None] = mapped_column(Json)
    fails: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class BotPush(Owned, Base):
    """One call of a bot with one message: sending, sent, failed, or unknown where the worker ended in the middle."""

    __tablename__ = "bot_push"
    __audited__ = False
    __table_args__ = (Index("ix_bot_push_place", "place", "at"), Index("ix_bot_push_bot", "bot_id", "id"))
    bot_id: Mapped[int] = mapped_column(Id, ForeignKey("bot.id"))
    place: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime())
    state: Mapped[str] = mapped_column(String(10))
    count: Mapped[int] = mapped_column(Integer)
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    fault: Mapped[dict[str, Any] | None] = mapped_column(Json)


class BotLine(Owned, Base):
    """Something a bot is to tell, once (`key`): waiting, in a call (`push_id`), or done: sent or no longer true."""

    __tablename__ = "bot_line"
    __audited__ = False
    __table_args__ = (
        UniqueConstraint("bot_id", "key"),
        Index("ix_bot_line_waiting", "bot_id", "done_at"),
        Index("ix_bot_line_command", "team_id", "command_id"),
        Index("ix_bot_line_at", "at"),
    )
    bot_id: Mapped[int] = mapped_column(Id, ForeignKey("bot.id"))
    key: Mapped[str] = mapped_column(String(80))
    topic: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(80))
    about_id: Mapped[int | None] = mapped_column(Id)
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(UtcDateTime())
    due_at: Mapped[datetime] = mapped_column(UtcDateTime())
    command_id: Mapped[str] = mapped_column(String(32))
    push_id: Mapped[int | None] = mapped_column(Id)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    sent: Mapped[bool] = mapped_column(Boolean, default=False)


class ChatName(Owned, Base):
    """By which id a vendor's bots know somebody of the team: only with it can they call a person (@)."""

    __tablename__ = "chat_name"
    __audited__ = False
    __table_args__ = (UniqueConstraint("team_id", "user_id", "vendor"),)
    user_id: Mapped[int] = mapped_column(Id, ForeignKey("user_account.id"))
    vendor: Mapped[Vendor] = mapped_column(EnumText(Vendor))
    handle: Mapped[str] = mapped_column(String(64))


class BotUndone(Owned, Base):
    """A command that was taken back (`by` another one) before or after a bot told of it."""

    __tablename__ = "bot_undone"
    __audited__ = False
    __table_args__ = (
        UniqueConstraint("team_id", "command_id", "by"),
        Index("ix_bot_undone_by", "team_id", "by"),
        Index("ix_bot_undone_at", "created_at"),
    )
    command_id: Mapped[str] = mapped_column(String(32))
    by: Mapped[str] = mapped_column(String(32))
