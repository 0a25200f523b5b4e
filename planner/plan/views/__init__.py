"""The plan: who does what by when, and whether the goals are on pace."""

from planner.plan.views import (
    board,
    checkins,
    closing,
    copies,
    drawing,
    goals,
    habits,
    inside,
    listing,
    outlines,
    periods,
    repeats,
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
    "copies",
    "drawing",
    "goals",
    "habits",
    "inside",
    "listing",
    "outlines",
    "periods",
    "repeats",
    "rows",
    "sheets",
    "steps",
    "targets",
    "together",
]
