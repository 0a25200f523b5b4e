"""What belongs to a session: targets, lineup, tags."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, literal, select, union_all

from planner.base.ready import columns_of, ready
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.live.models import (
    LineupItem,
    SessionTag,
    SessionTarget,
)
from planner.live.rules import LineupRow


def row_of(item: LineupItem) -> LineupRow:
    """A product as its row was pasted."""
    return LineupRow(
        item.number, item.name, item.link_no, item.live_price, item.usual_price, item.stock, item.mechanism
    )


@ready
def _targets() -> Any:
    asked = select(SessionTarget.session_id, SessionTarget.metric, SessionTarget.value)
    return asked.where(SessionTarget.session_id.in_(bindparam("ids", expanding=True))).order_by(SessionTarget.id)


@ready
def _lineup() -> Any:
    asked = select(*columns_of(LineupItem)).where(LineupItem.session_id == bindparam("id"))
    return asked.order_by(LineupItem.sort, LineupItem.id)


@ready
def _lineups() -> Any:
    asked = select(*columns_of(LineupItem)).where(LineupItem.session_id.in_(bindparam("ids", expanding=True)))
    return asked.order_by(LineupItem.session_id, LineupItem.sort, LineupItem.id)


@ready
def _tags_of() -> Any:
    asked = select(SessionTag.session_id, SessionTag.tag)
    return asked.where(SessionTag.session_id.in_(bindparam("ids", expanding=True))).order_by(SessionTag.id)


@ready
def _first_product() -> Any:
    asked = select(LineupItem.number, LineupItem.name, LineupItem.live_price, LineupItem.mechanism)
    return asked.where(LineupItem.session_id == bindparam("id")).order_by(LineupItem.sort, LineupItem.id).limit(1)


@ready
def _tags() -> Any:
    return select(SessionTag.tag).where(SessionTag.session_id == bindparam("id")).order_by(SessionTag.id)


@ready
def _tags_and_targets() -> Any:
    mine = bindparam("id")
    words = select(SessionTag.id, SessionTag.tag, literal(None, SessionTarget.value.type))
    aims = select(SessionTarget.id, SessionTarget.metric, SessionTarget.value)
    both = union_all(
        words.where(SessionTag.session_id == mine), aims.where(SessionTarget.session_id == mine)
    ).subquery()
    return select(both.c.id, both.c[1], both.c[2])


@query(P.SESSION_VIEW, remember=True)
def tags_and_targets(session_id: int) -> tuple[list[str], dict[str, Decimal]]:
    """Both in one statement, however many parts of a page ask for either."""
    rows = sorted(_tags_and_targets.rows(id=session_id), key=lambda row: row[0])
    return [word for _id, word, value in rows if value is None], {w: v for _id, w, v in rows if v is not None}


@query(P.SESSION_VIEW, remember=True)
def targets(session_id: int) -> dict[str, Decimal]:
    """What a session is meant to reach."""
    return tags_and_targets(session_id)[1]


@query(P.SESSION_VIEW)
def targets_of(ids: Iterable[int]) -> dict[int, dict[str, Decimal]]:
    """Targets of many sessions."""
    found: dict[int, dict[str, Decimal]] = {}
    wanted = list(ids)
    if wanted:
        for session_id, metric, value in _targets.rows(ids=wanted):
            found.setdefault(session_id, {})[metric] = value
    return found


@query(P.SESSION_VIEW)
def lineup(session_id: int) -> list[Any]:
    """The products in the order of the show, with the columns of `LineupItem`."""
    return list(_lineup.rows(id=session_id))


@query(P.SESSION_VIEW)
def first_product(session_id: int) -> Any | None:
    """What the show begins with: number, name, live price and mechanism; None where nothing is in the lineup."""
    return _first_product.first(id=session_id)


@query(P.SESSION_VIEW)
def tags(session_id: int) -> list[str]:
    """The words on a session."""
    return [row[0] for row in _tags.rows(id=session_id)]


@query(P.SESSION_VIEW)
def tags_of(ids: Iterable[int]) -> dict[int, list[str]]:
    """The words on many sessions."""
    found: dict[int, list[str]] = {}
    wanted = list(ids)
    for session_id, tag in _tags_of.rows(ids=wanted) if wanted else ():
        found.setdefault(session_id, []).append(tag)
    return found


@query(P.SESSION_VIEW)
def lineups_of(ids: Iterable[int]) -> dict[int, list[Any]]:
    """The products of many sessions, each in the order of its show."""
    found: dict[int, list[Any]] = {}
    wanted = list(ids)
    for row in _lineups.rows(ids=wanted) if wanted else ():
        found.setdefault(row.session_id, []).append(row)
    return found
