"""The real times set right: by hand, stream by stream, and by the platform's file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from planner.base import undo
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from planner.live import queries, services
from planner.live.rules import Platform, State
from planner.live.services import StreamIn
from tests.cast import Cast
from tests.live.conftest import Plan

pytestmark = pytest.mark.engines
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
Read = Callable[[int], queries.SessionBrief]


def set_right(session_id: int, version: int, *streams: StreamIn | tuple[datetime, datetime | None]) -> None:
    """Correct the streams in order; a pair of times is meant for the one that stands at its place."""
    held = queries.airings(session_id)
    given = [s if isinstance(s, StreamIn) else StreamIn(held[n].id, *s) for n, s in enumerate(streams)]
    services.correct_times(session_id, version, given)


def test_times_are_corrected_within_reason(cast: Cast, tonight: int, now_of: Read) -> None:
    now = clock.now()
    with acting(cast.actors["host"]):
        with pytest.raises(Refused):
            services.correct_times(tonight, now_of(tonight).version, [StreamIn(None, now, None, cast.channel)])
        services.go_live(tonight, now - 3 * HOUR)
        set_right(tonight, now_of(tonight).version, (now - 4 * HOUR, None))
        version = now_of(tonight).version
        with pytest.raises(Invalid) as caught:
            set_right(tonight, version, (now - 4 * HOUR, now))
        assert "end_1" in caught.value.fields
        services.end_live(tonight, now - HOUR)
        version = now_of(tonight).version
        for start, end in (
            (now + HOUR, now + 2 * HOUR),
            (now - 2 * HOUR, None),
            (now - 2 * HOUR, now + HOUR),
            (now - 2 * HOUR, now - 3 * HOUR),
            (now - 40 * HOUR, now - HOUR),
        ):
            with pytest.raises(Invalid):
                set_right(tonight, version, (start, end))
        set_right(tonight, version, (now - 5 * HOUR, now - 2 * HOUR))
        with pytest.raises(Stale):
            set_right(tonight, version, (now - 5 * HOUR, now - 2 * HOUR))
        b = now_of(tonight)
        assert (b.real_start, b.real_end) == (now - 5 * HOUR, now - 2 * HOUR)
        assert [a.source for a in queries.airings(tonight)] == ["typed"]


def test_what_was_tapped_stays_beside_what_is_typed_and_what_a_file_says(
    cast: Cast, tonight: int, now_of: Read
) -> None:
    start, end = clock.now() - 5 * HOUR, clock.now() - HOUR
    with acting(cast.actors["host"]):
        services.go_live(tonight, start)
        set_right(tonight, now_of(tonight).version, (start - 20 * MINUTE, None))
        services.end_live(tonight, end)
        services.take_back_end(tonight)
        assert [(a.tapped_start, a.tapped_end) for a in queries.airings(tonight)] == [(start, None)]
        services.end_live(tonight, end)
        set_right(tonight, now_of(tonight).version, (start - 30 * MINUTE, end + 5 * MINUTE))
        (held,) = queries.airings(tonight)
        assert (held.source, held.tapped_start, held.tapped_end) == ("typed", start, end)
        services.set_airing(tonight, held.id, cast.channel, start - 9 * MINUTE, end + 9 * MINUTE, "file")
        (held,) = queries.airings(tonight)
        assert (held.real_start, held.real_end) == (start - 9 * MINUTE, end + 9 * MINUTE)
        assert (held.source, held.tapped_start, held.tapped_end) == ("file", start, end)


def test_a_form_that_left_a_tap_as_it_stood_keeps_it_to_the_second(cast: Cast, tonight: int, now_of: Read) -> None:
    start = clock.now().replace(second=17) - 5 * HOUR
    end = start + 3 * HOUR
    shown = start.replace(second=0, microsecond=0)
    with acting(cast.actors["host"]):
        services.go_live(tonight, start)
        services.end_live(tonight, end)
        version = now_of(tonight).version
        set_right(tonight, version, (shown, shown + 3 * HOUR))
        assert now_of(tonight).version == version
        set_right(tonight, version, (shown, shown + 2 * HOUR))
        (held,) = queries.airings(tonight)
    assert (held.real_start, held.real_end) == (start, shown + 2 * HOUR)
    assert (held.tapped_start, held.tapped_end) == (start, end)


def test_each_stream_is_set_right_on_its_own(cast: Cast, tonight: int, now_of: Read) -> None:
    now = clock.now()
    with acting(cast.actors["host"]):
        services.go_live(tonight, now - 6 * HOUR)
        services.end_live(tonight, now - 5 * HOUR)
        services.resume_live(tonight, now - 4 * HOUR)
        services.end_live(tonight, now - HOUR)
        first, second = (now - 6 * HOUR, now - 5 * HOUR), (now - 4 * HOUR, now - HOUR)
        version = now_of(tonight).version
        with pytest.raises(Invalid) as caught:
            set_right(tonight, version, (first[0], now - 3 * HOUR), second)
        assert list(caught.value.fields) == ["start_2"]
        with pytest.raises(NotFound):
            services.correct_times(tonight, version, [StreamIn(2**40, *first)])
        set_right(tonight, version, (first[0], now - 4 * HOUR - MINUTE), second)
        assert now_of(tonight).version > version, "a form that is open elsewhere is told"
        held = queries.airings(tonight)
        assert [(a.real_start, a.real_end, a.source) for a in held] == [
            (first[0], now - 4 * HOUR - MINUTE, "typed"),
            (*second, "tap"),
        ]
        undo.undo(last_command.get() or "")
        assert [a.real_end for a in queries.airings(tonight)] == [first[1], second[1]]


def test_a_lead_adds_a_stream_that_was_forgotten(cast: Cast, tonight: int, now_of: Read) -> None:
    now = clock.now()
    with acting(cast.actors["lead"]):
        other = services.add_channel(Platform.TAOBAO, "淘宝", "taobao_1")
    with acting(cast.actors["host"]):
        services.go_live(tonight, now - 3 * HOUR)
        services.end_live(tonight, now - HOUR)
    held, version = (now - 3 * HOUR, now - HOUR), now_of(tonight).version
    beside = StreamIn(None, now - 4 * HOUR, now - HOUR / 2, other)
    with acting(cast.actors["host"]), pytest.raises(Forbidden):
        set_right(tonight, version, held, beside)
    with acting(cast.actors["lead"]):
        for channel_id, field in ((cast.channel, "start_1"), (None, "channel_id")):
            with pytest.raises(Invalid) as caught:
                set_right(tonight, version, held, replace(beside, channel_id=channel_id))
            assert list(caught.value.fields) == [field]
        with pytest.raises(NotFound):
            set_right(tonight, version, held, replace(beside, channel_id=2**40))
        set_right(tonight, version, held, beside)
        assert [(a.channel_id, a.source, a.tapped_start) for a in queries.airings(tonight)] == [
            (other, "typed", None),
            (cast.channel, "tap", None),
        ]
        b = now_of(tonight)
        assert (b.real_start, b.real_end) == (now - 4 * HOUR, now - HOUR / 2)
        undo.undo(last_command.get() or "")
        b = now_of(tonight)
        assert (b.real_start, b.real_end) == held
        assert len(queries.airings(tonight)) == 1


def test_a_channel_carries_one_show_at_a_time(cast: Cast, plan: Plan, tonight: int, now_of: Read) -> None:
    now = clock.now()
    early = plan(now - 9 * HOUR, 60, theme="早场", studio_id=None)
    with acting(cast.actors["lead"]):
        services.go_live(early, now - 9 * HOUR)
        services.end_live(early, now - 8 * HOUR)
        services.go_live(tonight, now - 3 * HOUR)
        services.end_live(tonight, now - HOUR)
        with pytest.raises(Invalid) as caught:
            set_right(tonight, now_of(tonight).version, (now - 8 * HOUR - MINUTE, now - HOUR))
        assert caught.value.fields["start_1"].values["theme"] == "早场"
        set_right(tonight, now_of(tonight).version, (now - 8 * HOUR, now - HOUR))
        services.take_back_end(tonight)
        with pytest.raises(Invalid) as caught:
            set_right(early, now_of(early).version, (now - 9 * HOUR, now - 7 * HOUR))
        assert "since" in str(caught.value)


def test_the_platforms_file_sets_the_times_and_the_tap_stays_beside_them(
    cast: Cast, tonight: int, now_of: Read
) -> None:
    start, end = (clock.now() - d * HOUR for d in (5, 1))
    with acting(cast.actors["host"]):
        services.go_live(tonight, start + 3 * MINUTE)
        services.end_live(tonight, end + 7 * MINUTE)
    with acting(cast.actors["lead"]):
        (match,) = queries.match_airing("chenguang_beauty", start, 90)
        assert (match.session.id, match.minutes_off) == (tonight, 3)
        services.set_airing(tonight, match.airing_id, cast.channel, start, end, "file")
        (held,) = queries.airings(tonight)
        assert (held.real_start, held.real_end, held.source) == (start, end, "file")
        assert (held.tapped_start, held.tapped_end) == (start + 3 * MINUTE, end + 7 * MINUTE)
        services.set_airing(tonight, None, cast.channel, end + 10 * MINUTE, end + 40 * MINUTE, "file")
        b = now_of(tonight)
        assert (b.real_start, b.real_end) == (start, end + 40 * MINUTE)
        with pytest.raises(Refused):
            services.take_back_end(tonight)
        assert services.resume_live(tonight)


def test_a_file_for_a_show_nobody_tapped_ends_it(cast: Cast, tonight: int, now_of: Read) -> None:
    start, end = (clock.now() - d * HOUR for d in (5, 1))
    with acting(cast.actors["member"]):
        services.set_airing(tonight, None, cast.channel, start, end, "file")
    assert (now_of(tonight).state, now_of(tonight).real_end) == (State.ENDED, end)
    with acting(cast.actors["lead"]):
        with pytest.raises(Refused):
            services.set_airing(tonight, None, cast.channel, start, end, "file") and services.take_back_live(tonight)
        other = services.add_channel(Platform.TAOBAO, "淘宝", "taobao_1")
        assert queries.match_airing("taobao_1", start, 90) == []
        assert other


def test_a_cancelled_show_is_no_match_for_a_file(cast: Cast, tonight: int, now_of: Read) -> None:
    with acting(cast.actors["lead"]):
        services.cancel_session(tonight, now_of(tonight).version, "停电")
        assert queries.match_airing("chenguang_beauty", now_of(tonight).planned_start) == []


def test_an_end_that_is_taken_back_lets_all_streams_of_it_run_on(cast: Cast, tonight: int, now_of: Read) -> None:
    now = clock.now()
    with acting(cast.actors["lead"]):
        other = services.add_channel(Platform.TAOBAO, "淘宝", "taobao_1")
        services.go_live(tonight, now - 3 * HOUR)
        beside = StreamIn(None, now - 2 * HOUR, None, other)
        set_right(tonight, now_of(tonight).version, (now - 3 * HOUR, None), beside)
        services.end_live(tonight)
        services.take_back_end(tonight)
        assert [a.real_end for a in queries.airings(tonight)] == [None, None]
