"""Who may read a request."""

from __future__ import annotations

from planner.base import actor
from planner.resources.models import ResourceRequest
from planner.resources.rules import State


def readable(row: ResourceRequest) -> bool:
    """A draft is read by whoever writes it; what was handed in, by the team."""
    return row.state is not State.DRAFT or row.requester_id == actor.current().user_id
