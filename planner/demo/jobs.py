"""The demo team takes longer to make than a page may take to answer."""

from __future__ import annotations

from planner.base import jobs
from planner.base.engine import count_rows
from planner.base.words import _l
from planner.demo import fill, queries


@jobs.job(queries.JOB, _l("Make the demo team"), back_off=())
def fill_demo(password_hash: str) -> None:
    """The whole story; a second time it changes nothing."""
    fill.fill_demo(password_hash)
    count_rows()
