"""Why figures were missed, and what the team agreed on about figures."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, Exact, Json, Owned, Trashable, Versioned, alive_unique


class Cause(Owned, Trashable, Base):
    """A cause a finding may name. A built-in one is named by its key in the reader's language."""

    __tablename__ = "cause"
    __table_args__ = (alive_unique("uq_cause_key", "team_id", "key"),)
    key: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(40), default="")
    sort: Mapped[int] = mapped_column(Integer, default=0)


class FigureRules(Owned, Versioned, Base):
    """How a team judges a miss and counts interactions; without a row the usual rules hold."""

    __tablename__ = "figure_rules"
    __table_args__ = (UniqueConstraint("team_id"),)
    tolerance: Mapped[Decimal] = mapped_column(Exact())
    interactions: Mapped[list[Any]] = mapped_column(Json)
