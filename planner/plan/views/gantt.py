"""What a timeline draws: places across in hundredths of its length, places down in pixels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import url_for

from planner.base import show
from planner.base.i18n import gettext as _
from planner.base.i18n import ngettext
from planner.base.words import label
from planner.plan import rules
from planner.plan.queries import Bar, StepRow, TimelinePage
from planner.plan.rules import Line, StepState, Zoom
from planner.plan.words import owner_open

ROW = 34
ROOM = 31
"""How many days what sticks out of a period makes its timeline longer, at most, at each end."""
NEAR_END = 82
"""Where a bar ends beyond this, its words stand before it."""


def percent(value: float) -> str:
    """A place across."""
    return f"{value:.3f}%"


@dataclass(frozen=True)
class Row:
    """A line of the timeline: a phase, what is in none, or a step; without a bar where none of its days is in sight."""

    kind: str
    id: int
    name: str
    url: str
    top: int
    said: str = ""
    note: str = ""
    state: str = ""
    late: bool = False
    hangs: bool = False
    x: float = 0
    width: float = 0
    came: bool = False
    goes: bool = False
    start: date | None = None
    due: date | None = None
    version: int = 0
    move: str = ""

    @property
    def middle(self) -> int:
        """The height of its bar."""
        return self.top + ROW // 2

    @property
    def end(self) -> float:
        """Where its bar ends."""
        return self.x + self.width

    @property
    def notes_before(self) -> bool:
        """Whether there is no place for its words behind it."""
        return self.end > NEAR_END and self.x > 100 - NEAR_END


@dataclass(frozen=True)
class Arrow:
    """From the end of a step to the beginning of the one that waits for it; `clash` where that begins too early."""

    parts: list[tuple[str, int, str, int]]
    clash: bool


@dataclass(frozen=True)
class Drawing:
    """All of it."""

    line: Line
    width: int
    height: int
    rows: list[Row]
    arrows: list[Arrow]
    months: list[tuple[str, str, bool, bool]]
    days: list[tuple[str, str, bool]]
    weekends: list[tuple[str, str]]
    mondays: list[str]
    today: str = ""
    day_words: list[str] = field(default_factory=list[str])


def drawing_of(view: TimelinePage, zoom: Zoom, leads: bool) -> Drawing:
    """The period as it is drawn; `leads` may move what is not over yet."""
    spans = [rules.stretch(bar.step.start, bar.step.due) for bar in view.bars]
    line = rules.line_of(view.period.start, view.period.end, [span for span in spans if span], ROOM)
    rows = list(_rows(view, line, leads))
    today = show.today()
    half = 50 / line.days
    return Drawing(
        line,
        rules.WIDTHS[zoom] * line.days,
        ROW * len(rows),
        rows,
        list(_arrows(view, {row.id: row for row in rows if row.kind == "step"})),
        _months(line, zoom),
        _days(line, zoom),
        [(percent(line.at(one)), percent(line.after(other) - line.at(one))) for one, other in line.weekends()],
        [percent(line.at(day)) for day in line.mondays()],
        percent(line.at(today) + half) if line.holds(today) else "",
        [show.day(line.first + timedelta(days=n), year=False) for n in range(line.days)],
    )


def _rows(view: TimelinePage, line: Line, leads: bool) -> Iterator[Row]:
    standing = {p.id for p in view.phases}
    of_phase: dict[int, list[Bar]] = {}
    for bar in view.bars:
        of_phase.setdefault(bar.step.phase_id if bar.step.phase_id in standing else 0, []).append(bar)
    top = 0
    for phase in view.phases:
        yield _phase(phase, line, top, leads and view.period.state is rules.PeriodState.OPEN)
        top += ROW
        for bar in of_phase.get(phase.id, ()):
            yield _step(bar, line, top, leads)
            top += ROW
    if 0 in of_phase:
        yield Row("none", 0, _("No phase"), "", top)
        for n, bar in enumerate(of_phase[0], start=1):
            yield _step(bar, line, top + n * ROW, leads)


def _phase(phase: Any, line: Line, top: int, movable: bool) -> Row:
    days = show.days(phase.start, phase.end)
    return Row(
        "phase",
        phase.id,
        phase.name,
        url_for("plan.steps", phase=phase.id),
        top,
        _("Phase %(name)s, %(days)s", name=phase.name, days=days),
        start=phase.start,
        due=phase.end,
        version=phase.version,
        move=url_for("plan.shift_phase", phase_id=phase.id) if movable else "",
        **_place(line, phase.start, phase.end),
    )


def _place(line: Line, first: date, last: date) -> dict[str, Any]:
    x, (came, goes) = line.at(first), line.cut(first, last)
    return {"x": x, "width": line.after(last) - x, "came": came, "goes": goes}


def _step(bar: Bar, line: Line, top: int, leads: bool) -> Row:
    s = bar.step
    first, last = rules.stretch(s.start, s.due) or (line.first, line.first)
    return Row(
        "step",
        s.id,
        s.title,
        url_for("plan.step", step_id=s.id),
        top,
        _said(bar, first, last),
        _note(s),
        str(s.state),
        s.late,
        bar.hangs,
        start=s.start,
        due=s.due,
        version=s.version,
        move=url_for("plan.shift_step", step_id=s.id) if leads and s.open else "",
        **_place(line, first, last),
    )


def _marks(s: StepRow) -> list[str]:
    """What has to be known of it, in words."""
    late = [ngettext("%(num)s day late", "%(num)s days late", s.days_late)] if s.late else []
    return [*late, *([] if s.state is StepState.OPEN else [label(s.state)])]


def _note(s: StepRow) -> str:
    return " · ".join([*_marks(s), s.owner_name or owner_open(s.department)])


def _said(bar: Bar, first: date, last: date) -> str:
    s = bar.step
    days = show.day(first) if first == last else show.days(first, last)
    hangs = [_("its day is counted from another one")] if bar.hangs else []
    return " · ".join([s.title, days, *_marks(s), s.owner_name or owner_open(s.department), *hangs])


def _arrows(view: TimelinePage, rows: Mapping[int, Row]) -> Iterator[Arrow]:
    """Down (or up) from the end of the one, then across at the edge of the other's row, and onto its beginning."""
    for waits, on in view.links:
        one, other = rows.get(on), rows.get(waits)
        if one is None or other is None:
            continue
        down = 1 if other.top > one.top else -1
        edge = other.middle - down * (ROW // 2)
        x, to = percent(one.end), percent(other.x + min(other.width / 2, 0.4))
        parts = [(x, one.middle + down * 9, x, edge), (x, edge, to, edge), (to, edge, to, other.middle - down * 10)]
        yield Arrow(parts, _too_early(one, other))


def _too_early(one: Row, other: Row) -> bool:
    """Whether a step begins, or is due, before what comes first is."""
    until = one.due or one.start
    days = [day for day in (other.start, other.due) if day is not None]
    return until is not None and any(day < until for day in days)


def _months(line: Line, zoom: Zoom) -> list[tuple[str, str, bool, bool]]:
    """Names of months by their places. Says whether one is there only to be always in sight, as paper is narrower, and
    whether it ends at the end of the line, where it has no room behind its day."""
    months = line.months()
    return [
        ("100%" if at_end else percent(line.at(day)), show.month(day), day not in months, at_end)
        for day, at_end in rules.month_marks(line, zoom)
    ]


def _days(line: Line, zoom: Zoom) -> list[tuple[str, str, bool]]:
    """Numbers of days in their middle: of all of them, or of the Mondays; whether it is a Monday."""
    half = 50 / line.days
    days = [line.first + timedelta(days=n) for n in range(line.days)] if zoom is Zoom.DAY else line.mondays()
    return [(percent(line.at(day) + half), str(day.day), day.weekday() == 0) for day in days]
