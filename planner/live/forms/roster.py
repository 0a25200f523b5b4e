"""A roster that is pasted, or brought as a file."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from planner.base.forms import Form, Length, LineField, LinesField, PickField
from planner.base.words import _l
from planner.live.rules.roster import MOST_COLUMNS

LONGEST_ROSTER = 300_000


class RosterForm(Form):
    """The rows, the channel of those that name none, and why somebody may be booked twice."""

    lists = ("rows",)
    roster = LinesField(_l("Rows"), [Length(max=LONGEST_ROSTER)])
    channel_id = PickField(_l("Channel, where a row names none"), none=_l("every row names it"))
    override_reason = LineField(_l("Reason to book somebody twice"), [Length(max=200)])


def chosen_columns(sent: MultiDict[str, str]) -> dict[int, str]:
    """What was chosen for each column, by its place."""
    return {n: sent[f"column_{n}"] for n in range(MOST_COLUMNS) if f"column_{n}" in sent}
