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
from planner.live import queries as sessions
from planner.live import services as live
from planner.live.rules import Go, LogKind, State, Weight, read_lineup
from planner.live.services import ShiftIn
from planner.notifications import services as notices
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
        assert view.later == [], "the day after tomorrow is no matter of today"
        assert {i.user_id for i in view.items} == {cast.host}
        assert all(i.due and i.due <= now + 19 * HOUR for i in view.items)
    with acting(cast.actors["member"]):
        mine = queries.today()
    assert len(mine.items) <= queries.MOST_ITEMS
    assert mine.folded > 0
    with acting(cast.actors["viewer"]):
        watching = queries.today()
        assert (watching.shift, watching.items) == (None, [])
    text = client_of("host").in_english().get("/").text
    assert f'href="/sessions/{made}"' in text
    assert "my shift begins in" in text
    assert re.search(r"/checklist-items/\d+/tick", text), "it can be ticked here"


def test_a_tick_on_today_is_done(client_of: Client, cast: Cast, now: datetime, show: Room) -> None:
    made = show(now + 3 * HOUR)
    host = client_of("host").in_english()
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
    text = client_of("lead").in_english().get("/").text
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
        assert far in {s.brief.id for s in view.week}
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
    assert "no figures yet" in client_of("manager").in_english().get("/").text
    with acting(cast.actors["lead"]):
        assert [d.session.id for d in queries.today().due] == [made]
        outcomes.type_figures(made, {"gmv": Decimal(61_000), "ad_spend": Decimal(9_000), "viewers": Decimal(1000)})
    for login in ("manager", "host"):
        text = client_of(login).in_english().get("/").text
        assert "61,000" in text, login
        assert "秋冬修护专场" in text, login
    text = client_of("manager").in_english().get("/").text
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
        assert queries.today().faults == {made: ["Sound"]}
    assert re.search(r"Noted on air:\s*Sound\s*</p>", client_of("manager").in_english().get("/").text)


@pytest.fixture
def noon(now: datetime) -> datetime:
    """Noon on the team's clock, on a day that lies ahead."""
    return now.replace(hour=4, minute=0) + 10 * DAY


@pytest.mark.engines
def test_a_show_on_air_stays_first_until_it_is_closed(cast: Cast, noon: datetime, show: Room) -> None:
    late, coming = show(noon, "拖了很久", minutes=120), show(noon + 9 * HOUR, "晚场", minutes=120)
    with clock.standing(noon), acting(cast.actors["host"]):
        live.go_live(late)
    for after in (HOUR, 8 * HOUR, 10 * HOUR, 30 * HOUR, 5 * DAY):
        with clock.standing(noon + after), acting(cast.actors["host"]):
            view = queries.today()
            assert view.shift is not None
            assert view.shift[0].id == late, after
            assert coming in {b.id for b, _s in view.later} or after > 9 * HOUR
    with clock.standing(noon + 8 * HOUR), acting(cast.actors["host"]):
        live.end_live(late)
        view = queries.today()
        assert view.shift is not None
        assert view.shift[0].id == coming
        assert [b.id for b, _r, _t in view.shows] == [late]


def test_the_slot_is_my_shift_of_now_then_the_coming_one(cast: Cast, noon: datetime, db: Any) -> None:
    half = noon + 2 * HOUR
    with acting(cast.actors["lead"]):
        ids = {p.key: p.id for p in people.positions()}
        crew = [
            ShiftIn(ids["host"], cast.host, noon, noon + HOUR),
            ShiftIn(ids["host"], cast.member, noon + HOUR, half),
            ShiftIn(ids["host"], cast.host, half, noon + 4 * HOUR),
        ]
        made = live.schedule_session("轮播", Weight.DAILY, cast.channel, None, noon, 240, {}, crew)

    def slot(at: datetime) -> tuple[int, datetime] | None:
        with clock.standing(at), acting(cast.actors["host"]):
            found = queries.today().shift
        return (found[0].id, found[1].start) if found else None

    assert slot(noon - 3 * HOUR) == (made, noon)
    assert slot(noon + HOUR / 2) == (made, noon)
    assert slot(noon + HOUR) == (made, half), "the next stretch of the same show"
    assert slot(half + HOUR) == (made, half)
    assert slot(noon + 5 * HOUR) == (made, half), "nobody has tapped yet, so it may still begin"
    assert slot(noon + 7 * HOUR) is None
    with clock.standing(noon + HOUR / 2), acting(cast.actors["host"]):
        live.go_live(made)
    assert slot(noon + 1.5 * HOUR) == (made, half)
    assert slot(noon + 7 * HOUR) == (made, half)
    with clock.standing(noon + 3 * HOUR), acting(cast.actors["host"]):
        live.end_live(made)
    assert slot(noon + 3 * HOUR) is None


def test_the_band_says_when_where_and_how_ready(client_of: Client, cast: Cast, now: datetime, show: Room) -> None:
    made, tomorrow = show(now + HOUR / 4), show(now + DAY, "明天场")
    show(now + 2 * DAY, "后天场")
    with acting(cast.actors["lead"]):
        live.set_lineup(made, read_lineup("1\t修护精华\tL1\t129\t199\t300\t第二件半价\n2\t面膜\tL2\t59"))
    with acting(cast.actors["host"]):
        notices.know_notices(99)
        view = queries.today()
    assert [b.id for b, _s in view.later] == [tomorrow]
    assert (view.go, view.product.name if view.product else "") == (Go.BLOCKED, "修护精华")
    host = client_of("host").in_english()
    text = host.get("/").text
    band = re.search(rf'<a class="slot is-sticky" href="/sessions/{made}">.*?</a>', text, re.S)
    assert band
    assert "Not ready to go live" in band[0]
    assert "my shift begins in" in band[0]
    assert re.search(r">0:1[45]:\d\d</time>", band[0])
    main = text[text.index("<main") : text.index("<aside")]
    assert f'href="/sessions/{made}?phase=prepare#lineup"' in main
    assert "第二件半价" in main
    assert "明天场" in main
    assert "后天场" not in main
    assert 'id="lineup"' in host.get(f"/sessions/{made}?phase=prepare").text
    with acting(cast.actors["host"]):
        live.go_live(made)
        assert queries.today().go is None, "on air nobody asks any more whether it can begin"
    assert re.search(r'class="slot is-sticky is-live".*?chip-live', host.get("/").text, re.S)


@pytest.mark.engines
def test_my_last_show_is_read_against_my_own_mean(client_of: Client, cast: Cast, now: datetime, show: Room) -> None:
    def past(days: int, gmv: int, who: int = 0, **more: Any) -> int:
        start = now - days * DAY
        with acting(cast.actors["lead"]):
            ids = {p.key: p.id for p in people.positions()}
            crew = [ShiftIn(ids["host"], who or cast.host, start, start + HOUR)]
            weight = more.get("weight", Weight.DAILY)
            made = live.schedule_session(f"{days}", weight, cast.channel, None, start, 60, {}, crew)
            live.go_live(made, start)
            live.end_live(made, start + HOUR)
            figures = {"gmv": Decimal(gmv), "viewers": Decimal(1000), "new_fans": Decimal(20)}
            outcomes.type_figures(made, figures)
            if more.get("odd"):
                live.edit_session(made, sessions.brief(made).version, f"{days}", weight, "", [], True)
        return made

    past(9, 10_000)
    past(8, 20_000)
    past(7, 999_999, odd=True)
    past(6, 999_999, weight=Weight.BIG)
    past(5, 999_999, who=cast.member)
    last = past(4, 30_000)
    with acting(cast.actors["host"]):
        view = queries.today()
    assert [b.id for b, _r, _t in view.shows] == [last]
    assert (view.means["gmv"].mean, view.means["gmv"].n) == (Decimal(15_000), 2)
    text = re.sub(r"<[^>]+>", "", client_of("host").in_english().get("/").text)
    assert "▲100% my mean ¥15,000.00, n=2" in text
    assert "=0% my mean 2.00%, n=2" in text
    with acting(cast.actors["member"]):
        assert queries.today().means == {}, "their first show has nothing to be compared with"


def bar(visitor: Any, path: str = "/") -> list[tuple[str, str]]:
    """The places under the thumb: address and word."""
    nav = re.search(r'<nav class="bottombar".*?</nav>', visitor.get(path).text, re.S)
    assert nav
    return re.findall(r'<a href="([^"]+)".*?<span>([^<]+)</span>', nav[0])


@pytest.mark.engines
def test_a_note_is_under_the_thumb_while_my_show_is_on_air(
    client_of: Client, cast: Cast, now: datetime, show: Room
) -> None:
    made = show(now - HOUR)
    visitors = {login: client_of(login).in_english() for login in ("host", "member", "lead", "viewer", "manager")}
    before = {login: [word for _url, word in bar(visitor)] for login, visitor in visitors.items()}
    assert before["host"] == ["Today", "Checklists", "Sessions", "Me"]
    assert before["lead"] == ["Today", "Checklists", "Sessions", "Results", "Me"]
    assert before["manager"] == ["Today", "Sessions", "Results", "Requests", "Me"]
    with acting(cast.actors["host"]):
        live.go_live(made, now - HOUR)
    for login in ("host", "member"):
        for path in ("/", "/checklists", f"/sessions/{made}"):
            shown = bar(visitors[login], path)
            assert [word for _url, word in shown] == ["Today", "Checklists", "Note it", "Sessions", "Me"]
            assert shown[2][0] == f"/sessions/{made}?phase=air#note"
    assert 'id="note"' in visitors["host"].get(f"/sessions/{made}?phase=air").text
    for login in ("lead", "viewer", "manager"):
        assert [word for _url, word in bar(visitors[login])] == before[login], "not in this crew"
    with acting(cast.actors["lead"]):
        ids = {p.key: p.id for p in people.positions()}
        kept = [ShiftIn(s.position_id, s.user_id, s.start, s.end) for s in sessions.shifts(made)]
        lead = ShiftIn(ids["host"], cast.lead, now, now + HOUR)
        live.set_crew(made, sessions.brief(made).version, [*kept, lead])
    assert [word for _url, word in bar(visitors["lead"])] == ["Today", "Checklists", "Note it", "Sessions", "Me"]
    with acting(cast.actors["host"]):
        live.end_live(made)
    assert [word for _url, word in bar(visitors["host"])] == before["host"]
