"""What can be done with the plan."""

from planner.plan.services.checkins import acknowledge, check_in, forget_person, remove_check_in
from planner.plan.services.closing import Answer, close_period, reopen_period
from planner.plan.services.copies import Along, As, Copied, copy_step
from planner.plan.services.criteria import add_criteria, remove_criterion, sign_criterion
from planner.plan.services.evidence import (
    after_goal_undo,
    after_period_undo,
    after_targets_undo,
    follow_carried_out,
    forget_evidence,
    reckon_goal,
    reckon_interactions,
    record_evidence,
)
from planner.plan.services.goals import add_goal, edit_goal, link_goal, trash_goal, unlink_goal
from planner.plan.services.habits import set_plan_rules
from planner.plan.services.hanging import FOLLOWER
from planner.plan.services.inside import add_lines, after_links_undo, remove_line, tick_line, wait_no_more, wait_on
from planner.plan.services.outlines import begin_from
from planner.plan.services.periods import (
    add_period,
    add_phase,
    check_phase,
    edit_period,
    edit_phase,
    trash_period,
    trash_phase,
)
from planner.plan.services.repeats import (
    before_series_undo,
    bring_next,
    check_step,
    end_series,
    next_like,
    pause_series,
    repeat_step,
    resume_series,
)
from planner.plan.services.rows import take_steps
from planner.plan.services.shifting import shift_step
from planner.plan.services.steps import (
    PLAIN,
    add_step,
    edit_step,
    hold_step,
    let_go_step,
    move_step,
    trash_step,
    wait_for,
)
from planner.plan.services.targets import (
    add_own_metric,
    add_own_target,
    add_target,
    check_own_metric,
    edit_own_metric,
    edit_target,
    remove_target,
    trash_own_metric,
)
from planner.plan.services.together import Change, change_together, place_step, trash_steps

__all__ = [
    "FOLLOWER",
    "PLAIN",
    "Along",
    "Answer",
    "As",
    "Change",
    "Copied",
    "acknowledge",
    "add_criteria",
    "add_goal",
    "add_lines",
    "add_own_metric",
    "add_own_target",
    "add_period",
    "add_phase",
    "add_step",
    "add_target",
    "after_goal_undo",
    "after_links_undo",
    "after_period_undo",
    "after_targets_undo",
    "before_series_undo",
    "begin_from",
    "bring_next",
    "change_together",
    "check_in",
    "check_own_metric",
    "check_phase",
    "check_step",
    "close_period",
    "copy_step",
    "edit_goal",
    "edit_own_metric",
    "edit_period",
    "edit_phase",
    "edit_step",
    "edit_target",
    "end_series",
    "follow_carried_out",
    "forget_evidence",
    "forget_person",
    "hold_step",
    "let_go_step",
    "link_goal",
    "move_step",
    "next_like",
    "pause_series",
    "place_step",
    "reckon_goal",
    "reckon_interactions",
    "record_evidence",
    "remove_check_in",
    "remove_criterion",
    "remove_line",
    "remove_target",
    "reopen_period",
    "repeat_step",
    "resume_series",
    "set_plan_rules",
    "shift_step",
    "sign_criterion",
    "take_steps",
    "tick_line",
    "trash_goal",
    "trash_own_metric",
    "trash_period",
    "trash_phase",
    "trash_step",
    "trash_steps",
    "unlink_goal",
    "wait_for",
    "wait_no_more",
    "wait_on",
]
