"""An amount in another currency is told beside its field, wherever money is typed, and nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.resources.conftest import YUAN, Money, today

Client = Callable[[str], Any]


def _version(page: str) -> str:
    found = re.search(r'<input[^>]*name="version"[^>]*value="(\d+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("typed", "sign"), [("$100", "$"), ("ＵＳ＄100", "US$"), ("8万港币", "港币"), ("€1,000", "€"), ("100 JPY", "JPY")]
)
def test_a_budget_is_not_allocated_in_another_currency(client_of: Client, money: Money, typed: str, sign: str) -> None:
    manager = client_of("manager")
    path = f"/budget/periods/{money.period}/allocate"
    sent = {"category_id": str(money.categories["equipment"]), "amount": typed}
    page = manager.post_form(path, sent)
    assert page.status_code == 422
    assert f"金额以人民币计，不是{sign}" in page.text
    assert f'value="{typed}"' in page.text and 'id="amount-error"' in page.text
    assert f"not in {sign}" in manager.in_english().post_form(path, sent).text
    assert money.standing().allocated == 100_000 * YUAN


@pytest.mark.parametrize("typed", ["￥100", "100元", "RMB 100", "人民币100元", "100 CNY"])
def test_the_own_currency_is_taken_by_all_its_names(client_of: Client, money: Money, typed: str) -> None:
    sent = {"category_id": str(money.categories["equipment"]), "amount": typed}
    assert client_of("manager").post_form(f"/budget/periods/{money.period}/allocate", sent).status_code == 303
    assert money.standing().allocated == 100_100 * YUAN


def test_lines_offers_and_credit_say_so_too(client_of: Client, money: Money) -> None:
    host = client_of("host")
    place = host.post_form("/requests/new", {"kind": "one_off", "title": "灯"}).headers["Location"]
    sent = {
        "kind": "one_off", "title": "灯", "invoice": "none", "version": _version(host.get(place).text),
        "line_item": ["灯"], "line_quantity": ["1"], "line_price": ["200美元"], "line_supplier": [""], "line_link": [""],
        "quote_supplier": ["B&H"], "quote_amount": ["£9"], "quote_note": [""],
    }  # fmt: skip
    page = host.post_form(place, sent)
    assert page.status_code == 422
    assert "不是美元" in page.text and "不是£" in page.text and 'value="200美元"' in page.text
    lead = client_of("lead")
    sent = {"channel_id": str(money.cast.channel), "kind": "recharge", "amount": "US$5", "day": str(today())}
    assert "不是US$" in lead.post_form("/budget/credit", sent).text
