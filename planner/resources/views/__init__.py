"""Pages of requests, approvals and budgets."""

from planner.resources.views import after, bringing, budgets, decisions, envelopes, policies, requests, sheets
from planner.resources.views.blueprint import bp

__all__ = ["after", "bp", "bringing", "budgets", "decisions", "envelopes", "policies", "requests", "sheets"]
