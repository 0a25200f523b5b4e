"""What is gone through product by product against the lineup, by two people, in the row and without a network."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from planner.base.actor import acting
from planner.checklists import queries, services
from planner.checklists.rules import Anchor, Evidence, Given, ItemState, Stage
from planner.kernel.errors import Invalid
from planner.live import queries as shows
from planner.live import services as live
from planner.live.rules import LineupRow
from planner.people import queries as people
from tests.cast import Cast
from tests.checklists.conftest import Plan, key, publish
from tests.checklists.test_pages import TICK, row_of

Client = Callable[[str], Any]
PRODUCTS = [
    LineupRow("1", "修护精华", "3", 19900, 29900, 500, "买一送一"),
    LineupRow("2", "防晒霜", "4", 8900, None, None, ""),
    LineupRow("3", "眼霜", "5", 12900, 15900, 80, ""),
]


@pytest.fixture
def links(cast: Cast, daily: int, plan: Plan, evening: datetime) -> tuple[int, int]:
    """A show with three products, and its item that one person goes through product by product."""
    with acting(cast.actors["lead"]):
        asked, control = Evidence(lineup=True), next(p.id for p in people.positions() if p.key == "control")
        services.add_item(daily, "逐条看链接", control, Stage.BEFORE, Anchor.PLANNED_START, -45, False, asked)
        publish(daily)
    show = plan(evening, crew=[("host", cast.host), ("control", cast.member)])
    with acting(cast.actors["lead"]):
        live.set_lineup(show, PRODUCTS)
        made = next(i.id for i in queries.list_page(show, "all").items if i.title == "逐条看链接")
    return show, made


def products(cast: Cast, show: int) -> list[int]:
    with acting(cast.actors["lead"]):
        return [p.id for p in shows.lineup(show)]


def read(cast: Cast, item_id: int) -> queries.ItemRow:
    with acting(cast.actors["lead"]):
        return queries.item(item_id)


@pytest.mark.engines
def test_a_tick_counts_once_every_product_was_gone_through(cast: Cast, links: tuple[int, int]) -> None:
    show, made = links
    first, second, third = products(cast, show)
    with acting(cast.actors["member"]):
        with pytest.raises(Invalid) as fault:
            services.tick(made, key(), given=Given(rows=(first, third, 999_999)))
        assert list(fault.value.fields) == ["lineup"]
        assert fault.value.fields["lineup"].values == {"count": 1}
        services.tick(made, key(), given=Given(rows=(third, second, first, 999_999)))
    row = read(cast, made)
    assert (row.state, row.given) == (ItemState.DONE, {"rows": [first, second, third]})


def test_what_was_checked_stays_where_a_product_was_left_out(
    client_of: Client, cast: Cast, links: tuple[int, int]
) -> None:
    show, made = links
    first, second, third = products(cast, show)
    member = client_of("member")
    row = row_of(member.get(f"/sessions/{show}/checklist?show=all").text, made)
    assert re.findall(r'name="rows" value="(\d+)"', row) == [str(first), str(second), str(third)]
    assert "买一送一" in row
    assert "¥199" in row
    answer = member.post_form(f"/checklist-items/{made}/tick", {"rows": [first, third]})
    assert answer.status_code == 422
    row = row_of(answer.text, made)
    assert re.findall(r'value="(\d+)" checked', row) == [str(first), str(third)]
    assert re.search(r'data-fault="lineup">.*?1', row)
    assert re.search(r'<details[^>]*id="products-\d+"[^>]* open', row)
    told = member.post_form(f"/checklist-items/{made}/tick", {"rows": [first, second, third]}, headers=TICK).get_json()
    assert told["ok"]
    assert "逐款核对了 3 款" in told["row_html"]
    opened = member.post_form(f"/checklist-items/{made}/untick", headers=TICK).get_json()["row_html"]
    assert 'name="rows"' in opened, "opened again, each product waits again"
    assert "checked>" not in opened


def test_where_no_lineup_is_kept_nothing_is_gone_through(client_of: Client, cast: Cast, links: tuple[int, int]) -> None:
    show, made = links
    with acting(cast.actors["lead"]):
        live.set_lineup(show, [])
    member = client_of("member")
    assert "没有录入排品" in row_of(member.get(f"/sessions/{show}/checklist?show=all").text, made)
    assert member.post_form(f"/checklist-items/{made}/tick").status_code == 303
    assert read(cast, made).state is ItemState.DONE


def test_work_of_the_day_leads_to_the_products(client_of: Client, cast: Cast, links: tuple[int, int]) -> None:
    show, made = links
    row = row_of(client_of("member").get("/work").text, made)
    assert f'href="/sessions/{show}/checklist?show=all#tick-{made}"' in row
    assert re.search(r'<button class="tick-box"[^>]* disabled', row)


@pytest.mark.engines
def test_two_people_each_go_through_all_of_the_links(cast: Cast, links: tuple[int, int]) -> None:
    show, _one = links
    with acting(cast.actors["lead"]):
        made = next(i.id for i in queries.list_page(show, "all").items if i.evidence.lineup and i.evidence.two)
    rows = tuple(products(cast, show))
    with acting(cast.actors["member"]):
        services.tick(made, key(), given=Given(rows=rows))
    assert read(cast, made).state is ItemState.OPEN
    with acting(cast.actors["host"]):
        with pytest.raises(Invalid):
            services.tick(made, key(), given=Given(rows=rows[:1]))
        services.tick(made, key(), given=Given(rows=rows))
    assert read(cast, made).state is ItemState.DONE


def test_what_was_opened_by_mistake_is_ticked_again_with_its_products(
    client_of: Client, cast: Cast, links: tuple[int, int]
) -> None:
    show, made = links
    rows, member = products(cast, show), client_of("member")
    member.get("/")
    member.post_form(f"/checklist-items/{made}/tick", {"rows": rows})
    row = row_of(member.get(f"/sessions/{show}/checklist?show=all").text, made)
    for product in rows:
        assert f'["rows", "{product}"]' in row.replace("&#34;", '"')
