"""The team's list of causes."""

from __future__ import annotations

import secrets

from sqlalchemy import select

from planner.base import db
from planner.base.trash import trash
from planner.base.verbs import command
from planner.figures.models import Cause
from planner.figures.words import CAUSES
from planner.kernel.errors import Invalid
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, msg


@command(P.CAUSES_EDIT)
def ensure_causes() -> None:
    """The seven usual causes, once a team is made."""
    held = set(db.session().scalars(select(Cause.key).execution_options(with_trash=True)))
    db.add_all(Cause(key=key, sort=n) for n, key in enumerate(CAUSES, start=1) if key not in held)


@command(P.CAUSES_EDIT)
def add_cause(name: str) -> int:
    """A cause of the team's own."""
    shown = clean_line(name)
    if not 1 <= len(shown) <= 40:
        raise Invalid.at("name", msg("Give the cause a name of at most 40 characters."))
    rows = list(db.session().scalars(select(Cause)))
    if any(row.name == shown for row in rows):
        raise Invalid.at("name", msg("There already is a cause of this name."))
    sort = max((row.sort for row in rows), default=0) + 1
    return db.add(Cause(key=f"own_{sort}_{secrets.token_hex(4)}", name=shown, sort=sort)).id


@command(P.CAUSES_EDIT)
def remove_cause(cause_id: int) -> None:
    """A cause that is no longer offered; findings that name it keep it."""
    trash(db.one(Cause, cause_id))
