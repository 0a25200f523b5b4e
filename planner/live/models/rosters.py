"""A long roster that is planned in the background."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, Owned


class RosterPlan(Owned, Base):
    """A roster as it was sent, how it stands (waiting, planned, refused), and what came of it.

    `sent` is what was sent (rules.roster.Sent), so that nothing is lost; `faults` are pairs of a row's number and what
    is wrong with it; `made` are the sessions, by the command `command_id`, which takes them back as a whole.
    """

    __tablename__ = "roster_plan"
    __audited__ = False
    __table_args__ = (Index("ix_roster_plan_made", "team_id", "created_at"),)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    count: Mapped[int] = mapped_column(Integer)
    sent: Mapped[dict[str, Any]]
    faults: Mapped[list[Any]]
    made: Mapped[list[Any]]
    command_id: Mapped[str | None] = mapped_column(String(32))
