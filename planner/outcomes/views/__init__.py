"""Pages of results, imports and reviews."""

from planner.outcomes.views import imports, results, reviews
from planner.outcomes.views.blueprint import bp

__all__ = ["bp", "imports", "results", "reviews"]
