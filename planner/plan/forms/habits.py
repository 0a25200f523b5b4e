"""Forms of what a team turns on in its plan, and of what a phase waits for."""

from __future__ import annotations

from planner.base.forms import (
    BooleanField,
    Form,
    InputRequired,
    Length,
    LinesField,
    SelectField,
    VersionField,
    WholeField,
)
from planner.base.words import _l, choices
from planner.plan.rules import Gate, PlanRules


class PlanRulesForm(Form):
    """What steps and phases have, and from when on the board says that there is too much."""

    version = VersionField()
    estimates = BooleanField(_l("Steps have an estimate in hours"))
    helpers = BooleanField(_l("Steps have helpers beside their owner"))
    criteria = BooleanField(_l("Phases have criteria that a lead signs"))
    most_open = WholeField(_l("Not started: at most"))
    most_doing = WholeField(_l("In progress: at most"))
    most_blocked = WholeField(_l("Blocked: at most"))
    most_each = WholeField(_l("Of one person: at most"))

    def rules(self) -> PlanRules:
        """What was typed."""
        return PlanRules(
            self.estimates.data,
            self.helpers.data,
            self.criteria.data,
            self.most_open.data or 0,
            self.most_doing.data or 0,
            self.most_blocked.data or 0,
            self.most_each.data or 0,
        )


class CriteriaForm(Form):
    """What has to hold before a phase begins or ends."""

    gate = SelectField(_l("For"), choices=choices(Gate), default=Gate.ENTRY.value)
    text = LinesField(_l("Criteria"), [InputRequired(), Length(max=4000)])
