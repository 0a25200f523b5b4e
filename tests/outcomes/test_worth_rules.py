"""Before and since: hand-computed examples, and what holds of any figures."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.figures.rules import Direction
from planner.outcomes.rules.worth import CAN_TELL, LEAST, MOST, Reading, compare, side_of, usual_swing, wanted

D = Decimal
Held = dict[str, Decimal]


def _held(key: str, *values: str | int) -> list[Held]:
    return [{key: D(value)} for value in values]


def test_a_figure_that_rises_beyond_its_spread_by_more_than_expected_is_reached() -> None:
    found = compare("gmv", _held("gmv", 100, 110, 90), _held("gmv", 150, 160, 140), D(40))
    assert found.before is not None and found.after is not None
    assert (found.before.mean, found.before.deviation, found.before.n) == (100, 10, 3)
    assert (found.after.mean, found.change, found.missing) == (150, 50, 10)
    # 2 · √(100/3 + 100/3) = 16.33, more than one deviation of 10
    assert found.swing is not None and round(found.swing, 2) == D("16.33")
    assert found.reading is Reading.REACHED


@pytest.mark.parametrize(
    ("after", "effect", "reading"),
    [
        ((150, 160, 140), D(60), Reading.LESS),
        ((50, 60, 40), D(40), Reading.AGAINST),
        ((110, 105, 115), D(5), Reading.WITHIN),
        ((150, 160, 140), None, Reading.MOVED),
        ((150, 160, 140), D(0), Reading.MOVED),
        ((150, 160), D(40), Reading.FEW_AFTER),
        ((), D(40), Reading.FEW_AFTER),
        ((50, 60, 40), D(-40), Reading.REACHED),
    ],
)
def test_what_the_figures_say(after: tuple[int, ...], effect: Decimal | None, reading: Reading) -> None:
    assert compare("gmv", _held("gmv", 100, 110, 90), _held("gmv", *after), effect).reading is reading


def test_too_few_before_say_nothing() -> None:
    assert compare("gmv", _held("gmv", 100, 110), _held("gmv", 1, 2, 3), D(1)).reading is Reading.FEW_BEFORE
    assert compare("gmv", [], [], D(1)).reading is Reading.FEW_BEFORE


def test_a_rate_is_divided_sums_and_not_an_average_of_rates() -> None:
    before = [{"new_fans": D(10), "viewers": D(1000)}, {"new_fans": D(1), "viewers": D(10)}] * 2
    found = compare("follow_rate", before, [], None)
    assert found.before is not None
    assert found.before.mean == D(22) / D(2020)
    assert found.before.n == 4


def test_an_average_is_weighed_where_all_weights_are_known_and_plain_where_one_is_not() -> None:
    held = [{"avg_watch_seconds": D(60), "viewers": D(300)}, {"avg_watch_seconds": D(20), "viewers": D(100)}]
    side = compare("avg_watch_seconds", held, [], None).before
    assert side is not None and side.mean == 50
    held.append({"avg_watch_seconds": D(10)})
    side = compare("avg_watch_seconds", held, [], None).before
    assert side is not None and side.mean == 30


def test_sessions_without_the_figure_are_passed_over_and_only_the_nearest_count() -> None:
    before = [{"gmv": D(1)}] * MOST + [{"gmv": D(1000)}] * 5
    found = compare("gmv", [{"views": D(5)}, *before], [], None)
    assert found.before is not None and (found.before.n, found.before.mean) == (MOST, 1)


def test_one_wild_night_proves_nothing() -> None:
    """The mean moves by far more than one deviation of the calm nights before; the error of three nights swallows it."""
    found = compare("gmv", _held("gmv", 100, 101, 99), _held("gmv", 100, 100, 400), D(50))
    assert found.change == 100
    assert found.reading is Reading.WITHIN


@pytest.mark.parametrize(
    ("effect", "direction", "expected"),
    [
        (D(10), Direction.UP, D(10)),
        (D(-10), Direction.UP, D(-10)),
        (D("0.02"), Direction.DOWN, D("-0.02")),
        (D("-0.02"), Direction.DOWN, D("-0.02")),
        (D(5), Direction.NONE, D(5)),
        (D(0), Direction.UP, None),
        (None, Direction.UP, None),
    ],
)
def test_the_way_it_should_move(effect: Decimal | None, direction: Direction, expected: Decimal | None) -> None:
    assert wanted(effect, direction) == expected


def test_less_refunds_are_what_was_meant() -> None:
    before = [{"refund_amount": D(20), "gmv": D(100)}, {"refund_amount": D(21), "gmv": D(100)}] * 2
    after = [{"refund_amount": D(10), "gmv": D(100)}, {"refund_amount": D(9), "gmv": D(100)}] * 2
    found = compare("refund_rate", before, after, D("0.05"))
    assert found.reading is Reading.REACHED
    assert found.missing is not None and round(found.missing, 3) == D("0.060")


amounts = st.lists(st.integers(0, 10**8), min_size=0, max_size=12)


@given(amounts, amounts, st.integers(-(10**7), 10**7))
def test_it_tells_only_with_enough_sessions_and_beyond_the_swing(
    before: list[int], after: list[int], effect: int
) -> None:
    found = compare("gmv", _held("gmv", *before), _held("gmv", *after), D(effect))
    enough = len(before) >= LEAST and len(after) >= LEAST
    assert (found.change is not None) is enough
    if found.reading in CAN_TELL:
        assert enough and found.change is not None and found.swing is not None and found.before is not None
        assert abs(found.change) > found.swing >= found.before.deviation
    for side, values in ((found.before, before[:MOST]), (found.after, after[:MOST])):
        assert (side is None) is (not values)
        if side is not None:
            assert side.n == len(values)
            assert min(values) <= round(side.mean, 6) <= max(values)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**6)), min_size=1, max_size=8))
def test_a_rate_of_many_lies_between_its_least_and_its_most(pairs: list[tuple[int, int]]) -> None:
    side = side_of([(D(top), D(bottom)) for top, bottom in pairs])
    assert side is not None
    values = [D(top) / D(bottom) for top, bottom in pairs]
    assert min(values) - D("1e-20") <= side.mean <= max(values) + D("1e-20")
    assert side.mean == sum(D(top) for top, _ in pairs) / sum(D(bottom) for _, bottom in pairs)


@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=8), st.lists(st.integers(0, 10**6), min_size=3, max_size=8))
def test_the_swing_is_the_same_whichever_way_it_moved(one: list[int], other: list[int]) -> None:
    """Mirrored figures move the other way by as much, within the same spread."""
    most = 10**6
    found = compare("gmv", _held("gmv", *one), _held("gmv", *other), None)
    mirrored = compare("gmv", _held("gmv", *(most - v for v in one)), _held("gmv", *(most - v for v in other)), None)
    assert found.before is not None and found.after is not None
    assert found.change is not None and mirrored.change is not None and found.swing is not None
    assert round(found.change + mirrored.change, 9) == 0
    assert mirrored.swing is not None and abs(found.swing - mirrored.swing) <= found.swing * D("1e-9") + D("1e-6")
    assert found.swing == usual_swing(found.before, found.after)
