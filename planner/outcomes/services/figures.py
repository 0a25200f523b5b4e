"""Storing figures: newer ones replace older ones, older ones never replace newer ones, all stay as history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from planner.base import db
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.verbs import command
from planner.figures import rules as figures
from planner.figures.rules import BASE_KEYS
from planner.kernel import clock
from planner.kernel.errors import Invalid, Refused, Stale
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.live import queries as live
from planner.live.rules import BEFORE_AIR
from planner.outcomes import ports
from planner.outcomes.models import FigureSet, FigureValue
from planner.outcomes.news import FiguresStored
from planner.outcomes.queries import results
from planner.outcomes.rules.foreseeing import outcome_of
from planner.outcomes.services.reviews import follow_figures
from planner.plan import services as plan


def held_by(set_id: int) -> dict[str, Decimal]:
    """The base figures of a set."""
    rows = db.session().execute(select(FigureValue.metric, FigureValue.value).where(FigureValue.set_id == set_id))
    return {metric: value for metric, value in rows}


@command(P.FIGURES_EDIT)
def store_set(
    session_id: int,
    airing_id: int | None,
    source: str,
    taken_at: datetime,
    values: Mapping[str, Decimal],
    import_row_id: int | None = None,
) -> str:
    """Store the base figures of a stream or a session as of `taken_at`.

    Answers `new`, `replaced`, `unchanged` (the same figures are there) or `older` (newer ones are there; kept away).
    """
    lock("figures", session_id)
    asked = select(FigureSet).where(
        FigureSet.session_id == session_id,
        FigureSet.airing_id == airing_id if airing_id is not None else FigureSet.airing_id.is_(None),
        FigureSet.source == source,
        FigureSet.current,
    )
    old = db.session().scalars(asked).one_or_none()
    kept = {key: value for key, value in values.items() if key in BASE_KEYS}
    if old is not None:
        outcome = outcome_of(held_by(old.id), old.taken_at, kept, taken_at)
        if outcome != "replaced":
            old.taken_at = max(old.taken_at, taken_at)  # the same again, seen later: so it still holds
            return outcome
        old.current = False
    row = db.add(
        FigureSet(
            session_id=session_id,
            airing_id=airing_id,
            source=source,
            taken_at=taken_at,
            current=True,
            import_row_id=import_row_id,
        )
    )
    db.add_all(FigureValue(set_id=row.id, metric=key, value=value) for key, value in kept.items())
    tell(FiguresStored(session_id=session_id, source=source))
    return "replaced" if old is not None else "new"


@command(P.FIGURES_EDIT)
def type_figures(session_id: int, changes: Mapping[str, Decimal | None], version: int | None = None) -> str:
    """Figures typed, corrected or (None) taken away by hand: what is not named stays as it is.

    They fill what no file says; goals and verdicts follow at once. A form names the set it started from (0 for none)
    and is refused where another one stands by now; a program that has no form gives no version.
    """
    b = live.brief(session_id)
    if b.state in BEFORE_AIR:
        raise Refused(msg("Figures come in when the show has been on air."))
    lock("figures", session_id)
    held = results.typed_figures(session_id)
    if version is not None and version != held.id:
        raise Stale(held.values, held.id or None, held.who_id, held.at)
    strange = [k for k, v in changes.items() if k not in BASE_KEYS or (v is not None and not 0 <= v <= figures.LARGEST)]
    if strange:
        raise Invalid({key: msg("A figure is a number from 0 up, and below a hundred billion.") for key in strange})
    after = {key: value for key, value in {**held.values, **changes}.items() if value is not None}
    if after:
        done = store_set(session_id, None, "typed", max(clock.now(), held.taken_at or clock.now()), after)
    elif held.id:
        db.one(FigureSet, held.id).current, done = False, "removed"
    else:
        raise Invalid.at("", msg("Type at least one figure."))
    db.flush()
    after_figures(session_id)
    return done


def after_figures(session_id: int) -> None:
    """What follows new figures: evidence on goals, findings of an open review, verdicts the program proposes."""
    found = results.session_result(session_id)
    plan.record_evidence(session_id, dict(found.base) if found else {}, found.streams if found else 0)
    follow_figures(session_id)
    for follow in ports.on_result:
        follow(session_id)
