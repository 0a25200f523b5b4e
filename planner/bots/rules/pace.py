"""How often a vendor may be called, when a failed message is tried again, and what goes into one message. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from planner.bots.rules.vendors import Fault, Vendor

T = TypeVar("T")


@dataclass(frozen=True)
class Limit:
    """At most so many messages in any stretch of so many seconds."""

    count: int
    seconds: int


LIMITS: dict[Vendor, tuple[Limit, ...]] = {
    Vendor.FEISHU: (Limit(5, 1), Limit(100, 60)),
    Vendor.DINGTALK: (Limit(20, 60),),
    Vendor.WECOM: (Limit(20, 60),),
}
SPARE = timedelta(seconds=5)
"""Our clock sees when a message leaves, the vendor's when it arrives."""

LOOK_BACK = max(timedelta(seconds=limit.seconds) for limits in LIMITS.values() for limit in limits) + SPARE

SILENCE: dict[Vendor, timedelta] = {
    Vendor.FEISHU: timedelta(minutes=2),
    Vendor.DINGTALK: timedelta(minutes=10),
    Vendor.WECOM: timedelta(minutes=2),
}
"""How long a vendor hears nothing once it has said that it was too much."""

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30))
MOST_FAILS = 6
MOST_REFUSED = 3
"""A fault that only a person can mend (a wrong secret) pauses the bot sooner."""


def free_at(vendor: Vendor, sent: Sequence[datetime], now: datetime) -> datetime:
    """When one more message keeps every limit of the vendor, given when the last ones left."""
    found, latest = now, sorted(sent)
    for limit in LIMITS[vendor]:
        if len(latest) >= limit.count:
            spare = SPARE if limit.seconds > 1 else timedelta(seconds=1)
            found = max(found, latest[-limit.count] + timedelta(seconds=limit.seconds) + spare)
    return found


def after_failure(vendor: Vendor, fault: Fault, fails: int) -> timedelta | None:
    """How long to wait after the so-many-eth failure in a row; None pauses the bot. Being too fast is no failure."""
    if fault is Fault.LIMITED:
        return SILENCE[vendor]
    if fails >= (MOST_REFUSED if fault.needs_a_person else MOST_FAILS):
        return None
    return BACK_OFF[min(fails, len(BACK_OFF)) - 1]


def first_that_fit(rows: Sequence[T], fits: Callable[[Sequence[T]], bool]) -> int:
    """How many rows, from the first one, go into one message: whole ones, and one at least."""
    count = 1
    while count < len(rows) and fits(rows[: count + 1]):
        count += 1
    return min(count, len(rows))
