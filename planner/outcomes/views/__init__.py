"""Pages of results, imports and reviews."""

from planner.outcomes.views import actions, imports, results, reviews
from planner.outcomes.views.blueprint import bp

__all__ = ["actions", "bp", "imports", "results", "reviews"]
