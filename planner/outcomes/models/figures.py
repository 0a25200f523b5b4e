"""Files that were brought, their rows, and the figures they became."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, Exact, Id, Json, Owned, UtcDateTime


class ImportFile(Owned, Base):
    """A file as recognised (`preview`), its figures taken over (`stored`), or taken back again (`withdrawn`)."""

    __tablename__ = "import_file"
    __table_args__ = (Index("ix_import_file_latest", "team_id", "id"),)
    name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    file_id: Mapped[int | None] = mapped_column(Id, ForeignKey("stored_file.id"))
    kind: Mapped[str] = mapped_column(String(20))
    sheet: Mapped[str] = mapped_column(String(100), default="", server_default="")
    state: Mapped[str] = mapped_column(String(10), default="preview")
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime())
    header: Mapped[dict[str, Any]] = mapped_column(Json)
    unknown: Mapped[list[Any]] = mapped_column(Json)
    stored_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    withdrawn_by: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))


class ImportRow(Owned, Base):
    """A row of a file: what was read, which session it belongs to (`made` for it, if so), and what became of it."""

    __tablename__ = "import_row"
    __audited__ = False
    __table_args__ = (
        Index("ix_import_row_file", "import_id", "number"),
        Index("ix_import_row_stream", "team_id", "account", "start"),
    )
    import_id: Mapped[int] = mapped_column(Id, ForeignKey("import_file.id"))
    number: Mapped[int] = mapped_column(Integer)
    account: Mapped[str] = mapped_column(String(60))
    start: Mapped[datetime | None] = mapped_column(UtcDateTime())
    end: Mapped[datetime | None] = mapped_column(UtcDateTime())
    figures: Mapped[dict[str, Any]] = mapped_column(Json)
    checks: Mapped[dict[str, Any]] = mapped_column(Json)
    extra: Mapped[dict[str, Any]] = mapped_column(Json)
    faults: Mapped[list[Any]] = mapped_column(Json)
    session_id: Mapped[int | None] = mapped_column(Id, ForeignKey("live_session.id"))
    airing_id: Mapped[int | None] = mapped_column(Id, ForeignKey("airing.id"))
    minutes_off: Mapped[int | None] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(String(12), default="")
    made: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


class FigureSet(Owned, Base):
    """Figures of one stream (from a file) or of a session (typed), as of `taken_at`; older ones stay as history."""

    __tablename__ = "figure_set"
    __part_of__ = ("live_session", "session_id")
    __table_args__ = (Index("ix_figure_set_session", "team_id", "session_id", "current"),)
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"))
    airing_id: Mapped[int | None] = mapped_column(Id, ForeignKey("airing.id"))
    source: Mapped[str] = mapped_column(String(10))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime())
    current: Mapped[bool] = mapped_column(Boolean, default=True)
    import_row_id: Mapped[int | None] = mapped_column(Id, ForeignKey("import_row.id"), index=True)


class FigureValue(Owned, Base):
    """One base figure of a set."""

    __tablename__ = "figure_value"
    __audited__ = False
    __table_args__ = (UniqueConstraint("set_id", "metric"),)
    set_id: Mapped[int] = mapped_column(Id, ForeignKey("figure_set.id"))
    metric: Mapped[str] = mapped_column(String(40))
    value: Mapped[Decimal] = mapped_column(Exact())
