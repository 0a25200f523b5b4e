"""Emergencies on air: begun with two taps, owned, in the log, ended with the last step or by hand."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from planner.base import undo
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.checklists import queries, services
from planner.checklists.rules import ItemState, Stage
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.live import queries as live_queries
from planner.live import services as live
from tests.cast import Cast
from tests.checklists.conftest import Plan, key

Client = Callable[[str], Any]
NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)


@pytest.fixture
def on_air(cast: Cast, plan: Plan) -> Any:
    """A show that is on air since noon, and the clock stands ten minutes later."""
    with clock.standing(NOON - timedelta(hours=3)):
        show = plan(NOON, crew=[("host", cast.host), ("tech", cast.member), ("operations", cast.lead)])
    with clock.standing(NOON), acting(cast.actors["lead"]):
        live.go_live(show)
    return show


def template(cast: Cast, origin: str) -> int:
    with acting(cast.actors["lead"]):
        return next(t.id for t in queries.templates() if t.origin == origin)


def steps(cast: Cast, show: int, made: int) -> list[queries.ItemRow]:
    with acting(cast.actors["lead"]):
        return queries.emergency(show, made).items


@pytest.mark.engines
def test_its_list_runs_from_the_tap_with_owners(cast: Cast, on_air: int) -> None:
    network, sound = template(cast, "network"), template(cast, "sound")
    with clock.standing(NOON + timedelta(minutes=10)), acting(cast.actors["member"]):
        made = services.begin_emergency(on_air, network)
        page = queries.emergency(on_air, made)
        assert (page.row.began, page.row.ended, page.row.minutes(clock.now())) == (clock.now(), None, 0)
        assert {i.stage for i in page.items} == {Stage.EMERGENCY}
        owners = {i.own[0]: i.user_id for i in page.items}
        assert owners["切备用网"] == cast.member, "whose shift it is now"
        assert owners["投手暂停放量"] == cast.lead, "nobody has that shift: whoever leads the show"
        assert [e.id for e in queries.running(on_air)] == [made]
        later = services.begin_emergency(on_air, sound, clock.now() - timedelta(minutes=7))
        assert queries.emergency(on_air, later).row.minutes(clock.now()) == 7
        for wrong in (clock.now() + timedelta(minutes=1), clock.now() - timedelta(hours=13)):
            with pytest.raises(Invalid):
                services.begin_emergency(on_air, network, wrong)
        services.follow_answers(on_air)
    assert {i.own[0]: i.user_id for i in steps(cast, on_air, made)} == owners, "serving the lists changes no owner"


@pytest.mark.engines
def test_two_people_who_see_the_same_begin_one_list(cast: Cast, on_air: int, db: Flask) -> None:
    sound, gate, made = template(cast, "sound"), threading.Barrier(2), set[int]()

    def begin(login: str) -> None:
        with db.app_context(), clock.standing(NOON + timedelta(minutes=10)), acting(cast.actors[login]):
            gate.wait()
            made.add(services.begin_emergency(on_air, sound))

    threads = [threading.Thread(target=begin, args=(login,)) for login in ("host", "member")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (first,) = made
    with clock.standing(NOON + timedelta(minutes=20)), acting(cast.actors["host"]):
        assert len(queries.emergencies([on_air])) == 1
        services.end_emergency(first)
        assert services.begin_emergency(on_air, sound) != first, "once more is another one"


@pytest.mark.engines
def test_its_clock_stands_when_the_show_is_over(cast: Cast, on_air: int, client_of: Any) -> None:
    with clock.standing(NOON + timedelta(minutes=10)), acting(cast.actors["host"]):
        made = services.begin_emergency(on_air, template(cast, "sound"))
        assert not queries.emergency(on_air, made).stands
    with clock.standing(NOON + timedelta(minutes=70)), acting(cast.actors["lead"]):
        live.end_live(on_air)
    with clock.standing(NOON + timedelta(minutes=500)):
        with acting(cast.actors["host"]):
            view = queries.emergency(on_air, made)
            assert view.stands and view.row.minutes(view.until) == 60
        for path in (f"/sessions/{on_air}/emergencies/{made}", f"/sessions/{on_air}/checklist"):
            assert "data-since" not in client_of("host").get(path).text


@pytest.mark.engines
def test_it_ends_with_its_last_step_and_runs_on_when_one_opens(cast: Cast, on_air: int) -> None:
    with clock.standing(NOON + timedelta(minutes=10)), acting(cast.actors["member"]):
        made = services.begin_emergency(on_air, template(cast, "network"))
    items = steps(cast, on_air, made)
    with clock.standing(NOON + timedelta(minutes=19)), acting(cast.actors["member"]):
        for item in items:
            assert queries.running(on_air)
            services.tick(item.id, key(), "恢复, 断了 9 分钟")
        assert queries.running(on_air) == []
        row = queries.emergency(on_air, made).row
        assert (row.minutes(clock.now()), row.done, row.left) == (9, len(items), 0)
        (entry,) = [e for e in live_queries.log(on_air) if e.kind == "network"]
        assert "9" in entry.note
        services.untick(items[0].id, key())
        assert [e.id for e in queries.running(on_air)] == [made]


@pytest.mark.engines
def test_it_is_ended_by_hand_with_what_was_left(cast: Cast, on_air: int) -> None:
    with clock.standing(NOON + timedelta(minutes=10)), acting(cast.actors["host"]):
        made = services.begin_emergency(on_air, template(cast, "sound"))
        first = queries.emergency(on_air, made).items[0].id
        services.tick(first, key())
        for _again in range(2):
            services.end_emergency(made, "换了麦就好了")
        page = queries.emergency(on_air, made)
        assert [i.state for i in page.items].count(ItemState.SKIPPED) == 2
        assert page.row.left == 2
        assert page.items[-1].note == "换了麦就好了"
        assert queries.emergencies_after(on_air)


@pytest.mark.engines
def test_one_begun_by_mistake_is_as_if_it_had_never_been(cast: Cast, on_air: int) -> None:
    sound = template(cast, "sound")
    with clock.standing(NOON + timedelta(minutes=10)), acting(cast.actors["host"]):
        made = services.begin_emergency(on_air, sound)
        assert [e.kind for e in live_queries.log(on_air)] == ["sound"]
        with acting(cast.actors["member"]), pytest.raises(Forbidden):
            services.take_back_emergency(made)
        assert services.take_back_emergency(made) == on_air
        taken_back = last_command.get() or ""
        assert services.take_back_emergency(made) == on_air, "once more changes nothing"
        assert (queries.emergencies([on_air]), queries.running(on_air), live_queries.log(on_air)) == ([], [], [])
        assert queries.emergencies_after(on_air) is None
        assert queries.emergency(on_air, made).items == [], "nothing is left to be done, also for who has it open"
        assert not [i for i in queries.list_page(on_air, "all").items if i.stage is Stage.EMERGENCY]
        assert services.begin_emergency(on_air, sound) != made, "the next one is another one"
        undo.undo(taken_back)
        page = queries.emergency(on_air, made)
        assert [i.state for i in page.items] == [ItemState.OPEN] * 3, "none of them is done, all can be"
        assert page.may_undo
        assert len(live_queries.log(on_air)) == 2


@pytest.mark.engines
@pytest.mark.parametrize("act", ["tick", "hand", "end", "wait"])
def test_it_is_taken_back_only_while_nothing_was_done(cast: Cast, on_air: int, act: str) -> None:
    at = NOON + timedelta(minutes=10)
    with clock.standing(at), acting(cast.actors["host"]):
        made = services.begin_emergency(on_air, template(cast, "sound"))
        first = queries.emergency(on_air, made).items[0].id
        if act == "tick":
            services.tick(first, key())
            services.untick(first, key())
        elif act == "hand":
            services.hand_over(first, cast.lead, key())
        elif act == "end":
            services.end_emergency(made)
    with clock.standing(at + timedelta(hours=25 if act == "wait" else 0)), acting(cast.actors["host"]):
        with pytest.raises(Refused):
            services.take_back_emergency(made)
        assert [e.id for e in queries.emergencies([on_air])] == [made]


@pytest.mark.engines
def test_a_false_alarm_has_its_reason_and_is_counted_apart(cast: Cast, on_air: int) -> None:
    sound = template(cast, "sound")
    with clock.standing(NOON + timedelta(minutes=10)), acting(cast.actors["host"]):
        made = services.begin_emergency(on_air, sound)
        first, *others = queries.emergency(on_air, made).items
        services.tick(first.id, key())
    with clock.standing(NOON + timedelta(minutes=13)), acting(cast.actors["member"]):
        with pytest.raises(Invalid):
            services.end_false_alarm(made, " ")
        services.end_false_alarm(made, "监听耳机没插好")
        ended = last_command.get() or ""
        services.end_false_alarm(made, "又一次")
        assert (queries.emergencies([on_air]), live_queries.log(on_air)) == ([], [])
        after = queries.emergencies_after(on_air)
        assert after is not None
        (apart,) = after["none"]
        assert (after["rows"], apart.why, apart.minutes(clock.now()), apart.done) == ([], "监听耳机没插好", 3, 1)
        assert [name for _id, name, times in queries.beginning(on_air).choices if times] == []
        services.untick(first.id, key())
        assert queries.running(on_air) == [], "what is opened in it opens nothing"
        services.tick(others[0].id, key())
        assert queries.running(on_air) == [], "nor does a tap that comes late"
        assert services.end_emergency(made) == on_air
        undo.undo(ended)
        assert [e.id for e in queries.running(on_air)] == [made], "it was one after all"
        assert {i.note for i in queries.emergency(on_air, made).items if i.state is ItemState.OPEN} == {""}
        assert [e.kind for e in live_queries.log(on_air)] == ["sound"]
        services.end_emergency(made)
        assert [e.id for e in queries.emergencies([on_air])] == [made]
    with clock.standing(NOON + timedelta(hours=4)), acting(cast.actors["lead"]):
        live.end_live(on_air)
        assert [s.session_id for s in queries.learned(sound).shows] == [on_air]


def test_a_false_alarm_is_none_of_the_shows_of_its_sop(cast: Cast, on_air: int) -> None:
    sound = template(cast, "sound")
    with clock.standing(NOON + timedelta(minutes=10)), acting(cast.actors["lead"]):
        services.end_false_alarm(services.begin_emergency(on_air, sound), "误报")
        live.end_live(on_air)
        assert queries.learned(sound).shows == []


def test_undo_and_false_alarm_without_javascript(client_of: Client, cast: Cast, on_air: int) -> None:
    with clock.standing(NOON + timedelta(minutes=10)):
        host, member, sound = client_of("host"), client_of("member"), str(template(cast, "sound"))
        begin = f"/sessions/{on_air}/emergency"
        place = host.post_form(begin, {"template_id": sound}).location
        back = f'action="{place}/take-back"'
        assert back in host.get(place).text, "the strip"
        assert member.post_form(begin, {"template_id": sound}).location == place
        assert back not in member.get(place).text, "whoever finds it running does not take it away"
        assert member.post_form(f"{place}/take-back", {}).status_code == 403
        went = host.post_form(f"{place}/take-back", {})
        assert "应急清单已撤回。" in host.get(went.location).text
        assert "误开，已撤回" in member.get(f"{place}?part=rows").text
        assert "收音故障" not in member.get(f"/sessions/{on_air}?phase=review").text
        place = host.post_form(begin, {"template_id": sound}).location
        empty = host.post_form(f"{place}/false-alarm", {"reason": ""})
        assert empty.status_code == 422
        assert "请写明为什么是误报。" in empty.text
        went = host.post_form(f"{place}/false-alarm", {"reason": "监听耳机<没插好>"})
        assert "已按误报结束，不计入应急次数。" in host.get(went.location).text
        review = member.get(f"/sessions/{on_air}?phase=review").text
        assert '<h2>应急</h2><span class="count">0</span>' in review
        assert "监听耳机&lt;没插好&gt;" in review
        assert "误报" in member.get(place).text
        for act in ("take-back", "false-alarm"):
            assert client_of("viewer").post_form(f"{place}/{act}", {"reason": "x"}).status_code == 403
            assert client_of("outsider").post_form(f"{place}/{act}", {"reason": "x"}).status_code == 404


def test_who_may_and_what_is_none(cast: Cast, on_air: int, plan: Plan) -> None:
    sound = template(cast, "sound")
    with clock.standing(NOON + timedelta(minutes=10)):
        with acting(cast.actors["viewer"]), pytest.raises(Forbidden):
            services.begin_emergency(on_air, sound)
        with acting(cast.actors["outsider"]), pytest.raises(NotFound):
            services.begin_emergency(on_air, sound)
        other = plan(NOON + timedelta(days=3), crew=[("host", cast.host)])
        with acting(cast.actors["member"]), pytest.raises(Forbidden):
            services.begin_emergency(other, sound)
        with acting(cast.actors["lead"]):
            with pytest.raises(Refused):
                services.begin_emergency(on_air, template(cast, "daily"))
            made = services.begin_emergency(other, sound)
            with pytest.raises(NotFound):
                queries.emergency(on_air, made)
            services.end_emergency(made)
            with pytest.raises(Invalid):
                services.end_emergency(queries.checklist_of(on_air) or 0)


def test_two_taps_without_javascript(client_of: Client, cast: Cast, on_air: int) -> None:
    with clock.standing(NOON + timedelta(minutes=10)):
        host, viewer, sound = client_of("host"), client_of("viewer"), template(cast, "sound")
        assert f'href="/sessions/{on_air}/emergency"' in host.get(f"/sessions/{on_air}").text
        page = host.get(f"/sessions/{on_air}/emergency")
        assert f'name="template_id" value="{sound}"' in page.text
        answer = host.post_form(f"/sessions/{on_air}/emergency", {"template_id": str(sound), "minutes": "abc"})
        assert answer.status_code == 422
        answer = host.post_form(f"/sessions/{on_air}/emergency", {"template_id": str(sound), "minutes": "3"})
        assert answer.status_code == 303
        place = answer.location
        text = host.get(place).text
        assert len(re.findall(r'<li class="tick', text)) == 3
        assert "+1 分" in text
        for page_of_show in (f"/sessions/{on_air}", f"/sessions/{on_air}/checklist"):
            assert "应急：收音故障" in viewer.get(page_of_show).text, page_of_show
        with acting(cast.actors["viewer"]):
            (shown,) = queries.wall().rows
            assert [e.total for e in shown.emergencies] == [3], "on the wall, too"
        assert "手动结束" not in viewer.get(place).text
        assert client_of("outsider").get(place).status_code == 404
        assert viewer.post_form(f"{place}/end", {}).status_code == 403
        assert host.post_form(f"{place}/end", {"note": "好了"}).status_code == 303
        with acting(cast.actors["viewer"]):
            assert queries.wall().rows[0].emergencies == ()
        assert "收音故障" in viewer.get(f"/sessions/{on_air}?phase=review").text
        assert host.get(place, headers={"X-Requested-With": "poll"}).status_code == 200
        assert host.get(f"{place}?part=rows").status_code == 200
