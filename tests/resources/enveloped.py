"""What tests of envelopes need: a team with ad money, a show on air, what the platform shows, and an approved envelope."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from planner.base import unit as units
from planner.base.actor import acting
from planner.kernel import clock
from planner.kernel.permissions import Role
from planner.live import queries as shows
from planner.live import services as live
from planner.live.rules import Weight
from planner.live.services import ReadingIn, ShiftIn
from planner.outcomes import services as outcomes
from planner.people import queries as people
from planner.resources import queries, services
from planner.resources.models import Envelope, EnvelopeSum
from planner.resources.queries.budgets import of_request
from planner.resources.rules import Standing
from planner.resources.rules.envelopes import Drawers, DrawState, EnvelopeWish, Reason, Scope, Terms
from tests.resources.conftest import DAY, YUAN, Money, today

SECOND = timedelta(seconds=1)


def terms(**more: Any) -> Terms:
    """¥10,000 for a week around today, ¥3,000 a show, members draw, ROI of 2 at least, a minute each."""
    usual = Terms(
        Scope.DAYS, 10_000 * YUAN, 3_000 * YUAN, Drawers(roles=(Role.MEMBER,)), today() - 2 * DAY, today() + 4 * DAY,
        floor=Decimal(2), seconds=60,
    )  # fmt: skip
    return replace(usual, **more)


def wish(money: Money, held: Terms) -> EnvelopeWish:
    """The form of an envelope, complete."""
    return EnvelopeWish("本周投放额度", held, "晚场追投", money.categories["ads"], "巨量千川")


def fund(money: Money, yuan: int = 50_000) -> None:
    """Money for ads."""
    with acting(money.cast.actors["manager"]):
        money.budgets["ads"] = services.allocate_budget(money.period, money.categories["ads"], yuan * YUAN)


def approved(money: Money, who: str = "lead", **more: Any) -> int:
    """An envelope that has been signed; answers the request."""
    if "ads" not in money.budgets:
        fund(money)
    with acting(money.cast.actors[who]):
        made = services.draft_envelope(wish(money, terms(**more)))
        services.submit(made, money.row(made).version)
    for signer in ("lead", "manager"):
        if money.state(made) == "pending" and signer != who:
            money.approve(signer, made)
    assert money.state(made) == "approved"
    return made


def envelope_of(money: Money, request_id: int) -> int:
    """The envelope of a request."""
    with acting(money.cast.actors["manager"]), units.reading() as unit:
        return unit.session.scalars(select(Envelope.id).where(Envelope.request_id == request_id)).one()


def show(money: Money, crew: tuple[str, ...] = (), minutes_ago: int = 40) -> int:
    """A show that is on air since so many minutes, with these people as its ad buyers."""
    start = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=minutes_ago)
    cast = money.cast
    with acting(cast.actors["lead"]):
        place = {p.key: p.id for p in people.positions()}["ads"]
        shifts = [ShiftIn(place, getattr(cast, who), start, start + timedelta(hours=3)) for who in crew]
        made = live.schedule_session("夜场", Weight.DAILY, cast.channel, cast.studio, start, 180, shifts=shifts[:1])
        live.go_live(made, start)
    return made


def read(money: Money, session_id: int, gmv: int, spend: int) -> None:
    """What the platform shows now, in yuan."""
    figures = {"online": 300, "gmv": gmv * YUAN, "orders": 10, "viewers": 900, "ad_spend": spend * YUAN}
    with acting(money.cast.actors["lead"]):
        live.take_reading(session_id, ReadingIn(figures, sure=True), secrets.token_hex(16))


def draw(money: Money, envelope_id: int, session_id: int, yuan: int, who: str = "member") -> dict[str, Any]:
    """Somebody draws."""
    with acting(money.cast.actors[who]):
        return services.draw(envelope_id, session_id, yuan * YUAN, Reason.RISING)


def state(money: Money, draw_id: int, later: timedelta = timedelta()) -> DrawState:
    """How a draw stands, so much later."""
    with clock.standing(clock.now() + later), acting(money.cast.actors["member"]):
        return queries.one_draw(draw_id).state


def sums(money: Money, envelope_id: int) -> dict[int | None, tuple[int, int, int]]:
    """Drawn, waiting and drawn alone, in yuan, of the whole (None) and of each show."""
    with acting(money.cast.actors["manager"]), units.reading() as unit:
        rows = unit.session.scalars(select(EnvelopeSum).where(EnvelopeSum.envelope_id == envelope_id))
        return {row.session_id: (row.drawn // YUAN, row.waiting // YUAN, row.alone // YUAN) for row in rows}


def finish(money: Money, session_id: int, spend: str, gmv: str = "30000", final: bool = True) -> None:
    """The show is over, and its figures are there: the day after, or still provisional."""
    cast = money.cast
    with acting(cast.actors["lead"]), units.reading():
        running = shows.brief(session_id).state == "live"
    if running:
        with acting(cast.actors["lead"]):
            live.end_live(session_id)
    with clock.standing(clock.now() + (2 * DAY if final else timedelta())), acting(cast.actors["member"]):
        outcomes.type_figures(session_id, {"ad_spend": Decimal(spend), "gmv": Decimal(gmv)})


def own(money: Money, request_id: int) -> Standing:
    """What the ledger has under a request, in yuan."""
    with acting(money.cast.actors["manager"]), units.reading():
        held = of_request(request_id)
    return Standing(0, held.reserved // YUAN, held.committed // YUAN, held.spent // YUAN)
