"""What figures tells others when the team's rules about them change."""

from __future__ import annotations

from collections.abc import Callable

from planner.base.ports import Port

on_rules: Port[Callable[[], None]] = Port("figures.on_rules")
