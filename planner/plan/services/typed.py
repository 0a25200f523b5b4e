"""What people typed into the plan, checked in one way everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from planner.base import db
from planner.kernel.errors import Invalid, Refused
from planner.kernel.text import clean_line, msg
from planner.people import queries as people
from planner.plan.models import Period
from planner.plan.rules import PeriodState

LONGEST_NOTE = 4000


def line(text: str, field: str, most: int) -> str:
    """One line that says something."""
    found = clean_line(text)
    if not 1 <= len(found) <= most:
        raise Invalid.at(field, msg("Use between 1 and %(n)s characters.", n=most))
    return found


def lines(text: str, most: int) -> list[str]:
    """The lines of a list that was typed or pasted, without their marks; none is longer than `most`."""
    found = (clean_line(part.lstrip("-*•· ")) for part in text.splitlines())
    return [each[:most] for each in found if each]


def days(start: date, end: date) -> None:
    """Days in their order, and not for ever."""
    if end < start:
        raise Invalid.at("end", msg("The end lies before the start."))
    if (end - start).days > 800:
        raise Invalid.at("end", msg("A period lasts two years at most."))


def person(user_id: int | None) -> int | None:
    """Somebody of this team, or nobody."""
    if user_id is not None and user_id not in {p.user_id for p in people.people()}:
        raise Invalid.at("owner_id", msg("Choose somebody of this team."))
    return user_id


def persons(ids: Iterable[int], field: str) -> list[int]:
    """People of this team, each once."""
    found = list(dict.fromkeys(ids))
    if not set(found) <= {p.user_id for p in people.people()}:
        raise Invalid.at(field, msg("Choose somebody of this team."))
    return found


def still_open(period: Period) -> Period:
    """A period that can be changed: what is closed is read until a lead opens it again."""
    if period.state is PeriodState.CLOSED:
        raise Refused(msg("The period %(name)s is closed. Open it again to change it.", name=period.name))
    return period


def open_period(period_id: int | None) -> Period:
    """A period of this team that stands and can be changed."""
    return still_open(db.one(Period, period_id))
