"""Reading the pages of reviews, for tests."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from planner.base.actor import acting
from planner.outcomes.queries import reviews
from tests.cast import Cast

Client = Callable[[str], Any]
Shown = Callable[..., int]


def finding_of(cast: Cast, show: int) -> Any:
    with acting(cast.actors["lead"]):
        return reviews.review_page(show).findings[0].row


def title(page: Any) -> str:
    found = re.search(r"<title>(.*?)</title>", page.text, re.S)
    assert found
    return found[1].strip()


def beside(page: Any, field: str) -> str:
    """The message at a field."""
    found = re.search(rf'id="{field}-error".*?</div>', page.text, re.S)
    assert found, re.findall(r'class="field-error.*?</div>', page.text, re.S)
    return found[0]
