"""Pages of requests, approvals and budgets."""

from planner.resources.views import (
    ad_credit,
    after,
    bringing,
    budgets,
    decisions,
    envelopes,
    policies,
    requests,
    sheets,
)
from planner.resources.views.blueprint import bp

__all__ = [
    "ad_credit", "after", "bp", "bringing", "budgets", "decisions", "envelopes", "policies", "requests", "sheets",
]  # fmt: skip
