"""What comes round here, and the mails of this column."""

from __future__ import annotations

from planner.base import jobs
from planner.base.actor import acting
from planner.people import services


def forget_access() -> None:
    """Links, devices and failed tries that count no more."""
    with acting(jobs.program_for(None)):
        services.forget_access()
