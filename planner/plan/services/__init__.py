"""What can be done with the plan."""

from planner.plan.services.evidence import (
    after_goal_undo,
    after_period_undo,
    after_targets_undo,
    forget_evidence,
    reckon_goal,
    reckon_interactions,
    record_evidence,
)
from planner.plan.services.goals import add_goal, add_target, edit_goal, edit_target, remove_target, trash_goal
from planner.plan.services.periods import (
    add_period,
    add_phase,
    check_phase,
    edit_period,
    edit_phase,
    trash_period,
    trash_phase,
)
from planner.plan.services.steps import add_step, edit_step, move_step, trash_step, wait_for

__all__ = [
    "add_goal",
    "add_period",
    "add_phase",
    "add_step",
    "add_target",
    "after_goal_undo",
    "after_period_undo",
    "after_targets_undo",
    "check_phase",
    "edit_goal",
    "edit_period",
    "edit_phase",
    "edit_step",
    "edit_target",
    "forget_evidence",
    "move_step",
    "reckon_goal",
    "reckon_interactions",
    "record_evidence",
    "remove_target",
    "trash_goal",
    "trash_period",
    "trash_phase",
    "trash_step",
    "wait_for",
]
