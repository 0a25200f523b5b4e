"""What can be done with figures, results and reviews."""

from planner.outcomes.services.actions import agree_action, propose_verdicts, sign_verdict, verify_by
from planner.outcomes.services.figures import store_set, type_figures
from planner.outcomes.services.following import FOLLOWER, verify_again
from planner.outcomes.services.imports import date_import, drop_import, forget_upload, link_row, upload
from planner.outcomes.services.reviews import (
    add_finding,
    close_many,
    close_review,
    decide_finding,
    follow_rules,
    open_review,
    propose_sop,
    reopen_review,
    save_finding,
    save_summary,
)
from planner.outcomes.services.settling import ActionWanted, Decided, ProposalWanted, settle_finding
from planner.outcomes.services.storing import finish_import, store_import
from planner.outcomes.services.withdrawing import finish_withdrawal, keep_import, withdraw_import
from planner.outcomes.services.worth import give_verdict

__all__ = [
    "FOLLOWER",
    "ActionWanted",
    "Decided",
    "ProposalWanted",
    "add_finding",
    "agree_action",
    "close_many",
    "close_review",
    "date_import",
    "decide_finding",
    "drop_import",
    "finish_import",
    "finish_withdrawal",
    "follow_rules",
    "forget_upload",
    "give_verdict",
    "keep_import",
    "link_row",
    "open_review",
    "propose_sop",
    "propose_verdicts",
    "reopen_review",
    "save_finding",
    "save_summary",
    "settle_finding",
    "sign_verdict",
    "store_import",
    "store_set",
    "type_figures",
    "upload",
    "verify_again",
    "verify_by",
    "withdraw_import",
]
