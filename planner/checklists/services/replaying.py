"""What waited on a phone without a network arrives together: each act as if it had come alone, each with its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from planner.checklists import queries
from planner.checklists.rules import Act, Tap
from planner.checklists.services.ticks import fail, skip, tick, untick
from planner.kernel.errors import Invalid, NotFound, PlannerError
from planner.kernel.text import Message, msg

APPLIED, ALREADY, REFUSED = "applied", "already", "refused"
_DOES: dict[Act, Callable[[Tap], int]] = {
    Act.DONE: lambda tap: tick(tap.item_id, tap.client_id, tap.note, tap.at, tap.given),
    Act.UNTICK: lambda tap: untick(tap.item_id, tap.client_id, tap.note, tap.at),
    Act.FAIL: lambda tap: fail(tap.item_id, tap.client_id, tap.note, tap.at, tap.given),
    Act.SKIP: lambda tap: skip(tap.item_id, tap.client_id, tap.note, tap.at),
}


@dataclass(frozen=True)
class Answer:
    """What became of an act; what was refused says why."""

    client_id: str
    item_id: int
    result: str
    message: Message | None = None
    faults: Mapping[str, Message] = field(default_factory=dict[str, Message])


def replay(taps: Sequence[Tap]) -> list[Answer]:
    """Do each in its own transaction, in order; one that is refused does not stop those behind it."""
    known = queries.counted([tap.client_id for tap in taps])
    found: list[Answer] = []
    for tap in taps:
        answer = _replay_one(tap, tap.client_id in known)
        known |= {tap.client_id} if answer.result == APPLIED else set()
        found.append(answer)
    return found


def _replay_one(tap: Tap, known: bool) -> Answer:
    try:
        if tap.act is None or tap.act not in _DOES:
            raise Invalid.at("", msg("This tap can't be read."))
        _DOES[tap.act](tap)
    except NotFound:
        gone = msg("This item is not on the list any more.")
        return Answer(tap.client_id, tap.item_id, REFUSED, gone)
    except Invalid as error:
        return Answer(tap.client_id, tap.item_id, REFUSED, error.message, error.fields)
    except PlannerError as error:
        return Answer(tap.client_id, tap.item_id, REFUSED, error.message)
    return Answer(tap.client_id, tap.item_id, ALREADY if known else APPLIED)
