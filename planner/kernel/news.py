"""News: what happened, as a typed, frozen dataclass of ids and facts."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar


@dataclass(frozen=True)
class News:
    """The root of all news. `about` is the kind of object and the field with its id: ("session", "session_id")."""

    about: ClassVar[tuple[str, str]]

    def topic(self) -> tuple[str, int]:
        """The kind and the id of the object it is about."""
        kind, field = type(self).about
        return kind, getattr(self, field)

    def facts(self) -> dict[str, object]:
        """The fields as they go into the row."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


KINDS_OF_NEWS: dict[str, type[News]] = {}


def news_name(kind: type[News]) -> str:
    """`planner.live.news.SessionMoved` -> `live.SessionMoved`."""
    return f"{kind.__module__.split('.')[1]}.{kind.__qualname__}"
