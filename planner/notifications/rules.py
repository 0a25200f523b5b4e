"""How long a notice is kept."""

from __future__ import annotations

from datetime import timedelta

KEPT = timedelta(days=30)
"""So long after its show is over, with which it stops being shown."""
