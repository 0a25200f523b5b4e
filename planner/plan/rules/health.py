"""How a target and a goal stand: computed from figures and time, or said by a person. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from planner.plan.rules.progress import Aggregation, Aim, Way, asked_share, done_share, gone_share


class Health(StrEnum):
    """How a target or a goal stands against its time. The last two of a period that is over: met or missed."""

    MET = "met"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    MISSED = "missed"
    UNKNOWN = "unknown"


WORST_FIRST = (
    Health.MISSED,
    Health.OFF_TRACK,
    Health.AT_RISK,
    Health.UNKNOWN,
    Health.ON_TRACK,
    Health.MET,
)
SAYABLE = (Health.ON_TRACK, Health.AT_RISK, Health.OFF_TRACK, Health.MISSED, Health.MET)
"""What a person can say against the computed word: anything but that nothing is known."""

ON_TRACK_FROM, AT_RISK_FROM = Decimal("0.9"), Decimal("0.7")
"""So much of what should be done by now keeps a target on track; less than the second is off track."""
CAP_ON_TRACK, CAP_AT_RISK = Decimal("1.1"), Decimal("1.3")
"""The same for a sum that has to stay below its target."""
WEIGHED = Fraction(1, 4)
"""A goal is as good as the worst quarter of its weight allows."""


def health_of(value: Decimal | None, aim: Aim, start: date, end: date, today: date) -> Health:
    """Against the time that has passed where a sum grows or a baseline says where the way began, else at any time.

    A sum that has to stay below its target is met only when the period is over, and missed as soon as it is above.
    """
    if value is None:
        return Health.UNKNOWN
    if today > end:
        return final_of(value, aim)
    gone = gone_share(start, end, today)
    if aim.aggregation is Aggregation.SUM and aim.way is Way.DOWN:
        if value > aim.value:
            return Health.MISSED
        pace = aim.value * gone
        if value <= pace * CAP_ON_TRACK:
            return Health.ON_TRACK
        return Health.AT_RISK if value <= pace * CAP_AT_RISK else Health.OFF_TRACK
    share = done_share(value, aim)
    assert share is not None
    if share >= 1:
        return Health.MET
    asked = asked_share(aim, gone)
    if share >= asked * ON_TRACK_FROM:
        return Health.ON_TRACK
    return Health.AT_RISK if share >= asked * AT_RISK_FROM else Health.OFF_TRACK


def final_of(value: Decimal | None, aim: Aim) -> Health:
    """When the time is over a target is met or missed; without a figure nobody knows."""
    if value is None:
        return Health.UNKNOWN
    kept = value >= aim.value if aim.way is Way.UP else value <= aim.value
    return Health.MET if kept else Health.MISSED


def goal_health(targets: Iterable[tuple[Health, int]]) -> Health:
    """The word at which a quarter of the weight stands or worse: with equal weights and up to four targets the worst,
    while a target of little weight can't pull a goal down alone."""
    rows = sorted(targets, key=lambda row: WORST_FIRST.index(row[0]))
    whole, passed = sum(weight for _health, weight in rows), 0
    for health, weight in rows:
        passed += weight
        if passed >= WEIGHED * whole:
            return health
    return Health.UNKNOWN


def goal_share(targets: Sequence[tuple[Decimal | None, int]]) -> Decimal | None:
    """How much of a goal is done: the shares of its targets by weight, each between none and all of it."""
    known = [(min(max(share, Decimal(0)), Decimal(1)), weight) for share, weight in targets if share is not None]
    if not known:
        return None
    whole = sum(weight for _share, weight in targets)
    return sum((share * weight for share, weight in known), Decimal(0)) / whole


@dataclass(frozen=True)
class Said:
    """What somebody said in the last check-in, and what was computed at that moment."""

    health: Health | None
    computed: Health


def word_of(computed: Health, said: Said | None) -> tuple[Health, bool]:
    """The word that counts, and whether a person said it.

    What a person says holds until the next check-in, or until figures say something new: as soon as the computed word
    is another one than it was then, the computed word counts again.
    """
    if said is None or said.health is None or said.computed is not computed or said.health is computed:
        return computed, False
    return said.health, True
