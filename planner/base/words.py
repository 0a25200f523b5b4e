"""Words of enums, fields and news: registered by each column's words.py, asked by templates and pages."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from jinja2 import pass_context
from markupsafe import Markup, escape

from planner.base.i18n import gettext, language, lazy
from planner.kernel.text import Message, msg

_l: Callable[..., Any] = lazy
say = msg

Member = tuple[type[StrEnum], str]
"""Members of different enums with the same text are equal, so the enum belongs to the key."""

_LABELS: dict[Member, Any] = {}
_ICONS: dict[Member, str] = {}
_CHIPS: dict[Member, str] = {}
_FIELDS: dict[tuple[str, str], Any] = {}
_PARTS: dict[str, Any] = {}
_FORMS: dict[tuple[str, str], Callable[[Any], str] | None] = {}
_NEWS: dict[str, Any] = {}


def labels(
    kind: type[StrEnum],
    words: Mapping[Any, Any],
    icons: Mapping[Any, str] | None = None,
    chips: Mapping[Any, str] | None = None,
) -> None:
    """Register the words of an enum, and for its chips an icon and a kind (ok warn bad live mute accent)."""
    missing = set(kind) - set(words)
    if missing:
        raise RuntimeError(f"{kind.__name__} has no word for {sorted(missing)}")
    _LABELS.update({(kind, member.value): words[member] for member in kind})
    _ICONS.update({(kind, str(member)): icon for member, icon in (icons or {}).items()})
    _CHIPS.update({(kind, str(member)): chip for member, chip in (chips or {}).items()})


def label(member: StrEnum) -> str:
    """The word of an enum's member in the reader's language."""
    return str(_LABELS[type(member), member.value])


label_of = label


def icon_of(member: StrEnum) -> str:
    """The name of the icon of an enum's member; empty where it has none."""
    return _ICONS.get((type(member), member.value), "")


def choices(kind: type[StrEnum]) -> Callable[[], list[tuple[str, Any]]]:
    """Pairs for a select field, in the order of the enum, asked for when a form is made."""
    return lambda: [(str(member.value), _LABELS[kind, member.value]) for member in kind]


def chip(member: StrEnum) -> Markup:
    """The state as icon and word on a soft ground."""
    return _chip(member, type(member), language())


@functools.lru_cache(2048)
def _chip(member: StrEnum, _kind: type[StrEnum], _language: str) -> Markup:
    picture = _ICONS.get((type(member), member.value))
    drawn = icon(picture) if picture else Markup()
    return Markup('<span class="chip chip-{}">{}{}</span>').format(
        _CHIPS.get((type(member), member.value), "mute"), drawn, escape(label(member))
    )


ASSETS: dict[str, str] = {}
"""Built file names by plain name, filled at start-up from the bundle's manifest."""


def asset(name: str) -> str:
    """The address of a built file."""
    return ASSETS[name]


def icon(name: str) -> Markup:
    """A picture from the icon sheet, for the eye only."""
    return _icon(ASSETS.get("icons.svg", ""), name)


@functools.lru_cache(1024)
def _icon(sheet: str, name: str) -> Markup:
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>').format(sheet, name)


def spoken(filters: Mapping[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """Filters whose words are chosen when a page is drawn.

    Jinja works out a filter over a constant once, when it reads the template: in the language of whoever came first.
    """

    def at_last(word: Callable[..., Any]) -> Callable[..., Any]:
        return pass_context(functools.wraps(word)(lambda _context, *args, **more: word(*args, **more)))

    return {name: at_last(word) for name, word in filters.items()}


def field_labels(table: str, words: Mapping[str, Any]) -> None:
    """Register the words of a table's fields, as history shows them."""
    _FIELDS.update({(table, name): word for name, word in words.items()})


def field_label(table: str, field: str) -> str:
    """The word of a field; its plain name where nobody gave one."""
    found = _FIELDS.get((table, field))
    return str(found) if found is not None else field.removesuffix("_id").replace("_", " ")


def field_forms(table: str, forms: Mapping[str, Callable[[Any], str] | None]) -> None:
    """Register how values of a table's fields are written in history; None hides what says nothing to people."""
    _FORMS.update({(table, name): form for name, form in forms.items()})


def is_hidden(table: str, field: str) -> bool:
    """Whether history leaves a field out."""
    return _FORMS.get((table, field), str) is None


def field_form(table: str, field: str) -> Callable[[Any], str] | None:
    """How a value of a field is written, where somebody said."""
    return _FORMS.get((table, field))


def part_words(words: Mapping[str, Any]) -> None:
    """Register what parts of a whole are called, by their tables: `{"shift": _l("Shift")}`."""
    _PARTS.update(words)


def part_word(table: str) -> str:
    """What a part is called; the table's plain name where nobody said."""
    return str(_PARTS.get(table, table.replace("_", " ")))


def news_words(column: str, words: Mapping[str, Any]) -> None:
    """Register sentences by the class name of the news: `{"SessionMoved": _l("moved the session")}`."""
    _NEWS.update({f"{column}.{name}": word for name, word in words.items()})


def news_sentence(name: str) -> str:
    """What happened, as the end of "somebody ..."."""
    found = _NEWS.get(name)
    return str(found) if found is not None else gettext("changed something here")


__all__ = [
    "Message",
    "_l",
    "asset",
    "chip",
    "choices",
    "field_form",
    "field_forms",
    "field_label",
    "field_labels",
    "icon",
    "is_hidden",
    "label",
    "label_of",
    "labels",
    "news_sentence",
    "news_words",
    "part_word",
    "part_words",
    "say",
    "spoken",
]
