"""Pages of requests, approvals and budgets."""

from planner.resources.views import (
    ad_credit,
    after,
    bringing,
    budgets,
    decisions,
    envelopes,
    hours,
    kit,
    moving,
    policies,
    requests,
    sheets,
    templates,
    writing,
)
from planner.resources.views.blueprint import bp

__all__ = [
    "ad_credit", "after", "bp", "bringing", "budgets", "decisions", "envelopes", "hours", "kit", "moving", "policies",
    "requests", "sheets", "templates", "writing",
]  # fmt: skip
