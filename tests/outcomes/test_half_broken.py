"""A file of which some rows can't be taken over: how many are, how many not, and why, before anything counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from planner.base.actor import acting
from planner.outcomes import services
from planner.outcomes.queries import imports
from planner.outcomes.queries.imports import LeftOut
from planner.outcomes.rules import sample
from tests.cast import Cast
from tests.outcomes.conftest import Bring, Plan, read, row

pytestmark = pytest.mark.engines
Client = Callable[[str], Any]


def button(page: Any) -> str:
    """The main button with the question before it, as a reader meets them."""
    found = re.search(r'<details class="confirm">.*?/store.*?</details>|<form[^>]*/store.*?</form>', page.text, re.S)
    assert found, page.text
    return " ".join(re.sub(r"<[^>]*>", " ", found[0]).split())


def test_the_button_says_how_many_rows_are_taken_and_how_many_left_out(
    client_of: Client, bring: Bring, plan: Plan, cast: Cast
) -> None:
    plan("2026-09-09 20:00")
    plan("2026-09-08 20:00")
    rows = [row(f"2026-09-0{day} 20:00", gmv=day) for day in (9, 8, 7, 6, 5)]
    rows[1][rows[1].index("8")] = "8x"
    rows[4][3] = "soon"
    made = bring(sample.as_csv(rows))
    with acting(cast.actors["lead"]):
        services.link_row(imports.import_page(made).rows[3].row.id, "skip")
        assert imports.import_page(made).left == LeftOut(2, 1, 1)
    lead = client_of("lead")
    page = lead.get(f"/imports/{made}")
    assert button(page).startswith(
        "Take 1 row, leave out 4 2 rows have errors · 1 row has no session · 1 row was left out. They stay out;"
    )
    note = page.text[page.text.index("2 rows have errors and are left out") :]
    note = note[: note.index("</ul>")]
    with acting(cast.actors["lead"]):
        ids = [v.row.id for v in imports.import_page(made).rows if v.row.faults]
    assert re.findall(r'<a href="#row-(\d+)">(.*?)</a>', note) == [
        (str(ids[0]), "Row 3, column “直播间成交金额”: “8x” can not be read"),
        (str(ids[1]), "Row 6, column “直播开始时间”: “soon” can not be read"),
    ]
    lead.post_form("/me/language", {"language": "zh_Hans_CN"})
    assert button(lead.get(f"/imports/{made}")).startswith("入库 1 行，略过 4 行 2 行有错误 · 1 行没有对应场次")
    assert lead.post_form(f"/imports/{made}/store").status_code == 303
    page = lead.get(f"/imports/{made}").text
    assert "新增 1 · 略过 2 · 有错误 2" in page
    assert "行有错误，会略过" not in page, "what is done is told row by row"


def test_a_whole_file_is_taken_without_a_question(client_of: Client, bring: Bring, shows: list[int]) -> None:
    page = client_of("lead").get(f"/imports/{bring(read('compass.xlsx'))}")
    assert button(page) == "Take 5 rows over"
    assert "left out" not in page.text


def test_of_many_broken_rows_the_first_ten_are_listed_and_the_others_folded(
    client_of: Client, bring: Bring, plan: Plan
) -> None:
    plan("2026-09-09 20:00")
    rows = [row(f"2026-08-{day:02} 20:00", account="") for day in range(1, 15)] + [row("2026-09-09 20:00")]
    page = client_of("lead").get(f"/imports/{bring(sample.as_csv(rows))}")
    assert button(page).startswith("Take 1 row, leave out 14")
    note = page.text[page.text.index("14 rows have errors and are left out") :]
    first, rest = note[: note.index("</details>")].split("<details")
    assert (first.count("#row-"), rest.count("#row-")) == (10, 4)
    assert "Row 15, column “主播抖音号” is empty" in rest
    assert '<span class="count">4</span>' in rest
