"""Keeping what people say of a spending afterwards; `outcomes` measures what stands beside it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from planner.base import actor, db
from planner.base.lock import lock
from planner.base.news import tell
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Refused, Stale
from planner.kernel.text import clean_text, msg
from planner.resources.models import RequestVerdict, ResourceRequest
from planner.resources.news import RequestJudged
from planner.resources.queries.verdicts import may_judge
from planner.resources.rules import JUDGED, LONGEST_WORDS, Worth


@dataclass(frozen=True)
class Measured:
    """The means before and since, in the unit of the request's metric, and of how many sessions each."""

    before: Decimal | None = None
    after: Decimal | None = None
    sessions_before: int = 0
    sessions_after: int = 0


def keep_verdict(row: ResourceRequest, version: int, worth: Worth, words: str, measured: Measured) -> int:
    """One's word on a request, the first or another one; `version` is 0 where one has said nothing yet."""
    who = actor.current().user_id
    if who is None or not may_judge(row):
        raise Forbidden(msg("Whoever asked for it and those who look after budgets say whether it was worth it."))
    if row.state not in JUDGED:
        raise Refused(msg("Nothing was approved: there is nothing to judge."))
    lock("request", row.id)
    mine = (RequestVerdict.request_id == row.id, RequestVerdict.user_id == who)
    held = db.session().scalars(select(RequestVerdict).where(*mine)).one_or_none()
    if held is not None and held.version != version:
        raise Stale({"worth": held.worth, "words": held.words}, held.version, *db.last_change(held))
    if held is None and version:
        raise Refused(msg("What you said was taken back meanwhile: say it again."))
    verdict = held or RequestVerdict(request_id=row.id, user_id=who)
    verdict.worth, verdict.words, verdict.said_at = worth, clean_text(words)[:LONGEST_WORDS], clock.now()
    verdict.before, verdict.after = measured.before, measured.after
    verdict.sessions_before, verdict.sessions_after = measured.sessions_before, measured.sessions_after
    if held is None:
        db.add(verdict)
    tell(RequestJudged(row.id, str(worth)))
    return verdict.id
