"""Words of checklists."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from planner.base import i18n
from planner.base.i18n import gettext as _
from planner.base.i18n import ngettext
from planner.base.show import at, duration
from planner.base.words import _l, choices, field_forms, field_labels, label, labels, news_words, part_words
from planner.checklists.rules import (
    CHANGES,
    Act,
    Anchor,
    Condition,
    Evidence,
    ItemState,
    Kind,
    Mark,
    NumberAsked,
    Recheck,
    Stage,
    out_of_range,
    read_condition,
    read_evidence,
    said,
    time_like,
)
from planner.checklists.rules.sheets import Column
from planner.live.rules import Platform, Weight

labels(
    Stage,
    {
        Stage.PREPARE: _l("Preparation"),
        Stage.BEFORE: _l("Before air"),
        Stage.AIR: _l("While on air"),
        Stage.AFTER: _l("After air"),
        Stage.EMERGENCY: _l("Emergency"),
    },
)
labels(Kind, {Kind.SHOW: _l("For a show"), Kind.EMERGENCY: _l("For an emergency")})
labels(
    Anchor,
    {
        Anchor.PLANNED_START: _l("from the planned start"),
        Anchor.REAL_START: _l("from the real start"),
        Anchor.REAL_END: _l("from the real end"),
        Anchor.SHIFT_START: _l("from the start of each shift"),
        Anchor.SHIFT_END: _l("from the end of each shift"),
        Anchor.CLOCK: _l("at a clock time of the day"),
        Anchor.NEXT_DAY: _l("at a clock time of the next day"),
        Anchor.EVERY: _l("every so many minutes on air"),
        Anchor.AS_IT_HAPPENS: _l("as it happens"),
        Anchor.INCIDENT: _l("from the start of the emergency"),
    },
)
labels(
    ItemState,
    {
        ItemState.OPEN: _l("To do"),
        ItemState.DONE: _l("Done"),
        ItemState.SKIPPED: _l("Skipped"),
        ItemState.NOT_APPLICABLE: _l("Not applicable"),
    },
)
_AT: dict[Anchor, Any] = {
    Anchor.PLANNED_START: _l("the start"),
    Anchor.REAL_START: _l("the real start"),
    Anchor.REAL_END: _l("the end"),
    Anchor.SHIFT_START: _l("the start of each shift"),
    Anchor.SHIFT_END: _l("the end of each shift"),
    Anchor.INCIDENT: _l("the incident"),
}
_CHANGES: dict[str, Any] = {
    "host": _l("another host"),
    "studio": _l("another studio"),
    "lineup": _l("another lineup"),
}
_OPENED: dict[str, Any] = {**_CHANGES, "channel": _l("another channel")}
labels(
    Mark,
    {
        Mark.ADDED: _l("New line"),
        Mark.CHANGED: _l("Changed line"),
        Mark.MOVED: _l("Moved line"),
        Mark.DROPPED: _l("Dropped line"),
    },
    icons={Mark.ADDED: "plus", Mark.CHANGED: "pencil", Mark.MOVED: "arrow-up", Mark.DROPPED: "x"},
    chips={Mark.ADDED: "ok", Mark.CHANGED: "accent", Mark.MOVED: "mute", Mark.DROPPED: "bad"},
)
COLUMN_WORDS: dict[Column, Any] = {
    Column.STAGE: _l("Stage"),
    Column.TITLE: _l("What is to be done"),
    Column.TITLE_EN: _l("In English"),
    Column.POSITION: _l("Position"),
    Column.WHEN: _l("When"),
    Column.BLOCKS: _l("Blocks going live"),
    Column.EVIDENCE: _l("A tick comes with"),
    Column.RECHECK: _l("Opens again with"),
    Column.CONDITION: _l("Only for some shows"),
    Column.EXPIRES: _l("A round expires after"),
    Column.LAW: _l("Law or rule"),
    Column.HELP: _l("How it is done"),
    Column.HELP_EN: _l("How it is done, in English"),
}
"""What a column of a sheet of lines says."""
LINE_FIELDS: dict[str, Any] = {
    "title": _l("What is to be done"),
    "title_en": _l("In English"),
    "position_id": _l("Position"),
    "stage": _l("Stage"),
    "when": _l("When"),
    "blocks": _l("Blocks going live"),
    "evidence": _l("A tick comes with"),
    "recheck": _l("Opens again with"),
    "help": _l("How it is done"),
    "help_en": _l("How it is done, in English"),
    "law": _l("Law or rule that asks for it"),
    "expires_minutes": _l("A round expires after"),
    "condition": _l("Only for some shows"),
    "identity": _l("Confirms who is on air"),
}
"""What a line says, for people."""
_EVIDENCE: dict[str, Any] = {
    "photos": _l("Photos"),
    "note": _l("A note"),
    "number": _l("A number"),
    "link": _l("A link"),
    "answer": _l("An answer out of several"),
    "two": _l("Two different people"),
    "lineup": _l("Row by row against the lineup"),
}
news_words(
    "checklists",
    {
        "ItemTicked": _l("worked on the checklist"),
        "EmergencyBegan": _l("began an emergency list"),
        "EmergencyEnded": _l("ended an emergency list"),
        "EmergencyTakenBack": _l("took an emergency list back that was begun by mistake"),
        "FalseAlarm": _l("ended an emergency list as a false alarm"),
        "SopPublished": _l("published a new version of the SOP"),
        "SopProposed": _l("proposed a change of the SOP"),
        "ListUpgraded": _l("upgraded the checklist to a new version of the SOP"),
    },
)
part_words({"checklist": _l("Checklist"), "sop_version": _l("Version"), "sop_proposal": _l("Proposal")})
field_labels(
    "checklist",
    {
        "template_id": _l("SOP"),
        "version_id": _l("Version"),
        "began": _l("Began"),
        "by_hand": _l("Made by hand"),
        "dropped": _l("Not for this show any more"),
    },
)
field_labels("sop_version", {"number": _l("Version"), "base_id": _l("Edited from"), "note": _l("Note")})
field_labels(
    "sop_proposal",
    {
        "text": _l("Text"),
        "position_id": _l("Position"),
        "stage": _l("Stage"),
        "anchor": _l("Anchor"),
        "offset_minutes": _l("Time from the anchor"),
        "evidence": _l("Proof"),
        "recheck": _l("Opens again with"),
        "reason": _l("Reason"),
        "from_session_id": _l("From the review of"),
        "state": _l("State"),
        "decided_by": _l("Decided by"),
        "decided_at": _l("Decided at"),
    },
)
field_labels(
    "sop_template",
    {
        "name": _l("Name"),
        "name_en": _l("English name"),
        "kind": _l("Kind"),
        "origin": _l("Built-in SOP"),
        "weights": _l("Weight"),
        "channel_ids": _l("Channel"),
        "tags": _l("Tags"),
        "by_hand": _l("Only by hand"),
        "version_id": _l("Version"),
        "draft_id": _l("Draft"),
    },
)


def title_of(title: str, title_en: str) -> str:
    """The title in the reader's language; what people wrote themselves stays as it is."""
    return title_en if title_en and i18n.language() == i18n.ENGLISH else title


def _length(minutes: int) -> str:
    """Whole days as days."""
    days, rest = divmod(minutes, 24 * 60)
    return ngettext("%(num)s day", "%(num)s days", days) if days and not rest else duration(minutes)


def offset_word(anchor: Anchor, offset: int) -> str:
    """When a line is due, as people say and type it: `T-2 h`, `30 min after the end`, `next day 15:00`, `every 30 min`.

    What is said here `rules.read_when` reads again.
    """
    clock = f"{offset // 60:02d}:{offset % 60:02d}"
    if anchor is Anchor.CLOCK:
        return _("at %(clock)s", clock=clock)
    if anchor is Anchor.NEXT_DAY:
        return _("next day %(clock)s", clock=clock)
    if anchor is Anchor.EVERY:
        return _("every %(time)s on air", time=_length(offset))
    if anchor is Anchor.AS_IT_HAPPENS:
        return label(anchor)
    if offset == 0:
        return _("at %(anchor)s", anchor=str(_AT[anchor]))
    if anchor is Anchor.PLANNED_START:
        time = _length(abs(offset))
        chinese = i18n.language() == i18n.CHINESE
        return f"T{'-' if offset < 0 else '+'}{time.replace(' ', '') if chinese else time}"
    values = {"time": _length(abs(offset)), "anchor": str(_AT[anchor])}
    return _("%(time)s before %(anchor)s", **values) if offset < 0 else _("%(time)s after %(anchor)s", **values)


def usual_when() -> str:
    """What the field of a new line begins with: an hour before the start."""
    return offset_word(Anchor.PLANNED_START, -60)


def when_fault(text: str, chosen: str) -> str:
    """What to tell beside a text that says no time at all; empty where it says one."""
    anchor = Anchor(chosen) if chosen in set(Anchor) else Anchor.PLANNED_START
    return i18n.told(time_like(anchor)) if anchor is not Anchor.AS_IT_HAPPENS and said(text) is None else ""


def change_choices() -> list[tuple[str, Any]]:
    """What can open a line again besides a move, for forms."""
    return [(name, _CHANGES[name]) for name in CHANGES]


def recheck_word(rule: Recheck | None) -> str:
    """After what a line opens again; empty where it never does."""
    held = rule or {}
    told = [str(_CHANGES[name]) for name in CHANGES if held.get(name)]
    moved = held.get("move")
    if moved:
        told.append(_("moved by more than %(time)s", time=_length(moved)))
    return _("again with: %(what)s", what=_(", ").join(told)) if told else ""


def _from_anchor(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{_length(abs(minutes))}"


field_forms("sop_proposal", {"recheck": recheck_word, "offset_minutes": _from_anchor})


def evidence_choices() -> list[tuple[str, Any]]:
    """What a tick can be asked for, for forms."""
    return list(_EVIDENCE.items())


def _photos(least: int, most: int) -> str:
    if least == most:
        return ngettext("needs %(num)s photo", "needs %(num)s photos", least)
    if least > 1:
        return _("needs %(num)s photos or more", num=least)
    return _("needs a photo")


def _number(asked: Any) -> str:
    least, most = (f"{end:f}" if end is not None else "" for end in (asked.least, asked.most))
    if not least and not most:
        return _("needs a number in %(unit)s", unit=asked.unit) if asked.unit else _("needs a number")
    to = " … " if "-" in least + most else "–"
    span = f"{least}{to}{most}" if least and most else f"≥ {least}" if least else f"≤ {most}"
    return _("needs a number %(range)s", range=f"{span} {asked.unit}".rstrip())


def evidence_word(asked: Evidence | Mapping[str, Any] | None) -> str:
    """What a tick must come with; empty where nothing."""
    held = asked if isinstance(asked, Evidence) else read_evidence(asked)
    told: list[str] = []
    if held.photos is not None:
        told.append(_photos(*held.photos))
    if held.note:
        told.append(_("needs a note"))
    if held.number is not None:
        told.append(_number(held.number))
    if held.link:
        told.append(_("needs a link"))
    if held.answers:
        told.append(_("answer: %(answers)s", answers=" / ".join(held.answers)))
    if held.two:
        told.append(_("needs two people"))
    if held.lineup:
        told.append(_("product by product"))
    return " · ".join(told)


def condition_word(kept: Condition | Mapping[str, Any] | None, titles: Mapping[str, str] | None = None) -> str:
    """For which shows a line applies; empty where for all. `titles` are those of the lines by their keys."""
    held = kept if isinstance(kept, Condition) else read_condition(kept)
    told: list[str] = []
    if held.platforms:
        told.append(_(" or ").join(label(Platform(each)) for each in held.platforms if each in set(Platform)))
    if held.weights:
        told.append(_(" or ").join(label(Weight(each)) for each in held.weights if each in set(Weight)))
    if held.tags:
        told.append(_("tagged %(tags)s", tags=_(" or ").join(held.tags)))
    if held.item:
        asked = (titles or {}).get(held.item, "")
        told.append(
            _("%(question)s is %(answer)s", question=asked, answer=held.answer)
            if asked
            else _("the answer is %(answer)s", answer=held.answer)
        )
    return _("only if %(what)s", what=_(", and ").join(told)) if told else ""


field_forms("sop_proposal", {"evidence": evidence_word})


def stage_choices(kind: Kind = Kind.SHOW) -> list[tuple[str, Any]]:
    """The stages of lines of such a SOP, for forms."""
    emergency = kind is Kind.EMERGENCY
    return [(value, word) for value, word in choices(Stage)() if (value == Stage.EMERGENCY) is emergency]


def anchor_choices(kind: Kind = Kind.SHOW) -> list[tuple[str, Any]]:
    """What times of lines of such a SOP can count from, for forms."""
    of_incident = {Anchor.INCIDENT.value, Anchor.AS_IT_HAPPENS.value}
    if kind is Kind.EMERGENCY:
        return [(value, word) for value, word in choices(Anchor)() if value in of_incident]
    return [(value, word) for value, word in choices(Anchor)() if value != Anchor.INCIDENT]


def simple_evidence() -> list[tuple[str, Any]]:
    """What a proposal can ask a tick to come with: all that needs no numbers or answers of its own."""
    return [(kind, word) for kind, word in _EVIDENCE.items() if kind not in ("number", "answer")]


def version_word(number: int | None) -> str:
    """What a version is called."""
    return _("version %(n)s", n=number) if number is not None else _("draft")


def rules_word(kind: Kind, weights: Iterable[str], channels: Iterable[str], tags: Iterable[str], by_hand: bool) -> str:
    """Which shows a SOP makes a list for."""
    if kind is Kind.EMERGENCY:
        return _("begun when it happens")
    if by_hand:
        return _("only by hand")
    either = _(" or ")
    told = [either.join(label(Weight(each)) for each in weights if each in set(Weight)), either.join(channels)]
    held = list(tags)
    if held:
        told.append(_("tagged %(tags)s", tags=either.join(held)))
    return _(", ").join(word for word in told if word) or _("every show")


def note_words(asked: Evidence) -> str:
    """What the field for words in a row asks for; empty where it asks for none."""
    told = [_("Note")] if asked.note else [_("What is not right, if anything")] if asked.lineup else []
    if asked.photos is not None:
        told.append(_("or say where the photo is") if not told else _("and where the photo is"))
    return _(", ").join(told)


def given_again(i: Any) -> str:
    """What a tick came with as the fields of a row, for whoever takes back that it was opened again."""
    told = [("note", i.note), *((name, i.given.get(name, "")) for name in ("number", "link", "answer"))]
    told += [("rows", str(product)) for product in i.given.get("rows", ())]
    return json.dumps([pair for pair in told if pair[1]], ensure_ascii=False)


def range_word(asked: NumberAsked) -> str:
    """The numbers that are taken, with their unit; empty where every one is."""
    least, most = (f"{end:f}" if end is not None else "" for end in (asked.least, asked.most))
    to = " … " if "-" in least + most else "–"
    span = f"{least}{to}{most}" if least and most else f"≥ {least}" if least else f"≤ {most}" if most else ""
    return " ".join(part for part in (span, asked.unit) if part)


def opened_word(given: Mapping[str, Any], start: datetime | None = None) -> str:
    """What of the show opened an item again, as its row says it with the `start` that counts now, or as it was kept;
    empty where nothing did."""
    kinds, kept = given.get("opened", ()), given.get("start")
    told = [str(_OPENED[kind]) for kind in kinds if kind in _OPENED]
    if "move" in kinds:
        start = start or (datetime.fromisoformat(kept) if kept else None)
        told.insert(0, _("the show moved to %(when)s", when=at(start)))
    return _("opened again: %(why)s", why=_(", ").join(told)) if told else ""


def range_fault(asked: NumberAsked) -> str:
    """What is said of any other number."""
    return i18n.told(out_of_range(asked))


_ACTS: dict[Act, Any] = {
    Act.DONE: _l("ticked"),
    Act.UNTICK: _l("opened again"),
    Act.SKIP: _l("left out"),
    Act.REOPEN: _l("opened again by a change of the session"),
    Act.HAND: _l("handed over"),
    Act.FAIL: _l("measured, not passed"),
    Act.HAND_BACK: _l("took the handing over back"),
}
labels(Act, _ACTS)
