"""Before a file is taken over, its page says what it would replace and what stays as it is. On both engines."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from planner.base.actor import acting
from planner.outcomes import services
from planner.outcomes.queries import imports
from planner.outcomes.rules import sample
from tests.cast import Cast
from tests.demo_room import Statements
from tests.outcomes.conftest import Bring, Plan, row
from tests.outcomes.test_half_broken import button

pytestmark = pytest.mark.engines
Client = Callable[[str], Any]
Take = Callable[..., dict[str, int]]
FIRST, SECOND, THIRD = "2026-09-07 20:00", "2026-09-08 20:00", "2026-09-09 20:00"


def chips(page: Any) -> list[str]:
    """The state of each row."""
    rows = page.text[page.text.index("<tbody") :]
    return [told for told in re.findall(r'<span class="(chip .*?)</span></td>', rows, re.S)]


def outcomes(cast: Cast, made: int) -> list[str]:
    with acting(cast.actors["lead"]):
        return [v.foreseen.outcome if v.foreseen else "" for v in imports.import_page(made).rows]


def test_a_row_says_what_it_puts_in_the_place_of_what(
    client_of: Client, take: Take, bring: Bring, plan: Plan, cast: Cast
) -> None:
    for start in (FIRST, SECOND, THIRD):
        plan(start)
    take([row(FIRST, gmv="105936.32", viewers=9), row(SECOND, gmv=7, viewers=8, comments=9)], "2026-09-10 10:00")
    rows = [row(FIRST, gmv="68328.31", viewers=9), row(SECOND, gmv=7, viewers=9, comments=10), row(THIRD, gmv=1)]
    made, lead = bring(sample.as_csv(rows)), client_of("lead")
    page = lead.get(f"/imports/{made}")
    assert "Will replace: ¥105,936.32 → ¥68,328.31" in page.text
    assert "Will replace 2 figures" in page.text
    assert [told.split('">')[0] for told in chips(page)] == ["chip chip-warn", "chip chip-warn", "chip chip-ok"]
    assert button(page) == "Take 3 rows, 2 replace what is there"
    lead.post_form("/me/language", {"language": "zh_Hans_CN"})
    page = lead.get(f"/imports/{made}")
    assert "将替换：¥105,936.32 → ¥68,328.31" in page.text
    assert button(page) == "入库 3 行，其中 2 行替换已有数据"
    foreseen = outcomes(cast, made)
    with acting(cast.actors["lead"]):
        services.store_import(made)
        assert [v.row.outcome for v in imports.import_page(made).rows] == foreseen == ["replaced", "replaced", "new"]
    assert "将替换" not in lead.get(f"/imports/{made}").text, "what is done is done"


def test_figures_typed_by_hand_that_the_file_says_otherwise_are_replaced_too(
    client_of: Client, aired: Callable[..., int], bring: Bring, cast: Cast
) -> None:
    typed, same = aired(SECOND), aired(THIRD)
    with acting(cast.actors["lead"]):
        services.type_figures(typed, {"gmv": Decimal(50), "likes": Decimal(3)})
        services.type_figures(same, {"gmv": Decimal(50)})
    made = bring(sample.as_csv([row(SECOND, gmv=40), row("2026-09-08 23:00", gmv=20), row(THIRD, gmv=50)]))
    assert outcomes(cast, made) == ["replaced", "replaced", "new"]
    assert "Will replace: ¥50.00 → ¥60.00" in client_of("lead").get(f"/imports/{made}").text


def test_a_stream_more_replaces_nothing_and_an_older_file_does_nothing(
    take: Take, bring: Bring, plan: Plan, cast: Cast
) -> None:
    plan(THIRD)
    take([row(THIRD, 30, gmv=5)], "2026-09-10 10:00")
    made = bring(sample.as_csv([row(THIRD, 30, gmv=5), row("2026-09-09 21:00", 30, gmv=6)]))
    assert outcomes(cast, made) == ["unchanged", "new"]
    made = bring(sample.as_csv([row(THIRD, 30, gmv=4)]), "2026-09-10 09:00")
    assert outcomes(cast, made) == ["older"]


def test_a_long_file_is_foreseen_in_as_few_statements_as_a_short_one(
    take: Take, bring: Bring, plan: Plan, cast: Cast, app: Flask
) -> None:
    days = [f"2026-08-{day:02} 20:00" for day in range(1, 29)]
    for start in days:
        plan(start, 60)
    take([row(start, 30, gmv=5) for start in days])
    asked: list[int] = []
    for some in (days[:1], days):
        made = bring(sample.as_csv([row(start, 30, gmv=6) for start in some]))
        with acting(cast.actors["lead"]), Statements(app) as seen:
            assert imports.import_page(made).replacing == len(some)
        asked.append(len(seen.told))
    assert asked[0] == asked[1]


def test_the_same_file_again_says_no_change_and_its_button_is_not_the_main_one(
    client_of: Client, take: Take, bring: Bring, plan: Plan
) -> None:
    plan(THIRD)
    rows = sample.as_csv([row(THIRD, gmv=5)])
    take(rows)
    lead, made = client_of("lead"), bring(rows)
    lead.post_form("/me/language", {"language": "zh_Hans_CN"})
    page = lead.get(f"/imports/{made}")
    assert "再次入库不会有任何变化" in page.text
    assert [told.rpartition(">")[2] for told in chips(page)] == ["无变化"]
    assert "可入库" not in page.text
    assert button(page) == "仍然入库（无变化）"
    assert "btn-primary" not in page.text[page.text.index("page-acts") : page.text.index("<tbody")]
    assert lead.post_form(f"/imports/{made}/store").status_code == 303
    assert "不变 1" in lead.get(f"/imports/{made}").text


def test_rows_that_stay_as_they_are_do_not_count_as_work(
    client_of: Client, take: Take, bring: Bring, plan: Plan
) -> None:
    plan(SECOND)
    plan(THIRD)
    take([row(SECOND, gmv=5)])
    lead = client_of("lead")
    page = lead.get(f"/imports/{bring(sample.as_csv([row(SECOND, gmv=5), row(THIRD, gmv=5)]))}")
    assert button(page) == "Take 1 row, 1 stays as it is"
    page = lead.get(f"/imports/{bring(sample.as_csv([row(SECOND, gmv=4)]), '2026-09-10 10:00')}")
    assert [told.rpartition(">")[2] for told in chips(page)] == ["older than what is there"]
    assert "This file changes nothing" in page.text
