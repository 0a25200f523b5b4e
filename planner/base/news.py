"""Telling and reading news."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text, tuple_

from planner.base import audit
from planner.base import unit as units
from planner.base.engine import is_sqlite
from planner.base.tables import NewsCursor, NewsRow
from planner.kernel.news import News, news_name


def tell(happened: News, flush: bool = True) -> None:
    """Add one row of news to this transaction; all of a command are written together, at its end. `flush=False` leaves
    what the session holds to be written with what is still to come."""
    unit = units.current()
    kind, object_id = happened.topic()
    facts = {name: audit.plain(value) for name, value in happened.facts().items()}
    row: dict[str, Any] = {
        "team_id": unit.team_id,
        "at": unit.at,
        "user_id": unit.user_id,
        "name": news_name(type(happened)),
        "about_kind": kind,
        "about_id": object_id,
        "facts": facts,
        "command_id": unit.command_id,
        "station": unit.station,
    }
    if flush:
        unit.flush()
    unit.news.append(row)


def read_for(reader: str, limit: int = 200) -> Sequence[NewsRow]:
    """The next news of all teams for one reader, in an order that loses none; moves the cursor in this transaction.

    An earlier id may commit later on PostgreSQL, so only rows below the oldest running transaction are read, in
    (transaction, id) order. Call under `unscoped` inside a command: the effect and the cursor commit together.
    """
    session = units.current().session
    cursor = session.scalars(select(NewsCursor).where(NewsCursor.reader == reader)).one_or_none()
    if cursor is None:
        cursor = NewsCursor(reader=reader, xid=0, last_id=0)
        session.add(cursor)
    asked = select(NewsRow).where(tuple_(NewsRow.xid, NewsRow.id) > tuple_(cursor.xid, cursor.last_id))
    if not is_sqlite():
        asked = asked.where(NewsRow.xid < text("pg_snapshot_xmin(pg_current_snapshot())::text::bigint"))
    rows = session.scalars(asked.order_by(NewsRow.xid, NewsRow.id).limit(limit)).all()
    if rows:
        cursor.xid, cursor.last_id = rows[-1].xid, rows[-1].id
    return rows
