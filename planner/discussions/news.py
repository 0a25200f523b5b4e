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


@dataclass(frozen=True)
class Attached(News):
    """Somebody attached files to an object of any kind: the first of them, and how many there were."""

    attachment_id: int
    kind: str
    object_id: int
    files: int
    about: ClassVar[tuple[str, str]] = ("attachment", "attachment_id")

    def topic(self) -> tuple[str, int]:
        """The object itself."""
        return self.kind, self.object_id
