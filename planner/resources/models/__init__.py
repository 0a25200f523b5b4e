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
from planner.resources.models.envelopes import AdCredit, DrawStep, Envelope, EnvelopeDraw, EnvelopeSum
from planner.resources.models.hours import WorkDays, WorkWeek
from planner.resources.models.kit import StudioKit
from planner.resources.models.renewals import RenewalNotice
from planner.resources.models.requests import RequestLine, RequestQuote, ResourceRequest
from planner.resources.models.templates import RequestTemplate
from planner.resources.models.verdicts import RequestVerdict

__all__ = [
    "AdCredit",
    "ApprovalLevel",
    "ApprovalPolicy",
    "ApprovalSeat",
    "Budget",
    "BudgetCategory",
    "BudgetTransfer",
    "Delegation",
    "DrawStep",
    "Envelope",
    "EnvelopeDraw",
    "EnvelopeSum",
    "LedgerEntry",
    "RenewalNotice",
    "RequestAct",
    "RequestCopy",
    "RequestEvent",
    "RequestLine",
    "RequestQuote",
    "RequestTemplate",
    "RequestVerdict",
    "ResourceRequest",
    "StudioKit",
    "WorkDays",
    "WorkWeek",
]
