"""How evidence becomes progress, how much of the way that is, and whether it is on pace. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from planner.kernel.errors import Refused
from planner.plan import rules
from planner.plan.rules import STEPS, Aggregation, Aim, Health, Proof, StepState, Urgency, Way

FIRST, LAST = date(2026, 10, 1), date(2027, 1, 8)
"""A hundred days."""


def proof(session_id: int, day: int, value: str | None, top: str, bottom: str = "1") -> Proof:
    worth = None if value is None else Decimal(value)
    return Proof(session_id, FIRST + timedelta(days=day), worth, Decimal(top), Decimal(bottom))


SHOWS = [
    proof(2, 1, "100", "100"),
    proof(1, 1, "300", "300"),
    proof(3, 4, "50", "50"),
]


@pytest.mark.parametrize(
    ("aggregation", "way", "value"),
    [
        (Aggregation.SUM, Way.UP, "450"),
        (Aggregation.PER_DAY, Way.UP, "225"),
        (Aggregation.BEST_SESSION, Way.UP, "300"),
        (Aggregation.BEST_SESSION, Way.DOWN, "50"),
        (Aggregation.LATEST, Way.UP, "50"),
    ],
)
def test_each_way_of_counting(aggregation: Aggregation, way: Way, value: str) -> None:
    assert rules.progress(SHOWS, aggregation, way) == Decimal(value)
    assert rules.progress(SHOWS[::-1], aggregation, way) == Decimal(value), "in whatever order they come"


def test_ratios_are_divided_sums_and_never_averaged() -> None:
    shows = [proof(1, 1, "0.5", "5", "10"), proof(2, 2, "0.01", "10", "1000")]
    assert rules.progress(shows, Aggregation.MEAN_RATIO, Way.UP) == Decimal(15) / 1010


def test_two_shows_of_one_night_are_told_apart_by_their_number() -> None:
    assert rules.progress([proof(9, 3, "7", "7"), proof(8, 3, "5", "5")], Aggregation.LATEST, Way.UP) == 7


@pytest.mark.parametrize("aggregation", list(Aggregation))
def test_no_figures_are_no_progress(aggregation: Aggregation) -> None:
    assert rules.progress([], aggregation, Way.UP) is None
    empty = [proof(1, 1, None, "0", "0")]
    if aggregation in (Aggregation.BEST_SESSION, Aggregation.MEAN_RATIO, Aggregation.LATEST):
        assert rules.progress(empty, aggregation, Way.UP) is None


def aim(target: str, baseline: str | None = None, way: Way = Way.UP, how: Aggregation = Aggregation.PER_DAY) -> Aim:
    return Aim(Decimal(target), None if baseline is None else Decimal(baseline), way, how)


@pytest.mark.parametrize(
    ("value", "wanted", "share"),
    [
        ("50", aim("100"), "0.5"),
        ("100", aim("100"), "1"),
        ("130", aim("100"), "1.3"),
        ("115", aim("130", "100"), "0.5"),
        ("90", aim("130", "100"), "-0.3333"),
        ("8", aim("5", "10", Way.DOWN), "0.4"),
        ("5", aim("5", "10", Way.DOWN), "1"),
        ("12", aim("5", "10", Way.DOWN), "-0.4"),
        ("10", aim("5", None, Way.DOWN), "0.5"),
        ("4", aim("5", None, Way.DOWN), "1.2"),
        ("0", aim("5", None, Way.DOWN), "2"),
        ("7", aim("5", "10"), "1.4"),
        ("4", aim("5", "10"), "0.8"),
        ("4", aim("5", "3", Way.DOWN), "1.2"),
        ("100", aim("100", "100"), "1"),
        ("99", aim("100", "100"), "0.99"),
    ],
)
def test_how_much_of_the_way_is_done(value: str, wanted: Aim, share: str) -> None:
    found = rules.done_share(Decimal(value), wanted)
    assert found is not None
    assert round(found, 4) == Decimal(share)
    reached = Decimal(value) >= wanted.value if wanted.way is Way.UP else Decimal(value) <= wanted.value
    assert (found >= 1) is reached, "reached is what the target says, whatever the baseline was"


def test_nothing_known_is_no_share_and_no_pace() -> None:
    assert rules.done_share(None, aim("5")) is None
    assert rules.health_of(None, aim("5"), FIRST, LAST, FIRST) is Health.UNKNOWN


@pytest.mark.parametrize(
    ("value", "wanted", "day", "pace"),
    [
        ("500", aim("1000", how=Aggregation.SUM), 50, Health.ON_TRACK),
        ("450", aim("1000", how=Aggregation.SUM), 50, Health.ON_TRACK),
        ("449", aim("1000", how=Aggregation.SUM), 50, Health.AT_RISK),
        ("350", aim("1000", how=Aggregation.SUM), 50, Health.AT_RISK),
        ("349", aim("1000", how=Aggregation.SUM), 50, Health.OFF_TRACK),
        ("1000", aim("1000", how=Aggregation.SUM), 50, Health.MET),
        ("899", aim("1000", how=Aggregation.SUM), 400, Health.MISSED),
        ("0", aim("1000", how=Aggregation.SUM), 0, Health.ON_TRACK),
        ("115", aim("130", "100"), 50, Health.ON_TRACK),
        ("110", aim("130", "100"), 50, Health.OFF_TRACK),
        ("90", aim("100"), 1, Health.ON_TRACK),
        ("89", aim("100"), 1, Health.AT_RISK),
        ("69", aim("100"), 1, Health.OFF_TRACK),
        ("8", aim("5", None, Way.DOWN), 50, Health.OFF_TRACK),
        ("5.2", aim("5", None, Way.DOWN), 50, Health.ON_TRACK),
        ("5", aim("5", None, Way.DOWN), 50, Health.MET),
        ("500", aim("1000", None, Way.DOWN, Aggregation.SUM), 50, Health.ON_TRACK),
        ("600", aim("1000", None, Way.DOWN, Aggregation.SUM), 50, Health.AT_RISK),
        ("651", aim("1000", None, Way.DOWN, Aggregation.SUM), 50, Health.OFF_TRACK),
        ("1001", aim("1000", None, Way.DOWN, Aggregation.SUM), 50, Health.MISSED),
        ("1001", aim("1000", None, Way.DOWN, Aggregation.SUM), 400, Health.MISSED),
        ("900", aim("1000", None, Way.DOWN, Aggregation.SUM), 400, Health.MET),
    ],
)
def test_pace(value: str, wanted: Aim, day: int, pace: Health) -> None:
    today = FIRST + timedelta(days=day - 1)
    assert rules.health_of(Decimal(value), wanted, FIRST, LAST, today) is pace


@pytest.mark.parametrize(
    ("aggregation", "points"),
    [
        (Aggregation.SUM, ["400", "450"]),
        (Aggregation.PER_DAY, ["400", "50"]),
        (Aggregation.BEST_SESSION, ["300", "50"]),
        (Aggregation.LATEST, ["100", "50"]),
    ],
)
def test_the_course_has_one_point_a_day_that_had_a_show(aggregation: Aggregation, points: list[str]) -> None:
    assert rules.course(SHOWS[::-1], aggregation, Way.UP) == [Decimal(p) for p in points]
    assert rules.course(SHOWS, aggregation, Way.UP, most=1) == [Decimal(points[-1])]


def test_the_course_of_a_ratio_is_that_of_each_day() -> None:
    shows = [proof(1, 1, "0.5", "5", "10"), proof(2, 1, "0.1", "1", "10"), proof(3, 2, None, "0", "0")]
    assert rules.course(shows, Aggregation.MEAN_RATIO, Way.UP) == [Decimal("0.3"), None]
    assert rules.course([], Aggregation.SUM, Way.UP) == []


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [
        (aim("1000", how=Aggregation.SUM), "0.25"),
        (aim("130", "100"), "0.25"),
        (aim("100"), "1"),
        (aim("5", "10"), "1"),
    ],
)
def test_how_much_of_the_way_is_asked_by_today(wanted: Aim, asked: str) -> None:
    gone = rules.gone_share(FIRST, LAST, FIRST + timedelta(days=24))
    assert rules.asked_share(wanted, gone) == Decimal(asked)
    assert rules.gone_share(FIRST, LAST, FIRST - timedelta(days=1)) == 0
    assert rules.gone_share(FIRST, LAST, LAST + timedelta(days=99)) == 1


WEDNESDAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("due", "waits", "urgency"),
    [
        (-30, False, Urgency.LATE), (-1, False, Urgency.LATE), (0, False, Urgency.TODAY), (1, False, Urgency.WEEK),
        (4, False, Urgency.WEEK), (5, False, Urgency.LATER), (None, False, Urgency.UNDATED), (-1, True, Urgency.WAITING),
        (None, True, Urgency.WAITING),
    ],
)  # fmt: skip
def test_when_a_step_wants_to_be_done(due: int | None, waits: bool, urgency: Urgency) -> None:
    day = None if due is None else WEDNESDAY + timedelta(days=due)
    assert rules.urgency(day, waits, WEDNESDAY) is urgency


def test_on_a_sunday_the_week_is_over() -> None:
    sunday = date(2026, 3, 8)
    assert rules.urgency(sunday + timedelta(days=1), False, sunday) is Urgency.LATER


OPEN, DOING, BLOCKED = StepState.OPEN, StepState.DOING, StepState.BLOCKED
DONE, DROPPED = StepState.DONE, StepState.DROPPED
MOVES = {
    **{("start", state): DOING for state in (OPEN, BLOCKED)},
    **{("put_back", state): OPEN for state in (DOING, BLOCKED)},
    **{("block", state): BLOCKED for state in (OPEN, DOING)},
    **{("finish", state): DONE for state in (OPEN, DOING, BLOCKED)},
    **{("reopen", state): OPEN for state in (DONE, DROPPED)},
    **{("drop", state): DROPPED for state in (OPEN, DOING, BLOCKED)},
}


@pytest.mark.parametrize("move", list(STEPS.moves))
@pytest.mark.parametrize("state", list(StepState))
def test_every_pair_of_state_and_move_of_a_step(move: str, state: StepState) -> None:
    after = MOVES.get((move, state))
    if after is None:
        with pytest.raises(Refused):
            STEPS.take(move, state)
    else:
        assert STEPS.take(move, state) is after
