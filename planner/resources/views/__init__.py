"""Pages of requests, approvals and budgets."""

from planner.resources.views import budgets, decisions, envelopes, policies, requests
from planner.resources.views.blueprint import bp

__all__ = ["bp", "budgets", "decisions", "envelopes", "policies", "requests"]
