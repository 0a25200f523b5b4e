"""What the history of money is told in: news, parts and fields of its objects."""

from __future__ import annotations

from typing import Any

from planner.base import actor
from planner.base.words import _l, field_forms, field_labels, news_words, part_words
from planner.kernel.money import show_money
from planner.kernel.permissions import P

news_words(
    "resources",
    {
        "RequestMoved": _l("changed the state of this request"),
        "RequestSigned": _l("signed this request"),
        "DrawMoved": _l("drew ad money, decided on it or took it back"),
        "RequestJudged": _l("said whether it was worth it"),
        "BudgetMoved": _l("wrote into this budget's ledger"),
    },
)


def money_in_history(minor: Any) -> str:
    """An amount as history writes it."""
    return show_money(int(minor)) if minor is not None else ""


def price_in_history(minor: Any) -> str:
    """What kit cost, for those who may read requests."""
    return money_in_history(minor) if actor.current().may(P.REQUEST_VIEW) else "–"


part_words(
    {
        "request_line": _l("Line"),
        "request_quote": _l("Offer"),
        "request_copy": _l("Copied to"),
        "envelope": _l("Ad envelope"),
        "request_verdict": _l("Was it worth it?"),
    }
)
field_labels(
    "resource_request",
    {
        "number": _l("Number"),
        "requester_id": _l("Asked by"),
        "kind": _l("Kind"),
        "state": _l("State"),
        "title": _l("What is it?"),
        "purpose": _l("Purpose"),
        "category_id": _l("Category"),
        "total": _l("Amount"),
        "needed_by": _l("Needed by"),
        "goal_id": _l("Goal"),
        "session_id": _l("Session"),
        "step_id": _l("Step"),
        "payee": _l("Paid to"),
        "payee_id": _l("Who has paid"),
        "pay_way": _l("How it is paid"),
        "invoice": _l("Invoice"),
        "invoice_number": _l("Number of the invoice"),
        "tax": _l("Tax in it"),
        "metric": _l("What it should move"),
        "effect": _l("By how much"),
        "effect_note": _l("Expected effect in words"),
        "every": _l("Comes again"),
        "renews_on": _l("Renewed on"),
        "lapsed_at": _l("Given up at"),
        "lapse_reason": _l("Why it is not renewed"),
        "spent_on": _l("Spent on"),
        "reason": _l("Why it could not wait"),
        "incident_id": _l("Emergency"),
        "follows_id": _l("Adds to"),
        "budget_id": _l("Budget"),
        "over_budget": _l("over budget"),
        "submitted_at": _l("Submitted at"),
        "waits_since": _l("Waits since"),
        "decided_at": _l("Decided at"),
    },
)
field_forms(
    "resource_request",
    {
        "total": money_in_history, "tax": money_in_history, "seen": None, "round": None, "policy_id": None,
        "renewed_by": None, "budget_id": None, "waits_since": None,
    },
)  # fmt: skip
field_labels(
    "request_line",
    {
        "item": _l("Goods or service"),
        "quantity": _l("Quantity"),
        "unit_price": _l("Unit price"),
        "amount": _l("Amount"),
        "supplier": _l("Supplier"),
        "link": _l("Web page"),
    },
)
field_forms("request_line", {"unit_price": money_in_history, "amount": money_in_history, "sort": None})
field_labels("request_quote", {"supplier": _l("Supplier"), "amount": _l("Amount"), "note": _l("Note")})
field_forms("request_quote", {"amount": money_in_history, "sort": None})
field_labels(
    "envelope",
    {
        "scope": _l("Which sessions"),
        "first": _l("From"),
        "last": _l("Until"),
        "session_cap": _l("Cap a session"),
        "floor": _l("ROI floor"),
        "seconds": _l("Seconds a person is asked"),
    },
)
field_forms(
    "envelope",
    {
        "session_cap": money_in_history, "channels": None, "sessions": None, "drawing_users": None,
        "drawing_roles": None, "drawing_positions": None, "duty": None,
    },
)  # fmt: skip
field_labels("request_verdict", {"user_id": _l("Person"), "worth": _l("Was it worth it?"), "words": _l("In words")})
field_forms(
    "request_verdict",
    {"said_at": None, "before": None, "after": None, "sessions_before": None, "sessions_after": None},
)
field_labels("request_copy", {"user_id": _l("Person")})
field_labels("budget_category", {"name": _l("Name"), "sort": _l("Order")})
field_forms("budget_category", {"key": None})
field_labels(
    "budget_transfer",
    {
        "from_id": _l("From"),
        "to_id": _l("To"),
        "amount": _l("Amount"),
        "reason": _l("Reason"),
        "state": _l("State"),
        "decided_by": _l("Decided by"),
        "decided_at": _l("Decided at"),
        "answer": _l("Answer"),
    },
)
field_forms("budget_transfer", {"amount": money_in_history})
field_labels(
    "delegation",
    {
        "user_id": _l("Signs for"),
        "deputy_id": _l("Deputy"),
        "first": _l("From"),
        "last": _l("Until"),
        "note": _l("Note"),
    },
)
field_labels("approval_policy", {"number": _l("Version"), "note": _l("Note")})
field_forms("approval_policy", {"rules": None})
field_labels(
    "work_week", {"opens": _l("Work begins"), "closes": _l("Work ends"), "days_off": _l("Days off in the week")}
)
field_labels(
    "work_days",
    {"first": _l("From"), "last": _l("Until"), "works": _l("Worked in spite of the week"), "name": _l("Name")},
)
field_labels(
    "request_template",
    {
        "name": _l("Name of the template"),
        "kind": _l("Kind"),
        "title": _l("What is it?"),
        "purpose": _l("Purpose"),
        "category_id": _l("Category"),
        "total": _l("Amount"),
        "payee": _l("Paid to"),
        "pay_way": _l("How it is paid"),
        "invoice": _l("Invoice"),
        "metric": _l("What it should move"),
        "effect": _l("By how much"),
        "effect_note": _l("Expected effect in words"),
        "every": _l("Comes again"),
    },
)
field_forms("request_template", {"total": money_in_history, "lines": None, "terms": None})
field_labels(
    "studio_kit",
    {
        "studio_id": _l("Studio"),
        "name": _l("What it is"),
        "quantity": _l("Quantity"),
        "unit_price": _l("Unit price"),
        "acquired_on": _l("Acquired on"),
        "serial": _l("Serial or asset number"),
        "state": _l("State"),
        "gone_on": _l("Gone on"),
        "gone_reason": _l("Reason"),
        "request_id": _l("Request"),
        "note": _l("Note"),
    },
)
field_forms("studio_kit", {"unit_price": price_in_history, "line_id": None})
