"""Writing what belongs to a session: its row, its tags, targets and products; and telling all faults at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import select

from planner.base import db
from planner.figures import rules as figures
from planner.kernel.errors import Invalid
from planner.kernel.spans import Span
from planner.kernel.text import Message, clean_line, clean_text, msg
from planner.live import rules
from planner.live.models import LineupItem, LiveSession, SessionTag, SessionTarget
from planner.live.rules import State, Weight


def checked_theme(theme: str) -> str:
    """What a show is about, on one line."""
    found = clean_line(theme)
    if not 1 <= len(found) <= 80:
        raise Invalid.at("theme", msg("Say in at most 80 characters what the show is about."))
    return found


def write_tags(session_id: int, tags: Sequence[str]) -> bool:
    """The words on a session: these and no others. Answers whether they are others than before."""
    wanted = list(dict.fromkeys(clean_line(t)[:30] for t in tags if clean_line(t)))[:12]
    old = {row.tag: row for row in db.session().scalars(select(SessionTag).where(SessionTag.session_id == session_id))}
    for tag, row in old.items():
        if tag not in wanted:
            db.session().delete(row)
    db.session().add_all([SessionTag(session_id=session_id, tag=t) for t in wanted if t not in old])
    return set(wanted) != set(old)


def write_targets(session_id: int, targets: Mapping[str, Decimal]) -> None:
    """What a session is meant to reach, and nothing else; faults stand at `targets.0`, … in the order given."""
    held = db.session().scalars(select(SessionTarget).where(SessionTarget.session_id == session_id))
    old = {target.metric: target for target in held}
    for metric, row in old.items():
        if metric not in targets:
            db.session().delete(row)
    faults: dict[str, Message] = {}
    for number, (metric, value) in enumerate(targets.items()):
        fault = _fault_of(metric, value) if metric not in old or old[metric].value != value else None
        if fault is not None:
            faults[f"targets.{number}"] = fault
        elif metric in old:
            old[metric].value = value
        else:
            db.session().add(SessionTarget(session_id=session_id, metric=metric, value=value))
    if faults:
        raise Invalid(faults)


def _fault_of(metric: str, value: Decimal) -> Message | None:
    """Why a number can't be the target of a figure."""
    if metric not in figures.METRICS or metric in figures.COUNTED:
        return msg("Choose a figure of the list.")
    if figures.may_be_wanted(metric, value):
        return None
    if value <= 0:
        return msg("A target is more than 0.")
    if value > figures.most_wanted(metric):
        return msg("This is more than any session reaches; look at the unit.")
    return msg("What is counted is a whole number.")


def add_session(
    state: State,
    theme: str,
    weight: Weight,
    channel_id: int,
    studio_id: int | None,
    span: Span,
    notes: str,
) -> LiveSession:
    """A row of the calendar, with nothing hanging on it yet."""
    return db.add(
        LiveSession(
            theme=checked_theme(theme),
            weight=weight,
            state=state,
            channel_id=channel_id,
            studio_id=studio_id,
            planned_start=span.start,
            planned_end=span.end,
            notes=clean_text(notes)[:4000],
        )
    )


def add_lineup(session_id: int, rows: Sequence[rules.LineupRow]) -> None:
    """Products of a session that has none, in order."""
    for sort, row in enumerate(rows, start=1):
        db.session().add(
            LineupItem(
                session_id=session_id,
                sort=sort,
                number=row.number,
                name=row.name,
                link_no=row.link_no,
                live_price=row.live_price,
                usual_price=row.usual_price,
                stock=row.stock,
                mechanism=row.mechanism,
            )
        )


class Faults:
    """Checks one after the other and tells everything that is wrong at once, so that a form is corrected in one go."""

    def __init__(self) -> None:
        self.fields: dict[str, Message] = {}

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, fault: BaseException | None, _trace: object) -> bool:
        if isinstance(fault, Invalid):
            self.fields |= fault.fields
        return isinstance(fault, Invalid)

    def tell(self) -> None:
        """Refuse, if anything is wrong."""
        if self.fields:
            raise Invalid(self.fields)
