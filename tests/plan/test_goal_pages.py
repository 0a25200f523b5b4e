"""Pages of goals and periods: plain forms, both languages, roles, strangers, stale forms; nothing typed is lost."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from planner.base.actor import acting
from planner.figures import queries as figures
from planner.plan import queries, services
from planner.plan.rules import OF_RATIOS, Aggregation, Health, PeriodState, Way, in_hundredths
from tests.cast import Cast
from tests.plan.conftest import DAY, Show
from tests.plan.test_pages import LANGUAGES, beside, speaking

Client = Callable[[str], Any]


@pytest.fixture
def goal(cast: Cast, quarter: int) -> int:
    with acting(cast.actors["lead"]):
        return services.add_goal(quarter, "单场 GMV 突破 50 万", cast.manager)


@pytest.fixture
def own(cast: Cast, goal: int) -> int:
    with acting(cast.actors["lead"]):
        made = services.add_own_metric("签约品牌", "家", Way.UP)
        services.add_target(goal, "", Decimal(3), Aggregation.SUM, own_id=made)
        return made


@pytest.mark.parametrize(
    ("kind", "first", "end", "last"),
    [
        ("month", "2027-02-01", "", "2027-02-28"), ("quarter", "2027-11-01", "", "2028-01-31"),
        ("month", "2027-02-01", "2027-03-09", "2027-03-09"), ("custom", "2027-02-03", "2027-02-09", "2027-02-09"),
    ],
)  # fmt: skip
def test_a_month_or_a_quarter_needs_no_last_day(
    client_of: Client, cast: Cast, db: Any, kind: str, first: str, end: str, last: str
) -> None:
    lead = client_of("lead")
    assert (
        lead.post_form("/plan/periods/new", {"name": "周期", "kind": kind, "start": first, "end": end}).status_code
        == 303
    )
    with acting(cast.actors["lead"]):
        (row,) = queries.all_periods()
    assert (str(row.row.start), str(row.row.end)) == (first, last)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_period_without_an_end_says_so(client_of: Client, db: Any, language: str) -> None:
    lead = speaking(client_of("lead"), language)
    for kind, first in (("custom", "2027-02-03"), ("month", "2027-02-03")):
        answer = lead.post_form("/plan/periods/new", {"name": "周期", "kind": kind, "start": first, "end": ""})
        assert answer.status_code == 422
        assert bool(re.search(r"[一-鿿]", beside(answer.text, "end"))) == (language == "zh_Hans_CN")


def test_a_month_that_is_moved_takes_its_last_day_along(client_of: Client, cast: Cast, db: Any) -> None:
    with acting(cast.actors["lead"]):
        made = services.add_period("二月", date(2027, 2, 1), date(2027, 2, 28))
    lead = client_of("lead")
    path = f"/plan/periods/{made}/edit"
    assert '<option selected value="month">' in lead.get(path).text
    sent = {"version": "1", "name": "三月", "kind": "month", "start": "2027-03-01", "end": "2027-02-28"}
    assert lead.post_form(path, sent).status_code == 303
    with acting(cast.actors["lead"]):
        assert queries.period(made).end == date(2027, 3, 31)


def test_a_relative_target_is_typed_and_shown_with_its_baseline(
    client_of: Client, cast: Cast, goal: int, show: Show
) -> None:
    show(60, gmv=400)
    lead = client_of("lead")
    form = {
        "metric": "gmv",
        "aggregation": "per_session",
        "way": "up",
        "value": "＋３０ ％",
        "baseline": "",
        "weight": "3",
    }
    answer = lead.post_form(f"/plan/goals/{goal}/targets/new", form | {"propose": "1"})
    assert answer.status_code == 422 or answer.status_code == 200
    assert 'value="400"' in answer.text
    assert 'value="＋３０ ％"' in answer.text
    assert lead.post_form(f"/plan/goals/{goal}/targets/new", form).status_code == 303
    text = lead.get(f"/plan/goals/{goal}").text
    for word in ("¥520.00", "+30%", "¥400.00", "取自"):
        assert word in text, word
    with acting(cast.actors["lead"]):
        target = queries.goal(goal)[0].targets[0].id
    assert 'value="+30%"' in lead.get(f"/plan/targets/{target}/edit").text
    sent = form | {"version": "1", "baseline": "500", "value": "+30%"}
    assert lead.post_form(f"/plan/targets/{target}/edit", sent).status_code == 303
    assert "¥650.00" in lead.get(f"/plan/goals/{goal}").text
    assert lead.post_form(f"/plan/targets/{target}/edit", sent).status_code == 409, "started from an older version"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_relative_target_without_a_past_asks_for_its_baseline(client_of: Client, goal: int, language: str) -> None:
    lead = speaking(client_of("lead"), language)
    form = {"metric": "gmv", "aggregation": "sum", "way": "up", "value": "+30%", "baseline": ""}
    answer = lead.post_form(f"/plan/goals/{goal}/targets/new", form)
    assert answer.status_code == 422
    assert bool(re.search(r"[一-鿿]", beside(answer.text, "baseline"))) == (language == "zh_Hans_CN")
    assert 'value="+30%"' in answer.text


def test_a_target_of_the_teams_own_is_made_with_its_figure(client_of: Client, cast: Cast, goal: int) -> None:
    lead = client_of("lead")
    form = {
        "own_id": "",
        "name": "上手天数",
        "unit": "天",
        "way": "down",
        "aggregation": "latest",
        "baseline": "20",
        "value": "-30%",
    }
    assert lead.post_form(f"/plan/goals/{goal}/targets/own", form).status_code == 303
    text = lead.get(f"/plan/goals/{goal}").text
    for word in ("上手天数", "14 天", "-30%", "20 天", "最近一次进展"):
        assert word in text, word
    assert "上手天数" in lead.get("/plan/figures").text
    again = lead.post_form(f"/plan/goals/{goal}/targets/own", form)
    assert again.status_code == 422
    assert beside(again.text, "name")


def test_somebody_reports_and_a_lead_reads_it(client_of: Client, cast: Cast, goal: int, own: int, today: date) -> None:
    member, lead = client_of("member"), client_of("lead")
    form = member.get(f"/plan/goals/{goal}/check-in").text
    assert f'name="own_{own}"' in form
    assert 'name="health"' not in form, "how it stands is not for everybody to say"
    sent = {f"own_{own}": "很多", "note": "第一家签了", "day": str(today)}
    answer = member.post_form(f"/plan/goals/{goal}/check-in", sent)
    assert answer.status_code == 422
    assert beside(answer.text, f"own_{own}")
    assert "第一家签了" in answer.text
    assert member.post_form(f"/plan/goals/{goal}/check-in", sent | {f"own_{own}": "１"}).status_code == 303
    text = lead.get(f"/plan/goals/{goal}").text
    for word in ("第一家签了", "1 家", "阿强", "已阅"):
        assert word in text, word
    with acting(cast.actors["lead"]):
        (row,) = queries.goal_page(goal).check_ins
    assert member.post_form(f"/plan/check-ins/{row.id}/acknowledge").status_code == 403
    assert lead.post_form(f"/plan/check-ins/{row.id}/acknowledge").status_code == 303
    assert "林小雨 已阅" in member.get(f"/plan/goals/{goal}").text
    assert member.post_form(f"/plan/check-ins/{row.id}/remove").status_code == 303
    assert "第一家签了" not in member.get(f"/plan/goals/{goal}").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_against_the_figures_says_who_and_which(
    client_of: Client, goal: int, own: int, language: str, today: date
) -> None:
    manager, lead = speaking(client_of("manager"), language), speaking(client_of("lead"), language)
    path, sent = f"/plan/goals/{goal}/check-in", {f"own_{own}": "3", "note": "", "health": "at_risk", "day": str(today)}
    answer = manager.post_form(path, sent)
    assert answer.status_code == 422
    assert bool(re.search(r"[一-鿿]", beside(answer.text, "note"))) == (language == "zh_Hans_CN")
    assert manager.post_form(path, sent | {"note": "合同没盖章"}).status_code == 303
    words = ("周经理 认为：有风险", "合同没盖章", "数据显示：已达成") if language == "zh_Hans_CN" else (
        "周经理 thinks: At risk", "合同没盖章", "the figures say: Met",
    )  # fmt: skip
    text = lead.get(f"/plan/goals/{goal}").text
    for word in words:
        assert word in text, word
    assert ("周经理 认为" if language == "zh_Hans_CN" else "周经理 thinks so") in lead.get("/plan/goals").text
    assert words[1] in text


def test_the_goals_of_a_period_offer_a_check_in_to_whoever_may(client_of: Client, goal: int, own: int) -> None:
    place = f"/plan/goals/{goal}/check-in"
    assert place in client_of("host").get("/plan/goals").text
    viewer = client_of("viewer")
    text = viewer.get("/plan/goals").text
    assert "单场 GMV 突破 50 万" in text
    assert place not in text
    assert viewer.get(place).status_code == 403
    assert viewer.post_form(place, {"note": "看看"}).status_code == 403


PLACES = (
    "/plan/goals/{goal}", "/plan/goals/{goal}/check-in", "/plan/goals/{goal}/links", "/plan/goals/{goal}/targets/own",
    "/plan/periods/{period}", "/plan/periods/{period}/close", "/plan/figures/{own}/edit", "/plan/goals?period={period}",
)  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_for_another_team_it_does_not_exist(client_of: Client, quarter: int, goal: int, own: int, place: str) -> None:
    path = place.format(goal=goal, period=quarter, own=own)
    own_page = client_of("lead").get(path)
    assert own_page.status_code == 200
    assert re.search(r"<title>[^<·]+", own_page.text)
    outsider = client_of("outsider")
    assert outsider.get(path).status_code == 404
    if "?" not in path and not path.endswith(str(goal)) and not path.endswith(f"periods/{quarter}"):
        assert outsider.post_form(path, {"note": "x", "name": "x", "way": "up", "version": "1"}).status_code == 404


@pytest.fixture
def asked(cast: Cast, quarter: int, goal: int, own: int, today: date) -> dict[str, int]:
    """What closing the quarter asks: one target, a goal and a step; another period with a phase is there."""
    with acting(cast.actors["lead"]):
        after = services.add_period("下季度", today + 51 * DAY, today + 140 * DAY)
        phase = services.add_phase(after, "第四月", today + 51 * DAY, today + 80 * DAY)
        step = services.add_step("样品寄回", cast.member, today, None, goal)
        target, cause = queries.goal(goal)[0].targets[0].id, figures.causes()[0].id
    return {"into": after, "phase": phase, "step": step, "target": target, "cause": cause, "goal": goal}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_period_is_closed_by_a_plain_form(
    client_of: Client, cast: Cast, quarter: int, asked: dict[str, int], language: str
) -> None:
    lead = speaking(client_of("lead"), language)
    place, a = f"/plan/periods/{quarter}/close", asked
    text = lead.get(place).text
    for word in (f'name="cause_{a["target"]}"', f'value="carry-{a["phase"]}"', f'name="goal_{a["goal"]}"', "样品寄回"):
        assert word in text, word
    sent = {
        "version": "1", "into_id": str(a["into"]), "lessons": "保留猜价", f"reason_{a['target']}": "预算冻结",
        f"improvement_{a['target']}": "先签单场", f"step_{a['step']}": "cancel", f"goal_{a['goal']}": "carry",
    }  # fmt: skip
    looked = lead.post_form(place, sent | {"show": "1"})
    assert looked.status_code == 200
    answer = lead.post_form(place, sent)
    assert answer.status_code == 422
    for kept in ("保留猜价", "预算冻结", "先签单场", 'value="cancel" selected', 'value="carry" selected'):
        assert kept in answer.text and kept in looked.text, kept
    for spot in (f"target-{a['target']}-error", f"step_{a['step']}-error"):
        said = re.search(rf'id="{spot}".*?<span>([^<]*)', answer.text, re.S)
        assert said
        assert bool(re.search(r"[一-鿿]", said[1])) == (language == "zh_Hans_CN")
    sent |= {f"cause_{a['target']}": str(a["cause"]), f"why_step_{a['step']}": "品牌方改线上"}
    assert lead.post_form(place, sent | {"version": "7"}).status_code == 409
    assert lead.post_form(place, sent).status_code == 303
    page = lead.get(f"/plan/periods/{quarter}").text
    for word in ("先签单场", "预算冻结", "品牌方改线上", "保留猜价", "下季度"):
        assert word in page, word
    for closed in (f"/plan?period={quarter}", f"/plan/goals?period={quarter}", f"/plan/goals/{a['goal']}"):
        text = lead.get(closed).text
        assert ("只能查看" if language == "zh_Hans_CN" else "read-only") in text, closed
        assert f"/plan/goals/{a['goal']}/edit" not in text
    assert lead.post_form(f"/plan/goals/{a['goal']}/check-in", {"note": "晚了", "day": ""}).status_code == 422
    assert lead.post_form(f"/plan/goals/{a['goal']}/delete").status_code == 409
    assert client_of("member").post_form(f"/plan/periods/{quarter}/reopen").status_code == 403
    assert lead.post_form(f"/plan/periods/{quarter}/reopen").status_code == 303
    with acting(cast.actors["lead"]):
        assert queries.period(quarter).state is PeriodState.OPEN
    assert "先签单场" in lead.get(place).text, "what was said stands in the form again"


def test_today_tells_the_worst_first_and_what_a_person_said(
    client_of: Client, cast: Cast, quarter: int, goal: int, own: int
) -> None:
    with acting(cast.actors["manager"]):
        for n in range(5):
            services.add_goal(quarter, f"目标 {n}")
        services.check_in(goal, "合同没盖章", Health.OFF_TRACK, {own: Decimal(3)})
    text = client_of("lead").get("/").text
    assert "周经理 认为" in text
    assert "还有 2 个目标" in text
    assert text.index("单场 GMV 突破 50 万") < text.index("目标 0")


@pytest.mark.parametrize("sent", ["4611686018427387904", "0", "-1", "9" * 40, "x", ""])
def test_ids_that_cannot_be_are_no_error_of_ours(
    client_of: Client, quarter: int, asked: dict[str, int], sent: str
) -> None:
    lead, a = client_of("lead"), asked
    form = {
        "version": "1", "into_id": sent, f"cause_{a['target']}": sent, f"improvement_{a['target']}": "改",
        f"step_{a['step']}": f"carry-{sent}", f"goal_{a['goal']}": sent,
    }  # fmt: skip
    assert lead.post_form(f"/plan/periods/{quarter}/close", form).status_code in (404, 422)
    assert lead.get(f"/plan/periods/{quarter}/close?into={sent}").status_code == 200
    assert lead.post_form(f"/plan/goals/{a['goal']}/links", {"session_ids": sent, "phase_ids": sent}).status_code == 422


@pytest.mark.parametrize(("language", "word"), [("zh_Hans_CN", "添加目标值"), ("en", "New target")])
def test_a_figure_of_the_teams_own_is_chosen_among_all(
    client_of: Client, cast: Cast, goal: int, own: int, language: str, word: str
) -> None:
    lead = speaking(client_of("lead"), language)
    assert word in lead.get(f"/plan/goals/{goal}").text
    page = lead.get(f"/plan/goals/{goal}/targets/new").text
    groups = re.findall(r'<optgroup label="[^"]+">(.*?)</optgroup>', page)
    assert len(groups) == 3, "the team's own first, then the dictionary"
    assert f'value="own:{own}"' in groups[0]
    assert 'value="gmv"' in groups[1]
    assert 'value="refund_rate"' in groups[2]
    form = {"metric": f"own:{own}", "aggregation": "latest", "way": "up", "value": "5", "baseline": "", "weight": "1"}
    refused = lead.post_form(f"/plan/goals/{goal}/targets/new", form | {"aggregation": "per_day"})
    assert refused.status_code == 422
    assert beside(refused.text, "aggregation")
    assert lead.post_form(f"/plan/goals/{goal}/targets/new", form).status_code == 303
    with acting(cast.actors["lead"]):
        assert [t.own_id for t in queries.goal(goal)[0].targets] == [own, own]


def test_ways_of_counting_that_can_not_be_are_known_to_the_page(client_of: Client, goal: int) -> None:
    lead = client_of("lead")
    page = html.unescape(lead.get(f"/plan/goals/{goal}/targets/new").text)
    can = json.loads(re.search(r'data-can="(\{.*?\})"', page)[1])  # type: ignore[index]
    assert "sum" in can["gmv"]
    assert "mean_ratio" not in can["gmv"]
    assert can["refund_rate"] == [str(each) for each in OF_RATIOS]
    for metric in ("gmv", "pcu", "refund_rate"):
        for way in Aggregation:
            form = {
                "metric": metric,
                "aggregation": str(way),
                "way": "up",
                "value": "1",
                "baseline": "1",
                "weight": "99",
            }
            answer = lead.post_form(f"/plan/goals/{goal}/targets/new", form).text
            assert ('id="aggregation-error"' in answer) != (str(way) in can[metric]), (metric, way)


def test_the_baseline_that_is_taken_says_of_when_and_has_the_digits_of_its_figure(
    client_of: Client, goal: int, show: Show
) -> None:
    show(60, gmv=100)
    show(61, gmv=101)
    show(62, gmv=100)
    lead = speaking(client_of("lead"), "zh_Hans_CN")
    form = {"metric": "gmv", "aggregation": "per_session", "way": "up", "value": "+30%", "baseline": "", "propose": "1"}
    text = lead.post_form(f"/plan/goals/{goal}/targets/new", form).text
    assert 'value="100.33"' in text
    assert re.search(r"取自 .*20\d\d.* 的实际结果。", text)
    assert "起点" not in text


def test_a_sum_asks_for_what_was_added_and_counts_say_whose_they_are(
    client_of: Client, cast: Cast, quarter: int, goal: int, own: int, today: date
) -> None:
    with acting(cast.actors["lead"]):
        other = services.add_goal(quarter, "另一个目标")
        services.add_target(other, "", Decimal(3), Aggregation.LATEST, own_id=own)
        services.check_in(goal, "", None, {own: Decimal(2)}, today)
        services.check_in(other, "", None, {own: Decimal(1)}, today)
    lead = speaking(client_of("lead"), "zh_Hans_CN")
    form = lead.get(f"/plan/goals/{goal}/check-in").text
    assert "签约品牌：本次新增" in form
    assert "目前合计 3 家" in form
    assert "签约品牌：当前值" in lead.get(f"/plan/goals/{other}/check-in").text
    page = lead.get(f"/plan/goals/{goal}").text
    assert "上报过 2 次（其中 1 次记在其他目标）" in page.replace(" （", "（")


@pytest.mark.parametrize(("share", "found"), [("0.6666", 67), ("0.664", 66), ("0.9961", 99), ("1", 100), ("-0.2", -20)])
def test_shares_are_rounded_but_never_up_to_all(share: str, found: int) -> None:
    assert in_hundredths(Decimal(share)) == found


def test_all_that_is_open_is_carried_by_one_choice(
    client_of: Client, cast: Cast, quarter: int, asked: dict[str, int], today: date
) -> None:
    a, place = asked, f"/plan/periods/{quarter}/close"
    with acting(cast.actors["lead"]):
        own = services.add_step("留在这里的", None, today, None, a["goal"])
    lead = speaking(client_of("lead"), "zh_Hans_CN")
    assert f'<option value="carry-{a["phase"]}">全部结转到：第四月</option>' in lead.get(place).text
    sent = {
        "version": "1", "into_id": str(a["into"]), f"cause_{a['target']}": str(a["cause"]), "move_dates": "y",
        f"improvement_{a['target']}": "先签单场", "every": f"carry-{a['phase']}", f"step_{own}": "leave",
        f"step_{a['step']}": "", f"goal_{a['goal']}": "",
    }  # fmt: skip
    assert lead.post_form(place, sent | {"every": "carry-999"}).status_code == 422
    assert lead.post_form(place, sent).status_code == 303
    with acting(cast.actors["lead"]):
        carried, left = queries.step(a["step"])[0], queries.step(own)[0]
        assert (carried.phase_id, carried.due) == (a["phase"], today + 100 * DAY)
        assert (left.phase_id, left.due) == (None, today)
        assert [g.carried_from for g in queries.goals_page(a["into"]).goals] == [a["goal"]]
