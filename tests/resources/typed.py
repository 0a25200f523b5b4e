"""What a browser types into the form of a request, and reads from its pages."""

from __future__ import annotations

import re
from typing import Any

from tests.resources.conftest import DAY, Money, today


def seen_in(page: str) -> str:
    """The digest of what a page shows, which a decision is about."""
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert found, "the page does not say what is seen"
    return found[1]


def version_in(page: str) -> str:
    """The version a form was shown with."""
    found = re.search(r'<input[^>]*name="version"[^>]*>', page)
    assert found
    value = re.search(r'value="(\d+)"', found[0])
    return value[1] if value else ""


def typed_request(money: Money, **more: Any) -> dict[str, Any]:
    """A whole request as it is typed: two lamps."""
    usual = {
        "kind": "one_off", "title": "补光灯", "purpose": "换灯", "category_id": str(money.categories["equipment"]),
        "needed_by": str(today() + DAY), "line_item": ["灯", ""], "line_quantity": ["2", ""],
        "line_price": ["1,280.50", ""], "line_supplier": ["京东", ""], "line_link": ["", ""], "payee": "京东",
        "pay_way": "transfer", "invoice": "none",
    }  # fmt: skip
    return {**usual, **more}
