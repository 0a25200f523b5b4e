"""What holds where people talk: of comments, of files and of links. Pure."""

from planner.discussions.rules.comments import EXCERPT, LONGEST, excerpt, fold, named_in, unfold, unheard
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
from planner.discussions.rules.links import LONGEST_ADDRESS, LONGEST_TITLE, MOST_LINKS, host_of, web_address

__all__ = [
    "ENDINGS",
    "EXCERPT",
    "LONGEST",
    "LONGEST_ADDRESS",
    "LONGEST_NAME",
    "LONGEST_TITLE",
    "MOST_AT_ONCE",
    "MOST_FILES",
    "MOST_LINKS",
    "FileSort",
    "Format",
    "clean_name",
    "excerpt",
    "fault_of",
    "fold",
    "format_of",
    "host_of",
    "named_in",
    "stem_of",
    "unfold",
    "unheard",
    "web_address",
]
