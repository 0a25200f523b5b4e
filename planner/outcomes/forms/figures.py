"""Figures typed by hand: one field for each, the usual ones first, and lines of name and value to paste."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from planner.base.forms import Form, IdField, Length, LinesField, NumberField, VersionField
from planner.base.i18n import gettext as _
from planner.base.words import _l
from planner.figures.rules import BASE_KEYS
from planner.figures.words import LABELS, format_value
from planner.outcomes.rules import compass

TYPED = (
    "gmv",
    "paid_amount",
    "viewers",
    "views",
    "orders",
    "buyers",
    "comments",
    "likes",
    "shares",
    "new_fans",
    "ad_spend",
    "refund_amount",
)
"""What is typed as a rule; anything else that was pasted is shown behind these."""


class _Figures(Form):
    version = VersionField()
    started = IdField()
    lines = LinesField(_l("Or paste lines"), [Length(max=8000)])


class FiguresForm(_Figures):
    """`version` is the set that was seen last, `started` the one its fields were filled from.

    Only what differs from that one is a change: what somebody else typed meanwhile is not among it.
    """

    held: Mapping[str, Decimal] = {}
    pasted: Mapping[str, Decimal] = {}

    @property
    def names(self) -> list[str]:
        """The usual figures, and behind them the others that are there."""
        more = [key for key in BASE_KEYS if key not in TYPED and (key in self.held or self[key].raw_data)]
        return [*TYPED, *more]

    def read_lines(self) -> None:
        """What was pasted; a line that says nothing we know is a fault."""
        self.pasted, strange = compass.read_lines(self.lines.data or "")
        for number, line in strange:
            self.fault("lines", _("Line %(number)s says nothing we know: %(line)s", number=number, line=line))

    def changes(self) -> dict[str, Decimal | None]:
        """What differs from the figures the form was filled with; None for what was taken away."""
        sent = {key: self[key].data for key in BASE_KEYS if self[key].raw_data}
        changed = {key: value for key, value in sent.items() if value != self.held.get(key)}
        return {**changed, **self.pasted}

    def stale_rows(self, show: Callable[[str, Any], str] | None = None) -> list[tuple[str, str, str, bool]]:
        """Theirs beside what would stand if mine were saved: where I changed nothing, that is theirs."""
        if self.stale is None:
            return []
        theirs: dict[str, Any] = dict(self.stale.theirs)
        mine = {**theirs, **self.changes()}
        return [
            (str(LABELS[key]), _told(theirs.get(key), key), _told(mine.get(key), key), theirs.get(key) != mine.get(key))
            for key in BASE_KEYS
            if key in theirs or key in mine
        ]


def _told(value: Decimal | None, key: str) -> str:
    return "" if value is None else format_value(value, key)


for _key in BASE_KEYS:
    setattr(FiguresForm, _key, NumberField(LABELS[_key]))
