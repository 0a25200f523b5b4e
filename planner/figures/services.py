"""The team's list of causes, and what it agreed on about figures."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select

from planner.base import db
from planner.base.lock import lock
from planner.base.trash import trash
from planner.base.verbs import command
from planner.figures import ports, queries, rules
from planner.figures.models import Cause, FigureRules
from planner.figures.words import CAUSES
from planner.kernel.errors import Invalid, Stale
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


MOST_TOLERANCE = Decimal("0.50")


@command(P.TEAM_EDIT)
def set_team_rules(version: int, tolerance: Decimal, interactions: Sequence[str]) -> None:
    """How far a target may be missed by a normal swing, and what counts as an interaction: from now on, everywhere."""
    lock("figure rules")
    if not 0 <= tolerance <= MOST_TOLERANCE:
        raise Invalid.at("tolerance", msg("Choose a tolerance between 0 and 50 %%."))
    parts = [key for key in rules.MAY_BE_INTERACTIONS if key in set(interactions)]
    if not parts:
        raise Invalid.at("interactions", msg("Choose at least one figure that counts as an interaction."))
    row = db.session().scalars(select(FigureRules)).one_or_none()
    if (row.version if row else 0) != version:
        held = queries.versioned_rules()[1]
        theirs = {"tolerance": int(held.tolerance * 100), "interactions": list(held.interactions)}
        who, at = db.last_change(row) if row else (None, None)
        raise Stale(theirs, row.version if row else None, who, at)
    if row is None:
        db.add(FigureRules(tolerance=tolerance, interactions=parts))
    else:
        row.tolerance, row.interactions = tolerance, parts
    db.flush()
    for follow in ports.on_rules:
        follow()
