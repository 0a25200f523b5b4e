"""Setting bots up, laying by what they tell, and telling it."""

from planner.bots.services.gathering import foresee, forget_lines, gather_news, listening_teams, take_back, tell_text
from planner.bots.services.naming import forget_person, set_chat_names
from planner.bots.services.pushing import forget_pushes, make_push, note_failed, note_taken
from planner.bots.services.setting import (
    MOST_BOTS,
    Wish,
    add_bot,
    ask_push,
    check_bot,
    edit_bot,
    resume_bot,
    switch_bot,
    trash_bot,
    try_bot,
)

__all__ = [
    "MOST_BOTS",
    "Wish",
    "add_bot",
    "ask_push",
    "check_bot",
    "edit_bot",
    "foresee",
    "forget_lines",
    "forget_person",
    "forget_pushes",
    "gather_news",
    "listening_teams",
    "make_push",
    "note_failed",
    "note_taken",
    "resume_bot",
    "set_chat_names",
    "switch_bot",
    "take_back",
    "tell_text",
    "trash_bot",
    "try_bot",
]
