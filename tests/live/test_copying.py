"""A week once more, and shows that come round: what is foreseen is what is made, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from planner.base import undo
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.checklists import queries as checklists
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.live import queries, rules, services
from planner.live.queries import Copy, Kept
from planner.live.rules import Rhythm, Scope, Take
from planner.people import services as people_services
from tests.cast import Cast
from tests.live.conftest import Plan

pytestmark = pytest.mark.engines
SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)


@pytest.fixture
def monday() -> date:
    """The Monday of the week after next, so that nothing of it has passed."""
    today = datetime.now(SHANGHAI).date()
    return today - timedelta(days=today.weekday()) + timedelta(days=14)


def at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI).astimezone(UTC)


def week(cast: Cast, monday: date, weeks: int = 1, kept: Kept | None = None) -> list[Copy]:
    with acting(cast.actors["lead"]):
        return queries.week_copies(monday, monday + timedelta(weeks=weeks), kept or Kept())


def make(cast: Cast, found: list[Copy], reason: str = "", login: str = "lead", **takes: Take) -> list[int]:
    wanted = [made for c in found if (made := c.seen.taken(takes.get(f"k{c.key}", c.seen.usual))) is not None]
    with acting(cast.actors[login]):
        return services.plan_many(wanted, reason)


def crew_of(cast: Cast, session_id: int) -> list[tuple[str, str, datetime, datetime]]:
    with acting(cast.actors["lead"]):
        return [(s.position_key, s.user_name, s.start, s.end) for s in queries.shifts(session_id)]


def test_a_week_comes_with_crew_targets_and_tags(cast: Cast, plan: Plan, monday: date) -> None:
    host = cast.actors["host"].user_id
    night = plan(at(monday, 20), 480, crew=[("host", host)], targets={"gmv": 500000}, tags=["修护", "双11"])
    draft_day = at(monday + DAY, 20)
    with acting(cast.actors["lead"]):
        services.draft_session("草稿", rules.Weight.DAILY, cast.channel, None, draft_day, 60)
        gone = plan(at(monday + 2 * DAY, 20))
        services.cancel_session(gone, queries.brief(gone).version, "平台维护")
    found = week(cast, monday)
    assert [c.source.id for c in found] == [night], "drafts and cancelled shows stay where they are"
    [made] = make(cast, found)
    with acting(cast.actors["lead"]):
        b = queries.brief(made)
        assert (b.planned_start, b.planned_end) == (at(monday + 7 * DAY, 20), at(monday + 8 * DAY, 4))
        assert queries.targets(made) == {"gmv": 500000}
        assert queries.tags(made) == ["修护"], "a promotion is of its night"
        assert checklists.list_page(made) is not None
    assert crew_of(cast, made) == [("host", cast.actors["host"].name, b.planned_start, b.planned_end)]


def test_what_does_not_come_along_stays(cast: Cast, plan: Plan, monday: date) -> None:
    plan(at(monday, 20), crew=[("host", cast.actors["host"].user_id)], targets={"gmv": 500000})
    [made] = make(cast, week(cast, monday, kept=Kept(crew=False, targets=False)))
    with acting(cast.actors["lead"]):
        assert queries.shifts(made) == [] and queries.targets(made) == {}


def test_conflicts_are_listed_before_anything_is_made(cast: Cast, plan: Plan, monday: date) -> None:
    host, member = cast.actors["host"].user_id, cast.actors["member"].user_id
    plan(at(monday, 20), crew=[("host", host), ("control", member)])
    plan(at(monday + DAY, 20))
    next_week = monday + timedelta(weeks=1)
    with acting(cast.actors["lead"]):
        other = services.add_channel(rules.Platform.TAOBAO, "淘宝", "taobao_9")
    plan(at(next_week, 21), theme="淘宝专场", channel_id=other, studio_id=None, crew=[("host", host)])
    plan(at(next_week + DAY, 18), theme="加场")
    first, second = week(cast, monday)
    assert (first.seen.usual, second.seen.usual) == (Take.FREE, Take.NONE)
    assert "淘宝专场" in str(first.seen.words[0].values) and "加场" in str(second.seen.words[0].values)
    [made] = make(cast, [first, second])
    assert [who for _key, who, _a, _b in crew_of(cast, made)] == [cast.actors["member"].name]


def test_somebody_is_booked_twice_with_a_leads_reason_only(cast: Cast, plan: Plan, monday: date) -> None:
    host = cast.actors["host"].user_id
    source = plan(at(monday, 20), crew=[("host", host)])
    with acting(cast.actors["lead"]):
        other = services.add_channel(rules.Platform.TAOBAO, "淘宝", "taobao_9")
    plan(at(monday + timedelta(weeks=1), 21), channel_id=other, studio_id=None, crew=[("host", host)])
    found, key = week(cast, monday), f"k{source}"
    with pytest.raises(Invalid) as fault:
        make(cast, found, **{key: Take.WHOLE})
    assert list(fault.value.fields) == ["rows.0"]
    with pytest.raises(Forbidden):
        make(cast, found, "临时", "member", **{key: Take.WHOLE})
    [made] = make(cast, found, "店庆双开", **{key: Take.WHOLE})
    with acting(cast.actors["lead"]):
        assert [s.override_reason for s in queries.shifts(made)] == ["店庆双开"]


def test_the_same_week_twice_makes_nothing_twice(cast: Cast, plan: Plan, monday: date) -> None:
    plan(at(monday, 20))
    make(cast, week(cast, monday))
    [again] = week(cast, monday)
    assert again.seen.there and again.seen.usual is Take.NONE
    with pytest.raises(Invalid):
        make(cast, [again], **{f"k{again.key}": Take.WHOLE})
    with pytest.raises(Refused):
        make(cast, [again])


def test_one_fault_keeps_all_from_being_made(cast: Cast, plan: Plan, monday: date) -> None:
    plan(at(monday, 20))
    plan(at(monday + DAY, 20))
    found = week(cast, monday)
    plan(at(monday + 8 * DAY, 20), theme="抢先排了")
    with pytest.raises(Invalid) as fault:
        make(cast, found)
    assert list(fault.value.fields) == ["rows.1"]
    with acting(cast.actors["lead"]):
        start = at(monday + 7 * DAY, 0)
        assert [b.theme for b in queries.briefs_between(start, start + 3 * DAY)] == ["抢先排了"]


def test_one_undo_takes_all_of_it_back(cast: Cast, plan: Plan, monday: date) -> None:
    for n in range(3):
        plan(at(monday + n * DAY, 20), crew=[("host", cast.actors["host"].user_id)])
    make(cast, week(cast, monday))
    with acting(cast.actors["lead"]):
        command = last_command.get()
        assert command is not None
        start = at(monday + 7 * DAY, 0)
        assert len(queries.briefs_between(start, start + 7 * DAY)) == 3
        undo.undo(command)
        assert queries.briefs_between(start, start + 7 * DAY) == []


def test_who_left_the_team_does_not_come_along(cast: Cast, plan: Plan, monday: date) -> None:
    host = cast.actors["host"].user_id
    plan(at(monday, 20), crew=[("host", host), ("control", cast.actors["member"].user_id)])
    with acting(cast.actors["manager"]):
        people_services.end_membership(host)
    [found] = week(cast, monday)
    assert found.left == [cast.actors["host"].name]
    [made] = make(cast, [found])
    assert [who for _key, who, _a, _b in crew_of(cast, made)] == [cast.actors["member"].name]


def repeat(cast: Cast, session_id: int, days: list[date], last: date, every: int = 1) -> list[int]:
    with acting(cast.actors["lead"]):
        b = queries.brief(session_id)
        first = b.planned_start.astimezone(SHANGHAI).date()
        found = queries.series_copies(b, days, Kept())
        wanted = [made for c in found if (made := c.seen.taken(c.seen.usual)) is not None]
        rhythm = Rhythm(frozenset(day.weekday() for day in days), every, first, last)
        return services.repeat_session(session_id, rhythm, wanted)


def test_a_series_knows_its_sessions(cast: Cast, plan: Plan, monday: date) -> None:
    source = plan(at(monday, 20), crew=[("host", cast.actors["host"].user_id)])
    made = repeat(cast, source, [monday + timedelta(weeks=n) for n in (1, 2, 3)], monday + timedelta(weeks=3))
    with acting(cast.actors["lead"]):
        series = queries.series_of(made[1])
        assert series is not None and series.place == 3
        assert [m.session_id for m in series.members] == [source, *made]
        assert series.ids(Scope.LATER) == made[1:] and series.ids(Scope.ALL) == [source, *made]
        assert [queries.brief(i).planned_start.astimezone(SHANGHAI).hour for i in made] == [20, 20, 20]


def test_a_series_is_prolonged_not_made_twice(cast: Cast, plan: Plan, monday: date) -> None:
    source = plan(at(monday, 20))
    made = repeat(cast, source, [monday + timedelta(weeks=1)], monday + timedelta(weeks=1))
    more = repeat(cast, made[0], [monday + timedelta(weeks=n) for n in (1, 2)], monday + timedelta(weeks=2))
    with acting(cast.actors["lead"]):
        series = queries.series_of(source)
        assert series is not None and [m.session_id for m in series.members] == [source, *made, *more]
        assert (series.rhythm.first, series.rhythm.last) == (monday, monday + timedelta(weeks=2))


def test_undo_of_a_series_leaves_the_first_show(cast: Cast, plan: Plan, monday: date) -> None:
    source = plan(at(monday, 20))
    repeat(cast, source, [monday + timedelta(weeks=1)], monday + timedelta(weeks=1))
    with acting(cast.actors["lead"]):
        command = last_command.get()
        assert command is not None
        undo.undo(command)
        assert queries.series_of(source) is None
        assert queries.brief(source).theme == "秋冬修护专场"


def test_a_stranger_sees_no_series(cast: Cast, plan: Plan, monday: date) -> None:
    source = plan(at(monday, 20))
    repeat(cast, source, [monday + timedelta(weeks=1)], monday + timedelta(weeks=1))
    with acting(cast.actors["outsider"]):
        assert queries.series_of(source) is None
        with pytest.raises(NotFound):
            services.repeat_session(source, Rhythm(frozenset({0}), 1, monday, monday + 7 * DAY), [])


@pytest.fixture
def lead(client_of: Callable[[str], Any]) -> Any:
    return client_of("lead")


def test_the_page_lists_then_plans_a_week(cast: Cast, plan: Plan, lead: Any, monday: date) -> None:
    source = plan(at(monday, 20))
    onto = monday + timedelta(weeks=1)
    address = f"/sessions/copy-week?week={monday}&onto={onto}"
    shown = lead.get(address)
    assert "Copy a week" in shown.text and "1 session is free." in shown.text
    sent = {"week": monday.isoformat(), "onto": onto.isoformat(), "crew": "y", "step": "confirm"}
    answer = lead.post_form("/sessions/copy-week", data=sent | {f"take_{source}": "whole"})
    assert answer.status_code == 303 and answer.location.endswith(f"day={onto}")
    assert "1 session is planned" in lead.get(answer.location).text
    again = lead.post_form("/sessions/copy-week", data=sent | {f"take_{source}": "whole"})
    assert again.status_code == 422 and "This is planned already." in again.text


def test_the_week_that_is_chosen_counts_not_the_one_of_the_address(
    cast: Cast, plan: Plan, lead: Any, monday: date
) -> None:
    plan(at(monday, 20), theme="上一周的")
    plan(at(monday + timedelta(weeks=1), 20), theme="这一周的")
    onto = monday + timedelta(weeks=2)
    address = f"/sessions/copy-week?week={monday + timedelta(weeks=1)}&onto={monday + timedelta(weeks=5)}"
    sent = {"week": monday.isoformat(), "onto": onto.isoformat(), "crew": "y", "step": "look"}
    shown = lead.post_form(address, data=sent).text
    assert "上一周的" in shown
    assert "这一周的" not in shown
    assert f'<option value="{onto}" selected>' in shown


def test_what_is_in_the_way_stands_first_and_what_can_not_be_is_not_offered(
    cast: Cast, plan: Plan, lead: Any, monday: date
) -> None:
    source = plan(at(monday, 20))
    onto = monday + timedelta(weeks=1)
    plan(at(onto, 21), theme="已经占着")
    shown = lead.get(f"/sessions/copy-week?week={monday}&onto={onto}").text
    note = shown[shown.index('role="status"') : shown.index('class="list wanted"')]
    assert f'href="#row-{source}"' in note
    assert "已经占着" in note
    assert f'<select class="select" name="take_{source}"' not in shown
    assert f'<input type="hidden" name="take_{source}" value="none">' in shown


def test_the_page_of_a_series_asks_for_days_that_exist(cast: Cast, plan: Plan, lead: Any, monday: date) -> None:
    source = plan(at(monday, 20))
    address = f"/sessions/{source}/repeat"
    assert "Repeat the show" in lead.get(address).text
    sent = {"weekdays": ["2"], "every": "1", "last": (monday + DAY).isoformat(), "step": "look"}
    assert "No day of this rhythm" in lead.post_form(address, data=sent).text
    sent["last"] = (monday + 9 * DAY).isoformat()
    shown = lead.post_form(address, data=sent)
    assert shown.status_code == 200 and "2 sessions are free." in shown.text
    answer = lead.post_form(address, data=sent | {"step": "confirm"})
    assert answer.status_code == 303
    for wrong in ({"every": "0"}, {"last": "9999-99-99"}, {"weekdays": ["7"]}, {"every": "x"}):
        assert lead.post_form(address, data=sent | wrong).status_code == 422


@pytest.mark.parametrize("login", ["host", "member", "viewer"])
def test_only_leads_plan_many(
    cast: Cast, plan: Plan, client_of: Callable[[str], Any], monday: date, login: str
) -> None:
    source = plan(at(monday, 20))
    client = client_of(login)
    assert client.get("/sessions/copy-week").status_code == 403
    assert client.get(f"/sessions/{source}/repeat").status_code == 403


def test_another_teams_show_does_not_come_round(
    cast: Cast, plan: Plan, client_of: Callable[[str], Any], monday: date
) -> None:
    source = plan(at(monday, 20))
    assert client_of("outsider").get(f"/sessions/{source}/repeat").status_code == 404
    assert client_of("outsider").get(f"/sessions/copy-week?week={monday}").text.count("秋冬修护专场") == 0
