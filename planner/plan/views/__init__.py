"""The plan: who does what by when, and whether the goals are on pace."""

from planner.plan.views import (
    board,
    checkins,
    closing,
    drawing,
    goals,
    habits,
    inside,
    listing,
    outlines,
    periods,
    rows,
    sheets,
    steps,
    targets,
    together,
)
from planner.plan.views.blueprint import bp

__all__ = [
    "board",
    "bp",
    "checkins",
    "closing",
    "drawing",
    "goals",
    "habits",
    "inside",
    "listing",
    "outlines",
    "periods",
    "rows",
    "sheets",
    "steps",
    "targets",
    "together",
]
