"""What people asks higher columns: what a new team starts with, and what keeps somebody signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from planner.base.ports import Port

on_team: Port[Callable[[], object]] = Port("people.on_team")
"""Called inside of the new team: its causes, its SOPs."""

near_a_shift: Port[Callable[[int, datetime], bool]] = Port("people.near_a_shift")
"""Whether somebody is between 4 h before and 2 h after a shift, and so is never signed out."""
