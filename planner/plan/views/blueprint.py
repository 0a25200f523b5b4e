"""What the view modules share: the blueprint, the page of a form, people to choose from."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from planner.base.forms import Form
from planner.base.web import page
from planner.people import queries as people
from planner.plan.rules import StepState

bp = Blueprint("plan", __name__)
NEEDS_WORDS = {StepState.BLOCKED: "plan.block", StepState.DROPPED: "plan.drop"}
"""States that say by what, or why: the pages that ask it."""


def number(name: str) -> int | None:
    """An id in the address; None where it is none."""
    typed = request.args.get(name, "")
    return int(typed) if typed.isdecimal() and len(typed) < 19 and int(typed) else None


def day(typed: date | None) -> date:
    """A day that the form requires."""
    assert typed is not None
    return typed


def goal_url(goal_id: int) -> str:
    """The page of a goal."""
    return url_for("plan.goal", goal_id=goal_id)


def persons() -> list[tuple[int, str]]:
    """Whom a step or a goal can belong to."""
    return [*people.assignable().items()]


def offered(choices: list[tuple[int, str]], held: int | None, name: str) -> list[tuple[int, str]]:
    """What can be chosen, with what stands now even where it is not offered any more."""
    known = {row_id for row_id, _name in choices}
    return choices if held is None or held in known else [*choices, (held, name or f"#{held}")]


def form_page(form: Form, heading: str, rows: list[list[str]], back: str, folded: Any = (), **more: Any) -> Response:
    """A form on a page of its own; fields of one row stand side by side at a desk, `folded` ones until asked for."""
    status = 200 if request.method == "GET" else form.status
    return page("plan/form.html", status, form=form, heading=heading, rows=rows, folded=list(folded), back=back, **more)
