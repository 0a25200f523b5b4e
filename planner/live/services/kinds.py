"""The team's list of what is noted on air with one tap."""

from __future__ import annotations

import secrets

from sqlalchemy import select

from planner.base import db
from planner.base.lock import lock
from planner.base.verbs import command
from planner.kernel.errors import Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, fold, msg
from planner.live import rules
from planner.live.models import NoteKind
from planner.live.queries import kind_word
from planner.live.rules import KIND_ICONS, MOST_TILES, Asks, LogKind

LONGEST_NAME = 12
MOST_KINDS = 60


@command(P.TEAM_EDIT)
def ensure_log_kinds() -> None:
    """The ten usual kinds, once a team is made."""
    held = set(db.session().scalars(select(NoteKind.key)))
    usual = enumerate(rules.USUAL_KINDS.items(), start=1)
    db.add_all(
        NoteKind(key=str(key), fault=asks.fault, restores=asks.restores, sort=n)
        for n, (key, asks) in usual
        if key not in held
    )


def _listed() -> list[NoteKind]:
    lock("log kinds")
    return list(db.session().scalars(select(NoteKind).order_by(NoteKind.sort, NoteKind.id)))


def _named(name: str, icon: str, rows: list[NoteKind], but: int | None = None) -> str:
    shown = clean_line(name)
    if not 1 <= len(shown) <= LONGEST_NAME:
        raise Invalid.at("name", msg("Give it a name of at most %(most)s characters.", most=LONGEST_NAME))
    if any(row.id != but and fold(kind_word(row.key, row.name)) == fold(shown) for row in rows):
        raise Invalid.at("name", msg("There already is a kind of note of this name."))
    if icon not in KIND_ICONS:
        raise Invalid.at("icon", msg("Choose a symbol of the list."))
    return shown


def _is_full(rows: list[NoteKind]) -> bool:
    return sum(1 for row in rows if not row.removed) >= MOST_TILES


@command(P.TEAM_EDIT)
def add_log_kind(name: str, icon: str, asks: Asks) -> int:
    """A kind of the team's own, at the end of the list."""
    rows = _listed()
    shown = _named(name, icon, rows)
    if _is_full(rows) or len(rows) >= MOST_KINDS:
        raise Invalid.at("name", msg("%(most)s kinds fit beside the show. Remove one first.", most=MOST_TILES))
    sort = max((row.sort for row in rows), default=0) + 1
    key = f"own_{sort}_{secrets.token_hex(4)}"
    return db.add(NoteKind(key=key, name=shown, icon=icon, fault=asks.fault, restores=asks.restores, sort=sort)).id


@command(P.TEAM_EDIT)
def edit_log_kind(kind_id: int, version: int, name: str, icon: str, asks: Asks) -> None:
    """What a kind says, also about what was noted before. A built-in one keeps its name and picture."""
    rows, row = _listed(), db.edit(NoteKind, kind_id, version)
    if row.key not in set(LogKind):
        row.name, row.icon = _named(name, icon, rows, but=kind_id), icon
    row.fault, row.restores = asks.fault, asks.restores


@command(P.TEAM_EDIT)
def move_log_kind(kind_id: int, up: bool) -> None:
    """One place up or down among those that are offered."""
    db.one(NoteKind, kind_id)
    rows = [row for row in _listed() if not row.removed]
    at = next((n for n, row in enumerate(rows) if row.id == kind_id), None)
    if at is None or not 0 <= at + (-1 if up else 1) < len(rows):
        return
    rows.insert(at + (-1 if up else 1), rows.pop(at))
    for sort, row in zip(sorted(row.sort for row in rows), rows, strict=True):
        row.sort = sort


@command(P.TEAM_EDIT)
def remove_log_kind(kind_id: int) -> None:
    """A kind that is no longer offered; what was noted by it keeps its name and still counts as it did."""
    db.one(NoteKind, kind_id).removed = True


@command(P.TEAM_EDIT)
def put_back_log_kind(kind_id: int) -> None:
    """Offered again, where it stood."""
    rows, row = _listed(), db.one(NoteKind, kind_id)
    if row.removed and _is_full(rows):
        raise Refused(msg("%(most)s kinds fit beside the show. Remove one first.", most=MOST_TILES))
    row.removed = False
