"""What can be read of notices."""

from planner.notifications.queries.calling import MyCall, calls_panel, look_for_calls, my_calls, my_strip, nudged
from planner.notifications.queries.habits import habits_of, my_habits, my_lost_letter, on_me
from planner.notifications.queries.inbox import Inbox, inbox, mine, way_of
from planner.notifications.queries.letters import (
    dailies_due,
    daily,
    daily_key,
    dues,
    last_letters,
    letter,
    letters_wait,
)
from planner.notifications.queries.own import own_data
from planner.notifications.queries.reminding import Reminder, look_round, told_before
from planner.notifications.queries.waiting import SHOWS, UNREAD, holds, panel, told, waiting

__all__ = [
    "SHOWS",
    "UNREAD",
    "Inbox",
    "MyCall",
    "Reminder",
    "calls_panel",
    "dailies_due",
    "daily",
    "daily_key",
    "dues",
    "habits_of",
    "holds",
    "inbox",
    "last_letters",
    "letter",
    "letters_wait",
    "look_for_calls",
    "look_round",
    "mine",
    "my_calls",
    "my_habits",
    "my_lost_letter",
    "my_strip",
    "nudged",
    "on_me",
    "own_data",
    "panel",
    "told",
    "told_before",
    "waiting",
    "way_of",
]
