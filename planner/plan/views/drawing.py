"""Rows of steps with their boxes, drawn once for all they show; one form of the page serves all the boxes."""

from __future__ import annotations

from dataclasses import dataclass, fields

from flask import g
from markupsafe import Markup

from planner.base import shell
from planner.base.pieces import drawn
from planner.plan.queries import StepRow
from planner.plan.rules import Priority, StepState

FORM = "tick-steps"


@dataclass(frozen=True)
class Shown:
    """All that a row shows of a step; the names are those of `StepRow`."""

    id: int
    title: str
    owner_id: int | None
    owner_name: str
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


def _shown(s: StepRow) -> Shown:
    return Shown(*[getattr(s, name) for name in NAMES])


def step_row(s: StepRow, goals: dict[int, str]) -> Markup:
    """A step in the table of the plan."""
    return drawn("plan/_row.html", s=_shown(s), goal=goals.get(s.goal_id or 0, ""), form=FORM, look="row")


def step_item(s: StepRow) -> Markup:
    """A step in a list."""
    return drawn("plan/_item.html", s=_shown(s), form=FORM, look="")


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
