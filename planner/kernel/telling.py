"""Why somebody is told of something."""

from __future__ import annotations

from enum import StrEnum


class Sort(StrEnum):
    """The reason why it concerns a person; of several that one act gives, the first counts."""

    SHIFT = "shift"
    """One's own shows."""
    MENTIONED = "mentioned"
    ASSIGNED = "assigned"
    REPLIED = "replied"
    """Somebody spoke about something of mine, or where I have spoken."""
    CHANGED = "changed"
    """Due day, owner or state of what is mine, or of what I watch."""
    LATE = "late"
    DUE = "due"


SORTS = {str(sort): sort for sort in Sort}
"""By what addresses and rows call them."""

ORDER = {sort: number for number, sort in enumerate(Sort)}
