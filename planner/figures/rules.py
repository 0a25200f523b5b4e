"""Metrics of live commerce: what each means, how it is derived, how figures add up. Pure.

Sums add; ratios are divided sums and never averaged; PCU is the maximum; ACU is weighted by minutes on air, average
watch time by viewers; viewers of several streams are an upper bound. A missing value is missing, never 0. Money is
Decimal yuan, ratios are fractions, durations are seconds.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class Unit(StrEnum):
    """What a number counts."""

    COUNT = "count"
    MONEY = "money"
    SECONDS = "seconds"
    RATIO = "ratio"
    NUMBER = "number"


class Adding(StrEnum):
    """How a base figure of several streams becomes one."""

    SUM = "sum"
    MAX = "max"
    BY_MINUTES = "by_minutes"
    BY_VIEWERS = "by_viewers"
    BOUND = "bound"


class Direction(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


class Standing(StrEnum):
    """How a figure stands against its target."""

    REACHED = "reached"
    WITHIN = "within"
    MISSED = "missed"


class Bound(StrEnum):
    """What a figure is that counts some people twice."""

    NONE = ""
    UPPER = "upper bound"
    LOWER = "lower bound"
    EITHER = "estimate"


@dataclass(frozen=True)
class Metric:
    """One figure. A derived one is numerator ÷ denominator × scale, over base figures or sums of them.

    `of_interactions`: its numerator is whatever the team counts as interactions. `watched`: nobody types or imports
    it, it follows from what the crew did (执行指标). `counted`: a part of such a figure, never shown by itself.
    """

    key: str
    unit: Unit
    direction: Direction = Direction.UP
    adding: Adding = Adding.SUM
    over: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    scale: int = 1
    minus: str = ""
    of_interactions: bool = False
    watched: bool = False
    counted: bool = False

    @property
    def derived(self) -> bool:
        """Whether it is computed from base figures, not imported."""
        return self.over is not None


def _base(
    key: str, unit: Unit = Unit.COUNT, direction: Direction = Direction.UP, adding: Adding = Adding.SUM
) -> Metric:
    return Metric(key, unit, direction, adding)


def _ratio(
    key: str, top: str, bottom: str, unit: Unit = Unit.RATIO, direction: Direction = Direction.UP, scale: int = 1
) -> Metric:
    return Metric(key, unit, direction, Adding.SUM, ((top,), (bottom,)), scale)


def _sum(key: str, *parts: str, minus: str = "", unit: Unit = Unit.COUNT) -> Metric:
    return Metric(key, unit, Direction.UP, Adding.SUM, (parts, ()), minus=minus)


def _watched(key: str, unit: Unit = Unit.COUNT, adding: Adding = Adding.SUM) -> Metric:
    return Metric(key, unit, Direction.DOWN, adding, watched=True)


INTERACTIONS = ("comments", "likes", "shares")
"""What counts as an interaction unless the team says otherwise."""
MAY_BE_INTERACTIONS = ("comments", "likes", "shares", "new_fans", "new_club", "clicks")

_D = Direction
_ALL = (
    _base("gmv", Unit.MONEY),
    _base("paid_amount", Unit.MONEY),
    _base("net_gmv", Unit.MONEY),
    _base("refund_amount", Unit.MONEY, _D.DOWN),
    _base("ad_spend", Unit.MONEY, _D.NONE),
    _base("viewers", adding=Adding.BOUND),
    _base("views"),
    _base("exposed_users", adding=Adding.BOUND),
    _base("exposures"),
    _base("acu", Unit.NUMBER, adding=Adding.BY_MINUTES),
    _base("pcu", adding=Adding.MAX),
    _base("avg_watch_seconds", Unit.SECONDS, adding=Adding.BY_VIEWERS),
    _base("comments"),
    _base("likes"),
    _base("shares"),
    _base("new_fans"),
    _base("lost_fans", direction=_D.DOWN),
    _base("new_club"),
    _base("orders"),
    _base("items"),
    _base("buyers", adding=Adding.BOUND),
    _base("clicks"),
    _base("clickers", adding=Adding.BOUND),
    _base("product_exposures"),
    _base("product_exposed_users", adding=Adding.BOUND),
    _base("refund_orders", direction=_D.DOWN),
    _base("refund_users", direction=_D.DOWN, adding=Adding.BOUND),
    _base("net_orders"),
    _base("refund_1h_amount", Unit.MONEY, _D.DOWN),
    _base("refund_1h_orders", direction=_D.DOWN),
    _base("incentive_views", direction=_D.NONE),
    _base("new_shop_club"),
    _base("products", direction=_D.NONE, adding=Adding.BOUND),
    _base("commission", Unit.MONEY, _D.NONE),
    _base("ad_spend_received", Unit.MONEY, _D.NONE),
    _base("presale_orders"),
    _base("presale_amount", Unit.MONEY),
    _base("coupon_paid", Unit.MONEY, _D.NONE),
    _base("coupon_subsidy", Unit.MONEY, _D.NONE),
    _base("coupons_used", direction=_D.NONE),
    _base("minutes", Unit.NUMBER, _D.NONE),
    Metric("interactions", Unit.COUNT, over=(INTERACTIONS, ()), of_interactions=True),
    _sum("net_fans", "new_fans", minus="lost_fans"),
    _sum("gmv_after_refund", "gmv", minus="refund_amount", unit=Unit.MONEY),
    _ratio("gpm", "paid_amount", "views", Unit.MONEY, scale=1000),
    _ratio("uv_value", "gmv", "viewers", Unit.MONEY),
    _ratio("aov", "gmv", "buyers", Unit.MONEY, _D.NONE),
    _ratio("enter_rate", "viewers", "exposed_users"),
    _ratio("product_ctr", "clickers", "product_exposed_users"),
    _ratio("product_ctr_times", "clicks", "product_exposures"),
    _ratio("click_pay_rate", "buyers", "clickers"),
    _ratio("click_pay_rate_times", "orders", "clicks"),
    _ratio("view_pay_rate", "buyers", "viewers"),
    _ratio("view_pay_rate_times", "orders", "views"),
    _ratio("follow_rate", "new_fans", "viewers"),
    _ratio("club_rate", "new_club", "viewers"),
    Metric("interact_rate", Unit.RATIO, over=(INTERACTIONS, ("viewers",)), of_interactions=True),
    _ratio("refund_rate", "refund_amount", "gmv", direction=_D.DOWN),
    _ratio("refund_rate_orders", "refund_orders", "orders", direction=_D.DOWN),
    _ratio("roi", "gmv", "ad_spend", Unit.NUMBER),
    _ratio("net_roi_1h", "net_gmv", "ad_spend", Unit.NUMBER),
    Metric("refund_roi", Unit.NUMBER, _D.UP, Adding.SUM, (("gmv",), ("ad_spend",)), minus="refund_amount"),
    _watched("start_delay", Unit.NUMBER, Adding.MAX),
    _watched("checks_late"),
    _watched("faults"),
    _watched("react_minutes", Unit.NUMBER, Adding.MAX),
    Metric("sop_pass_rate", Unit.RATIO, over=(("sop_passed",), ("sop_due",)), watched=True),
    Metric("sop_passed", Unit.COUNT, counted=True),
    Metric("sop_due", Unit.COUNT, _D.NONE, counted=True),
)
METRICS: dict[str, Metric] = {metric.key: metric for metric in _ALL}
BASE_KEYS = tuple(metric.key for metric in _ALL if not (metric.derived or metric.watched or metric.counted))
WATCHED = tuple(metric.key for metric in _ALL if metric.watched)
"""执行指标, in the order they are read: minutes late at the start, checks late or missed, faults noted on air, and the
longest time until the show ran as it should again, be it a stream that broke or a fault until it was restored; and
how much of the SOP was done in time (SOP 通过率: checklists.rules.learning says what counts)."""

COUNTED = tuple(metric.key for metric in _ALL if metric.counted)
"""What execution figures are quotients of: counted by the program, and told nobody by itself."""

AIMLESS = frozenset({key for key in WATCHED if not METRICS[key].derived} | set(COUNTED))
"""What no goal of a period can have as its target."""
FUNNEL = ("exposed_users", "viewers", "product_exposed_users", "clickers", "buyers")
"""五维: exposed -> viewers -> product-exposed -> clickers -> buyers, all users."""

LARGEST = Decimal(10**11)
"""A hundred billion: more than any stream has of anything, and 90 such streams still add up in the database."""

_LARGEST_SHOWN = Decimal(9 * 10**12)

Figures = dict[str, Decimal]


@dataclass(frozen=True)
class TeamRules:
    """What a team agreed on: the share of a target that may be missed by a normal swing, and its interactions."""

    tolerance: Decimal = Decimal("0.10")
    interactions: tuple[str, ...] = INTERACTIONS


USUAL = TeamRules()


def parts_of(metric: Metric, interactions: tuple[str, ...] = INTERACTIONS) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The base figures above and below the line of a derived metric."""
    assert metric.over is not None
    return (interactions, metric.over[1]) if metric.of_interactions else metric.over


def fraction(
    metric: Metric, held: Mapping[str, Decimal], interactions: tuple[str, ...] = INTERACTIONS
) -> tuple[Decimal, Decimal] | None:
    """Numerator and denominator of a derived metric; None while a part of it is missing or the denominator is 0.

    None as well where the quotient is beyond anything a person would mean (a spend of ¥0.01 makes an ROI of billions).
    """
    tops, bottoms = parts_of(metric, interactions)
    if any(key not in held for key in (*tops, *bottoms)) or (metric.minus and metric.minus not in held):
        return None
    top = sum((held[key] for key in tops), Decimal(0)) - (held[metric.minus] if metric.minus else 0)
    bottom = sum((held[key] for key in bottoms), Decimal(0)) if bottoms else Decimal(1)
    top *= metric.scale
    if not bottom or max(abs(top), abs(top / bottom)) > _LARGEST_SHOWN:
        return None
    return top, bottom


def derive(held: Mapping[str, Decimal], interactions: tuple[str, ...] = INTERACTIONS) -> Figures:
    """All derived figures that the base figures allow."""
    found: Figures = {}
    for metric in _ALL:
        if metric.derived:
            parts = fraction(metric, held, interactions)
            if parts is not None:
                found[metric.key] = parts[0] / parts[1]
    return found


def add_up(streams: Sequence[Mapping[str, Decimal]]) -> Figures:
    """The base figures of several streams or sessions as one. What is missing in one stream is missing in the sum."""
    if not streams:
        return {}
    found: Figures = {}
    for key in BASE_KEYS:
        adding = METRICS[key].adding
        if adding in (Adding.BY_MINUTES, Adding.BY_VIEWERS):
            value = _weighted(streams, key, "minutes" if adding is Adding.BY_MINUTES else "viewers")
            if value is not None:
                found[key] = value
            continue
        held = [stream[key] for stream in streams if key in stream]
        if len(held) == len(streams):
            found[key] = max(held) if adding is Adding.MAX else sum(held, Decimal(0))
    return found


def _weighted(streams: Sequence[Mapping[str, Decimal]], key: str, weight: str) -> Decimal | None:
    """An average over all streams; one without weight (nobody watched) has nothing to say about it."""
    if len(streams) == 1:
        return streams[0].get(key)
    if any(weight not in stream for stream in streams):
        return None
    heavy = [stream for stream in streams if stream[weight]]
    if not heavy or any(key not in stream for stream in heavy):
        return None
    total = sum((stream[weight] for stream in heavy), Decimal(0))
    return sum((stream[key] * stream[weight] for stream in heavy), Decimal(0)) / total


def bound_of(key: str, streams: int) -> Bound:
    """What people counted twice do to a figure: viewers of several streams are at most their sum, so GMV for each of
    them is at least its quotient, and a quotient of two such sums may err either way."""
    if streams < 2:
        return Bound.NONE
    metric = METRICS[key]
    tops, bottoms = metric.over or ((key,), ())
    top = any(METRICS[part].adding is Adding.BOUND for part in tops)
    bottom = any(METRICS[part].adding is Adding.BOUND for part in bottoms)
    return Bound.EITHER if top and bottom else Bound.UPPER if top else Bound.LOWER if bottom else Bound.NONE


def attainment(value: Decimal, target: Decimal, direction: Direction) -> Decimal | None:
    """How much of a target is reached, as a fraction; for "less is better" target ÷ value."""
    if direction is Direction.DOWN:
        return target / value if value else None
    return value / target if target else None


def standing(value: Decimal, target: Decimal, direction: Direction, tolerance: Decimal = USUAL.tolerance) -> Standing:
    """Reached, missed within the team's tolerance, or missed: the one judgement of every page and report."""
    if not is_missed(value, target, direction):
        return Standing.REACHED
    return Standing.MISSED if is_missed(value, target, direction, tolerance) else Standing.WITHIN


def is_missed(value: Decimal, target: Decimal, direction: Direction, tolerance: Decimal = Decimal(0)) -> bool:
    """Whether a target is missed by more than the tolerance (a fraction of the target)."""
    if direction is Direction.DOWN:
        return value > target * (1 + tolerance)
    return value < target * (1 - tolerance)


@dataclass(frozen=True)
class Spread:
    """What comparable sessions did: how many, their mean, standard deviation, least and most."""

    n: int
    mean: Decimal
    deviation: Decimal
    least: Decimal
    most: Decimal


def spread_of(values: Sequence[Decimal]) -> Spread | None:
    """None where there is nothing to compare with; the deviation of one value is 0."""
    if not values:
        return None
    mean = sum(values, Decimal(0)) / len(values)
    deviation = Decimal(str(statistics.stdev([float(v) for v in values]))) if len(values) > 1 else Decimal(0)
    return Spread(len(values), mean, deviation, min(values), max(values))


def per_hour(key: str, value: Decimal, minutes: Decimal) -> Decimal:
    """What sums up over time, per hour; other figures as they are."""
    metric = METRICS[key]
    adds = metric.adding in (Adding.SUM, Adding.BOUND) and (metric.over is None or not metric.over[1])
    return value * 60 / minutes if adds and minutes else value


_MOST_WANTED = {
    Unit.COUNT: Decimal(10**9),
    Unit.MONEY: Decimal(10**10),
    Unit.SECONDS: Decimal(24 * 3600),
    Unit.RATIO: Decimal(10),
    Unit.NUMBER: Decimal(10**6),
}


def most_wanted(key: str) -> Decimal:
    """The largest number anybody can mean as a target of one session; above it, a digit or a unit slipped."""
    return _MOST_WANTED[METRICS[key].unit]


def may_be_wanted(key: str, value: Decimal) -> bool:
    """Whether a number can be the target of a figure: more than 0, whole where people or things are counted."""
    if not 0 < value <= most_wanted(key):
        return False
    return METRICS[key].unit is not Unit.COUNT or value == value.to_integral_value()


def rounded(value: Decimal, places: int) -> Decimal:
    """Half up, as people do."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
