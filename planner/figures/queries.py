"""Metrics and causes to choose from, and what the team agreed on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from planner.base.i18n import gettext as _
from planner.base.ready import ready
from planner.base.verbs import query
from planner.figures import rules
from planner.figures.models import Cause, FigureRules
from planner.figures.rules import AIMLESS, USUAL, TeamRules
from planner.figures.words import cause_word, counted_word, metric_label, unit_word
from planner.kernel.permissions import P


@dataclass(frozen=True)
class CauseRow:
    """A cause with its name in the reader's language."""

    id: int
    key: str
    name: str


def metric_choices(base_only: bool = False) -> list[tuple[str, str]]:
    """What a target of a period can count, by key and name, in the order of the dictionary; or what files bring."""
    keys = rules.BASE_KEYS if base_only else rules.METRICS
    return [(key, metric_label(key)) for key in keys if key not in AIMLESS]


def session_metric_choices() -> list[tuple[str, str]]:
    """All figures a session can be measured by: those of files, and how the crew carried it out."""
    return [(key, metric_label(key)) for key in rules.METRICS if key not in rules.COUNTED]


COMMON = ("gmv", "roi", "orders", "new_fans", "avg_watch_seconds", "viewers")
"""What people mean most often, in the order they say it."""


def grouped_metrics() -> list[tuple[str, list[MetricChoice]]]:
    """The same under words: the common ones first, then those of the platform, the computed, and how it was done."""
    held = {key: m for key, m in rules.METRICS.items() if key not in rules.COUNTED}
    rest = {key: m for key, m in held.items() if key not in COMMON}
    watched = [key for key, m in rest.items() if m.watched]
    groups = (
        (_("Common"), [key for key in COMMON if key in held]),
        (_("From the platform"), [key for key, m in rest.items() if not (m.derived or m.watched)]),
        (_("Computed"), [key for key, m in rest.items() if m.derived and not m.watched]),
        (_("How it was carried out"), watched),
    )
    return [(word, [MetricChoice(key, metric_label(key), counted_word(key)) for key in keys]) for word, keys in groups]


@dataclass(frozen=True)
class MetricChoice:
    """A figure to choose, with what its number is typed in."""

    key: str
    name: str
    unit: str


def metric_groups() -> tuple[list[MetricChoice], list[MetricChoice]]:
    """All figures in the order of the dictionary: those a file brings, and those computed of them."""
    shown = [(key, m) for key, m in rules.METRICS.items() if not m.counted]
    held = [(m.derived, MetricChoice(key, metric_label(key), unit_word(key))) for key, m in shown]
    return [choice for derived, choice in held if not derived], [choice for derived, choice in held if derived]


@ready
def _causes() -> Any:
    return select(Cause.id, Cause.key, Cause.name).order_by(Cause.sort, Cause.id)


@query(P.FIGURES_VIEW, remember=True)
def causes() -> list[CauseRow]:
    """The causes of this team, in their order."""
    return [CauseRow(row_id, key, cause_word(key, name)) for row_id, key, name in _causes.rows()]


@ready
def _rules() -> Any:
    return select(FigureRules.version, FigureRules.tolerance, FigureRules.interactions)


def read_rules(tolerance: Decimal | None, interactions: list[str] | None) -> TeamRules:
    """The two columns as the rules they say; the usual ones where the team has none."""
    return USUAL if tolerance is None or interactions is None else TeamRules(tolerance, tuple(interactions))


@query(P.FIGURES_VIEW, remember=True)
def team_rules() -> TeamRules:
    """What the team agreed on about its figures."""
    return versioned_rules()[1]


@query(P.FIGURES_VIEW)
def versioned_rules() -> tuple[int, TeamRules]:
    """The same with the version a form starts from; 0 while the usual rules hold."""
    found = _rules.first()
    return (0, USUAL) if found is None else (found[0], read_rules(*found[1:]))


def tolerance() -> Decimal:
    """The share of a target that may be missed by a normal swing, for pages that name it."""
    return team_rules().tolerance
