"""What a team may spend, and the ledger of what became of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import (
    Base,
    EnumText,
    Id,
    Owned,
    Trashable,
    UtcDateTime,
    Versioned,
    alive_unique,
    append_only,
    index_where,
    unique_where,
)
from planner.resources.rules import Entry, Standing, TransferState


class BudgetCategory(Owned, Versioned, Trashable, Base):
    """What money goes into. A built-in one is named by its key in the reader's language until the team renames it."""

    __tablename__ = "budget_category"
    __table_args__ = (alive_unique("uq_budget_category_name", "team_id", "key", "name"),)
    key: Mapped[str] = mapped_column(String(20), default="", server_default="")
    name: Mapped[str] = mapped_column(String(40), default="", server_default="")
    sort: Mapped[int] = mapped_column(Integer, default=0, server_default="0")


class Budget(Owned, Base):
    """The money of a category in a period, in minor units. The four sums are what its ledger comes to: they move with
    an entry and never alone, and the database itself refuses to commit more than there is."""

    __tablename__ = "budget"
    __audited__ = False
    __table_args__ = (
        UniqueConstraint("period_id", "category_id"),
        CheckConstraint("committed + spent <= allocated", name="available"),
        CheckConstraint("allocated >= 0 AND reserved >= 0 AND committed >= 0 AND spent >= 0", name="sums"),
    )
    period_id: Mapped[int] = mapped_column(Id, ForeignKey("period.id"))
    category_id: Mapped[int] = mapped_column(Id, ForeignKey("budget_category.id"), index=True)
    allocated: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    reserved: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    committed: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    spent: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    frozen_by: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    carried_into: Mapped[int | None] = mapped_column(Id, ForeignKey("budget.id"))

    @property
    def standing(self) -> Standing:
        """What it stands at."""
        return Standing(self.allocated, self.reserved, self.committed, self.spent)


class LedgerEntry(Owned, Base):
    """One entry: by how much it moves each sum of a budget, and for what. Never changed; an earlier one is reversed.

    `key` names what it is of, once: the commitment of a request's round can't be written twice.
    """

    __tablename__ = "ledger_entry"
    __audited__ = False
    __table_args__ = (
        UniqueConstraint("team_id", "key"),
        Index("ix_ledger_entry_budget", "budget_id", "id"),
        index_where("ix_ledger_entry_request", "request_id IS NOT NULL", "request_id"),
        index_where("ix_ledger_entry_session", "session_id IS NOT NULL", "session_id"),
        unique_where("uq_ledger_entry_reverses", "reverses_id IS NOT NULL", "reverses_id"),
    )
    budget_id: Mapped[int] = mapped_column(Id, ForeignKey("budget.id"))
    kind: Mapped[Entry] = mapped_column(EnumText(Entry))
    allocated: Mapped[int] = mapped_column(BigInteger, default=0)
    reserved: Mapped[int] = mapped_column(BigInteger, default=0)
    committed: Mapped[int] = mapped_column(BigInteger, default=0)
    spent: Mapped[int] = mapped_column(BigInteger, default=0)
    key: Mapped[str] = mapped_column(String(80))
    note: Mapped[str | None] = mapped_column(String(200), default="")
    request_id: Mapped[int | None] = mapped_column(Id, ForeignKey("resource_request.id"))
    session_id: Mapped[int | None] = mapped_column(Id, ForeignKey("live_session.id"))
    transfer_id: Mapped[int | None] = mapped_column(Id, ForeignKey("budget_transfer.id"))
    reverses_id: Mapped[int | None] = mapped_column(Id, ForeignKey("ledger_entry.id"))


class BudgetTransfer(Owned, Versioned, Base):
    """From one category to another: proposed by one (`created_by`), approved by somebody else."""

    __tablename__ = "budget_transfer"
    __table_args__ = (
        Index("ix_budget_transfer_state", "team_id", "state"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("decided_by IS NULL OR state = 'taken_back' OR decided_by <> created_by", name="two"),
    )
    from_id: Mapped[int] = mapped_column(Id, ForeignKey("budget.id"), index=True)
    to_id: Mapped[int] = mapped_column(Id, ForeignKey("budget.id"), index=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(200))
    state: Mapped[TransferState] = mapped_column(EnumText(TransferState), default=TransferState.PROPOSED)
    decided_by: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    answer: Mapped[str] = mapped_column(String(200), default="")


append_only(LedgerEntry, erasable=("note",))
