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
from planner.plan.services.inside import (
    add_lines,
    after_links_undo,
    remove_line,
    tick_line,
    wait_no_more,
    wait_on,
)
from planner.plan.services.periods import (
    add_period,
    add_phase,
    check_phase,
    edit_period,
    edit_phase,
    trash_period,
    trash_phase,
)
from planner.plan.services.steps import PLAIN, add_step, edit_step, move_step, trash_step, wait_for
from planner.plan.services.together import Change, change_together, place_step, trash_steps

__all__ = [
    "PLAIN",
    "Change",
    "add_goal",
    "add_lines",
    "add_period",
    "add_phase",
    "add_step",
    "add_target",
    "after_goal_undo",
    "after_links_undo",
    "after_period_undo",
    "after_targets_undo",
    "change_together",
    "check_phase",
    "edit_goal",
    "edit_period",
    "edit_phase",
    "edit_step",
    "edit_target",
    "forget_evidence",
    "move_step",
    "place_step",
    "reckon_goal",
    "reckon_interactions",
    "record_evidence",
    "remove_line",
    "remove_target",
    "tick_line",
    "trash_goal",
    "trash_period",
    "trash_phase",
    "trash_step",
    "trash_steps",
    "wait_for",
    "wait_no_more",
    "wait_on",
]
