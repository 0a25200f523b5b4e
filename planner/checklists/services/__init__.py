"""What can be done with checklists and SOPs."""

from planner.checklists.services.following import FOLLOWER, follow_habits, pin, read_on, retime
from planner.checklists.services.lines import before_proposal_undo, before_template_undo, edit_item, move_item
from planner.checklists.services.lists import make_checklist
from planner.checklists.services.proposals import accept_proposal, refuse_proposal
from planner.checklists.services.reading import follow_reading
from planner.checklists.services.replaying import REFUSED, replay
from planner.checklists.services.sop import add_item, ensure_templates, propose_item, remove_item
from planner.checklists.services.ticks import skip, tick, untick

__all__ = [
    "FOLLOWER",
    "REFUSED",
    "accept_proposal",
    "add_item",
    "before_proposal_undo",
    "before_template_undo",
    "edit_item",
    "ensure_templates",
    "follow_habits",
    "follow_reading",
    "make_checklist",
    "move_item",
    "pin",
    "propose_item",
    "read_on",
    "refuse_proposal",
    "remove_item",
    "replay",
    "retime",
    "skip",
    "tick",
    "untick",
]
