"""Anchors, night, repeats, recheck rules, and how acts fold: without a database."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from planner.checklists import rules
from planner.checklists.rules import Act, Anchor, ItemState, TickFact, Times

ZONE = "Asia/Shanghai"
START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
"""20:00 in the studio."""
MINUTE = timedelta(minutes=1)


def times(
    minutes: int = 240, real_start: datetime | None = None, real_end: datetime | None = None, day_start: int = 360
) -> Times:
    return Times(START, START + minutes * MINUTE, real_start, real_end, ZONE, day_start)


def wall(instant: datetime | None) -> str:
    assert instant is not None
    return (instant + timedelta(hours=8)).strftime("%m-%d %H:%M")


@pytest.mark.parametrize(
    ("anchor", "offset", "at"),
    [
        (Anchor.PLANNED_START, -7 * 24 * 60, "11-16 20:00"),
        (Anchor.PLANNED_START, -10, "11-23 19:50"),
        (Anchor.REAL_START, 15, "11-23 20:15"),
        (Anchor.SHIFT_START, -30, "11-23 19:30"),
        (Anchor.SHIFT_END, 10, "11-24 00:10"),
        (Anchor.CLOCK, 13 * 60, "11-23 13:00"),
        (Anchor.CLOCK, 6 * 60, "11-23 06:00"),
        (Anchor.CLOCK, 90, "11-24 01:30"),
        (Anchor.REAL_END, 5, "11-24 00:05"),
        (Anchor.REAL_END, 30, "11-24 00:30"),
        (Anchor.REAL_END, 120, "11-24 10:30"),
        (Anchor.REAL_END, 72 * 60, "11-27 10:30"),
        (Anchor.NEXT_DAY, 15 * 60, "11-24 15:00"),
        (Anchor.EVERY, 30, "11-23 20:30"),
    ],
)
def test_due_times_hang_on_their_anchor(anchor: Anchor, offset: int, at: str) -> None:
    assert wall(rules.due_of(anchor, offset, times())) == at


def test_what_happens_when_it_happens_has_no_time() -> None:
    assert rules.due_of(Anchor.AS_IT_HAPPENS, 0, times()) is None


def test_real_times_take_the_place_of_planned_ones() -> None:
    late = times(real_start=START + 17 * MINUTE, real_end=START + 300 * MINUTE)
    assert wall(rules.due_of(Anchor.EVERY, 30, late)) == "11-23 20:47"
    assert wall(rules.due_of(Anchor.REAL_END, 5, late)) == "11-24 01:05"
    assert wall(rules.due_of(Anchor.PLANNED_START, -10, late)) == "11-23 19:50"
    assert wall(rules.due_of(Anchor.REAL_START, 15, late)) == "11-23 20:32"
    second = (START + 120 * MINUTE, START + 180 * MINUTE)
    assert wall(rules.due_of(Anchor.SHIFT_START, -30, late, second)) == "11-23 21:30"
    assert wall(rules.due_of(Anchor.SHIFT_END, 10, late, second)) == "11-23 23:10"


@pytest.mark.parametrize(
    ("minutes", "day_start", "day"),
    [
        (120, 360, "11-24"),
        (9 * 60, 360, "11-24"),
        (11 * 60, 360, "11-25"),
        (9 * 60, 240, "11-25"),
        (5 * 60, 0, "11-25"),
        (3 * 60, 0, "11-24"),
    ],
)
def test_the_next_day_follows_the_teams_business_day_of_the_end(minutes: int, day_start: int, day: str) -> None:
    assert wall(rules.due_of(Anchor.NEXT_DAY, 15 * 60, times(minutes, day_start=day_start))) == f"{day} 15:00"


@pytest.mark.parametrize(("day_start", "at"), [(360, "11-24 03:00"), (180, "11-23 03:00"), (0, "11-23 03:00")])
def test_a_clock_time_lies_in_the_teams_business_day_of_the_start(day_start: int, at: str) -> None:
    moved = times(real_start=START + 300 * MINUTE, day_start=day_start)
    assert wall(rules.due_of(Anchor.CLOCK, 3 * 60, moved)) == at


@pytest.mark.parametrize(
    ("at", "slid"),
    [("23:29", "23:29"), ("23:30", "10:30+"), ("00:00", "10:30"), ("09:59", "10:30"), ("10:00", "10:00")],
)
def test_the_night_is_left_alone(at: str, slid: str) -> None:
    hour, minute = at.split(":")
    instant = datetime(2026, 11, 23, int(hour), int(minute), tzinfo=UTC) - timedelta(hours=8)
    day = "11-24" if slid.endswith("+") else "11-23"
    assert wall(rules.slide(instant, ZONE)) == f"{day} {slid.rstrip('+')}"


def test_readings_come_within_the_show() -> None:
    assert rules.repeats(30, times(120), START) == [30, 60, 90]
    assert rules.repeats(30, times(121), START) == [30, 60, 90, 120]
    assert len(rules.repeats(5, times(24 * 60), START)) == 287


@pytest.mark.parametrize(
    ("after", "wanted"),
    [(0, [30, 60, 90]), (89, [30, 60, 90]), (90, [30, 60, 90, 120]), (121, [30, 60, 90, 120, 150])],
)
def test_a_show_that_runs_over_is_read_on_up_to_the_next_reading(after: int, wanted: list[int]) -> None:
    begun = START + 17 * MINUTE
    assert rules.repeats(30, times(120, real_start=begun), begun + after * MINUTE) == wanted
    over = times(120, real_start=begun, real_end=begun + 100 * MINUTE)
    assert rules.repeats(30, over, begun + after * MINUTE) == [30, 60, 90]


def test_a_show_that_nobody_ended_is_not_read_for_ever() -> None:
    assert rules.repeats(30, times(real_start=START), START + 100 * 24 * 60 * MINUTE)[-1] < rules.LONGEST_ON_AIR


def test_a_reading_is_missed_once_the_next_one_is_due_or_the_show_is_over() -> None:
    due = START + 30 * MINUTE
    assert rules.expiry(due, 30, times()) is None, "nothing is missed before the show is on air"
    assert rules.expiry(due, 30, times(real_start=START)) == START + 60 * MINUTE
    assert rules.expiry(due, 30, times(real_start=START, real_end=START + 40 * MINUTE)) == START + 40 * MINUTE
    assert rules.expiry(due, 30, times(real_start=START, real_end=START + 90 * MINUTE)) == START + 60 * MINUTE
    assert rules.expiry(None, 30, times(real_start=START)) is None


def test_in_a_break_and_after_the_end_there_is_nothing_to_read() -> None:
    streams = [(START, START + 60 * MINUTE), (START + 90 * MINUTE, None)]
    at = [0, 59, 60, 89, 90, 900]
    assert [rules.falls_on_air(START + n * MINUTE, streams) for n in at] == [True, True, False, False, True, True]
    assert not rules.falls_on_air(START - MINUTE, streams)
    assert not rules.falls_on_air(None, streams)


def test_a_recheck_rule_says_only_what_was_chosen() -> None:
    assert rules.recheck_of([], None) is None
    assert rules.recheck_of(["host", "crew"], 0) == {"host": True}
    assert rules.recheck_of(["studio", "lineup"], 2) == {"move": 120, "studio": True, "lineup": True}


def test_a_done_item_opens_again_by_its_rule_only() -> None:
    assert rules.reopened_by({"move": 120}, {"move"}, 121) == ["move"]
    assert rules.reopened_by({"move": 120}, {"move"}, 120) == []
    assert rules.reopened_by({"move": 120}, {"studio"}, 500) == []
    for kind in ("studio", "host", "lineup"):
        assert rules.reopened_by({kind: True}, {kind, "crew"}, 0) == [kind]  # type: ignore[misc]
        assert rules.reopened_by({kind: True}, {"crew", "move"}, 9999) == []  # type: ignore[misc]
        assert rules.reopened_by({}, {kind}, 0) == []
    assert rules.reopened_by({"move": 60, "studio": True, "host": True}, {"move", "studio"}, 61) == ["move", "studio"]
    assert rules.reopened_by({"lineup": True}, {"channel"}, 0) == ["channel"], "another account has links of its own"
    assert rules.reopened_by({"host": True}, {"channel"}, 0) == []


def facts(*acts: tuple[Act, int]) -> list[TickFact]:
    return [TickFact(number, act, who) for number, (act, who) in enumerate(acts, start=1)]


def test_acts_fold_in_the_order_in_which_they_arrived() -> None:
    told = facts((Act.DONE, 1), (Act.UNTICK, 1), (Act.SKIP, 2), (Act.DONE, 2))
    assert rules.fold(told, two_people=False) is ItemState.DONE
    for mixed in itertools.permutations(told):
        assert rules.fold(mixed, two_people=False) is ItemState.DONE, "the order is that of their ids"


@pytest.mark.parametrize(
    ("acts", "state"),
    [
        ([(Act.DONE, 1)], ItemState.OPEN),
        ([(Act.DONE, 1), (Act.DONE, 1)], ItemState.OPEN),
        ([(Act.DONE, 1), (Act.DONE, 2)], ItemState.DONE),
        ([(Act.DONE, 1), (Act.UNTICK, 3), (Act.DONE, 2)], ItemState.OPEN),
        ([(Act.DONE, 1), (Act.REOPEN, 3), (Act.DONE, 2)], ItemState.OPEN),
        ([(Act.DONE, 1), (Act.SKIP, 3), (Act.DONE, 2)], ItemState.OPEN),
        ([(Act.DONE, 1), (Act.FAIL, 3), (Act.DONE, 2)], ItemState.OPEN),
        ([(Act.DONE, 1), (Act.DONE, 2), (Act.UNTICK, 2)], ItemState.OPEN),
    ],
)
def test_two_people_are_two_people(acts: list[tuple[Act, int]], state: ItemState) -> None:
    assert rules.fold(facts(*acts), two_people=True) is state


def test_each_act_has_its_states() -> None:
    allowed = {(act, state) for act in Act for state in ItemState if rules.may_act(act, state)}
    O, D, S, N = ItemState.OPEN, ItemState.DONE, ItemState.SKIPPED, ItemState.NOT_APPLICABLE  # noqa: E741, N806
    assert allowed == {
        (Act.DONE, O), (Act.DONE, D), (Act.DONE, S), (Act.DONE, N),
        (Act.UNTICK, O), (Act.UNTICK, D), (Act.UNTICK, S),
        (Act.SKIP, O), (Act.HAND, O), (Act.HAND_BACK, O), (Act.FAIL, O), (Act.REOPEN, D), (Act.REOPEN, S),
    }  # fmt: skip
