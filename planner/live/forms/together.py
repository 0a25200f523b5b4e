"""What is changed on many sessions at once."""

from __future__ import annotations

import re

from planner.base.forms import Form, InputRequired, Length, LineField, PickField, WholeField
from planner.base.words import _l
from planner.kernel.errors import Invalid
from planner.kernel.text import msg
from planner.live.forms.sessions import split_tags
from planner.live.services import MoveBy, Recrew

_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})")


class TogetherForm(Form):
    """The sessions themselves are read from the rows; faults stand at them."""

    lists = ("rows",)


class MoveTogetherForm(TogetherForm):
    """So many days on, at another clock, for another length, in another studio; empty keeps what each has."""

    days = WholeField(_l("Days later"), [InputRequired()])
    clock = LineField(_l("Start at"), [Length(max=5)])
    minutes = WholeField(_l("Length"))
    studio_id = PickField(_l("Studio"), none=_l("each keeps its own"))
    override_reason = LineField(_l("Reason to book somebody twice"), [Length(max=200)])

    def by(self) -> MoveBy:
        """What was typed."""
        days = self.days.data or 0
        if abs(days) > 366:
            raise Invalid.at("days", msg("At most a year, earlier or later."))
        return MoveBy(days, self._clock(), self.minutes.data, self.studio_id.data)

    def _clock(self) -> int | None:
        typed = (self.clock.data or "").strip()
        if not typed:
            return None
        found = _CLOCK.fullmatch(typed)
        if found is None or int(found[1]) > 23 or int(found[2]) > 59:
            raise Invalid.at("clock", msg("Type times like 20:00."))
        return int(found[1]) * 60 + int(found[2])


class CrewTogetherForm(TogetherForm):
    """Who holds a position instead of whom."""

    position_id = PickField(_l("Position"), [InputRequired()])
    instead_of = PickField(_l("Instead of"), none=_l("whoever holds it"))
    user_id = PickField(_l("Person"), none=_l("nobody: take them out"))
    override_reason = LineField(_l("Reason to book somebody twice"), [Length(max=200)])

    def by(self) -> Recrew:
        """What was chosen."""
        return Recrew(self.position_id.data or 0, self.instead_of.data, self.user_id.data)


class EditTogetherForm(TogetherForm):
    """A theme, and tags."""

    theme = LineField(_l("Theme"), [Length(max=80)])
    add_tags = LineField(_l("Put on tags"), [Length(max=300)])
    drop_tags = LineField(_l("Take off tags"), [Length(max=300)])

    def tags(self) -> tuple[list[str], list[str]]:
        """Which are put on and which are taken off."""
        return split_tags(self.add_tags.data or ""), split_tags(self.drop_tags.data or "")


class CancelTogetherForm(TogetherForm):
    """Why they are called off."""

    reason = LineField(_l("Reason"), [InputRequired(), Length(max=300)])


class DeleteTogetherForm(TogetherForm):
    """Nothing has to be said."""
