"""Words of what people say."""

from __future__ import annotations

from typing import Any

from planner.base.i18n import gettext as _
from planner.base.words import _l, field_forms, field_labels, news_words, part_words
from planner.discussions import rules
from planner.people import queries as people


def plain(text: Any) -> str:
    """A text with the names people have now; what was erased says so."""
    kept = str(text)
    return rules.unfold(kept, people.names(rules.named_in([kept]))) if kept else _("erased")


def title(text: str) -> str:
    """A comment in a list of many things."""
    return rules.excerpt(rules.unfold(text, {})) or _("erased")


news_words("discussions", {"Commented": _l("commented")})
part_words({"comment": _l("Comment")})
field_labels("comment", {"text": _l("Comment"), "edited_at": _l("Edited")})
field_forms("comment", {"kind": None, "object_id": None, "edited_at": None, "text": plain})
