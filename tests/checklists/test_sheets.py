"""Lines of a SOP out of a sheet and back into one: nothing lost, every fault at its cell, all or nothing."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from planner.base import sheets
from planner.base.actor import acting
from planner.base.i18n import CHINESE, ENGLISH, speak
from planner.checklists import queries, services
from planner.checklists.rules import Anchor, Condition, Evidence, Extra, NumberAsked, Stage, read_condition, recheck_of
from planner.checklists.rules.sheets import Column, Sheet
from planner.kernel.errors import Invalid
from tests.cast import Cast
from tests.checklists.conftest import publish

Client = Callable[[str], Any]
TABLE = """阶段\t事项\tEnglish\t岗位\t偏移\t阻断\t复核
筹备\t主题与目标确认\tTheme and targets agreed\t运营\tT-7d\t\t
\t脚本手卡定稿\tScript final\t编导\tT-4h\t\tlineup
开播前\t灯光与备用机\tLight and spares\t技术\tT-2h\tyes, photo\tstudio, move>2h
\t链接双人核对\tLinks checked\t中控\tT-2h\tyes, two people\tlineup, move>2h
\t主播妆造\tHost ready\t主播\t接班前30分\t\thost
直播中\t读数\tReading\t中控\tevery 30m\t\t
\t口误更正\tSlips\t场控\tas it happens\t\t
下播后\t停计划\tAds stopped\t投手\tend+5m\t\t
\t复盘会\tReview meeting\t运营\tnext day 15:00\t\t
"""


def lines(template: int) -> dict[str, Any]:
    return {i.title: i for _stage, rows in queries.template(template)["stages"] for i in rows}


def read(template: int, text: str) -> Sheet:
    return queries.read_lines(template, sheets.pasted(text, 40))


@pytest.mark.engines
def test_the_table_of_the_trade_is_read(cast: Cast, daily: int) -> None:
    with acting(cast.actors["lead"]):
        found = read(daily, TABLE)
        assert found.faults == []
        assert services.bring_lines(daily, found.rows, True) == 9
        held = lines(daily)
        assert list(held) == [row.title for row in found.rows]
        kit, links = held["灯光与备用机"], held["链接双人核对"]
        assert (kit.stage, kit.blocks, kit.evidence) == (Stage.BEFORE, True, {"photos": [1, 20]})
        assert (kit.recheck, links.recheck) == ({"move": 120, "studio": True}, {"move": 120, "lineup": True})
        assert links.evidence == {"two": True}
        assert (held["主播妆造"].anchor, held["主播妆造"].each_shift) == (Anchor.SHIFT_START, True)
        assert (held["读数"].anchor, held["读数"].offset_minutes) == (Anchor.EVERY, 30)
        assert held["复盘会"].anchor is Anchor.NEXT_DAY and held["停计划"].anchor is Anchor.REAL_END
        assert held["口误更正"].anchor is Anchor.AS_IT_HAPPENS


@pytest.mark.engines
@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
def test_what_is_taken_away_comes_back_as_it_was(cast: Cast, daily: int, language: str) -> None:
    with acting(cast.actors["lead"]):
        speak(language)
        asks = Evidence(answers=("有投放", "无投放"))
        services.add_item(daily, "今晚投放吗", None, Stage.PREPARE, Anchor.PLANNED_START, -300, False, asks)
        asked = lines(daily)["今晚投放吗"].key
        condition = Condition(("douyin", "taobao"), ("big",), ("大促",), asked, "有投放")
        extra = Extra("Upload", "两路网各测一次", "Test both", "某办法第八条", None, condition)
        proof = Evidence((2, 4), True, NumberAsked(Decimal(5), None, "Mbit/s"), True, (), True, True)
        given = (None, Stage.BEFORE, Anchor.CLOCK, 13 * 60 + 30, True, proof, recheck_of(["host"], 3), extra)
        services.add_item(daily, "上行网速", *given)
        publish(daily)
        _name, heads, rows = queries.lines_to_take(daily)
        body = [[("" if cell is None else str(cell)) for cell in row] for row in [heads, *rows]]
        found = queries.read_lines(daily, list(enumerate(body, start=1)))
        assert found.faults == []
        services.bring_lines(daily, found.rows, True)
        assert queries.template(daily)["changes"] == [], "nothing is another than before"
        assert read_condition(lines(daily)["上行网速"].condition) == condition


@pytest.mark.engines
def test_an_emergency_list_comes_and_goes_too(cast: Cast, db: Any) -> None:
    with acting(cast.actors["lead"]):
        network = next(t.id for t in queries.templates() if t.origin == "price")
        _name, heads, rows = queries.lines_to_take(network)
        body = [[("" if cell is None else str(cell)) for cell in row] for row in [heads, *rows]]
        found = queries.read_lines(network, list(enumerate(body, start=1)))
        assert found.faults == []
        services.bring_lines(network, found.rows, True)
        assert queries.template(network)["changes"] == []


def test_every_fault_is_told_at_its_cell(cast: Cast, daily: int) -> None:
    text = (
        "阶段\t事项\t岗位\t时间\t阻断\t凭证\t复核\t条件\t过期\n"
        "午休\t甲\t中控\tT-1h\n"
        "开播前\t乙\t厨师\tT-1h\n"
        "开播前\t丙\t中控\t马上\n"
        "开播前\t丁\t中控\tT-1h\t也许\n"
        "开播前\t戊\t中控\tT-1h\t\t指纹\n"
        "开播前\t己\t中控\tT-1h\t\t\t下雨\n"
        "开播前\t庚\t中控\tT-1h\t\t\t\t平台=电视\n"
        "开播前\t辛\t中控\tT-1h\t\t\t\t回答=没有的:有\n"
        "开播前\t壬\t中控\tT-1h\t\t\t\t\t很快\n"
        "开播前\t甲甲\t中控\tT-1h\n开播前\t甲甲\t中控\tT-2h\n"
    )
    with acting(cast.actors["lead"]):
        found = read(daily, text)
    assert [(number, column) for number, column, _words in found.faults] == [
        (2, Column.STAGE), (3, Column.POSITION), (4, Column.WHEN), (5, Column.BLOCKS), (6, Column.EVIDENCE),
        (7, Column.RECHECK), (8, Column.CONDITION), (10, Column.EXPIRES), (9, Column.CONDITION), (12, Column.TITLE),
    ]  # fmt: skip
    with acting(cast.actors["lead"]):
        assert read(daily, "a\tb\n1\t2").faults[0][1] is None, "no row names the columns"
        many = "事项\t时间\n" + "\n".join(f"条{n}\tT-1h" for n in range(201))
        assert len(read(daily, many).faults) == 1


@pytest.mark.engines
def test_half_a_sheet_is_never_kept(cast: Cast, daily: int) -> None:
    with acting(cast.actors["lead"]):
        before = list(lines(daily))
        wrong = "阶段\t事项\t时间\t阻断\n开播前\t好的一条\tT-1h\t\n下播后\t不能阻断\t下播后5分\t是\n"
        with pytest.raises(Invalid) as fault:
            services.bring_lines(daily, read(daily, wrong).rows, True)
        assert list(fault.value.fields) == ["rows.1"]
        assert (list(lines(daily)), queries.draft_of(daily)) == (before, None)
        good = read(daily, "阶段\t事项\t时间\n开播前\t好的一条\tT-1h\n")
        services.bring_lines(daily, good.rows, False)
        assert set(lines(daily)) == {*before, "好的一条"}, "the others stay where it only adds"
        again = read(daily, "阶段\t事项\t时间\n开播前\t好的一条\tT-2h\n")
        services.bring_lines(daily, again.rows, False)
        assert lines(daily)["好的一条"].offset_minutes == -120, "the same title is the same line"


def test_the_page_takes_files_and_pasted_rows(client_of: Client, cast: Cast, daily: int) -> None:
    lead = client_of("lead").in_english()
    path = f"/sop/{daily}/import"
    assert "Bring lines from a sheet" in lead.get(path).text
    nothing = lead.post_form(path, {"rows": "", "mode": "whole"})
    assert nothing.status_code == 422 and "Bring a file, or paste rows" in nothing.text
    bad = lead.post_form(path, {"rows": "阶段\t事项\t时间\n午休\t甲\tT-1h", "mode": "whole"})
    assert bad.status_code == 422
    assert "Row 2" in bad.text and "is no stage" in bad.text and "午休" in bad.text, "nothing typed is lost"
    with acting(cast.actors["lead"]):
        assert queries.draft_of(daily) is None
    assert brought(lead, path, rows=TABLE, mode="whole").status_code == 303
    assert "9 lines are in the draft." in lead.get(f"/sop/{daily}").text
    book = lead.get(f"/sop/{daily}/lines.xlsx?draft=1")
    assert book.status_code == 200 and book.data[:2] == b"PK"
    assert "attachment" in book.headers["Content-Disposition"]
    again = brought(lead, path, mode="whole", file=(io.BytesIO(book.data), "sop.xlsx"))
    assert again.status_code == 303, again.text
    broken = lead.post_form(path, {"rows": "", "mode": "whole", "file": (io.BytesIO(b"PK\x03\x04broken"), "sop.xlsx")})
    assert broken.status_code == 422 and "damaged" in broken.text


def looked(answer: Any) -> dict[str, str]:
    """What the page of a look sends along with the decision: the rows in their box, and what was looked at."""
    (mark,) = re.findall(r'name="looked" value="(\w+)"', answer.text)
    (rows,) = re.findall(r'<textarea[^>]*name="rows"[^>]*>\r?\n?(.*?)</textarea>', answer.text, re.DOTALL)
    return {"looked": mark, "rows": html.unescape(rows), "step": "bring"}


def brought(visitor: Any, path: str, **sent: Any) -> Any:
    """First the look, then the decision."""
    look = visitor.post_form(path, {"rows": "", **sent})
    assert look.status_code == 200, look.text
    return visitor.post_form(path, {"mode": sent["mode"], **looked(look)})


def counts(answer: Any) -> dict[str, int]:
    told = re.findall(r'<span class="chip chip-\w+">([^<]+) <span class="num">(\d+)</span></span>', answer.text)
    return {word: int(count) for word, count in told}


def test_a_sheet_adds_unless_replacing_is_asked_for_and_first_tells_what_goes(
    client_of: Client, cast: Cast, daily: int
) -> None:
    lead, path = client_of("lead").in_english(), f"/sop/{daily}/import"
    with acting(cast.actors["lead"]):
        before = lines(daily)
    (kept,) = [title for title, line in before.items() if line.key == "kit"]
    rows = f"阶段\t事项\t时间\n开播前\t{kept}\tT-3h\n开播前\t备用麦\tT-1h"
    offered = re.findall(r'<input[^>]*name="mode"[^>]*>', lead.get(path).text)
    assert ["checked" in each and 'value="add"' in each for each in offered] == [True, False]
    look = lead.post_form(path, {"rows": rows, "mode": "add"})
    assert counts(look) == {"Comes": 1, "Changes": 1, "Goes": 0, "Stays as it is": len(before) - 1}
    assert "T-2 h" in look.text and "T-3 h" in look.text and "lines out" not in look.text
    with acting(cast.actors["lead"]):
        assert queries.draft_of(daily) is None, "a look writes nothing"
    other = lead.post_form(path, {**looked(look), "mode": "whole"})
    assert other.status_code == 422 and "changed since it was looked at" in other.text
    assert counts(other) == {"Comes": 1, "Changes": 1, "Goes": len(before) - 1, "Stays as it is": 0}
    assert f"Bring it, and take {len(before) - 1} lines out" in other.text
    with acting(cast.actors["manager"]):
        services.add_item(daily, "经理加的", None, Stage.BEFORE, Anchor.PLANNED_START, -45, False)
    stale = lead.post_form(path, {**looked(look), "mode": "add"})
    assert stale.status_code == 422 and "nothing is brought yet" in stale.text, "somebody has edited the draft"
    assert lead.post_form(path, {**looked(stale), "mode": "add"}).status_code == 303
    with acting(cast.actors["lead"]):
        assert set(lines(daily)) == {*before, "经理加的", "备用麦"}


def test_a_file_is_the_same_in_its_box(client_of: Client, cast: Cast, daily: int) -> None:
    lead, path = client_of("lead").in_english(), f"/sop/{daily}/import"
    help_text = '"手册"第一步, 看灯\n第二步：测两路网'
    with acting(cast.actors["lead"]):
        extra = Extra(help=help_text)
        services.add_item(
            daily, '说"开始", 再上链接', None, Stage.BEFORE, Anchor.PLANNED_START, -45, False, extra=extra
        )
        publish(daily)
        held = lines(daily)
    book = lead.get(f"/sop/{daily}/lines.xlsx")
    look = lead.post_form(path, {"rows": "", "mode": "whole", "file": (io.BytesIO(book.data), "sop.xlsx")})
    assert counts(look) == {"Comes": 0, "Changes": 0, "Goes": 0, "Stays as it is": len(held)}
    assert lead.post_form(path, {**looked(look), "mode": "whole"}).status_code == 303
    with acting(cast.actors["lead"]):
        assert queries.template(daily)["changes"] == []
        assert lines(daily)['说"开始", 再上链接'].help == help_text
    narrow = sheets.as_text([["事项"], ["先看灯, 再看网"]])
    assert sheets.pasted(narrow, 40) == [(1, ["", "事项"]), (2, ["", "先看灯, 再看网"])]
