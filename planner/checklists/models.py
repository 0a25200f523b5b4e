"""SOP templates with their versions; checklists of sessions with their items and ticks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, EnumText, Id, Json, Owned, Trashable, UtcDateTime, append_only, unique_where
from planner.checklists.rules import Act, Anchor, ItemState, Kind, Stage


class SopTemplate(Owned, Trashable, Base):
    """A standard of the team (标准流程), for shows or for an emergency in one.

    `version_id` is what counts for the next list; people edit `draft_id`. The lists of weights, channels and tags say
    which shows get a list of it, an empty one all of them; `by_hand` none by itself. `origin` is the built-in one that
    it was made from with the team.
    """

    __tablename__ = "sop_template"
    __table_args__ = (Index("ix_sop_template_team", "team_id"),)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80), default="")
    kind: Mapped[Kind] = mapped_column(EnumText(Kind), default=Kind.SHOW)
    origin: Mapped[str] = mapped_column(String(40), default="")
    weights: Mapped[list[Any] | None] = mapped_column(Json)
    channel_ids: Mapped[list[Any] | None] = mapped_column(Json)
    tags: Mapped[list[Any] | None] = mapped_column(Json)
    by_hand: Mapped[bool] = mapped_column(Boolean, default=False)
    version_id: Mapped[int | None] = mapped_column(Id)
    draft_id: Mapped[int | None] = mapped_column(Id)


class SopVersion(Owned, Base):
    """A published version, which checklists keep that were made from it; or, without a number, a state of the draft.

    Every edit of a draft makes a new row with lines of its own, so that an edit can be taken back. `base_id` is the
    published version that was edited.
    """

    __tablename__ = "sop_version"
    __part_of__ = ("sop_template", "template_id")
    __table_args__ = (UniqueConstraint("template_id", "number"),)
    template_id: Mapped[int] = mapped_column(Id, ForeignKey("sop_template.id"))
    number: Mapped[int | None] = mapped_column(Integer)
    base_id: Mapped[int | None] = mapped_column(Id)
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
    evidence: Mapped[dict[str, Any] | None] = mapped_column(Json)
    help: Mapped[str] = mapped_column(String(1000), default="")
    help_en: Mapped[str] = mapped_column(String(1000), default="")
    law: Mapped[str] = mapped_column(String(160), default="")
    expires_minutes: Mapped[int | None] = mapped_column(Integer)
    condition: Mapped[dict[str, Any] | None] = mapped_column(Json)
    each_shift: Mapped[bool] = mapped_column(Boolean, default=False)
    identity: Mapped[bool] = mapped_column(Boolean, default=False)
    recheck: Mapped[dict[str, Any] | None] = mapped_column(Json)
    proposal_id: Mapped[int | None] = mapped_column(Id)


class Checklist(Owned, Base):
    """One run of one version, for one session (清单). A show has one list of a template; of an emergency one each
    time it happens, with the moment it `began`. `by_hand` was not made by the rules of its template; `dropped` is for a
    show that has become another, for which they make none, and for an emergency that was none: a false alarm if it
    `ended`, taken back if not. An emergency is over when it `ended`; `entry_id` is what the show's log says of it."""

    __tablename__ = "checklist"
    __part_of__ = ("live_session", "session_id")
    __table_args__ = (
        unique_where("uq_checklist_session_template", "began IS NULL", "session_id", "template_id"),
        Index("ix_checklist_version", "version_id"),
    )
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"), index=True)
    template_id: Mapped[int] = mapped_column(Id, ForeignKey("sop_template.id"))
    version_id: Mapped[int] = mapped_column(Id, ForeignKey("sop_version.id"))
    began: Mapped[datetime | None] = mapped_column(UtcDateTime())
    by_hand: Mapped[bool] = mapped_column(Boolean, default=False)
    dropped: Mapped[bool] = mapped_column(Boolean, default=False)
    ended: Mapped[datetime | None] = mapped_column(UtcDateTime())
    entry_id: Mapped[int | None] = mapped_column(Id)


class ChecklistItem(Owned, Base):
    """An item of a session's list. `state` is folded from its ticks in the same transaction as each tick.

    Open after it `expires`, it was missed (错过): that follows from the time and is never stored. `given` is what the
    tick that stands came with besides its note: `{"answer": …, "number": …, "link": …}`; of what a change of the show
    opened again it is what did, and when the show began from then on: `{"opened": […], "start": …}`. Of its photos
    those count that came after the attachment `photos_after`: what was opened again is proved anew. Whoever it was
    `handed` to keeps it.
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
    evidence: Mapped[dict[str, Any] | None] = mapped_column(Json)
    given: Mapped[dict[str, Any] | None] = mapped_column(Json)
    identity: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[ItemState] = mapped_column(EnumText(ItemState))
    acted_by: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    acted_for: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    acted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    note: Mapped[str] = mapped_column(String(300), default="")
    halfway: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    photos_after: Mapped[int] = mapped_column(Id, default=0)
    handed: Mapped[bool] = mapped_column(Boolean, default=False)


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
    given: Mapped[dict[str, Any] | None] = mapped_column(Json)
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
    evidence: Mapped[dict[str, Any] | None] = mapped_column(Json)
    recheck: Mapped[dict[str, Any] | None] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(String(300), default="")
    from_session_id: Mapped[int | None] = mapped_column(Id, ForeignKey("live_session.id"))
    state: Mapped[str] = mapped_column(String(10), default="open")
    decided_by: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


append_only(Tick)
append_only(SopItem)
