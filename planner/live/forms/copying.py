"""The same shows on other days."""

from __future__ import annotations

from datetime import date

from flask import request

from planner.base.forms import BooleanField, Form, InputRequired, Length, LineField, LocalDateField, WholeField
from planner.base.forms import SelectMultipleField as ManyField
from planner.base.words import _l
from planner.live.queries.copying import Kept
from planner.live.rules import Rhythm, Take

WEEKDAYS = (_l("Mon"), _l("Tue"), _l("Wed"), _l("Thu"), _l("Fri"), _l("Sat"), _l("Sun"))


class CopyForm(Form):
    """What comes along, and why somebody may be booked twice."""

    lists = ("rows",)
    crew = BooleanField(_l("Crew"))
    targets = BooleanField(_l("Targets"))
    lineup = BooleanField(_l("Lineup"))
    override_reason = LineField(_l("Reason to book somebody twice"), [Length(max=200)])

    def kept(self) -> Kept:
        """What was chosen."""
        return Kept(bool(self.crew.data), bool(self.targets.data), bool(self.lineup.data))


class RepeatForm(CopyForm):
    """A show by weekdays until a day."""

    weekdays = ManyField(_l("On"), choices=lambda: [(str(n), word) for n, word in enumerate(WEEKDAYS)])
    every = WholeField(_l("Every"), [InputRequired()])
    last = LocalDateField(_l("Until"), [InputRequired()])

    def rhythm(self, first: date) -> Rhythm:
        """What was typed."""
        days = frozenset(int(day) for day in self.weekdays.data or [])
        return Rhythm(days, self.every.data or 0, first, self.last.data or first)


def taken(key: str, usual: Take) -> Take:
    """What was chosen for a row of a preview; what is proposed by now where nobody chose anything else than before.

    What is confirmed is what was seen: then a proposal that has changed meanwhile does not count.
    """
    typed, proposed = request.form.get(f"take_{key}"), request.form.get(f"was_{key}")
    left = typed == proposed and request.form.get("step") != "confirm"
    return Take(typed) if typed in set(Take) and not left else usual
