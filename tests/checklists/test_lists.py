"""A session's list: made from the SOP with times and people, and following the session when it moves or its crew changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from planner.base import undo
from planner.base import unit as units
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.checklists import queries, services
from planner.checklists.models import Checklist, ChecklistItem
from planner.checklists.rules import Anchor, ItemState, Stage
from planner.kernel import clock
from planner.live import queries as sessions
from planner.live import services as live
from planner.live.rules import LineupRow, Weight
from planner.live.services import ShiftIn
from tests.cast import Cast
from tests.checklists.conftest import HOUR, PHOTO, Item, Items, Plan, key, publish

MINUTE = timedelta(minutes=1)
Crew = Callable[..., list[ShiftIn]]


def version(session_id: int) -> int:
    return sessions.brief(session_id).version


@pytest.mark.engines
def test_a_planned_show_has_its_list_at_once(cast: Cast, plan: Plan, evening: datetime, item_of: Item) -> None:
    made = plan(evening, crew=[("host", cast.host), ("control", cast.member)])
    kit, final, host = (item_of(made, name) for name in ("kit", "final", "host"))
    assert (kit.due, kit.user_name, kit.state) == (evening - 2 * HOUR, "", ItemState.OPEN)
    assert (final.due, final.user_name) == (evening - 10 * MINUTE, "阿强")
    assert (host.due, host.user_name) == (evening - 30 * MINUTE, "小米")
    with acting(cast.actors["lead"]):
        page = queries.list_page(made)
        assert (page.done, page.total) == (0, len(page.items))
        assert services.make_checklist(made) == queries.checklist_of(made), "a second call answers the first list"
        assert queries.list_page(made).total == page.total


def test_each_weight_has_its_own_list(cast: Cast, plan: Plan, evening: datetime, items_of: Items) -> None:
    daily = plan(evening, 60)
    big = plan(evening + 24 * HOUR, 60, Weight.BIG)
    assert [len(items_of(daily, name)) for name in ("theme", "papers", "stream", "cover")] == [0, 1, 0, 0]
    assert [len(items_of(big, name)) for name in ("theme", "papers", "stream", "cover")] == [1, 1, 1, 1]
    assert items_of(daily, "papers")[0].due == evening - 24 * HOUR
    assert items_of(big, "papers")[0].due == evening + 24 * HOUR - 72 * HOUR


def test_what_was_due_before_there_was_a_list_is_not_late(cast: Cast, plan: Plan, items_of: Items) -> None:
    start = clock.now().replace(second=0, microsecond=0) + 3 * HOUR
    made = plan(start)
    assert items_of(made, "script")[0].state is ItemState.NOT_APPLICABLE
    assert items_of(made, "kit")[0].state is ItemState.OPEN
    assert items_of(made, "compliance")[0].state is ItemState.OPEN, "what blocks has to be done all the same"
    with acting(cast.actors["lead"]):
        page = queries.list_page(made)
    assert page.total == len([i for i in page.items if i.state is not ItemState.NOT_APPLICABLE]) < len(page.items)


@pytest.mark.engines
def test_shifts_give_each_item_to_whoever_is_there(
    cast: Cast, plan: Plan, evening: datetime, items_of: Items, item_of: Item
) -> None:
    half, end = evening + 2 * HOUR, evening + 4 * HOUR
    crew = [
        ("host", cast.host, evening, half),
        ("host", cast.lead, half, end),
        ("floor", cast.manager, evening, end),
        ("control", cast.member, evening, half),
        ("control", cast.manager, half, end),
    ]
    made = plan(evening, weight=Weight.BIG, crew=crew)
    assert [(i.due, i.user_id) for i in items_of(made, "host")] == [
        (evening - 30 * MINUTE, cast.host),
        (half - 30 * MINUTE, cast.lead),
    ]
    handover = item_of(made, "handover")
    assert (handover.due, handover.user_id) == (half - 15 * MINUTE, cast.manager), "a handover is the floor manager's"
    readings = {i.due: i.user_id for i in items_of(made, "reading")}
    assert readings[evening + 90 * MINUTE] == cast.member
    assert readings[half] == cast.manager
    assert len(readings) == 7


@pytest.mark.engines
def test_a_moved_session_takes_its_open_items_along(
    cast: Cast, plan: Plan, evening: datetime, items_of: Items, item_of: Item
) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    pinned = item_of(made, "script").id
    with acting(cast.actors["lead"]):
        with units.writing("tests.pin") as unit:
            unit.session.get_one(ChecklistItem, pinned).pinned = True
        for name in ("kit", "benefits", "final"):
            services.tick(item_of(made, name).id, key(), PHOTO)
        after = evening + 3 * HOUR
        told = {(line.group, line.text): line for line in live.move_preview(made, after, 240, cast.studio)}
        live.move_session(made, version(made), after, 240, cast.studio)
    assert item_of(made, "compliance").due == after - 4 * HOUR, "open: moves"
    assert item_of(made, "host").due == after - 30 * MINUTE, "of a shift: moves with the shift"
    assert item_of(made, "export").due == after + 4 * HOUR + 30 * MINUTE
    assert item_of(made, "script").due == evening - 4 * HOUR, "pinned: stays"
    final, kit = item_of(made, "final"), item_of(made, "kit")
    assert (final.state, final.due) == (ItemState.DONE, evening - 10 * MINUTE), "done: stays"
    assert (kit.state, kit.due, kit.by_name) == (ItemState.OPEN, after - 2 * HOUR, ""), "moved by more than 2 h: again"
    assert [line.after for (group, _text), line in told.items() if group == "reopens"] == [kit.due]
    moves = {line.after for (group, _text), line in told.items() if group == "moves"}
    assert {item_of(made, "compliance").due, item_of(made, "host").due, item_of(made, "export").due} <= moves
    assert ("done", item_of(made, "final").title) in told
    assert ("pinned", item_of(made, "script").title) in told


@pytest.mark.parametrize(("hours", "again"), [(2, False), (3, True)])
def test_a_small_move_asks_for_nothing_again(
    cast: Cast, plan: Plan, evening: datetime, item_of: Item, hours: int, again: bool
) -> None:
    made = plan(evening)
    with acting(cast.actors["lead"]):
        services.tick(item_of(made, "kit").id, key(), note="三机位")
        live.move_session(made, version(made), evening - hours * HOUR, 240, cast.studio)
    kit = item_of(made, "kit")
    assert (kit.state is ItemState.OPEN, kit.note) == (again, "" if again else "三机位")


@pytest.mark.engines
def test_another_studio_or_lineup_asks_again_for_what_hangs_on_it(
    cast: Cast, plan: Plan, evening: datetime, item_of: Item
) -> None:
    made = plan(evening)
    names = ("kit", "compliance", "links", "script", "final")
    with acting(cast.actors["lead"]):
        for name in names:
            services.tick(item_of(made, name).id, key(), PHOTO)
    with acting(cast.actors["manager"]):
        services.tick(item_of(made, "links").id, key())
    with acting(cast.actors["lead"]):
        other = live.add_studio("5号间")
        live.move_session(made, version(made), evening, 240, other)
    assert {n for n in names if item_of(made, n).state is ItemState.OPEN} == {"kit", "compliance"}
    with acting(cast.actors["lead"]):
        services.tick(item_of(made, "compliance").id, key())
        live.set_lineup(made, [LineupRow("1", "修护精华", "3", 19900, 29900, 500, "买一送一")])
    assert {n for n in names if item_of(made, n).state is ItemState.OPEN} == {"kit", "compliance", "links", "script"}
    assert item_of(made, "links").halfway is None, "both people look again"


def test_a_longer_show_ends_later_for_what_comes_after(
    cast: Cast, plan: Plan, evening: datetime, item_of: Item
) -> None:
    made = plan(evening, 60)
    with acting(cast.actors["lead"]):
        live.move_session(made, version(made), evening, 120, cast.studio)
    assert item_of(made, "export").due == evening + 150 * MINUTE
    assert item_of(made, "final").due == evening - 10 * MINUTE


@pytest.mark.engines
def test_open_items_follow_a_new_crew(cast: Cast, plan: Plan, evening: datetime, item_of: Item, crew_of: Crew) -> None:
    end = evening + 4 * HOUR
    made = plan(evening, crew=[("host", cast.host), ("control", cast.member)])
    with acting(cast.actors["member"]):
        services.tick(item_of(made, "benefits").id, key())
    with acting(cast.actors["lead"]):
        services.tick(item_of(made, "persons").id, key())
        crew = crew_of(("host", cast.lead, evening, end), ("control", cast.manager, evening, end))
        live.set_crew(made, version(made), crew)
    assert (item_of(made, "host").user_id, item_of(made, "final").user_id) == (cast.lead, cast.manager)
    assert item_of(made, "benefits").user_id == cast.member, "done stays with whoever did it"
    assert item_of(made, "persons").state is ItemState.OPEN, "another host is verified again"


@pytest.mark.engines
def test_a_second_host_gets_items_and_a_handover(
    cast: Cast, plan: Plan, evening: datetime, items_of: Items, crew_of: Crew
) -> None:
    half, end = evening + 2 * HOUR, evening + 4 * HOUR
    made = plan(evening, weight=Weight.BIG)
    (nobody,) = items_of(made, "host")
    assert (nobody.user_id, nobody.due, items_of(made, "handover")) == (None, evening - 30 * MINUTE, [])
    two = crew_of(
        ("host", cast.host, evening, half), ("host", cast.lead, half, end), ("floor", cast.member, evening, end)
    )
    with acting(cast.actors["lead"]):
        live.set_crew(made, version(made), two)
    first, second = items_of(made, "host")
    assert (first.id, first.user_id, first.due) == (nobody.id, cast.host, evening - 30 * MINUTE)
    assert (second.user_id, second.due) == (cast.lead, half - 30 * MINUTE)
    assert [(i.user_id, i.due) for i in items_of(made, "handover")] == [(cast.member, half - 15 * MINUTE)]

    with acting(cast.actors["lead"]):
        services.tick(first.id, key())
        live.set_crew(made, version(made), crew_of(("host", cast.lead, evening, end)))
    first, second = items_of(made, "host")
    assert (second.user_id, second.state, second.due) == (cast.lead, ItemState.OPEN, evening - 30 * MINUTE)
    assert first.state is ItemState.NOT_APPLICABLE, "a shift that is gone needs no host"
    assert [i.state for i in items_of(made, "handover")] == [ItemState.NOT_APPLICABLE]

    with acting(cast.actors["lead"]):
        live.set_crew(made, version(made), two)
    assert [(i.user_id, i.state) for i in items_of(made, "host")] == [
        (cast.host, ItemState.OPEN),
        (cast.lead, ItemState.OPEN),
    ]
    assert [(i.due, i.state) for i in items_of(made, "handover")] == [(half - 15 * MINUTE, ItemState.OPEN)]


@pytest.mark.engines
def test_an_undone_move_takes_due_times_back(cast: Cast, plan: Plan, evening: datetime) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    with acting(cast.actors["lead"]):
        before = {i.id: i.due for i in queries.list_page(made).items}
        live.move_session(made, version(made), evening + HOUR, 300, None)
        assert {i.id: i.due for i in queries.list_page(made).items} != before
        undo.undo(last_command.get() or "")
        assert {i.id: i.due for i in queries.list_page(made).items} == before


@pytest.mark.engines
def test_items_after_air_wait_for_the_real_end_and_the_morning(
    cast: Cast, plan: Plan, item_of: Item, items_of: Items
) -> None:
    start = clock.now().replace(second=0, microsecond=0) - 3 * HOUR
    made = plan(start, crew=[("host", cast.host)])
    with acting(cast.actors["host"]):
        live.go_live(made, start + 7 * MINUTE)
        assert items_of(made, "reading")[0].due == start + 37 * MINUTE
        end = start + 170 * MINUTE
        live.end_live(made, end)
    assert item_of(made, "ads_off").due == end + 5 * MINUTE
    assert item_of(made, "final").due == start - 10 * MINUTE


@pytest.mark.engines
def test_todays_items_are_ones_own_and_only_of_shows_that_matter(
    cast: Cast, plan: Plan, evening: datetime, item_of: Item
) -> None:
    made = plan(evening, crew=[("host", cast.host), ("control", cast.host)])
    with acting(cast.actors["host"]):
        mine = queries.open_items(cast.host, 100)
        assert [i.due for i in mine] == sorted(i.due for i in mine if i.due)
        assert {i.user_id for i in mine} == {cast.host}
        live.go_live(made)
        live.end_live(made)
        assert {i.stage for i in queries.open_items(cast.host, 100)} == {Stage.AFTER}
    with acting(cast.actors["member"]):
        assert queries.open_items(cast.member) == []
    other = plan(evening + 24 * HOUR, crew=[("host", cast.host)])
    with acting(cast.actors["lead"]):
        live.cancel_session(other, version(other), "停电")
        assert {i.session_id for i in queries.open_items(cast.host, 100)} == {made}


def test_a_line_of_the_teams_own_comes_for_each_shift_of_its_position(
    cast: Cast, plan: Plan, evening: datetime, crew_of: Crew
) -> None:
    half, end = evening + 2 * HOUR, evening + 4 * HOUR
    control = crew_of(("control", cast.member, evening, end))[0].position_id
    with acting(cast.actors["lead"]):
        template = next(t.id for t in queries.templates() if t.origin == "daily")
        services.add_item(template, "清点样品", control, Stage.BEFORE, Anchor.SHIFT_START, -20, False)
        publish(template)
    crew = [("host", cast.host), ("control", cast.member, evening, half), ("control", cast.manager, half, end)]
    made = plan(evening, crew=crew)
    with acting(cast.actors["lead"]):
        found = [i for i in queries.list_page(made).items if i.title == "清点样品"]
    assert [(i.user_id, i.due) for i in found] == [
        (cast.member, evening - 20 * MINUTE),
        (cast.manager, half - 20 * MINUTE),
    ]


@pytest.mark.engines
def test_a_restored_session_keeps_its_list(cast: Cast, plan: Plan, evening: datetime, item_of: Item, db: Any) -> None:
    made = plan(evening)
    with acting(cast.actors["lead"]):
        services.tick(item_of(made, "final").id, key())
        live.cancel_session(made, version(made), "停电")
        live.restore_session(made)
        with units.reading() as unit:
            assert len(list(unit.session.scalars(select(Checklist.id).where(Checklist.session_id == made)))) == 1
    assert item_of(made, "final").state is ItemState.DONE


@pytest.mark.engines
def test_an_undone_change_of_crew_takes_the_items_back(
    cast: Cast, plan: Plan, evening: datetime, item_of: Item
) -> None:
    made = plan(evening, crew=[("control", cast.member)])
    with acting(cast.actors["lead"]):
        live.set_crew(made, version(made), [])
    assert item_of(made, "final").user_name == ""
    with acting(cast.actors["lead"]):
        undo.undo(str(last_command.get()))
    assert item_of(made, "final").user_name == "阿强"
