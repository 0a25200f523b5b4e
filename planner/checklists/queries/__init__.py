"""What can be read of checklists and SOPs."""

from planner.checklists.queries.items import (
    ItemRow,
    ListPage,
    checklist_of,
    counted,
    item,
    list_page,
    not_missed,
    open_items,
    progress,
    running_over,
    ticked,
)
from planner.checklists.queries.panels import (
    gate_checks,
    my_lists,
    next_round,
    on_air,
    on_session,
    primary,
    readings_done,
)
from planner.checklists.queries.sop import line, proposals, template, template_choices, templates
from planner.checklists.queries.wall import Wall, WallRow, wall

__all__ = [
    "ItemRow",
    "ListPage",
    "Wall",
    "WallRow",
    "checklist_of",
    "counted",
    "gate_checks",
    "item",
    "line",
    "list_page",
    "my_lists",
    "next_round",
    "not_missed",
    "on_air",
    "on_session",
    "open_items",
    "primary",
    "progress",
    "proposals",
    "readings_done",
    "running_over",
    "template",
    "template_choices",
    "templates",
    "ticked",
    "wall",
]
