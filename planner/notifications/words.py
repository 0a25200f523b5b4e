"""How a notice reads: its instants, positions and people in the reader's language and the team's zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from planner.base import i18n, show
from planner.kernel.text import Message
from planner.people.words import position_word


def _day(at: str) -> str:
    return show.day(datetime.fromisoformat(at))


def _days(first: str, last: str) -> str:
    return _day(first) if _day(first) == _day(last) else f"{_day(first)} – {_day(last)}"


def _value(kept: Any, names: Mapping[int, str], far: bool) -> Any:
    match kept:
        case {"msg": _text}:
            return notice_words(kept, names, far)
        case {"at": at}:
            instant = datetime.fromisoformat(at)
            return f"{show.day(instant)} {show.clock_of(instant)}" if far else show.when(instant)
        case {"days": [first, last]}:
            return _days(first, last)
        case {"positions": positions}:
            return "、".join(position_word(key, name) for key, name in positions)
        case {"person": user_id}:
            return names.get(user_id, "")
        case _:
            return kept


def notice_words(kept: dict[str, Any], names: Mapping[int, str], far: bool = False) -> str:
    """The sentence; `far` for a letter, which is read on another day than it was written."""
    values = {name: _value(value, names, far) for name, value in kept.get("values", {}).items()}
    return i18n.told(Message(kept["msg"], values))


def people_in(kept: dict[str, Any]) -> set[int]:
    """Whom the words name."""
    found: set[int] = set()
    for value in kept.get("values", {}).values():
        match value:
            case {"msg": _text}:
                found |= people_in(value)
            case {"person": user_id}:
                found.add(user_id)
            case _:
                pass
    return found
