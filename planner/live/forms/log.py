"""What is typed about the show log: kinds of notes, times, slips, and handovers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from planner.base import actor
from planner.base.fields import LocalDateTimeField
from planner.base.forms import (
    BooleanField,
    Form,
    InputRequired,
    Length,
    LineField,
    PickField,
    SelectField,
    TextAreaField,
    VersionField,
)
from planner.base.words import _l
from planner.live.rules import KIND_ICONS, Asks
from planner.live.words import ICON_WORDS


class SecondField(LocalDateTimeField):
    """An instant on the team's clock, to the second."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **{"render_kw": {"step": "1"}} | more)

    def _value(self) -> str:
        if self.raw_data or not self.data:
            return super()._value()
        return str(self.data.astimezone(ZoneInfo(actor.current().timezone)).strftime("%Y-%m-%dT%H:%M:%S"))

    def near(self, held: Any) -> Any:
        """What was typed; what stands, where it is the same second: browsers and people don't type parts of one."""
        typed = self.data
        return (
            held
            if held is not None and typed is not None and timedelta() <= held - typed < timedelta(seconds=1)
            else typed
        )


def wall(text: str) -> datetime | None:
    """The instant of a time on the team's clock, as `SecondField` writes it; None where it is none."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(actor.current().timezone)) if text else None
    except ValueError:
        return None


class KindForm(Form):
    """A kind of note."""

    version = VersionField()
    name = LineField(_l("Name"), [Length(max=12)])
    icon = SelectField(_l("Symbol"), choices=lambda: [(key, ICON_WORDS[key]) for key in KIND_ICONS])
    is_fault = BooleanField(_l("Counts as a fault"))
    restores = BooleanField(_l("Asks when it was restored"))

    def asks(self) -> Asks:
        """What was chosen."""
        return Asks(bool(self.is_fault.data), bool(self.restores.data))


class MomentsForm(Form):
    """When something noted happened, and when it was over."""

    happened = SecondField(_l("Happened at"), [InputRequired()])
    ended = SecondField(_l("Over at"))


class SlipForm(Form):
    """The record of a slip."""

    said = LineField(_l("What was said"), [InputRequired(), Length(max=500)])
    put_right = LineField(_l("What was put right"), [Length(max=500)])
    at = SecondField(_l("Put right at"))
    heard_by = PickField(_l("Who listened back"), none=_l("nobody yet"))

    def untouched(self, offered: str) -> bool:
        """Whether the time is the one that was offered while nothing was put right: then nobody meant it."""
        return not self.put_right.data and bool(offered) and self.at.data == wall(offered)


class HandoverForm(Form):
    """What one shift tells the next."""

    figures = TextAreaField(_l("Figures as last known"), [Length(max=500)])
    stock = TextAreaField(_l("Stock"), [Length(max=500)])
    promises = TextAreaField(_l("Promises made on air"), [Length(max=1000)])
    next_item = LineField(_l("Next item"), [Length(max=200)])
