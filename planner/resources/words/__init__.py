"""Words of requests, approvals and budgets."""

from planner.resources.words import history
from planner.resources.words.holding import without_title
from planner.resources.words.kinds import (
    CATEGORY_NAMES,
    COLUMN_WORDS,
    category_name,
    category_words,
    entry_word,
    every_name,
    level_name,
)

__all__ = [
    "CATEGORY_NAMES",
    "COLUMN_WORDS",
    "category_name",
    "category_words",
    "entry_word",
    "every_name",
    "history",
    "level_name",
    "without_title",
]
