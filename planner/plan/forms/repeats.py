"""Forms of steps that come again, and of a step that is copied."""

from __future__ import annotations

from planner.base.forms import (
    BooleanField,
    Form,
    IdField,
    InputRequired,
    Length,
    LineField,
    LocalDateField,
    PickField,
    RadioField,
    SelectField,
    SelectMultipleField,
    VersionField,
    WholeField,
)
from planner.base.words import _l, choices
from planner.plan.rules import LAST, Repeat, Rhythm, Stretch
from planner.plan.sentences import NTHS, WEEKDAYS

NUMBERED = [(str(n), word) for n, word in enumerate(WEEKDAYS)]


class RepeatForm(Form):
    """By which rule a step comes again; of the fields only those of the chosen rhythm count."""

    version = VersionField()
    series_id = IdField()
    rhythm = RadioField(_l("Repeats"), choices=choices(Rhythm), default=Rhythm.WEEKS.value)
    days_every = WholeField(_l("Every"))
    weeks_every = WholeField(_l("Every"))
    weekdays = SelectMultipleField(_l("On"), choices=lambda: NUMBERED)
    months_every = WholeField(_l("Every"))
    month_day = SelectField(
        _l("Day"), choices=lambda: [*((str(n), str(n)) for n in range(1, 32)), (str(LAST), _l("the last day"))]
    )
    nths_every = WholeField(_l("Every"))
    nth = SelectField(_l("Which"), choices=lambda: [(str(n), word) for n, word in NTHS.items()])
    weekday = SelectField(_l("Weekday"), choices=lambda: NUMBERED)
    after_every = WholeField(_l("After"))
    stretch = SelectField(_l("Counted in"), choices=choices(Stretch), default=Stretch.DAYS.value)
    lead = WholeField(_l("Appears so many days before its day"), [InputRequired()])
    until = LocalDateField(_l("Until"))
    times = WholeField(_l("Times in all"), description=_l("This one counts."))
    like_this = BooleanField(_l("The next ones look like this step does now"))

    def repeat(self) -> Repeat:
        """The rule that was chosen."""
        rhythm = Rhythm(self.rhythm.data)
        every = {
            Rhythm.DAYS: self.days_every, Rhythm.WEEKS: self.weeks_every, Rhythm.MONTH_DAY: self.months_every,
            Rhythm.MONTH_WEEKDAY: self.nths_every, Rhythm.AFTER: self.after_every,
        }.get(rhythm)  # fmt: skip
        weekdays = {Rhythm.WEEKS: self.weekdays.data or [], Rhythm.MONTH_WEEKDAY: [self.weekday.data]}.get(rhythm, [])
        own = {
            Rhythm.MONTH_DAY: {"month_day": int(self.month_day.data or 1)},
            Rhythm.MONTH_WEEKDAY: {"nth": int(self.nth.data or 1)},
        }.get(rhythm, {})  # fmt: skip
        return Repeat(
            rhythm, (every.data or 0) if every else 1, frozenset(int(day) for day in weekdays), **own,
            stretch=Stretch(self.stretch.data) if rhythm is Rhythm.AFTER else Stretch.DAYS,
            lead=self.lead.data or 0, until=self.until.data, times=self.times.data,
        )  # fmt: skip

    def places(self) -> dict[str, str]:
        """Beside which field of the chosen rhythm a fault of the rule stands."""
        every = {
            Rhythm.DAYS: "days_every", Rhythm.WEEKS: "weeks_every", Rhythm.MONTH_DAY: "months_every",
            Rhythm.MONTH_WEEKDAY: "nths_every", Rhythm.AFTER: "after_every",
        }  # fmt: skip
        rhythm = Rhythm(self.rhythm.data)
        weekdays = "weekday" if rhythm is Rhythm.MONTH_WEEKDAY else "weekdays"
        return {"every": every.get(rhythm, "rhythm"), "weekdays": weekdays}


def typed_rule(rule: Repeat) -> dict[str, object]:
    """A rule as the form shows it, with something sensible in the fields of the other rhythms."""
    every = {rule.rhythm: rule.every}
    days = sorted(rule.weekdays)
    return {
        "rhythm": rule.rhythm.value, "days_every": every.get(Rhythm.DAYS, 1), "weeks_every": every.get(Rhythm.WEEKS, 1),
        "months_every": every.get(Rhythm.MONTH_DAY, 1), "nths_every": every.get(Rhythm.MONTH_WEEKDAY, 1),
        "after_every": every.get(Rhythm.AFTER, 7), "weekdays": [str(day) for day in days],
        "weekday": str(days[0] if days else 0), "month_day": str(rule.month_day), "nth": str(rule.nth),
        "stretch": rule.stretch.value, "lead": rule.lead, "until": rule.until, "times": rule.times,
    }  # fmt: skip


class CopyStepForm(Form):
    """A step once more, with what comes along."""

    title = LineField(_l("Title"), [InputRequired(), Length(max=160)])
    owner_id = PickField(_l("Owner"), none=_l("Nobody yet"))
    due = LocalDateField(_l("Due"))
    phase_id = PickField(_l("Phase"), none=_l("No phase"))
    goal_id = PickField(_l("Goal"), none=_l("No goal"))
    lines = BooleanField(_l("Lines to tick"))
    tags = BooleanField(_l("Tags"))
    note = BooleanField(_l("Note"))
    helpers = BooleanField(_l("Helpers"))
    first = BooleanField(_l("What comes first"))
    after = BooleanField(_l("The steps that wait for it, and those that wait for them"))
