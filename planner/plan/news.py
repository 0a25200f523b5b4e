"""What happens to the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from planner.kernel.news import News


@dataclass(frozen=True)
class StepAdded(News):
    """A step came into the plan."""

    step_id: int
    about: ClassVar[tuple[str, str]] = ("step", "step_id")


@dataclass(frozen=True)
class StepMoved(News):
    """A step changed its state."""

    step_id: int
    before: str
    after: str
    about: ClassVar[tuple[str, str]] = ("step", "step_id")


@dataclass(frozen=True)
class GoalAdded(News):
    """A goal was set."""

    goal_id: int
    about: ClassVar[tuple[str, str]] = ("goal", "goal_id")


@dataclass(frozen=True)
class GoalMoved(News):
    """A session's figures moved a goal."""

    goal_id: int
    session_id: int
    about: ClassVar[tuple[str, str]] = ("goal", "goal_id")


@dataclass(frozen=True)
class GoalReported(News):
    """Somebody reported of a goal."""

    goal_id: int
    about: ClassVar[tuple[str, str]] = ("goal", "goal_id")


@dataclass(frozen=True)
class PeriodClosed(News):
    """A period was closed."""

    period_id: int
    about: ClassVar[tuple[str, str]] = ("period", "period_id")


@dataclass(frozen=True)
class PeriodReopened(News):
    """A closed period can be changed again."""

    period_id: int
    about: ClassVar[tuple[str, str]] = ("period", "period_id")
