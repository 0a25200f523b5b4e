"""Pages of requests, approvals and budgets."""

from planner.resources.views import after, budgets, decisions, envelopes, hours, kit, policies, requests, templates
from planner.resources.views.blueprint import bp

__all__ = [
    "after",
    "bp",
    "budgets",
    "decisions",
    "envelopes",
    "hours",
    "kit",
    "policies",
    "requests",
    "templates",
]
