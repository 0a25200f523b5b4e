"""For which shows a list is made, and for which of them a line of it applies. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planner.kernel.text import fold

MOST_TAGS, LONGEST_TAG = 12, 30


@dataclass(frozen=True)
class Facts:
    """What rules know of a show."""

    platform: str
    weight: str
    channel_id: int
    tags: tuple[str, ...] = ()


def _any_of(wanted: Iterable[str], held: Iterable[str]) -> bool:
    """Whether one of these tags is there; case and width are nothing to people."""
    return not {fold(tag) for tag in wanted}.isdisjoint(fold(tag) for tag in held)


@dataclass(frozen=True)
class Condition:
    """When a line applies; what is empty asks nothing. `item` is the line whose answer is asked for."""

    platforms: tuple[str, ...] = ()
    weights: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    item: str = ""
    answer: str = ""

    def __bool__(self) -> bool:
        return self != ALWAYS

    def as_json(self) -> dict[str, Any] | None:
        """As it is kept; None where the line always applies."""
        found: dict[str, Any] = {
            name: list(values)
            for name, values in (("platforms", self.platforms), ("weights", self.weights), ("tags", self.tags))
            if values
        }
        return found | ({"item": self.item, "is": self.answer} if self.item else {}) or None

    def fits(self, facts: Facts, answers: Mapping[str, str]) -> bool:
        """Whether the line applies to such a show. What hangs on an answer nobody has given waits for it."""
        return (
            (not self.platforms or facts.platform in self.platforms)
            and (not self.weights or facts.weight in self.weights)
            and (not self.tags or _any_of(self.tags, facts.tags))
            and (not self.item or answers.get(self.item) == self.answer)
        )


ALWAYS = Condition()


def read_condition(kept: Mapping[str, Any] | None) -> Condition:
    """What is kept in a column, as it was meant."""
    if not kept:
        return ALWAYS
    lists = [tuple(str(each) for each in kept.get(name) or ()) for name in ("platforms", "weights", "tags")]
    return Condition(*lists, item=str(kept.get("item", "")), answer=str(kept.get("is", "")))


@dataclass(frozen=True)
class MadeFor:
    """Which shows a template makes a list for; what is empty asks nothing. `by_hand` makes none by itself."""

    weights: tuple[str, ...] = ()
    channel_ids: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    by_hand: bool = False

    def fits(self, facts: Facts) -> bool:
        """Whether such a show gets a list of it."""
        return (
            not self.by_hand
            and (not self.weights or facts.weight in self.weights)
            and (not self.channel_ids or facts.channel_id in self.channel_ids)
            and (not self.tags or _any_of(self.tags, facts.tags))
        )

    def order(self) -> tuple[bool, bool, bool]:
        """The standard of a weight comes first, what a channel or a tag adds after it."""
        return bool(self.channel_ids or self.tags), not self.weights, bool(self.tags)


def orphaned(items: Sequence[tuple[str, Condition]]) -> list[str]:
    """The keys of lines that ask for the answer of a line that is not among them."""
    known = {key for key, _condition in items}
    return [key for key, condition in items if condition.item and condition.item not in known]
