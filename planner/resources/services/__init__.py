"""What can be done with requests, approvals and budgets."""

from planner.resources.services.budgets import (
    add_category,
    allocate_budget,
    carry_forward,
    check_category,
    decide_transfer,
    ensure_categories,
    freeze,
    propose_transfer,
    rename_category,
    reverse_entry,
    take_transfer_back,
    trash_category,
)
from planner.resources.services.chasing import follow_papers, follow_people, remind
from planner.resources.services.decisions import approve, approve_many, give_back, refuse
from planner.resources.services.forgetting import forget_person
from planner.resources.services.gate import Seen
from planner.resources.services.passing_on import add_signer, appoint, copy_to, nudge, transfer
from planner.resources.services.policies import delegate, end_delegation, publish_policy
from planner.resources.services.requests import (
    cancel,
    check_request,
    draft,
    duplicate,
    edit,
    recall,
    submit,
    trash_request,
)
from planner.resources.services.taking_back import take_back
from planner.resources.services.verdicts import Measured, keep_verdict

__all__ = [
    "Measured",
    "Seen",
    "add_category",
    "add_signer",
    "allocate_budget",
    "appoint",
    "approve",
    "approve_many",
    "cancel",
    "carry_forward",
    "check_category",
    "check_request",
    "copy_to",
    "decide_transfer",
    "delegate",
    "draft",
    "duplicate",
    "edit",
    "end_delegation",
    "ensure_categories",
    "follow_papers",
    "follow_people",
    "forget_person",
    "freeze",
    "give_back",
    "keep_verdict",
    "nudge",
    "propose_transfer",
    "publish_policy",
    "recall",
    "refuse",
    "remind",
    "rename_category",
    "reverse_entry",
    "submit",
    "take_back",
    "take_transfer_back",
    "transfer",
    "trash_category",
    "trash_request",
]
