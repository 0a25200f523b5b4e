"""Trash: a whole goes with its children under one id, stays 30 days, and comes back through the same checks."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from planner.base import unit as units
from planner.base.kinds import KINDS
from planner.base.models import Base, Trashable
from planner.base.verbs import command, query
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P

KEPT = timedelta(days=30)

_CHECKS: dict[type[Base], Callable[[Any], None]] = {}


def before_restore(model: type[Base], check: Callable[[Any], None]) -> None:
    """Register what must hold before a row comes back: the rules of its creation."""
    _CHECKS[model] = check


def trash(row: Any, *children: Any) -> str:
    """Put a whole into the trash; its id brings all of it back."""
    trash_id = secrets.token_hex(16)
    for each in (row, *children):
        each.trashed_at, each.trash_id = units.current().at, trash_id
    units.current().session.flush()
    return trash_id


@query(P.TRASH_VIEW)
def trashed() -> list[tuple[str, str, int, str, datetime]]:
    """What lies in the trash: its id, kind, row, title, since when; the latest first."""
    session = units.current().session
    found: list[tuple[str, str, int, str, datetime]] = []
    for kind in KINDS.values():
        if not issubclass(kind.model, Trashable):
            continue
        asked = select(kind.model).where(kind.model.trashed_at.is_not(None)).order_by(kind.model.trashed_at.desc())
        for row in session.scalars(asked.limit(100).execution_options(with_trash=True)):
            title = kind.title(row) if kind.title else str(row.id)
            found.append((row.trash_id or "", kind.name, row.id, title, row.trashed_at or units.current().at))
    return sorted(found, key=lambda entry: entry[4], reverse=True)


@command(P.TRASH_RESTORE)
def restore(trash_id: str) -> None:
    """Bring a whole back."""
    session, count = units.current().session, 0
    for kind in KINDS.values():
        if not issubclass(kind.model, Trashable):
            continue
        asked = select(kind.model).where(kind.model.trash_id == trash_id)
        for row in session.scalars(asked.execution_options(with_trash=True)).all():
            if kind.model in _CHECKS:
                _CHECKS[kind.model](row)
            row.trashed_at = row.trash_id = None
            count += 1
    if not count:
        raise NotFound()
