"""Pages by days: the timeline and moving on it, the month, the weeks of work; all by links and plain forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from planner.base.actor import acting
from planner.plan import queries, services
from planner.plan.rules import Details, Hang, HangsOn
from tests.cast import Cast
from tests.plan.conftest import DAY
from tests.plan.test_pages import beside, speaking

Client = Callable[[str], Any]


@pytest.fixture
def phase(cast: Cast, quarter: int, today: date) -> int:
    with acting(cast.actors["lead"]):
        return services.add_phase(quarter, "第一月<三>", today, today + 20 * DAY)


@pytest.fixture
def steps(cast: Cast, phase: int, today: date) -> list[int]:
    with acting(cast.actors["lead"]):
        late = services.add_step("竞品<分析>", cast.member, today - DAY, phase)
        hung = services.add_step(
            "选品会", cast.host, None, phase, details=Details(hang=Hang(HangsOn.PHASE_START, 4), tags=("大促",))
        )
        return [late, hung, services.add_step("买麦")]


def due_of(cast: Cast, step_id: int) -> date | None:
    with acting(cast.actors["lead"]):
        return queries.ticked(step_id).due


def bar(text: str, step_id: int) -> str:
    found = re.search(rf'<a class="g-bar[^>]*id="step-{step_id}"[^>]*>.*?</a>', text, re.S)
    assert found, f"step {step_id} has no bar"
    return found[0]


def test_the_timeline_draws_phases_steps_and_what_waits(
    client_of: Client, cast: Cast, steps: list[int], phase: int, today: date
) -> None:
    with acting(cast.actors["lead"]):
        services.wait_on(steps[1], steps[0])
        services.add_step("<也没有日子>")
    lead = speaking(client_of("lead"), "en")
    for zoom in ("day", "week", "month", "x"):
        shown = lead.get(f"/plan/timeline?zoom={zoom}")
        assert shown.status_code == 200
        assert "<title>Plan" in shown.text
        assert shown.text.count('class="g-link"') == 1
        assert 'id="today"' in shown.text
        assert "style=" not in shown.text
    late, hung = bar(shown.text, steps[0]), bar(shown.text, steps[1])
    assert "竞品&lt;分析&gt; · " in late
    assert "1 day late" in late
    assert "is-late" in late
    assert "is-hanging" in hung
    assert "its day is counted from another one" in hung
    assert f'href="/plan/steps/{steps[1]}"' in hung
    assert f'data-move="/plan/steps/{steps[1]}/shift"' in hung
    assert f'data-move="/plan/phases/{phase}/shift"' in shown.text
    assert "第一月&lt;三&gt;" in shown.text
    assert "No day yet" in shown.text
    assert "&lt;也没有日子&gt;" in shown.text
    narrowed = lead.get("/plan/timeline?tag=大促&zoom=day").text
    assert bar(narrowed, steps[1])
    assert f'id="step-{steps[0]}"' not in narrowed
    with acting(cast.actors["lead"]):
        services.move_step(steps[0], "finish")
    done = bar(lead.get("/plan/timeline").text, steps[0])
    assert "is-done" in done
    assert "data-move" not in done, "what is finished stays where it was"
    assert f'id="step-{steps[0]}"' not in lead.get("/plan/timeline?show=unfinished").text


def test_who_may_not_plan_sees_the_timeline_and_moves_nothing(
    client_of: Client, cast: Cast, steps: list[int], phase: int
) -> None:
    for login in ("member", "viewer"):
        visitor = client_of(login)
        shown = visitor.get("/plan/timeline").text
        assert bar(shown, steps[0])
        assert "data-move" not in shown
        assert "data-gantt-form" not in shown
        for path in (f"/plan/steps/{steps[0]}/shift", f"/plan/phases/{phase}/shift"):
            assert visitor.get(path).status_code == 403
            assert visitor.post_form(path, {"days": "1", "version": "1", "edge": "whole"}).status_code == 403
    outsider = client_of("outsider")
    assert "竞品" not in outsider.get("/plan/timeline").text
    assert outsider.get(f"/plan/steps/{steps[0]}/shift").status_code == 404
    assert outsider.get(f"/plan/phases/{phase}/shift").status_code == 404


def test_a_step_is_moved_by_its_page_and_by_hand(client_of: Client, cast: Cast, steps: list[int], today: date) -> None:
    lead, path = speaking(client_of("lead"), "en"), f"/plan/steps/{steps[1]}/shift"
    page = lead.get(f"{path}?next=/plan/timeline").text
    assert "<title>Move: 选品会" in page
    assert "It goes on being counted from there" in page
    assert f"{path}" in lead.get(f"/plan/steps/{steps[1]}").text
    wrong = lead.post_form(path, {"days": "0", "version": "1", "edge": "whole"})
    assert wrong.status_code == 422
    assert "Between one day and two years" in beside(wrong.text, "days")
    assert lead.post_form(path, {"days": "x", "version": "1", "edge": "whole"}).status_code == 422
    assert lead.post_form(path, {"days": "1", "version": "1", "edge": "left"}).status_code == 422
    went = lead.post_form(path, {"days": "2", "version": "1", "edge": "whole", "next": "/plan/timeline"})
    assert (went.status_code, went.location) == (303, "/plan/timeline")
    assert due_of(cast, steps[1]) == today + 6 * DAY
    text = lead.get("/plan/timeline").text
    assert "Moved. Its day is still counted from the other one: 6 days after it." in text
    assert "/undo" in text
    stale = lead.post_form(path, {"days": "2", "version": "1", "edge": "whole"})
    assert stale.status_code == 409
    assert "Somebody changed it meanwhile" in stale.text
    hand = {"by": "hand", "edge": "whole", "next": f"/plan/timeline#step-{steps[1]}"}
    for days, version, said in (
        ("3", "1", "a moment ago"), ("999", "2", "Between one day"), ("-1", "2", "still counted from the other one"),
    ):  # fmt: skip
        went = lead.post_form(path, {**hand, "days": days, "version": version})
        assert (went.status_code, went.location) == (303, hand["next"])
        assert said in lead.get("/plan/timeline").text
    assert due_of(cast, steps[1]) == today + 5 * DAY
    with acting(cast.actors["lead"]):
        services.move_step(steps[0], "finish")
    lead.post_form(f"/plan/steps/{steps[0]}/shift", {**hand, "days": "1", "version": "2"})
    assert "What is finished is not moved" in lead.get("/plan/timeline").text


def test_a_phase_says_first_what_moves_along(
    client_of: Client, cast: Cast, steps: list[int], phase: int, quarter: int, today: date
) -> None:
    lead, path = speaking(client_of("lead"), "en"), f"/plan/phases/{phase}/shift"
    page = lead.get(f"{path}?days=3&edge=whole&version=1&next=/plan/timeline").text
    assert "<title>Move: 第一月&lt;三&gt;" in page
    assert "Moves along" in page
    assert "选品会" in page
    assert "Nothing is saved yet" in page
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen
    assert due_of(cast, steps[1]) == today + 4 * DAY
    sent = {"days": "5", "version": "1", "edge": "whole", "next": "/plan/timeline"}
    again = lead.post_form(path, {**sent, "seen": seen[1]})
    assert again.status_code == 200, "other days than those that were shown are shown first"
    assert due_of(cast, steps[1]) == today + 4 * DAY
    went = lead.post_form(path, {**sent, "days": "3", "seen": seen[1]})
    assert (went.status_code, went.location) == (303, "/plan/timeline")
    assert due_of(cast, steps[1]) == today + 7 * DAY
    assert "no step is counted from it" in lead.get(f"{path}?days=2&edge=end").text
    stale = lead.post_form(path, {**sent, "days": "1", "seen": f"{today + 4 * DAY}_{today + 24 * DAY}"})
    assert stale.status_code == 409
    assert "Somebody changed it meanwhile" in stale.text
    for days, edge, said in (("900", "whole", "Between one day"), ("-21", "end", "before the start"), ("0", "end", "")):
        wrong = lead.post_form(path, {"days": days, "version": "2", "edge": edge})
        assert wrong.status_code == 422
        assert said in beside(wrong.text, "days")
    far = {"days": "100", "version": "2", "edge": "whole", "seen": f"{today + 103 * DAY}_{today + 123 * DAY}"}
    out = lead.post_form(path, far)
    assert out.status_code == 422
    assert "it would leave its period: 第四季度" in beside(out.text, "days")
    assert lead.get(f"{path}?days=-99999999999&edge=x").status_code == 200
    with acting(cast.actors["lead"]):
        services.close_period(quarter, queries.period(quarter).version, {}, {}, None, "")
    assert f'data-move="{path}"' not in lead.get(f"/plan/timeline?period={quarter}").text


def test_a_team_without_a_plan_is_told_how_to_begin(client_of: Client, cast: Cast) -> None:
    lead = speaking(client_of("lead"), "en")
    assert "There is no plan yet" in lead.get("/plan/timeline").text
    assert lead.get("/plan/timeline?period=77").status_code == 404
    assert lead.get("/plan/calendar").status_code == 200
    assert lead.get("/plan/workload").status_code == 200


def test_a_phase_says_first_whom_it_would_be_in_the_way_of(
    client_of: Client, cast: Cast, steps: list[int], phase: int, quarter: int, today: date
) -> None:
    with acting(cast.actors["lead"]):
        services.add_phase(quarter, "第二月", today + 21 * DAY, today + 40 * DAY)
    lead, path = speaking(client_of("lead"), "zh_Hans_CN"), f"/plan/phases/{phase}/shift"
    near = lead.get(f"{path}?days=3&edge=whole&version=1").text
    assert "会与这些阶段重叠：第二月（" in near.replace(" (", "（")
    assert "还没有保存：确认后" in near
    assert "再次保存" not in near
    assert "会与这些阶段重叠" not in lead.get(f"{path}?days=-2&edge=whole&version=1").text
    far = lead.get(f"{path}?days=60&edge=whole&version=1").text
    assert "会超出所在周期「第四季度」" in beside(far, "days")
    assert 'name="seen"' not in far, "there is nothing to confirm"


def test_filters_stay_folded_until_somebody_sets_one(client_of: Client, phase: int, quarter: int, cast: Cast) -> None:
    lead = speaking(client_of("lead"), "en")
    fold = '<details class="fold only-phone">'
    assert fold in lead.get("/plan/timeline").text
    assert fold in lead.get(f"/plan/timeline?period={quarter}").text
    assert fold not in lead.get(f"/plan/timeline?owner={cast.member}").text


def test_a_period_without_steps_draws_its_phases(client_of: Client, cast: Cast, phase: int, quarter: int) -> None:
    lead = speaking(client_of("lead"), "en")
    assert 'class="g-bar is-phase"' in lead.get(f"/plan/timeline?period={quarter}").text
    with acting(cast.actors["lead"]):
        services.trash_phase(phase)
    assert "Nothing to draw yet" in lead.get("/plan/timeline").text


def test_the_calendar_has_steps_on_their_days(client_of: Client, cast: Cast, steps: list[int], today: date) -> None:
    with acting(cast.actors["lead"]):
        for n in range(5):
            services.add_step(f"很多 {n}", None, today)
    lead = speaking(client_of("lead"), "en")
    shown = lead.get("/plan/calendar")
    assert "<title>Plan" in shown.text
    assert "竞品&lt;分析&gt;" in lead.get(f"/plan/calendar?month={today - DAY:%Y-%m}").text
    assert "+1 more" in shown.text
    link = re.search(r'class="cal-more" href="([^"]+)"', shown.text)
    assert link
    listed = lead.get(link[1].replace("&amp;", "&")).text
    assert listed.count("很多") == 5
    assert "竞品" not in listed
    assert "Due: " in listed
    new = lead.get(f"/plan/steps/new?due={today}").text
    assert re.search(rf'name="due"[^>]*value="{today}"', new)
    assert f"/plan/steps/new?due={today}" in shown.text
    assert "/plan/steps/new" not in client_of("member").get("/plan/calendar").text
    assert "竞品" not in client_of("outsider").get("/plan/calendar").text
    far = lead.get("/plan/calendar?month=2031-02").text
    assert "Nothing is due in this month" in far
    for odd in ("2026-13", "x", "0000-01", "2026-1", "9999-12"):
        assert lead.get(f"/plan/calendar?month={odd}").status_code == 200


def test_the_workload_leads_to_what_it_counts(client_of: Client, cast: Cast, steps: list[int], today: date) -> None:
    monday = today - timedelta(days=today.weekday())
    with acting(cast.actors["lead"]):
        for n in range(6):
            services.add_step(f"很多 {n}", cast.host, monday + 8 * DAY)
    lead = speaking(client_of("lead"), "en")
    shown = lead.get("/plan/workload").text
    assert "<title>Plan" in shown
    assert "Too much" in shown
    week = f"/plan/steps?owner={cast.host}&amp;from={monday + 7 * DAY}&amp;to={monday + 13 * DAY}"
    assert week in shown
    listed = lead.get(week.replace("&amp;", "&")).text
    assert listed.count("很多") == 6
    assert "竞品" not in listed
    assert f"/plan/steps?owner={cast.member}&amp;due=late" in shown
    assert "/plan/steps?owner=0&amp;due=none" in shown
    later = lead.get(f"/plan/workload?from={monday + 28 * DAY}").text
    assert "很多" not in later
    assert week not in later
    assert "This week" in later
    assert client_of("viewer").get("/plan/workload").status_code == 200
    assert "load is-over" not in client_of("outsider").get("/plan/workload").text
    for odd in ("x", "2026-02-30", "0001-01-01"):
        assert lead.get(f"/plan/workload?from={odd}").status_code == 200


def test_what_others_do_comes_in_parts(client_of: Client, cast: Cast, steps: list[int]) -> None:
    lead = client_of("lead")
    for path, part in (("timeline", "line"), ("calendar", "days"), ("workload", "weeks")):
        whole = lead.get(f"/plan/{path}").text
        asked = re.search(r'data-poll="([^"]+)"', whole)
        assert asked
        assert f"part={part}" in asked[1]
        address = asked[1].replace("&amp;", "&")
        fresh = lead.get(address)
        assert "<html" not in fresh.text
        again = lead.get(address, headers={"If-None-Match": fresh.headers["ETag"]})
        assert again.status_code == 304
        with acting(cast.actors["lead"]):
            services.add_step("新来的", cast.host, queries.ticked(steps[0]).due)
        assert lead.get(address, headers={"If-None-Match": fresh.headers["ETag"]}).status_code == 200


def test_every_view_leads_to_the_others(client_of: Client, cast: Cast, steps: list[int]) -> None:
    lead = client_of("lead")
    views = ["/plan", "/plan/board", "/plan/steps", "/plan/timeline", "/plan/calendar", "/plan/workload"]
    for path in views:
        text = lead.get(path).text
        tabs = re.search(r'<nav class="tabs".*?</nav>', text, re.S)
        assert tabs
        assert re.findall(r'<a [^>]*href="([^"]+)"', tabs[0]) == views
        assert re.search(rf'href="{path}"[^>]*aria-current="page"', tabs[0])
