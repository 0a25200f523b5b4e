"""Calls before air: who is called when something that blocks is late, and how often. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

STEPS = (30, 15, 5)
"""So many minutes before the planned start, what blocks and is late is called out."""

BETWEEN_NUDGES = timedelta(minutes=5)
"""Nobody is asked for the same thing more often, by whomever."""


def step_of(start: datetime, now: datetime) -> int | None:
    """The last step that has come; None before the first one, and from the planned start on.

    A step that nobody was there to call out is told no more once the next one has come.
    """
    if now >= start:
        return None
    return next((step for step in reversed(STEPS) if start - timedelta(minutes=step) <= now), None)


def was_late(due: datetime | None, start: datetime, step: int) -> bool:
    """Whether it was due at the latest when the step came: what has its time in between has it still."""
    return due is not None and due <= start - timedelta(minutes=step)


def leads_of(crew: Sequence[int], planner_id: int | None, leads: Sequence[int]) -> list[int]:
    """The leads of a session, who answer for what is nobody's: those who lead the team and work in it, else whoever
    planned it and leads, else all who lead."""
    there = [user_id for user_id in leads if user_id in crew]
    if there:
        return there
    return [planner_id] if planner_id is not None and planner_id in leads else list(leads)
