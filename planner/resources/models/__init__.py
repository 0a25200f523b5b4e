"""The tables of requests, approvals and budgets."""

from planner.resources.models.after import RequestEvent
from planner.resources.models.approvals import (
    ApprovalLevel,
    ApprovalPolicy,
    ApprovalSeat,
    Delegation,
    RequestAct,
    RequestCopy,
)
from planner.resources.models.budgets import Budget, BudgetCategory, BudgetTransfer, LedgerEntry
from planner.resources.models.renewals import RenewalNotice
from planner.resources.models.requests import RequestLine, RequestQuote, ResourceRequest

__all__ = [
    "ApprovalLevel",
    "ApprovalPolicy",
    "ApprovalSeat",
    "Budget",
    "BudgetCategory",
    "BudgetTransfer",
    "Delegation",
    "LedgerEntry",
    "RenewalNotice",
    "RequestAct",
    "RequestCopy",
    "RequestEvent",
    "RequestLine",
    "RequestQuote",
    "ResourceRequest",
]
