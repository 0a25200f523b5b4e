"""Ticking: who, when, for whom; undone, left out, repeated, late from a phone without network."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from planner.base import unit as units
from planner.base.actor import acting
from planner.base.tables import NewsRow
from planner.checklists import queries, services
from planner.checklists.models import Tick
from planner.checklists.rules import ACTS, Act, ItemState
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, PlannerError, Refused
from planner.live import queries as sessions
from planner.live import services as live
from tests.cast import Cast
from tests.checklists.conftest import HOUR, PHOTO, Item, Plan, key

MINUTE = timedelta(minutes=1)


@pytest.fixture
def tonight(cast: Cast, plan: Plan, evening: datetime) -> int:
    """A show with the host and, in control, the member; nobody else is in its crew."""
    return plan(evening, crew=[("host", cast.host), ("control", cast.member), ("operations", cast.lead)])


def ticks_of(cast: Cast, item_id: int) -> list[Tick]:
    with acting(cast.actors["lead"]), units.reading() as unit:
        return list(unit.session.scalars(select(Tick).where(Tick.item_id == item_id).order_by(Tick.id)))


def told_of(cast: Cast, session_id: int) -> int:
    """How often the news say that somebody worked on the list."""
    with acting(cast.actors["lead"]), units.reading() as unit:
        asked = select(func.count(NewsRow.id)).where(
            NewsRow.about_id == session_id, NewsRow.name == "checklists.ItemTicked"
        )
        return unit.session.scalar(asked) or 0


@pytest.mark.engines
def test_a_tick_says_who_and_when(cast: Cast, tonight: int, item_of: Item) -> None:
    before = clock.now()
    with acting(cast.actors["member"]):
        assert services.tick(item_of(tonight, "benefits").id, key(), note="  券 已 试领 ") == tonight
    row = item_of(tonight, "benefits")
    assert (row.state, row.by_name, row.for_name, row.note) == (ItemState.DONE, "阿强", "", "券 已 试领")
    assert row.acted_at is not None
    assert before <= row.acted_at <= clock.now()
    with acting(cast.actors["lead"]):
        assert queries.list_page(tonight).done == 1


def test_anybody_in_the_crew_ticks_for_somebody_else(cast: Cast, tonight: int, item_of: Item) -> None:
    with acting(cast.actors["host"]):
        services.tick(item_of(tonight, "benefits").id, key())
        services.tick(item_of(tonight, "kit").id, key(), PHOTO)
    row = item_of(tonight, "benefits")
    assert (row.by_name, row.for_name) == ("小米", "阿强")
    assert item_of(tonight, "kit").for_name == "", "what is nobody's is done for nobody"
    assert [(t.user_id, t.for_user_id) for t in ticks_of(cast, row.id)] == [(cast.host, cast.member)]


@pytest.mark.engines
def test_who_may_tick(cast: Cast, plan: Plan, evening: datetime, item_of: Item) -> None:
    made = plan(evening, crew=[("control", cast.lead)])
    mine, free = item_of(made, "benefits").id, item_of(made, "script").id
    for login in ("host", "member"):
        with acting(cast.actors[login]):
            with pytest.raises(Forbidden):
                services.tick(mine, key())
            with pytest.raises(Forbidden):
                services.skip(mine, key(), "不用")
            services.tick(free, key())
            services.untick(free, key())
    with acting(cast.actors["manager"]):
        services.tick(mine, key())
        services.untick(mine, key())
    for verb in (services.tick, services.untick):
        with acting(cast.actors["viewer"]), pytest.raises(Forbidden):
            verb(free, key())
        with acting(cast.actors["outsider"]), pytest.raises(NotFound):
            verb(free, key())
    with acting(cast.actors["viewer"]), pytest.raises(Forbidden):
        services.skip(free, key(), "不用")
    with acting(cast.actors["outsider"]):
        with pytest.raises(NotFound):
            services.skip(free, key(), "不用")
        with pytest.raises(NotFound):
            queries.item(free)
        with pytest.raises(NotFound):
            queries.list_page(made)
        assert queries.progress([made]) == {}
        assert queries.gate_checks([made], clock.now()) == {}
    assert (item_of(made, "benefits").state, item_of(made, "kit").state) == (ItemState.OPEN, ItemState.OPEN)


def test_who_is_on_camera_confirms_that_in_person(cast: Cast, tonight: int, item_of: Item) -> None:
    persons = item_of(tonight, "persons")
    assert persons.user_id == cast.lead
    with acting(cast.actors["host"]), pytest.raises(Forbidden):
        services.tick(persons.id, key())
    with acting(cast.actors["manager"]):
        services.tick(persons.id, key())
    row = item_of(tonight, "persons")
    assert (row.state, row.by_name, row.for_name) == (ItemState.DONE, "周经理", "")


@pytest.mark.engines
def test_two_people_are_needed_and_stand_in_for_nobody(cast: Cast, tonight: int, item_of: Item) -> None:
    links = item_of(tonight, "links").id
    for _again in range(2):
        with acting(cast.actors["host"]):
            services.tick(links, key())
        row = item_of(tonight, "links")
        assert (row.state, row.halfway, row.by_name, row.for_name) == (ItemState.OPEN, cast.host, "小米", "")
    with acting(cast.actors["member"]):
        services.tick(links, key())
    row = item_of(tonight, "links")
    assert (row.state, row.halfway, row.by_name) == (ItemState.DONE, cast.host, "阿强")
    with acting(cast.actors["member"]):
        services.untick(links, key())
        services.tick(links, key())
    assert (item_of(tonight, "links").state, item_of(tonight, "links").halfway) == (ItemState.OPEN, cast.member)


def test_a_tick_taken_back_leaves_nothing_but_its_record(cast: Cast, tonight: int, item_of: Item) -> None:
    made = item_of(tonight, "benefits").id
    with acting(cast.actors["member"]):
        services.tick(made, key(), note="好了")
        services.untick(made, key(), note="券过期了")
    row = item_of(tonight, "benefits")
    assert (row.state, row.by_name, row.acted_at, row.note) == (ItemState.OPEN, "", None, "券过期了")
    assert [t.act for t in ticks_of(cast, made)] == [Act.DONE, Act.UNTICK]


@pytest.mark.engines
def test_leaving_out_needs_a_reason_and_for_what_blocks_a_lead(cast: Cast, tonight: int, item_of: Item) -> None:
    free, blocks = item_of(tonight, "benefits").id, item_of(tonight, "kit").id
    with acting(cast.actors["member"]):
        for nothing in ("", "   ", "\u2028"):
            with pytest.raises(Invalid) as fault:
                services.skip(free, key(), nothing)
            assert list(fault.value.fields) == ["reason"]
        services.skip(free, key(), "今晚没有福袋")
        with pytest.raises(Forbidden):
            services.skip(blocks, key(), "没时间")
    row = item_of(tonight, "benefits")
    assert (row.state, row.by_name, row.note) == (ItemState.SKIPPED, "阿强", "今晚没有福袋")
    with acting(cast.actors["lead"]):
        services.skip(blocks, key(), "同一间, 下午已查")
        assert queries.list_page(tonight).done == 2
    with acting(cast.actors["member"]):
        services.tick(free, key())
    row = item_of(tonight, "benefits")
    assert (row.state, row.note) == (ItemState.DONE, ""), "the reason is no word about what was done after all"


@pytest.mark.engines
def test_two_people_tick_the_same_item_and_the_first_one_stands(cast: Cast, tonight: int, item_of: Item) -> None:
    made = item_of(tonight, "benefits").id
    with acting(cast.actors["member"]):
        services.tick(made, key())
    first = item_of(tonight, "benefits")
    with acting(cast.actors["host"]):
        services.tick(made, key(), tapped_at=clock.now() - MINUTE)
    assert item_of(tonight, "benefits") == first
    assert [t.user_id for t in ticks_of(cast, made)] == [cast.member, cast.host], "both taps are kept"
    assert told_of(cast, tonight) == 1


@pytest.mark.engines
def test_the_same_tap_counts_once_whatever_came_between(cast: Cast, tonight: int, item_of: Item) -> None:
    made, other = item_of(tonight, "benefits").id, item_of(tonight, "kit").id
    tap, gone, why = key(), key(), key()
    with acting(cast.actors["member"]):
        services.tick(made, tap)
        services.untick(made, gone)
        assert services.tick(made, tap) == tonight
        assert item_of(tonight, "benefits").state is ItemState.OPEN, "a repeat does not tick again"
        services.skip(made, why, "今晚没有福袋")
        assert services.skip(made, why, "今晚没有福袋") == tonight
        with pytest.raises(Refused):
            services.tick(other, tap)
    assert len(ticks_of(cast, made)) == 3
    assert item_of(tonight, "kit").state is ItemState.OPEN


@pytest.mark.engines
def test_thirty_two_phones_send_the_same_tap(cast: Cast, tonight: int, item_of: Item, db: Flask) -> None:
    made, tap = item_of(tonight, "benefits").id, key()
    gate, told = threading.Barrier(32), list[object]()

    def send() -> None:
        with db.app_context(), acting(cast.actors["member"]):
            gate.wait()
            try:
                told.append(services.tick(made, tap))
            except Exception as error:
                told.append(error)

    threads = [threading.Thread(target=send) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [tonight] * 32
    assert len(ticks_of(cast, made)) == 1
    assert told_of(cast, tonight) == 1
    assert item_of(tonight, "benefits").state is ItemState.DONE


@pytest.mark.engines
def test_two_people_at_the_same_instant_are_two(cast: Cast, tonight: int, item_of: Item, db: Flask) -> None:
    made, gate = item_of(tonight, "links").id, threading.Barrier(2)

    def send(login: str) -> None:
        with db.app_context(), acting(cast.actors[login]):
            gate.wait()
            services.tick(made, key())

    threads = [threading.Thread(target=send, args=(login,)) for login in ("host", "member")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    row = item_of(tonight, "links")
    assert row.state is ItemState.DONE
    assert {row.by_name, "小米" if row.halfway == cast.host else "阿强"} == {"小米", "阿强"}


@pytest.mark.parametrize(
    ("ago", "kept"),
    [
        (timedelta(minutes=25), True),
        (timedelta(hours=47, minutes=59), True),
        (timedelta(hours=48), False),
        (timedelta(days=4000), False),
        (timedelta(seconds=-1), False),
    ],
)
def test_the_phones_time_counts_within_reason(
    cast: Cast, tonight: int, item_of: Item, ago: timedelta, kept: bool
) -> None:
    now = clock.now().replace(microsecond=0)
    made = item_of(tonight, "benefits").id
    with clock.standing(now), acting(cast.actors["member"]):
        services.tick(made, key(), tapped_at=now - ago)
    assert item_of(tonight, "benefits").acted_at == (now - ago if kept else now)
    (row,) = ticks_of(cast, made)
    assert row.created_at == now, "when it arrived is kept beside it"


@pytest.mark.engines
def test_ticks_from_a_phone_without_network_arrive_late_and_in_order(cast: Cast, tonight: int, item_of: Item) -> None:
    made = item_of(tonight, "benefits").id
    now = clock.now().replace(microsecond=0)
    with acting(cast.actors["host"]), clock.standing(now):
        services.tick(made, key())
        services.untick(made, key())
    with acting(cast.actors["member"]), clock.standing(now + 5 * MINUTE):
        services.tick(made, key(), tapped_at=now - 10 * MINUTE)
    row = item_of(tonight, "benefits")
    assert (row.state, row.by_name, row.acted_at) == (ItemState.DONE, "阿强", now - 10 * MINUTE)
    with acting(cast.actors["member"]), clock.standing(now + 6 * MINUTE):
        services.untick(made, key(), tapped_at=now - 9 * MINUTE)
    assert item_of(tonight, "benefits").state is ItemState.OPEN


def test_every_pair_of_state_and_act(cast: Cast, tonight: int, item_of: Item) -> None:
    made = item_of(tonight, "benefits").id
    acts: dict[Act, Callable[[], int]] = {
        Act.DONE: lambda: services.tick(made, key()),
        Act.UNTICK: lambda: services.untick(made, key()),
        Act.SKIP: lambda: services.skip(made, key(), "今晚没有福袋"),
    }
    way = {ItemState.OPEN: [], ItemState.DONE: [Act.DONE], ItemState.SKIPPED: [Act.SKIP]}
    ends = {Act.DONE: ItemState.DONE, Act.UNTICK: ItemState.OPEN, Act.SKIP: ItemState.SKIPPED}
    with acting(cast.actors["member"]):
        for state, before in way.items():
            for act, make in acts.items():
                acts[Act.UNTICK]()
                for step in before:
                    acts[step]()
                assert item_of(tonight, "benefits").state is state
                if state in ACTS[act]:
                    make()
                    assert item_of(tonight, "benefits").state is ends[act], (state, act)
                else:
                    with pytest.raises(Refused):
                        make()
                    assert item_of(tonight, "benefits").state is state, (state, act)


def test_what_was_born_not_applicable_can_be_done_but_not_left_out(cast: Cast, plan: Plan, item_of: Item) -> None:
    start = datetime.now(UTC).replace(second=0, microsecond=0) + 2 * HOUR
    made = plan(start)
    script = item_of(made, "script").id
    with acting(cast.actors["lead"]):
        for refused in (lambda: services.untick(script, key()), lambda: services.skip(script, key(), "不用")):
            with pytest.raises(Refused):
                refused()
        services.tick(script, key())
    assert item_of(made, "script").state is ItemState.DONE


@pytest.mark.engines
def test_ticking_goes_on_after_the_end_but_not_when_it_is_called_off(
    cast: Cast, tonight: int, plan: Plan, evening: datetime, item_of: Item
) -> None:
    with acting(cast.actors["member"]):
        live.go_live(tonight)
        live.end_live(tonight)
        services.tick(item_of(tonight, "export").id, key())
        services.tick(item_of(tonight, "final").id, key())
    assert item_of(tonight, "export").state is ItemState.DONE
    with acting(cast.actors["lead"]):
        live.mark_reviewed(tonight)
        services.tick(item_of(tonight, "after").id, key())
        off = plan(evening + 24 * HOUR)
        kit = item_of(off, "kit").id
        live.cancel_session(off, sessions.brief(off).version, "停电")
        with pytest.raises(Refused):
            services.tick(kit, key())
        live.trash_session(off)
        with pytest.raises(PlannerError):
            services.tick(kit, key())


@pytest.mark.engines
def test_a_photo_is_told_where_it_is(cast: Cast, tonight: int, item_of: Item) -> None:
    kit = item_of(tonight, "kit").id
    with acting(cast.actors["member"]):
        for nothing in ("", "   ", "\u2028"):
            with pytest.raises(Invalid) as fault:
                services.tick(kit, key(), nothing)
            assert list(fault.value.fields) == ["photos"]
        assert ticks_of(cast, kit) == []
        services.tick(kit, key(), PHOTO)
        services.tick(kit, key())  # a second tap on what is done asks for nothing
    row = item_of(tonight, "kit")
    assert (row.state, row.note) == (ItemState.DONE, PHOTO)
    with acting(cast.actors["member"]):
        services.untick(kit, key())
        with pytest.raises(Invalid):
            services.tick(kit, key())
    with acting(cast.actors["lead"]):
        services.skip(kit, key(), "同一间, 下午已查")
        with pytest.raises(Invalid):
            services.tick(kit, key())


@pytest.mark.engines
def test_nobody_does_two_people_or_persons_for_somebody_else(cast: Cast, tonight: int, item_of: Item) -> None:
    links, persons = item_of(tonight, "links"), item_of(tonight, "persons")
    assert (links.user_id, persons.user_id) == (cast.member, cast.lead)
    for login in ("host", "lead"):
        with acting(cast.actors[login]):
            services.tick(links.id, key())
    with acting(cast.actors["manager"]):
        services.tick(persons.id, key())
    for made in (links.id, persons.id):
        assert {t.for_user_id for t in ticks_of(cast, made)} == {None}
    assert item_of(tonight, "links").state is ItemState.DONE
    with acting(cast.actors["member"]):
        services.untick(links.id, key())
        for _again in range(3):
            services.tick(links.id, key())
    row = item_of(tonight, "links")
    assert (row.state, row.halfway, row.by_name, row.for_name) == (ItemState.OPEN, cast.member, "阿强", "")


def test_persons_are_confirmed_by_the_crew_even_where_nobody_holds_the_item(
    cast: Cast, plan: Plan, evening: datetime, item_of: Item
) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    persons = item_of(made, "persons")
    assert persons.user_id is None
    with acting(cast.actors["member"]), pytest.raises(Forbidden):
        services.tick(persons.id, key())
    with acting(cast.actors["host"]):
        services.tick(persons.id, key())
    assert item_of(made, "persons").by_name == "小米"


def test_a_skip_keeps_the_phones_time(cast: Cast, tonight: int, item_of: Item) -> None:
    made, at = item_of(tonight, "benefits").id, clock.now().replace(microsecond=0) - 25 * MINUTE
    with acting(cast.actors["member"]):
        services.skip(made, key(), "今晚没有福袋", tapped_at=at)
    assert item_of(tonight, "benefits").acted_at == at
