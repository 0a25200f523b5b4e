"""What can be done with checklists and SOPs."""

from planner.checklists.services.drafts import drop_draft, publish_draft, restore_version
from planner.checklists.services.emergencies import (
    begin_emergency,
    end_emergency,
    end_false_alarm,
    take_back_emergency,
)
from planner.checklists.services.following import FOLLOWER, follow_answers, follow_habits, pin, read_on, retime
from planner.checklists.services.lines import (
    before_proposal_undo,
    before_template_undo,
    edit_item,
    move_item,
    place_item,
    unblock_item,
)
from planner.checklists.services.lists import add_list, make_checklist
from planner.checklists.services.proposals import LineIn, accept_proposal, refuse_proposal
from planner.checklists.services.proving import add_photo, carry_over, hand_back, hand_over
from planner.checklists.services.reading import follow_reading
from planner.checklists.services.replaying import REFUSED, replay
from planner.checklists.services.sheets import Brought, bring_lines, look_at_lines
from planner.checklists.services.sop import add_item, propose_item, remove_item
from planner.checklists.services.templates import (
    bring_built_in,
    check_template,
    create_template,
    delete_template,
    edit_template,
    ensure_templates,
)
from planner.checklists.services.ticks import fail, skip, tick, untick
from planner.checklists.services.upgrades import after_list_undo, upgrade_lists

__all__ = [
    "FOLLOWER",
    "REFUSED",
    "Brought",
    "LineIn",
    "accept_proposal",
    "add_item",
    "add_list",
    "add_photo",
    "after_list_undo",
    "before_proposal_undo",
    "before_template_undo",
    "begin_emergency",
    "bring_built_in",
    "bring_lines",
    "carry_over",
    "check_template",
    "create_template",
    "delete_template",
    "drop_draft",
    "edit_item",
    "edit_template",
    "end_emergency",
    "end_false_alarm",
    "ensure_templates",
    "fail",
    "follow_answers",
    "follow_habits",
    "follow_reading",
    "hand_back",
    "hand_over",
    "look_at_lines",
    "make_checklist",
    "move_item",
    "pin",
    "place_item",
    "propose_item",
    "publish_draft",
    "read_on",
    "refuse_proposal",
    "remove_item",
    "replay",
    "restore_version",
    "retime",
    "skip",
    "take_back_emergency",
    "tick",
    "unblock_item",
    "untick",
    "upgrade_lists",
]
