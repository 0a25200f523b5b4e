"""What an envelope comes to: spend is taken from the final result of each show, the rest is released.

Spend (消耗) of a show that has drawn is booked under the request with the show, out of what was committed. What was
paid with gifted credit (赠款) is no cash and is not booked. What goes beyond what was drawn is booked only where the
budget holds it, and is always told. Figures that are corrected are booked anew: the earlier entries are reversed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from planner.base import actor, db, show
from planner.base.lock import lock
from planner.base.telling import Sort, concern
from planner.base.verbs import command
from planner.kernel.money import show_money
from planner.kernel.permissions import P, Role
from planner.kernel.spans import business_day, day_span
from planner.kernel.text import msg
from planner.live import queries as live
from planner.live.models import LiveSession
from planner.live.rules import AFTER_AIR
from planner.live.rules import State as ShowState
from planner.resources import ports
from planner.resources.models import AdCredit, Envelope, EnvelopeSum, LedgerEntry, ResourceRequest
from planner.resources.queries import signers
from planner.resources.queries.budgets import of_request
from planner.resources.rules import REQUESTS, Act, Entry, State, release, spend
from planner.resources.rules.envelopes import CreditKind, Scope, Share, share, to_release
from planner.resources.services import draws, ledger, turns

SETTLED_IN = frozenset({State.APPROVED, State.CLOSED})
"""States of a request whose shows are booked."""


def business_day_of(row: LiveSession) -> date:
    """The business day of a show."""
    who = actor.current()
    return business_day(row.planned_start, who.timezone, who.day_start)


def end_calls(held: Envelope, row: ResourceRequest) -> None:
    """All that waits for a decision is not approved."""
    draws.give_back_what_ended(held.id, held.terms(row.total), all_of_them=True)


def drawn_of(envelope_id: int) -> dict[int, int]:
    """What was drawn, by show, in minor units."""
    asked = select(EnvelopeSum.session_id, EnvelopeSum.drawn).where(
        EnvelopeSum.envelope_id == envelope_id, EnvelopeSum.session_id.is_not(None), EnvelopeSum.drawn > 0
    )
    return {session_id: drawn for session_id, drawn in db.session().execute(asked) if session_id is not None}


def figures_of(session_ids: Iterable[int]) -> dict[int, ports.ShowFigures]:
    """What shows came to, asked of whoever knows results."""
    wanted, found = sorted(set(session_ids)), dict[int, ports.ShowFigures]()
    for answer in ports.show_figures:
        found |= answer(wanted)
    return found


def gifted_of(session_id: int) -> int:
    """What of a show's spend was paid with gifted credit, in minor units."""
    asked = select(func.coalesce(func.sum(AdCredit.amount), 0))
    mine = (AdCredit.session_id == session_id, AdCredit.kind == CreditKind.GIFTED_SPENT)
    return int(db.session().scalar(asked.where(*mine)) or 0)


def _booked(request_id: int, session_id: int) -> list[LedgerEntry]:
    """The entries of a show that stand: spent, and not reversed."""
    other = aliased(LedgerEntry)
    back = select(other.id).where(other.reverses_id == LedgerEntry.id)
    mine = (LedgerEntry.request_id == request_id, LedgerEntry.session_id == session_id)
    asked = select(LedgerEntry).where(*mine, LedgerEntry.kind == Entry.SPEND, ~back.exists())
    return list(db.session().scalars(asked.order_by(LedgerEntry.id)))


def _book(row: ResourceRequest, session_id: int, wanted: int, drawn: int) -> Share:
    """Book a show's spend under a request, once however often it is asked; answers how it was shared."""
    assert row.budget_id is not None
    held = _booked(row.id, session_id)
    stands = Share(-sum(entry.committed for entry in held), sum(entry.spent + entry.committed for entry in held))
    found = share(wanted, drawn, of_request(row.id).committed + stands.within)
    if found.within != stands.within or stands.excess > found.excess:
        for entry in held:
            ledger.take_back(entry)
        if found.within:
            _spend(row, session_id, found.within, found.within)
        stands = Share(found.within, 0)
    if found.excess > stands.excess:
        more = found.excess - stands.excess
        booked = _spend(row, session_id, more, 0)
        _tell_excess(row, session_id, found.excess, booked)
    return found


def _spend(row: ResourceRequest, session_id: int, amount: int, committed: int) -> bool:
    assert row.budget_id is not None
    return ledger.book(
        row.budget_id, spend(amount, committed), ledger.key_of(row.id), request_id=row.id, session_id=session_id
    )


def _tell_excess(row: ResourceRequest, session_id: int, excess: int, booked: bool) -> None:
    managers = [user_id for user_id, role in signers.present().items() if role is Role.MANAGER]
    theme, amount = live.brief(session_id).theme, show_money(excess)
    if booked:
        words = msg("%(title)s has spent %(amount)s more than was drawn; it is booked.", title=theme, amount=amount)
    else:
        words = msg(
            "%(title)s has spent %(amount)s more than was drawn, and the budget lacks it: it is not booked.",
            title=theme, amount=amount,
        )  # fmt: skip
    concern(managers, Sort.CHANGED, ("request", row.id), words)


def _requests_of(session_id: int) -> list[tuple[Envelope, ResourceRequest, int]]:
    """The envelopes that a show has drawn from, the oldest first, with how much."""
    asked = (
        select(Envelope, ResourceRequest, EnvelopeSum.drawn)
        .join(ResourceRequest, ResourceRequest.id == Envelope.request_id)
        .join(EnvelopeSum, EnvelopeSum.envelope_id == Envelope.id)
        .where(EnvelopeSum.session_id == session_id, EnvelopeSum.drawn > 0, ResourceRequest.state.in_(list(SETTLED_IN)))
        .order_by(Envelope.id)
    )
    return [(held, row, drawn) for held, row, drawn in db.session().execute(asked)]


@command(P.FIGURES_EDIT)
def follow_result(session_id: int) -> None:
    """The port's answer: a show's figures have changed; once they are final, its spend is booked."""
    found = _requests_of(session_id)
    if not found:
        return
    lock(*(("request", row.id) for _held, row, _drawn in found))
    figures = figures_of([session_id]).get(session_id)
    final = figures is not None and figures.final and figures.spend is not None
    left = max(0, figures.spend - gifted_of(session_id)) if final and figures and figures.spend is not None else 0
    for place, (held, row, drawn) in enumerate(found):
        mine = left if place == len(found) - 1 else min(left, drawn)
        _book(row, session_id, mine, drawn)
        left -= mine
        db.flush()
        if row.state is State.CLOSED:
            _release(held, row)


def _shows_of(held: Envelope) -> list[LiveSession]:
    """The shows an envelope covers, the called off ones too."""
    if held.scope is Scope.SESSIONS:
        return list(db.some(LiveSession, held.sessions).values())
    assert held.first is not None and held.last is not None
    who = actor.current()
    start = day_span(held.first, who.timezone, who.day_start).start
    end = day_span(held.last, who.timezone, who.day_start).end
    asked = select(LiveSession).where(LiveSession.planned_start >= start, LiveSession.planned_start < end)
    rows = list(db.session().scalars(asked))
    return [row for row in rows if not held.channels or row.channel_id in held.channels]


def _left_to_settle(held: Envelope) -> tuple[bool, int]:
    """Whether all figures are final, and what was drawn in shows whose figures are still to come."""
    drawn = drawn_of(held.id)
    rows = {row.id: row for row in _shows_of(held)}
    rows |= db.some(LiveSession, drawn.keys() - rows.keys())
    waiting = [row for row in rows.values() if row.state is not ShowState.CANCELLED]
    figures = figures_of(row.id for row in waiting if row.state in AFTER_AIR)
    open_ones = [row.id for row in waiting if not (row.id in figures and figures[row.id].final)]
    to_come = held.scope is Scope.DAYS and held.last is not None and show.today() <= held.last
    return not open_ones and not to_come, sum(drawn.get(session_id, 0) for session_id in open_ones)


def _release(held: Envelope, row: ResourceRequest) -> int:
    """What is not needed any more is free again; answers how much, in minor units."""
    committed = of_request(row.id).committed
    if not committed or row.budget_id is None:
        return 0
    final, unsettled = _left_to_settle(held)
    free = to_release(committed, row.state is State.CLOSED, final, unsettled)
    if free:
        ledger.book(row.budget_id, release(committed=free), ledger.key_of(row.id), request_id=row.id)
    return free


def settle(held: Envelope, row: ResourceRequest) -> None:
    """Book every show that has drawn, then release what is free; under the locks of the request and the envelope."""
    for session_id in sorted(drawn_of(held.id)):
        follow_result(session_id)
    db.flush()
    _release(held, row)


@command(P.REQUEST_DECIDE)
def settle_all() -> int:
    """Envelopes whose shows are all over, with final figures, are closed and give their rest back; answers how many."""
    asked = (
        select(Envelope.id, ResourceRequest.id)
        .join(ResourceRequest, ResourceRequest.id == Envelope.request_id)
        .where(ResourceRequest.state == State.APPROVED)
        .order_by(ResourceRequest.id)
    )
    closed = 0
    for envelope_id, request_id in list(db.session().execute(asked)):
        held = db.one(Envelope, envelope_id)
        if not _left_to_settle(held)[0]:
            continue
        lock("request", request_id)
        row = db.one(ResourceRequest, request_id)
        if row.state is not State.APPROVED:
            continue
        lock("envelope", envelope_id)
        end_calls(held, row)
        settle(held, row)
        turns.note(row, Act.CLOSE)
        turns.move(row, REQUESTS.take("close", row.state))
        turns.tell_requester(row, msg("All figures are final, the rest is released: %(title)s", title=row.title))
        closed += 1
    return closed


__all__ = ["follow_result", "settle", "settle_all"]
