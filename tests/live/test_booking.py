"""Who and what is booked when: overrides, shows that run over, people of two teams, drafts; on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from planner.base import trash, undo
from planner.base import unit as units
from planner.base.actor import acting
from planner.base.scope import as_team
from planner.base.verbs import last_command
from planner.checklists import queries as checklists
from planner.checklists.models import ChecklistItem
from planner.checklists.rules import ItemState
from planner.kernel.errors import Forbidden, Invalid, Refused, Stale
from planner.kernel.permissions import Role
from planner.kernel.spans import Span
from planner.live import queries, services
from planner.live.rules import Booking, Platform, State, Weight
from planner.live.services import ShiftIn
from planner.people import queries as people
from planner.people.models import Membership
from tests.cast import Cast
from tests.live.conftest import Plan

pytestmark = pytest.mark.engines
HOUR = timedelta(hours=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
Read = Callable[[int], queries.SessionBrief]


@pytest.fixture
def other(cast: Cast, db: Flask) -> int:
    """A second channel of the team."""
    with acting(cast.actors["lead"]):
        return services.add_channel(Platform.TAOBAO, "淘宝", "taobao_1")


def crew_of(cast: Cast, session_id: int) -> list[ShiftIn]:
    with acting(cast.actors["lead"]):
        return [ShiftIn(s.position_id, s.user_id, s.start, s.end) for s in queries.shifts(session_id)]


def reasons(cast: Cast, session_id: int) -> dict[str, str]:
    with acting(cast.actors["lead"]):
        return {s.user_name: s.override_reason for s in queries.shifts(session_id)}


def set_crew(cast: Cast, session_id: int, crew: list[ShiftIn], reason: str = "", login: str = "lead") -> None:
    with acting(cast.actors[login]):
        services.set_crew(session_id, queries.brief(session_id).version, crew, reason)


@pytest.fixture
def twice(cast: Cast, plan: Plan, evening: datetime, other: int) -> tuple[int, int]:
    """Two shows an hour apart; the host is booked for both, the second time with a reason."""
    first = plan(evening, crew=[("host", cast.host), ("control", cast.member)])
    crew = [("host", cast.host), ("floor", cast.lead)]
    second = plan(evening + HOUR, channel_id=other, studio_id=None, crew=crew, override_reason=" 替补 未到 ")
    return first, second


def test_the_reason_stands_where_somebody_is_booked_twice_and_nowhere_else(cast: Cast, twice: tuple[int, int]) -> None:
    first, second = twice
    assert reasons(cast, first) == {"小米": "", "阿强": ""}
    assert reasons(cast, second) == {"小米": "替补 未到", "林小雨": ""}


def test_a_crew_that_was_decided_does_not_ask_again(
    cast: Cast, twice: tuple[int, int], position: Callable[[str], int], evening: datetime
) -> None:
    for session_id in twice:
        crew = crew_of(cast, session_id)
        added = ShiftIn(position("service"), cast.manager, evening + 2 * HOUR, evening + 3 * HOUR)
        if session_id == twice[0]:
            set_crew(cast, session_id, [*crew, added])
        else:
            set_crew(cast, session_id, crew[:1])
    assert reasons(cast, twice[1]) == {"小米": "替补 未到"}


def test_the_other_sessions_edits_do_not_ask_for_an_override_that_was_given(
    cast: Cast, twice: tuple[int, int], evening: datetime
) -> None:
    first, _second = twice
    longer = [
        ShiftIn(s.position_id, s.user_id, s.start, s.end + HOUR) if s.user_id == cast.host else s
        for s in crew_of(cast, first)
    ]
    set_crew(cast, first, longer)
    with acting(cast.actors["lead"]):
        services.move_session(first, queries.brief(first).version, evening + HOUR / 2, 240, cast.studio)
        assert queries.brief(first).planned_start == evening + HOUR / 2


def test_a_changed_shift_keeps_the_reason_while_it_still_doubles_and_loses_it_where_it_does_not(
    cast: Cast, twice: tuple[int, int], evening: datetime
) -> None:
    _first, second = twice
    with acting(cast.actors["lead"]):
        version = queries.brief(second).version
        services.move_session(second, version, evening + 2 * HOUR, 240, None)
        assert reasons(cast, second)["小米"] == "替补 未到"
        services.move_session(second, queries.brief(second).version, evening + 5 * HOUR, 240, None)
        assert reasons(cast, second)["小米"] == ""


def test_a_new_double_booking_asks_also_beside_one_that_was_decided(
    cast: Cast, twice: tuple[int, int], plan: Plan, evening: datetime, position: Callable[[str], int]
) -> None:
    _first, second = twice
    crew = [*crew_of(cast, second), ShiftIn(position("ads"), cast.member, evening + HOUR, evening + 2 * HOUR)]
    with pytest.raises(Invalid) as caught:
        set_crew(cast, second, crew)
    assert list(caught.value.fields) == ["twice.2"]
    assert caught.value.fields["twice.2"].values["name"] == "阿强"
    set_crew(cast, second, crew, "双岗")
    assert reasons(cast, second) == {"小米": "替补 未到", "林小雨": "", "阿强": "双岗"}
    with acting(cast.actors["lead"]):
        third = services.add_channel(Platform.KUAISHOU, "快手", "ks")
    with pytest.raises(Invalid) as caught:
        plan(evening + HOUR, channel_id=third, studio_id=None, crew=[("host", cast.host)])
    assert set(caught.value.fields) == {"twice.0", "twice.0.1"}


def test_only_who_may_override_can(cast: Cast, plan: Plan, evening: datetime, other: int) -> None:
    plan(evening, crew=[("host", cast.host)])
    with acting(cast.actors["lead"]):
        made = services.draft_session("待定", Weight.DAILY, other, None, evening, 60)
    with acting(cast.actors["member"]), pytest.raises(Forbidden):
        services.set_crew(made, queries.brief(made).version, [], "我来")


def test_what_a_lead_decided_comes_back_from_the_trash(cast: Cast, twice: tuple[int, int]) -> None:
    with acting(cast.actors["lead"]):
        for session_id in twice:
            services.trash_session(session_id)
            trash.restore(next(entry[0] for entry in trash.trashed() if entry[1:3] == ("session", session_id)))
            assert queries.brief(session_id).state is State.SCHEDULED


# ------------------------------------------------------------------ shows that run over


def test_a_show_on_air_holds_its_place_until_it_has_ended(cast: Cast, plan: Plan, other: int) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    running = plan(now - 3 * HOUR, minutes=120)
    with acting(cast.actors["lead"]):
        services.go_live(running, now - 3 * HOUR)
    for taken, field in (({"channel_id": other}, "studio_id"), ({"studio_id": None}, "channel_id")):
        with pytest.raises(Invalid) as caught:
            plan(now + timedelta(minutes=10), minutes=60, **taken)
        assert list(caught.value.fields) == [field]
        assert "still on air" in str(caught.value.fields[field])
    assert plan(now + timedelta(minutes=40), minutes=60), "after clearing away it is free again"
    with acting(cast.actors["lead"]):
        services.end_live(running, now)
    assert plan(now + timedelta(minutes=10), minutes=30)


def test_a_show_within_its_time_is_not_said_to_run_over(cast: Cast, plan: Plan, other: int) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    running = plan(now - HOUR, minutes=240)
    with acting(cast.actors["lead"]):
        services.go_live(running, now - HOUR)
    with pytest.raises(Invalid) as caught:
        plan(now + 2 * HOUR, minutes=240, channel_id=other)
    assert "is taken by" in str(caught.value.fields["studio_id"])


# ------------------------------------------------------------------ people of two teams


@pytest.fixture
def elsewhere(cast: Cast, db: Flask, evening: datetime) -> Callable[..., int]:
    """Book somebody in the other team, of which the person is a member as well."""

    def book(user_id: int, start: datetime, minutes: int, **more: Any) -> int:
        with units.writing("tests.second_team") as unit:
            unit.unscoped = "tests"
            with as_team(cast.other_team):
                unit.session.add(Membership(user_id=user_id, role=Role.HOST))
        with acting(cast.actors["outsider"]):
            channel = services.add_channel(Platform.TAOBAO, "暮色家居", "muse")
            place = next(p.id for p in people.positions() if p.key == "host")
            shift = ShiftIn(place, user_id, start, start + timedelta(minutes=minutes))
            given = ("暮色机密", Weight.DAILY, channel, None, start, minutes)
            if more.get("draft"):
                return services.draft_session(*given, shifts=[shift])
            return services.schedule_session(*given, shifts=[shift])

    return book


def test_who_is_booked_in_another_team_is_refused_without_saying_for_what(
    cast: Cast, plan: Plan, evening: datetime, elsewhere: Callable[..., int]
) -> None:
    elsewhere(cast.host, evening - HOUR, 240)
    with pytest.raises(Invalid) as caught:
        plan(evening, crew=[("host", cast.host)])
    told = caught.value.fields["twice.0"]
    assert set(told.values) == {"name", "start", "end"}
    assert "another team" in str(told)
    assert "暮色" not in str(told)
    local = [instant.astimezone(SHANGHAI).strftime("%m-%d %H:%M") for instant in (evening, evening + 3 * HOUR)]
    assert [told.values["start"], told.values["end"]] == local, "only the time both want is told"
    made = plan(evening, crew=[("host", cast.host)], override_reason="两边都说好了")
    assert reasons(cast, made) == {"小米": "两边都说好了"}
    with acting(cast.actors["outsider"]):
        assert [b.theme for b in queries.listed(None, 10)] == ["暮色机密"]
    with acting(cast.actors["lead"]):
        assert [b.theme for b in queries.listed(None, 10)] == ["秋冬修护专场"], "what follows keeps its scope"


@pytest.mark.parametrize("away", ["later", "draft", "cancelled", "left"])
def test_another_team_is_in_the_way_only_while_it_needs_the_person(
    cast: Cast, plan: Plan, evening: datetime, elsewhere: Callable[..., int], away: str
) -> None:
    theirs = elsewhere(cast.host, evening + (4 * HOUR if away == "later" else HOUR * 0), 240, draft=away == "draft")
    with acting(cast.actors["outsider"]):
        if away == "cancelled":
            services.cancel_session(theirs, queries.brief(theirs).version, "停电")
    if away == "left":
        with units.writing("tests.leave") as unit:
            unit.unscoped = "tests"
            for row in unit.session.query(Membership).filter_by(user_id=cast.host, team_id=cast.other_team):
                row.left_at = unit.at
    assert plan(evening, crew=[("host", cast.host)])


def test_the_outlook_of_a_form_says_the_same_as_saving_would(
    cast: Cast, plan: Plan, evening: datetime, elsewhere: Callable[..., int]
) -> None:
    plan(evening, theme="占着", crew=[("control", cast.member)])
    elsewhere(cast.host, evening, 60)
    span = Span(evening + HOUR / 2, evening + 2 * HOUR)
    asked = [Booking(cast.host, span), Booking(cast.manager, span), Booking(cast.member, span)]
    with acting(cast.actors["lead"]):
        found = queries.outlook(span, cast.channel, cast.studio, asked)
        assert [(c.field, c.theme) for c in found.places] == [("studio_id", "占着"), ("channel_id", "占着")]
        assert [(c.index, c.name, c.theme) for c in found.people] == [(0, "小米", ""), (2, "阿强", "占着")]
        assert [b.theme for b in found.others] == ["占着"]
        assert not found.free
        assert queries.outlook(Span(evening + 9 * HOUR, evening + 10 * HOUR), cast.channel, cast.studio, asked[:0]).free
    with acting(cast.actors["member"]), pytest.raises(Forbidden):
        queries.outlook(span, cast.channel, cast.studio)


# ------------------------------------------------------------------ drafts


@pytest.fixture
def draft(cast: Cast, db: Flask, evening: datetime, position: Callable[[str], int]) -> int:
    """A draft with its host, at the time of everything else here."""
    with acting(cast.actors["lead"]):
        shift = ShiftIn(position("host"), cast.host, evening, evening + 4 * HOUR)
        return services.draft_session("待定场", Weight.DAILY, cast.channel, cast.studio, evening, 240, shifts=[shift])


def test_a_draft_occupies_nothing_and_has_no_checklist(
    cast: Cast, draft: int, plan: Plan, evening: datetime, now_of: Read
) -> None:
    assert now_of(draft).state is State.DRAFT
    with acting(cast.actors["lead"]):
        assert checklists.on_session(draft) is None
        assert queries.hub(draft).checks == []
        assert draft not in [b.id for b in queries.next_briefs()]
    with acting(cast.actors["host"]):
        assert queries.my_shifts(cast.host, evening - HOUR, evening + HOUR) == []
    assert plan(evening, crew=[("host", cast.host)]), "place and people are free"
    with acting(cast.actors["lead"]), pytest.raises(Refused):
        services.go_live(draft)


def test_a_second_draft_and_a_moved_one_clash_with_nothing(
    cast: Cast, draft: int, plan: Plan, evening: datetime, now_of: Read
) -> None:
    plan(evening + 6 * HOUR, crew=[("host", cast.host)])
    with acting(cast.actors["lead"]):
        services.draft_session("又一场", Weight.BIG, cast.channel, cast.studio, evening, 240)
        services.move_session(draft, now_of(draft).version, evening + 6 * HOUR, 240, cast.studio)
    assert now_of(draft).planned_start == evening + 6 * HOUR


def test_planning_a_draft_checks_everything_and_makes_its_checklist(
    cast: Cast, draft: int, plan: Plan, evening: datetime, other: int, now_of: Read
) -> None:
    plan(evening, theme="占着", channel_id=other, crew=[("host", cast.host)])
    with acting(cast.actors["lead"]):
        with pytest.raises(Invalid) as caught:
            services.schedule_draft(draft, now_of(draft).version)
        assert caught.value.fields["studio_id"].values["theme"] == "占着"
        services.move_session(draft, now_of(draft).version, evening, 240, None)
        with pytest.raises(Invalid) as caught:
            services.schedule_draft(draft, now_of(draft).version)
        assert list(caught.value.fields) == ["twice.0"]
        assert now_of(draft).state is State.DRAFT
        with pytest.raises(Stale):
            services.schedule_draft(draft, 99, "替补")
        services.schedule_draft(draft, now_of(draft).version, "替补")
        assert now_of(draft).state is State.SCHEDULED
        assert checklists.list_page(draft).items
        assert reasons(cast, draft) == {"小米": "替补"}
        with pytest.raises(Refused):
            services.schedule_draft(draft, now_of(draft).version)


def test_a_draft_whose_channel_is_gone_is_not_planned(cast: Cast, draft: int, now_of: Read) -> None:
    with acting(cast.actors["lead"]):
        services.trash_channel(cast.channel)
        with pytest.raises(Invalid) as caught:
            services.schedule_draft(draft, now_of(draft).version)
    assert "channel_id" in caught.value.fields


def test_planning_a_draft_can_be_taken_back_and_done_again(
    cast: Cast, draft: int, plan: Plan, evening: datetime, now_of: Read
) -> None:
    with acting(cast.actors["lead"]):
        services.schedule_draft(draft, now_of(draft).version)
        first = {i.id: i.due for i in checklists.list_page(draft).items if i.due}
        undo.undo(last_command.get() or "")
        assert now_of(draft).state is State.DRAFT
        assert checklists.on_session(draft) is None
        assert queries.hub(draft).checks == []
        services.move_session(draft, now_of(draft).version, evening + 24 * HOUR, 240, cast.studio)
        services.schedule_draft(draft, now_of(draft).version)
        due = {i.id: i.due for i in checklists.list_page(draft).items if i.due}
        assert {row_id: at + 24 * HOUR for row_id, at in first.items()} == due, "the list follows where the draft went"
    with acting(cast.actors["lead"]):
        services.trash_session(draft)


def test_undo_of_a_draft_puts_it_away(cast: Cast, draft: int) -> None:
    with acting(cast.actors["lead"]):
        undo.undo(last_command.get() or "")
        assert queries.listed(None, 10) == []


# ------------------------------------------------------------------ another channel


def test_a_session_moves_to_another_channel_if_that_is_free(
    cast: Cast, plan: Plan, evening: datetime, other: int, now_of: Read
) -> None:
    made = plan(evening, studio_id=None)
    blocked = plan(evening, theme="占着淘宝", channel_id=other, studio_id=None)
    move: dict[str, Any] = {"start": evening, "minutes": 240, "studio_id": None, "channel_id": other}
    with acting(cast.actors["lead"]):
        for ask in (services.move_preview, lambda *a, **k: services.move_session(a[0], now_of(made).version, **k)):
            with pytest.raises(Invalid) as caught:
                ask(made, **move)
            assert caught.value.fields["channel_id"].values["theme"] == "占着淘宝"
        services.cancel_session(blocked, now_of(blocked).version, "停电")
        services.give_go(made, "齐了")
        services.move_session(made, now_of(made).version, **move)
        b = now_of(made)
        assert (b.channel_id, b.platform, b.state) == (other, Platform.TAOBAO, State.PREPARING)
        undo.undo(last_command.get() or "")
        assert now_of(made).channel_id == cast.channel


def test_another_channel_opens_what_hangs_on_the_account(
    cast: Cast, plan: Plan, evening: datetime, other: int, now_of: Read
) -> None:
    made = plan(evening)
    with acting(cast.actors["lead"]):
        items = checklists.list_page(made).items
        lines = services.move_preview(made, evening, 240, cast.studio, channel_id=other)
        assert not [line for line in lines if line.group == "reopens"], "nothing is done yet"
        for name in ("Links checked", "persons verified", "Light, camera"):
            tick_done(cast, next(i for i in items if name in i.title))
        opened = [
            line.text
            for line in services.move_preview(made, evening, 240, cast.studio, channel_id=other)
            if line.group == "reopens"
        ]
    names = ("Links checked", "Light, camera", "persons verified")
    assert [any(name in text for text in opened) for name in names] == [True, True, False]


def tick_done(cast: Cast, item: Any) -> None:
    with units.writing("tests.tick") as unit:
        row = unit.session.get(ChecklistItem, item.id)
        assert row is not None
        row.state = ItemState.DONE


def test_a_channel_of_another_team_or_of_the_trash_is_not_moved_to(
    cast: Cast, plan: Plan, evening: datetime, other: int, now_of: Read
) -> None:
    made = plan(evening)
    with acting(cast.actors["outsider"]):
        strange = services.add_channel(Platform.TAOBAO, "暮色", "muse")
    with acting(cast.actors["lead"]):
        services.trash_channel(other)
        for channel_id in (strange, other, 10**9):
            with pytest.raises(Invalid) as caught:
                services.move_session(made, now_of(made).version, evening, 240, cast.studio, channel_id=channel_id)
            assert "channel_id" in caught.value.fields
