"""Bots as people read them, and what their lines say."""

from planner.bots.queries.lines import Said, link_to, said_by
from planner.bots.queries.naming import chat_names_on_me, my_chat_names, own_data
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
    "chat_names_on_me",
    "due",
    "link_to",
    "my_chat_names",
    "own_data",
    "panel",
    "parcel",
    "pushes",
    "said_by",
    "takes_reports",
]
