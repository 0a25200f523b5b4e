"""The form of a line of the SOP."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from wtforms import ValidationError

from planner.base.forms import (
    BooleanField,
    Form,
    InputRequired,
    Length,
    LineField,
    PickField,
    SelectField,
    SelectMultipleField,
    VersionField,
    WholeField,
)
from planner.base.words import _l, choices
from planner.checklists.rules import Act, Anchor, Proof, Stage, Tap, corrected
from planner.checklists.words import change_choices, usual_when, when_fault
from planner.kernel.errors import Invalid
from planner.kernel.text import msg

MOST_TAPS, MOST_BYTES = 50, 256 * 1024
CLIENT_ID = re.compile(r"[0-9a-f]{32}")


def moment(sent: Any) -> datetime | None:
    """An instant as a phone tells it; None where that is none."""
    try:
        found = datetime.fromisoformat(sent)
        return found if found.tzinfo is not None else None
    except (TypeError, ValueError):
        return None


def taps(body: bytes, now: datetime) -> list[Tap]:
    """What waited on a phone, by the server's clock; Invalid where it is no such list, or too long."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        sent = None
    acts = sent.get("acts") if isinstance(sent, dict) else None
    if not isinstance(acts, list) or not all(isinstance(act, dict) for act in acts):
        raise Invalid.at("acts", msg("This can't be read."))
    if len(acts) > MOST_TAPS or len(body) > MOST_BYTES:
        raise Invalid.at("acts", msg("At most %(most)s taps can be sent at once.", most=MOST_TAPS))
    return [_tap(act, moment(sent.get("now")), now) for act in acts]


def _tap(act: dict[str, Any], told: datetime | None, now: datetime) -> Tap:
    client_id, item, what, note = (act.get(name) for name in ("id", "item", "act", "note"))
    known = isinstance(client_id, str) and CLIENT_ID.fullmatch(client_id) and type(item) is int
    done = Act(what) if known and what in {str(each) for each in Act} else None
    told_note = note if isinstance(note, str) else ""
    row_id = item if type(item) is int else 0
    return Tap(str(client_id)[:32], row_id, done, told_note, corrected(moment(act.get("tapped")), told, now))


class LineForm(Form):
    """What is to be done, by whom, when, with what proof, and after what again."""

    text = LineField(_l("What is to be done"), [InputRequired(), Length(max=160)])
    position_id = PickField(_l("Position"), none=_l("Anybody"))
    stage = SelectField(_l("Stage"), choices=choices(Stage), default=Stage.BEFORE.value)
    anchor = SelectField(_l("Counted"), choices=choices(Anchor), default=Anchor.PLANNED_START.value)
    offset_minutes = LineField(_l("When"), [InputRequired(), Length(max=60)], default=usual_when)
    proof = SelectField(_l("Proof"), choices=choices(Proof), default=Proof.NONE.value)
    recheck = SelectMultipleField(_l("Opens again with"), choices=change_choices)
    recheck_hours = WholeField(_l("Opens again when moved by more than"))
    blocks = BooleanField(_l("Blocks going live"))

    def validate_offset_minutes(self, field: LineField) -> None:
        """A text that says no time is told with everything else that is wrong."""
        fault = when_fault(field.data or "", self.anchor.data)
        if fault:
            raise ValidationError(fault)


class ItemForm(LineForm):
    """A new line, or the proposal of one."""

    reason = LineField(_l("Reason"), [Length(max=300)])


class EditForm(LineForm):
    """A line that is there, in both languages; it knows which line it was opened on."""

    version = VersionField()
    title_en = LineField(_l("In English"), [Length(max=160)])
