"""Envelopes (专项额度): one approval for the ad spend of many sessions, and what may be drawn of it. Pure.

All amounts are integers in minor units (分). ROI is GMV by ad spend, both as the platform shows them at that moment
(DOMAIN § 4: daily money is ad spend; recharge is not spend, gifted credit is not cash).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from planner.kernel.errors import Invalid
from planner.kernel.money import LARGEST
from planner.kernel.permissions import Role
from planner.kernel.text import Message, msg
from planner.resources.rules.requests import PayWay


class Scope(StrEnum):
    """Which sessions an envelope covers."""

    DAYS = "days"
    """All of these channels that begin within these business days: a week."""
    SESSIONS = "sessions"
    """Those that were chosen: a campaign."""


class Reason(StrEnum):
    """Why money is drawn."""

    RISING = "rising"
    """The figures are good: more of it."""
    OPENING = "opening"
    PRODUCT = "product"
    """The main product is up."""
    FALLING = "falling"
    """Viewers leave: bring new ones in."""
    OTHER = "other"


class Why(StrEnum):
    """Why a draw needs a person."""

    NO_READING = "no_reading"
    BELOW_FLOOR = "below_floor"
    OVER_CAP = "over_cap"


class DrawAct(StrEnum):
    """One row of what became of a draw."""

    GRANT = "grant"
    """At once, within the caps."""
    ASK = "ask"
    """It is this manager's turn."""
    APPROVE = "approve"
    REFUSE = "refuse"
    END = "end"
    """Nobody decided in time, or the envelope was closed: not approved."""
    TAKE_BACK = "take_back"
    """A wrong tap: whoever drew takes at once back what was granted at once."""


class DrawState(StrEnum):
    """Where a draw stands."""

    GRANTED = "granted"
    APPROVED = "approved"
    WAITING = "waiting"
    REFUSED = "refused"
    NOT_APPROVED = "not_approved"
    TAKEN_BACK = "taken_back"


TAKEN = frozenset({DrawState.GRANTED, DrawState.APPROVED})
"""Money that may be spent."""
AT_AN_END: dict[DrawAct, DrawState] = {
    DrawAct.GRANT: DrawState.GRANTED,
    DrawAct.APPROVE: DrawState.APPROVED,
    DrawAct.REFUSE: DrawState.REFUSED,
    DrawAct.END: DrawState.NOT_APPROVED,
    DrawAct.TAKE_BACK: DrawState.TAKEN_BACK,
}


class CreditKind(StrEnum):
    """What happened to the credit of an ad account."""

    RECHARGE = "recharge"
    """充值: cash paid in; it is spent when ads run, not now."""
    GIFTED = "gifted"
    """赠款: the platform's own, which nobody has paid for."""
    GIFTED_SPENT = "gifted_spent"
    """What of a session's spend was paid with gifted credit: not cash."""


USUAL_SECONDS, SHORTEST_SECONDS, LONGEST_SECONDS = 180, 60, 600
"""So long one manager on duty is asked before it passes on."""
OLDEST_READING = timedelta(hours=1)
"""An older reading says nothing of this moment."""
QUICK = (20_000, 50_000, 100_000, 200_000)
"""Amounts of one tap, in minor units: ¥200, ¥500, ¥1,000, ¥2,000."""
LARGEST_FLOOR = Decimal(1000)
MOST_DAYS, MOST_SESSIONS = 92, 60
DAYS_AT_FIRST = 7


@dataclass(frozen=True)
class Drawers:
    """Who may draw: these people, whoever has one of these roles, whoever holds one of these positions there."""

    users: tuple[int, ...] = ()
    roles: tuple[Role, ...] = ()
    positions: tuple[int, ...] = ()

    def lets(self, user_id: int, role: Role | None, positions: Iterable[int]) -> bool:
        """Whether somebody with this role, who works in these positions of the session, may draw."""
        return user_id in self.users or role in self.roles or bool(set(self.positions) & set(positions))

    @property
    def nobody(self) -> bool:
        """Whether nobody was named."""
        return not (self.users or self.roles or self.positions)


@dataclass(frozen=True)
class Terms:
    """What an envelope allows. `total` and `session_cap` in minor units; `floor` is an ROI, None where there is none;
    `seconds` is how long each manager on duty is asked; `duty` are those who are asked first, in order."""

    scope: Scope
    total: int
    session_cap: int
    drawers: Drawers
    first: date | None = None
    last: date | None = None
    channels: tuple[int, ...] = ()
    sessions: tuple[int, ...] = ()
    floor: Decimal | None = None
    seconds: int = USUAL_SECONDS
    duty: tuple[int, ...] = ()

    def covers(self, session_id: int, channel_id: int, day: date) -> bool:
        """Whether a session of this channel and business day may draw."""
        if self.scope is Scope.SESSIONS:
            return session_id in self.sessions
        if self.first is None or self.last is None or not self.first <= day <= self.last:
            return False
        return not self.channels or channel_id in self.channels


def check_terms(terms: Terms) -> None:
    """Invalid at the fields that make no sense."""
    faults: dict[str, Message] = {}
    if not 0 < terms.total <= LARGEST:
        faults["total"] = msg("The amount is more than 0.")
    if not 0 < terms.session_cap <= LARGEST:
        faults["session_cap"] = msg("The amount is more than 0.")
    elif terms.session_cap > terms.total > 0:
        faults["session_cap"] = msg("One session can’t draw more than all of them.")
    if terms.floor is not None and not 0 <= terms.floor <= LARGEST_FLOOR:
        faults["floor"] = msg("An ROI lies between 0 and 1000.")
    if not SHORTEST_SECONDS <= terms.seconds <= LONGEST_SECONDS:
        faults["seconds"] = msg("Between 60 and 600 seconds.")
    if terms.drawers.nobody:
        faults["roles"] = msg("Say who may draw.")
    if terms.scope is Scope.SESSIONS and not 0 < len(terms.sessions) <= MOST_SESSIONS:
        faults["sessions"] = msg("Choose the sessions, at most %(most)s.", most=MOST_SESSIONS)
    if terms.scope is Scope.DAYS:
        if terms.first is None:
            faults["first"] = msg("Type the first day.")
        if terms.last is None:
            faults["last"] = msg("Type the last day.")
        if terms.first and terms.last and not 0 <= (terms.last - terms.first).days < MOST_DAYS:
            faults["last"] = msg(
                "The last day is not before the first, and at most %(most)s days in all.", most=MOST_DAYS
            )
    if faults:
        raise Invalid(faults)


@dataclass(frozen=True)
class EnvelopeWish:
    """What somebody types into the form of an envelope; its total is the request's."""

    title: str
    terms: Terms
    purpose: str = ""
    category_id: int | None = None
    payee: str = ""
    pay_way: PayWay | None = PayWay.TRANSFER
    goal_id: int | None = None


@dataclass(frozen=True)
class Moment:
    """What the platform showed when somebody drew: minor units; None what nobody had read."""

    at: datetime
    gmv: int | None
    ad_spend: int | None
    reading_id: int | None = None

    @property
    def roi(self) -> Decimal | None:
        """GMV by ad spend, two places, rounded down so that 0.999 is never 1; None where nothing was spent."""
        return roi_of(self.gmv, self.ad_spend)


def roi_of(gmv: int | None, spend: int | None) -> Decimal | None:
    """GMV by ad spend, both in minor units; None where it can't be told."""
    if gmv is None or not spend:
        return None
    return (Decimal(gmv) / Decimal(spend)).quantize(Decimal("0.01"), ROUND_DOWN)


def fresh(moment: Moment | None, now: datetime) -> Moment | None:
    """The reading, if it says something of this moment."""
    return moment if moment is not None and now - moment.at <= OLDEST_READING else None


def needs_a_person(moment: Moment | None, floor: Decimal | None, left: int, amount: int) -> tuple[Why, ...]:
    """Why a draw is not granted at once; `left` is what the session may still draw by itself, in minor units.

    A reading is asked for only where there is a floor that it could lie below."""
    found: list[Why] = []
    if floor is not None and (moment is None or moment.roi is None):
        found.append(Why.NO_READING)
    elif floor is not None and moment is not None and moment.roi is not None and moment.roi < floor:
        found.append(Why.BELOW_FLOOR)
    if amount > left:
        found.append(Why.OVER_CAP)
    return tuple(found)


def duty_of(
    drawer: int, managers: Sequence[int], crew: Iterable[int], named: Sequence[int], present: Iterable[int]
) -> tuple[int, ...]:
    """Who is asked, in order: managers who work in the session, then those the envelope names, then the other managers
    (`managers` by name). Never whoever draws, nobody who is not there, nobody twice."""
    working, here = set(crew), set(present)
    order = [*(m for m in managers if m in working), *named, *managers]
    return tuple(user_id for user_id in dict.fromkeys(order) if user_id != drawer and user_id in here)


def turn_at(began: datetime, seconds: int, people: int, now: datetime) -> int | None:
    """Whose turn it is (a place in the order); None when the last one's time is over too, or there is nobody.

    It follows from the clock alone: nothing has to run for a turn to pass on, and nobody can decide late.
    """
    place = max(0, int((now - began).total_seconds() // seconds))
    return place if place < people else None


def until(began: datetime, seconds: int, place: int) -> datetime:
    """When the time of a place in the order is over."""
    return began + timedelta(seconds=seconds * (place + 1))


@dataclass(frozen=True)
class Share:
    """How the final spend of a session is booked: `within` what was drawn, `excess` beyond it. Minor units."""

    within: int
    excess: int


def share(spent: int, drawn: int, committed: int) -> Share:
    """What of a session's spend is taken from what was drawn for it, and is still committed, and what goes beyond."""
    within = max(0, min(spent, drawn, committed))
    return Share(within, max(0, spent - within))


def to_release(committed: int, closed: bool, all_final: bool, unsettled: int) -> int:
    """What of the committed is free again: all when every session's figures are final; when it was closed before, all
    but what was drawn in sessions whose figures are still to come."""
    if all_final:
        return committed
    return max(0, committed - unsettled) if closed else 0
