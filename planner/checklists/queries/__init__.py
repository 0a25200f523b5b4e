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
from planner.checklists.queries.learning import Learned, Offer, Wanted, learned, offers, pass_rates
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

__all__ = [
    "ItemRow",
    "Learned",
    "ListPage",
    "Offer",
    "Wanted",
    "checklist_of",
    "gate_checks",
    "item",
    "learned",
    "line",
    "list_page",
    "my_lists",
    "next_round",
    "not_missed",
    "offers",
    "on_air",
    "on_session",
    "open_items",
    "pass_rates",
    "primary",
    "progress",
    "proposals",
    "readings_done",
    "running_over",
    "template",
    "template_choices",
    "templates",
    "ticked",
]
