"""States, readiness, clocks of shifts and pasted lineups: pure rules, no application."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.kernel.errors import Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.spans import Span
from planner.live import rules
from planner.live.rules import Check, Go, Phase, State

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")

ALLOWED = {
    "schedule": {"draft": "scheduled"},
    "prepare": {"scheduled": "preparing"},
    "give_go": {"scheduled": "ready", "preparing": "ready"},
    "withdraw_go": {"ready": "preparing"},
    "go_live": {"scheduled": "live", "preparing": "live", "ready": "live"},
    "take_back_live": {"live": "preparing"},
    "take_back_resume": {"live": "ended"},
    "end_live": {"live": "ended"},
    "take_back_end": {"ended": "live"},
    "resume": {"ended": "live"},
    "found_ended": {"draft": "ended", "scheduled": "ended", "preparing": "ended", "ready": "ended"},
    "take_back_found": {"ended": "scheduled"},
    "review": {"ended": "reviewed"},
    "reopen_review": {"reviewed": "ended"},
    "cancel": {"draft": "cancelled", "scheduled": "cancelled", "preparing": "cancelled", "ready": "cancelled"},
    "restore": {"cancelled": "scheduled"},
}


def test_the_machine_has_these_moves_and_no_others() -> None:
    assert set(rules.MACHINE.moves) == set(ALLOWED)


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("move", sorted(ALLOWED))
def test_every_state_and_every_move(move: str, state: State) -> None:
    wanted = ALLOWED[move].get(state.value)
    if wanted is None:
        with pytest.raises(Refused):
            rules.MACHINE.take(move, state)
    else:
        assert rules.MACHINE.take(move, state) == wanted


def test_the_room_may_go_live_and_only_a_lead_may_cancel() -> None:
    assert {rules.MACHINE.moves[m].permission for m in ("go_live", "end_live", "give_go")} == {P.SESSION_RUN}
    assert rules.MACHINE.moves["cancel"].permission is P.SESSION_EDIT
    assert rules.MACHINE.moves["review"].permission is P.REVIEW_CLOSE


@pytest.mark.parametrize(
    ("state", "phase"),
    [
        (State.DRAFT, Phase.PREPARE),
        (State.SCHEDULED, Phase.PREPARE),
        (State.PREPARING, Phase.PREPARE),
        (State.READY, Phase.PREPARE),
        (State.CANCELLED, Phase.PREPARE),
        (State.LIVE, Phase.AIR),
        (State.ENDED, Phase.REVIEW),
        (State.REVIEWED, Phase.REVIEW),
    ],
)
def test_the_page_opens_on_the_phase_of_the_state(state: State, phase: Phase) -> None:
    assert rules.phase_of(state) is phase


def check(minutes: int | None, passed: bool, blocking: bool = True) -> Check:
    return Check(None if minutes is None else NOW + timedelta(minutes=minutes), passed, blocking)


@pytest.mark.parametrize(
    ("checks", "go"),
    [
        ([], Go.ON_COURSE),
        ([check(30, False)], Go.ON_COURSE),
        ([check(-30, True), check(30, False)], Go.ON_COURSE),
        ([check(None, False)], Go.ON_COURSE),
        ([check(-1, False, blocking=False), check(30, False)], Go.AT_RISK),
        ([check(-1, False, blocking=False), check(-9, True)], Go.AT_RISK),
        ([check(0, False)], Go.BLOCKED),
        ([check(-1, False), check(-1, False, blocking=False)], Go.BLOCKED),
        ([check(-1, True), check(30, True)], Go.READY),
        ([check(-1, True), check(30, False, blocking=False)], Go.READY),
        ([check(-1, True, blocking=False)], Go.READY),
        ([check(-1, True, blocking=False), check(30, True, blocking=False)], Go.READY),
        ([check(-1, True, blocking=False), check(30, False, blocking=False)], Go.ON_COURSE),
        ([check(-1, True, blocking=False), check(None, False, blocking=False)], Go.ON_COURSE),
    ],
)
def test_the_gate_counts_only_what_is_due(checks: list[Check], go: Go) -> None:
    assert rules.readiness(checks, NOW) is go


CHECKS = st.lists(
    st.builds(check, st.one_of(st.none(), st.integers(-90, 90)), st.booleans(), blocking=st.booleans()), max_size=6
)


@given(CHECKS)
def test_the_word_of_the_gate_follows_from_what_is_open(checks: list[Check]) -> None:
    go = rules.readiness(checks, NOW)
    late = [c for c in checks if not c.passed and c.due is not None and c.due <= NOW]
    must = [c for c in checks if c.blocking] or checks
    assert (go is Go.BLOCKED) == any(c.blocking for c in late)
    assert (go is Go.AT_RISK) == (bool(late) and not any(c.blocking for c in late))
    assert (go is Go.READY) == (bool(checks) and not late and all(c.passed for c in must))


@given(CHECKS)
def test_whoever_ticks_everything_is_fit_to_go_live(checks: list[Check]) -> None:
    ticked = [replace(c, passed=True) for c in checks]
    assert rules.readiness(ticked, NOW) is (Go.READY if checks else Go.ON_COURSE)
    assert not rules.needs_override(ticked)


@given(CHECKS, st.integers(0, 5))
def test_a_tick_never_makes_the_gate_worse(checks: list[Check], number: int) -> None:
    before = rules.GO_ORDER[rules.readiness(checks, NOW)]
    after = [replace(c, passed=True) if n == number else c for n, c in enumerate(checks)]
    assert rules.GO_ORDER[rules.readiness(after, NOW)] >= before


@given(CHECKS)
def test_what_is_fit_to_go_live_needs_no_override(checks: list[Check]) -> None:
    if rules.readiness(checks, NOW) is Go.READY:
        assert not rules.needs_override(checks)
    assert rules.needs_override(checks) == any(c.blocking and not c.passed for c in checks)


@pytest.mark.parametrize("minutes", [-1, 0, 4, 24 * 60 + 1, 10**9])
def test_a_session_lasts_between_five_minutes_and_a_day(minutes: int) -> None:
    with pytest.raises(Invalid):
        rules.check_times(NOW, minutes)


def test_a_session_of_a_whole_day_crosses_midnight() -> None:
    assert rules.check_times(NOW, 24 * 60).end == NOW + timedelta(days=1)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


EVENING = Span(at(23, 20), at(24, 2))
WHOLE_DAY = Span(at(23, 10), at(24, 10))


@pytest.mark.parametrize(
    ("cell", "span", "wanted"),
    [
        ("", EVENING, at(23, 20)),
        ("20:00", EVENING, at(23, 20)),
        ("00:30", EVENING, at(24, 0, 30)),
        ("24:00", EVENING, at(24, 0)),
        ("19:00", EVENING, at(23, 19)),
        ("02:00", EVENING, at(24, 2)),
        ("07：00", EVENING, at(24, 7)),
        ("05:00", WHOLE_DAY, at(24, 5)),
        ("10:00", WHOLE_DAY, at(23, 10)),
        ("09:59", WHOLE_DAY, at(24, 9, 59)),
        ("2026-11-23 09:00", WHOLE_DAY, at(23, 9)),
        ("25:00", EVENING, None),
        ("20:60", EVENING, None),
        ("-1:00", EVENING, None),
        ("later", EVENING, None),
    ],
)
def test_the_start_of_a_shift_is_read_within_its_session(cell: str, span: Span, wanted: datetime | None) -> None:
    assert rules.shift_start(cell, span, ZONE) == wanted


@pytest.mark.parametrize(
    ("cell", "start", "span", "wanted"),
    [
        ("", at(23, 20), EVENING, at(24, 2)),
        ("23:00", at(23, 20), EVENING, at(23, 23)),
        ("00:00", at(23, 20), EVENING, at(24, 0)),
        ("20:00", at(23, 20), EVENING, at(24, 20)),
        ("10:00", at(23, 10), WHOLE_DAY, at(24, 10)),
        ("22:30", at(23, 23), WHOLE_DAY, at(24, 22, 30)),
        ("x", at(23, 20), EVENING, None),
    ],
)
def test_the_end_of_a_shift_is_the_first_such_time_after_its_start(
    cell: str, start: datetime, span: Span, wanted: datetime | None
) -> None:
    assert rules.shift_end(cell, start, span, ZONE) == wanted


def test_a_lineup_out_of_a_sheet_keeps_commas_in_prices_and_zero_as_a_value() -> None:
    text = "序号\t品名\t链接\t直播价\t日常价\t库存\t机制\n1\t修护精华, 30ml\tL1\t¥1,299.00\t1599\t2,000\t买一送一\n2\t面膜\t\t-\t\t0\t"
    first, second = rules.read_lineup(text)
    assert (first.name, first.live_price, first.usual_price, first.stock) == ("修护精华, 30ml", 129900, 159900, 2000)
    assert (second.live_price, second.usual_price, second.stock) == (None, None, 0)


def test_a_lineup_typed_with_commas() -> None:
    (row,) = rules.read_lineup("1，唇釉，L2，59.9，79，300，第二件半价，限量")
    assert (row.live_price, row.stock, row.mechanism) == (5990, 300, "第二件半价 限量")


@pytest.mark.parametrize(
    "line",
    [
        "1\t",
        "1\t面膜\t\tfree",
        "1\t面膜\t\t-5",
        "1\t面膜\t\t1\t1\t-3",
        "1\t面膜\t\t1\t1\t99999999999",
        "1\t面膜\t\t1e309",
    ],
)
def test_a_wrong_row_of_a_lineup_is_named(line: str) -> None:
    with pytest.raises(Invalid) as caught:
        rules.read_lineup(f"1\t精华\t\t99\n{line}")
    (fault,) = caught.value.fields.values()
    assert fault.values["row"] == 2


def test_all_that_is_wrong_with_a_lineup_is_told_at_once_with_row_and_column() -> None:
    text = (
        f"序号,品名\n1\t精华\t\t99\n\n2\t\t\tfree\t129\tmany\n3\t面膜\n4\t{'长' * 121}\t{'L' * 41}\t\t\t\t{'送' * 201}"
    )
    with pytest.raises(Invalid) as caught:
        rules.read_lineup(text, "lineup")
    told = [(name.rpartition(".")[0], str(fault)) for name, fault in caught.value.fields.items()]
    assert told == [
        ("lineup.4", "Row 4, Product: the name is missing"),
        ("lineup.4", "Row 4, Live price: free is not a price"),
        ("lineup.4", "Row 4, Stock: many is not a number of pieces"),
        ("lineup.6", "Row 6, Product: at most 120 characters"),
        ("lineup.6", "Row 6, Link no.: at most 40 characters"),
        ("lineup.6", "Row 6, Mechanism: at most 200 characters"),
    ]


def test_a_lineup_has_an_end() -> None:
    with pytest.raises(Invalid):
        rules.read_lineup("\n".join(f"{n}\t品{n}" for n in range(301)))
