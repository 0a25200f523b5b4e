"""A roster as teams keep it: cells in their many spellings, faults by row, five hundred rows with six conflicts."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from planner.base import undo
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.kernel.errors import Invalid
from planner.live import queries, services
from planner.live.queries.roster import NotMapped, Roster
from planner.live.rules import Take, Weight, roster
from planner.live.rules.roster import Named
from tests.cast import Cast
from tests.live.conftest import Plan

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 28)
HEAD = "日期\t时间\t主题\t账号\t直播间\t主播\t中控"


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("2026/12/1", date(2026, 12, 1)),
        ("2026年12月1日", date(2026, 12, 1)),
        ("12月1日 周二", date(2026, 12, 1)),
        ("12-1(周二)", date(2026, 12, 1)),
        ("１２/１", date(2026, 12, 1)),
        ("1月3日", date(2027, 1, 3)),
        ("11/20", date(2026, 11, 20)),
        ("2026-12-01 00:00:00", date(2026, 12, 1)),
        ("46357", date(2026, 12, 1)),
        ("14 Dec", date(2026, 12, 14)),
        ("Mon 14 December 2026", date(2026, 12, 14)),
        ("Tue, Jan 5", date(2027, 1, 5)),
        ("14 Dac", None),
        ("31 Nov", None),
        ("2月30日", None),
        ("周二", None),
        ("", None),
    ],
)
def test_days_as_people_write_them(cell: str, day: date | None) -> None:
    assert roster.read_day(cell, TODAY) == day


@pytest.mark.parametrize(
    ("cell", "times"),
    [
        ("20:00-24:00", (1200, 1440)),
        ("20:00–次日00:30", (1200, 1470)),
        ("20：00~00：30", (1200, 1470)),
        ("20点-23点", (1200, 1380)),
        ("8:30至11:00", (510, 660)),
        ("22:00-2:00", (1320, 1560)),
        ("8pm-11pm", (1200, 1380)),
        ("9:30 PM – 12 am", (1290, 1440)),
        ("13pm-2pm", None),
        ("20:00", None),
        ("晚上", None),
        ("20:70-21:00", None),
    ],
)
def test_times_as_people_write_them(cell: str, times: tuple[int, int] | None) -> None:
    assert roster.read_times(cell) == times


@given(st.integers(0, 1439), st.integers(1, 1439))
def test_every_stretch_reads_back(start: int, length: int) -> None:
    end = start + length
    shown = f"{start // 60:02}:{start % 60:02}-{end % 1440 // 60:02}:{end % 60:02}"
    assert roster.read_times(shown) == (start, end if end % 1440 != start else start)


@given(st.text(max_size=40))
def test_no_cell_is_a_fault_of_the_program(cell: str) -> None:
    roster.read_day(cell, TODAY)
    roster.read_times(cell)
    roster.read_clock(cell)
    roster.read_names(cell)


def test_names_and_their_times() -> None:
    assert roster.read_names("米娅(20:00-22:00)、安琪（22:00-24:00）") == [
        Named("米娅", (1200, 1320)),
        Named("安琪", (1320, 1440)),
    ]
    assert roster.read_names("米娅/安琪 + 小雨") == [Named("米娅", None), Named("安琪", None), Named("小雨", None)]
    assert roster.read_names("米娅(晚上)") is None
    assert roster.read_names("-") == []


def test_heads_are_known_in_both_languages() -> None:
    positions = [(1, ("主播", "host")), (2, ("中控", "control"))]
    assert roster.recognise(["日期", "时段", "主题", "主播", "主播2", "备注", "天气"], positions) == [
        "day", "times", "theme", "position:1", "position:1", "notes", "",
    ]  # fmt: skip
    assert roster.recognise(["Date", "Start", "END", "Control"], positions) == ["day", "start", "end", "position:2"]


def read(cast: Cast, text: str, login: str = "lead", chosen: dict[int, str] | None = None) -> Roster:
    with acting(cast.actors[login]):
        return queries.read_roster(text, chosen or {}, None)


def said(found: Roster) -> list[list[str]]:
    return [[fault.text for fault in row.faults] for row in found.rows]


@pytest.fixture
def row(cast: Cast, db: Any) -> Callable[..., str]:
    """A row of the sheet, so many days ahead."""
    with acting(cast.actors["lead"]):
        account, studio = queries.channels()[0].account, queries.studios()[0].name

    def make(ahead: int, times: str = "20:00-24:00", theme: str = "秋冬修护", host: str = "", control: str = "") -> str:
        day = datetime.now(SHANGHAI).date() + timedelta(days=ahead)
        return "\t".join([day.isoformat(), times, theme, account, studio, host, control])

    return make


@pytest.mark.engines
def test_rows_become_sessions_with_their_crew(cast: Cast, row: Callable[..., str]) -> None:
    host, member = cast.actors["host"], cast.actors["member"]
    text = "\n".join([HEAD, row(2, "20:00-次日00:30", host=f"{host.name}(20:00-22:00)、{member.name}(22:00-24:30)")])
    found = read(cast, text)
    assert said(found) == [[]]
    wanted = found.rows[0].wanted
    assert wanted is not None and wanted.minutes == 270 and wanted.weight is Weight.DAILY
    with acting(cast.actors["lead"]):
        [made] = services.plan_roster([wanted])
        crew = queries.shifts(made)
    assert [(s.position_key, s.user_name, int((s.end - s.start).total_seconds() // 60)) for s in crew] == [
        ("host", host.name, 120),
        ("host", member.name, 150),
    ]


@pytest.mark.engines
def test_each_fault_is_told_with_its_row(cast: Cast, row: Callable[..., str]) -> None:
    bad = row(3).replace("20:00-24:00", "晚上")
    strange = row(4, host="没这个人").replace(HEAD.split("\t")[3], "x")
    nowhere = "\t".join(["明天", "20:00-21:00", "", "没有这个号", "没有这间", "", ""])
    found = read(cast, "\n".join([HEAD, row(2), "", bad, strange, nowhere]))
    assert [r.number for r in found.rows] == [2, 4, 5, 6]
    assert [len(faults) for faults in said(found)] == [0, 1, 1, 4]
    assert len(found.good) == 1


@pytest.mark.engines
def test_a_sheet_without_heads_asks_what_its_columns_are(cast: Cast, row: Callable[..., str]) -> None:
    with pytest.raises(NotMapped) as asked:
        read(cast, row(2))
    assert len(asked.value.columns) == 7 and asked.value.sample
    told = {0: "day", 1: "times", 2: "theme", 3: "channel", 4: "studio"}
    assert len(read(cast, row(2), chosen=told).good) == 1


@pytest.mark.engines
def test_five_hundred_rows_with_six_conflicts(cast: Cast, row: Callable[..., str], plan: Plan) -> None:
    host = cast.actors["host"]
    rows = [
        row(2 + n // 3, f"{8 + 5 * (n % 3):02}:00-{12 + 5 * (n % 3):02}:00", f"第{n}场", host.name) for n in range(494)
    ]
    twice = [row(2 + n, "09:00-11:00", f"撞{n}") for n in range(6)]
    found = read(cast, "\n".join([HEAD, *rows, *twice]))
    assert [r.seen.usual for r in found.rows if r.seen] == [Take.WHOLE] * 494 + [Take.NONE] * 6
    wanted = [r.seen.wanted for r in found.rows if r.seen and r.seen.usual is Take.WHOLE]
    with acting(cast.actors["lead"]):
        made = services.plan_roster(wanted)
        assert len(made) == 494
        series = queries.series_of(made[0])
        assert series is not None and len(series.members) == 494
        command = last_command.get()
        assert command is not None
        undo.undo(command)
        assert queries.briefs(made) == {}
    with acting(cast.actors["lead"]), pytest.raises(Invalid):
        services.plan_roster([r.seen.wanted for r in found.rows if r.seen])


@pytest.mark.engines
def test_the_page_reads_then_plans(cast: Cast, row: Callable[..., str], client_of: Callable[[str], Any]) -> None:
    lead = client_of("lead")
    assert "Bring a roster" in lead.get("/sessions/roster").text
    text = "\n".join([HEAD, row(2), row(2, theme="同一时间")])
    shown = lead.post_form("/sessions/roster", {"roster": text, "step": "look"})
    assert shown.status_code == 200 and "2 rows read." in shown.text and "1 has something in its way." in shown.text
    answer = lead.post_form("/sessions/roster", {"roster": text, "step": "confirm"})
    assert answer.status_code == 303
    again = lead.post_form("/sessions/roster", {"roster": text, "step": "look"})
    assert "It is planned already." in again.text
    forced = lead.post_form("/sessions/roster", {"roster": text, "step": "confirm", "take_3": "whole"})
    assert forced.status_code == 422 and "同一时间" in forced.text


@pytest.mark.engines
def test_a_file_becomes_rows_in_the_box(cast: Cast, row: Callable[..., str], client_of: Callable[[str], Any]) -> None:
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    sheet = book.add_worksheet()
    for n, line in enumerate([HEAD, row(5)]):
        sheet.write_row(n, 0, line.split("\t"))
    book.close()
    sent = {"file": (io.BytesIO(held.getvalue()), "排班.xlsx"), "step": "look"}
    shown = client_of("lead").post_form("/sessions/roster", sent)
    assert "1 row read." in shown.text and "秋冬修护" in shown.text
    bad = client_of("lead").post_form("/sessions/roster", {"file": (io.BytesIO(b"%PDF-1.7"), "x.xlsx"), "step": "look"})
    assert bad.status_code == 422 and "not a spreadsheet" in bad.text


@pytest.mark.engines
@pytest.mark.parametrize("text", ["", "\x00", '"', "日期\t时间\n" * 600, "a,b\nc,d"])
def test_nonsense_is_told_beside_the_box(cast: Cast, client_of: Callable[[str], Any], text: str) -> None:
    assert client_of("lead").post_form("/sessions/roster", {"roster": text, "step": "look"}).status_code == 422


@pytest.mark.engines
def test_a_host_brings_no_roster(cast: Cast, client_of: Callable[[str], Any]) -> None:
    assert client_of("host").get("/sessions/roster").status_code == 403


@pytest.mark.engines
def test_another_teams_names_are_unknown(cast: Cast, row: Callable[..., str]) -> None:
    found = read(cast, "\n".join([HEAD, row(2, host="米娅")]), "outsider")
    assert found.good == [] and len(found.rows[0].faults) >= 2


def test_a_row_that_was_mended_is_proposed_again_and_nothing_is_planned_unseen(
    cast: Cast, row: Callable[..., str], plan: Plan, client_of: Callable[[str], Any]
) -> None:
    lead, head = client_of("lead"), HEAD
    text = "\n".join([head, row(2), row(2, theme="同一时间")])
    shown = lead.post_form("/sessions/roster", {"roster": text, "step": "look"}).text
    left = {"take_2": "whole", "was_2": "whole", "take_3": "none", "was_3": "none"}
    assert '<input type="hidden" name="was_3" value="none">' in shown
    mended = "\n".join([head, row(2), row(3, theme="同一时间")])
    again = lead.post_form("/sessions/roster", {"roster": mended, "step": "look", **left}).text
    assert "2 sessions are free." in again
    assert again.count('<option value="whole" selected>') == 2
    mark = re.search(r'name="looked" value="(\w+)"', shown)
    assert mark
    unseen = lead.post_form("/sessions/roster", {"roster": mended, "step": "confirm", "looked": mark[1], **left})
    assert unseen.status_code == 422
    assert "The rows were changed since they were looked at." in unseen.text
    chosen = left | {"was_3": "whole"}
    kept = lead.post_form("/sessions/roster", {"roster": mended, "step": "look", **chosen}).text
    assert kept.count('<option value="whole" selected>') == 1, "what somebody chose stays chosen"


def test_the_only_channel_is_meant_where_rows_name_none(cast: Cast, client_of: Callable[[str], Any]) -> None:
    assert f'<option selected value="{cast.channel}">' in client_of("lead").get("/sessions/roster").text
