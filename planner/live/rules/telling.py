"""Who is told what of an act: everything it did to one person's work is one sentence. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from planner.kernel.text import Message, msg


class Act(StrEnum):
    """What is done to somebody's work."""

    GIVEN = "given"
    TAKEN = "taken"
    CHANGED = "changed"
    MOVED = "moved"
    PLACED = "placed"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    DELETED = "deleted"


THEIRS = frozenset({Act.GIVEN, Act.CHANGED, Act.MOVED, Act.PLACED, Act.RESTORED})
"""Acts after which the work is the person's; after the others it is not."""

SHIFT_ACTS = frozenset({Act.GIVEN, Act.TAKEN, Act.CHANGED})
"""Acts on a shift; the others are done to a session."""


@dataclass(frozen=True)
class Concern:
    """One shift of one person that an act concerns; `at` is the shift's or the session's start.

    `note` is the reason of a cancellation, `to_id` who has a shift instead.
    """

    user_id: int
    session_id: int
    theme: str
    until: datetime
    act: Act
    position_id: int
    at: datetime
    note: str = ""
    to_id: int | None = None


@dataclass(frozen=True)
class Telling:
    """What one person is told of one act, and until when it is worth knowing.

    `works` are the sessions by id, each with the start of the shift that is theirs no longer. `theirs`: it holds as
    long as the person works in any of these (False: as long as not in all of them; None: whatever they do). Values of
    the words may be `{"at": instant}`, `{"days": [first, last]}`, `{"positions": [id, …]}` and `{"person": id}`, so
    that they read in the language and the zone of the reader. `start` is when the first of it begins.
    """

    user_id: int
    works: tuple[tuple[int, datetime | None], ...]
    words: Message
    until: datetime
    theirs: bool | None
    start: datetime | None = None


def tellings(concerns: Sequence[Concern]) -> list[Telling]:
    """One telling a person, whatever the act has done to them, in the order in which they come up."""
    of_person: dict[int, list[Concern]] = {}
    for concern in concerns:
        of_person.setdefault(concern.user_id, []).append(concern)
    return [_telling(user_id, mine) for user_id, mine in of_person.items()]


def _telling(user_id: int, mine: Sequence[Concern]) -> Telling:
    acts: dict[int, set[Act]] = {}
    for c in mine:
        acts.setdefault(c.session_id, set()).add(c.act)
    folded = {row_id: next(iter(held)) if len(held) == 1 else Act.CHANGED for row_id, held in acts.items()}
    kinds = set(folded.values())
    act = kinds.pop() if len(kinds) == 1 else None
    theirs = {row_act in THEIRS for row_act in folded.values()}
    words = _one(act, mine) if act is not None and len(folded) == 1 else _many(act, len(folded), mine)
    works = dict.fromkeys((c.session_id, c.at if c.act is Act.TAKEN else None) for c in mine)
    until, start = max(c.until for c in mine), min(c.at for c in mine)
    return Telling(user_id, tuple(works), words, until, theirs.pop() if len(theirs) == 1 else None, start)


def _one(act: Act, mine: Sequence[Concern]) -> Message:
    first = min((c for c in mine if c.act is not Act.TAKEN or act is not Act.CHANGED), key=lambda c: c.at)
    positions = list(dict.fromkeys(c.position_id for c in mine if c.act is first.act))
    told = {"theme": first.theme, "at": {"at": first.at.isoformat()}}
    shift = told | {"position": {"positions": positions}}
    match act:
        case Act.GIVEN:
            return msg("You have a shift: %(position)s, %(at)s, “%(theme)s”", **shift)
        case Act.TAKEN if first.to_id is not None:
            name = {"person": first.to_id}
            return msg("Your shift goes to %(name)s: %(position)s, %(at)s, “%(theme)s”", **shift, name=name)
        case Act.TAKEN:
            return msg("No longer your shift: %(position)s, %(at)s, “%(theme)s”", **shift)
        case Act.CHANGED:
            return msg("Your shift has changed: %(position)s, %(at)s, “%(theme)s”", **shift)
        case Act.MOVED:
            return msg("“%(theme)s” is moved to %(at)s", **told)
        case Act.PLACED:
            return msg("“%(theme)s”, %(at)s, has another studio or channel", **told)
        case Act.CANCELLED:
            return msg("“%(theme)s”, %(at)s, is called off: %(reason)s", **told, reason=first.note)
        case Act.RESTORED:
            return msg("“%(theme)s”, %(at)s, is on again", **told)
        case Act.DELETED:
            return msg("“%(theme)s”, %(at)s, is deleted", **told)


def _many(act: Act | None, sessions: int, mine: Sequence[Concern]) -> Message:
    days = {"days": [min(c.at for c in mine).isoformat(), max(c.at for c in mine).isoformat()]}
    shifts: Mapping[str, object] = {"num": len(mine), "days": days}
    shows: Mapping[str, object] = {"num": sessions, "days": days}
    match act:
        case Act.GIVEN:
            return msg("You have %(num)s new shifts: %(days)s", **shifts)
        case Act.TAKEN:
            return msg("%(num)s shifts are no longer yours: %(days)s", **shifts)
        case Act.MOVED:
            return msg("%(num)s of your sessions are moved, now %(days)s", **shows)
        case Act.CANCELLED:
            return msg("%(num)s of your sessions are called off, %(days)s: %(reason)s", **shows, reason=mine[0].note)
        case Act.DELETED:
            return msg("%(num)s of your sessions are deleted: %(days)s", **shows)
        case _:
            return msg("Your shifts in %(num)s sessions have changed: %(days)s", **shows)
