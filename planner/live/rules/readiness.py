"""The gate before air: what must hold, and the word for how it stands. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from planner.live.rules.states import AFTER_AIR, State


class Go(StrEnum):
    """按计划, 有风险, 不可开播, 可开播."""

    ON_COURSE = "on_course"
    AT_RISK = "at_risk"
    BLOCKED = "blocked"
    READY = "ready"


@dataclass(frozen=True)
class Check:
    """One thing that must hold before air, as readiness counts it."""

    due: datetime | None
    passed: bool
    blocking: bool = True


def readiness(checks: list[Check], now: datetime) -> Go:
    """The gate counts only what is due: a failed blocking check blocks, anything else late is a risk.

    Fit to go live: every blocking check has passed, be it due or not; where nothing blocks, every check.
    """
    late = [check for check in checks if not check.passed and check.due is not None and check.due <= now]
    if any(check.blocking for check in late):
        return Go.BLOCKED
    if late:
        return Go.AT_RISK
    must = [check for check in checks if check.blocking] or checks
    return Go.READY if must and all(check.passed for check in must) else Go.ON_COURSE


def needs_override(checks: list[Check]) -> bool:
    """Whether a go means more than the crew can say: something that blocks is still open, late or not."""
    return any(check.blocking and not check.passed for check in checks)


GO_ORDER = {Go.BLOCKED: 0, Go.AT_RISK: 1, Go.ON_COURSE: 2, Go.READY: 3}


def trouble(state: State, go: Go, late: bool) -> int:
    """How far up a show stands among those of a night, 0 for the worst: what can't go on air, what is on air with
    something late, what is at risk, what is on air, what is on course, what is fit, what is over.
    """
    if state in AFTER_AIR:
        return 6
    if state is State.LIVE:
        return 1 if late else 3
    return {Go.BLOCKED: 0, Go.AT_RISK: 2, Go.ON_COURSE: 4, Go.READY: 5}[go]
