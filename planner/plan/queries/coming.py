"""The next period of a kind, by its days and a name that follows: proposed, and made by nobody yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from planner.base import show
from planner.base.i18n import gettext as _
from planner.plan import rules
from planner.plan.queries.periods import every_period
from planner.plan.rules import PeriodKind, kind_of


@dataclass(frozen=True)
class Proposal:
    """A period that nobody made yet."""

    name: str
    start: date
    end: date | None


def coming(kind: PeriodKind) -> Proposal:
    """The next period of a kind."""
    start, end = rules.following(kind, [(p.start, p.end) for p in every_period()], show.today())
    return Proposal(_name(kind, start), start, end)


def not_begun() -> dict[PeriodKind, Proposal]:
    """The next month and quarter, of the kinds that the team has, where nobody has made one that is to come."""
    today, held = show.today(), [(kind_of(p.start, p.end), p.start) for p in every_period()]
    found: dict[PeriodKind, Proposal] = {}
    for kind in (PeriodKind.MONTH, PeriodKind.QUARTER):
        starts = [start for each, start in held if each is kind]
        if starts and max(starts) <= today:
            found[kind] = coming(kind)
    return found


def _name(kind: PeriodKind, start: date) -> str:
    """By the calendar where it fits; what has a length of its own has a name of its own."""
    if kind is PeriodKind.MONTH:
        return _("Plan of %(month)s", month=show.month(start))
    if kind is PeriodKind.CUSTOM:
        return ""
    if start.month % 3 != 1:
        return _("Three months from %(month)s", month=show.month(start))
    number = (start.month - 1) // 3
    return _("Q%(quarter)s %(year)s plan", quarter=show.quarter(number), year=start.year)
