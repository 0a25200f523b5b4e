"""Pages of results, imports and reviews."""

from planner.outcomes.views import actions, findings, imports, results, reviews, worth
from planner.outcomes.views.blueprint import bp

__all__ = ["actions", "bp", "findings", "imports", "results", "reviews", "worth"]
