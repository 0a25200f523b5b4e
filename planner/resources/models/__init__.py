"""The tables of requests, approvals and budgets."""

from planner.resources.models.approvals import (
    ApprovalLevel,
    ApprovalPolicy,
    ApprovalSeat,
    Delegation,
    RequestAct,
    RequestCopy,
)
from planner.resources.models.budgets import Budget, BudgetCategory, BudgetTransfer, LedgerEntry
from planner.resources.models.requests import RequestLine, RequestQuote, ResourceRequest
from planner.resources.models.verdicts import RequestVerdict

__all__ = [
    "ApprovalLevel",
    "ApprovalPolicy",
    "ApprovalSeat",
    "Budget",
    "BudgetCategory",
    "BudgetTransfer",
    "Delegation",
    "LedgerEntry",
    "RequestAct",
    "RequestCopy",
    "RequestLine",
    "RequestQuote",
    "RequestVerdict",
    "ResourceRequest",
]
