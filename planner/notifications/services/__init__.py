"""What can be done with notices."""

from planner.notifications.services.calling import know_calls, nudge
from planner.notifications.services.habits import set_habits
from planner.notifications.services.inbox import (
    forget_notices,
    forget_person,
    know_notices,
    open_notice,
    read_all,
    read_none,
    read_notice,
    show_notices_again,
    unread_notice,
)
from planner.notifications.services.letters import DAILY, ask_daily, write_daily, write_letter
from planner.notifications.services.reminding import write_reminders
from planner.notifications.services.settling import settle_words
from planner.notifications.services.telling import LETTERS, take_back, tell_people, tell_words

__all__ = [
    "DAILY",
    "LETTERS",
    "ask_daily",
    "forget_notices",
    "forget_person",
    "know_calls",
    "know_notices",
    "nudge",
    "open_notice",
    "read_all",
    "read_none",
    "read_notice",
    "set_habits",
    "settle_words",
    "show_notices_again",
    "take_back",
    "tell_people",
    "tell_words",
    "unread_notice",
    "write_daily",
    "write_letter",
    "write_reminders",
]
