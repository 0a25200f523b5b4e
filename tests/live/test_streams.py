"""Several streams of one show: simulcast, broken and opened again, one that ends first; their rows find the show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from planner.base import undo
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.live import queries, services
from planner.live.rules import Platform, State
from tests.cast import Cast
from tests.live.conftest import Plan

pytestmark = pytest.mark.engines


@pytest.fixture
def other(cast: Cast, db: Any) -> int:
    with acting(cast.actors["lead"]):
        return services.add_channel(Platform.TAOBAO, "淘宝", "taobao_3")


@pytest.fixture
def running(cast: Cast, tonight: int) -> int:
    with acting(cast.actors["host"]):
        services.go_live(tonight)
    return tonight


def streams(cast: Cast, session_id: int) -> list[queries.AiringRow]:
    with acting(cast.actors["lead"]):
        return queries.airings(session_id)


def test_a_simulcast_is_a_stream_of_its_own(cast: Cast, running: int, other: int) -> None:
    with acting(cast.actors["host"]):
        made = services.add_stream(running, other)
        with pytest.raises(Invalid):
            services.add_stream(running, other)
    assert [(a.channel_id, a.real_end) for a in streams(cast, running)] == [(cast.channel, None), (other, None)]
    with acting(cast.actors["host"]):
        services.end_stream(running, made)
        services.end_stream(running, made)
        own = next(a.id for a in queries.airings(running) if a.channel_id == cast.channel)
        with pytest.raises(Refused):
            services.end_stream(running, own)
        assert queries.brief(running).state is State.LIVE
        services.end_live(running)
    ends = [a.real_end for a in streams(cast, running)]
    assert None not in ends


def test_its_row_of_the_file_finds_the_show(cast: Cast, running: int, other: int) -> None:
    with acting(cast.actors["host"]):
        services.add_stream(running, other)
    [_own, second] = streams(cast, running)
    with acting(cast.actors["lead"]):
        [match] = queries.match_airing("taobao_3", second.real_start + timedelta(minutes=2))
    assert (match.session.id, match.airing_id) == (running, second.id)


def test_broken_and_open_again(cast: Cast, running: int) -> None:
    with acting(cast.actors["host"]):
        again = services.reopen_stream(running)
    [first, second] = streams(cast, running)
    assert second.id == again and first.real_end is not None and second.real_end is None
    assert first.real_end <= second.real_start
    with acting(cast.actors["host"]):
        command = last_command.get()
        assert command is not None
        undo.undo(command)
    assert [(a.id, a.real_end) for a in streams(cast, running)] == [(first.id, None)]


def test_a_channel_carries_one_show_at_a_time(cast: Cast, running: int, other: int, plan: Plan) -> None:
    with acting(cast.actors["lead"]):
        start = queries.brief(running).planned_start
    beside = plan(start, 60, theme="淘宝专场", channel_id=other, studio_id=None)
    with acting(cast.actors["lead"]):
        services.go_live(beside)
        with pytest.raises(Invalid) as fault:
            services.add_stream(running, other)
    assert "淘宝专场" in str(fault.value.fields["channel_id"].values)


def test_only_the_crew_of_a_running_show(cast: Cast, tonight: int, other: int) -> None:
    with acting(cast.actors["host"]), pytest.raises(Refused):
        services.add_stream(tonight, other)
    with acting(cast.actors["host"]):
        services.go_live(tonight)
    with acting(cast.actors["member"]), pytest.raises(Forbidden):
        services.reopen_stream(tonight)
    with acting(cast.actors["outsider"]), pytest.raises(NotFound):
        services.add_stream(tonight, other)
    with acting(cast.actors["host"]), pytest.raises(Invalid):
        services.add_stream(tonight, 2**62)


def test_the_pages_of_it(cast: Cast, running: int, other: int, client_of: Callable[[str], Any]) -> None:
    host = client_of("host")
    assert "On another channel as well" in host.get(f"/sessions/{running}/streams").text
    assert host.post_form(f"/sessions/{running}/streams", {"channel_id": "x"}).status_code == 422
    assert host.post_form(f"/sessions/{running}/streams", {"channel_id": str(other)}).status_code == 303
    shown = host.get(f"/sessions/{running}?phase=air").text
    assert "Ends" in shown and "It broke and is open again" in shown
    [_own, second] = streams(cast, running)
    assert host.post_form(f"/sessions/{running}/streams/{second.id}/end").status_code == 303
    assert host.post_form(f"/sessions/{running}/reopen").status_code == 303
    assert client_of("outsider").get(f"/sessions/{running}/streams").status_code == 404
