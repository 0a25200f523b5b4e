"""The rules of the plan. Pure."""

from planner.plan.rules.progress import (
    ROOM_ABOVE,
    ROOM_BELOW,
    Aggregation,
    Aim,
    Pace,
    Proof,
    Way,
    asked_share,
    course,
    done_share,
    gone_share,
    pace_of,
    progress,
)
from planner.plan.rules.steps import STEPS, StepState, Urgency, urgency

__all__ = [
    "ROOM_ABOVE",
    "ROOM_BELOW",
    "STEPS",
    "Aggregation",
    "Aim",
    "Pace",
    "Proof",
    "StepState",
    "Urgency",
    "Way",
    "asked_share",
    "course",
    "done_share",
    "gone_share",
    "pace_of",
    "progress",
    "urgency",
]
