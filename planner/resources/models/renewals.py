"""Of which renewals people were reminded."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, Id, Owned


class RenewalNotice(Owned, Base):
    """People were told, so many days (`stage`) before the renewal on `day`: once, also by two workers at a time."""

    __tablename__ = "renewal_notice"
    __audited__ = False
    __table_args__ = (UniqueConstraint("request_id", "day", "stage"),)
    request_id: Mapped[int] = mapped_column(Id, ForeignKey("resource_request.id"))
    day: Mapped[date] = mapped_column(Date)
    stage: Mapped[int] = mapped_column(Integer)
