"""Figures as people type them: every unit of the reader's own words, and what was read is what was meant."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.base import i18n
from planner.figures.rules import METRICS, Unit
from planner.figures.words import read_back, read_value, typed_value


@contextlib.contextmanager
def in_english() -> Iterator[None]:
    """What is said, in English."""
    token = i18n.speak(i18n.ENGLISH)
    try:
        yield
    finally:
        i18n.quiet(token)


NUMBERS = st.decimals(min_value=0, max_value=10**8, places=2)
KEYS = st.sampled_from(sorted(METRICS))
SPELLED = {
    Unit.MONEY: ("{}", "¥{}", "{}元", "{} 元", "{}块"),
    Unit.SECONDS: ("{}", "{}秒", "{} 秒", "{}s"),
    Unit.COUNT: ("{}", "{}人", "{} 次", "{}单"),
    Unit.NUMBER: ("{}", "{}人", "{}分钟"),
    Unit.RATIO: ("{}", "{}%", "{} %", "{}％"),
}


@given(KEYS, NUMBERS)
def test_a_number_means_the_same_with_its_unit_and_without(key: str, number: Decimal) -> None:
    unit = METRICS[key].unit
    meant = number / 100 if unit is Unit.RATIO else number
    assert {read_value(shape.format(f"{number:f}"), key) for shape in SPELLED[unit]} == {meant}
    assert read_value(typed_value(meant, key), key) == meant, "what a form shows again is read as it was"
    with in_english():
        assert read_back(meant, key)


@given(KEYS, NUMBERS)
def test_a_share_is_read_of_rates_only(key: str, number: Decimal) -> None:
    if METRICS[key].unit is Unit.RATIO:
        assert read_value(f"{number:f}%", key) == number / 100
        return
    with in_english(), pytest.raises(ValueError, match="not a share: type for example"):
        read_value(f"{number:f}%", key)


@pytest.mark.parametrize(
    ("typed", "key", "meant"),
    [
        ("8万", "gmv", "80000"), ("8万元", "gmv", "80000"), ("8,000.00", "gmv", "8000"), ("0.5", "follow_rate", "0.005"),
        ("12", "follow_rate", "0.12"), ("10秒", "avg_watch_seconds", "10"), ("1分30秒", "avg_watch_seconds", "90"),
        ("2分钟", "avg_watch_seconds", "120"), ("1:04", "avg_watch_seconds", "64"), ("３００人", "new_fans", "300"),
        ("1.2万人", "viewers", "12000"), ("5 min", "react_minutes", "5"),
    ],
)  # fmt: skip
def test_units_are_read_along(typed: str, key: str, meant: str) -> None:
    assert read_value(typed, key) == Decimal(meant)


@pytest.mark.parametrize(
    ("typed", "key"), [("10人", "gmv"), ("5元", "new_fans"), ("很多", "gmv"), ("秒", "avg_watch_seconds")]
)
def test_what_is_no_number_of_it_is_told(typed: str, key: str) -> None:
    with in_english(), pytest.raises(ValueError, match="Type a number"):
        read_value(typed, key)
