"""Planning: double booking, moving, the same show again, calling off; on both engines."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from planner.base import trash, undo
from planner.base import unit as units
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.checklists import queries as checklists
from planner.checklists.models import ChecklistItem, SopItem
from planner.checklists.rules import Anchor
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from planner.kernel.permissions import Role
from planner.live import queries, rules, services
from planner.live.models import Studio
from planner.live.rules import Platform, State, Weight
from planner.live.services import ShiftIn
from planner.people.models import Membership
from tests.cast import Cast
from tests.live.conftest import Plan

pytestmark = pytest.mark.engines
HOUR = timedelta(hours=1)


def test_a_planned_session_has_its_parts_and_its_checklist(cast: Cast, plan: Plan, evening: datetime) -> None:
    made = plan(
        evening, crew=[("host", cast.host)], targets={"gmv": Decimal("500000.5")}, tags=["秋冬", "秋冬", " 会员 "]
    )
    with acting(cast.actors["viewer"]):
        b = queries.brief(made)
        assert (b.state, b.planned_end - b.planned_start) == (State.SCHEDULED, timedelta(hours=4))
        assert queries.targets(made) == {"gmv": Decimal("500000.5")}
        assert queries.tags(made) == ["秋冬", "会员"]
        (shift,) = queries.shifts(made)
        assert (shift.position_key, shift.user_name, shift.start) == ("host", "小米", evening)
        assert checklists.list_page(made).items


@pytest.mark.parametrize("by", [timedelta(minutes=-239), timedelta(), timedelta(minutes=239)])
def test_a_taken_studio_is_refused_with_what_and_when(cast: Cast, plan: Plan, evening: datetime, by: timedelta) -> None:
    plan(evening)
    with acting(cast.actors["lead"]):
        other = services.add_channel(Platform.TAOBAO, "淘宝", "taobao_1")
    with pytest.raises(Invalid) as caught:
        plan(evening + by, channel_id=other)
    told = caught.value.fields["studio_id"]
    assert told.values["theme"] == "秋冬修护专场"
    assert told.values["start"] and told.values["end"]


def test_a_taken_channel_is_refused_also_without_a_studio(plan: Plan, evening: datetime) -> None:
    plan(evening)
    with pytest.raises(Invalid) as caught:
        plan(evening + HOUR, studio_id=None)
    assert "channel_id" in caught.value.fields


def test_shows_may_follow_each_other_without_a_gap(plan: Plan, evening: datetime) -> None:
    plan(evening)
    assert plan(evening + timedelta(hours=4))
    assert plan(evening - timedelta(hours=4))


def test_a_night_show_over_midnight_and_six_blocks_the_morning(plan: Plan, evening: datetime) -> None:
    late = evening.replace(hour=15)  # 23:00 in Shanghai
    plan(late, minutes=10 * 60)
    with pytest.raises(Invalid):
        plan(late + timedelta(hours=9), minutes=60)
    assert plan(late + timedelta(hours=10), minutes=60)


def test_a_room_that_came_free_early_can_be_used(cast: Cast, plan: Plan, evening: datetime) -> None:
    past = evening - timedelta(days=14)
    first = plan(past)
    with acting(cast.actors["lead"]):
        services.go_live(first, past)
        services.end_live(first, past + HOUR)
    assert plan(past + HOUR, minutes=60)
    with pytest.raises(Invalid):
        plan(past + timedelta(minutes=30), minutes=20)


def test_a_person_is_not_booked_twice_but_a_lead_may_with_a_reason(
    cast: Cast, plan: Plan, evening: datetime, position: Callable[[str], int]
) -> None:
    plan(evening, crew=[("host", cast.host)])
    with acting(cast.actors["lead"]):
        other = services.add_channel(Platform.TAOBAO, "淘宝", "taobao_1")
    busy = {"channel_id": other, "studio_id": None, "crew": [("control", cast.host)]}
    with pytest.raises(Invalid) as caught:
        plan(evening + HOUR, **dict(busy))
    assert caught.value.fields["twice.0"].values["name"] == "小米"
    with pytest.raises(Invalid):
        plan(evening + HOUR, **dict(busy), override_reason="   ")
    made = plan(evening + HOUR, **dict(busy), override_reason="替补未到")
    with acting(cast.actors["lead"]):
        assert len(queries.shifts(made)) == 1


def test_one_person_may_hold_two_positions_in_one_session(cast: Cast, plan: Plan, evening: datetime) -> None:
    made = plan(evening, crew=[("floor", cast.member), ("control", cast.member)])
    with acting(cast.actors["lead"]):
        assert len(queries.shifts(made)) == 2


def test_the_crew_is_of_this_team_and_near_the_session(
    cast: Cast, plan: Plan, evening: datetime, position: Callable[[str], int]
) -> None:
    for crew in (
        [("host", cast.outsider)],
        [("host", cast.host, evening - timedelta(hours=7), evening)],
        [("host", cast.host, evening, evening)],
    ):
        with pytest.raises(Invalid) as caught:
            plan(evening, crew=crew)
        assert "shifts.0" in caught.value.fields


def test_nothing_of_another_team_can_be_used(cast: Cast, plan: Plan, evening: datetime) -> None:
    made = plan(evening)
    with acting(cast.actors["outsider"]):
        for ask in (queries.brief, queries.hub, services.go_live, services.restore_session, services.trash_session):
            with pytest.raises(NotFound):
                ask(made)
        with pytest.raises(Invalid) as caught:
            services.schedule_session("偷用", Weight.DAILY, cast.channel, cast.studio, evening, 60)
        assert "channel_id" in caught.value.fields
        assert queries.listed(None, 10) == []
        assert queries.channels() == []


def test_eight_at_once_book_one_studio_and_one_wins(cast: Cast, db: Flask, evening: datetime) -> None:
    won: list[int] = []
    lost: list[Exception] = []
    gate = threading.Barrier(8)
    with acting(cast.actors["lead"]):
        channels = [services.add_channel(Platform.OTHER, f"渠道{n}", f"account-{n}") for n in range(8)]

    def book(number: int) -> None:
        with db.app_context(), acting(cast.actors["lead"]):
            gate.wait()
            try:
                won.append(
                    services.schedule_session(f"{number}", Weight.DAILY, channels[number], cast.studio, evening, 60)
                )
            except Invalid as fault:
                lost.append(fault)

    threads = [threading.Thread(target=book, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 7)
    with acting(cast.actors["lead"]):
        assert [b.id for b in queries.briefs_between(evening, evening + HOUR)] == won


def test_moving_takes_crew_and_open_items_along_and_says_so_first(
    cast: Cast, plan: Plan, evening: datetime, now_of: Callable[[int], queries.SessionBrief]
) -> None:
    made = plan(
        evening,
        crew=[
            ("host", cast.host, evening, evening + 2 * HOUR),
            ("host", cast.lead, evening + 2 * HOUR, evening + 4 * HOUR),
        ],
    )
    with acting(cast.actors["lead"]):
        before = {i.id: i.due for i in checklists.list_page(made).items if i.due}
        lines = services.move_preview(made, evening + 3 * HOUR, 300, cast.studio)
        assert {"主播 · 小米", "主播 · 林小雨"} <= {line.text for line in lines} or any(
            "小米" in line.text for line in lines
        )
        assert sum(line.group == "moves" for line in lines) > 2
        services.move_session(made, now_of(made).version, evening + 3 * HOUR, 300, cast.studio)
        assert [(s.start, s.end) for s in queries.shifts(made)] == [
            (evening + 3 * HOUR, evening + 5 * HOUR),
            (evening + 5 * HOUR, evening + 8 * HOUR),
        ]
        after = {i.id: i.due for i in checklists.list_page(made).items if i.due}
        with units.writing("tests.anchors") as unit:
            asked = select(ChecklistItem.id, SopItem.anchor).join(SopItem, SopItem.id == ChecklistItem.sop_item_id)
            anchors = {row_id: anchor for row_id, anchor in unit.session.execute(asked)}
    assert [row_id for row_id, due in before.items() if after[row_id] < due] == []
    still = [row_id for row_id, due in before.items() if after[row_id] == due]
    by_day = {Anchor.CLOCK, Anchor.NEXT_DAY, Anchor.REAL_END}
    assert {anchors[row_id] for row_id in still} <= by_day, "only what waits for the next day or its office hours stays"


def test_a_move_onto_another_show_is_refused_at_the_preview(cast: Cast, plan: Plan, evening: datetime) -> None:
    made = plan(evening)
    plan(evening + 5 * HOUR, theme="占着")
    with acting(cast.actors["lead"]), pytest.raises(Invalid) as caught:
        services.move_preview(made, evening + 2 * HOUR, 240, cast.studio)
    assert caught.value.fields["studio_id"].values["theme"] == "占着"


def test_a_move_needs_another_go(cast: Cast, plan: Plan, evening: datetime, now_of: Any) -> None:
    made = plan(evening)
    with acting(cast.actors["lead"]):
        services.give_go(made, "齐了")
        assert now_of(made).state is State.READY
        services.move_session(made, now_of(made).version, evening + HOUR, 240, cast.studio)
    b = now_of(made)
    assert (b.state, b.go_at, b.go_note) == (State.PREPARING, None, "")


def test_what_was_on_air_is_not_moved_nor_deleted(cast: Cast, plan: Plan, evening: datetime, now_of: Any) -> None:
    made = plan(evening)
    with acting(cast.actors["lead"]):
        services.go_live(made)
        with pytest.raises(Refused):
            services.move_session(made, now_of(made).version, evening + HOUR, 240, cast.studio)
        with pytest.raises(Refused):
            services.trash_session(made)
        with pytest.raises(Refused):
            services.cancel_session(made, now_of(made).version, "停电")


def test_the_second_editor_is_told(cast: Cast, plan: Plan, evening: datetime, now_of: Any) -> None:
    made = plan(evening)
    version = now_of(made).version
    with acting(cast.actors["lead"]):
        services.edit_session(made, version, "秋冬修护专场", Weight.DAILY, "", ["只改标签"])
        for second in (
            lambda: services.edit_session(made, version, "别的", Weight.BIG, "", []),
            lambda: services.set_crew(made, version, []),
            lambda: services.set_targets(made, {"gmv": Decimal(1)}, version),
            lambda: services.set_lineup(made, [], version),
            lambda: services.move_session(made, version, evening + HOUR, 240, None),
            lambda: services.cancel_session(made, version, "x"),
        ):
            with pytest.raises(Stale):
                second()
        assert queries.tags(made) == ["只改标签"]


def test_the_same_show_again_brings_what_still_fits(cast: Cast, plan: Plan, evening: datetime, db: Flask) -> None:
    made = plan(
        evening, crew=[("host", cast.host), ("control", cast.member)], targets={"gmv": Decimal(5)}, tags=["日常"]
    )
    with acting(cast.actors["lead"]):
        services.set_lineup(made, rules.read_lineup("1\t精华\tL1\t99\t129\t0\t买一送一"))
        leave(cast)
        again = services.duplicate_session(made, evening + timedelta(days=7))
        b = queries.brief(again)
        assert (b.theme, b.planned_end - b.planned_start) == ("秋冬修护专场", 4 * HOUR)
        assert [(s.user_id, s.start) for s in queries.shifts(again)] == [(cast.host, evening + timedelta(days=7))]
        assert [(i.name, i.live_price, i.stock) for i in queries.lineup(again)] == [("精华", 9900, 0)]
        assert (queries.targets(again), queries.tags(again)) == ({"gmv": Decimal(5)}, ["日常"])
        with pytest.raises(Invalid):
            services.duplicate_session(made, evening + HOUR)


def leave(cast: Cast) -> None:
    """The control leaves the team."""
    with units.writing("tests.leave") as unit:
        unit.session.execute(
            update(Membership)
            .where(Membership.user_id == cast.member)
            .values(left_at=unit.at)
            .execution_options(claimed=True)
        )


def test_cancelled_frees_the_room_and_comes_back_only_if_it_still_fits(
    cast: Cast, plan: Plan, evening: datetime, now_of: Any
) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    with acting(cast.actors["lead"]):
        with pytest.raises(Invalid):
            services.cancel_session(made, now_of(made).version, "  ")
        services.cancel_session(made, now_of(made).version, "停电")
    assert (now_of(made).state, now_of(made).go_note) == (State.CANCELLED, "停电")
    taken = plan(evening, theme="补位", crew=[("host", cast.host)])
    with acting(cast.actors["lead"]):
        with pytest.raises(Refused):
            services.restore_session(made)
        services.trash_session(taken)
        services.restore_session(made)
        assert (now_of(made).state, now_of(made).go_note) == (State.SCHEDULED, "")
        with pytest.raises(NotFound):
            queries.brief(taken)


def test_a_trashed_session_comes_back_only_if_its_place_and_people_are_free(
    cast: Cast, plan: Plan, evening: datetime, now_of: Any
) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    with acting(cast.actors["lead"]):
        services.trash_session(made)
        trash_id = next(entry[0] for entry in trash.trashed() if entry[1:3] == ("session", made))
        other = services.add_channel(Platform.TAOBAO, "淘宝", "taobao_1")
    blocking = plan(evening, studio_id=None, channel_id=other, crew=[("host", cast.host)])
    with acting(cast.actors["lead"]):
        with pytest.raises(Refused):
            trash.restore(trash_id)
        services.set_crew(blocking, now_of(blocking).version, [])
        trash.restore(trash_id)
    assert now_of(made).state is State.SCHEDULED


def test_undo_of_a_crew_change_brings_back_what_was(
    cast: Cast, plan: Plan, evening: datetime, now_of: Any, position: Callable[[str], int]
) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    with acting(cast.actors["lead"]):
        crew = [
            ShiftIn(position("host"), cast.lead, evening, evening + HOUR),
            ShiftIn(position("control"), cast.member, evening, evening + HOUR),
        ]
        services.set_crew(made, now_of(made).version, crew)
        undo.undo(last_command.get() or "")
        assert [s.user_id for s in queries.shifts(made)] == [cast.host]


def test_undo_of_a_move_takes_the_items_back_unless_the_room_is_taken(
    cast: Cast, plan: Plan, evening: datetime, now_of: Any
) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    with acting(cast.actors["lead"]):
        before = {i.id: i.due for i in checklists.list_page(made).items}
        services.move_session(made, now_of(made).version, evening + 5 * HOUR, 240, cast.studio)
        undo.undo(last_command.get() or "")
        assert now_of(made).planned_start == evening
        assert [s.start for s in queries.shifts(made)] == [evening]
        assert {i.id: i.due for i in checklists.list_page(made).items} == before
        services.move_session(made, now_of(made).version, evening + 5 * HOUR, 240, cast.studio)
        moved = last_command.get() or ""
        plan(evening, theme="补位")
        with pytest.raises(Refused):
            undo.undo(moved)
    assert now_of(made).planned_start == evening + 5 * HOUR


def test_undo_of_planning_puts_the_whole_away(cast: Cast, plan: Plan, evening: datetime) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    with acting(cast.actors["lead"]):
        undo.undo(last_command.get() or "")
        with pytest.raises(NotFound):
            queries.brief(made)
    assert plan(evening)


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("gmv", Decimal(-1)),
        ("gmv", Decimal(0)),
        ("gmv", Decimal(10) ** 11),
        ("orders", Decimal("1.5")),
        ("avg_watch_seconds", Decimal(24 * 3600 + 1)),
        ("follow_rate", Decimal("10.01")),
        ("roi", Decimal(10) ** 7),
        ("nonsense", Decimal(1)),
    ],
)
def test_a_target_nobody_can_mean_is_told_at_its_own_row(
    cast: Cast, plan: Plan, evening: datetime, metric: str, value: Decimal
) -> None:
    made = plan(evening, targets={"viewers": Decimal(9000)})
    with acting(cast.actors["lead"]):
        with pytest.raises(Invalid) as caught:
            services.set_targets(made, {"viewers": Decimal(1), metric: value})
        assert list(caught.value.fields) == ["targets.1"]
        assert queries.targets(made) == {"viewers": Decimal(9000)}


def test_targets_are_replaced_as_a_whole_and_stay_after_the_review(cast: Cast, plan: Plan, evening: datetime) -> None:
    made = plan(evening)
    with acting(cast.actors["lead"]):
        services.set_targets(made, {"gmv": Decimal("0.01"), "follow_rate": Decimal("0.018")})
        services.set_targets(made, {"follow_rate": Decimal("0.02"), "refund_rate": Decimal("0.1")})
        assert queries.targets(made) == {"follow_rate": Decimal("0.02"), "refund_rate": Decimal("0.1")}
        services.go_live(made)
        services.end_live(made)
        services.mark_reviewed(made)
        with pytest.raises(Refused):
            services.set_targets(made, {})


def test_who_only_reads_is_in_no_crew(cast: Cast, plan: Plan, evening: datetime, position: Any) -> None:
    with pytest.raises(Invalid) as caught:
        plan(evening, crew=[("host", cast.viewer)])
    assert caught.value.fields["shifts.0"].values["name"] == "访客"
    made = plan(evening, crew=[("host", cast.host), ("control", cast.member)])
    with acting(cast.actors["lead"]):
        shift = ShiftIn(position("control"), cast.viewer, evening, evening + HOUR)
        with pytest.raises(Invalid):
            services.set_crew(made, queries.brief(made).version, [shift])
        with units.writing("tests.viewer") as unit:
            asked = update(Membership).where(Membership.user_id == cast.member).values(role=Role.VIEWER)
            unit.session.execute(asked.execution_options(claimed=True))
        again = services.duplicate_session(made, evening + timedelta(days=7))
        assert [s.user_id for s in queries.shifts(again)] == [cast.host], "who may no longer work stays behind"


def test_channels_and_studios_are_unique_and_stay_while_needed(cast: Cast, plan: Plan, evening: datetime) -> None:
    plan(evening)
    with acting(cast.actors["lead"]):
        with pytest.raises(Invalid):
            services.add_channel(Platform.DOUYIN, "另一个", "chenguang_beauty")
        with pytest.raises(Invalid):
            services.add_studio(" 3号间 ")
        for drop, row_id in ((services.trash_channel, cast.channel), (services.trash_studio, cast.studio)):
            with pytest.raises(Refused):
                drop(row_id)
        spare = services.add_studio("备用间")
        services.trash_studio(spare)
        assert services.add_studio("备用间") != spare
        assert [s.name for s in queries.studios()] == ["3号间", "备用间"]
        with pytest.raises(Invalid):
            plan(evening + timedelta(days=1), studio_id=spare)
    with acting(cast.actors["host"]), pytest.raises(Forbidden):
        services.add_studio("不行")
    assert Studio.__tablename__ == "studio"
