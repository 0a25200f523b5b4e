"""Envelopes: what may be drawn, by whom and when; every draw and what became of it; the credit of ad accounts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import (
    Base,
    EnumText,
    Exact,
    Id,
    Json,
    Owned,
    UtcDateTime,
    append_only,
    index_where,
    unique_where,
)
from planner.kernel.permissions import Role
from planner.resources.rules.envelopes import CreditKind, DrawAct, Drawers, Reason, Scope, Terms


class Envelope(Owned, Base):
    """The terms of a request that covers many sessions; they are signed with it. Amounts in minor units."""

    __tablename__ = "envelope"
    __part_of__ = ("resource_request", "request_id")
    __table_args__ = (
        UniqueConstraint("request_id"),
        CheckConstraint("session_cap > 0", name="cap"),
        CheckConstraint("seconds BETWEEN 60 AND 600", name="seconds"),
    )
    request_id: Mapped[int] = mapped_column(Id, ForeignKey("resource_request.id"))
    scope: Mapped[Scope] = mapped_column(EnumText(Scope))
    first: Mapped[date | None] = mapped_column(Date)
    last: Mapped[date | None] = mapped_column(Date)
    channels: Mapped[list[int]] = mapped_column(Json)
    sessions: Mapped[list[int]] = mapped_column(Json)
    session_cap: Mapped[int] = mapped_column(BigInteger)
    drawing_users: Mapped[list[int]] = mapped_column(Json)
    drawing_roles: Mapped[list[str]] = mapped_column(Json)
    drawing_positions: Mapped[list[int]] = mapped_column(Json)
    floor: Mapped[Decimal | None] = mapped_column(Exact())
    seconds: Mapped[int] = mapped_column(Integer)
    duty: Mapped[list[int]] = mapped_column(Json)

    def terms(self, total: int) -> Terms:
        """What it allows; the total is the request's."""
        drawers = Drawers(
            tuple(self.drawing_users), tuple(Role(each) for each in self.drawing_roles), tuple(self.drawing_positions)
        )
        return Terms(
            self.scope, total, self.session_cap, drawers, self.first, self.last, tuple(self.channels),
            tuple(self.sessions), self.floor, self.seconds, tuple(self.duty),
        )  # fmt: skip


class EnvelopeSum(Owned, Base):
    """What was drawn and what waits, of the whole (no session) and of each session, in minor units. The sums move with
    a draw and never alone; the database itself refuses more than there is. `alone` is what no person was asked for."""

    __tablename__ = "envelope_sum"
    __audited__ = False
    __table_args__ = (
        unique_where("uq_envelope_sum_whole", "session_id IS NULL", "envelope_id"),
        unique_where("uq_envelope_sum_session", "session_id IS NOT NULL", "envelope_id", "session_id"),
        CheckConstraint("drawn >= 0 AND waiting >= 0 AND alone >= 0 AND alone <= cap", name="sums"),
        CheckConstraint("session_id IS NOT NULL OR drawn + waiting <= cap", name="whole"),
    )
    envelope_id: Mapped[int] = mapped_column(Id, ForeignKey("envelope.id"))
    session_id: Mapped[int | None] = mapped_column(Id, ForeignKey("live_session.id"))
    cap: Mapped[int] = mapped_column(BigInteger)
    drawn: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    waiting: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    alone: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class EnvelopeDraw(Owned, Base):
    """Somebody (`created_by`) wants to spend so much now, and what the platform showed at that moment. Never changed;
    what became of it are its steps. `duty` is who is asked, in order, for `seconds` each; `why` a person is needed."""

    __tablename__ = "envelope_draw"
    __audited__ = False
    __table_args__ = (
        Index("ix_envelope_draw_session", "session_id", "id"),
        Index("ix_envelope_draw_envelope", "envelope_id", "id"),
        CheckConstraint("amount > 0", name="amount"),
    )
    envelope_id: Mapped[int] = mapped_column(Id, ForeignKey("envelope.id"))
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"))
    amount: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[Reason] = mapped_column(EnumText(Reason))
    note: Mapped[str | None] = mapped_column(String(200), default="")
    reading_id: Mapped[int | None] = mapped_column(Id, ForeignKey("reading.id"))
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    gmv: Mapped[int | None] = mapped_column(BigInteger)
    ad_spend: Mapped[int | None] = mapped_column(BigInteger)
    roi: Mapped[Decimal | None] = mapped_column(Exact())
    why: Mapped[list[str]] = mapped_column(Json)
    seconds: Mapped[int] = mapped_column(Integer)
    duty: Mapped[list[int]] = mapped_column(Json)


class DrawStep(Owned, Base):
    """What became of a draw, step by step: granted, asked of one after the other, decided, ended. It ends once, but
    what was granted at once can be taken back; the database itself refuses that whoever draws decides on it."""

    __tablename__ = "draw_step"
    __audited__ = False
    __table_args__ = (
        UniqueConstraint("draw_id", "place"),
        unique_where("uq_draw_step_end", "act NOT IN ('ask', 'take_back')", "draw_id"),
        index_where("ix_draw_step_person", "act <> 'ask'", "created_by"),
        CheckConstraint("act NOT IN ('approve', 'refuse') OR created_by <> drawer_id", name="own"),
    )
    draw_id: Mapped[int] = mapped_column(Id, ForeignKey("envelope_draw.id"))
    place: Mapped[int] = mapped_column(Integer)
    act: Mapped[DrawAct] = mapped_column(EnumText(DrawAct))
    drawer_id: Mapped[int] = mapped_column(Id, ForeignKey("user_account.id"))
    to_user: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    note: Mapped[str | None] = mapped_column(String(200), default="")


class AdCredit(Owned, Base):
    """Credit of a channel's ad account: paid in (充值), given by the platform (赠款), or used of what was given, in a
    session. Minor units. Never changed: what was wrong is taken back by an opposite row (`reverses_id`), which can be
    taken back itself, and written anew by one that names it (`corrects_id`)."""

    __tablename__ = "ad_credit"
    __audited__ = False
    __table_args__ = (
        Index("ix_ad_credit_channel", "channel_id", "day"),
        index_where("ix_ad_credit_session", "session_id IS NOT NULL", "session_id"),
        unique_where("uq_ad_credit_reverses", "reverses_id IS NOT NULL", "reverses_id"),
        index_where("ix_ad_credit_corrects", "corrects_id IS NOT NULL", "corrects_id"),
        CheckConstraint("amount <> 0", name="amount"),
        CheckConstraint("kind <> 'gifted_spent' OR session_id IS NOT NULL", name="session"),
    )
    channel_id: Mapped[int] = mapped_column(Id, ForeignKey("channel.id"))
    kind: Mapped[CreditKind] = mapped_column(EnumText(CreditKind))
    amount: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[date] = mapped_column(Date)
    session_id: Mapped[int | None] = mapped_column(Id, ForeignKey("live_session.id"))
    note: Mapped[str | None] = mapped_column(String(200), default="")
    reverses_id: Mapped[int | None] = mapped_column(Id, ForeignKey("ad_credit.id"))
    corrects_id: Mapped[int | None] = mapped_column(Id, ForeignKey("ad_credit.id"))


append_only(EnvelopeDraw, erasable=("note",))
append_only(DrawStep, erasable=("note",))
append_only(AdCredit, erasable=("note",))
