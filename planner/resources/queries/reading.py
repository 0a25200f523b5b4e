"""Who may read a request."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_

from planner.base import actor
from planner.resources.models import ResourceRequest
from planner.resources.rules import State


def readable(row: ResourceRequest) -> bool:
    """A draft is read by whoever writes it; what was handed in, by the team."""
    return row.state is not State.DRAFT or row.requester_id == actor.current().user_id


def readable_by(reader: int | None) -> Any:
    """The same as a condition, of any reader; the team's own where nobody is named."""
    handed_in = ResourceRequest.state != State.DRAFT
    return handed_in if reader is None else or_(handed_in, ResourceRequest.requester_id == reader)
