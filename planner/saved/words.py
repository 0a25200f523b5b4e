"""Words of saved views."""

from __future__ import annotations

from typing import Any

from planner.base.words import _l, field_forms, field_labels, part_words

PAGE_WORDS: dict[str, Any] = {
    "plan.steps": _l("List of steps"),
    "plan.board": _l("Board of steps"),
    "live.sessions": _l("Sessions"),
}


def page_word(page: str) -> str:
    """What a list is called."""
    return str(PAGE_WORDS[page]) if page in PAGE_WORDS else page


part_words({"saved_default": _l("Opens by default")})
field_labels("saved_view", {"page": _l("List"), "name": _l("Name"), "query": _l("Narrowed by"), "shared": _l("Shared")})
field_forms("saved_view", {"page": page_word})
field_forms("saved_default", {"page": None, "view_id": None})
