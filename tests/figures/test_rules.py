"""How figures add up: any split of the streams makes the same whole, what is unknown stays unknown."""

from __future__ import annotations

import itertools
import random
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.figures import rules
from planner.figures.rules import METRICS, Adding, Direction

MONEY = {key for key in rules.BASE_KEYS if METRICS[key].unit is rules.Unit.MONEY}
NEAR = Decimal("1e-18")
properties = settings(max_examples=120, deadline=None, database=None)


def _value(key: str) -> st.SearchStrategy[Decimal]:
    if key in MONEY:
        return st.integers(0, 10**10).map(lambda minor: Decimal(minor) / 100)
    return st.integers(0, 10**6).map(Decimal)


@st.composite
def streams(draw: st.DrawFn, least: int = 1) -> list[dict[str, Decimal]]:
    """Some streams that each know some of the figures; none knows a figure of which another is silent, now and then."""
    shared = draw(st.sets(st.sampled_from(rules.BASE_KEYS)))
    made: list[dict[str, Decimal]] = []
    for _ in range(draw(st.integers(least, 6))):
        keys = shared | draw(st.sets(st.sampled_from(rules.BASE_KEYS), max_size=3))
        made.append({key: draw(_value(key)) for key in sorted(keys)})
    return made


def same(one: dict[str, Decimal], other: dict[str, Decimal]) -> bool:
    """Equal; weighted means to the last digits of a division."""
    return one.keys() == other.keys() and all(abs(one[k] - other[k]) <= NEAR * max(1, abs(one[k])) for k in one)


@properties
@given(streams(), st.data())
def test_any_split_adds_up_to_the_same_whole(held: list[dict[str, Decimal]], data: st.DataObject) -> None:
    whole = rules.add_up(held)
    cuts = data.draw(st.sets(st.integers(1, max(1, len(held) - 1)), max_size=3))
    edges = [0, *sorted(c for c in cuts if c < len(held)), len(held)]
    parts = [rules.add_up(held[a:b]) for a, b in itertools.pairwise(edges)]
    assert same(rules.add_up(parts), whole)


@properties
@given(streams(), st.randoms(use_true_random=False))
def test_the_order_of_streams_does_not_matter(held: list[dict[str, Decimal]], chance: random.Random) -> None:
    mixed = list(held)
    chance.shuffle(mixed)
    assert same(rules.add_up(mixed), rules.add_up(held))


@properties
@given(streams(least=2))
def test_what_one_stream_does_not_know_the_whole_does_not_know(held: list[dict[str, Decimal]]) -> None:
    whole = rules.add_up(held)
    for key in rules.BASE_KEYS:
        adding = METRICS[key].adding
        if adding in (Adding.SUM, Adding.BOUND, Adding.MAX):
            assert (key in whole) == all(key in stream for stream in held), key
        weight = {Adding.BY_MINUTES: "minutes", Adding.BY_VIEWERS: "viewers"}.get(adding)
        if weight and key in whole:
            assert all(weight in s and (key in s or not s[weight]) for s in held)


@properties
@given(streams())
def test_sums_are_exact_to_the_cent_and_maxima_are_maxima(held: list[dict[str, Decimal]]) -> None:
    whole = rules.add_up(held)
    for key in whole.keys() & MONEY:
        assert whole[key] * 100 == sum(int(stream[key] * 100) for stream in held)
    if "pcu" in whole:
        assert whole["pcu"] == max(stream["pcu"] for stream in held)


@properties
@given(streams())
def test_a_ratio_is_divided_sums_and_lies_between_its_parts(held: list[dict[str, Decimal]]) -> None:
    whole = rules.add_up(held)
    derived = rules.derive(whole)
    for key, value in derived.items():
        metric = METRICS[key]
        assert metric.over is not None
        tops, bottoms = metric.over
        top = sum(Fraction(whole[k]) for k in tops) - (Fraction(whole[metric.minus]) if metric.minus else 0)
        bottom = sum(Fraction(whole[k]) for k in bottoms) if bottoms else Fraction(1)
        wanted = top * metric.scale / bottom
        assert abs(Fraction(value) - wanted) <= Fraction(1, 10**12) * max(1, abs(wanted)), key
        # A mean of the streams' own ratios would give each the same weight: the divided sums lie between the extremes.
        own = [found[key] for s in held if (found := rules.derive(s)) and key in found]
        if bottoms and len(own) == len(held):
            assert min(own) - Decimal("1e-9") <= value <= max(own) + Decimal("1e-9")


@properties
@given(streams())
def test_nothing_is_derived_from_what_is_missing_or_from_nothing(held: list[dict[str, Decimal]]) -> None:
    whole = rules.add_up(held)
    derived = rules.derive(whole)
    for key, metric in METRICS.items():
        if metric.over is None:
            continue
        tops, bottoms = metric.over
        needed = {*tops, *bottoms, *([metric.minus] if metric.minus else [])}
        known = needed <= whole.keys() and (not bottoms or sum(whole[k] for k in bottoms) != 0)
        if key in derived:
            assert known, key
        elif known:
            tops_sum = sum(whole[k] for k in tops) - (whole[metric.minus] if metric.minus else 0)
            assert abs(tops_sum * metric.scale) > 9 * 10**12, key


def test_two_streams_of_one_evening_by_hand() -> None:
    first = {
        "gmv": "14238.3",
        "viewers": "3619",
        "pcu": "126",
        "acu": "43",
        "minutes": "131",
        "avg_watch_seconds": "60",
    }
    second = {"gmv": "10040.36", "viewers": "2712", "pcu": "94", "acu": "32", "minutes": "144", "buyers": "264"}
    one, two = ({k: Decimal(v) for k, v in part.items()} for part in (first, second))
    whole = rules.add_up([one, two])
    assert whole["gmv"] == Decimal("24278.66")
    assert whole["viewers"] == 6331
    assert whole["pcu"] == 126
    assert rules.rounded(whole["acu"], 4) == rules.rounded(Decimal(43 * 131 + 32 * 144) / (131 + 144), 4)
    assert "avg_watch_seconds" not in whole
    assert "buyers" not in whole
    assert rules.rounded(rules.derive(whole)["uv_value"], 4) == Decimal("3.8349")


def test_average_watch_time_is_weighted_by_viewers_and_nobody_weighs_nothing() -> None:
    many = {"viewers": Decimal(300), "avg_watch_seconds": Decimal(60)}
    few = {"viewers": Decimal(100), "avg_watch_seconds": Decimal(100)}
    nobody = {"viewers": Decimal(0)}
    assert rules.add_up([many, few])["avg_watch_seconds"] == 70
    assert rules.add_up([many, few, nobody])["avg_watch_seconds"] == 70
    assert "avg_watch_seconds" not in rules.add_up([nobody, nobody])


def test_the_formulas_of_the_field() -> None:
    held = {
        "gmv": "61045.30", "paid_amount": "59847.17", "net_gmv": "50000", "refund_amount": "6104.53", "viewers": "16614",
        "views": "22996", "exposed_users": "89651", "buyers": "1702", "orders": "1777", "clicks": "10849",
        "clickers": "7085", "product_exposures": "69054", "product_exposed_users": "13685", "comments": "996",
        "likes": "4", "shares": "0", "new_fans": "215", "lost_fans": "18", "ad_spend": "9000", "new_club": "182",
    }  # fmt: skip
    found = rules.derive({key: Decimal(value) for key, value in held.items()})
    shown = {key: rules.rounded(value, 4) for key, value in found.items()}
    assert shown == {
        "interactions": Decimal("1000.0000"), "net_fans": Decimal("197.0000"), "gmv_after_refund": Decimal("54940.7700"),
        "gpm": Decimal("2602.5035"), "uv_value": Decimal("3.6743"), "aov": Decimal("35.8668"),
        "enter_rate": Decimal("0.1853"), "product_ctr": Decimal("0.5177"), "product_ctr_times": Decimal("0.1571"),
        "click_pay_rate": Decimal("0.2402"), "click_pay_rate_times": Decimal("0.1638"),
        "view_pay_rate": Decimal("0.1024"), "view_pay_rate_times": Decimal("0.0773"), "follow_rate": Decimal("0.0129"),
        "club_rate": Decimal("0.0110"), "interact_rate": Decimal("0.0602"), "refund_rate": Decimal("0.1000"),
        "roi": Decimal("6.7828"), "net_roi_1h": Decimal("5.5556"), "refund_roi": Decimal("6.1045"),
    }  # fmt: skip
    assert "refund_rate_orders" not in found


def test_likes_and_shares_are_missing_never_zero() -> None:
    found = rules.derive({"comments": Decimal(996), "viewers": Decimal(16614)})
    assert "interactions" not in found
    assert "interact_rate" not in found
    assert rules.derive({k: Decimal(0) for k in ("comments", "likes", "shares")})["interactions"] == 0


def test_a_spend_of_a_cent_makes_no_roi_the_database_can_not_hold() -> None:
    assert "roi" not in rules.derive({"gmv": rules.LARGEST, "ad_spend": Decimal("0.001")})
    assert rules.derive({"gmv": rules.LARGEST, "ad_spend": Decimal(1)})["roi"] == rules.LARGEST


@pytest.mark.parametrize(
    ("key", "streams", "bound"),
    [("viewers", 1, ""), ("viewers", 2, "upper bound"), ("gmv", 2, ""), ("pcu", 2, ""), ("aov", 2, "lower bound"),
     ("roi", 2, ""), ("interactions", 2, ""), ("enter_rate", 3, "estimate"), ("follow_rate", 2, "lower bound")],
)  # fmt: skip
def test_people_who_count_twice_push_a_figure_one_way(key: str, streams: int, bound: str) -> None:
    assert rules.bound_of(key, streams) == bound


@pytest.mark.parametrize(
    ("value", "target", "way", "missed", "beyond"),
    [
        ("100", "100", Direction.UP, False, False),
        ("99.99", "100", Direction.UP, True, False),
        ("90", "100", Direction.UP, True, False),
        ("89.99", "100", Direction.UP, True, True),
        ("0", "0", Direction.UP, False, False),
        ("100", "100", Direction.DOWN, False, False),
        ("110", "100", Direction.DOWN, True, False),
        ("110.01", "100", Direction.DOWN, True, True),
    ],
)
def test_a_miss_within_ten_per_cent_is_within_tolerance(
    value: str, target: str, way: Direction, missed: bool, beyond: bool
) -> None:
    assert rules.is_missed(Decimal(value), Decimal(target), way) is missed
    assert rules.is_missed(Decimal(value), Decimal(target), way, Decimal("0.10")) is beyond


def test_attainment_turns_round_where_less_is_better() -> None:
    assert rules.attainment(Decimal(80), Decimal(100), Direction.UP) == Decimal("0.8")
    assert rules.attainment(Decimal(80), Decimal(100), Direction.DOWN) == Decimal("1.25")
    assert rules.attainment(Decimal(80), Decimal(0), Direction.UP) is None
    assert rules.attainment(Decimal(0), Decimal(100), Direction.DOWN) is None


def test_the_spread_of_comparable_sessions() -> None:
    assert rules.spread_of([]) is None
    one = rules.spread_of([Decimal(5)])
    assert one is not None
    assert (one.n, one.mean, one.deviation) == (1, 5, 0)
    some = rules.spread_of([Decimal(n) for n in (2, 4, 4, 4, 5, 5, 7, 9)])
    assert some is not None
    assert (some.n, some.mean, some.least, some.most) == (8, 5, 2, 9)
    assert abs(some.deviation - Decimal("2.138")) < Decimal("0.001")


def test_only_what_adds_up_over_time_is_counted_by_the_hour() -> None:
    hour = Decimal(120)
    assert rules.per_hour("gmv", Decimal(100), hour) == 50
    assert rules.per_hour("interactions", Decimal(100), hour) == 50
    for key in ("pcu", "acu", "roi", "view_pay_rate", "avg_watch_seconds"):
        assert rules.per_hour(key, Decimal(100), hour) == 100, key


@pytest.mark.parametrize(
    ("value", "target", "way", "found"),
    [
        ("100", "100", Direction.UP, "reached"), ("99.999", "100", Direction.UP, "within"), ("90", "100", Direction.UP, "within"),
        ("89.999", "100", Direction.UP, "missed"), ("100", "100", Direction.DOWN, "reached"),
        ("110", "100", Direction.DOWN, "within"), ("110.001", "100", Direction.DOWN, "missed"), ("0", "0", Direction.UP, "reached"),
    ],
)  # fmt: skip
def test_a_target_is_reached_missed_within_tolerance_or_missed(
    value: str, target: str, way: Direction, found: str
) -> None:
    assert rules.standing(Decimal(value), Decimal(target), way) == found
