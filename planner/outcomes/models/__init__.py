"""Tables of figures and reviews."""

from planner.outcomes.models.figures import FigureSet, FigureValue, ImportFile, ImportRow
from planner.outcomes.models.reviews import Action, ActionCheck, Finding, Review

__all__ = ["Action", "ActionCheck", "FigureSet", "FigureValue", "Finding", "ImportFile", "ImportRow", "Review"]
