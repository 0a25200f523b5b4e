"""What discussions ask higher columns while they act."""

from __future__ import annotations

from collections.abc import Callable

from planner.base.ports import Port

on_files: Port[Callable[[str, int], None]] = Port("discussions.on_files")
"""The files of an object (its kind, its id) are others by now: asked inside the command."""
