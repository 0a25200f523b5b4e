"""Audit: flush events write who changed which field from what to what, in the same transaction, unchained.

A chain in the write path would queue all writers, so `seal` gives committed entries a gapless number per team and
chains their digests afterwards. Values lie beside digests: erasing them keeps the chain verifiable.
"""

from __future__ import annotations

import functools
import hashlib
import json
import math
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import Text, cast, event, insert, inspect, select, update
from sqlalchemy.orm import Session, attributes
from sqlalchemy.orm.base import NO_VALUE

from planner.base import lock as locks
from planner.base import unit as units
from planner.base.models import Owned, table_of
from planner.base.scope import unscoped
from planner.base.tables import AuditEntry, AuditSeal
from planner.base.unit import Work
from planner.base.verbs import command, query
from planner.kernel.permissions import P

SILENT_FIELDS = {"id", "team_id", "created_at", "created_by", "version"}
SECRET_FIELDS = {"password_hash", "token_hash", "webhook", "signing"}
SEAL_BATCH = 2000
_ADD = insert(table_of(AuditEntry))


def plain(value: Any) -> Any:
    """A value as JSON can keep it, and undo can read it back."""
    if value is None or (isinstance(value, (bool, int, str)) and not isinstance(value, Enum)):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(value)
        return int(value) if value.is_integer() else value  # JSONB hands 1e16 back as an int
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return {str(name): plain(held) for name, held in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(held) for held in value]
    return str(value)


def digest_of(changes: dict[str, Any] | None, salt: str | None) -> str:
    """The digest of an entry's values; the salt keeps short values from being guessed after erasure."""
    told = json.dumps(changes, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{salt}\n{told}".encode()).hexdigest()


@functools.cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(column.key for column in inspect(kind).column_attrs if column.key not in SILENT_FIELDS)


def _changes(row: Any, act: str) -> dict[str, list[Any]]:
    state = attributes.instance_state(row)
    found: dict[str, list[Any]] = {}
    touched = state.committed_state
    for name in _names(type(row)):
        if act == "update":
            if name not in touched:
                continue
            history = state.attrs[name].history
            if not history.has_changes():
                continue
            old = history.deleted[0] if history.deleted else None
            new = history.added[0] if history.added else None
            if old is NO_VALUE:
                old = None
            if plain(old) == plain(new):
                continue
        else:
            value = state.dict.get(name)
            if value is None:
                continue
            old, new = (None, value) if act == "insert" else (value, None)
        hide = name in SECRET_FIELDS
        found[name] = ["•" if hide and old else plain(old), "•" if hide and new else plain(new)]
    return found


def entry(unit: units.Unit, row: Any, act: str, changes: dict[str, Any], version: int | None) -> dict[str, Any]:
    """One entry as the insert takes it."""
    salt = secrets.token_hex(8)
    whole = row.whole()
    return {
        "team_id": row.team_id,
        "at": unit.at,
        "user_id": unit.user_id,
        "command": unit.command,
        "command_id": unit.command_id,
        "kind": row.__tablename__,
        "object_id": row.id,
        "act": act,
        "version": version,
        "changes": changes,
        "salt": salt,
        "digest": digest_of(changes, salt),
        "whole_kind": whole[0] if whole else None,
        "whole_id": whole[1] if whole else None,
        "station": unit.station,
    }


def write(entries: list[dict[str, Any]]) -> None:
    """Add entries to this transaction."""
    unit = units.current()
    if entries:
        unit.changed = True
        unit.link.execute(_ADD, entries)


@event.listens_for(Work, "after_flush")
def _note(session: Session, context: Any) -> None:
    unit: units.Unit = session.info["unit"]
    found: list[dict[str, Any]] = []
    for act, rows in (("insert", session.new), ("update", session.dirty), ("delete", session.deleted)):
        for row in rows:
            if not (isinstance(row, Owned) and row.__audited__):
                continue
            changes = _changes(row, act)
            if changes or act != "update":
                found.append(entry(unit, row, act, changes, getattr(row, "version", None)))
    if found:
        unit.changed = True
        unit.link.execute(_ADD, found)


@dataclass(frozen=True)
class Verdict:
    """What verifying a team's history found: `bad` names the first entry that does not hold, or None."""

    sealed: int
    unsealed: int
    bad: int | None
    why: str = ""


def _link(before: str, number: int, row: AuditEntry) -> str:
    head = [before, number, row.id, row.team_id, row.at.isoformat(), row.user_id, row.command, row.command_id]
    at = [row.station] if row.station else []
    told = json.dumps([*head, row.kind, row.object_id, row.act, row.version, row.digest, *at])
    return hashlib.sha256(told.encode()).hexdigest()


@command(P.SELF)
def seal(limit: int = SEAL_BATCH) -> int:
    """Number and chain the team's committed entries that have no seal yet; the count of what was sealed."""
    unit = units.current()
    team_id = unit.team_id
    assert team_id is not None
    locks.lock("seal", team_id)
    session = unit.session
    last = session.scalars(
        select(AuditSeal).where(AuditSeal.team_id == team_id).order_by(AuditSeal.number.desc()).limit(1)
    ).one_or_none()
    number, chain = (last.number, last.chain) if last else (0, "")
    rows = session.scalars(
        select(AuditEntry)
        .outerjoin(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
        .where(AuditEntry.team_id == team_id, AuditSeal.id.is_(None), AuditEntry.command_id != unit.command_id)
        .order_by(AuditEntry.id)
        .limit(limit)
    ).all()
    for row in rows:
        number += 1
        chain = _link(chain, number, row)
        session.add(AuditSeal(team_id=team_id, number=number, entry_id=row.id, chain=chain))
    return len(rows)


@query(P.SELF)
def verify() -> Verdict:
    """Walk the team's chain; the first entry that was changed, taken out or put in between is named."""
    session, team_id = units.current().session, units.current().team_id
    number, chain = 0, ""
    pairs = session.execute(
        select(AuditSeal, AuditEntry)
        .outerjoin(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
        .where(AuditSeal.team_id == team_id)
        .order_by(AuditSeal.number)
        .execution_options(yield_per=500)
    )
    sealed_ids = select(AuditSeal.entry_id).where(AuditSeal.team_id == team_id)
    for sealed, row in pairs:
        number += 1
        if sealed.number != number or row is None:
            return Verdict(number - 1, 0, sealed.entry_id, "an entry is missing before this one")
        if row.salt is not None and digest_of(row.changes, row.salt) != row.digest:
            return Verdict(number - 1, 0, row.id, "its values were changed")
        chain = _link(chain, number, row)
        if chain != sealed.chain:
            return Verdict(number - 1, 0, row.id, "it does not follow from the one before")
    rest = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.team_id == team_id, AuditEntry.id.not_in(sealed_ids))
        .order_by(AuditEntry.id)
    ).all()
    for row in rest:
        if row.salt is not None and digest_of(row.changes, row.salt) != row.digest:
            return Verdict(number, len(rest), row.id, "its values were changed")
    return Verdict(number, len(rest), None)


def _says(value: Any, text: str) -> bool:
    """Whether a kept value is this text, or has it in it as a value of its own."""
    if isinstance(value, dict):
        return any(_says(each, text) for each in value.values())
    if isinstance(value, list):
        return any(_says(each, text) for each in value)
    return value == text


@command(P.SELF)
def erase_saying(kind: str, field: str, text: str, team_ids: list[int]) -> None:
    """Empty the stored values of those entries in which a field says this text, in these teams."""
    with unscoped("erase personal data"):
        ours = (AuditEntry.kind == kind, AuditEntry.team_id.in_(team_ids))
        named = cast(AuditEntry.changes, Text).contains(f'"{field}"', autoescape=True)
        rows = units.current().session.execute(select(AuditEntry.id, AuditEntry.changes).where(*ours, named))
        _empty(AuditEntry.id.in_([row[0] for row in rows if _says((row[1] or {}).get(field), text)]))


@command(P.SELF)
def erase_values(kind: str, object_ids: list[int]) -> None:
    """Empty the stored values of these objects' entries, in every team; digests stay, so the chain still verifies."""
    with unscoped("erase personal data"):
        _empty(AuditEntry.kind == kind, AuditEntry.object_id.in_(object_ids))


def _empty(*conditions: Any) -> None:
    units.current().session.execute(
        update(AuditEntry)
        .where(*conditions)
        .values(changes=None, salt=None)
        .execution_options(claimed=True, synchronize_session=False)
    )
