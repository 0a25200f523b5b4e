"""What taking a file over would change, row by row, in two statements however long the file is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select

from planner.base.ready import ready
from planner.figures import rules as figures
from planner.figures.rules import BASE_KEYS
from planner.live.models import Airing
from planner.outcomes.models import FigureSet, ImportRow
from planner.outcomes.queries.sets import Taken, current_sets
from planner.outcomes.rules import linking
from planner.outcomes.rules.foreseeing import Foreseen, Stream, against, against_typed


@ready
def _streams() -> Any:
    counting = (FigureSet.airing_id == Airing.id) & (FigureSet.session_id == Airing.session_id)
    return (
        select(Airing.session_id, Airing.id, Airing.real_start, Airing.source, FigureSet.id)
        .outerjoin(FigureSet, counting & (FigureSet.source == "file") & FigureSet.current)
        .where(Airing.session_id.in_(bindparam("ids", expanding=True)))
        .order_by(Airing.real_start, Airing.id)
    )


def foresee(rows: Iterable[ImportRow], taken_at: datetime) -> dict[int, Foreseen]:
    """What becomes of the rows that would be taken over, by row."""
    linked: dict[int, list[ImportRow]] = {}
    found: dict[int, Foreseen] = {}
    for row in rows:
        if row.faults or row.start is None:
            continue
        if row.session_id is not None:
            linked.setdefault(row.session_id, []).append(row)
        elif row.outcome == "make":
            found[row.id] = Foreseen("new", {}, {})
    if not linked:
        return found
    sets = current_sets(linked)
    streams = _held(linked, sets)
    for session_id, some in linked.items():
        found |= _of_session(some, streams.get(session_id, []), sets.get(session_id, []), taken_at)
    return found


def _held(ids: Iterable[int], sets: Mapping[int, Sequence[Taken]]) -> dict[int, list[Stream]]:
    by_id = {one.id: one for held in sets.values() for one in held}
    found: dict[int, list[Stream]] = {}
    for session_id, airing_id, start, source, set_id in _streams.rows(ids=list(ids)):
        one = by_id.get(set_id)
        stream = Stream(airing_id, start, source == "file", one.taken_at if one else None, one.values if one else {})
        found.setdefault(session_id, []).append(stream)
    return found


def _of_session(
    rows: Sequence[ImportRow], held: list[Stream], sets: Sequence[Taken], taken_at: datetime
) -> dict[int, Foreseen]:
    found: dict[int, Foreseen] = {}
    for row in sorted(rows, key=lambda row: (row.start, row.number)):
        assert row.start is not None
        stream = linking.stream_of(row.start, [(one.start, one.by_file, one) for one in held])
        found[row.id] = against(stream, _told(row), taken_at)
        if stream is not None:
            held[held.index(stream)] = replace(stream, start=row.start, by_file=True)
    typed = next((one.values for one in sets if one.source == "typed"), None)
    if typed and not any(one.source == "file" for one in sets):
        given = against_typed(typed, figures.add_up([_told(row) for row in rows]))
        return dict.fromkeys(found, given)
    return found


def _told(row: ImportRow) -> dict[str, Decimal]:
    return {key: Decimal(value) for key, value in row.figures.items() if key in BASE_KEYS}
