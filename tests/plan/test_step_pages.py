"""Pages of steps: the board, the list, many at once, lines and what comes first; all by plain forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from planner.base.actor import acting
from planner.plan import queries, services
from planner.plan.rules import StepState
from tests.cast import Cast
from tests.plan.conftest import DAY
from tests.plan.test_pages import beside, speaking

Client = Callable[[str], Any]


@pytest.fixture
def steps(cast: Cast, quarter: int, today: date) -> list[int]:
    with acting(cast.actors["lead"]):
        phase = services.add_phase(quarter, "第一月", today, today + DAY)
        one = services.add_step("竞品<分析>", cast.member, today - DAY, phase)
        return [one, services.add_step("选品会", cast.host, today), services.add_step("买麦")]


def state_of(cast: Cast, step_id: int) -> StepState:
    with acting(cast.actors["lead"]):
        return queries.ticked(step_id).state


def test_the_board_shows_cards_and_moves_them_without_script(
    client_of: Client, cast: Cast, steps: list[int], today: date
) -> None:
    lead = speaking(client_of("lead"), "en")
    for by in ("state", "phase", "owner"):
        shown = lead.get(f"/plan/board?by={by}")
        assert shown.status_code == 200
        assert "<title>Plan" in shown.text
        assert shown.text.count("data-card=") == 3
        assert "竞品&lt;分析&gt;" in shown.text
    assert "1 late" in shown.text
    page = lead.get(f"/plan/steps/{steps[0]}/place?by=state").text
    assert "<title>Move: 竞品&lt;分析&gt;" in page
    assert 'name="to" value="doing"' in page
    went = lead.post_form(f"/plan/steps/{steps[0]}/place", {"by": "state", "to": "doing", "version": "1"})
    assert went.status_code == 303
    assert went.location.endswith(f"#card-{steps[0]}")
    assert state_of(cast, steps[0]) is StepState.DOING
    assert "The card is moved." in lead.get("/plan/board").text
    lead.post_form(f"/plan/steps/{steps[0]}/place", {"by": "state", "to": "done", "version": "1"})
    assert "a moment ago" in lead.get("/plan/board").text
    assert state_of(cast, steps[0]) is StepState.DOING, "two who drag the same card: the second is told"
    asked = lead.post_form(f"/plan/steps/{steps[0]}/place", {"by": "state", "to": "blocked", "version": "2"})
    assert asked.status_code == 303
    assert f"/plan/steps/{steps[0]}/block" in asked.location
    assert "<title>Blocked" in lead.get(asked.location).text
    empty = lead.post_form(f"/plan/steps/{steps[0]}/block", {"waits_for": " "})
    assert empty.status_code == 422
    assert beside(empty.text, "waits_for")
    lead.post_form(f"/plan/steps/{steps[0]}/block", {"waits_for": "样品"})
    assert state_of(cast, steps[0]) is StepState.BLOCKED


def test_a_card_that_cant_go_there_says_why(client_of: Client, cast: Cast, steps: list[int]) -> None:
    lead = speaking(client_of("lead"), "zh_Hans_CN")
    stranger = {"by": "owner", "to": str(cast.outsider), "version": "1"}
    stays = lead.get(lead.post_form(f"/plan/steps/{steps[0]}/place", stranger).location).text
    assert "这个步骤不能移到那里，仍在原处。 请选择本团队的人。" in stays


def test_who_may_not_move_a_card_has_no_handle(client_of: Client, cast: Cast, steps: list[int]) -> None:
    member = client_of("member")
    assert member.get("/plan/board").text.count("data-card=") == 1, "one's own"
    assert member.get("/plan/board?by=owner").text.count("data-card=") == 0
    assert client_of("viewer").get("/plan/board").text.count("data-card=") == 0
    answer = client_of("viewer").post_form(f"/plan/steps/{steps[0]}/place", {"to": "done", "version": "1"})
    assert answer.status_code == 403
    answer = member.post_form(f"/plan/steps/{steps[1]}/place", {"to": "done", "version": "1"})
    assert answer.status_code == 403
    outsider = client_of("outsider")
    assert "竞品" not in outsider.get("/plan/board").text
    for path in ("place", "lines", "first", "block"):
        assert outsider.get(f"/plan/steps/{steps[0]}/{path}").status_code in (403, 404)
        assert outsider.post_form(f"/plan/steps/{steps[0]}/{path}", {"to": "done"}).status_code in (403, 404)


def test_the_list_is_narrowed_by_its_address(client_of: Client, cast: Cast, steps: list[int]) -> None:
    viewer = speaking(client_of("viewer"), "en")
    shown = viewer.get("/plan/steps")
    assert shown.status_code == 200
    assert "<title>Plan" in shown.text
    assert shown.text.count("step-line") == 3
    assert "Choose steps" not in shown.text
    assert viewer.get("/plan/steps?due=late").text.count("step-line") == 1
    assert viewer.get("/plan/steps?owner=0").text.count("step-line") == 1
    assert "No step fits" in viewer.get("/plan/steps?q=没有的").text
    for wrong in (
        "show=x",
        "owner=99999999999999999999",
        "skip=-1",
        "due=%00",
        "sort=1",
        "tag=" + "长" * 500,
        "pick=1",
    ):
        assert viewer.get(f"/plan/steps?{wrong}").status_code == 200, wrong


def test_many_at_once_by_plain_forms(client_of: Client, cast: Cast, steps: list[int]) -> None:
    lead = speaking(client_of("lead"), "en")
    page = lead.get("/plan/steps?pick=1").text
    assert page.count('type="checkbox" name="id"') == 3
    chosen = "&".join(f"id={row_id}" for row_id in steps[:2])
    page = lead.get(f"/plan/steps/together?do=owner&{chosen}").text
    assert "<title>2 steps at once" in page
    sent = {"do": "owner", "id": [str(n) for n in steps[:2]], "owner_id": str(cast.lead)}
    sent |= {f"version_{row_id}": "1" for row_id in steps[:2]}
    assert lead.post_form("/plan/steps/together", sent).status_code == 303
    assert "2 steps changed." in lead.get("/plan/steps").text
    stale = lead.post_form("/plan/steps/together", sent)
    assert stale.status_code == 422
    assert "Somebody changed this meanwhile" in stale.text
    with acting(cast.actors["lead"]):
        assert {s.owner_id for s in queries.some_steps(steps)} == {cast.lead, None}
    for do in ("due", "phase", "state", "priority", "tags", "delete"):
        assert lead.get(f"/plan/steps/together?do={do}&{chosen}").status_code == 200
    nothing = lead.post_form("/plan/steps/together", {"do": "due", "id": [str(steps[2])]})
    assert nothing.status_code == 422
    assert lead.get("/plan/steps/together?do=x").status_code == 404
    assert "No step is chosen" in lead.get("/plan/steps/together").text
    assert client_of("member").get(f"/plan/steps/together?{chosen}").status_code == 403
    assert "竞品" not in client_of("outsider").get(f"/plan/steps/together?{chosen}").text


def test_lines_and_what_comes_first_on_the_page_of_a_step(client_of: Client, cast: Cast, steps: list[int]) -> None:
    lead = speaking(client_of("lead"), "en")
    empty = lead.post_form(f"/plan/steps/{steps[0]}/lines", {"text": " "})
    assert empty.status_code == 422
    assert beside(empty.text, "text")
    assert lead.post_form(f"/plan/steps/{steps[0]}/lines", {"text": "看三家\n写一页"}).status_code == 303
    page = lead.get(f"/plan/steps/{steps[0]}").text
    line = re.search(r"/plan/lines/(\d+)/done", page)
    assert line
    assert lead.post_form(f"/plan/lines/{line[1]}/done").status_code == 303
    page = lead.get(f"/plan/steps/{steps[0]}").text
    assert '<progress class="bar-line" max="2" value="1"' in page
    assert client_of("viewer").post_form(f"/plan/lines/{line[1]}/open").status_code == 403
    assert client_of("outsider").post_form(f"/plan/lines/{line[1]}/open").status_code in (403, 404)
    assert lead.post_form(f"/plan/steps/{steps[0]}/first", {"on_id": str(steps[1])}).status_code == 303
    assert "选品会" in lead.get(f"/plan/steps/{steps[0]}").text
    ring = lead.post_form(f"/plan/steps/{steps[1]}/first", {"on_id": str(steps[0])})
    assert ring.status_code == 422
    assert "选品会 → 竞品&lt;分析&gt; → 选品会" in beside(ring.text, "on_id") or "→" in beside(ring.text, "on_id")
    assert lead.post_form(f"/plan/steps/{steps[0]}/first/{steps[1]}/remove").status_code == 303
    dropped = lead.post_form(f"/plan/steps/{steps[2]}/drop", {"why": "不买了"})
    assert dropped.status_code == 303
    assert "Dropped because: 不买了" in lead.get(f"/plan/steps/{steps[2]}").text


def test_what_was_typed_into_more_is_kept(client_of: Client, cast: Cast, steps: list[int], today: date) -> None:
    lead = speaking(client_of("lead"), "en")
    sent = {
        "title": "海报", "due": str(today), "start": str(today + DAY), "priority": "urgent", "department": "设计",
        "tags": "大促、直播 双12",
    }  # fmt: skip
    wrong = lead.post_form("/plan/steps/new", sent)
    assert wrong.status_code == 422
    assert beside(wrong.text, "due") == "It is due before it begins."
    assert '<details class="fold" open>' in wrong.text
    assert 'value="大促、直播 双12"' in wrong.text
    assert lead.post_form("/plan/steps/new", sent | {"start": str(today)}).status_code == 303
    assert "#双12" in lead.get("/plan/steps?tag=大促").text


def test_the_list_is_taken_away_as_it_is_shown(client_of: Client, cast: Cast, steps: list[int]) -> None:
    with acting(cast.actors["lead"]):
        services.add_step("=1+1", cast.member, None)
    viewer = speaking(client_of("viewer"), "en")
    answer = viewer.get("/plan/steps.csv?owner=" + str(cast.member))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    head, *rows = answer.get_data().decode("utf-8-sig").splitlines()
    assert head.startswith("Step no.,Step,Owner,Begins,Due,State")
    assert len(rows) == 2
    assert f"{steps[0]},竞品<分析>" in rows[0]
    assert "第一月" in rows[0]
    assert "'=1+1" in rows[1], "no text becomes a formula"
    book = viewer.get("/plan/steps.xlsx")
    assert book.status_code == 200
    assert book.get_data()[:2] == b"PK"
    assert "竞品" not in client_of("outsider").get("/plan/steps.csv").get_data().decode("utf-8-sig")
    assert "/plan/steps.xlsx?owner=" in viewer.get(f"/plan/steps?owner={cast.member}").text


def test_a_value_of_the_list_is_changed_where_it_stands(
    client_of: Client, cast: Cast, steps: list[int], today: date
) -> None:
    lead, cell = speaking(client_of("lead"), "en"), {"X-Requested-With": "cell"}
    listed = lead.get("/plan/steps").text
    assert 'data-cell="owner"' in listed
    asked = f"/plan/steps/together?do=owner&id={steps[0]}"
    field = lead.get(asked, headers=cell)
    assert field.status_code == 200
    assert "<html" not in field.text
    assert f'selected value="{cast.member}"' in field.text
    sent = {"do": "owner", "id": str(steps[0]), f"version_{steps[0]}": "1", "owner_id": str(cast.host), "cols": "owner"}
    told = lead.post_form("/plan/steps/together", sent, headers=cell).get_json()
    assert told["ok"]
    assert "小米" in told["row_html"]
    assert told["row_html"].count("<td") == 1, "the columns that were shown"
    assert "/undo/" in told["strip_html"]
    late = lead.post_form("/plan/steps/together", sent, headers=cell)
    assert (late.status_code, late.get_json()["ok"]) == (409, False)
    assert "meanwhile" in late.get_json()["message"]
    bad = lead.post_form("/plan/steps/together", sent | {"owner_id": "999999"}, headers=cell)
    assert bad.status_code == 422
    assert "data-cell" not in client_of("member").get("/plan/steps").text
    assert client_of("member").get(asked, headers=cell).status_code == 403
    gone = client_of("outsider").get(asked, headers=cell)
    assert "竞品" not in gone.text


def test_the_list_shows_the_columns_that_are_wanted(client_of: Client, steps: list[int]) -> None:
    lead = speaking(client_of("lead"), "en")
    usual = lead.get("/plan/steps").text
    wanted = lead.get("/plan/steps?cols=priority&cols=owner&cols=<x>").text
    assert ">Priority</th>" in wanted
    assert ">Priority</th>" not in usual
    assert ">Phase</th>" not in wanted
    assert 'name="cols" value="owner,priority"' in wanted, "the filters keep them"
    assert ">Phase</th>" in lead.get("/plan/steps?cols=nonsense").text


def test_fresh_parts_of_the_plan_come_alone(client_of: Client, steps: list[int]) -> None:
    lead = speaking(client_of("lead"), "en")
    for place, part in (("/plan/steps", "rows"), ("/plan/board", "board"), ("/plan", "table")):
        assert f"part={part}" in lead.get(place).text
        alone = lead.get(f"{place}?part={part}")
        assert "<html" not in alone.text
        assert "竞品&lt;分析&gt;" in alone.text
        assert "part=" not in alone.text, "what is sent from it leads back to the page"
        again = lead.get(f"{place}?part={part}", headers={"If-None-Match": alone.headers["ETag"]})
        assert again.status_code == 304


def test_a_card_is_moved_without_a_new_page(client_of: Client, cast: Cast, steps: list[int]) -> None:
    lead, cell = speaking(client_of("lead"), "en"), {"X-Requested-With": "cell"}
    place, sent = f"/plan/steps/{steps[0]}/place", {"by": "state", "to": "doing", "version": "1"}
    told = lead.post_form(place, sent, headers=cell).get_json()
    assert told["ok"]
    assert "/undo/" in told["strip_html"]
    assert state_of(cast, steps[0]) is StepState.DOING
    assert "The card is moved." not in lead.get("/plan/board").text, "it was said where it happened"
    assert lead.post_form(place, sent, headers=cell).get_json() == {"ok": False}, "somebody else was quicker"
    asked = lead.post_form(place, sent | {"to": "blocked", "version": "2"}, headers=cell).get_json()
    assert f"/plan/steps/{steps[0]}/block" in asked["url"]


def test_a_plan_that_is_still_to_come_can_be_worked_on(
    client_of: Client, cast: Cast, steps: list[int], today: date
) -> None:
    with acting(cast.actors["lead"]):
        coming = services.add_period("明年", today + 400 * DAY, today + 500 * DAY)
        phase = services.add_phase(coming, "第一月", today + 400 * DAY, today + 430 * DAY)
        made = services.add_step("搭班子", cast.member, today + 401 * DAY, phase)
    lead = speaking(client_of("lead"), "en")
    assert f'<option selected value="{phase}">第一月 · 明年' in lead.get(f"/plan/steps/new?phase_id={phase}").text
    alone = lead.get(f"/plan/steps?period={coming}").text
    assert "搭班子" in alone
    assert "选品会" not in alone
    for view in ("plan", "plan/board", "plan/timeline", "plan/calendar", "plan/workload"):
        assert f'href="/{view}?period={coming}"' in alone, "the views go on with the period"
    table = lead.get(f"/plan?period={coming}").text
    assert "买麦" not in table, "what is in no phase stands with the current period"
    assert "买麦" in lead.get("/plan").text
    board = lead.get(f"/plan/board?by=phase&period={coming}").text
    assert f'data-column="{phase}"' in board
    assert f'id="card-{made}"' in board


def test_a_day_is_cleared_where_it_stands(client_of: Client, cast: Cast, steps: list[int]) -> None:
    lead, cell = speaking(client_of("lead"), "en"), {"X-Requested-With": "cell"}
    sent = {"do": "due", "id": str(steps[0]), f"version_{steps[0]}": "1", "due": ""}
    assert lead.post_form("/plan/steps/together", sent, headers=cell).get_json()["ok"]
    with acting(cast.actors["lead"]):
        assert queries.ticked(steps[0]).due is None


def test_who_goes_on_before_what_comes_first_is_told(client_of: Client, cast: Cast, steps: list[int]) -> None:
    first, after, last = steps
    with acting(cast.actors["lead"]):
        services.wait_on(after, first)
        services.wait_on(last, after)
    lead = speaking(client_of("lead"), "zh_Hans_CN")
    told = "前置步骤还没有完成：「竞品&lt;分析&gt;」。"
    assert "前置步骤未完成时会提示" in lead.get(f"/plan/steps/{after}/first").text
    assert told in lead.get(lead.post_form(f"/plan/steps/{after}/start", {}).location).text
    assert state_of(cast, after) is StepState.DOING, "nothing is held back"
    tick = {"X-Requested-With": "tick"}
    answer = lead.post_form(f"/plan/steps/{after}/finish", {}, headers=tick).json
    assert answer["ok"]
    assert answer["notice"] == "已完成。前置步骤还没有完成：「竞品<分析>」。"
    dragged = {"by": "state", "to": "doing", "version": "1"}
    with acting(cast.actors["lead"]):
        services.move_step(after, "reopen")
    moved = lead.post_form(f"/plan/steps/{last}/place", dragged, headers={"X-Requested-With": "cell"}).json
    assert "前置步骤还没有完成：「选品会」。" in moved["strip_html"]
    with acting(cast.actors["lead"]):
        services.move_step(first, "finish")
        services.move_step(after, "finish")
    assert lead.post_form(f"/plan/steps/{last}/finish", {}, headers=tick).json["notice"] == ""


def test_a_copy_says_how_many_came_along(client_of: Client, cast: Cast, steps: list[int]) -> None:
    with acting(cast.actors["lead"]):
        services.wait_on(steps[1], steps[0])
        services.wait_on(steps[2], steps[1])
    lead = speaking(client_of("lead"), "zh_Hans_CN")
    went = lead.post_form(f"/plan/steps/{steps[0]}/copy", {"title": "竞品<分析> 二", "after": "y"})
    assert "另外复制了 2 个后续步骤" in lead.get(went.location).text
    with acting(cast.actors["lead"]):
        assert {"选品会 二", "买麦 二"} <= {s.title for s in queries.listed()}


@pytest.mark.parametrize("do", ["owner", "phase", "goal", "state", "priority"])
def test_what_all_of_them_get_has_to_be_chosen(client_of: Client, cast: Cast, steps: list[int], do: str) -> None:
    lead = speaking(client_of("lead"), "zh_Hans_CN")
    ids = {"do": do, "id": [str(each) for each in steps[:2]]}
    page = lead.get(f"/plan/steps/together?do={do}&id={steps[0]}&id={steps[1]}").text
    assert '<option selected value="">请选择</option>' in page
    name = {"owner": "owner_id", "phase": "phase_id", "goal": "goal_id"}.get(do, do)
    refused = lead.post_form("/plan/steps/together", ids | {name: ""})
    assert refused.status_code == 422
    assert beside(refused.text, name)
    with acting(cast.actors["lead"]):
        held = queries.some_steps(steps)
        assert {s.owner_id for s in held} == {cast.member, cast.host, None}
    if do in ("owner", "phase", "goal"):
        assert lead.post_form("/plan/steps/together", ids | {name: "0"}).status_code == 303, "nobody is a choice"
        with acting(cast.actors["lead"]):
            assert {getattr(s, name) for s in queries.some_steps(steps[:2])} == {None}


def test_state_and_goal_are_changed_where_they_stand(
    client_of: Client, cast: Cast, steps: list[int], quarter: int
) -> None:
    with acting(cast.actors["lead"]):
        goal = services.add_goal(quarter, "单场 50 万")
    lead, cell = speaking(client_of("lead"), "en"), {"X-Requested-With": "cell"}
    listed = lead.get("/plan/steps").text
    assert 'data-cell="state"' in listed
    assert 'data-cell="goal"' in listed
    field = lead.get(f"/plan/steps/together?do=state&id={steps[0]}", headers=cell).text
    assert '<option selected value="open">' in field
    assert 'value=""' not in field
    sent = {"id": str(steps[0]), f"version_{steps[0]}": "1", "cols": "state,goal", "next": "/plan/steps?show=open"}
    told = lead.post_form("/plan/steps/together", sent | {"do": "state", "state": "doing"}, headers=cell).get_json()
    assert told["ok"]
    assert "In progress" in told["row_html"]
    sent[f"version_{steps[0]}"] = "2"
    asks = lead.post_form("/plan/steps/together", sent | {"do": "state", "state": "blocked"}, headers=cell).get_json()
    assert asks == {"ok": False, "url": f"/plan/steps/{steps[0]}/block?next=/plan/steps?show%3Dopen"}
    told = lead.post_form("/plan/steps/together", sent | {"do": "goal", "goal_id": str(goal)}, headers=cell).get_json()
    assert "单场 50 万" in told["row_html"]
    assert state_of(cast, steps[0]) is StepState.DOING


def test_views_go_on_with_what_narrows_them(client_of: Client, cast: Cast, steps: list[int]) -> None:
    lead = speaking(client_of("lead"), "en")
    asked = f"owner={cast.member}&amp;priority=high&amp;tag=%E5%A4%A7%E4%BF%83&amp;q=%E6%92%AD"
    for view in ("steps", "board", "timeline", "calendar", "workload"):
        shown = lead.get(f"/plan/{view}?{asked.replace('&amp;', '&')}&sort=newest&owner=").text
        for other in ("steps", "board", "timeline", "calendar", "workload"):
            found = re.search(rf'<a class="tab[^"]*" href="/plan/{other}\?([^"]*)"', shown)
            assert found, (view, other)
            assert found[1] == asked, (view, other)


def test_two_phases_and_two_steps_of_one_name_are_told_apart(
    client_of: Client, cast: Cast, steps: list[int], today: date
) -> None:
    with acting(cast.actors["lead"]):
        after = services.add_period("下一季度", today + 51 * DAY, today + 140 * DAY)
        phase = services.add_phase(after, "第一月", today + 51 * DAY, today + 80 * DAY)
        twin = services.add_step("选品会", None, today + 60 * DAY, phase)
    lead = speaking(client_of("lead"), "zh_Hans_CN")
    row = lead.get("/plan/steps").text.split(f'id="step-{twin}"', 1)[1].split("</tr>", 1)[0]
    assert '第一月<div class="meta">下一季度</div>' in row
    offered = lead.get(f"/plan/steps/{steps[0]}/first").text
    assert re.search(rf'<option value="{twin}">选品会 · [^<]+ · 下一季度</option>', offered)
    assert re.search(rf'<option value="{steps[1]}">选品会 · [^<]+</option>', offered)
    assert f'<option value="{steps[2]}">买麦</option>' in offered
    found = next(
        group["items"] for group in lead.get("/search.json?q=选品会").json["groups"] if len(group["items"]) == 2
    )
    assert any("下一季度" in item["hint"] for item in found)
