"""Steps: their states, and when somebody wants them done. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from planner.kernel.machine import Machine, Move
from planner.kernel.permissions import P


class StepState(StrEnum):
    """Where a step stands; overdue is computed with the clock, never stored."""

    OPEN = "open"
    DOING = "doing"
    DONE = "done"
    DROPPED = "dropped"


class Urgency(StrEnum):
    """When somebody's open step wants to be done."""

    LATE = "late"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"
    UNDATED = "undated"
    WAITING = "waiting"


STEPS: Machine[StepState] = Machine(
    StepState,
    [
        Move("start", frozenset({StepState.OPEN}), StepState.DOING, P.STEP_DO),
        Move("finish", frozenset({StepState.OPEN, StepState.DOING}), StepState.DONE, P.STEP_DO),
        Move("reopen", frozenset({StepState.DONE, StepState.DROPPED}), StepState.OPEN, P.STEP_DO),
        Move("drop", frozenset({StepState.OPEN, StepState.DOING}), StepState.DROPPED, P.PLAN_EDIT),
    ],
)


def urgency(due: date | None, waits: bool, today: date) -> Urgency:
    """What waits for others stands apart; a week ends on Sunday."""
    if waits:
        return Urgency.WAITING
    if due is None:
        return Urgency.UNDATED
    if due <= today:
        return Urgency.LATE if due < today else Urgency.TODAY
    return Urgency.WEEK if (due - today).days <= 6 - today.weekday() else Urgency.LATER
