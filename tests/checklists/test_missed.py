"""What comes every n minutes on air: missed once the next one is due, read on while the show runs over, trimmed at its end."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from planner.base import undo
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.checklists import jobs, ports, queries, services
from planner.checklists.rules import Anchor, ItemState, Stage
from planner.home.queries import today
from planner.kernel import clock
from planner.kernel.errors import Invalid
from planner.live import queries as sessions
from planner.live import services as live
from tests.cast import Cast
from tests.checklists.conftest import HOUR, Items, Plan, key, publish

pytestmark = pytest.mark.engines
MINUTE = timedelta(minutes=1)
READ = "在线 1200, GMV 3.4万"


@pytest.fixture
def start(evening: datetime) -> datetime:
    """The show begins in time."""
    return evening


@pytest.fixture
def show(cast: Cast, plan: Plan, start: datetime) -> int:
    """Two hours on air, with the host and, in control, the member."""
    made = plan(start, 120, crew=[("host", cast.host), ("control", cast.member)])
    with clock.standing(start), acting(cast.actors["host"]):
        live.go_live(made)
    return made


def reads(items_of: Items, session_id: int, at: datetime) -> list[str]:
    """How the readings stand at an instant."""
    words = []
    with clock.standing(at):
        for i in items_of(session_id, "reading"):
            words.append("missed" if i.missed(at) else str(i.state))
            assert not (i.missed(at) and i.is_open(at))
            assert not (i.missed(at) and i.late_minutes(at)), "what was missed is not late"
    return words


def go_round(at: datetime) -> None:
    """What the worker does each minute."""
    with clock.standing(at):
        jobs.read_on()


def test_a_reading_is_missed_once_the_next_one_is_due(cast: Cast, show: int, start: datetime, items_of: Items) -> None:
    assert reads(items_of, show, start + 29 * MINUTE) == ["open"] * 3
    assert reads(items_of, show, start + 59 * MINUTE) == ["open"] * 3
    (first, *_rest) = items_of(show, "reading")
    assert first.late_minutes(start + 59 * MINUTE) == 29
    assert reads(items_of, show, start + 60 * MINUTE) == ["missed", "open", "open"]
    with clock.standing(start + 61 * MINUTE), acting(cast.actors["member"]):
        services.tick(items_of(show, "reading")[1].id, key())
    assert reads(items_of, show, start + 100 * MINUTE) == ["missed", "done", "open"]


def test_what_was_missed_is_out_of_today_and_of_every_count(
    cast: Cast, show: int, start: datetime, items_of: Items, db: Flask
) -> None:
    at = start + 65 * MINUTE
    first = items_of(show, "reading")[0]
    with clock.standing(start + 59 * MINUTE), acting(cast.actors["member"]):
        assert first.id in {i.id for i in today().items + queries.open_items(cast.member, 40)}
        before, (_done, total) = queries.list_page(show), queries.progress([show])[show]
    with clock.standing(at), acting(cast.actors["member"]):
        assert first.id not in {i.id for i in today().items + queries.open_items(cast.member, 40)}
        after = queries.list_page(show)
        assert (before.missed, after.missed) == (0, 1)
        assert after.total == before.total - 1 == total - 1
        assert queries.progress([show])[show] == (after.done, after.total)
        assert after.counts["open"] == before.counts["open"] - 1
        assert after.counts["all"] == after.total, "every number counts the same rows"
        assert first.id in {i.id for i in after.shown}, "it stays on the list"
        assert first.id not in {i.id for i in queries.list_page(show, "open").shown}
        other = items_of(show, "slips")[0].id
        services.tick(other, key())
        told = queries.ticked(other)
        assert (told.done, told.total) == (after.done + 1, after.total), "a tap tells the same counts"
        panel = queries.on_air(show)
        assert panel is not None
        air: Any = panel["stages"]
        assert (air[0].stage, air[0].missed, first.id in {i.id for i in air[0].open}) == (Stage.AIR, 1, False)
        hub = sessions.hub(show)
        due = sessions.on_air(hub).rhythm
        assert due is not None
        assert (due.due, due.missed) == (start + HOUR, (start + 30 * MINUTE,)), "the page of the show says the same"
    with db.test_request_context(), clock.standing(at), acting(cast.actors["lead"]):
        (left,) = ports.leaving(cast.member)
        now = queries.list_page(show)
        assert left.count == len([i for i in now.items if i.user_id == cast.member and i.is_open(at)])


def test_before_it_is_on_air_nothing_of_the_air_is_late_or_missed(
    cast: Cast, plan: Plan, start: datetime, items_of: Items
) -> None:
    made = plan(start, 120, crew=[("control", cast.member)])
    late = start + 100 * MINUTE
    assert reads(items_of, made, late) == ["open"] * 3
    assert [i.late_minutes(late) for i in items_of(made, "reading")] == [0, 0, 0]
    with clock.standing(late), acting(cast.actors["member"]):
        mine = queries.open_items(cast.member, 40)
        assert [i.due for i in mine if i.stage is Stage.AIR] == []
    with clock.standing(late), acting(cast.actors["lead"]):
        live.go_live(made)
    assert [i.due for i in items_of(made, "reading")] == [late + n * 30 * MINUTE for n in (1, 2, 3)]
    with clock.standing(late + MINUTE), acting(cast.actors["lead"]):
        live.take_back_live(made)
    assert reads(items_of, made, late + 10 * HOUR) == ["open"] * 3


def test_what_was_missed_can_be_entered_with_words(cast: Cast, show: int, start: datetime, items_of: Items) -> None:
    first, second, _third = items_of(show, "reading")
    with clock.standing(start + 70 * MINUTE), acting(cast.actors["member"]):
        with pytest.raises(Invalid) as fault:
            services.tick(first.id, key())
        assert list(fault.value.fields) == ["note"]
        services.tick(first.id, key(), READ)
        services.tick(second.id, key())
    with clock.standing(start + 100 * MINUTE), acting(cast.actors["member"]):
        services.untick(second.id, key())
        assert reads(items_of, show, clock.now()) == ["done", "missed", "open"]
        services.skip(second.id, key(), "电脑重启")
    assert reads(items_of, show, start + 100 * MINUTE) == ["done", "skipped", "open"]


def test_a_tap_in_time_counts_whenever_it_arrives(cast: Cast, show: int, start: datetime, items_of: Items) -> None:
    first = items_of(show, "reading")[0]
    with clock.standing(start + 5 * HOUR), acting(cast.actors["member"]):
        services.tick(first.id, key(), tapped_at=start + 58 * MINUTE)
    assert items_of(show, "reading")[0].acted_at == start + 58 * MINUTE


def test_a_show_that_runs_over_is_read_until_it_ends(
    cast: Cast, show: int, start: datetime, items_of: Items, db: Flask
) -> None:
    go_round(start + 89 * MINUTE)
    assert len(items_of(show, "reading")) == 3, "within its plan nothing is added"
    for minutes in range(90, 206, 5):
        go_round(start + minutes * MINUTE)
        go_round(start + minutes * MINUTE)
    found = items_of(show, "reading")
    assert [i.due for i in found] == [start + n * 30 * MINUTE for n in range(1, 8)]
    assert {i.user_id for i in found} == {cast.member}, "whoever was there last goes on"
    assert reads(items_of, show, start + 205 * MINUTE) == ["missed"] * 5 + ["open"] * 2
    with clock.standing(start + 206 * MINUTE), acting(cast.actors["host"]):
        live.end_live(show)
    assert reads(items_of, show, start + 206 * MINUTE) == ["missed"] * 6 + ["not_applicable"]
    go_round(start + 300 * MINUTE)
    assert len(items_of(show, "reading")) == 7


def test_an_early_end_leaves_no_readings_behind_and_can_be_taken_back(
    cast: Cast, show: int, start: datetime, items_of: Items
) -> None:
    with clock.standing(start + 40 * MINUTE), acting(cast.actors["host"]):
        live.end_live(show)
        assert reads(items_of, show, clock.now()) == ["missed", "not_applicable", "not_applicable"]
    with clock.standing(start + 45 * MINUTE), acting(cast.actors["host"]):
        live.take_back_end(show)
        assert reads(items_of, show, clock.now()) == ["open"] * 3


def test_nobody_reads_in_a_break(cast: Cast, show: int, start: datetime, items_of: Items) -> None:
    with clock.standing(start + 35 * MINUTE), acting(cast.actors["host"]):
        live.end_live(show)
    with clock.standing(start + 100 * MINUTE), acting(cast.actors["host"]):
        live.resume_live(show)
        go_round(clock.now())
        assert reads(items_of, show, clock.now()) == ["missed", "not_applicable", "not_applicable", "open"]


def test_corrected_times_say_anew_what_was_missed(cast: Cast, show: int, start: datetime, items_of: Items) -> None:
    end = start + 100 * MINUTE
    with clock.standing(end), acting(cast.actors["host"]):
        live.end_live(show)
        assert reads(items_of, show, end) == ["missed"] * 3
    with clock.standing(end + MINUTE), acting(cast.actors["lead"]):
        (stream,) = sessions.airings(show)
        earlier = live.StreamIn(stream.id, start, start + 50 * MINUTE)
        live.correct_times(show, sessions.brief(show).version, [earlier])
        assert reads(items_of, show, clock.now()) == ["missed", "not_applicable", "not_applicable"]
        undo.undo(last_command.get() or "")
        assert reads(items_of, show, clock.now()) == ["missed"] * 3


def test_a_show_nobody_ended_stops_asking(cast: Cast, show: int, start: datetime, items_of: Items) -> None:
    at = start + timedelta(days=9)
    with clock.standing(at), acting(cast.actors["lead"]):
        assert queries.running_over(at) == []
    go_round(at)
    assert len(items_of(show, "reading")) == 3


def test_two_workers_add_a_reading_once(cast: Cast, show: int, start: datetime, items_of: Items, db: Flask) -> None:
    gate, faults = threading.Barrier(4), list[BaseException]()

    def work() -> None:
        with db.app_context(), clock.standing(start + 90 * MINUTE):
            gate.wait()
            try:
                jobs.read_on()
            except BaseException as error:
                faults.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(items_of(show, "reading")) == 4


def test_a_line_of_the_teams_own_is_missed_by_its_own_round(
    cast: Cast, plan: Plan, start: datetime, items_of: Items
) -> None:
    with acting(cast.actors["lead"]):
        template = next(t.id for t in queries.templates() if t.origin == "daily")
        services.add_item(template, "巡场", None, Stage.AIR, Anchor.EVERY, 10, False)
        publish(template)
    made = plan(start + timedelta(days=1), 60)
    begun = start + timedelta(days=1)
    with clock.standing(begun), acting(cast.actors["lead"]):
        live.go_live(made)
    with clock.standing(begun + 31 * MINUTE), acting(cast.actors["lead"]):
        found = [i for i in queries.list_page(made).items if i.title == "巡场"]
        assert [i.missed(clock.now()) for i in found] == [True, True, False, False, False]
        assert reads(items_of, made, clock.now()) == ["open"]


def test_the_row_says_so_in_muted_words(
    cast: Cast, plan: Plan, items_of: Items, client_of: Callable[[str], Any]
) -> None:
    begun = clock.now() - 100 * MINUTE
    made = plan(begun, 120, crew=[("host", cast.host), ("control", cast.member)])
    with acting(cast.actors["member"]):
        live.go_live(made, begun)
    first = items_of(made, "reading")[0]
    member = client_of("member")
    page = member.get(f"/sessions/{made}/checklist?show=all").text
    found = re.search(rf'<li class="([^"]*)" id="tick-{first.id}".*?</li>', page, re.S)
    assert found
    assert "错过" in found[0]
    assert "is-late" not in found[1]
    assert "迟" not in found[0]
    assert '<button class="tick-box"' not in found[0], "there is no box to tap"
    assert "错过 2 条" in page
    assert "错过 2 条" in member.get(f"/sessions/{made}?phase=air").text
    assert f'tick-{first.id}"' not in member.get("/").text
    path = f"/checklist-items/{first.id}/tick"
    assert member.post_form(path).status_code == 422
    assert member.post_form(path, {"note": READ}).status_code == 303
    assert items_of(made, "reading")[0].state is ItemState.DONE
