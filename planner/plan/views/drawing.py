"""Rows of steps with their boxes, drawn once for all they show; one form of the page serves all the boxes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from flask import g
from markupsafe import Markup, escape

from planner.base import shell
from planner.base.i18n import gettext as _
from planner.base.pieces import drawn
from planner.base.show import near
from planner.base.verbs import last_command
from planner.plan.queries import StepRow
from planner.plan.rules import ListColumn, Priority, StepState
from planner.plan.words import hours_word

FORM = "tick-steps"
WAY_BACK, KEYS = Markup("<!--way-->"), Markup("<!--keys-->")
"""Stand in a drawn strip where the address and the keys of its form come, which are new each time."""
NAMED = 3
"""How many of the steps that should have come first are named where one goes on before them."""


@dataclass(frozen=True)
class Shown:
    """All that a row shows of a step; the names are those of `StepRow`."""

    id: int
    title: str
    owner_id: int | None
    owner_name: str
    department: str
    due_word: str
    days_late: int
    late: bool
    open: bool
    state: StepState
    doable: bool
    waits_for: str
    priority: Priority
    lines: int
    lines_done: int
    ahead: int
    estimate_minutes: int | None
    goal_id: int | None
    from_session_id: int | None
    series_id: int | None


NAMES = [field.name for field in fields(Shown)]


def _looks(s: StepRow) -> Shown:
    return Shown(*[getattr(s, name) for name in NAMES])


def shown(s: StepRow, goals: dict[int, str], **more: Any) -> dict[str, Any]:
    """What a row or a card shows: all of it, so that it is drawn once."""
    return {
        "id": s.id,
        "title": s.title,
        "owner": s.owner_name,
        "department": s.department if not s.owner_name else "",
        "due": s.due,
        "due_word": s.due_word,
        "days_late": s.days_late,
        "state": s.state,
        "open": s.open,
        "waits_for": s.waits_for,
        "goal": goals.get(s.goal_id or 0, ""),
        "priority": s.priority,
        "lines": s.lines,
        "lines_done": s.lines_done,
        "ahead": s.ahead,
        "series_id": s.series_id,
        "version": s.version,
        "estimate": hours_word(s.estimate_minutes),
        **more,
    }


def list_row(
    s: StepRow,
    goals: dict[int, str],
    phases: dict[int, tuple[str, str]],
    tags: list[str],
    *,
    columns: tuple[ListColumn, ...],
    pick: bool = False,
    edits: bool = False,
) -> Markup:
    """A step in the list, with the columns that are wanted; with `edits` their values can be changed in place."""
    more: dict[str, Any] = {"phase": phases.get(s.phase_id or 0), "tags": tuple(tags), "department": s.department}
    if ListColumn.START in columns:
        more["start"] = near(s.start)
    return drawn("plan/_step_row.html", **shown(s, goals, columns=columns, pick=pick, edits=edits, **more))


def saved(said: str) -> Markup:
    """The strip that says what was done in place, with the way back of the command that did it."""
    strip = drawn("plan/_saved.html", text=said, undo_url=WAY_BACK, keys=KEYS)
    way = shell.undo_url(last_command.get()) or ""
    keys = shell.csrf_field() + shell.once_field()
    return Markup(strip.replace(WAY_BACK, str(escape(way))).replace(KEYS, keys))  # nosec B704: all of it is escaped


def with_ahead(said: str, ahead: list[str]) -> str:
    """What was done to a step that goes on or is finished, and which steps should have come before that, if any."""
    told = _ahead_word(ahead)
    return _("%(said)s %(more)s", said=said, more=told) if told else said


def _ahead_word(found: list[str]) -> str:
    shown = _(", ").join(_("“%(title)s”", title=title) for title in found[:NAMED])
    if len(found) > NAMED:
        shown = _("%(titles)s and %(n)s more", titles=shown, n=len(found) - NAMED)
    return _("What comes first is not done yet: %(titles)s.", titles=shown) if found else ""


def step_row(s: StepRow, goals: dict[int, str]) -> Markup:
    """A step in the table of the plan."""
    return drawn("plan/_row.html", s=_looks(s), goal=goals.get(s.goal_id or 0, ""), form=FORM, look="row")


def step_item(s: StepRow) -> Markup:
    """A step in a list."""
    return drawn("plan/_item.html", s=_looks(s), form=FORM, look="")


def step_ticks(back: str) -> Markup:
    """The form that the boxes of all steps of a page send, where it is asked for first; `back` is the page."""
    if g.get("step_ticks"):
        return Markup()
    g.step_ticks = True
    held = Markup('<input type="hidden" name="client_id" value=""><input type="hidden" name="next" value="{}">')
    form = Markup('<form method="post" id="{}" data-tick hidden>{}{}{}</form>')
    return form.format(FORM, shell.csrf_field(), shell.once_field(), held.format(back))


GLOBALS = {"step_row": step_row, "step_item": step_item, "step_ticks": step_ticks}
"""For templates of this column and of higher ones."""
