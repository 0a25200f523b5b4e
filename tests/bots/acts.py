"""What the tests of bots do: make one, move and cancel shows."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from planner.base import verbs
from planner.base.actor import Actor
from planner.bots import services
from planner.bots.rules import Topic, Vendor
from planner.live import queries as shows
from planner.live import services as live
from tests.bots.conftest import Town

As = Callable[[str], AbstractContextManager[Actor]]
Worker = Callable[..., None]
Until = Callable[[Callable[[], bool]], None]
Rows = Callable[..., list[Any]]
Show = Callable[..., int]
HOUR = timedelta(hours=1)
EVERYTHING = tuple(topic for topic in Topic if topic not in (Topic.LATE, Topic.GOALS))


def add(town: Town, as_: As, vendor: Vendor = Vendor.FEISHU, **more: Any) -> int:
    with as_("lead"):
        return services.add_bot(town.wish(vendor, **more))


def move(as_: As, session_id: int, hours: int) -> None:
    with as_("lead"):
        row = shows.brief(session_id)
        live.move_session(session_id, row.version, row.planned_start + hours * HOUR, 240, row.studio_id)


def cancel(as_: As, session_id: int, reason: str = "主播生病") -> str:
    """Answers the command."""
    with as_("lead"):
        live.cancel_session(session_id, shows.brief(session_id).version, reason)
        return verbs.last_command.get() or ""
