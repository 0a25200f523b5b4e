"""Forms of saved views."""

from __future__ import annotations

import re

from planner.base.forms import BooleanField, Form, LineField, SelectField, VersionField
from planner.base.words import _l
from planner.saved.queries import ViewRow

CHOSEN = re.compile(r"(\d{1,18})-(\d{1,9})", re.ASCII)


class ViewForm(Form):
    """A name, and for whom."""

    version = VersionField()
    name = LineField(_l("Name"))
    shared = BooleanField(_l("For the whole team"))


class SaveForm(ViewForm):
    """The same, or a view whose place is taken; its value carries the version that was seen."""

    instead_of = SelectField(_l("Save as"), default="", validate_choice=False)

    def offer(self, rows: list[ViewRow]) -> None:
        """The views whose place may be taken."""
        held = [(f"{row.id}-{row.version}", row.name) for row in rows]
        self.instead_of.choices = [("", _l("A new view")), *held]

    def chosen(self) -> tuple[int, int] | None:
        """The view whose place is taken, and its version; None for a new one."""
        found = CHOSEN.fullmatch(self.instead_of.data or "")
        return (int(found[1]), int(found[2])) if found else None
