"""The credit of ad accounts: every entry, whether it counts, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, tuple_

from planner.base import db
from planner.base.verbs import query
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P
from planner.live.models import Channel, LiveSession
from planner.people import queries as people
from planner.resources.models import AdCredit
from planner.resources.rules.credits import chains, stands
from planner.resources.rules.envelopes import CreditKind

A_PAGE = 100
MOST_TAKEN = 10_000


@dataclass(frozen=True)
class CreditTurn:
    """An entry was taken back, or brought back, by somebody, perhaps with a reason."""

    at: datetime
    by: str
    back: bool
    reason: str


@dataclass(frozen=True)
class CreditRow:
    """An entry of an ad account's credit, in minor units. `corrected` is what it was corrected to, where that counts;
    `was` is what it corrects."""

    id: int
    day: date
    kind: CreditKind
    channel_id: int
    channel: str
    amount: int
    session_id: int | None
    theme: str
    at: datetime
    by: str
    note: str
    counts: bool
    turns: tuple[CreditTurn, ...]
    corrected: int | None
    was: int | None


@dataclass(frozen=True)
class CreditPage:
    """Entries, the latest day first; `sums` is what all of them come to; `before` leads to older ones."""

    rows: list[CreditRow]
    sums: dict[CreditKind, int]
    before: int | None

    @property
    def gifted_left(self) -> int:
        """What was given and not used yet."""
        return self.sums[CreditKind.GIFTED] - self.sums[CreditKind.GIFTED_SPENT]


def _entries() -> Any:
    c = AdCredit
    asked = select(c, Channel.name, LiveSession.theme).join(Channel, Channel.id == c.channel_id)
    return asked.outerjoin(LiveSession, LiveSession.id == c.session_id).where(c.reverses_id.is_(None))


def _told(found: Sequence[Any]) -> list[CreditRow]:
    """Entries with what became of them, which stands on their own days, and with what they were corrected to."""
    ids = [row.id for row, _channel, _theme in found]
    if not ids:
        return []
    days = {row.day for row, _channel, _theme in found}
    since = select(AdCredit).where(AdCredit.reverses_id.is_not(None), AdCredit.day.between(min(days), max(days)))
    later = list(db.session().scalars(select(AdCredit).where(AdCredit.corrects_id.in_(ids)).order_by(AdCredit.id)))
    firsts = db.some(AdCredit, {row.corrects_id for row, _channel, _theme in found if row.corrects_id})
    later_days = {row.day for row in later if not min(days) <= row.day <= max(days)}
    also = select(AdCredit).where(AdCredit.reverses_id.is_not(None), AdCredit.day.in_(later_days))
    turned = list(db.session().scalars(since)) + (list(db.session().scalars(also)) if later_days else [])
    held = chains({row.id: row for row in (*(row for row, _c, _t in found), *later, *turned)}.values())
    names = people.names({row.created_by for row, _c, _t in found} | {row.created_by for row in turned})
    to = {row.corrects_id: row.amount for row in later if stands(held[row.id])}
    return [
        CreditRow(
            row.id, row.day, row.kind, row.channel_id, channel, row.amount, row.session_id, theme or "", row.created_at,
            names.get(row.created_by or 0, ""), row.note or "", stands(held[row.id]),
            tuple(
                CreditTurn(each.created_at, names.get(each.created_by or 0, ""), place % 2 == 0, each.note or "")
                for place, each in enumerate(held[row.id])
            ),
            to.get(row.id), firsts[row.corrects_id].amount if row.corrects_id in firsts else None,
        )
        for row, channel, theme in found
    ]  # fmt: skip


@query(P.BUDGET_VIEW)
def credit(before: int | None = None) -> CreditPage:
    """Recharge and gifted credit of all channels, the latest first; `before` an entry for the older ones."""
    asked = _entries()
    if before is not None:
        last = db.one(AdCredit, before)
        asked = asked.where(tuple_(AdCredit.day, AdCredit.id) < (last.day, last.id))
    found = list(db.session().execute(asked.order_by(AdCredit.day.desc(), AdCredit.id.desc()).limit(A_PAGE + 1)))
    rows = _told(found[:A_PAGE])
    summed = select(AdCredit.kind, func.sum(AdCredit.amount)).group_by(AdCredit.kind)
    sums = {kind: int(amount) for kind, amount in db.session().execute(summed)}
    return CreditPage(
        rows, {kind: sums.get(kind, 0) for kind in CreditKind}, rows[-1].id if len(found) > len(rows) else None
    )


@query(P.BUDGET_VIEW)
def credit_to_take() -> tuple[list[CreditRow], bool]:
    """Entries for a sheet, the latest first, and whether there are older ones."""
    asked = _entries().order_by(AdCredit.day.desc(), AdCredit.id.desc())
    found = list(db.session().execute(asked.limit(MOST_TAKEN + 1)))
    return _told(found[:MOST_TAKEN]), len(found) > MOST_TAKEN


@query(P.BUDGET_VIEW)
def one_credit(credit_id: int) -> CreditRow:
    """One entry; what took another one back is none."""
    found = list(db.session().execute(_entries().where(AdCredit.id == db.one(AdCredit, credit_id).id)))
    if not found:
        raise NotFound()
    return _told(found)[0]
