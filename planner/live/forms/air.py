"""A go, and the real times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from planner.base.forms import (
    Form,
    InputRequired,
    Length,
    LineField,
    LocalDateTimeField,
    PickField,
    VersionField,
)
from planner.base.i18n import gettext as _
from planner.base.words import _l
from planner.kernel.errors import Invalid
from planner.kernel.text import msg
from planner.live.ports import GateCheck
from planner.live.queries import AiringRow
from planner.live.services import StreamIn


class GoForm(Form):
    """A person's go."""

    note = LineField(_l("Note"), [Length(max=300)])

    def reason_fields(self) -> list[LineField]:
        """The places for the reasons of single checks."""
        return [one for one in self if isinstance(one, LineField) and one.name.startswith("why_")]

    def reasons(self, open_checks: Sequence[GateCheck]) -> dict[str, str]:
        """What was said of each check, by its key."""
        return {c.key: self[_why(c)].data or "" for c in open_checks if _why(c) in self}


def _why(check: GateCheck) -> str:
    return "why_" + re.sub(r"\W", "_", check.key)


def go_form(open_checks: Sequence[GateCheck]) -> GoForm:
    """A form with a place for the reason of each open check that blocks going live."""

    class Go(GoForm):
        pass

    for check in open_checks:
        setattr(Go, _why(check), LineField(check.text, [Length(max=200)]))
    return Go()


class TimesForm(Form):
    """The real times: of each stream a start and an end, by its id; times_form makes them."""

    version = VersionField()

    def streams(self, held: Sequence[AiringRow]) -> list[StreamIn]:
        """What was typed. A stream that the form did not know yet is left as it is."""
        rows: list[StreamIn] = []
        for airing in held:
            if self[f"start_{airing.id}"].raw_data:
                rows.append(StreamIn(airing.id, self._start(f"start_{airing.id}"), self[f"end_{airing.id}"].data))
        typed = [self[name].data for name in ("channel_new", "start_new", "end_new") if name in self]
        if any(typed):
            rows.append(StreamIn(None, self._start("start_new"), self["end_new"].data, self["channel_new"].data))
        return rows

    def _start(self, name: str) -> datetime:
        found: datetime | None = self[name].data
        if found is None:
            raise Invalid.at(name, msg("Type when it began."))
        return found


def times_form(version: int, held: Sequence[AiringRow], channels: Sequence[tuple[int, str]]) -> TimesForm:
    """A form for these streams, and for one that was forgotten where there are channels to choose."""

    class Times(TimesForm):
        pass

    values: dict[str, object] = {"version": version}
    for number, airing in enumerate(held, start=1):
        names = (_("Start of stream %(number)s", number=number), _("End of stream %(number)s", number=number))
        alone = len(held) == 1
        setattr(Times, f"start_{airing.id}", LocalDateTimeField(_("Real start") if alone else names[0]))
        setattr(Times, f"end_{airing.id}", LocalDateTimeField(_("Real end") if alone else names[1]))
        values |= {f"start_{airing.id}": airing.real_start, f"end_{airing.id}": airing.real_end}
    if channels:
        setattr(Times, "channel_new", PickField(_l("Channel"), none=_l("No further stream")))  # noqa: B010
        setattr(Times, "start_new", LocalDateTimeField(_l("Real start")))  # noqa: B010
        setattr(Times, "end_new", LocalDateTimeField(_l("Real end")))  # noqa: B010
    form = Times(data=values)
    picked = form["channel_new"] if channels else None
    if isinstance(picked, PickField):
        picked.offer(list(channels))
    return form


class StreamForm(Form):
    """The channel a show runs on as well."""

    channel_id = PickField(_l("Channel"), [InputRequired()])
