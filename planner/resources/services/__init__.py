"""What can be done with requests, approvals and budgets."""

from planner.resources.services.after import ask_more, close, open_again, order, pay, receive, reverse_fact
from planner.resources.services.bringing import bring_budgets, take_brought_back
from planner.resources.services.budgets import (
    add_category,
    allocate_budget,
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
from planner.resources.services.carrying import carry_forward, take_carried_back
from planner.resources.services.chasing import follow_papers, follow_people, remind
from planner.resources.services.credits import (
    CreditIn,
    add_credit,
    bring_credit_back,
    correct_credit,
    take_credit_back,
)
from planner.resources.services.decisions import approve, approve_many, give_back, refuse
from planner.resources.services.draws import decide_draw, draw, pass_calls_on, take_back_draw
from planner.resources.services.envelopes import close_envelope, draft_envelope, edit_envelope
from planner.resources.services.forgetting import forget_person
from planner.resources.services.gate import Seen
from planner.resources.services.holding import wait_no_more
from planner.resources.services.hours import add_work_days, remove_work_days, set_work_week
from planner.resources.services.kit import (
    add_kit,
    after_kit_undo,
    bring_kit_back,
    check_kit,
    edit_kit,
    move_kit,
    part_with_kit,
    put_away,
    repair_kit,
    repaired_kit,
    trash_kit,
)
from planner.resources.services.passing_on import add_signer, appoint, copy_to, nudge, transfer
from planner.resources.services.policies import delegate, end_delegation, publish_policy
from planner.resources.services.renewals import lapse, remind_renewal, renew
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
from planner.resources.services.settling import follow_result, settle_all
from planner.resources.services.taking_back import take_back
from planner.resources.services.templates import (
    begin_from,
    check_request_template,
    keep_template,
    rename_template,
    trash_template,
)
from planner.resources.services.verdicts import Measured, keep_verdict

__all__ = [
    "CreditIn",
    "Measured",
    "Seen",
    "add_category",
    "add_credit",
    "add_kit",
    "add_signer",
    "add_work_days",
    "after_kit_undo",
    "allocate_budget",
    "appoint",
    "approve",
    "approve_many",
    "ask_more",
    "begin_from",
    "bring_budgets",
    "bring_credit_back",
    "bring_kit_back",
    "cancel",
    "carry_forward",
    "check_category",
    "check_kit",
    "check_request",
    "check_request_template",
    "close",
    "close_envelope",
    "copy_to",
    "correct_credit",
    "decide_draw",
    "decide_transfer",
    "delegate",
    "draft",
    "draft_envelope",
    "draw",
    "duplicate",
    "edit",
    "edit_envelope",
    "edit_kit",
    "end_delegation",
    "ensure_categories",
    "follow_papers",
    "follow_people",
    "follow_result",
    "forget_person",
    "freeze",
    "give_back",
    "keep_template",
    "keep_verdict",
    "lapse",
    "move_kit",
    "nudge",
    "open_again",
    "order",
    "part_with_kit",
    "pass_calls_on",
    "pay",
    "propose_transfer",
    "publish_policy",
    "put_away",
    "recall",
    "receive",
    "refuse",
    "remind",
    "remind_renewal",
    "remove_work_days",
    "rename_category",
    "rename_template",
    "renew",
    "repair_kit",
    "repaired_kit",
    "reverse_entry",
    "reverse_fact",
    "set_work_week",
    "settle_all",
    "submit",
    "take_back",
    "take_back_draw",
    "take_brought_back",
    "take_carried_back",
    "take_credit_back",
    "take_transfer_back",
    "transfer",
    "trash_category",
    "trash_kit",
    "trash_request",
    "trash_template",
    "wait_no_more",
]
