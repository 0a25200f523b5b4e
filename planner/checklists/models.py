"""SOP templates with their versions; checklists of sessions with their items and ticks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, EnumText, Id, Json, Owned, Trashable, UtcDateTime, append_only
from planner.checklists.rules import Act, Anchor, ItemState, Proof, Stage
from planner.live.rules import Weight


class SopTemplate(Owned, Trashable, Base):
    """A standard of the team (标准流程) for one weight of show."""

    __tablename__ = "sop_template"
    __table_args__ = (Index("ix_sop_template_team", "team_id"),)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80), default="")
    weight: Mapped[Weight] = mapped_column(EnumText(Weight))
    version_id: Mapped[int | None] = mapped_column(Id)


class SopVersion(Owned, Base):
    """A published version; checklists keep the one they were made from."""

    __tablename__ = "sop_version"
    __part_of__ = ("sop_template", "template_id")
    __table_args__ = (UniqueConstraint("template_id", "number"),)
    template_id: Mapped[int] = mapped_column(Id, ForeignKey("sop_template.id"))
    number: Mapped[int] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(String(200), default="")


class SopItem(Owned, Base):
    """A line of a version; never changed, the next version has its own lines."""

    __tablename__ = "sop_item"
    __audited__ = False
    version_id: Mapped[int] = mapped_column(Id, ForeignKey("sop_version.id"), index=True)
    key: Mapped[str] = mapped_column(String(40))
    sort: Mapped[int] = mapped_column(Integer)
    stage: Mapped[Stage] = mapped_column(EnumText(Stage))
    title: Mapped[str] = mapped_column(String(160))
    title_en: Mapped[str] = mapped_column(String(160), default="")
    position_id: Mapped[int | None] = mapped_column(Id, ForeignKey("position.id"))
    anchor: Mapped[Anchor] = mapped_column(EnumText(Anchor))
    offset_minutes: Mapped[int] = mapped_column(Integer)
    blocks: Mapped[bool] = mapped_column(Boolean, default=False)
    proof: Mapped[Proof] = mapped_column(EnumText(Proof))
    each_shift: Mapped[bool] = mapped_column(Boolean, default=False)
    identity: Mapped[bool] = mapped_column(Boolean, default=False)
    recheck: Mapped[dict[str, Any] | None] = mapped_column(Json)
    proposal_id: Mapped[int | None] = mapped_column(Id)


class Checklist(Owned, Base):
    """One run of one version, for one session (清单)."""

    __tablename__ = "checklist"
    __part_of__ = ("live_session", "session_id")
    __table_args__ = (UniqueConstraint("session_id"),)
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"))
    version_id: Mapped[int] = mapped_column(Id, ForeignKey("sop_version.id"))


class ChecklistItem(Owned, Base):
    """An item of a session's list. `state` is folded from its ticks in the same transaction as each tick.

    Open after it `expires`, it was missed (错过): that follows from the time and is never stored.
    """

    __tablename__ = "checklist_item"
    __audited__ = False
    __table_args__ = (
        Index("ix_checklist_item_session", "session_id", "stage"),
        Index("ix_checklist_item_due", "team_id", "state", "due"),
    )
    checklist_id: Mapped[int] = mapped_column(Id, ForeignKey("checklist.id"), index=True)
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"))
    sop_item_id: Mapped[int] = mapped_column(Id, ForeignKey("sop_item.id"))
    sort: Mapped[int] = mapped_column(Integer)
    stage: Mapped[Stage] = mapped_column(EnumText(Stage))
    title: Mapped[str] = mapped_column(String(160))
    title_en: Mapped[str] = mapped_column(String(160), default="")
    position_id: Mapped[int | None] = mapped_column(Id, ForeignKey("position.id"))
    shift_id: Mapped[int | None] = mapped_column(Id)
    user_id: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    due: Mapped[datetime | None] = mapped_column(UtcDateTime())
    expires: Mapped[datetime | None] = mapped_column(UtcDateTime())
    pinned: Mapped[bool] = mapped_column(Boolean, default=False)
    blocks: Mapped[bool] = mapped_column(Boolean, default=False)
    proof: Mapped[Proof] = mapped_column(EnumText(Proof))
    identity: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[ItemState] = mapped_column(EnumText(ItemState))
    acted_by: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    acted_for: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    acted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    note: Mapped[str] = mapped_column(String(300), default="")
    halfway: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))


class Tick(Owned, Base):
    """One act on an item, append-only; a repeat with the same client id is the same act."""

    __tablename__ = "tick"
    __audited__ = False
    __table_args__ = (UniqueConstraint("team_id", "client_id"), Index("ix_tick_item", "item_id"))
    item_id: Mapped[int] = mapped_column(Id, ForeignKey("checklist_item.id"))
    act: Mapped[Act] = mapped_column(EnumText(Act))
    user_id: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    for_user_id: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    note: Mapped[str] = mapped_column(String(300), default="")
    client_id: Mapped[str] = mapped_column(String(32))
    tapped_at: Mapped[datetime] = mapped_column(UtcDateTime())


class SopProposal(Owned, Base):
    """A change of the SOP that a review asks for; a lead accepts or refuses it."""

    __tablename__ = "sop_proposal"
    __part_of__ = ("sop_template", "template_id")
    template_id: Mapped[int] = mapped_column(Id, ForeignKey("sop_template.id"), index=True)
    text: Mapped[str] = mapped_column(String(160))
    position_id: Mapped[int | None] = mapped_column(Id, ForeignKey("position.id"))
    stage: Mapped[Stage] = mapped_column(EnumText(Stage))
    anchor: Mapped[Anchor] = mapped_column(EnumText(Anchor))
    offset_minutes: Mapped[int] = mapped_column(Integer)
    proof: Mapped[Proof] = mapped_column(EnumText(Proof), default=Proof.NONE, server_default=Proof.NONE)
    recheck: Mapped[dict[str, Any] | None] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(String(300), default="")
    from_session_id: Mapped[int | None] = mapped_column(Id, ForeignKey("live_session.id"))
    state: Mapped[str] = mapped_column(String(10), default="open")
    decided_by: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


append_only(Tick)
append_only(SopItem)
