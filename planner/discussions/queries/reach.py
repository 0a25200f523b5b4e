"""What people can talk about."""

from __future__ import annotations

from planner.base import kinds
from planner.kernel.errors import NotFound


def reachable(kind: str, object_id: int) -> None:
    """NotFound unless people may comment on this object, it is this team's, and the actor may see it."""
    found = kinds.KINDS.get(kind)
    if found is None or not found.discussed or not kinds.exists(kind, object_id):
        raise NotFound()
