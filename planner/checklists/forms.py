"""The form of a line of a SOP; a SOP with its name and its rules; publishing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import ValidationError

from planner.base.forms import (
    BooleanField,
    Form,
    IdField,
    InputRequired,
    Length,
    LineField,
    LinesField,
    NumberField,
    PickField,
    PickManyField,
    RadioField,
    SelectField,
    SelectMultipleField,
    VersionField,
    WholeField,
)
from planner.base.pictures import MOST_BYTES as MOST_BYTES_OF_PHOTO
from planner.base.words import _l, choices
from planner.checklists.rules import (
    ALWAYS,
    MOST_PHOTOS,
    Act,
    Anchor,
    Condition,
    Evidence,
    Extra,
    Given,
    Kind,
    NumberAsked,
    Recheck,
    Stage,
    Tap,
    check_evidence,
    corrected,
    evidence_of,
    read_answers,
    recheck_of,
    typed_given,
)
from planner.checklists.words import (
    anchor_choices,
    change_choices,
    evidence_choices,
    stage_choices,
    usual_when,
    when_fault,
)
from planner.kernel.errors import Invalid
from planner.kernel.text import msg
from planner.live.rules import Platform, Weight

MOST_TAPS, MOST_BYTES, LONGEST_FIELD, MOST_PRODUCTS = 50, 256 * 1024, 1000, 1000
CLIENT_ID = re.compile(r"[0-9a-f]{32}")


def moment(sent: Any) -> datetime | None:
    """An instant as a phone tells it; None where that is none."""
    try:
        found = datetime.fromisoformat(sent)
        return found if found.tzinfo is not None else None
    except (TypeError, ValueError):
        return None


GIVEN = ("number", "link", "answer")
"""The fields of a row besides its note."""


def given(sent: Any) -> Given:
    """What came with a tick besides its note; anything that is no text is as if it were not there."""
    held = {name: sent.get(name) for name in GIVEN} if isinstance(sent, Mapping) else {}
    typed = {name: value[:LONGEST_FIELD] for name, value in held.items() if isinstance(value, str)}
    return typed_given(**typed, rows=_products(sent))


def _products(sent: Any) -> tuple[int, ...]:
    """The products that are checked, in a form or in what waited on a phone."""
    if not isinstance(sent, Mapping):
        return ()
    told: Any = sent.getlist("rows") if isinstance(sent, MultiDict) else sent.get("rows")
    checked = [str(each) for each in told[:MOST_PRODUCTS]] if isinstance(told, list) else []
    return tuple(int(each) for each in checked if each.isdecimal() and len(each) < 19)


def sent_photo() -> bytes:
    """The photo of this request, read no further than what is refused anyway; empty where there is none."""
    found = request.files.get("photo")
    return found.stream.read(MOST_BYTES_OF_PHOTO + 1) if found else b""


def sent_photos() -> list[bytes]:
    """All photos that came with the form of a row."""
    found = [file.stream.read(MOST_BYTES_OF_PHOTO + 1) for file in request.files.getlist("photos")[: MOST_PHOTOS + 1]]
    return [data for data in found if data]


def taps(body: bytes, now: datetime) -> list[Tap]:
    """What waited on a phone, by the server's clock; Invalid where it is no such list, or too long."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        sent = None
    sent = cast("dict[str, Any]", sent) if isinstance(sent, dict) else {}
    acts = sent.get("acts")
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
    tapped = corrected(moment(act.get("tapped")), told, now)
    return Tap(str(client_id)[:32], row_id, done, told_note, tapped, given(act.get("given")))


class LineForm(Form):
    """What is to be done, by whom, when, with what proof, for which shows, and after what again."""

    text = LineField(_l("What is to be done"), [InputRequired(), Length(max=160)])
    title_en = LineField(_l("In English"), [Length(max=160)])
    help = LinesField(_l("How it is done"), [Length(max=1000)])
    help_en = LinesField(_l("How it is done, in English"), [Length(max=1000)])
    position_id = PickField(_l("Position"), none=_l("Anybody"))
    stage = SelectField(_l("Stage"), default=Stage.BEFORE.value)
    anchor = SelectField(_l("Counted"), default=Anchor.PLANNED_START.value)
    offset_minutes = LineField(_l("When"), [InputRequired(), Length(max=60)], default=usual_when)
    expires_minutes = WholeField(_l("A round expires after"))
    evidence = SelectMultipleField(_l("A tick comes with"), choices=evidence_choices)
    photos_min = WholeField(_l("At least"))
    photos_max = WholeField(_l("At most"))
    number_min = NumberField(_l("From"))
    number_max = NumberField(_l("Up to"))
    number_unit = LineField(_l("Unit"), [Length(max=20)])
    answers = LineField(_l("Answers, parted by a slash"), [Length(max=400)])
    recheck = SelectMultipleField(_l("Opens again with"), choices=change_choices)
    recheck_hours = WholeField(_l("Opens again when moved by more than"))
    condition_platforms = SelectMultipleField(_l("Only on these platforms"), choices=choices(Platform))
    condition_weights = SelectMultipleField(_l("Only for this weight"), choices=choices(Weight))
    condition_tags = LineField(_l("Only for shows tagged"), [Length(max=200)])
    condition_item = SelectField(_l("Only after this answer"), validate_choice=False)
    law = LineField(_l("Law or rule that asks for it"), [Length(max=160)])
    identity = BooleanField(_l("Confirms who is on air"))
    blocks = BooleanField(_l("Blocks going live"))

    def offer(self, kind: Kind, positions: list[tuple[int, str]], asking: list[tuple[str, str]]) -> None:
        """What can be chosen in a SOP of this kind, with the answers its lines ask for."""
        self.stage.choices, self.anchor.choices = stage_choices(kind), anchor_choices(kind)
        self.position_id.offer(positions)
        self.condition_item.choices = [("", _l("Whatever is answered")), *asking]

    def validate_offset_minutes(self, field: LineField) -> None:
        """A text that says no time is told with everything else that is wrong."""
        fault = when_fault(field.data or "", self.anchor.data)
        if fault:
            raise ValidationError(fault)

    def evidence_typed(self) -> Evidence:
        """What a tick comes with."""
        number = NumberAsked(self.number_min.data, self.number_max.data, self.number_unit.data or "")
        photos = (self.photos_min.data, self.photos_max.data)
        kinds = self.evidence.data or []
        return check_evidence(evidence_of(kinds, photos, number, read_answers(self.answers.data or "")), kinds)

    def rule_typed(self) -> Recheck | None:
        """After what it opens again."""
        return recheck_of(self.recheck.data or [], self.recheck_hours.data)

    def extra_typed(self) -> Extra:
        """Everything else it says."""
        item, _is, answer = (self.condition_item.data or "").partition("=")
        condition = ALWAYS
        if item or self.condition_platforms.data or self.condition_weights.data or self.condition_tags.data:
            lists = (self.condition_platforms.data or [], self.condition_weights.data or [])
            tags = read_answers(self.condition_tags.data or "")
            condition = Condition(tuple(lists[0]), tuple(lists[1]), tags, item, answer)
        texts = (self.title_en.data or "", self.help.data or "", self.help_en.data or "", self.law.data or "")
        return Extra(*texts, self.expires_minutes.data, condition, bool(self.identity.data))


class ItemForm(LineForm):
    """A new line, or the proposal of one."""

    reason = LineField(_l("Reason"), [Length(max=300)])


class EditForm(LineForm):
    """A line that is there; it knows which line it was opened on."""

    version = VersionField()


class PublishForm(Form):
    """What is new in this version; it knows which draft was looked at."""

    draft_id = IdField()
    note = LineField(_l("What is new"), [Length(max=200)])


class NewForm(Form):
    """A SOP of the team's own. A copy may be given no name: it is called like its source then."""

    name = LineField(_l("Name"), [Length(max=80)])
    name_en = LineField(_l("English name"), [Length(max=80)])
    source = SelectField(_l("Begins as"))

    def copy_of(self) -> int | None:
        """The SOP it is a copy of, if it is one."""
        row_id = (self.source.data or "").removeprefix("of-")
        copies = self.source.data != row_id and row_id.isdecimal() and len(row_id) < 19
        return int(row_id) if copies else None


class RulesForm(Form):
    """What a SOP is called, and which shows get a list of it."""

    name = LineField(_l("Name"), [InputRequired(), Length(max=80)])
    name_en = LineField(_l("English name"), [Length(max=80)])
    when = RadioField(
        _l("Lists of it are made"),
        choices=[("rules", _l("For every show that fits")), ("by_hand", _l("Only by hand"))],
        default="rules",
    )
    weights = SelectMultipleField(_l("Weight"), choices=choices(Weight))
    channel_ids = PickManyField(_l("Channel"))
    tags = LineField(_l("Tags"), [Length(max=400)])


class EmergencyForm(Form):
    """Which emergency, and how many minutes ago it began."""

    template_id = IdField()
    minutes = WholeField(_l("Minutes ago"))


class FalseAlarmForm(Form):
    """Why an emergency was none."""

    reason = LineField(_l("Why it was a false alarm"), [Length(max=300)])


class BringForm(Form):
    """Lines out of a sheet: a file, or rows as they are pasted."""

    rows = LinesField(_l("Rows"), [Length(max=200_000)])
    mode = RadioField(
        _l("What becomes of the lines that are there"),
        choices=[("add", _l("They stay, the sheet adds to them")), ("whole", _l("The sheet replaces them all"))],
        default="add",
    )

    @property
    def whole(self) -> bool:
        """Whether what the sheet does not have goes, which is only so where it is asked for."""
        return self.mode.data == "whole"


NOTHING_BROUGHT = msg("Bring a file, or paste rows with the names of their columns above them.")
