"""Metrics and causes to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from planner.base.ready import ready
from planner.base.verbs import query
from planner.figures import rules
from planner.figures.models import Cause
from planner.figures.words import cause_word, metric_label, unit_word
from planner.kernel.permissions import P


@dataclass(frozen=True)
class CauseRow:
    """A cause with its name in the reader's language."""

    id: int
    key: str
    name: str


def metric_choices(base_only: bool = False) -> list[tuple[str, str]]:
    """All figures by key and name, in the order of the dictionary."""
    return [(key, metric_label(key)) for key, m in rules.METRICS.items() if not (base_only and m.derived)]


@dataclass(frozen=True)
class MetricChoice:
    """A figure to choose, with what its number is typed in."""

    key: str
    name: str
    unit: str


def metric_groups() -> tuple[list[MetricChoice], list[MetricChoice]]:
    """All figures in the order of the dictionary: those a file brings, and those computed of them."""
    held = [(m.derived, MetricChoice(key, metric_label(key), unit_word(key))) for key, m in rules.METRICS.items()]
    return [choice for derived, choice in held if not derived], [choice for derived, choice in held if derived]


@ready
def _causes() -> Any:
    return select(Cause.id, Cause.key, Cause.name).order_by(Cause.sort, Cause.id)


@query(P.FIGURES_VIEW, remember=True)
def causes() -> list[CauseRow]:
    """The causes of this team, in their order."""
    return [CauseRow(row_id, key, cause_word(key, name)) for row_id, key, name in _causes.rows()]
