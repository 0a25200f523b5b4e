"""A step that waits for money: blocked when its request is handed in, and free again when that is approved.

The step says what it waits for in words; it is freed only where these still stand, so that whoever gave another reason
meanwhile is not talked over.
"""

from __future__ import annotations

from planner.base import db
from planner.base.i18n import told
from planner.kernel.text import msg
from planner.plan import services as plan
from planner.plan.models import Step
from planner.resources.models import ResourceRequest
from planner.resources.rules import State


def hold(row: ResourceRequest) -> None:
    """Let the step of a request that is being decided wait for it, where that is wanted and whoever asks may say so."""
    if not row.gates or row.step_id is None or row.state is not State.PENDING:
        return
    if row.step_id in db.some(Step, {row.step_id}):
        words = told(msg("Request No. %(n)s: %(title)s", n=row.number, title=row.title))[:160]
        if plan.hold_step(row.step_id, words):
            row.step_words = words


def let_go(row: ResourceRequest) -> None:
    """The step goes on, if it still waits for this and nothing else."""
    if not row.step_words or row.step_id is None:
        return
    if row.step_id in db.some(Step, {row.step_id}):
        plan.let_go_step(row.step_id, row.step_words)
    row.step_words = ""


__all__ = ["hold", "let_go"]
