"""What lines of an older version of a SOP have become in the one in force, and where each change came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import select

from planner.base import db
from planner.checklists.models import SopItem, SopProposal, SopTemplate, SopVersion
from planner.checklists.queries.sop import Change, changes_between, lines_of
from planner.people import queries as people


@dataclass(frozen=True)
class Origin:
    """The version that made a line another, who published it when; who had proposed the line, and why."""

    number: int | None
    at: datetime
    by: str
    proposed_by: str = ""
    proposed_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class Way:
    """From an older version to the one in force: what differs, and by the key of the line where it came from."""

    number: int | None
    changes: list[Change]
    origins: Mapping[str, Origin]


@dataclass(frozen=True)
class Ways:
    """All that lists of a SOP could go, by the version that they run; and the lines of the versions at both ends."""

    number: int | None
    by_version: Mapping[int, Way]
    lines: Mapping[int, list[SopItem]]


def ways_of(template: SopTemplate, running: Iterable[int]) -> Ways:
    """The ways from these versions to the one in force."""
    asked = select(SopVersion).where(SopVersion.template_id == template.id, SopVersion.number.is_not(None))
    known = {version.id: version for version in db.session().scalars(asked)}
    wanted, back = list(dict.fromkeys(running)), _published_before(template, known)
    furthest = max((back.index(version_id) for version_id in wanted if version_id in back), default=0)
    lines = lines_of([*back[: furthest + 1], *(version_id for version_id in wanted if version_id not in back)])
    in_force = template.version_id or 0
    since: dict[int, dict[str, int]] = {}
    changes: dict[int, list[Change]] = {}
    for version_id in wanted:
        between = back[: back.index(version_id)] if version_id in back else back[:1]
        since[version_id] = _changed_in([version_id, *reversed(between)], lines)
        changes[version_id] = changes_between(lines[version_id], lines.get(in_force, []))
    proposals = _proposals(changes.values())
    authors = [version.created_by for version in known.values()] + [row.created_by for row in proposals.values()]
    names = people.names(authors)
    found: dict[int, Way] = {}
    for version_id in filter(known.__contains__, wanted):
        origins = {
            each.line.key: _origin(
                known[since[version_id].get(each.line.key, in_force)], proposals.get(_proposal_of(each)), names
            )
            for each in changes[version_id]
        }
        found[version_id] = Way(known[version_id].number, changes[version_id], origins)
    number = known[in_force].number if in_force in known else None
    return Ways(number, found, lines)


def _published_before(template: SopTemplate, known: Mapping[int, SopVersion]) -> list[int]:
    """The version in force and those that it came from, the latest first: what was taken back is not among them."""
    found: list[int] = []
    at = template.version_id
    while at is not None and at in known and at not in found:
        found.append(at)
        at = known[at].base_id
    return found


def _changed_in(versions: list[int], lines: Mapping[int, list[SopItem]]) -> dict[str, int]:
    """By the key of a line the last of these versions, in their order, that made it another."""
    found: dict[str, int] = {}
    for before, after in pairwise(versions):
        found |= {each.line.key: after for each in changes_between(lines[before], lines[after])}
    return found


def _proposal_of(change: Change) -> int:
    """What a new line was proposed by; of one that was there the proposal is history."""
    new = change.before is None and change.after is not None
    return (change.line.proposal_id or 0) if new else 0


def _proposals(changes: Iterable[list[Change]]) -> dict[int, SopProposal]:
    return db.some(SopProposal, {_proposal_of(each) for rows in changes for each in rows})


def _origin(version: SopVersion, proposal: SopProposal | None, names: Mapping[int, str]) -> Origin:
    by = names.get(version.created_by or 0, "")
    if proposal is None:
        return Origin(version.number, version.created_at, by)
    proposed_by = names.get(proposal.created_by or 0, "")
    return Origin(version.number, version.created_at, by, proposed_by, proposal.created_at, proposal.reason)
