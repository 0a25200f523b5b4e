"""Arithmetic of goals: progress, health, what a person says, relative targets, periods, carrying over. Properties."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.kernel.errors import Invalid, Refused
from planner.plan import rules
from planner.plan.rules import (
    PERIODS,
    WORST_FIRST,
    Aggregation,
    Aim,
    Choice,
    Health,
    PeriodKind,
    PeriodState,
    Proof,
    Said,
    Way,
    Wish,
)

FIRST, LAST = date(2026, 10, 1), date(2027, 1, 8)
NUMBERS = st.decimals(min_value="0.01", max_value="1000000", places=2)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
WORDS, WEIGHTS = st.sampled_from(list(Health)), st.integers(1, 10)
TARGETS = st.lists(st.tuples(WORDS, WEIGHTS), min_size=1, max_size=8)
AIMS = st.builds(Aim, NUMBERS, st.none() | NUMBERS, st.sampled_from(list(Way)), st.sampled_from(list(Aggregation)))


def rank(word: Health) -> int:
    return WORST_FIRST.index(word)


def proofs_of(values: list[tuple[int, Decimal]]) -> list[Proof]:
    return [Proof(n, FIRST + timedelta(days=day), v, v, Decimal(1)) for n, (day, v) in enumerate(values)]


VALUES = st.lists(st.tuples(st.integers(0, 20), NUMBERS), min_size=1, max_size=12)


@given(VALUES, st.randoms(use_true_random=False))
def test_progress_does_not_depend_on_the_order_of_the_shows(values: list[tuple[int, Decimal]], chance: Random) -> None:
    shows = proofs_of(values)
    mixed = list(shows)
    chance.shuffle(mixed)
    for how in Aggregation:
        for way in Way:
            assert rules.progress(shows, how, way) == rules.progress(mixed, how, way)


@given(VALUES)
def test_means_bests_and_sums_agree_with_each_other(values: list[tuple[int, Decimal]]) -> None:
    shows = proofs_of(values)

    def of(how: Aggregation, way: Way = Way.UP) -> Decimal:
        found = rules.progress(shows, how, way)
        assert found is not None
        return found

    total, days = of(Aggregation.SUM), {day for day, _value in values}
    near = Decimal("0.000001")
    assert abs(of(Aggregation.PER_SESSION) * len(shows) - total) < near * len(shows)
    assert abs(of(Aggregation.PER_DAY) * len(days) - total) < near * len(days)
    assert of(Aggregation.BEST_DAY) >= of(Aggregation.BEST_SESSION) >= of(Aggregation.BEST_SESSION, Way.DOWN)
    assert of(Aggregation.BEST_DAY) + near >= of(Aggregation.PER_DAY)
    last = max(days)
    assert of(Aggregation.LATEST_DAY) == sum(v for day, v in values if day == last)
    assert rules.course(shows, Aggregation.SUM, Way.UP)[-1] == total


@given(NUMBERS, NUMBERS, AIMS, st.integers(-10, 120))
def test_a_better_value_never_stands_worse(one: Decimal, other: Decimal, aim: Aim, day: int) -> None:
    today = FIRST + timedelta(days=day)
    worse, better = sorted((one, other), reverse=aim.way is Way.DOWN)
    found = [rank(rules.health_of(v, aim, FIRST, LAST, today)) for v in (worse, better)]
    assert found[0] <= found[1]


@given(NUMBERS, AIMS, st.integers(1, 400))
def test_when_the_time_is_over_a_target_is_met_or_missed(value: Decimal, aim: Aim, late: int) -> None:
    found = rules.health_of(value, aim, FIRST, LAST, LAST + timedelta(days=late))
    kept = value >= aim.value if aim.way is Way.UP else value <= aim.value
    assert found is (Health.MET if kept else Health.MISSED)
    share = rules.done_share(value, aim)
    assert share is not None
    assert (share >= 1) is kept, "the bar says the same as the word"


@given(NUMBERS, AIMS, st.integers(1, 99))
def test_as_time_goes_by_the_same_value_never_stands_better(value: Decimal, aim: Aim, day: int) -> None:
    if aim.way is Way.DOWN and aim.aggregation is Aggregation.SUM:
        return  # what has to stay below its target gains by every day
    words = [rules.health_of(value, aim, FIRST, LAST, FIRST + timedelta(days=d)) for d in (day - 1, day)]
    assert rank(words[0]) >= rank(words[1])


@pytest.mark.parametrize(
    ("targets", "word"),
    [
        ([(Health.MET, 1), (Health.OFF_TRACK, 1)], Health.OFF_TRACK),
        ([(Health.MET, 1)] * 3 + [(Health.MISSED, 1)], Health.MISSED),
        ([(Health.ON_TRACK, 9), (Health.OFF_TRACK, 1)], Health.ON_TRACK),
        ([(Health.ON_TRACK, 3), (Health.OFF_TRACK, 1)], Health.OFF_TRACK),
        ([(Health.UNKNOWN, 1), (Health.ON_TRACK, 1)], Health.UNKNOWN),
        ([], Health.UNKNOWN),
    ],
)
def test_the_worst_quarter_of_the_weight_speaks_for_a_goal(targets: list[tuple[Health, int]], word: Health) -> None:
    assert rules.goal_health(targets) is word


@given(TARGETS, st.integers(2, 9))
def test_a_goal_lies_between_its_targets_and_scales_do_not_matter(targets: list[tuple[Health, int]], by: int) -> None:
    found = rules.goal_health(targets)
    ranks = [rank(word) for word, _weight in targets]
    assert min(ranks) <= rank(found) <= max(ranks)
    assert rules.goal_health(targets[::-1]) is found
    assert rules.goal_health([(word, weight * by) for word, weight in targets]) is found


@given(TARGETS, st.integers(0, 7), WORDS)
def test_a_target_that_gets_better_never_makes_the_goal_worse(
    targets: list[tuple[Health, int]], place: int, word: Health
) -> None:
    at = place % len(targets)
    old, weight = targets[at]
    if rank(word) >= rank(old):
        better = [*targets[:at], (word, weight), *targets[at + 1 :]]
        assert rank(rules.goal_health(better)) >= rank(rules.goal_health(targets))


SHARES = st.lists(st.tuples(st.none() | st.decimals("-3", "5", places=3), WEIGHTS), max_size=8)


@given(SHARES)
def test_the_share_of_a_goal_is_a_share(targets: list[tuple[Decimal | None, int]]) -> None:
    found = rules.goal_share(targets)
    if all(share is None for share, _weight in targets):
        assert found is None
    else:
        assert found is not None
        assert 0 <= found <= 1
    if targets and all(share is not None and share >= 1 for share, _weight in targets):
        assert found == 1


@given(WORDS, WORDS, st.none() | WORDS)
def test_what_a_person_says_holds_until_the_figures_say_something_new(
    now: Health, then: Health, said: Health | None
) -> None:
    word, by_person = rules.word_of(now, Said(said, then))
    if said is not None and now is then and said is not now:
        assert (word, by_person) == (said, True)
    else:
        assert (word, by_person) == (now, False)
    assert rules.word_of(now, None) == (now, False)


SIGNED = st.decimals("-0.99", "50", places=4)


@given(SIGNED, st.sampled_from(["", " ", "\u3000"]), st.booleans())
def test_a_relative_target_is_read_as_it_is_shown(share: Decimal, gap: str, wide: bool) -> None:
    shown = rules.show_relative(share)
    typed = f"{shown[0]}{gap}{shown[1:-1]}{gap}%"
    if wide:
        typed = typed.translate({ord(c): ord(c) + 0xFEE0 for c in "+-0123456789.%"})
    assert rules.read_relative(typed) == share


@pytest.mark.parametrize(
    ("typed", "share"),
    [
        ("+30 %", "0.3"), ("-10%", "-0.1"), ("−10%", "-0.1"), ("–5％", "-0.05"), ("＋３０％", "0.3"), ("提升30%", "0.3"),
        ("下降 12.5%", "-0.125"), ("30%", None), ("+30", None), ("1.8%", None), ("+%", None), ("++3%", None), ("", None),
        ("+1e5%", None), ("+9999999%", None),
    ],
)  # fmt: skip
def test_what_is_a_relative_target(typed: str, share: str | None) -> None:
    assert rules.read_relative(typed) == (None if share is None else Decimal(share))


@given(NUMBERS, SIGNED)
def test_a_relative_target_lies_where_it_says(baseline: Decimal, share: Decimal) -> None:
    found = rules.against(baseline, share)
    assert abs(found - baseline * (1 + share)) <= Decimal("0.0000005")
    assert (found > baseline) is (baseline * share > Decimal("0.0000005")) or abs(baseline * share) < Decimal("0.00001")


@given(DAYS, st.sampled_from([PeriodKind.MONTH, PeriodKind.QUARTER]))
def test_a_month_and_a_quarter_know_their_ends_and_what_came_before(day: date, kind: PeriodKind) -> None:
    first = day.replace(day=1)
    end = rules.last_day(kind, first)
    assert end is not None
    assert (end + timedelta(days=1)).day == 1
    assert rules.kind_of(first, end) is kind
    before = rules.stretch_before(first, end)
    assert rules.kind_of(*before) is kind
    assert before[1] + timedelta(days=1) == first
    assert rules.last_day(kind, first + timedelta(days=1)) is None
    assert rules.last_day(PeriodKind.CUSTOM, first) is None


@given(DAYS, st.integers(0, 400))
def test_days_of_ones_own_compare_with_as_many_before(start: date, more: int) -> None:
    end = start + timedelta(days=more)
    if rules.kind_of(start, end) is PeriodKind.CUSTOM:
        first, last = rules.stretch_before(start, end)
        assert last - first == end - start
        assert last + timedelta(days=1) == start


def test_the_last_period_of_its_kind_compares() -> None:
    october, september = (date(2026, 10, 1), date(2026, 10, 31)), (date(2026, 9, 1), date(2026, 9, 30))
    quarter, week = (date(2026, 7, 1), date(2026, 9, 30)), (date(2026, 10, 20), date(2026, 10, 26))
    others = [september, quarter, week, (date(2026, 8, 1), date(2026, 8, 31)), october]
    assert rules.comparable(*october, others) == september
    assert rules.comparable(date(2026, 10, 1), date(2026, 12, 31), others) == quarter
    assert rules.comparable(date(2026, 11, 1), date(2026, 11, 8), others) == week, "eight days and seven are near"
    assert rules.comparable(date(2026, 11, 1), date(2026, 11, 12), others) is None
    assert rules.comparable(*september, [october]) is None, "what comes later compares with nothing"


KEYS = st.lists(st.tuples(st.sampled_from(["goal", "step"]), st.integers(1, 50)), unique=True, max_size=12)
CHOSEN = st.sampled_from(list(Choice))


@given(KEYS, st.data())
def test_every_open_row_is_carried_left_or_cancelled_and_none_twice(
    keys: list[tuple[str, int]], data: st.DataObject
) -> None:
    wishes = {key: Wish(data.draw(CHOSEN), "原因", 3) for key in keys if data.draw(st.booleans())}
    found = rules.sort_out(keys, wishes, 9)
    assert list(found) == keys
    sums = {choice: sum(wish.choice is choice for wish in found.values()) for choice in Choice}
    assert sum(sums.values()) == len(keys)
    for choice in (Choice.CARRY, Choice.CANCEL):
        assert sums[choice] == sum(wish.choice is choice for wish in wishes.values()), "only what was chosen moves"
    assert all(wish.phase_id is None for wish in found.values() if wish.choice is not Choice.CARRY)


def test_what_is_cancelled_needs_a_reason_and_what_is_carried_a_period() -> None:
    rows = [("goal", 1), ("step", 2), ("step", 3)]
    with pytest.raises(Invalid) as fault:
        rules.sort_out(rows, {("step", 2): Wish(Choice.CANCEL, "  "), ("step", 3): Wish(Choice.CARRY)}, None)
    assert sorted(fault.value.fields) == ["rows.1", "rows.2"]
    with pytest.raises(Invalid):
        rules.sort_out(rows, {("step", 2): Wish(Choice.CANCEL, "长" * 201)}, 4)
    with pytest.raises(Refused):
        rules.sort_out(rows, {("step", 99): Wish(Choice.LEAVE)}, 4)


def test_a_period_is_closed_once_and_opened_once() -> None:
    assert PERIODS.take("close", PeriodState.OPEN) is PeriodState.CLOSED
    assert PERIODS.take("reopen", PeriodState.CLOSED) is PeriodState.OPEN
    for move, state in (("close", PeriodState.CLOSED), ("reopen", PeriodState.OPEN)):
        with pytest.raises(Refused):
            PERIODS.take(move, state)
