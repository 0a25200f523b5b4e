"""What the tests of steps share: making one, looking at one, taking the last act back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from planner.base import undo
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.plan import queries, services
from planner.plan.queries import StepPage, StepRow
from tests.cast import Cast

Made = Callable[..., int]


@pytest.fixture
def step(cast: Cast, quarter: int, today: date) -> Made:
    """A step of the lead's making."""

    def make(title: str, owner: int | None = None, due: date | None = None, **more: Any) -> int:
        with acting(cast.actors["lead"]):
            return services.add_step(title, owner, due, **more)

    return make


def page_of(cast: Cast, step_id: int) -> StepPage:
    with acting(cast.actors["lead"]):
        return queries.step_page(step_id)


def row_of(cast: Cast, step_id: int) -> StepRow:
    with acting(cast.actors["lead"]):
        return queries.ticked(step_id)


def undo_last() -> None:
    undo.undo(last_command.get() or "")
