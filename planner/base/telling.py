"""Telling people: any column says whom an act concerns, and notifications writes it down before the commit.

`concern([step.owner_id], Sort.ASSIGNED, ("step", step.id), msg("Yours now: %(title)s", title=step.title))` may be
called as often as one likes while a command runs, from commands within commands, too: it is laid by in the unit of work
and handed over once. Whoever acts is never told, nobody twice of the same thing, and what the program does by itself is
told like anything else. Nothing is told of an act that is rolled back; what is told of one that is taken back is taken
back with it.

What somebody was asked for (`ASSIGNED`, `LATE`) may wait for them no more: `settle("request", row.id, still_asked)` is
said where turns end, and what they have not read of it yet is hidden, until the act that ended it is taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from planner.base import unit as units
from planner.base.ports import Port
from planner.kernel.telling import ORDER, Sort
from planner.kernel.text import Message


@dataclass(frozen=True)
class Word:
    """What one person is told of one thing; `about` is the kind and the id of the object it leads to.

    Values of the words may be `{"at": instant}` and `{"date": day}` (both in ISO form), `{"person": id}` and
    `{"comment": id}`: they are written for each reader, and names and texts stay where they can be erased.
    """

    user_id: int
    sort: Sort
    about: tuple[str, int]
    words: Message
    after: timedelta = timedelta()
    """So long it is held back, while what it tells of can still be taken back without anybody knowing."""


told: Port[Callable[[Sequence[Word]], object]] = Port("base.told")
"""Write down what people are told of one act: asked once, at its end, with one word a person and object."""


Still = Callable[[Collection[int]], Mapping[tuple[int, Sort], Collection[int]]]
"""Of objects of a kind: whom something of this sort still waits for, by the object and the sort."""

settled: Port[Callable[[str, Collection[int], Still], object]] = Port("base.settled")
"""Hide what was told of these objects of a kind and waits for nobody any more: asked once an act, after `told`."""

TOLD_AFTER = "told after"
"""Names, in the memory of a unit, how long everything it tells is held back: a decision can be taken back so long."""


def concern(
    user_ids: Iterable[int | None], sort: Sort, about: tuple[str, int], words: Message, after: timedelta = timedelta()
) -> None:
    """These people are told of it, but for whoever acts; inside a command, `after` a while or what holds for all that
    it says (`TOLD_AFTER` in the memory of the unit)."""
    unit = units.current()
    after = after or unit.memory.get(TOLD_AFTER, timedelta())
    for user_id in dict.fromkeys(user_ids):
        if user_id is not None and user_id != unit.user_id:
            unit.gather(_hand_over, Word(user_id, sort, about, words, after))


def once_each(gathered: Iterable[Word]) -> list[Word]:
    """One word a person and object, in the order in which they came up: what concerns them most, said last."""
    kept: dict[tuple[int, tuple[str, int]], Word] = {}
    for word in gathered:
        held = kept.get((word.user_id, word.about))
        if held is None or ORDER[word.sort] <= ORDER[held.sort]:
            kept[word.user_id, word.about] = word
    return list(kept.values())


def settle(kind: str, row_id: int, still: Still) -> None:
    """Some people's turn may be over; `still` is asked at the end of the act."""
    unit = units.current()
    unit.gathered.setdefault(_hand_over, [])  # what is told anew is written first: it replaces what was told before
    unit.gather(_settle, (kind, row_id, still))


def _settle(gathered: list[tuple[str, int, Still]]) -> None:
    folded: dict[tuple[str, Still], set[int]] = {}
    for kind, row_id, still in gathered:
        folded.setdefault((kind, still), set()).add(row_id)
    for (kind, still), ids in folded.items():
        for answer in settled:
            answer(kind, ids, still)


def nobody(_ids: Collection[int]) -> Mapping[tuple[int, Sort], Collection[int]]:
    """It waits for nobody any more."""
    return {}


def _hand_over(gathered: list[Word]) -> None:
    for answer in told if gathered else ():
        answer(once_each(gathered))


__all__ = [
    "ORDER", "TOLD_AFTER", "Sort", "Still", "Word", "concern", "nobody", "once_each", "settle", "settled", "told",
]  # fmt: skip
