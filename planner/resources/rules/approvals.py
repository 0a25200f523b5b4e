"""The verbs of a decision, the states of a level and of a seat in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Act(StrEnum):
    """What somebody did with a request: the office's own verbs, each a row of its trail."""

    SUBMIT = "submit"
    RECALL = "recall"
    APPROVE = "approve"
    REFUSE = "refuse"
    GIVE_BACK = "give_back"
    ADD_BEFORE = "add_before"
    ADD_AFTER = "add_after"
    TRANSFER = "transfer"
    COPY = "copy"
    NUDGE = "nudge"
    CANCEL = "cancel"
    KEEP = "keep"
    """The cancellation is refused: the approval stands."""
    CHANGE = "change"
    """What was asked for changed while it waited: what was approved so far counts no more."""
    ESCALATE = "escalate"
    COVER = "cover"
    """A level that the same person signs higher up."""
    FINISH = "finish"
    TAKE_BACK = "take_back"
    """A decision was taken back at once, before anybody was told."""
    CLOSE = "close"
    ORDER = "order"
    RECEIVE = "receive"
    PAY = "pay"
    REVERSE = "reverse"
    """Something that was ordered, received, paid or closed is taken back."""


class LevelState(StrEnum):
    """Where a level of one request stands."""

    WAITING = "waiting"
    ACTIVE = "active"
    PASSED = "passed"
    COVERED = "covered"
    REFUSED = "refused"
    RETURNED = "returned"
    VOID = "void"
    """Of an earlier round: what was asked for is another by now."""


class SeatState(StrEnum):
    """Where one person's signature stands."""

    WAITING = "waiting"
    """Somebody who was added before signs first (前加签)."""
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    RETURNED = "returned"
    TRANSFERRED = "transferred"
    NOT_NEEDED = "not_needed"
    """Enough others have signed, or the person can't any more."""


class Origin(StrEnum):
    """Why somebody has a seat."""

    POLICY = "policy"
    ADDED_BEFORE = "added_before"
    ADDED_AFTER = "added_after"
    TRANSFERRED = "transferred"
    ESCALATED = "escalated"


@dataclass(frozen=True)
class Signed:
    """A signature as the counting of a level sees it: by whom, on what (the digest that was seen)."""

    state: SeatState
    acted_by: int | None
    seen: str | None
    origin: Origin


def passes(needed: int, seats: Iterable[Signed], now: str) -> bool:
    """Whether a level is done: as many different people as needed have signed what stands now, and whoever was added
    has signed, too: they sign besides, not instead. A level without a signature is never done."""
    rows = list(seats)
    own = [seat for seat in rows if seat.origin is not Origin.ADDED_BEFORE]
    signed = {seat.acted_by for seat in own if seat.state is SeatState.APPROVED and seat.seen == now}
    signed.discard(None)
    added = [seat for seat in rows if seat.origin in (Origin.ADDED_BEFORE, Origin.ADDED_AFTER)]
    waits = any(seat.state in (SeatState.ASKED, SeatState.WAITING) for seat in added)
    return len(signed) >= max(1, needed) and not waits


UNDO_SECONDS = 10
"""So long a decision can be taken back, and nobody is told of it."""
GRACE_SECONDS = 5
"""And so much longer for a slow way to the server."""
NUDGE_AGAIN = timedelta(hours=1)
"""Whoever waits may ask once in this time."""
LONGEST_REASON = 500
"""Characters."""
