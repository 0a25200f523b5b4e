"""The reader's language: Simplified Chinese or English, per person, else from the browser."""

from __future__ import annotations

import functools
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from babel.messages.mofile import read_mo
from flask import has_request_context, request
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import LanguageAccept

from planner.base import actor
from planner.kernel.text import Message

CHINESE, ENGLISH = "zh_Hans_CN", "en"
LANGUAGES = (CHINESE, ENGLISH)
HTML_LANG = {CHINESE: "zh-Hans", ENGLISH: "en"}
FOLDER = Path(__file__).resolve().parent.parent / "translations"

_chosen: ContextVar[str | None] = ContextVar("language", default=None)


@functools.cache
def _catalogue() -> tuple[dict[str, str], dict[str, str]]:
    """Chinese by English words, single and plural; Chinese has one plural form."""
    path = FOLDER / CHINESE / "LC_MESSAGES" / "messages.mo"
    single: dict[str, str] = {}
    many: dict[str, str] = {}
    if not path.exists():
        return single, many
    with path.open("rb") as file:
        for entry in read_mo(file):
            if isinstance(entry.id, (tuple, list)):
                many[entry.id[0]] = str((entry.string or [""])[0])
                single.setdefault(entry.id[0], many[entry.id[0]])
            elif entry.id:
                single[entry.id] = str(entry.string)
    return single, many


def speak(language: str | None) -> Any:
    """Choose the language of this context; None goes back to the person's own."""
    return _chosen.set(language)


def quiet(token: Any) -> None:
    """Undo `speak`."""
    _chosen.reset(token)


def language() -> str:
    """The language words come out in now."""
    return _chosen.get() or actor.current().language or CHINESE


def browser_language() -> str:
    """What the browser asks for; Chinese where it asks for neither."""
    asked: LanguageAccept | None = request.accept_languages if has_request_context() else None
    for tag, quality in asked or ():
        if quality > 0 and tag.lower().startswith("zh"):
            return CHINESE
        if quality > 0 and tag.lower().startswith("en"):
            return ENGLISH
    return CHINESE if not asked else ENGLISH


def gettext(text: str, **values: Any) -> str:
    """The words in the reader's language with their holes filled."""
    told = text if language() == ENGLISH else _catalogue()[0].get(text, text)
    return told % values if values else told


def jinja_gettext(text: str, **values: Any) -> str:
    """As Jinja's new-style gettext calls it: `%%` is a per cent sign even where nothing is filled in."""
    told = text if language() == ENGLISH else _catalogue()[0].get(text, text)
    return told % values if values or "%%" in told else told


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """The words for a number of things; `num` fills `%(num)s`."""
    told = (one if num == 1 else many) if language() == ENGLISH else _catalogue()[1].get(one, one if num == 1 else many)
    return told % {"num": num, **values}


def lazy(text: str, **values: Any) -> LazyString:
    """Words that are chosen when they are shown."""
    return LazyString(gettext, text, **values)


def told(message: Any) -> str:
    """A message, a lazy string or a plain text in the reader's language; holes may hold messages."""
    if isinstance(message, Message):
        values = {name: told(value) if isinstance(value, Message) else value for name, value in message.values.items()}
        return gettext(message.text, **values) if values else gettext(message.text).replace("%%", "%")
    if isinstance(message, dict) and "msg" in message:
        return told(from_json(message))
    return str(message)


def both(message: Message) -> tuple[str, str]:
    """A message in Chinese and in English, for what is read by many later."""
    found: list[str] = []
    for each in LANGUAGES:
        token = speak(each)
        try:
            found.append(told(message))
        finally:
            quiet(token)
    return found[0], found[1]


def from_json(kept: dict[str, Any]) -> Message:
    """The message that `Message.as_json` stored."""
    values = {k: from_json(v) if isinstance(v, dict) and "msg" in v else v for k, v in kept.get("values", {}).items()}
    return Message(kept["msg"], values)
