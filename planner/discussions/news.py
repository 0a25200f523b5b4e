"""What happens where people talk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from planner.kernel.news import News


@dataclass(frozen=True)
class Commented(News):
    """Somebody said something about an object of any kind; the words themselves stay with the comment."""

    comment_id: int
    kind: str
    object_id: int
    about: ClassVar[tuple[str, str]] = ("comment", "comment_id")

    def topic(self) -> tuple[str, int]:
        """The object itself."""
        return self.kind, self.object_id
