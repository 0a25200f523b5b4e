"""Why figures were missed: the team's list of causes."""

from __future__ import annotations

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, Owned, Trashable, alive_unique


class Cause(Owned, Trashable, Base):
    """A cause a finding may name. A built-in one is named by its key in the reader's language."""

    __tablename__ = "cause"
    __table_args__ = (alive_unique("uq_cause_key", "team_id", "key"),)
    key: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(40), default="")
    sort: Mapped[int] = mapped_column(Integer, default=0)
