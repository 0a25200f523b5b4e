"""Kit of studios: put there out of what a request brought, written in by hand, moved, repaired, given away, retired.

What belongs to a line of a request is counted under the lock of the request: never more stands in studios than came.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from planner.base import db, show
from planner.base import trash as trashing
from planner.base.lock import lock
from planner.base.verbs import command
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.kernel.permissions import P
from planner.kernel.text import Message, clean_line, clean_text, msg
from planner.live.models import Studio
from planner.resources.models import RequestEvent, RequestLine, ResourceRequest, StudioKit
from planner.resources.queries import afterwards
from planner.resources.queries.kit import put_of
from planner.resources.queries.reading import readable
from planner.resources.queries.seen import lines_of
from planner.resources.rules import (
    KIT,
    Fact,
    KitWish,
    Piece,
    Use,
    check_quantity,
    fault_of_numbers,
    fold,
    still_to_put,
)
from planner.resources.services.gate import lock_requests

LONGEST_NAME = 120
DEAREST = 10**12
"""The most one piece costs, and a tenth of what a row does, in minor units: so that sums of rows stay numbers."""


def _left_of(request_id: int) -> dict[int, Decimal]:
    """Of each line, how much has come and stands in no studio; under the lock of the request."""
    received = fold(afterwards.happened(afterwards.facts_of(request_id))).received
    return still_to_put(received, put_of(request_id))


def _taken(numbers: Iterable[str], own: int = 0) -> str | None:
    """The first of these numbers that another piece of the team has."""
    held = [each for each in numbers if each]
    if not held:
        return None
    lock("kit numbers", db.team_id())
    asked = select(StudioKit.serial).where(StudioKit.serial.in_(held), StudioKit.id != own)
    return db.session().scalar(asked.limit(1))


def _has(number: str) -> Message:
    return msg("Another piece has the number %(number)s.", number=number)


def _check_cost(unit_price: int | None, quantity: Decimal) -> None:
    if unit_price is None:
        return
    if unit_price < 0:
        raise Invalid.at("unit_price", msg("The price is not below 0."))
    if unit_price > DEAREST or unit_price * quantity > DEAREST * 10:
        raise Invalid.at("unit_price", msg("This amount is too large."))


# ----------------------------------------------------------------- out of a request


@command(P.REQUEST_MAKE)
def put_away(request_id: int, studio_id: int, pieces: Sequence[Piece], note: str = "") -> list[int]:
    """What has come of a request goes into a studio: so much of each line, single pieces under their numbers. Answers
    the rows that were made."""
    row = _carried(request_id)
    lines = {line.id: line for line in lines_of(row.id)}
    db.one(Studio, studio_id)
    left, faults = _left_of(row.id), dict[str, Message]()
    places = {line_id: place for place, line_id in enumerate(line_id for line_id in lines if left.get(line_id))}
    if not pieces:
        raise Invalid.at("studio_id", msg("Say of at least one line how much goes there."))
    for piece in pieces:
        if piece.line_id not in lines:
            raise NotFound()
        fault = _fault_of(piece, lines[piece.line_id], left.get(piece.line_id, Decimal()))
        if fault is not None:
            faults[f"pieces.{places.get(piece.line_id, 0)}"] = fault
    numbers = [number for piece in pieces for number in piece.numbers]
    taken = _taken(numbers)
    twice = next((each for each in numbers if numbers.count(each) > 1), None)
    if (taken or twice) and not faults:
        holder = next(piece.line_id for piece in pieces if (taken or twice) in piece.numbers)
        told = _has(taken) if taken else msg("The same number stands here twice.")
        faults[f"pieces.{places.get(holder, 0)}"] = told
    if faults:
        raise Invalid(faults)
    said, days = clean_text(note)[:500], _days_of(row.id)
    made = [each for piece in pieces for each in _pieces_of(row, lines[piece.line_id], piece)]
    for each in made:
        each.studio_id, each.note, each.acquired_on = studio_id, said, days.get(each.line_id or 0)
    return [each.id for each in db.add_all(made)]


def _carried(request_id: int) -> ResourceRequest:
    lock_requests(request_id)
    row = db.one(ResourceRequest, request_id)
    if not readable(row):
        raise NotFound()
    if row.state not in afterwards.CARRIED:
        raise Refused(msg("Only what is approved is ordered, received and paid."))
    if not afterwards.may_work(row):
        raise Forbidden(msg("Whoever asked for it, a lead or a manager records this."))
    return row


def _fault_of(piece: Piece, line: RequestLine, left: Decimal) -> Message | None:
    if not piece.quantity.is_finite() or piece.quantity <= 0:
        return msg("The quantity is more than 0.")
    if piece.quantity > left:
        return msg("Only %(left)s have come and stand in no studio yet.", left=f"{left:f}")
    if line.unit_price > DEAREST or line.unit_price * piece.quantity > DEAREST * 10:
        return msg("This amount is too large.")
    return fault_of_numbers(piece.numbers, piece.quantity)


def _pieces_of(row: ResourceRequest, line: RequestLine, piece: Piece) -> list[StudioKit]:
    """One row for each number, and one for the rest."""
    rest = piece.quantity - len(piece.numbers)
    parts = [(Decimal(1), number) for number in piece.numbers] + ([(rest, "")] if rest else [])
    return [
        StudioKit(
            name=line.item[:LONGEST_NAME], quantity=quantity, unit_price=line.unit_price, serial=number,
            request_id=row.id, line_id=line.id,
        )
        for quantity, number in parts
    ]  # fmt: skip


def _days_of(request_id: int) -> dict[int, date]:
    """The day on which the last of each line came."""
    rows = afterwards.facts_of(request_id)
    back = {each.reverses_id for each in rows}
    came: list[RequestEvent] = [each for each in rows if each.fact is Fact.RECEIVE and each.id not in back]
    return {each.line_id: each.day for each in came if each.line_id is not None}


def must_stay(request_id: int, line_id: int | None, less: Decimal) -> None:
    """A receipt can't be taken back while what it brought stands in a studio. Under the lock of the request."""
    if line_id is not None and less > _left_of(request_id).get(line_id, Decimal()):
        raise Refused(msg("It stands in a studio by now: delete it from the kit first."))


# ----------------------------------------------------------------- by hand


def _written(wish: KitWish, quantity: Decimal, own: int = 0) -> None:
    """What is typed must make sense, and be this team's."""
    if not clean_line(wish.name):
        raise Invalid.at("name", msg("Say what it is."))
    _check_cost(wish.unit_price, quantity)
    if wish.acquired_on is not None and wish.acquired_on > show.today():
        raise Invalid.at("acquired_on", msg("The day has not come yet."))
    serial = clean_line(wish.serial)
    fault = fault_of_numbers([serial] if serial else [], quantity)
    if serial and quantity != 1:
        fault = msg("A number names one piece: the quantity is 1.")
    taken = None if fault else _taken([serial], own)
    if fault or taken:
        raise Invalid.at("serial", fault or _has(taken or ""))


def _fill(row: StudioKit, wish: KitWish, quantity: Decimal) -> StudioKit:
    row.name, row.quantity, row.unit_price = clean_line(wish.name)[:LONGEST_NAME], quantity, wish.unit_price
    row.acquired_on, row.serial, row.note = wish.acquired_on, clean_line(wish.serial), clean_text(wish.note)[:500]
    return row


@command(P.CHANNEL_EDIT)
def add_kit(wish: KitWish) -> int:
    """Something that stands in a studio already, without a request."""
    quantity = check_quantity(wish.quantity)
    db.one(Studio, wish.studio_id)
    _written(wish, quantity)
    return db.add(_fill(StudioKit(studio_id=wish.studio_id), wish, quantity)).id


@command(P.CHANNEL_EDIT)
def edit_kit(kit_id: int, version: int, wish: KitWish) -> None:
    """Its name, quantity, price, day, number, note. It is moved by another act."""
    row = _locked(kit_id, version)
    quantity = check_quantity(wish.quantity)
    _written(wish, quantity, row.id)
    if quantity > row.quantity:
        _must_have_come(row, quantity - row.quantity)
    _fill(row, wish, quantity)


def _locked(kit_id: int, version: int) -> StudioKit:
    """The row to be changed; what came with a request under the lock of that request."""
    found = db.one(StudioKit, kit_id)
    if found.request_id is not None:
        lock_requests(found.request_id)
    return db.edit(StudioKit, kit_id, version)


def _must_have_come(row: StudioKit, more: Decimal) -> None:
    if row.request_id is None or row.line_id is None:
        return
    left = _left_of(row.request_id).get(row.line_id, Decimal())
    if more > left:
        told = msg("Only %(left)s have come and stand in no studio yet.", left=f"{left:f}")
        raise Invalid.at("quantity", told)


def _part(row: StudioKit, quantity: Decimal | None) -> StudioKit:
    """What an act is about: all of a row, or so much of it, which becomes a row of its own."""
    wanted = row.quantity if quantity is None else check_quantity(quantity, row.quantity)
    if wanted == row.quantity:
        return row
    row.quantity -= wanted
    db.flush()
    same = ("studio_id", "name", "unit_price", "acquired_on", "state", "request_id", "line_id", "note")
    return StudioKit(quantity=wanted, **{name: getattr(row, name) for name in same})


def _keep(part: StudioKit) -> int:
    return part.id if part.id is not None else db.add(part).id


@command(P.CHANNEL_EDIT)
def move_kit(kit_id: int, version: int, studio_id: int, quantity: Decimal | None = None) -> int:
    """All of it, or so much, stands in another studio from now on. Answers the row there."""
    row = _locked(kit_id, version)
    db.one(Studio, studio_id)
    if studio_id == row.studio_id:
        raise Invalid.at("studio_id", msg("It stands there already."))
    part = _part(row, quantity)
    part.studio_id = studio_id
    return _keep(part)


@command(P.CHANNEL_EDIT)
def repair_kit(kit_id: int, version: int, quantity: Decimal | None = None, note: str = "") -> int:
    """All of it, or so much, is being repaired; what was said about it before stays, unless something is said now."""
    row = _locked(kit_id, version)
    to = KIT.take("repair_kit", row.state)
    part = _part(row, quantity)
    part.state = to
    part.note = clean_text(note)[:500] or part.note
    return _keep(part)


@command(P.CHANNEL_EDIT)
def repaired_kit(kit_id: int, version: int) -> int:
    """It can be used again."""
    row = _locked(kit_id, version)
    row.state = KIT.take("repaired_kit", row.state)
    return row.id


@command(P.CHANNEL_EDIT)
def part_with_kit(
    kit_id: int, version: int, to: Use, day: date, reason: str, quantity: Decimal | None = None
) -> int:  # fmt: skip
    """All of it, or so much, was given away or retired on a day, and why. It stays in the list of what is gone."""
    row = _locked(kit_id, version)
    state = KIT.take("give_kit" if to is Use.GIVEN else "retire_kit", row.state)
    said = clean_line(reason)[:200]
    if not said:
        raise Invalid.at("reason", msg("Say why."))
    if day > show.today():
        raise Invalid.at("day", msg("The day has not come yet."))
    part = _part(row, quantity)
    part.state, part.gone_on, part.gone_reason = state, day, said
    return _keep(part)


@command(P.CHANNEL_EDIT)
def bring_kit_back(kit_id: int, version: int) -> int:
    """It was found again, or came back: it is in use."""
    row = _locked(kit_id, version)
    row.state, row.gone_on, row.gone_reason = KIT.take("bring_kit_back", row.state), None, ""
    return row.id


@command(P.CHANNEL_EDIT)
def trash_kit(kit_id: int) -> None:
    """It was written in by mistake. What came with a request may be put away once more."""
    trashing.trash(db.one(StudioKit, kit_id))


def check_kit(row: StudioKit) -> None:
    """Registered with the trash: it comes back unless its number is taken, or what came was put away anew."""
    if row.request_id is not None:
        lock_requests(row.request_id)
    taken = _taken([row.serial], row.id)
    if taken:
        raise Refused(_has(taken))
    if row.request_id is not None and row.line_id is not None:
        left = _left_of(row.request_id).get(row.line_id, Decimal())
        if row.quantity > left:
            raise Refused(msg("Only %(left)s have come and stand in no studio yet.", left=f"{left:f}"))


def after_kit_undo(row: StudioKit, fields: frozenset[str]) -> None:
    """Registered with undo: what was put back must hold beside what others have done since."""
    if row.trashed_at is not None:
        return
    taken = _taken([row.serial], row.id) if fields & {"serial", "trashed_at"} else None
    if taken:
        raise Refused(_has(taken))
    if row.request_id is not None and fields & {"quantity", "trashed_at"}:
        lock_requests(row.request_id)
        received = fold(afterwards.happened(afterwards.facts_of(row.request_id))).received
        if any(put > received.get(line, Decimal()) for line, put in put_of(row.request_id).items()):
            raise Refused(msg("More would stand in studios than has come."))
