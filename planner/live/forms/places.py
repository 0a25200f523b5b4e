"""Channels and studios."""

from __future__ import annotations

from planner.base.forms import (
    Form,
    InputRequired,
    Length,
    LineField,
    SelectField,
    VersionField,
)
from planner.base.words import _l, choices
from planner.live.rules import Platform


class ChannelForm(Form):
    """A channel."""

    version = VersionField()
    platform = SelectField(_l("Platform"), choices=choices(Platform))
    name = LineField(_l("Name"), [InputRequired(), Length(max=60)])
    account = LineField(_l("Account"), [InputRequired(), Length(max=60)])


class StudioForm(Form):
    """A studio."""

    version = VersionField()
    name = LineField(_l("Name"), [InputRequired(), Length(max=60)])
