"""How a repetition reads: `every Monday and Thursday`, `7 days after the last one was done`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from planner.base import show
from planner.base.i18n import gettext as _
from planner.base.i18n import ngettext
from planner.base.words import _l, field_forms, field_label, field_labels, labels, part_words
from planner.plan.rules import LAST, Repeat, Rhythm, Stretch
from planner.plan.words import hours_word

EVERYDAY, WORKING = frozenset(range(7)), frozenset(range(5))
SURE_DAY = 28
"""The last day that every month has."""

labels(
    Rhythm,
    {
        Rhythm.WEEKS: _l("On weekdays"),
        Rhythm.WORKDAYS: _l("Every working day, Monday to Friday"),
        Rhythm.MONTH_DAY: _l("On a day of the month"),
        Rhythm.MONTH_WEEKDAY: _l("On a weekday of the month"),
        Rhythm.DAYS: _l("Every so many days"),
        Rhythm.AFTER: _l("So long after the last one was done"),
    },
)
labels(Stretch, {Stretch.DAYS: _l("days"), Stretch.WEEKS: _l("weeks"), Stretch.MONTHS: _l("months")})
WEEKDAYS = (
    _l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"),
)  # fmt: skip
NTHS = {1: _l("first"), 2: _l("second"), 3: _l("third"), 4: _l("fourth"), LAST: _l("last")}


def weekdays_word(weekdays: frozenset[int]) -> str:
    """`Monday`, `Monday and Thursday`, `Monday, Wednesday and Friday`."""
    names = [str(WEEKDAYS[day]) for day in sorted(weekdays)]
    told = names[0]
    for name in names[1:-1]:
        told = _("%(some)s, %(more)s", some=told, more=name)
    return _("%(some)s and %(last)s", some=told, last=names[-1]) if len(names) > 1 else told


def _weeks(rule: Repeat) -> str:
    if rule.every == 1:
        return _("every day") if rule.weekdays == EVERYDAY else _("every %(days)s", days=weekdays_word(rule.weekdays))
    return _("every %(n)s weeks on %(days)s", n=rule.every, days=weekdays_word(rule.weekdays))


def _month_day(rule: Repeat) -> str:
    day, n = rule.month_day, rule.every
    if day == LAST:
        return _("on the last day of the month") if n == 1 else _("on the last day, every %(n)s months", n=n)
    told = (
        _("on day %(day)s of the month", day=day) if n == 1 else _("on day %(day)s, every %(n)s months", day=day, n=n)
    )
    return _("%(rule)s, or its last day", rule=told) if day > SURE_DAY else told


def _month_weekday(rule: Repeat) -> str:
    words = {"nth": str(NTHS[rule.nth]), "weekday": weekdays_word(rule.weekdays)}
    if rule.every == 1:
        return _("on the %(nth)s %(weekday)s of the month", **words)
    return _("on the %(nth)s %(weekday)s, every %(n)s months", n=rule.every, **words)


def _after(rule: Repeat) -> str:
    n = rule.every
    if rule.stretch is Stretch.DAYS:
        return ngettext("%(num)s day after the last one was done", "%(num)s days after the last one was done", n)
    if rule.stretch is Stretch.WEEKS:
        return ngettext("%(num)s week after the last one was done", "%(num)s weeks after the last one was done", n)
    return ngettext("%(num)s month after the last one was done", "%(num)s months after the last one was done", n)


def rule_words(rule: Repeat) -> str:
    """By what a step comes again."""
    if rule.rhythm is Rhythm.DAYS:
        return _("every day") if rule.every == 1 else _("every %(n)s days", n=rule.every)
    if rule.rhythm is Rhythm.WORKDAYS:
        return _("every working day")
    how = {Rhythm.WEEKS: _weeks, Rhythm.MONTH_DAY: _month_day, Rhythm.MONTH_WEEKDAY: _month_weekday}
    return how.get(rule.rhythm, _after)(rule)


def repeat_words(rule: Repeat) -> str:
    """The same with its end, where it has one."""
    told = rule_words(rule)
    if rule.until is not None:
        told = _("%(rule)s, until %(day)s", rule=told, day=show.day(rule.until))
    if rule.times is not None:
        told = _("%(rule)s, %(n)s times in all", rule=told, n=rule.times)
    return told


def column_words(names: Sequence[str]) -> str:
    """What columns of a step are called, one after the other."""
    told = [str(INSIDE[name]) if name in INSIDE else field_label("step", name) for name in names]
    found = told[0] if told else ""
    for name in told[1:]:
        found = _("%(some)s, %(more)s", some=found, more=name)
    return found


INSIDE = {"tags": _l("Tags"), "lines": _l("To tick"), "helpers": _l("Helpers"), "estimate_minutes": _l("Estimate")}


def _weekdays_in_history(value: Any) -> str:
    return weekdays_word(frozenset(value)) if value else "–"


part_words({"step_series": _l("Repetition")})
field_labels(
    "step_series",
    {
        "rhythm": _l("Repeats"),
        "every": _l("Every"),
        "weekdays": _l("Weekdays"),
        "month_day": _l("Day of the month"),
        "nth": _l("Which of the month"),
        "stretch": _l("Counted in"),
        "lead": _l("Appears days before"),
        "until": _l("Until"),
        "times": _l("Times in all"),
        "first": _l("Counted from"),
        "next_on": _l("Next on"),
        "made": _l("Copies so far"),
        "left_out": _l("Days left out"),
        "left_out_last": _l("Last day left out"),
        "paused": _l("Paused"),
        "ended_on": _l("Ended on"),
        "title": _l("Title"),
        "owner_id": _l("Owner"),
        "phase_id": _l("Phase"),
        "goal_id": _l("Goal"),
        "note": _l("Note"),
        "priority": _l("Priority"),
        "department": _l("Department"),
        "begins_before": _l("Begins days before"),
        "tags": _l("Tags"),
        "lines": _l("To tick"),
        "estimate_minutes": _l("Estimate"),
        "helpers": _l("Helpers"),
    },
)
field_forms(
    "step_series",
    {
        "appears_on": None,
        "latest_id": None,
        "month_day": None,
        "nth": None,
        "helpers": None,
        "weekdays": _weekdays_in_history,
        "estimate_minutes": hours_word,
    },
)
field_labels("step", {"series_id": _l("Repeats"), "occurs_on": _l("Stands for")})
field_forms("step", {"series_id": None, "occurs_on": None})
