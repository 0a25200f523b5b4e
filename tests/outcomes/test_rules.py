"""What lets a review close, and what an action has earned: pure rules."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest

from planner.outcomes.rules.reviews import Decision, Missed, Verdict, may_close, verdict


@pytest.mark.parametrize(("beyond", "has_cause"), list(itertools.product([True, False], [True, False])))
def test_what_lets_a_review_close(beyond: bool, has_cause: bool) -> None:
    for decision in Decision:
        blocked = beyond and (decision is Decision.NORMAL_SWING or (not has_cause and decision is Decision.NONE))
        assert may_close([Missed(False, False, Decision.NONE), Missed(beyond, has_cause, decision)]) is not blocked


def test_nothing_missed_closes() -> None:
    assert may_close([])


@pytest.mark.parametrize(
    ("value", "up", "mean", "deviation", "n", "wanted"),
    [
        (121, True, 100, 20, 8, Verdict.REACHED_BEYOND),
        (120, True, 100, 20, 8, Verdict.REACHED_WITHIN),
        (110, True, 100, 20, 8, Verdict.REACHED_WITHIN),
        (109, True, 50, 1, 8, Verdict.NOT_REACHED),
        (109, True, None, None, 0, Verdict.NOT_REACHED),
        (500, True, 100, 20, 2, Verdict.TOO_LITTLE),
        (500, True, 100, 20, 3, Verdict.REACHED_BEYOND),
        (500, True, None, None, 0, Verdict.TOO_LITTLE),
        (None, True, 100, 20, 8, Verdict.TOO_LITTLE),
        (79, False, 100, 20, 8, Verdict.REACHED_BEYOND),
        (80, False, 100, 20, 8, Verdict.REACHED_WITHIN),
        (111, False, 200, 1, 8, Verdict.NOT_REACHED),
        (110, False, 200, 1, 8, Verdict.REACHED_BEYOND),
        (0, False, 0, 0, 8, Verdict.REACHED_WITHIN),
    ],
)
def test_verdicts_on_a_target_of_110(
    value: int | None, up: bool, mean: int | None, deviation: int | None, n: int, wanted: Verdict
) -> None:
    numbers = [None if x is None else Decimal(x) for x in (value, mean, deviation)]
    assert verdict(numbers[0], Decimal(110), up, numbers[1], numbers[2], n) is wanted
