"""What a team agrees on about its shows."""

from __future__ import annotations

from planner.base.forms import Form, InputRequired, VersionField, WholeField
from planner.base.words import _l
from planner.live.rules import Habits


class HabitsForm(Form):
    """How often figures are read, and from when on a plan warns."""

    version = VersionField()
    reading_minutes = WholeField(_l("Figures are read every"), [InputRequired()])
    changeover_minutes = WholeField(_l("Between two shows of one person lie"), [InputRequired()])
    longest_hours = WholeField(_l("A day on air is long from"), [InputRequired()])
    least_rest_hours = WholeField(_l("A night is short under"), [InputRequired()])

    def habits(self) -> Habits:
        """What was typed."""
        return Habits(
            self.reading_minutes.data or 0,
            self.changeover_minutes.data or 0,
            self.longest_hours.data or 0,
            self.least_rest_hours.data or 0,
        )
