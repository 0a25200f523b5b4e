"""Words of daily reports."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from planner.base import show
from planner.base.i18n import gettext as _
from planner.base.i18n import ngettext
from planner.base.words import _l, field_forms, field_labels
from planner.daily.rules import Part
from planner.figures.words import format_value
from planner.kernel.text import msg
from planner.live.queries import SessionBrief
from planner.plan.queries import StepRow

PARTS = {Part.DONE: _l("Done today"), Part.NEXT: _l("Up next"), Part.BLOCKED: _l("What is stuck")}
field_labels(
    "daily_report",
    {
        "day": _l("Day"),
        "text": _l("Text"),
        "sent_at": _l("Sent at"),
        "sent_by": _l("Sent by"),
        "user_id": _l("Person"),
    },
)
field_labels("daily_rules", {"is_on": _l("Send by itself"), "send_at": _l("Sent at")})
field_forms("daily_report", {"whose": None})


def head(who: str, day: date) -> str:
    """The first line."""
    return _("Daily report · %(who)s · %(day)s", who=who, day=show.day(day))


def heads() -> dict[Part, str]:
    """The heads of the parts."""
    return {part: str(word) for part, word in PARTS.items()}


def step_done(title: str, who: str = "") -> str:
    """A step is finished."""
    return _("%(title)s, by %(who)s", title=title, who=who) if who else title


def ticks(count: int, b: SessionBrief) -> str:
    """Items of a checklist."""
    return ngettext(
        "%(num)s item of the checklist of %(what)s", "%(num)s items of the checklist of %(what)s", count, what=b.theme
    )


def shift(b: SessionBrief, span: str, positions: str) -> str:
    """Somebody's turn in a show."""
    return _("%(span)s %(what)s: %(positions)s", span=span, what=b.theme, positions=positions)


def show_over(b: SessionBrief, gmv: Decimal | None) -> str:
    """A show of the day with what it brought."""
    span = show.span((b.start, b.real_end or b.planned_end))
    if gmv is None:
        return _("%(span)s %(what)s", span=span, what=b.theme)
    return _("%(span)s %(what)s, GMV %(gmv)s", span=span, what=b.theme, gmv=format_value(gmv, "gmv"))


def show_to_come(b: SessionBrief) -> str:
    """A show of tomorrow."""
    at = f"{show.day(b.planned_start)} {show.span((b.planned_start, b.planned_end))}"
    return _("%(span)s %(what)s", span=at, what=b.theme)


_NEWS = {
    "outcomes.FiguresStored": msg("Figures brought: %(what)s"),
    "outcomes.ReviewClosed": msg("Review closed: %(what)s"),
    "live.SessionScheduled": msg("Session planned: %(what)s"),
    "live.SessionMoved": msg("Session moved: %(what)s"),
}
TOLD_NEWS = tuple(_NEWS)


def acts(name: str, themes: Iterable[str]) -> str:
    """What somebody did, with the shows it was about."""
    return _(_NEWS[name].text, what=listed(themes))


def listed(parts: Iterable[str]) -> str:
    """Several things in one line."""
    found = list(dict.fromkeys(parts))
    told = _(", ").join(found[:3])
    rest = len(found) - 3
    return ngettext("%(told)s and %(num)s more", "%(told)s and %(num)s more", rest, told=told) if rest > 0 else told


def step_next(row: StepRow, who: bool) -> str:
    """A step that is due."""
    title = step_done(row.title, row.owner_name) if who and row.owner_name else row.title
    if row.due is None:
        return title
    if row.late:
        late = row.days_late
        return ngettext("%(what)s (late by %(num)s day)", "%(what)s (late by %(num)s days)", late, what=title)
    return _("%(what)s (by %(day)s)", what=title, day=show.day(row.due))


def step_blocked(row: StepRow, who: bool) -> str:
    """A step that waits."""
    title = step_done(row.title, row.owner_name) if who and row.owner_name else row.title
    return _("%(what)s: waits for %(why)s", what=title, why=row.waits_for)
