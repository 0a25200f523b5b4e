"""What outcomes asks others when a result is stored."""

from __future__ import annotations

from collections.abc import Callable

from planner.base.ports import Port

on_result: Port[Callable[[int], None]] = Port("outcomes.on_result")
