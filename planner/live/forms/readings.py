"""Figures read on air, as people type them; and when a show really ended."""

from __future__ import annotations

from decimal import Decimal

from planner.base.forms import BooleanField, Form, LineField, LocalDateTimeField, VersionField
from planner.base.words import _l
from planner.figures.words import LABELS, read_value
from planner.kernel.errors import Invalid
from planner.kernel.text import Message, msg
from planner.live.rules import FIGURES, MONEY, Figures
from planner.live.services import ReadingIn


class ReadingForm(Form):
    """One reading; what is left empty was not read."""

    online = LineField(_l("Online now"))
    gmv = LineField(LABELS["gmv"])
    orders = LineField(LABELS["orders"])
    viewers = LineField(LABELS["viewers"])
    ad_spend = LineField(LABELS["ad_spend"])
    at = LocalDateTimeField(_l("Read at"))
    sure = BooleanField(_l("These figures are right"))

    def reading(self) -> ReadingIn:
        """What was typed; a number that is none is told at its field."""
        figures: dict[str, int | None] = {}
        faults: dict[str, Message] = {}
        for key in FIGURES:
            try:
                typed = read_value(self[key].data or "", key)
            except ValueError:
                faults[key] = msg("Type a number.")
                continue
            whole = _whole(typed, key)
            if typed is not None and whole is None:
                faults[key] = msg("At most two decimals.") if key in MONEY else msg("Type a whole number.")
            figures[key] = whole
        if faults:
            raise Invalid(faults)
        return ReadingIn(figures, self.at.data, bool(self.sure.data))


def _whole(typed: Decimal | None, key: str) -> int | None:
    """In whole units (money in minor ones); None where that would round."""
    if typed is None:
        return None
    exact = typed * 100 if key in MONEY else typed
    return int(exact) if exact == exact.to_integral_value() else None


def typed_figures(figures: Figures) -> dict[str, str]:
    """The same as a person would type them."""
    typed: dict[str, str] = {}
    for key in FIGURES:
        value = figures.get(key)
        if value is not None:
            typed[key] = f"{Decimal(value) / 100:f}" if key in MONEY else str(value)
    return typed


class CorrectionForm(ReadingForm):
    """A reading set right."""

    version = VersionField()


class EndForm(Form):
    """When a show ended; empty means now."""

    at = LocalDateTimeField(_l("It ended at"))
