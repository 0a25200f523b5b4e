"""Steps out of a sheet: read by its heads, merged by number or title, all or none; and what is taken away comes back."""

from __future__ import annotations

import html
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from planner.base import undo
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.plan import queries, services
from planner.plan.rules import Priority, StepState
from planner.plan.rules.rows import HEADS, Column, read_priority, read_state, recognise
from tests.cast import Cast
from tests.plan.conftest import DAY
from tests.plan.test_pages import speaking

Client = Callable[[str], Any]


@given(st.lists(st.sampled_from([word for words in HEADS.values() for word in words]), max_size=12))
def test_each_column_is_known_once(head: list[str]) -> None:
    found = [column for column in recognise(head) if column is not None]
    assert len(found) == len(set(found))
    assert set(found) == {column for column, words in HEADS.items() if set(words) & set(head)}


@given(st.text(max_size=30))
def test_any_cell_is_read_or_refused(cell: str) -> None:
    assert read_state(cell) in {None, *StepState}
    assert read_priority(cell) in {None, *Priority}


@pytest.fixture
def phase(cast: Cast, quarter: int, today: date) -> int:
    with acting(cast.actors["lead"]):
        return services.add_phase(quarter, "第一月", today, today + 30 * DAY)


@pytest.mark.engines
def test_rows_make_and_change_steps_with_one_undo(cast: Cast, phase: int, today: date) -> None:
    with acting(cast.actors["lead"]):
        old = services.add_step("竞品分析", cast.member, today, phase)
        other = services.add_step("选品会", None, today)
        due = today + timedelta(days=9)
        text = (
            "编号\t步骤\t负责人\t截止\t阶段\t状态\t被什么卡住\t优先级\t标签\t没听过\n"
            f"\t竞品分析\t小米\t{due}\t第一月\t进行中\t\t高\t大促、直播\tx\n"
            f"{other}\t选品会改名\t\t\t\t受阻\t样品\t\t\t\n"
            "\t买备用麦\thost\t2026/12/1\t\t已完成\t\t紧急\t#设备\t\n"
        )
        found = queries.read_steps(text)
        assert found.unknown == ["没听过"]
        assert [queries.kind_of(row) for row in found.rows] == ["changed", "changed", "new"]
        assert [row.step_id for row in found.rows] == [old, other, None]
        assert services.take_steps(found.rows) == (1, 2)
        first, second = queries.some_steps([old]), queries.some_steps([other])
        assert (first[0].owner_id, first[0].due, first[0].state) == (cast.host, due, StepState.DOING)
        assert (first[0].priority, queries.tags_of([old])[old]) == (Priority.HIGH, ["大促", "直播"])
        assert (second[0].title, second[0].state, second[0].waits_for) == ("选品会改名", StepState.BLOCKED, "样品")
        assert second[0].due == today, "an empty cell leaves what stands"
        assert [row for row in queries.read_steps(text).rows[:2] if row.good] == [], "the same again changes nothing"
        undo.undo(last_command.get() or "")
        assert [s.title for s in queries.some_steps([old, other])] == ["竞品分析", "选品会"]
        assert queries.some_steps([old])[0].owner_id == cast.member
        assert [s.title for s in queries.listed() if s.title == "买备用麦"] == []


@pytest.mark.engines
def test_what_is_wrong_is_told_by_row_and_nothing_else_is_lost(cast: Cast, phase: int, today: date) -> None:
    with acting(cast.actors["lead"]):
        old = services.add_step("竞品分析", cast.member, today, phase)
        text = (
            "标题,负责人,开始,截止,阶段,状态,优先级\n"
            "一,没有这人,,,,,\n二,,明天以后,,,,\n三,,2027-02-03,2027-02-01,,,\n四,,,,第九月,,\n五,,,,,飞行中,\n"
            "六,,,,,受阻,\n七,,,,,,十万火急\n,小米,,,,,\n"
            + "长" * 161
            + ",,,,,,\n竞品分析,,,,第一月,,\n竞品分析,,,,第一月,,高\n"
        )
        rows = queries.read_steps(text).rows
        assert [queries.kind_of(row) for row in rows] == ["wrong"] * 9 + ["same", "wrong"]
        assert all(len(row.faults) == 1 for row in rows if row.faults)
        for bad in ("", "负责人\n小米\n", "步骤\n" + "x\n" * 2001):
            with pytest.raises(Invalid):
                queries.read_steps(bad)
        with pytest.raises(Refused):
            services.take_steps([row for row in rows if row.good])
        good = queries.read_steps("步骤,阶段,优先级\n竞品分析,第一月,高\n新的,,\n").rows
        services.move_step(old, "start")
        with pytest.raises(Invalid) as caught:
            services.take_steps(good)
        assert list(caught.value.fields) == ["rows.0"]
        assert [s.title for s in queries.listed() if s.title == "新的"] == [], "all or none"
    with acting(cast.actors["member"]), pytest.raises(Forbidden):
        queries.read_steps("步骤\n一\n")
    with acting(cast.actors["outsider"]), pytest.raises((Forbidden, NotFound)):
        services.take_steps(good)


def test_what_is_taken_away_comes_back_unchanged(client_of: Client, cast: Cast, phase: int, today: date) -> None:
    with acting(cast.actors["lead"]):
        made = services.add_step("竞品分析", cast.member, today, phase)
        services.add_step("选品会")
    for language in ("en", "zh_Hans_CN"):
        lead = speaking(client_of("lead"), language)
        text = lead.get("/plan/steps.csv").get_data().decode("utf-8-sig")
        with acting(cast.actors["lead"]):
            assert [queries.kind_of(row) for row in queries.read_steps(text).rows] == ["same", "same"], language
        changed = text.replace("竞品分析", "竞品拆解")
        looked = lead.post_form("/plan/steps/bring", {"rows": changed, "step": "look"})
        assert looked.status_code == 200
        assert "竞品拆解" in looked.text
    lead = speaking(client_of("lead"), "en")
    looked = lead.post_form("/plan/steps/bring", {"rows": changed, "step": "look"}).text
    mark = looked.split('name="looked" value="', 1)[1].split('"', 1)[0]
    refused = lead.post_form("/plan/steps/bring", {"rows": changed + "新的\n", "step": "take", "looked": mark})
    assert refused.status_code == 422
    assert "Look at them once more" in refused.text
    assert lead.post_form("/plan/steps/bring", {"rows": changed, "step": "take", "looked": mark}).status_code == 303
    assert "0 steps added, 1 changed." in lead.get("/plan/steps").text
    with acting(cast.actors["lead"]):
        assert queries.some_steps([made])[0].title == "竞品拆解"
    assert "<title>Bring steps" in lead.get("/plan/steps/bring").text
    assert client_of("member").get("/plan/steps/bring").status_code == 403
    assert Column.TITLE in recognise(text.splitlines()[0].split(","))


def test_a_file_whose_last_cell_is_empty_is_taken_as_it_was_looked_at(
    client_of: Client, cast: Cast, phase: int
) -> None:
    lead = speaking(client_of("lead"), "en")
    sheet = "步骤,截止,标签\n搭景,2026-12-08,现场\n试播,2026-12-09,\n"
    sent = {"file": (io.BytesIO(sheet.encode("utf-8-sig")), "步骤.csv"), "step": "look"}
    looked = lead.post_form("/plan/steps/bring", sent).text
    mark = looked.split('name="looked" value="', 1)[1].split('"', 1)[0]
    box = html.unescape(looked.split("<textarea", 1)[1].split(">", 1)[1].split("</textarea>", 1)[0])
    assert "8 Dec" in looked, "the day as it was read"
    rows = {"rows": box.lstrip("\r\n"), "step": "take", "looked": mark}
    assert lead.post_form("/plan/steps/bring", rows).status_code == 303
    assert "2 steps added" in lead.get("/plan/steps").text


TWICE = "步骤\t负责人\t截止\t阶段\n"


@pytest.mark.engines
def test_of_phases_with_one_name_the_day_decides(cast: Cast, phase: int, today: date) -> None:
    with acting(cast.actors["lead"]):
        after = services.add_period("下一季度", today + 51 * DAY, today + 140 * DAY)
        later = services.add_phase(after, "第一月", today + 51 * DAY, today + 80 * DAY)
        campaign = services.add_period("大促", today + 10 * DAY, today + 60 * DAY)
        inside = services.add_phase(campaign, "第一月", today + 40 * DAY, today + 60 * DAY)
        old = services.add_step("选品会", None, today + 60 * DAY, phase)
        rows = queries.read_steps(
            TWICE
            + f"一\t\t{today + 5 * DAY}\t第一月\n"
            + f"二\t\t{today + 100 * DAY}\t第一月\n"
            + f"三\t小米\t{today + 55 * DAY}\t第一月 · 大促\n"
            + f"四\t\t{today + 20 * DAY}\t第一月\n"
            + "五\t\t\t第一月\n"
            + f"六\t\t{today + 900 * DAY}\t第一月\n"
        ).rows
        assert [row.values.get(Column.PHASE) for row in rows] == [phase, later, inside, phase, None, None]
        assert rows[2].place == "第一月 · 大促"
        assert rows[2].owner == "小米"
        for row in rows[4:]:
            assert [str(fault) for fault in row.faults] == [
                "第一月 stands in several periods: write 第一月 · 第四季度 or 第一月 · 大促."
            ]
        by_number = queries.read_steps(f"编号\t步骤\t阶段\n{old}\t选品会\t第一月\n").rows[0]
        assert by_number.values[Column.PHASE] == phase, "what stands there stays, whatever its day"
        of_period = queries.read_steps(
            TWICE.replace("负责人", "周期") + "七\t下一季度\t\t第一月\n八\t去年\t\t第一月\n"
        ).rows
        assert of_period[0].values[Column.PHASE] == later
        assert [str(fault) for fault in of_period[1].faults] == ["No phase is called 第一月 in 去年."]


def test_the_look_names_phase_period_and_owner(client_of: Client, cast: Cast, phase: int, today: date) -> None:
    lead = speaking(client_of("lead"), "zh_Hans_CN")
    looked = lead.post_form(
        "/plan/steps/bring", {"rows": TWICE + f"搭景\t小米\t{today}\t第一月\n", "step": "look"}
    ).text
    assert "第一月 · 第四季度" in looked
    assert "小米" in looked.split('id="row-2"', 1)[1].split("</li>", 1)[0]
    assert "还没有写入计划" in looked
    assert "场次。" not in looked.split('role="status"', 1)[1].split("</div>", 1)[0]


def test_a_workbook_has_days_and_comes_back_unchanged(client_of: Client, cast: Cast, phase: int, today: date) -> None:
    with acting(cast.actors["lead"]):
        services.add_step("竞品分析", cast.member, today, phase)
    lead = speaking(client_of("lead"), "zh_Hans_CN")
    data = lead.get("/plan/steps.xlsx").get_data()
    head, row = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()[:2]
    held = dict(zip(head, row, strict=True))
    assert held["截止"] == today
    assert (held["阶段"], held["周期"]) == ("第一月", "第四季度")
    assert "编号" in held
    looked = lead.post_form("/plan/steps/bring", {"file": (io.BytesIO(data), "步骤.xlsx"), "step": "look"}).text
    text = html.unescape(looked.split("<textarea", 1)[1].split(">", 1)[1].split("</textarea>", 1)[0]).lstrip("\r\n")
    with acting(cast.actors["lead"]):
        assert [queries.kind_of(each) for each in queries.read_steps(text).rows] == ["same"]
