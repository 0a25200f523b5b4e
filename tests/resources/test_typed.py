"""The form of a request: what is read of it, and all that is wrong with it at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from planner.base.actor import acting
from planner.resources import queries, services
from planner.resources.rules import Kind, Line
from tests.resources.conftest import DAY, Money, today

Client = Callable[[str], Any]


def version(page: str) -> str:
    """The version a form starts from."""
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def typed(money: Money, page: str, **more: Any) -> dict[str, Any]:
    """A whole form."""
    return {
        "version": version(page), "kind": "one_off", "title": "灯", "purpose": "换灯", "invoice": "none",
        "category_id": money.categories["equipment"], "needed_by": str(today() + DAY), "payee": "京东",
        "pay_way": "transfer", "line_item": ["灯"], "line_quantity": ["1"], "line_price": ["80"],
        "line_supplier": [""], "line_link": [""], **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("metric", "effect", "held", "told"),
    [
        ("gmv", "8000", "8000", "Read as ¥8,000.00"),
        ("follow_rate", "0.5", "0.005", "Read as 0.5%"),
        ("avg_watch_seconds", "10秒", "10", "Read as 10 seconds"),
        ("new_fans", "300人", "300", "Read as 300 people"),
    ],
)
def test_the_effect_is_read_in_the_unit_of_its_figure_and_shown_back(
    client_of: Client, money: Money, metric: str, effect: str, held: str, told: str
) -> None:
    host, made = client_of("host").in_english(), money.draft()
    place = f"/requests/{made}"
    answer = host.post_form(f"{place}/save", typed(money, host.get(f"{place}/edit").text, metric=metric, effect=effect))
    assert money.row(made).effect == Decimal(held)
    assert told in answer.text
    again = host.get(f"{place}/edit").text
    assert told in again
    shown = re.search(r'name="effect"[^>]*value="([^"]*)"', again)
    assert shown
    assert host.post_form(f"{place}/edit", typed(money, again, metric=metric, effect=shown[1])).status_code == 303
    assert money.row(made).effect == Decimal(held), "saved again as it was shown"


def test_a_share_of_an_amount_is_refused_with_what_to_type(client_of: Client, money: Money) -> None:
    host, made = client_of("host").in_english(), money.draft()
    place = f"/requests/{made}/edit"
    answer = host.post_form(place, typed(money, host.get(place).text, metric="gmv", effect="10%"))
    assert answer.status_code == 422 and money.row(made).effect is None
    said = re.search(r'id="effect-error">.*?<span>(.*?)</span>', answer.text, re.S)
    assert said and "an amount in yuan" in said[1] and "8000" in said[1]
    assert 'value="10%"' in answer.text


def test_figures_and_shows_stand_in_groups(client_of: Client, money: Money) -> None:
    host, made = client_of("host").in_english(), money.draft()
    page = host.get(f"/requests/{made}/edit").text
    listed = re.search(r'<select[^>]*name="metric".*?</select>', page, re.S)
    assert listed
    assert re.findall(r'<optgroup label="([^"]*)"', listed[0])[0] == "Common"
    keys = re.findall(r'<option[^>]*value="(\w+)"', listed[0])
    assert keys[:4] == ["gmv", "roi", "orders", "new_fans"] and len(keys) == len(set(keys))
    assert "GMV (¥)" in listed[0] and 'data-unit="%"' in listed[0]
    assert listed[0].index('value=""') < listed[0].index("<optgroup")


def test_all_that_is_wrong_is_told_in_one_round(client_of: Client, money: Money) -> None:
    host, made = client_of("host").in_english(), money.draft()
    place = f"/requests/{made}/edit"
    lacks = {"line_price": ["a lot"], "needed_by": "", "payee": "", "pay_way": "", "purpose": "", "tax": "x"}
    answer = host.post_form(place, typed(money, host.get(place).text, **lacks, then="submit"))
    assert answer.status_code == 422
    for name in ("needed_by", "payee", "pay_way", "purpose", "tax"):
        assert f'id="{name}-error"' in answer.text, name
        assert f'<a href="#{name}">' in answer.text, name
    assert '<a href="#fault-line-price-0">' in answer.text and 'id="fault-line-price-0"' in answer.text
    saved = host.post_form(place, typed(money, host.get(place).text, **lacks | {"line_price": ["1"], "tax": ""}))
    assert saved.status_code == 303, "a draft may lack them"


def test_what_was_spent_already_tells_day_and_person_together(client_of: Client, money: Money) -> None:
    host, made = client_of("host").in_english(), money.draft(kind=Kind.AFTERWARDS)
    place = f"/requests/{made}/edit"
    wrong = {"kind": "afterwards", "spent_on": str(today() + 9 * DAY), "pay_way": "reimburse", "reason": ""}
    answer = host.post_form(place, typed(money, host.get(place).text, **wrong, then="submit"))
    for words in ("The day has not come yet.", "Choose who has paid.", "Say why it could not wait.", "Attach the rec"):
        assert words in answer.text
    assert '<a href="#files">' in answer.text


def test_offers_say_how_many_are_here_and_missing_and_rows_come_for_all(client_of: Client, money: Money) -> None:
    host, made = client_of("host").in_english(), money.draft(yuan=80_000)
    place = f"/requests/{made}/edit"
    page = host.get(place).text
    assert 'data-whole="quote">0<' in page, "what is asked for is not what is here"
    offers = {"line_price": ["80000"], "quote_supplier": ["京东", ""], "quote_amount": ["79000", ""]}
    offers |= {"quote_note": ["", ""]}
    answer = host.post_form(place, typed(money, page, **offers, then="submit"))
    assert "3 offers are compared: 1 here, 2 missing." in answer.text
    assert 'data-whole="quote">1<' in answer.text and '<details class="fold" id="request-quotes" open' in answer.text
    more = host.post_form(place, typed(money, answer.text, **offers, more_quote="1"))
    assert more.text.count('name="quote_supplier"') == 3


def test_each_box_of_a_row_has_a_word_on_a_phone(client_of: Client, money: Money) -> None:
    page = client_of("host").in_english().get(f"/requests/{money.draft()}/edit").text
    for word in ("Goods or service", "Quantity", "Unit price", "Supplier", "Amount"):
        assert f'<td data-label="{word}">' in page


def test_a_draft_becomes_an_envelope_with_all_its_fields(client_of: Client, money: Money) -> None:
    host, made = client_of("host").in_english(), money.draft()
    place = f"/requests/{made}"
    page = host.get(f"{place}/edit").text
    saved = host.post_form(f"{place}/edit", typed(money, page, kind="envelope", then="submit"))
    assert saved.status_code == 303 and saved.headers["Location"].endswith("/envelope/edit")
    form = host.get(f"{place}/envelope/edit").text
    assert 'name="session_cap"' in form and "It is an envelope now" in form and 'value="80.00"' in form
    host.post_form(f"{place}/submit", {})
    told = host.get(f"{place}/envelope/edit").text
    assert "Say who may draw." in told, "what lacks is said"
    assert client_of("member").post_form(f"{place}/edit", typed(money, page)).status_code in (303, 403, 404)
    other = money.draft()
    kept = host.post_form(
        f"/requests/{other}/save", typed(money, host.get(f"/requests/{other}/edit").text, kind="envelope")
    )
    assert kept.headers["HX-Refresh"] == "true"


def test_an_empty_draft_becomes_an_envelope_too(client_of: Client, money: Money) -> None:
    host = client_of("host").in_english()
    made = money.draft(lines=())
    page = host.get(f"/requests/{made}/edit").text
    empty = {name: [""] for name in ("line_item", "line_quantity", "line_price")}
    assert host.post_form(f"/requests/{made}/edit", typed(money, page, kind="envelope", **empty)).status_code == 303
    form = host.get(f"/requests/{made}/envelope/edit").text
    assert re.search(r'name="session_cap"[^>]*value=""', form), "no amount that nobody typed"


def test_what_was_kept_is_told_with_its_version_and_lines_alone_move_it(client_of: Client, money: Money) -> None:
    host, made = client_of("host"), money.draft()
    save, page = f"/requests/{made}/save", client_of("host").get(f"/requests/{made}/edit").text
    sent = typed(money, page, once="a" * 32)
    first = host.post_form(save, sent)
    assert first.headers["Kept-Whole"] == "1" and first.headers["Kept-Version"] == str(money.row(made).version)
    again = host.post_form(save, sent)
    assert again.headers["Kept-Version"] == first.headers["Kept-Version"], "the same once more has the same answer"
    half = typed(money, first.text, line_item=["灯", "支架"], line_quantity=["1", ""], line_price=["80", ""])
    half |= {"line_supplier": ["", ""], "line_link": ["", ""]}
    assert host.post_form(save, half).headers["Kept-Whole"] == "0"
    stands = money.row(made).version
    with acting(money.cast.actors["host"]):
        wish = replace(money.wish(80), title="灯", purpose="换灯", lines=(Line("灯", Decimal(1), 8000, "淘宝"),))
        assert services.edit(made, stands, wish) == stands + 1
        assert queries.lines_of(made)[0].supplier == "淘宝"
    late = host.post_form(save, typed(money, first.text, purpose="晚了"))
    assert "Kept-Version" not in late.headers and money.row(made).purpose == "换灯"
