"""Requests are found by their words: in every list, in its sheet, and by the search of the whole program."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from flask import Flask

from planner.base.actor import acting
from planner.resources import queries, services
from planner.resources.queries import Tab
from planner.resources.rules import Line
from planner.search import queries as search
from tests.conftest import Visitor
from tests.live.pages import statements
from tests.resources.conftest import YUAN, Money

Client = Callable[[str], Visitor]


def ask_for_three(money: Money) -> tuple[int, int, int]:
    """A console for directing, of a certain supplier; a lamp; and the same console as somebody's draft."""
    line = (Line("切换台 ATEM", Decimal(1), 900 * YUAN, "洋铭科技"),)
    first = money.ask("member", title="导播台 100%", lines=line, payee="某某公司")
    return first, money.ask("host"), money.draft("member", title="导播耳机")


@pytest.mark.engines
def test_words_narrow_each_list_by_title_number_payee_and_supplier(db: Flask, money: Money) -> None:
    first, second, draft = ask_for_three(money)
    number = money.row(second).number

    def found(tab: Tab, words: str, who: str = "lead") -> list[int]:
        with acting(money.cast.actors[who]):
            return [row.id for row in queries.request_list(tab, words=words).rows]

    for words in ("导播", "atem", "洋铭", "某某", "100%"):
        assert found(Tab.ALL, words) == [first], words
        assert found(Tab.WAITING, words) == [first], words
    for words in ("%", "_", "\\", "'"):
        assert second not in found(Tab.ALL, words), words
    for words in (str(number), f"#{number}", f"No. {number}", f"第 {number} 号"):
        assert second in found(Tab.ALL, words) and first not in found(Tab.ALL, words), words
    assert found(Tab.MINE, "导播", "member") == [draft, first]
    assert found(Tab.MINE, "导播", "host") == []
    money.approve("lead", first)
    assert found(Tab.DONE, "导播") == [first] and found(Tab.DONE, "没有") == []
    with acting(money.cast.actors["lead"]):
        assert [row.id for row in queries.requests_to_take(Tab.ALL, words="导播").rows] == [first]


@pytest.mark.engines
def test_the_search_finds_requests_of_those_who_may_see_them(db: Flask, money: Money) -> None:
    first, second, draft = ask_for_three(money)

    def found(who: str, words: str = "导播") -> list[int]:
        with acting(money.cast.actors[who]):
            return [row.id for row in search.find(words).requests]

    assert found("host") == [first], "a draft is its writer's alone"
    assert found("member") == [draft, first]
    assert found("viewer") == [] and found("outsider") == []
    assert found("lead", str(money.row(second).number)) == [second]
    with acting(money.cast.actors["member"]):
        services.trash_request(draft)
    assert found("member") == [first]


def test_the_pages_keep_the_words_and_what_is_chosen(client_of: Client, money: Money, db: Flask) -> None:
    first, second, _draft = ask_for_three(money)
    lead, host = client_of("lead").in_english(), client_of("host").in_english()
    with statements(db) as asked:
        page = lead.get("/requests?tab=all&q=导播").text
    assert len(asked) <= 12
    assert f'href="/requests/{first}"' in page and f'href="/requests/{second}"' not in page
    assert 'value="导播"' in page and "q=%E5%AF%BC%E6%92%AD" in page, "links on the page keep the words"
    assert 'name="tab" value="all"' in page
    assert f'href="/requests/{first}"' in lead.get("/requests?tab=all&state=pending").text
    nothing = lead.get("/requests?tab=all&state=approved&q=导播")
    assert "No request fits" in nothing.text and 'name="state" value="approved"' in nothing.text
    assert "洋铭科技" not in nothing.text and lead.get("/requests?tab=waiting&q=zzz").status_code == 200
    assert "导播台" in lead.get("/requests.csv?tab=all&q=导播").text
    assert "补光灯" not in lead.get("/requests.csv?tab=all&q=导播").text
    page = host.get("/search?q=导播").text
    assert f'href="/requests/{first}"' in page and "导播耳机" not in page
    groups = {g["label"]: g["items"] for g in host.get("/search.json?q=导播").get_json()["groups"]}
    assert groups["Requests"][0]["url"] == f"/requests/{first}" and "¥900.00" in groups["Requests"][0]["hint"]
    assert "导播台" not in client_of("viewer").get("/search?q=导播").text
