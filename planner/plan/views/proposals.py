"""What a form of a new period proposes: the next one of a kind, by its days and a name that follows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from planner.base import show
from planner.base.i18n import gettext as _
from planner.plan import queries, rules
from planner.plan.rules import PeriodKind


@dataclass(frozen=True)
class Proposal:
    """A period that nobody made yet."""

    name: str
    start: date
    end: date | None


def coming(kind: PeriodKind) -> Proposal:
    """The next period of a kind."""
    start, end = rules.following(kind, [(p.start, p.end) for p in queries.every_period()], show.today())
    return Proposal(_name(kind, start), start, end)


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


def told(found: Mapping[str, Proposal]) -> str:
    """For the page, which puts another proposal in place of one that nobody changed."""
    fields = {
        key: {"name": p.name, "start": p.start.isoformat(), "end": p.end.isoformat() if p.end else ""}
        for key, p in found.items()
    }
    return json.dumps(fields, ensure_ascii=False)
