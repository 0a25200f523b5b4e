"""What a session that is over waits for. Pure."""

from __future__ import annotations

from enum import StrEnum


class Waits(StrEnum):
    """For its figures, for its review, or for nothing any more."""

    FIGURES = "figures"
    REVIEW = "review"
    NOTHING = "closed"


def waits_for(reviewed: bool, has_figures: bool) -> Waits:
    """A closed review is the end of it, whatever became of its figures."""
    if reviewed:
        return Waits.NOTHING
    return Waits.REVIEW if has_figures else Waits.FIGURES
