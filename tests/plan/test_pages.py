"""Pages of the plan: forms that keep what was typed, both sides of a conflict, numbers as people write them, roles."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from planner.base.actor import acting
from planner.plan import queries, services
from planner.plan.rules import Aggregation, StepState
from tests.cast import Cast
from tests.plan.conftest import DAY, Show

Client = Callable[[str], Any]
LANGUAGES = ["zh_Hans_CN", "en"]


def speaking(visitor: Any, language: str) -> Any:
    visitor.post_form("/me/language", {"language": language})
    return visitor


def beside(text: str, field: str) -> str:
    """What is said beside a field, tied to it for readers of the screen."""
    found = re.search(rf'id="{field}-error".*?<span>([^<]*)', text, re.S)
    assert found, f"nothing is said beside {field}"
    assert re.search(rf'<(?:input|select|textarea)[^>]*aria-describedby="[^"]*{field}-error', text), field
    return found[1].strip()


@pytest.fixture
def goal(cast: Cast, quarter: int) -> int:
    with acting(cast.actors["lead"]):
        return services.add_goal(quarter, "单场 GMV 突破 50 万", cast.manager)


def test_a_plan_is_made_by_plain_forms(client_of: Client, cast: Cast, db: Any, today: date) -> None:
    lead = speaking(client_of("lead"), "en")
    assert "There is no plan yet" in lead.get("/plan").text
    days = {"start": str(today - 10 * DAY), "end": str(today + 80 * DAY)}
    assert lead.post_form("/plan/periods/new", {"name": " 第四季度 "} | days).status_code == 303
    with acting(cast.actors["lead"]):
        period = queries.current_period()
        assert period is not None
        assert period.name == "第四季度"
    assert lead.post_form(f"/plan/periods/{period.id}/phases/new", {"name": "第一月"} | days).status_code == 303
    made = lead.post_form(
        f"/plan/periods/{period.id}/goals/new", {"title": "日均互动提升 30%", "owner_id": str(cast.manager)}
    )
    assert made.status_code == 303
    target = {"metric": "interactions", "aggregation": "per_day", "way": "up", "baseline": "8,850", "value": "1.15万"}
    assert lead.post_form(made.location + "/targets/new", target).status_code == 303
    page = lead.get(made.location).text
    for word in ("日均互动提升 30%", "周经理", "11,500", "8,850", "No figures yet"):
        assert word in page, word
    with acting(cast.actors["lead"]):
        offered = queries.choices()
    step = {
        "title": "竞品分析",
        "owner_id": str(cast.member),
        "due": str(today),
        "phase_id": str(offered["phases"][0][0]),
        "goal_id": str(offered["goals"][0][0]),
    }
    assert lead.post_form("/plan/steps/new", step).status_code == 303
    text = lead.get("/plan").text
    for word in ("第四季度", "第一月", "日均互动提升 30%", "竞品分析", "阿强"):
        assert word in text, word
    assert "竞品分析" in lead.get(made.location).text


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("10万", "100000"),
        ("1,200.5", "1200.5"),
        ("1，200", "1200"),
        ("¥500,000.00", "500000"),
        (" 3.4w ", "34000"),
        ("50k", "50000"),
        ("0.02亿", "2000000"),
        ("１２００", "1200"),
    ],
)
def test_numbers_as_people_write_them(client_of: Client, cast: Cast, goal: int, typed: str, value: str) -> None:
    lead = client_of("lead")
    form = {"metric": "gmv", "aggregation": "sum", "way": "up", "value": typed, "baseline": typed}
    lead.get("/plan")
    assert lead.post_form(f"/plan/goals/{goal}/targets/new", form).status_code == 303
    with acting(cast.actors["lead"]):
        (found,) = queries.goal(goal)[0].targets
    assert (found.target, found.baseline) == (Decimal(value), Decimal(value))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "typed", ["很多", "", "-5", "0", "nan", "Infinity", "1e309", "1e13", "1.2.3", "5%%", "万", "9" * 5000, "0.0000001"]
)
def test_a_bad_number_is_told_beside_its_field_and_kept(
    client_of: Client, cast: Cast, goal: int, language: str, typed: str
) -> None:
    lead = speaking(client_of("lead"), language)
    form = {"metric": "gmv", "aggregation": "best_session", "way": "down", "value": typed, "baseline": "28万"}
    answer = lead.post_form(f"/plan/goals/{goal}/targets/new", form)
    assert answer.status_code == 422
    assert bool(re.search(r"[一-鿿]", beside(answer.text, "value"))) == (language == "zh_Hans_CN")
    if typed:
        assert f'value="{typed}"' in answer.text
    for kept in ('value="28万"', '<option selected value="best_session">', '<option selected value="down">'):
        assert kept in answer.text, kept
    with acting(cast.actors["lead"]):
        assert queries.goal(goal)[0].targets == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_faults_of_a_step_stand_beside_their_fields_and_nothing_typed_is_lost(
    client_of: Client, cast: Cast, quarter: int, language: str
) -> None:
    lead = speaking(client_of("lead"), language)
    typed = {"title": "", "owner_id": str(cast.outsider), "due": "明天", "note": "第一行\n第二行"}
    answer = lead.post_form("/plan/steps/new", typed)
    assert answer.status_code == 422
    for field in ("title", "owner_id", "due"):
        assert bool(re.search(r"[一-鿿]", beside(answer.text, field))) == (language == "zh_Hans_CN"), field
    assert 'value="明天"' in answer.text
    assert "第一行\n第二行" in answer.text.replace("\r", "")
    with acting(cast.actors["lead"]):
        assert queries.plan_page().counts["all"] == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_in_the_wrong_order_stand_beside_the_last_day(client_of: Client, db: Any, language: str) -> None:
    lead = speaking(client_of("lead"), language)
    answer = lead.post_form("/plan/periods/new", {"name": "倒着", "start": "2026-12-01", "end": "2026-11-01"})
    assert answer.status_code == 422
    assert beside(answer.text, "end")
    for kept in ('value="倒着"', 'value="2026-12-01"', 'value="2026-11-01"'):
        assert kept in answer.text, kept
    strange = lead.post_form("/plan/periods/new", {"name": "x", "start": "0001-01-01", "end": "9999-12-31"})
    assert strange.status_code == 422
    assert beside(strange.text, "start")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_older_form_shows_both_sides_and_mine_can_still_be_saved(
    client_of: Client, cast: Cast, quarter: int, today: date, language: str
) -> None:
    with acting(cast.actors["lead"]):
        made = services.add_step("竞品分析", cast.member, today)
        version = queries.step(made)[0].version
        services.edit_step(made, version, "竞品分析, 三家", cast.host, today, None, None, "")
    manager = speaking(client_of("manager"), language)
    mine = {
        "version": str(version),
        "title": "竞品分析, 五家",
        "owner_id": str(cast.lead),
        "due": str(today),
        "note": "我写的",
    }
    answer = manager.post_form(f"/plan/steps/{made}/edit", mine)
    assert answer.status_code == 409
    table = re.search(r'<table class="table stale">.*?</table>', answer.text, re.S)
    assert table
    for word in ("竞品分析, 三家", "竞品分析, 五家", "小米", "林小雨", "我写的"):
        assert word in table[0], word
    form = re.search(r'<form method="post" action="[^"]*" class="inline">.*?</form>', answer.text, re.S)
    assert form
    sent = dict(re.findall(r'name="([^"]*)" value="([^"]*)"', form[0]))
    sent.pop("once")
    sent.pop("csrf_token")
    assert manager.post_form(f"/plan/steps/{made}/edit", sent).status_code == 303
    with acting(cast.actors["lead"]):
        row, owner = queries.step(made)
    assert (row.title, owner, row.note) == ("竞品分析, 五家", "林小雨", "我写的")


def test_a_version_from_nowhere_is_an_older_form(client_of: Client, cast: Cast, quarter: int) -> None:
    with acting(cast.actors["lead"]):
        made = services.add_step("竞品分析")
    lead = client_of("lead")
    for version, status in (("", 409), ("99", 409), ("x", 422), (str(2**63), 422)):
        answer = lead.post_form(f"/plan/steps/{made}/edit", {"version": version, "title": "别的"})
        assert answer.status_code == status, version
    with acting(cast.actors["lead"]):
        assert queries.step(made)[0].title == "竞品分析"


def test_an_edit_offers_undo(client_of: Client, cast: Cast, quarter: int, today: date) -> None:
    with acting(cast.actors["lead"]):
        made = services.add_step("竞品分析", cast.member, today)
        version = queries.step(made)[0].version
    lead = client_of("lead")
    answer = lead.post_form(f"/plan/steps/{made}/edit", {"version": str(version), "title": "别的"})
    undo = re.search(r'action="(/undo/[0-9a-f]{32})"', lead.get(answer.location).text)
    assert undo
    assert lead.post_form(undo[1], headers={"Referer": f"http://localhost/plan/steps/{made}"}).status_code == 303
    with acting(cast.actors["lead"]):
        row = queries.step(made)[0]
    assert (row.title, row.owner_id, row.due) == ("竞品分析", cast.member, today)


def test_a_persons_own_steps_can_be_done_from_the_list(
    client_of: Client, cast: Cast, quarter: int, today: date
) -> None:
    with acting(cast.actors["lead"]):
        mine = services.add_step("竞品分析", cast.member, today)
        other = services.add_step("选品会", cast.host, today)
    member = client_of("member")
    text = member.get("/plan?tab=mine").text
    assert "竞品分析" in text
    assert "选品会" not in text
    assert f"/plan/steps/{mine}/finish" in text
    assert f"/plan/steps/{other}/finish" not in member.get("/plan").text
    answer = member.post_form(f"/plan/steps/{mine}/finish", {"next": "/plan?tab=mine"})
    assert answer.location == "/plan?tab=mine"
    assert member.post_form(f"/plan/steps/{other}/finish").status_code == 403
    assert member.post_form(f"/plan/steps/{mine}/finish").status_code == 409
    with acting(cast.actors["member"]):
        assert queries.step(mine)[0].state is StepState.DONE
        assert queries.step(other)[0].state is StepState.OPEN
    for login, status in (("viewer", 403), ("outsider", 404)):
        visitor = client_of(login)
        visitor.get("/")
        assert visitor.post_form(f"/plan/steps/{mine}/reopen").status_code == status
    assert member.post_form(f"/plan/steps/{mine}/nonsense").status_code == 404


def test_a_goal_says_which_sessions_moved_it(client_of: Client, cast: Cast, goal: int, show: Show) -> None:
    with acting(cast.actors["lead"]):
        services.add_target(goal, "gmv", Decimal(500_000), Aggregation.SUM)
    made = show(1, gmv="61045.30")
    show(2, gmv=100_000)
    text = speaking(client_of("viewer"), "en").get(f"/plan/goals/{goal}").text
    assert f'href="/sessions/{made}?phase=review"' in text
    assert "61,045.3" in text
    assert "moved by 2 sessions" in text
    assert "161,045.3" in text


def test_who_sees_which_button(client_of: Client, cast: Cast, goal: int) -> None:
    for login, writes in (("manager", True), ("lead", True), ("host", False), ("member", False), ("viewer", False)):
        visitor = client_of(login)
        text = visitor.get("/plan").text + visitor.get(f"/plan/goals/{goal}").text
        for path in ("/plan/steps/new", "/targets/new", f"/plan/goals/{goal}/delete"):
            assert (path in text) is writes, (login, path)
        for path in ("/plan/steps/new", "/plan/periods/new", f"/plan/goals/{goal}/targets/new"):
            assert visitor.get(path).status_code == (200 if writes else 403), (login, path)
    outsider = client_of("outsider")
    for path in (f"/plan/goals/{goal}", f"/plan/goals/{goal}/targets/new", f"/plan?period={goal}"):
        assert outsider.get(path).status_code == 404, path


@pytest.mark.parametrize("asked", ["?period=x", "?period=0", f"?period={2**63}", "?tab=%00", "?tab=" + "x" * 3000])
def test_odd_addresses_are_no_fault(client_of: Client, quarter: int, asked: str) -> None:
    assert client_of("lead").get("/plan" + asked).status_code in (200, 404)
    assert client_of("lead").get("/plan/steps/new?phase_id=99&goal_id=" + str(2**63)).status_code == 200


def undo_of(visitor: Any, path: str) -> str:
    found = re.search(r'action="(/undo/[0-9a-f]{32})"', visitor.get(path).text)
    assert found
    return found[1]


def test_a_goal_and_its_target_are_corrected_by_plain_forms(
    client_of: Client, cast: Cast, goal: int, quarter: int, show: Show
) -> None:
    with acting(cast.actors["lead"]):
        target = services.add_target(goal, "gmv", Decimal(500_000), Aggregation.SUM)
    show(1, gmv=1000, viewers=88)
    lead = speaking(client_of("lead"), "en")
    page = lead.get(f"/plan/goals/{goal}").text
    for path in (f"/plan/goals/{goal}/edit", f"/plan/targets/{target}/edit", f"/plan/targets/{target}/remove"):
        assert path in page, path
    form = lead.get(f"/plan/goals/{goal}/edit").text
    assert 'value="单场 GMV 突破 50 万"' in form
    sent = {"version": "1", "title": "新标题", "why": "因为\r\n所以", "owner_id": "", "period_id": str(quarter)}
    assert lead.post_form(f"/plan/goals/{goal}/edit", sent).status_code == 303
    page = lead.get(f"/plan/goals/{goal}").text
    assert "新标题" in page
    assert "因为<br>所以" in page
    stale = lead.post_form(f"/plan/goals/{goal}/edit", sent | {"title": "更新的"})
    assert stale.status_code == 409
    assert "更新的" in stale.text
    assert "新标题" in stale.text
    form = lead.get(f"/plan/targets/{target}/edit").text
    assert '<option selected value="gmv">' in form
    assert 'value="500000"' in form
    new = {"version": "1", "metric": "viewers", "aggregation": "per_day", "way": "up", "value": "很多", "baseline": ""}
    answer = lead.post_form(f"/plan/targets/{target}/edit", new)
    assert answer.status_code == 422
    assert beside(answer.text, "value")
    assert lead.post_form(f"/plan/targets/{target}/edit", new | {"value": "1万"}).status_code == 303
    page = lead.get(f"/plan/goals/{goal}").text
    assert "88" in page
    assert "10,000" in page
    assert lead.post_form(f"/plan/targets/{target}/edit", new | {"value": "2万"}).status_code == 409
    gone = lead.post_form(f"/plan/targets/{target}/remove")
    assert gone.status_code == 303
    back = undo_of(lead, gone.location)
    assert lead.get(f"/plan/targets/{target}/edit").status_code == 404
    assert lead.post_form(back).status_code == 303
    assert "10,000" in lead.get(f"/plan/goals/{goal}").text
    for login, status in (("host", 403), ("viewer", 403), ("outsider", 404)):
        visitor = client_of(login)
        for path in (f"/plan/goals/{goal}/edit", f"/plan/targets/{target}/edit"):
            assert visitor.get(path).status_code == status, (login, path)
        assert visitor.post_form(f"/plan/targets/{target}/remove").status_code == status
        if login != "outsider":
            assert "/edit" not in visitor.get(f"/plan/goals/{goal}").text


def test_a_phase_is_corrected_and_removed_and_its_steps_stay(
    client_of: Client, cast: Cast, quarter: int, today: date
) -> None:
    with acting(cast.actors["lead"]):
        phase = services.add_phase(quarter, "第一月", today, today + DAY)
        step = services.add_step("竞品分析", cast.member, today, phase)
    lead = speaking(client_of("lead"), "en")
    page = lead.get("/plan").text
    assert "Its steps stay in the plan, without a phase." in page
    days = {"start": str(today), "end": str(today + 99 * DAY)}
    answer = lead.post_form(f"/plan/phases/{phase}/edit", {"version": "1", "name": "第一个月"} | days)
    assert answer.status_code == 422
    assert beside(answer.text, "end") == "A phase lies within its period."
    days["end"] = str(today + 2 * DAY)
    assert lead.post_form(f"/plan/phases/{phase}/edit", {"version": "1", "name": "第一个月"} | days).status_code == 303
    assert lead.post_form(f"/plan/phases/{phase}/edit", {"version": "1", "name": "又一个"} | days).status_code == 409
    gone = lead.post_form(f"/plan/phases/{phase}/delete")
    page = lead.get(gone.location).text
    assert "Without a phase" in page
    assert "竞品分析" in page
    assert "第一个月" not in page
    form = lead.get(f"/plan/steps/{step}/edit").text
    assert '<option selected value="">No phase' in form, "a phase in the trash is no choice"
    assert client_of("host").post_form(f"/plan/phases/{phase}/delete").status_code == 403
    assert client_of("outsider").get(f"/plan/phases/{phase}/edit").status_code == 404


def test_a_period_says_what_goes_with_it_before_it_goes(
    client_of: Client, cast: Cast, quarter: int, goal: int, today: date
) -> None:
    with acting(cast.actors["lead"]):
        services.add_step("为目标", goal_id=goal)
    lead = speaking(client_of("lead"), "en")
    page = lead.get(f"/plan/periods/{quarter}/delete").text
    assert re.search(r"Goals</div><div[^>]*>1<", page)
    assert re.search(r"Steps</div><div[^>]*>1<", page)
    assert "Phases</div>" not in page
    gone = lead.post_form(f"/plan/periods/{quarter}/delete")
    assert gone.status_code == 303
    back = undo_of(lead, gone.location)
    assert lead.get(f"/plan/goals/{goal}").status_code == 404
    text = lead.get("/trash").text
    assert text.count("/restore") == 1
    assert lead.post_form(back).status_code == 303
    assert lead.get(f"/plan/goals/{goal}").status_code == 200
    assert client_of("host").get(f"/plan/periods/{quarter}/delete").status_code == 403
    assert client_of("outsider").get(f"/plan/periods/{quarter}/delete").status_code == 404


def test_a_tap_answers_with_the_row_as_it_stands_now(client_of: Client, cast: Cast, quarter: int, today: date) -> None:
    with acting(cast.actors["lead"]):
        step = services.add_step("竞品分析", cast.member, today)
        services.move_step(step, "start")
    member = speaking(client_of("member"), "en")
    text = member.get("/plan").text
    assert 'id="tick-steps" data-tick' in text, "one form for all boxes of the page"
    assert f'form="tick-steps" formaction="/plan/steps/{step}/finish?look=row" data-to="done"' in text
    assert f'data-undo="/plan/steps/{step}/reopen?look=row&amp;was=doing"' in text
    tap, fields = {"X-Requested-With": "tick"}, {"next": "/plan"}
    done = member.post_form(f"/plan/steps/{step}/finish?look=row", fields, once="a" * 32, headers=tap)
    assert done.status_code == 200
    row = done.get_json()["row_html"]
    assert row.startswith("<tr")
    assert f'id="step-{step}"' in row
    assert 'aria-pressed="true"' in row
    again = member.post_form(f"/plan/steps/{step}/finish?look=row", fields, once="a" * 32, headers=tap)
    assert again.get_json()["ok"], "a repeat of the same tap has one effect"
    back = member.post_form(f"/plan/steps/{step}/reopen?was=doing", fields, headers=tap)
    assert back.get_json()["row_html"].startswith("<li")
    with acting(cast.actors["member"]):
        assert queries.step(step)[0].state is StepState.DOING, "it had been on its way"
    refused = client_of("host").post_form(f"/plan/steps/{step}/finish", fields, headers=tap)
    assert (refused.status_code, refused.get_json()["ok"]) == (403, False)


def test_somebody_else_s_steps_can_be_looked_at(client_of: Client, cast: Cast, quarter: int, today: date) -> None:
    with acting(cast.actors["lead"]):
        step = services.add_step("竞品分析", cast.member, today)
        services.wait_for(step, 1, "仓库")
        services.add_step("选品会", cast.host, today)
    viewer = speaking(client_of("viewer"), "en")
    text = viewer.get(f"/plan?tab=mine&who={cast.member}").text
    for word in ("阿强", "竞品分析", "Waiting for others", "Blocked by: 仓库"):
        assert word in text, word
    assert "选品会" not in text
    assert f"who={cast.member}" in viewer.get("/plan").text
    assert "Nothing of yours is open." in viewer.get("/plan?tab=mine").text
    assert viewer.get(f"/plan?tab=mine&who={cast.outsider}").status_code == 404
    assert viewer.get("/plan?tab=mine&who=x").status_code == 200


def test_what_a_step_waits_for_is_typed_on_its_page(client_of: Client, cast: Cast, quarter: int, today: date) -> None:
    with acting(cast.actors["lead"]):
        step = services.add_step("竞品分析", cast.member, today)
    member = speaking(client_of("member"), "en")
    assert f"/plan/steps/{step}/waits" in member.get(f"/plan/steps/{step}").text
    assert member.post_form(f"/plan/steps/{step}/waits", {"version": "1", "waits_for": "仓库"}).status_code == 303
    assert "Blocked by: 仓库" in member.get(f"/plan/steps/{step}").text
    answer = member.post_form(f"/plan/steps/{step}/waits", {"version": "1", "waits_for": "别的"})
    assert answer.status_code == 409
    assert 'value="别的"' in answer.text
    answer = member.post_form(f"/plan/steps/{step}/waits", {"version": "2", "waits_for": "长" * 161})
    assert answer.status_code == 422
    assert beside(answer.text, "waits_for")
    host = client_of("host")
    assert f"/plan/steps/{step}/waits" not in host.get(f"/plan/steps/{step}").text
    assert host.post_form(f"/plan/steps/{step}/waits", {"version": "2", "waits_for": "x"}).status_code == 403
    with acting(cast.actors["lead"]):
        services.move_step(step, "finish")
    assert "仓库" not in member.get("/plan").text, "what is done waits for nobody"
