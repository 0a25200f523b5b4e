"""A list follows its session: another weight, another length, a later day; what is held stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from planner.base import show, undo
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.checklists import queries, services
from planner.checklists.rules import Anchor, ItemState, Stage
from planner.kernel import clock
from planner.kernel.errors import Refused
from planner.live import queries as sessions
from planner.live import services as live
from planner.live.rules import Weight
from planner.live.services import ShiftIn
from planner.live.services import move_preview as sessions_preview
from planner.people import queries as people
from tests.cast import Cast
from tests.checklists.conftest import HOUR, PHOTO, Item, Items, Plan, key, publish

pytestmark = pytest.mark.engines


def version(session_id: int) -> int:
    return sessions.brief(session_id).version


def weigh(session_id: int, weight: Weight) -> None:
    live.edit_session(session_id, version(session_id), "换量级", weight, "", [])


def open_titles(session_id: int) -> list[tuple[str, datetime | None, bool]]:
    return [(i.title, i.due, i.blocks) for i in queries.list_page(session_id).items if i.state is ItemState.OPEN]


def test_a_daily_show_that_becomes_a_big_one_has_the_big_list(cast: Cast, plan: Plan, item_of: Item) -> None:
    start = clock.now() + 9 * timedelta(days=1)
    made, model = plan(start), plan(start + timedelta(days=2), weight=Weight.BIG)
    with acting(cast.actors["lead"]):
        kept = item_of(made, "benefits").id
        services.tick(kept, key())
        before = open_titles(made)
        weigh(made, Weight.BIG)
        assert item_of(made, "stream").blocks, "what only a big show has blocks it, too"
        assert (item_of(made, "benefits").id, item_of(made, "benefits").state) == (kept, ItemState.DONE)
        ticked = item_of(made, "benefits").title
        two_days_later = {(title, due and due + timedelta(days=2), blocks) for title, due, blocks in open_titles(made)}
        assert two_days_later == {line for line in open_titles(model) if line[0] != ticked}
        undo.undo(last_command.get() or "")
        assert sorted(open_titles(made), key=str) == sorted(before, key=str)
        assert item_of(made, "benefits").state is ItemState.DONE


def test_a_longer_show_is_read_more_often_and_a_shorter_one_less(cast: Cast, plan: Plan, items_of: Items) -> None:
    start = clock.now() + 3 * timedelta(days=1)
    made = plan(start, 120)
    with acting(cast.actors["lead"]):
        assert [i.due for i in items_of(made, "reading")] == [start + n * HOUR / 2 for n in (1, 2, 3)]
        services.tick(items_of(made, "reading")[2].id, key())
        live.move_session(made, version(made), start, 180, None)
        assert len(items_of(made, "reading")) == 5
        live.move_session(made, version(made), start, 60, None)
        left = items_of(made, "reading")
        assert [i.state for i in left] == [ItemState.OPEN, ItemState.DONE], "what was done stays on the record"


def test_what_was_too_late_counts_again_when_the_show_moves(cast: Cast, plan: Plan, item_of: Item) -> None:
    made = plan(clock.now() + HOUR)
    with acting(cast.actors["lead"]):
        late = item_of(made, "benefits")
        assert late.state is ItemState.NOT_APPLICABLE
        b = sessions.brief(made)
        preview = sessions_preview(made, b.planned_start + timedelta(days=1), 240, None)
        assert ("reopens", late.title) in {(line.group, line.text) for line in preview}
        live.move_session(made, b.version, b.planned_start + timedelta(days=1), 240, None)
        assert item_of(made, "benefits").state is ItemState.OPEN


def test_what_does_not_apply_has_the_time_it_would_have_now(cast: Cast, plan: Plan, item_of: Item) -> None:
    made = plan(clock.now() + HOUR)
    before = item_of(made, "benefits")
    assert before.due is not None
    later = timedelta(minutes=20)
    with acting(cast.actors["lead"]):
        start = sessions.brief(made).planned_start
        live.move_session(made, version(made), start + later, 240, None)
        after = item_of(made, "benefits")
        assert (after.state, after.due) == (ItemState.NOT_APPLICABLE, before.due + later)
        undo.undo(last_command.get() or "")
        assert item_of(made, "benefits").due == before.due


def test_a_row_says_what_opened_it_again_until_it_is_ticked(
    cast: Cast, plan: Plan, evening: datetime, item_of: Item, client_of: Callable[[str], Any]
) -> None:
    made, moved = plan(evening), evening + 5 * HOUR
    kit, lead = item_of(made, "kit").id, client_of("lead")
    with acting(replace(cast.actors["lead"], language="zh_Hans_CN")):
        services.tick(kit, key(), PHOTO)
        live.move_session(made, version(made), moved, 240, cast.studio)
        told = f"因场次改到 {show.at(moved)}，重新打开"
        assert told in row_of(lead, made, kit)
        assert told in lead.get(f"/checklist-items/{kit}").text
        live.move_session(made, version(made), moved + HOUR, 240, cast.studio)
        assert f"因场次改到 {show.at(moved + HOUR)}，" in row_of(lead, made, kit), "where the show is by now"
        services.tick(kit, key(), PHOTO)
        assert "因场次" not in row_of(lead, made, kit)
        live.move_session(made, version(made), moved + HOUR, 240, None)
        assert "因换直播间，重新打开" in row_of(lead, made, kit)
        services.tick(kit, key(), PHOTO)
        services.untick(kit, key())
        assert "因换直播间" not in row_of(lead, made, kit), "somebody opened it"
    page = lead.get(f"/checklist-items/{kit}").text
    assert told in page, "what was done to it keeps when the show began then"
    assert "因换直播间，重新打开" in page


def row_of(visitor: Any, session_id: int, item_id: int) -> str:
    page = visitor.get(f"/sessions/{session_id}/checklist?show=all").text
    return page.split(f'id="tick-{item_id}"')[1].split("</li>")[0]


def test_a_held_time_stays_and_a_lead_says_so(
    cast: Cast, plan: Plan, item_of: Item, client_of: Callable[[str], Any]
) -> None:
    start = clock.now() + 3 * timedelta(days=1)
    made = plan(start, crew=[("host", cast.host), ("control", cast.member)])
    held = item_of(made, "benefits")
    lead, host = client_of("lead"), client_of("host")
    path = f"/checklist-items/{held.id}/pin"
    acts = 'data-acts="note skip pin hand earlier"'
    assert acts in row_of(lead, made, held.id)
    assert acts.replace(" pin", "") in row_of(host, made, held.id)
    assert host.post_form(path, {"pinned": "1"}).status_code == 403
    assert lead.post_form(path, {"pinned": "1"}).status_code == 303
    assert "时间固定" in lead.get(f"/sessions/{made}/checklist").text
    assert acts.replace("pin", "unpin") in row_of(lead, made, held.id)
    with acting(cast.actors["lead"]):
        preview = sessions_preview(made, start + 5 * HOUR, 240, None)
        assert ("pinned", held.title, held.due) in {(line.group, line.text, line.after) for line in preview}
        live.move_session(made, version(made), start + 5 * HOUR, 240, None)
        assert item_of(made, "benefits").due == held.due
        services.pin(held.id, False)
        assert held.due is not None
        assert item_of(made, "benefits").due == held.due + 5 * HOUR
        with pytest.raises(Refused):
            services.pin(item_of(made, "slips").id, True)


def groups(lines: list[Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for line in lines:
        found.setdefault(line.group, set()).add(line.text)
    return found


def test_a_move_is_told_in_groups_that_come_true(cast: Cast, plan: Plan, item_of: Item, items_of: Items) -> None:
    start = clock.now().replace(second=0, microsecond=0) + 3 * HOUR
    made = plan(start, crew=[("host", cast.host)])
    with acting(cast.actors["lead"]):
        services.pin(item_of(made, "walk").id, True)
        for name in ("kit", "benefits"):
            services.tick(item_of(made, name).id, key(), PHOTO)
        before = {i.id: i for i in queries.list_page(made).items}
        told = sessions_preview(made, start + 5 * HOUR, 300, None)
        live.move_session(made, version(made), start + 5 * HOUR, 300, None)
        after = {i.id: i for i in queries.list_page(made).items if i.id in before}
    held = groups(told)
    assert set(held) == {"moves", "reopens", "pinned", "done"}
    assert held["pinned"] == {item_of(made, "walk").title}
    assert held["done"] == {item_of(made, "benefits").title}
    assert item_of(made, "kit").title in held["reopens"]
    opened = {after[i].title for i in after if after[i].state is ItemState.OPEN is not before[i].state}
    assert held["reopens"] == opened
    moved = {
        after[i].title
        for i in after
        if before[i].state is after[i].state is ItemState.OPEN and before[i].due != after[i].due
    }
    assert held["moves"] - {"主播 · 小米", "Host · 小米"} == moved
    assert {line.text for line in told if line.blocks} >= {item_of(made, "kit").title}


def test_what_does_not_apply_is_no_part_of_a_preview(cast: Cast, plan: Plan, item_of: Item) -> None:
    made = plan(clock.now() + HOUR)
    late = item_of(made, "benefits")
    assert late.state is ItemState.NOT_APPLICABLE
    with acting(cast.actors["lead"]):
        b = sessions.brief(made)
        told = sessions_preview(made, b.planned_start + timedelta(minutes=5), 240, None)
    assert late.title not in {line.text for line in told}
    assert groups(told)["moves"]


def test_a_preview_says_that_the_go_is_withdrawn(
    cast: Cast, plan: Plan, evening: datetime, client_of: Callable[[str], Any]
) -> None:
    made = plan(evening)
    with acting(cast.actors["lead"]):
        assert "go" not in groups(sessions_preview(made, evening + HOUR, 240, None))
        live.give_go(made, "样品路上")
        assert "go" in groups(sessions_preview(made, evening + HOUR, 240, None))
        assert "go" not in groups(sessions_preview(made, evening, 240, cast.studio)), "nothing changes"
    lead = client_of("lead")
    wall = (evening + 9 * HOUR).strftime("%Y-%m-%dT%H:%M")
    sent = {"version": str(version_of(cast, made)), "start": wall, "minutes": "240", "channel_id": str(cast.channel)}
    sent["studio_id"] = str(cast.studio)
    page = lead.post_form(f"/sessions/{made}/move", sent | {"step": "preview"})
    assert page.status_code == 200
    assert "放行将被撤回" in page.text


def version_of(cast: Cast, session_id: int) -> int:
    with acting(cast.actors["lead"]):
        return version(session_id)


def test_another_host_is_told_before_what_is_done_opens_again(
    cast: Cast, plan: Plan, evening: datetime, item_of: Item, client_of: Callable[[str], Any]
) -> None:
    end = evening + 4 * HOUR
    made = plan(evening, crew=[("host", cast.host), ("control", cast.member)])
    with acting(cast.actors["lead"]):
        ids = {p.key: p.id for p in people.positions()}
        for name in ("persons", "host", "benefits"):
            services.tick(item_of(made, name).id, key())
        other = [ShiftIn(ids["host"], cast.lead, evening, end), ShiftIn(ids["control"], cast.member, evening, end)]
        same = [ShiftIn(ids["host"], cast.host, evening, end), ShiftIn(ids["control"], cast.manager, evening, end)]
        told = live.crew_preview(made, other)
        assert groups(told) == {"reopens": {item_of(made, "persons").title, item_of(made, "host").title}}
        assert [line.blocks for line in told if line.text == item_of(made, "persons").title] == [True]
        assert live.crew_preview(made, same) == []
        nobody = live.crew_preview(made, other[1:])
        assert groups(nobody) == {"reopens": {item_of(made, "persons").title, item_of(made, "host").title}}
    lead = client_of("lead")

    def sent(host: int, control: int) -> dict[str, Any]:
        empty = ["", ""]
        return {
            "version": str(version_of(cast, made)),
            "crew_position": [str(ids["host"]), str(ids["control"])],
            "crew_person": [str(host), str(control)],
            "crew_start": empty,
            "crew_end": empty,
        }

    path = f"/sessions/{made}/crew"
    assert lead.post_form(path, sent(cast.host, cast.manager)).status_code == 303, "nothing opens again: saved at once"
    shown = lead.post_form(path, sent(cast.lead, cast.manager))
    assert shown.status_code == 200
    assert "出镜人员身份核验并报平台" in shown.text
    assert 'value="confirm"' in shown.text
    assert f'value="{cast.lead}" selected' in shown.text, "nothing typed is lost"
    assert item_of(made, "persons").state is ItemState.DONE, "nothing has happened yet"
    assert lead.post_form(path, sent(cast.lead, cast.manager) | {"step": "confirm"}).status_code == 303
    assert {item_of(made, n).state for n in ("persons", "host")} == {ItemState.OPEN}
    assert item_of(made, "benefits").state is ItemState.DONE


def test_a_shift_that_goes_away_asks_for_nothing_again(
    cast: Cast, plan: Plan, evening: datetime, items_of: Items
) -> None:
    half, end = evening + 2 * HOUR, evening + 4 * HOUR
    made = plan(evening, crew=[("host", cast.host, evening, half), ("host", cast.lead, half, end)])
    with acting(cast.actors["lead"]):
        host = next(p.id for p in people.positions() if p.key == "host")
        first, second = items_of(made, "host")
        for item in (first, second):
            services.tick(item.id, key())
        one = [ShiftIn(host, cast.host, evening, end)]
        told = live.crew_preview(made, one)
        live.set_crew(made, version(made), one)
        opened = [i for i in items_of(made, "host") if i.state is ItemState.OPEN]
    assert [line.text for line in told].count(first.title) == len(opened) == 1


def test_shift_ends_real_starts_and_clock_times_follow(cast: Cast, plan: Plan, evening: datetime) -> None:
    half, end = evening + 2 * HOUR, evening + 4 * HOUR
    with acting(cast.actors["lead"]):
        template = next(t.id for t in queries.templates() if t.origin == "daily")
        for text, anchor, offset in (
            ("交班小结", Anchor.SHIFT_END, -5),
            ("推流录屏", Anchor.REAL_START, 10),
            ("发预告", Anchor.CLOCK, 13 * 60),
        ):
            services.add_item(template, text, None, Stage.AIR, anchor, offset, False)
        publish(template)
    made = plan(evening, crew=[("host", cast.host, evening, half), ("host", cast.lead, half, end)])

    def due(text: str) -> list[datetime | None]:
        with acting(cast.actors["lead"]):
            return [i.due for i in queries.list_page(made).items if i.title == text]

    five, ten = timedelta(minutes=5), timedelta(minutes=10)
    noon = evening - 7 * HOUR
    assert (due("交班小结"), due("推流录屏"), due("发预告")) == ([half - five, end - five], [evening + ten], [noon])
    with acting(cast.actors["lead"]):
        live.move_session(made, version(made), evening + 25 * HOUR, 240, cast.studio)
    later = 25 * HOUR
    assert due("交班小结") == [half - five + later, end - five + later]
    assert due("推流录屏") == [evening + ten + later]
    assert due("发预告") == [noon + 24 * HOUR]
    with clock.standing(evening + later + 20 * timedelta(minutes=1)), acting(cast.actors["lead"]):
        live.go_live(made)
    assert due("推流录屏") == [evening + later + timedelta(minutes=30)]


def test_a_swap_that_is_taken_back_leaves_what_was_done_as_it_was(cast: Cast, plan: Plan, item_of: Item) -> None:
    start = clock.now() + timedelta(hours=20)
    made = plan(start, crew=[("host", cast.host)])
    with acting(cast.actors["lead"]):
        services.tick(item_of(made, "persons").id, key(), "已报平台")
        before = item_of(made, "persons")
        assert before.state is ItemState.DONE
        live.swap_person(made, sessions.brief(made).version, cast.host, cast.member)
        swapped = last_command.get() or ""
        assert item_of(made, "persons").state is ItemState.OPEN, "another person is another identity"
        undo.undo(swapped)
        after = item_of(made, "persons")
    assert (after.state, after.note, after.acted_at, after.user_id) == (
        before.state,
        before.note,
        before.acted_at,
        before.user_id,
    )


def test_what_two_people_checked_stands_again_when_a_move_is_taken_back(cast: Cast, plan: Plan, item_of: Item) -> None:
    start = clock.now() + timedelta(hours=20)
    made = plan(start, crew=[("host", cast.host), ("control", cast.member)])
    for login in ("host", "member"):
        with acting(cast.actors[login]):
            services.tick(item_of(made, "links").id, key())
    with acting(cast.actors["lead"]):
        assert item_of(made, "links").state is ItemState.DONE
        b = sessions.brief(made)
        live.move_session(made, b.version, start + timedelta(hours=5), 240, b.studio_id)
        moved = last_command.get() or ""
        assert item_of(made, "links").state is ItemState.OPEN
        undo.undo(moved)
        assert item_of(made, "links").state is ItemState.DONE
        assert sessions.brief(made).planned_start == start
