"""How a figure can be counted towards a target, for forms and for the check when one is saved."""

from __future__ import annotations

from planner.figures import rules as figures
from planner.plan.rules import OF_RATIOS, Aggregation

ALONE = (figures.Adding.MAX, figures.Adding.BY_MINUTES, figures.Adding.BY_VIEWERS)
"""Figures that say something of one session only."""


def countings_of(metric: str) -> tuple[Aggregation, ...]:
    """What can be asked of a figure of sessions: ratios never add up, and what says something of one session only is
    the best or the latest."""
    found = figures.METRICS[metric]
    if found.over and found.over[1]:
        return OF_RATIOS
    if found.adding in ALONE:
        return (Aggregation.BEST_SESSION, Aggregation.LATEST)
    return tuple(each for each in Aggregation if each is not Aggregation.MEAN_RATIO)


def all_countings() -> dict[str, tuple[Aggregation, ...]]:
    """The same of all figures a target can count, by their keys."""
    return {key: countings_of(key) for key in figures.METRICS if key not in figures.WATCHED}
