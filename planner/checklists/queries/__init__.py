"""What can be read of checklists and SOPs."""

from planner.checklists.queries.items import (
    ItemRow,
    ListPage,
    checklist_of,
    item,
    list_page,
    not_missed,
    open_items,
    progress,
    running_over,
    ticked,
)
from planner.checklists.queries.library import TemplateRow, draft_of, template_choices, templates
from planner.checklists.queries.panels import (
    gate_checks,
    my_lists,
    next_round,
    on_air,
    on_session,
    primary,
    readings_done,
)
from planner.checklists.queries.sop import Change, key_of, line, new_line, proposal, proposals, template
from planner.checklists.queries.upgrades import Ran, Running, behind, ran, upgrades

__all__ = [
    "Change",
    "ItemRow",
    "ListPage",
    "Ran",
    "Running",
    "TemplateRow",
    "behind",
    "checklist_of",
    "draft_of",
    "gate_checks",
    "item",
    "key_of",
    "line",
    "list_page",
    "my_lists",
    "new_line",
    "next_round",
    "not_missed",
    "on_air",
    "on_session",
    "open_items",
    "primary",
    "progress",
    "proposal",
    "proposals",
    "ran",
    "readings_done",
    "running_over",
    "template",
    "template_choices",
    "templates",
    "ticked",
    "upgrades",
]
