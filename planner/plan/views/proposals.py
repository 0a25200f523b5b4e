"""What the form of a new period is told of the next ones, which it proposes."""

from __future__ import annotations

import json
from collections.abc import Mapping

from planner.plan.queries import Proposal


def told(found: Mapping[str, Proposal]) -> str:
    """For the page, which puts another proposal in place of one that nobody changed."""
    fields = {
        key: {"name": p.name, "start": p.start.isoformat(), "end": p.end.isoformat() if p.end else ""}
        for key, p in found.items()
    }
    return json.dumps(fields, ensure_ascii=False)
