"""What holds where people talk: of comments, of the files they bring. Pure."""

from planner.discussions.rules.comments import EXCERPT, LONGEST, excerpt, fold, named_in, unfold
from planner.discussions.rules.files import (
    ENDINGS,
    LONGEST_NAME,
    MOST_AT_ONCE,
    MOST_FILES,
    FileSort,
    Format,
    clean_name,
    fault_of,
    format_of,
    stem_of,
)

__all__ = [
    "ENDINGS",
    "EXCERPT",
    "LONGEST",
    "LONGEST_NAME",
    "MOST_AT_ONCE",
    "MOST_FILES",
    "FileSort",
    "Format",
    "clean_name",
    "excerpt",
    "fault_of",
    "fold",
    "format_of",
    "named_in",
    "stem_of",
    "unfold",
]
