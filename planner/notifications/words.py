"""How a notice reads: its instants, days, positions, people, comments in the reader's language and the team's zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from planner.base import i18n, kinds, show
from planner.base.telling import Sort
from planner.base.words import _l, icon_of, labels
from planner.kernel.text import Message
from planner.notifications.rules import DAY_MINUTES, Mode
from planner.people.words import position_word

Names = Mapping[Any, str]
"""Of people by their id, and of comments by `("comment", id)` how they begin."""

labels(
    Sort,
    {
        Sort.SHIFT: _l("My shows"),
        Sort.MENTIONED: _l("Mentions"),
        Sort.ASSIGNED: _l("Given to me"),
        Sort.REPLIED: _l("Replies"),
        Sort.CHANGED: _l("Changes"),
        Sort.LATE: _l("Overdue"),
        Sort.DUE: _l("Due soon"),
    },
    icons={
        Sort.SHIFT: "calendar",
        Sort.MENTIONED: "at-sign",
        Sort.ASSIGNED: "user-check",
        Sort.REPLIED: "message-circle",
        Sort.CHANGED: "pencil",
        Sort.LATE: "triangle-alert",
        Sort.DUE: "clock",
    },
    chips={Sort.LATE: "warn"},
)
labels(Mode, {Mode.NOW: _l("At once"), Mode.DAILY: _l("Once a day"), Mode.NEVER: _l("Never")})

WHAT_THEY_ARE: Mapping[Sort, Any] = {
    Sort.SHIFT: _l(
        "I get a shift or lose one, my show is moved or called off, before it begins, and when mine blocks it"
    ),
    Sort.MENTIONED: _l("Somebody names me with @ in a comment"),
    Sort.ASSIGNED: _l("A step or a goal becomes mine"),
    Sort.REPLIED: _l("Somebody comments on what is mine, or where I have commented"),
    Sort.CHANGED: _l("Due day, owner or state of what is mine changes"),
    Sort.LATE: _l("Something of mine is past its time: after 1, 3, 7, 15 … days"),
    Sort.DUE: _l("Something of mine is due soon"),
}


def clock_at(minutes: int) -> str:
    """`09:00` of the minutes after midnight."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def sort_icon(sort: Sort) -> str:
    """The picture of a reason."""
    return icon_of(sort)


def before_words(minutes: int) -> Any:
    """How long before one's show: a day, hours, minutes."""
    if minutes >= DAY_MINUTES:
        return _l("a day before")
    return _l("%(num)s h before", num=minutes // 60) if minutes >= 60 else _l("%(num)s min before", num=minutes)


def days_words(days: int) -> Any:
    """How many days before something is due."""
    if days == 0:
        return _l("on the day itself")
    return _l("a day before") if days == 1 else _l("%(num)s days before", num=days)


def _day(at: str) -> str:
    return show.day(datetime.fromisoformat(at))


def _days(first: str, last: str) -> str:
    return _day(first) if _day(first) == _day(last) else f"{_day(first)} – {_day(last)}"


def _value(kept: Any, names: Names, far: bool) -> Any:
    match kept:
        case {"msg": _text}:
            return notice_words(kept, names, far)
        case {"at": at}:
            instant = datetime.fromisoformat(at)
            return f"{show.day(instant)} {show.clock_of(instant)}" if far else show.when(instant)
        case {"date": day}:
            found = date.fromisoformat(day)
            return show.day(found) if far else show.near(found)
        case {"days": [first, last]}:
            return _days(first, last)
        case {"positions": positions}:
            return "、".join(position_word(key, name) for key, name in positions)
        case {"person": user_id}:
            return names.get(user_id, "")
        case {"title": [own, english]}:
            return english if english and i18n.language() == i18n.ENGLISH else own
        case {"comment": row_id}:
            return names.get(("comment", row_id), "…")
        case {"kind": kind}:
            return kinds.word(kind)
        case _:
            return kept


def notice_words(kept: dict[str, Any], names: Names, far: bool = False) -> str:
    """The sentence; `far` for a letter, which is read on another day than it was written."""
    values = {name: _value(value, names, far) for name, value in kept.get("values", {}).items()}
    return i18n.told(Message(kept["msg"], values))


def _named(kept: dict[str, Any], what: str) -> Iterator[int]:
    for value in kept.get("values", {}).values():
        match value:
            case {"msg": _text}:
                yield from _named(value, what)
            case dict():
                held: Any = value
                if what in held:
                    yield held[what]
            case _:
                pass


def people_in(kept: dict[str, Any]) -> set[int]:
    """Whom the words name."""
    return set(_named(kept, "person"))


def comments_in(kept: dict[str, Any]) -> set[int]:
    """Which comments the words quote."""
    return set(_named(kept, "comment"))
