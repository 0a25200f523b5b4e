"""Words of what people say and bring."""

from __future__ import annotations

from typing import Any

from planner.base.i18n import gettext as _
from planner.base.words import _l, field_forms, field_labels, labels, news_words, part_words
from planner.discussions import rules
from planner.discussions.rules import FileSort
from planner.people import queries as people

MEGABYTE = 1024 * 1024


def plain(text: Any) -> str:
    """A text with the names people have now; what was erased says so."""
    kept = str(text)
    return rules.unfold(kept, people.names(rules.named_in([kept]))) if kept else _("erased")


def title(text: str) -> str:
    """A comment in a list of many things."""
    return rules.excerpt(rules.unfold(text, {})) or _("erased")


def link_title(row: Any) -> str:
    """A link in a list of many things: what it leads to is called so, or has no name."""
    return str(row.title) or _("Link")


def size_word(size: int) -> str:
    """How large a file is: 320 KB, 1.4 MB."""
    if size < MEGABYTE:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / MEGABYTE:.1f} MB"


labels(
    FileSort,
    {
        FileSort.PICTURE: _l("Picture"),
        FileSort.PDF: _l("PDF"),
        FileSort.SHEET: _l("Sheet"),
        FileSort.DOCUMENT: _l("Document"),
        FileSort.SLIDES: _l("Slides"),
        FileSort.TEXT: _l("Text"),
    },
    {
        FileSort.PICTURE: "image",
        FileSort.PDF: "file-text",
        FileSort.SHEET: "file-spreadsheet",
        FileSort.DOCUMENT: "file-text",
        FileSort.SLIDES: "monitor",
        FileSort.TEXT: "file-text",
    },
)
news_words("discussions", {"Commented": _l("commented"), "Attached": _l("attached a file")})
part_words({"comment": _l("Comment"), "attachment": _l("File"), "object_link": _l("Link")})
field_labels("object_link", {"address": _l("Address"), "title": _l("Title")})
field_forms("object_link", {"kind": None, "object_id": None, "to_kind": None, "to_id": None})
field_labels("attachment", {"name": _l("Name"), "sort": _l("Kind"), "size": _l("Size")})
field_forms(
    "attachment",
    {
        "kind": None,
        "object_id": None,
        "file_id": None,
        "small_id": None,
        "width": None,
        "height": None,
        "size": size_word,
    },
)
field_labels("comment", {"text": _l("Comment"), "edited_at": _l("Edited")})
field_forms("comment", {"kind": None, "object_id": None, "edited_at": None, "text": plain})
