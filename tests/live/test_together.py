"""Many sessions changed at once: all or none, one undo, and what two leads do at once is told; on both engines."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from planner.base import undo
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, Refused
from planner.live import queries, rules, services
from planner.live.rules import Rhythm, Scope, State
from planner.live.services import MoveBy, Recrew
from tests.cast import Cast
from tests.live.conftest import Plan

pytestmark = pytest.mark.engines
DAY = timedelta(days=1)
Read = Callable[[int], queries.SessionBrief]


@pytest.fixture
def three(plan: Plan, cast: Cast, evening: datetime) -> list[int]:
    """Three evenings in a row, with a host and somebody at control."""
    crew = [("host", cast.actors["host"].user_id), ("control", cast.actors["member"].user_id)]
    return [plan(evening + n * DAY, 240, theme=f"第{n}场", crew=crew) for n in range(3)]


def versions(cast: Cast, ids: list[int]) -> dict[int, int]:
    with acting(cast.actors["lead"]):
        return {i: queries.brief(i).version for i in ids}


def move(cast: Cast, ids: list[int], by: MoveBy, reason: str = "", login: str = "lead") -> int:
    held = versions(cast, ids)
    with acting(cast.actors[login]):
        return services.move_together(held, by, reason)


def undo_last(cast: Cast) -> None:
    with acting(cast.actors["lead"]):
        command = last_command.get()
        assert command is not None
        undo.undo(command)


def names(cast: Cast, session_id: int) -> dict[str, str]:
    with acting(cast.actors["lead"]):
        return {s.position_key: s.user_name for s in queries.shifts(session_id)}


def test_a_day_later_each_takes_the_place_of_the_next(
    cast: Cast, three: list[int], now_of: Read, evening: datetime
) -> None:
    assert move(cast, three, MoveBy(days=1)) == 3
    assert [now_of(i).planned_start for i in three] == [evening + n * DAY for n in (1, 2, 3)]
    with acting(cast.actors["lead"]):
        crew = queries.shifts(three[0])
    assert {(s.start, s.end) for s in crew} == {(evening + DAY, evening + DAY + timedelta(hours=4))}


def dues(cast: Cast, session_id: int) -> dict[str, datetime]:
    with acting(cast.actors["lead"]):
        checks = queries.checks_of([queries.brief(session_id)], clock.now())[session_id]
    return {c.key: c.due for c in checks if c.due is not None}


def test_what_hangs_on_the_times_moves_along(cast: Cast, three: list[int]) -> None:
    before = dues(cast, three[0])
    move(cast, three, MoveBy(days=2))
    after = dues(cast, three[0])
    assert before and all(after[key] - due == 2 * DAY for key, due in before.items())


def test_one_undo_puts_all_of_them_back(cast: Cast, three: list[int], now_of: Read, evening: datetime) -> None:
    move(cast, three, MoveBy(days=1, minutes=120))
    undo_last(cast)
    assert [now_of(i).planned_start for i in three] == [evening + n * DAY for n in range(3)]
    assert now_of(three[0]).planned_end == evening + timedelta(hours=4)


def test_another_clock_keeps_the_days(cast: Cast, three: list[int], now_of: Read) -> None:
    move(cast, three, MoveBy(clock=9 * 60 + 30))
    told = [now_of(i).planned_start.astimezone(UTC) for i in three]
    assert {(t.hour, t.minute) for t in told} == {(1, 30)}, "half past nine in Shanghai"
    assert told[1] - told[0] == DAY


def test_in_the_way_of_one_keeps_all_where_they_are(
    cast: Cast, three: list[int], plan: Plan, now_of: Read, evening: datetime
) -> None:
    plan(evening + 3 * DAY, theme="挡路")
    with pytest.raises(Invalid) as fault:
        move(cast, three, MoveBy(days=1))
    assert list(fault.value.fields) == ["rows.2"] and "挡路" in str(fault.value.fields["rows.2"].values)
    assert now_of(three[0]).planned_start == evening


def test_two_of_them_can_not_land_on_each_other(cast: Cast, plan: Plan, evening: datetime) -> None:
    early, late = plan(evening - timedelta(hours=5), 120), plan(evening, 120)
    with pytest.raises(Invalid) as fault:
        move(cast, [early, late], MoveBy(clock=12 * 60))
    assert list(fault.value.fields) == ["rows.1"]


def test_people_who_are_needed_elsewhere_need_a_reason(
    cast: Cast, three: list[int], plan: Plan, evening: datetime
) -> None:
    with acting(cast.actors["lead"]):
        other = services.add_channel(rules.Platform.TAOBAO, "淘宝", "taobao_7")
    crew = [("host", cast.actors["host"].user_id)]
    plan(evening + 3 * DAY, theme="淘宝", channel_id=other, studio_id=None, crew=crew)
    with pytest.raises(Invalid) as fault:
        move(cast, three, MoveBy(days=1))
    assert list(fault.value.fields) == ["rows.2"]
    assert move(cast, three, MoveBy(days=1), "双开") == 3
    with acting(cast.actors["lead"]):
        told = {s.position_key: s.override_reason for s in queries.shifts(three[2])}
    assert told == {"host": "双开", "control": ""}


def test_what_is_on_air_does_not_move(cast: Cast, three: list[int]) -> None:
    with acting(cast.actors["lead"]):
        services.go_live(three[0])
    with pytest.raises(Invalid) as fault:
        move(cast, three, MoveBy(days=1))
    assert list(fault.value.fields) == ["rows.0"]


def test_what_another_lead_changed_meanwhile_is_told(cast: Cast, three: list[int], now_of: Read) -> None:
    held = versions(cast, three)
    with acting(cast.actors["manager"]):
        services.cancel_session(three[1], held[three[1]], "停播")
    with acting(cast.actors["lead"]), pytest.raises(Invalid) as fault:
        services.recrew_together(held, Recrew(1, None, cast.actors["lead"].user_id))
    assert list(fault.value.fields) == ["rows.1"]


def test_a_person_is_replaced_everywhere(cast: Cast, three: list[int], position: Callable[[str], int]) -> None:
    host, lead = cast.actors["host"], cast.actors["lead"]
    held = versions(cast, three)
    with acting(lead):
        assert services.recrew_together(held, Recrew(position("host"), host.user_id, lead.user_id)) == 3
    assert all(names(cast, i) == {"host": lead.name, "control": cast.actors["member"].name} for i in three)
    undo_last(cast)
    assert all(names(cast, i)["host"] == host.name for i in three)


def test_nobody_held_it_so_the_person_is_added(cast: Cast, three: list[int], position: Callable[[str], int]) -> None:
    held = versions(cast, three)
    with acting(cast.actors["lead"]):
        services.recrew_together(held, Recrew(position("operations"), None, cast.actors["lead"].user_id))
        b = queries.brief(three[0])
        [added] = [s for s in queries.shifts(three[0]) if s.position_key == "operations"]
    assert (added.start, added.end) == (b.planned_start, b.planned_end)


def test_taken_out_and_nobody_instead(cast: Cast, three: list[int], position: Callable[[str], int]) -> None:
    held = versions(cast, three)
    with acting(cast.actors["lead"]):
        services.recrew_together(held, Recrew(position("control"), cast.actors["member"].user_id, None))
    assert all(list(names(cast, i)) == ["host"] for i in three)


def test_tags_come_and_go(cast: Cast, three: list[int], now_of: Read) -> None:
    held = versions(cast, three)
    with acting(cast.actors["lead"]):
        services.edit_together(held, "", ["双12", "修护"], [])
    held = versions(cast, three)
    with acting(cast.actors["lead"]):
        services.edit_together(held, "年终", [], ["修护"])
        assert [queries.tags(i) for i in three] == [["双12"]] * 3
    assert {now_of(i).theme for i in three} == {"年终"}


def test_called_off_with_one_reason(cast: Cast, three: list[int], now_of: Read) -> None:
    with acting(cast.actors["lead"]), pytest.raises(Invalid) as fault:
        services.cancel_together(versions(cast, three), " ")
    assert list(fault.value.fields) == ["reason"]
    held = versions(cast, three)
    with acting(cast.actors["lead"]):
        assert services.cancel_together(held, "直播间装修") == 3
    assert {(now_of(i).state, now_of(i).go_note) for i in three} == {(State.CANCELLED, "直播间装修")}
    undo_last(cast)
    assert {now_of(i).state for i in three} == {State.SCHEDULED}


def test_deleted_together_and_back(cast: Cast, three: list[int], now_of: Read) -> None:
    held = versions(cast, three)
    with acting(cast.actors["lead"]):
        assert services.trash_together(held) == 3
        assert queries.briefs(three) == {}
    undo_last(cast)
    assert len([now_of(i) for i in three]) == 3


def test_strangers_and_members_change_nothing(cast: Cast, three: list[int]) -> None:
    held = versions(cast, three)
    with acting(cast.actors["outsider"]), pytest.raises(Refused):
        services.move_together(held, MoveBy(days=1))
    with acting(cast.actors["host"]), pytest.raises(Forbidden):
        services.move_together(held, MoveBy(days=1))


def test_a_session_changed_on_its_own_is_left_alone(cast: Cast, plan: Plan, evening: datetime) -> None:
    source = plan(evening)
    with acting(cast.actors["lead"]):
        days = [(evening + n * 7 * DAY).date() for n in (1, 2)]
        found = queries.series_copies(queries.brief(source), days, queries.Kept())
        rhythm = Rhythm(frozenset({evening.weekday()}), 1, evening.date(), days[-1])
        made = services.repeat_session(source, rhythm, [c.seen.wanted for c in found])
        b = queries.brief(made[0])
        services.move_session(made[0], b.version, b.planned_start + timedelta(hours=1), 240, cast.studio)
        series = queries.series_of(source)
        assert series is not None
        assert [m.apart for m in series.members] == [False, True, False]
        assert series.ids(Scope.ALL) == [source, made[1]]
        mine = queries.series_of(made[0])
        assert mine is not None and mine.ids(Scope.LATER) == made, "its own page still reaches itself"


@pytest.fixture
def lead(client_of: Callable[[str], Any]) -> Any:
    return client_of("lead")


def query(ids: list[int], **more: Any) -> str:
    return "&".join([f"id={i}" for i in ids] + [f"{k}={v}" for k, v in more.items()])


def test_what_was_changed_on_its_own_is_named_and_can_be_chosen_too(
    cast: Cast, three: list[int], lead: Any, now_of: Read
) -> None:
    held = [f"id={i}" for i in three[:2]] + [f"apart={three[2]}", "do=move"]
    shown = lead.get("/sessions/together?" + "&".join(held)).text
    assert "2 sessions at once" in shown
    assert "Changed on their own" in shown
    assert re.search(rf'<input type="checkbox" name="id" id="id-{three[2]}" value="{three[2]}" aria', shown), (
        "not chosen"
    )
    sent = {"do": "move", "days": "1", "step": "confirm", "id": [str(i) for i in three], "apart": str(three[2])}
    sent |= {f"version_{i}": str(now_of(i).version) for i in three}
    before = now_of(three[2]).planned_start
    assert lead.post_form("/sessions/together", sent).status_code == 303
    assert now_of(three[2]).planned_start == before + DAY


def test_another_studio_is_told_before_it_is_taken(cast: Cast, three: list[int], lead: Any, now_of: Read) -> None:
    with acting(cast.actors["lead"]):
        other = services.add_studio("备用间")
    sent = {"do": "move", "days": "0", "studio_id": str(other), "step": "look", "id": [str(three[0])]}
    shown = lead.post_form("/sessions/together", sent | {f"version_{three[0]}": str(now_of(three[0]).version)}).text
    assert re.search(r"→ [^<]* · 备用间", shown)


def test_the_list_lets_leads_choose(three: list[int], lead: Any, client_of: Callable[[str], Any]) -> None:
    assert 'name="id"' not in lead.get("/sessions?view=list").text
    shown = lead.get("/sessions?view=list&pick=1").text
    assert all(f'name="id" value="{i}"' in shown for i in three)
    assert 'name="id"' not in client_of("host").get("/sessions?view=list&pick=1").text


def test_the_page_looks_then_moves(cast: Cast, three: list[int], lead: Any, now_of: Read, evening: datetime) -> None:
    held = {f"version_{i}": v for i, v in versions(cast, three).items()}
    shown = lead.get(f"/sessions/together?{query(three, do='move')}")
    assert "3 sessions at once" in shown.text
    sent = {"do": "move", "id": [str(i) for i in three], "days": "7", **held}
    looked = lead.post_form("/sessions/together", sent | {"step": "look"})
    assert looked.status_code == 200 and "→" in looked.text
    assert now_of(three[0]).planned_start == evening, "nothing moves by looking"
    answer = lead.post_form("/sessions/together", sent | {"step": "confirm"})
    assert answer.status_code == 303
    assert now_of(three[0]).planned_start == evening + 7 * DAY
    again = lead.post_form("/sessions/together", sent | {"step": "confirm"}, once="a" * 32)
    assert again.status_code == 422 and "Somebody changed this meanwhile" in again.text


@pytest.mark.parametrize(
    ("do", "typed", "said"),
    [
        ("move", {"days": "x"}, "number"),
        ("move", {"days": "9999"}, "At most a year"),
        ("move", {"days": "0", "clock": "25:00"}, "Type times like 20:00."),
        ("move", {"days": "0", "minutes": "3"}, "between 5 minutes and 24 hours"),
        ("crew", {}, "position"),
        ("cancel", {"reason": ""}, "required"),
    ],
)
def test_bad_input_stands_beside_its_field(
    three: list[int], lead: Any, do: str, typed: dict[str, str], said: str
) -> None:
    sent = {"do": do, "id": [str(i) for i in three], "step": "look", **typed}
    answer = lead.post_form("/sessions/together", sent)
    assert answer.status_code == 422 and said.lower() in answer.text.lower()


def test_nonsense_in_the_address_is_no_fault(lead: Any) -> None:
    assert lead.get("/sessions/together?id=x&id=99999999999999999999&id=-1").status_code == 200
    assert lead.get("/sessions/together?do=burn").status_code == 404


@pytest.mark.parametrize("login", ["host", "viewer"])
def test_only_leads_change_many(three: list[int], client_of: Callable[[str], Any], login: str) -> None:
    assert client_of(login).get(f"/sessions/together?{query(three)}").status_code == 403


def test_strangers_see_no_rows(three: list[int], client_of: Callable[[str], Any]) -> None:
    shown = client_of("outsider").get(f"/sessions/together?{query(three)}")
    assert "第0场" not in shown.text
