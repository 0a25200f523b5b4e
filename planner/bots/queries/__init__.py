"""Bots as people read them, and what their lines say."""

from planner.bots.queries.lines import Said, link_to, said_by
from planner.bots.queries.pages import BotRow, BotsPage, PushRow, bot, bots, panel, pushes, takes_reports
from planner.bots.queries.parcels import Parcel, due, parcel

__all__ = [
    "BotRow",
    "BotsPage",
    "Parcel",
    "PushRow",
    "Said",
    "bot",
    "bots",
    "due",
    "link_to",
    "panel",
    "parcel",
    "pushes",
    "said_by",
    "takes_reports",
]
