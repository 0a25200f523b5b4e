"""The show log: kinds, times, what was restored and put right, clip marks and handovers."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from planner.base import undo
from planner.base.actor import acting
from planner.base.engine import engine
from planner.base.verbs import last_command
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from planner.live import queries, rules, services
from planner.live.rules import Asks, LogKind
from planner.outcomes.queries import results
from planner.people import services as team_services
from tests.cast import PROGRAM, Cast
from tests.live.conftest import Plan

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def key() -> str:
    return secrets.token_hex(16)


@st.composite
def streams_in_order(draw: st.DrawFn) -> list[rules.Stream]:
    """Streams with breaks between them; the last one may still run."""
    found, at = list[rules.Stream](), START
    for number in range(1, draw(st.integers(1, 4)) + 1):
        start = at + draw(st.integers(0, 600)) * SECOND
        at = start + draw(st.integers(1, 3600)) * SECOND
        found.append(rules.Stream(number, start, at))
    if draw(st.booleans()):
        found[-1] = rules.Stream(found[-1].number, found[-1].start, None)
    return found


@given(streams_in_order(), st.integers(0, 12000), st.integers(0, 600), st.none() | st.integers(0, 900))
def test_a_clip_lies_within_its_stream_and_none_is_lost(
    streams: list[rules.Stream], tap: int, back: int, length: int | None
) -> None:
    tapped = START + tap * SECOND
    start = rules.clip_start(tapped, START, back * SECOND)
    end = None if length is None else start + length * SECOND
    found = rules.clips(streams, [(start, tapped, end)])
    assert found
    held = {s.number: s for s in streams}
    for clip in found:
        if clip.stream is None:
            assert len(found) == 1
            last = end or tapped
            assert not any(s.start <= last and (s.end is None or start < s.end) for s in streams)
            continue
        s = held[clip.stream]
        assert timedelta() <= clip.start
        assert s.end is None or s.start + clip.start <= s.end
        assert clip.end is None or clip.start <= clip.end
        assert clip.end is None or s.end is None or s.start + clip.end <= s.end
        if s.start <= start:
            assert s.start + clip.start == start


@given(st.integers(0, 10**6))
def test_a_timecode_reads_back_as_its_seconds(seconds: int) -> None:
    hours, minutes, rest = (int(part) for part in rules.timecode(seconds * SECOND).split(":"))
    assert (minutes < 60, rest < 60) == (True, True)
    assert hours * 3600 + minutes * 60 + rest == seconds


def test_every_stream_counts_from_its_own_start() -> None:
    streams = [rules.Stream(1, START, START + HOUR), rules.Stream(2, START + HOUR + 6 * MINUTE, None)]
    marks = [
        (START + 2 * HOUR - 30 * SECOND, START + 2 * HOUR, None),
        (START + 59 * MINUTE, START + 60 * MINUTE, START + 62 * MINUTE),
        (START + 62 * MINUTE, START + 63 * MINUTE, None),
    ]
    told = [
        (c.mark, c.stream, rules.timecode(c.start), c.end and rules.timecode(c.end))
        for c in rules.clips(streams, marks)
    ]
    assert told == [(1, 1, "00:59:00", "01:00:00"), (0, 2, "00:53:30", None), (2, None, "00:00:00", None)]


@pytest.fixture
def shown(cast: Cast, plan: Plan) -> Iterator[int]:
    """A show with two hosts that is on air for two hours."""
    now = clock.now().replace(microsecond=0)
    half = now + 10 * MINUTE
    crew = [("host", cast.host, now - 2 * HOUR, half), ("host", cast.member, half, now + 2 * HOUR)]
    made = plan(now + MINUTE, crew=[(c[0], c[1], max(c[2], now + MINUTE), c[3]) for c in crew])
    with acting(cast.actors["lead"]):
        services.go_live(made, now - 2 * HOUR)
    yield made


def row_of(session_id: int, entry: int) -> queries.LogRow:
    return next(row for row in queries.log(session_id) if row.id == entry)


@pytest.mark.engines
def test_restored_stops_the_clock_once_and_may_be_taken_back(cast: Cast, shown: int) -> None:
    now = clock.now()
    with acting(cast.actors["host"]):
        entry = services.log_entry(shown, "sound", key(), now - 40 * MINUTE)
        assert row_of(shown, entry).running
        tap = key()
        services.restore_entry(entry, tap, now - 31 * MINUTE)
        services.restore_entry(entry, tap, now)
        services.restore_entry(entry, key(), now - 5 * MINUTE)
        assert row_of(shown, entry).minutes == 9, "whoever said so first counts"
        back = key()
        services.unrestore_entry(entry, back)
        services.unrestore_entry(entry, back)
        assert row_of(shown, entry).running
        services.restore_entry(entry, tap, now)
        assert row_of(shown, entry).running, "a repeated tap does nothing anew"
        services.restore_entry(entry, key(), now - 2 * HOUR)
        assert row_of(shown, entry).minutes == 0, "nothing is over before it happened"
    with acting(cast.actors["outsider"]), pytest.raises(NotFound):
        services.restore_entry(entry, key())
    with acting(cast.actors["viewer"]), pytest.raises(Forbidden):
        services.restore_entry(entry, key())


@pytest.mark.engines
def test_times_are_set_right_beside_when_it_was_noted(cast: Cast, shown: int) -> None:
    now = clock.now()
    with acting(cast.actors["host"]):
        entry = services.log_entry(shown, "network", key(), now - 30 * MINUTE)
        services.correct_moments(entry, now - 34 * MINUTE, now - 24 * MINUTE)
        row = row_of(shown, entry)
        assert (row.noted, row.at, row.minutes, row.reaction) == (now - 30 * MINUTE, now - 34 * MINUTE, 10, 240)
        with pytest.raises(Invalid) as told:
            services.correct_moments(entry, now + MINUTE, now - HOUR)
        assert set(told.value.fields) == {"happened", "ended"}
        with pytest.raises(Invalid):
            services.correct_moments(entry, now - 5 * HOUR, None)
        services.correct_moments(entry, now - 34 * MINUTE, None)
        assert row_of(shown, entry).running
    with acting(cast.actors["lead"]):
        services.restore_entry(entry, key(), now - 14 * MINUTE)
        lines = {line.metric: line.value for line in results.result_page(shown).execution}
    assert lines["react_minutes"] == Decimal(20)


@pytest.mark.engines
def test_the_list_is_the_teams_own(cast: Cast, shown: int, db: Flask) -> None:
    with acting(cast.actors["lead"]):
        assert [k.key for k in queries.tiles()] == [str(k) for k in LogKind]
        own = services.add_log_kind(" 道具 ", "flag", Asks(fault=True, restores=True))
        made = next(k for k in queries.log_kinds() if k.id == own)
        services.log_entry(shown, made.key, key())
        assert queries.faults_of([shown]) == {shown: ["道具"]}
        assert {line.metric: line.value for line in results.result_page(shown).execution}["faults"] == 1
        services.edit_log_kind(own, 1, "道具坏了", "zap", Asks())
        assert queries.faults_of([shown]) == {}
        with pytest.raises(Stale):
            services.edit_log_kind(own, 1, "别的", "zap", Asks())
        services.edit_log_kind(own, 2, "道具坏了", "zap", Asks(fault=True))
        services.remove_log_kind(own)
        assert made.key not in [k.key for k in queries.tiles()]
        assert [row.name for row in queries.log(shown)] == ["道具坏了"], "what was noted keeps its name"
        assert queries.faults_of([shown]) == {shown: ["道具坏了"]}
        services.log_entry(shown, made.key, key())
        services.put_back_log_kind(own)
        services.move_log_kind(own, up=True)
        services.move_log_kind(own, up=True)
        assert [k.key for k in queries.tiles()][-3:] == [made.key, "slip", "highlight"]
        undo.undo(last_command.get() or "")
        assert [k.key for k in queries.tiles()][-3:] == ["slip", made.key, "highlight"]
        sound = next(k for k in queries.log_kinds() if k.key == "sound")
        services.edit_log_kind(sound.id, sound.version, "换了名", "zap", Asks())
        kept = next(k for k in queries.log_kinds() if k.key == "sound")
        assert (kept.name, kept.fault, kept.icon) == ("Sound", False, "mic-off")
    with acting(cast.actors["outsider"]):
        assert len(queries.log_kinds()) == 10
        with pytest.raises(NotFound):
            services.remove_log_kind(own)
    with acting(cast.actors["host"]), pytest.raises(Forbidden):
        services.add_log_kind("我的", "flag", Asks())


@pytest.mark.engines
def test_twelve_kinds_are_offered_and_names_are_told_apart(cast: Cast, db: Flask) -> None:
    with acting(cast.actors["lead"]):
        for name, icon in (("", "flag"), ("字" * 13, "flag"), ("sound", "flag"), ("新", "no-such-icon")):
            with pytest.raises(Invalid):
                services.add_log_kind(name, icon, Asks())
        first = services.add_log_kind("一", "flag", Asks())
        services.add_log_kind("二", "flag", Asks())
        with pytest.raises(Invalid):
            services.add_log_kind("三", "flag", Asks())
        services.remove_log_kind(first)
        services.add_log_kind("三", "flag", Asks())
        with pytest.raises(Refused):
            services.put_back_log_kind(first)
        assert len(queries.tiles()) == rules.MOST_TILES


def test_a_new_team_begins_with_the_usual_list(cast: Cast, db: Flask) -> None:
    with acting(PROGRAM):
        made = team_services.create_team("新队")
    with engine().connect() as link:
        asked = "SELECT key, fault, restores FROM log_kind WHERE team_id = :team ORDER BY sort"
        rows = link.execute(text(asked), {"team": made}).all()
    assert [(k, bool(f), bool(r)) for k, f, r in rows] == [
        (str(k), a.fault, a.restores) for k, a in rules.USUAL_KINDS.items()
    ]


def test_what_the_list_does_not_hold_is_not_noted(cast: Cast, shown: int) -> None:
    with acting(cast.actors["host"]), pytest.raises(Invalid):
        services.log_entry(shown, "nonsense", key())


@pytest.mark.engines
def test_a_slip_stands_open_until_it_is_put_right_and_its_record_stays(cast: Cast, shown: int) -> None:
    now = clock.now()
    with acting(cast.actors["host"]):
        entry = services.log_entry(shown, "slip", key(), now - 20 * MINUTE, note="说成买一送二")
        other = services.log_entry(shown, "chat", key(), now - 20 * MINUTE)
        assert row_of(shown, entry).open_slip
        services.record_slip(entry, "买一送二", "", None, None)
        assert row_of(shown, entry).open_slip, "what was said alone does not put it right"
        for bad, field in (
            (("", "买一送一", now, None), "said"),
            (("买一送二", "买一送一", None, None), "at"),
            (("买一送二", "", now, None), "put_right"),
            (("买一送二", "买一送一", now + MINUTE, None), "at"),
            (("买一送二", "买一送一", now, cast.manager), "heard_by"),
        ):
            with pytest.raises(Invalid) as told:
                services.record_slip(entry, *bad)
            assert set(told.value.fields) == {field}
        services.record_slip(entry, "买一送二", "买一送一", now - 18 * MINUTE, cast.member)
        row = row_of(shown, entry)
        assert row.slip is not None
        assert (row.open_slip, row.slip.put_right, row.slip.heard) == (False, "买一送一", "阿强")
        with pytest.raises(Invalid):
            services.record_slip(entry, "买一送二", "", None, None)
        with pytest.raises(Refused):
            services.withdraw_log(entry)
        with pytest.raises(Refused):
            services.record_slip(other, "没有", "口误", now, None)
    for statement in ("DELETE FROM slip", "UPDATE slip SET said = 'x'"):
        with pytest.raises(DBAPIError, match="append-only"), engine().begin() as link:
            link.execute(text(statement))
    with acting(cast.actors["outsider"]), pytest.raises(NotFound):
        services.record_slip(entry, "x", "y", now, None)


@pytest.mark.engines
def test_a_highlight_begins_before_its_tap_and_streams_count_for_themselves(cast: Cast, shown: int) -> None:
    now = clock.now()
    with acting(cast.actors["host"]):
        begin = next(a for a in queries.airings(shown)).real_start
        first = services.log_entry(shown, "highlight", key(), begin + 10 * SECOND)
        second = services.log_entry(shown, "highlight", key(), begin + 41 * MINUTE, note="=SUM(A1)")
        assert row_of(shown, first).at == begin, "never before the show"
        assert row_of(shown, second).at == begin + 40 * MINUTE + 30 * SECOND
        services.start_clip(second, 75, key())
        services.correct_moments(second, row_of(shown, second).at, begin + 42 * MINUTE)
        with pytest.raises(Invalid):
            services.start_clip(second, 601, key())
        services.end_live(shown, begin + 50 * MINUTE)
        services.resume_live(shown, begin + 60 * MINUTE)
        services.log_entry(shown, "highlight", key(), begin + 61 * MINUTE)
        told = [(m.number, rules.timecode(m.start), m.end and rules.timecode(m.end)) for m in queries.clip_marks(shown)]
    assert now > begin
    assert told == [(1, "00:00:00", None), (1, "00:39:45", "00:42:00"), (2, "00:00:30", None)]


@pytest.mark.engines
def test_a_handover_is_signed_by_two(cast: Cast, shown: int) -> None:
    with acting(cast.actors["host"]):
        with pytest.raises(Invalid):
            services.hand_over(shown, " ", "", "", "")
        wrong = services.hand_over(shown, "写错了", "", "", "")
        services.withdraw_handover(wrong)
        services.withdraw_handover(wrong)
        made = services.hand_over(shown, "成交 2.6 万", "面霜 180", "满 199 送小样\n\n 券 23:00 前 ", "3 号")
        with pytest.raises(Refused):
            services.take_over(made)
        assert [(h.id, h.taken_at) for h in queries.handovers(shown)] == [(made, None)]
    with acting(cast.actors["member"]):
        with pytest.raises(Forbidden):
            services.withdraw_handover(made)
        with pytest.raises(Refused):
            services.take_over(wrong)
        services.take_over(made)
        services.take_over(made)
        (row,) = queries.handovers(shown)
        assert (row.giver, row.taker, row.promises) == ("小米", "阿强", ["满 199 送小样", "券 23:00 前"])
    with acting(cast.actors["lead"]):
        with pytest.raises(Refused):
            services.take_over(made)
        with pytest.raises(Refused):
            services.withdraw_handover(made)
    with acting(cast.actors["outsider"]), pytest.raises(NotFound):
        services.take_over(made)
    with acting(cast.actors["host"]):
        services.end_live(shown)
        with pytest.raises(Refused):
            services.hand_over(shown, "晚了", "", "", "")


def test_handing_over_is_offered_shortly_before_the_change(cast: Cast, shown: int, db: Flask) -> None:
    now = clock.now()
    for minutes, offered in ((-10, False), (2, True), (12, False)):
        moment = time_machine.travel(now + minutes * MINUTE, tick=False)
        with moment, db.test_request_context(), acting(cast.actors["host"]):
            assert queries.hub(shown).hands_over is offered, minutes
