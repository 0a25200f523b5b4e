"""Today for each person: on an empty team, in the middle of a show, and after one."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from planner.base.actor import acting
from planner.checklists import queries as checklists
from planner.checklists import services as ticking
from planner.checklists.rules import ItemState, Stage
from planner.home import queries
from planner.kernel import clock
from planner.live import services as live
from planner.live.rules import Go, LogKind, State, Weight
from planner.live.services import ShiftIn
from planner.outcomes import services as outcomes
from planner.people import queries as people
from planner.plan import services as plan
from planner.plan.rules import Aggregation
from tests.cast import Cast

Client = Callable[[str], Any]
Room = Callable[..., int]
ROLES = ("manager", "lead", "host", "member", "viewer")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC).replace(second=0, microsecond=0)


@pytest.fixture
def show(cast: Cast, db: Any) -> Room:
    """A show with host and, in control, the member."""

    def make(start: datetime, theme: str = "秋冬修护专场", minutes: int = 240, **more: Any) -> int:
        end = start + timedelta(minutes=minutes)
        with acting(cast.actors["lead"]):
            ids = {p.key: p.id for p in people.positions()}
            crew = [ShiftIn(ids["host"], cast.host, start, end), ShiftIn(ids["control"], cast.member, start, end)]
            return live.schedule_session(
                theme, Weight.DAILY, cast.channel, None, start, minutes, {"gmv": Decimal(50_000)}, crew, **more
            )

    return make


def english(visitor: Any) -> Any:
    visitor.post_form("/me/language", {"language": "en"})
    return visitor


@pytest.mark.parametrize("login", ROLES)
@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_an_empty_team_is_told_what_will_stand_here(
    client_of: Client, cast: Cast, db: Any, login: str, language: str
) -> None:
    visitor = client_of(login)
    visitor.post_form("/me/language", {"language": language})
    page = visitor.get("/")
    assert page.status_code == 200
    words = {
        "manager": ("还没有播完的场次", "No show is over yet"),
        "lead": ("今天没有场次", "No show today."),
    }.get(login, ("今天没有你的事", "Nothing of yours today"))
    said = re.sub(r"<[^>]+>", " ", page.text)
    assert words[language == "en"] in said
    with acting(cast.actors[login]):
        view = queries.today()
    assert (view.shift, view.items, view.strips, view.steps, view.shows, view.goals) == (None, [], [], [], [], [])


def test_somebody_without_a_team_goes_to_the_settings(client_of: Client) -> None:
    answer = client_of("admin").get("/")
    assert (answer.status_code, answer.location) == (303, "/settings")
    assert client_of("admin").get("/settings").status_code == 200


def test_before_air_each_sees_what_is_theirs(client_of: Client, cast: Cast, now: datetime, show: Room) -> None:
    made = show(now + 3 * HOUR)
    show(now + 2 * DAY, "后天")
    with acting(cast.actors["host"]):
        view = queries.today()
        assert view.shift is not None
        assert (view.shift[0].id, view.shift[1].user_id) == (made, cast.host)
        assert [b.theme for b, _s in view.later] == ["后天"]
        assert {i.user_id for i in view.items} == {cast.host}
        assert all(i.due and i.due <= now + 19 * HOUR for i in view.items)
        assert view.strips == [], "their own shift says it"
    with acting(cast.actors["member"]):
        mine = queries.today()
    assert len(mine.items) <= queries.MOST_ITEMS
    assert mine.folded > 0
    with acting(cast.actors["viewer"]):
        watching = queries.today()
        assert (watching.shift, watching.items) == (None, [])
    text = english(client_of("host")).get("/").text
    assert f'href="/sessions/{made}"' in text
    assert "my shift begins in" in text
    assert re.search(r"/checklist-items/\d+/tick", text), "it can be ticked here"


def test_a_tick_on_today_is_done(client_of: Client, cast: Cast, now: datetime, show: Room) -> None:
    made = show(now + 3 * HOUR)
    host = english(client_of("host"))
    found = re.search(r'action="/checklist-items/(\d+)/tick"', host.get("/").text)
    assert found
    assert host.post_form(f"/checklist-items/{found[1]}/tick").status_code == 303
    with acting(cast.actors["host"]):
        assert checklists.item(int(found[1])).state is ItemState.DONE
        assert int(found[1]) not in {i.id for i in queries.today().items}
        assert checklists.list_page(made).done == 1


def test_in_the_middle_of_a_show(client_of: Client, cast: Cast, now: datetime, show: Room) -> None:
    made = show(now - HOUR)
    later = show(now + 5 * HOUR, "晚场")
    with acting(cast.actors["host"]):
        live.go_live(made, now - HOUR)
        view = queries.today()
        assert view.shift is not None
        assert (view.shift[0].id, view.shift[0].state) == (made, State.LIVE)
        assert [b.id for b, _s in view.later] == [later]
        assert view.shows == []
    for login in ("lead", "manager"):
        with acting(cast.actors[login]):
            strips = queries.today().strips
            assert (made, State.LIVE) in {(s.brief.id, s.brief.state) for s in strips}
    with acting(cast.actors["manager"]):
        assert queries.today().shows == [], "what is on air is not over"
    text = english(client_of("lead")).get("/").text
    assert re.search(rf'class="strip-row is-live" href="/sessions/{made}"', text)


def test_the_worst_stands_first_for_the_lead(cast: Cast, now: datetime, show: Room) -> None:
    evening = now.replace(hour=12, minute=0) + 10 * DAY
    fine, bad = show(evening - 8 * HOUR, "上午"), show(evening, "晚场")
    far = show(evening + 6 * DAY, "下周")
    with acting(cast.actors["lead"]), clock.standing(evening - 7 * HOUR):
        live.go_live(fine)
        live.end_live(fine)
    with acting(cast.actors["lead"]), clock.standing(evening - timedelta(minutes=5)):
        view = queries.today()
        assert [(s.brief.id, s.brief.state) for s in view.strips] == [(bad, State.SCHEDULED), (fine, State.ENDED)]
        assert view.strips[0].go is Go.BLOCKED
        assert view.strips[0].missing
        assert far in {b.id for b in view.week}
        assert [d.session.id for d in view.due] == [fine]


def test_after_a_show_each_reads_their_result(client_of: Client, cast: Cast, now: datetime, show: Room) -> None:
    made = show(now - 5 * HOUR)
    with acting(cast.actors["host"]):
        live.go_live(made, now - 5 * HOUR)
        live.end_live(made, now - HOUR)
        view = queries.today()
        assert [(b.id, r) for b, r, _t in view.shows] == [(made, None)]
        assert {i.stage for i in view.items} <= {Stage.AFTER}
    with acting(cast.actors["manager"]):
        assert [(b.id, r, t) for b, r, t in queries.today().shows] == [(made, None, {"gmv": Decimal(50_000)})]
    assert "no figures yet" in english(client_of("manager")).get("/").text
    with acting(cast.actors["lead"]):
        assert [d.session.id for d in queries.today().due] == [made]
        outcomes.type_figures(made, {"gmv": Decimal(61_000), "ad_spend": Decimal(9_000), "viewers": Decimal(1000)})
    for login in ("manager", "host"):
        text = english(client_of(login)).get("/").text
        assert "61,000" in text, login
        assert "秋冬修护专场" in text, login
    text = english(client_of("manager")).get("/").text
    assert "122%" in text
    assert "reached" in text
    with acting(cast.actors["member"]):
        assert [b.id for b, _r, _t in queries.today().shows] == [made], "they worked in it"
    with acting(cast.actors["viewer"]):
        assert queries.today().shows == []


def test_a_show_that_was_moved_up_is_over_for_everybody(cast: Cast, now: datetime, show: Room) -> None:
    made = show(now + HOUR)
    with acting(cast.actors["host"]):
        live.go_live(made, now - 2 * HOUR)
        live.end_live(made, now - HOUR)
        view = queries.today()
        assert view.shift is None
        assert [b.id for b, _r, _t in view.shows] == [made]
    with acting(cast.actors["manager"]):
        assert [b.id for b, _r, _t in queries.today().shows] == [made]


def test_what_is_called_off_or_in_the_trash_is_nobodys(cast: Cast, now: datetime, show: Room) -> None:
    off, gone = show(now + 2 * HOUR, "取消了"), show(now + 8 * HOUR, "删了")
    with acting(cast.actors["lead"]):
        live.cancel_session(off, 1, "停电")
        live.trash_session(gone)
    for login in ROLES:
        with acting(cast.actors[login]):
            view = queries.today()
            assert (view.shift, view.later, view.items, view.strips, view.week) == (None, [], [], [], []), login


def test_steps_and_goals_of_today(client_of: Client, cast: Cast, db: Any, now: datetime) -> None:
    day = now.date()
    with acting(cast.actors["lead"]):
        period = plan.add_period("第四季度", day - 40 * DAY, day + 40 * DAY)
        goal = plan.add_goal(period, "单场 GMV 突破 50 万")
        plan.add_target(goal, "gmv", Decimal(500_000), Aggregation.BEST_SESSION)
        late = plan.add_step("竞品分析", cast.member, day - 3 * DAY)
        plan.add_step("选品会", cast.lead, day + 3 * DAY)
    for login in ("lead", "manager"):
        with acting(cast.actors[login]):
            view = queries.today()
            assert [s.id for s in view.late] == [late]
            assert [g.id for g in view.goals] == [goal]
        text = client_of(login).get("/").text
        assert "竞品分析" in text
        assert "单场 GMV 突破 50 万" in text
    with acting(cast.actors["member"]):
        assert [s.id for s in queries.today().steps] == [late]
    with acting(cast.actors["host"]):
        assert queries.today().steps == []


def test_strangers_today_holds_nothing_of_ours(client_of: Client, cast: Cast, now: datetime, show: Room) -> None:
    made = show(now + HOUR)
    with acting(cast.actors["lead"]):
        plan.add_step("竞品分析", cast.member, now.date() - 3 * DAY)
        ticking.tick(checklists.list_page(made).items[0].id, "0" * 32)
    with acting(cast.actors["outsider"]):
        view = queries.today()
    assert (view.strips, view.week, view.late, view.due, view.goals) == ([], [], [], [], [])
    text = client_of("outsider").get("/").text
    assert "秋冬修护专场" not in text
    assert "竞品分析" not in text


def test_nobody_signs_in_first(client_of: Client) -> None:
    answer = client_of("").get("/")
    assert answer.status_code == 303
    assert answer.location.startswith("/login")


@pytest.mark.engines
def test_a_new_team_is_led_to_its_first_session(client_of: Client, cast: Cast, now: datetime, show: Room) -> None:
    """Channel, studio, people, goals, session: what is done has its mark, and the list goes with the first session."""
    with acting(cast.actors["lead"]):
        assert [(step.key, step.done) for step in queries.today().first] == [
            ("channel", True), ("studio", True), ("people", True), ("plan", False), ("session", False)
        ]  # fmt: skip
    page = english(client_of("lead")).get("/").text
    assert "Plan the first session" in page
    assert 'href="/sessions/new"' in page
    outsider = english(client_of("outsider")).get("/").text
    assert "0/5" in outsider, "another team begins at nothing"
    assert "First steps" not in english(client_of("host")).get("/").text
    made = show(now + 2 * DAY)
    for login in ("lead", "manager"):
        with acting(cast.actors[login]):
            assert queries.today().first == []
    with acting(cast.actors["lead"]):
        live.trash_session(made)
        assert queries.today().first != []


@pytest.mark.engines
def test_the_manager_reads_what_went_wrong_on_air(client_of: Client, cast: Cast, now: datetime, show: Room) -> None:
    made = show(now - 5 * HOUR, minutes=180)
    with acting(cast.actors["member"]):
        live.go_live(made, now - 5 * HOUR)
        for kind in (LogKind.SOUND, LogKind.SOUND, LogKind.HIGHLIGHT):
            live.log_entry(made, kind, secrets.token_hex(16), now - 4 * HOUR)
        mistaken = live.log_entry(made, LogKind.PRICE, secrets.token_hex(16), now - 4 * HOUR)
        live.withdraw_log(mistaken)
        live.end_live(made, now - 2 * HOUR)
    with acting(cast.actors["manager"]):
        assert queries.today().faults == {made: [LogKind.SOUND]}
    assert re.search(r"On air:\s*Sound\s*</p>", english(client_of("manager")).get("/").text)
