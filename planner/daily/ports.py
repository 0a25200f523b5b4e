"""Whom the daily report asks to be carried on."""

from __future__ import annotations

from collections.abc import Callable

from planner.base.ports import Port

deliver: Port[Callable[[str, list[str], str], int]] = Port("daily.deliver")
"""Tell these lines once (a key) with a link to a page (its path), inside the command; answers to how many groups."""

takers: Port[Callable[[], int]] = Port("daily.takers")
"""How many groups would be told."""
