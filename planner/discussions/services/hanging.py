"""What hangs on objects of any kind comes back only to an object that is there."""

from __future__ import annotations

from planner.base.kinds import exists
from planner.discussions.models import Attachment, Comment, ObjectLink
from planner.kernel.errors import Refused
from planner.kernel.text import msg


def must_hang(row: Comment | Attachment | ObjectLink) -> None:
    """Refused where the object itself is gone."""
    if not exists(row.kind, row.object_id):
        raise Refused(msg("What this belongs to lies in the trash itself: bring that back first."))
