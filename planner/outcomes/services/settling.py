"""A finding as a whole: why, and what it ends in, kept together or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from planner.base.verbs import command
from planner.checklists.rules import NOTHING, Anchor, Evidence, Recheck, Stage
from planner.kernel.permissions import P
from planner.outcomes.rules.reviews import Decision
from planner.outcomes.services.actions import agree_action
from planner.outcomes.services.reviews import decide_finding, propose_sop, save_finding


@dataclass(frozen=True)
class ActionWanted:
    """A step of the plan with the figure it shall change and the sessions that will verify it."""

    title: str
    owner_id: int | None
    due: date | None
    metric: str
    value: Decimal
    verify_ids: Sequence[int]


@dataclass(frozen=True)
class ProposalWanted:
    """A line for the SOP."""

    template_id: int
    text: str
    position_id: int | None
    stage: Stage
    anchor: Anchor
    offset_minutes: int
    evidence: Evidence = NOTHING
    recheck: Recheck | None = None


@dataclass(frozen=True)
class Decided:
    """Nothing, on purpose, or a normal swing."""

    decision: Decision
    reason: str


Ending = ActionWanted | ProposalWanted | Decided


@command(P.REVIEW_EDIT)
def settle_finding(
    finding_id: int, version: int, cause_id: int | None, facts: str, guess: str, ending: Ending | None = None
) -> list[tuple[str, bool]]:
    """Cause, facts and guesses with what the finding ends in: all of it is kept, or none.

    Answers the steps of actions that were withdrawn by it, and whether each stays because somebody began it.
    """
    save_finding(finding_id, version, cause_id, facts, guess)
    if isinstance(ending, ActionWanted):
        agree_action(
            finding_id, ending.title, ending.owner_id, ending.due, ending.metric, ending.value, ending.verify_ids
        )
    elif isinstance(ending, ProposalWanted):
        propose_sop(
            finding_id, ending.template_id, ending.text, ending.position_id, ending.stage, ending.anchor,
            ending.offset_minutes, ending.evidence, ending.recheck,
        )  # fmt: skip
    elif ending is not None:
        return decide_finding(finding_id, ending.decision, ending.reason)
    return []
