"""How one wants to be told: shape and spelling only."""

from __future__ import annotations

from typing import Any

from planner.base.forms import BooleanField, Form, RadioField, SelectField, SelectMultipleField
from planner.base.telling import Sort
from planner.base.words import _l, choices
from planner.notifications.rules import DAYS_BEFORE, MINUTES_BEFORE, Habits, Mode
from planner.notifications.words import before_words, clock_at, days_words

HALF_HOURS = [(str(minutes), clock_at(minutes)) for minutes in range(0, 24 * 60, 30)]


def _hours(kept: int | None) -> list[tuple[str, Any]]:
    """Half hours, and what was chosen otherwise."""
    own = [] if kept is None or kept % 30 == 0 else [(str(kept), clock_at(kept))]
    return sorted([*HALF_HOURS, *own], key=lambda pair: int(pair[0]))


class HabitsForm(Form):
    """One field a sort, then when, and how long before."""

    mode_shift = RadioField(choices=choices(Mode))
    mode_mentioned = RadioField(choices=choices(Mode))
    mode_assigned = RadioField(choices=choices(Mode))
    mode_replied = RadioField(choices=choices(Mode))
    mode_changed = RadioField(choices=choices(Mode))
    mode_late = RadioField(choices=choices(Mode))
    mode_due = RadioField(choices=choices(Mode))
    mentions_only = BooleanField(_l("Mail me only when I am mentioned, and about my own shows"))
    daily_at = SelectField(_l("Daily letter at"))
    quiet_from = SelectField(_l("Quiet from"))
    quiet_to = SelectField(_l("until"))
    before_due = SelectMultipleField(_l("Of what is due on a day"))
    before_shift = SelectMultipleField(_l("Of my own show"))
    aloud = BooleanField(_l("Sound and vibrate when something of mine blocks a show"))

    def __init__(self, held: Habits) -> None:
        told: dict[str, Any] = {f"mode_{sort}": str(held.modes.get(sort, Mode.NEVER)) for sort in Sort}
        told |= {"mentions_only": held.mentions_only, "quiet_from": str(held.quiet_from)}
        told |= {"quiet_to": str(held.quiet_to), "daily_at": "" if held.daily_at is None else str(held.daily_at)}
        told |= {
            "aloud": held.aloud,
            "before_due": [str(n) for n in held.before_due],
            "before_shift": [str(n) for n in held.before_shift],
        }
        super().__init__(data=told)
        self.daily_at.choices = [("", _l("never")), *_hours(held.daily_at)]
        self.quiet_from.choices, self.quiet_to.choices = _hours(held.quiet_from), _hours(held.quiet_to)
        self.before_due.choices = [(str(n), days_words(n)) for n in DAYS_BEFORE]
        self.before_shift.choices = [(str(n), before_words(n)) for n in MINUTES_BEFORE]

    def rows(self) -> list[tuple[Sort, Any]]:
        """The fields of the sorts, in their order."""
        return [(sort, self[f"mode_{sort}"]) for sort in Sort]

    def habits(self) -> Habits:
        """What was typed."""
        return Habits(
            {sort: Mode(field.data) for sort, field in self.rows()},
            bool(self.mentions_only.data),
            int(self.daily_at.data) if self.daily_at.data else None,
            int(self.quiet_from.data),
            int(self.quiet_to.data),
            tuple(int(n) for n in self.before_due.data or ()),
            tuple(int(n) for n in self.before_shift.data or ()),
            bool(self.aloud.data),
        )
