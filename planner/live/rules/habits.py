"""What a team agrees on about its shows, and the bounds of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Habits:
    """How often figures are read on air (minutes), the time between two shows of one person (minutes), and from when
    on a day on air is long and a night short (hours). The last three warn, they never refuse.
    """

    reading_minutes: int = 30
    changeover_minutes: int = 15
    longest_hours: int = 6
    least_rest_hours: int = 8


BOUNDS = {
    "reading_minutes": (5, 240),
    "changeover_minutes": (0, 240),
    "longest_hours": (1, 24),
    "least_rest_hours": (0, 24),
}
"""Least and most of each."""
