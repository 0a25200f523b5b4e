"""Words of checklists."""

from __future__ import annotations

from typing import Any

from planner.base import i18n
from planner.base.i18n import gettext as _
from planner.base.i18n import ngettext
from planner.base.show import duration
from planner.base.words import _l, field_forms, field_labels, label, labels, news_words, part_words
from planner.checklists.rules import CHANGES, Anchor, ItemState, Proof, Recheck, Stage, said, time_like

labels(
    Stage,
    {
        Stage.PREPARE: _l("Preparation"),
        Stage.BEFORE: _l("Before air"),
        Stage.AIR: _l("While on air"),
        Stage.AFTER: _l("After air"),
    },
)
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
}
_CHANGES: dict[str, Any] = {
    "host": _l("another host"),
    "studio": _l("another studio"),
    "lineup": _l("another lineup"),
}
labels(Proof, {Proof.NONE: _l("No proof"), Proof.PHOTO: _l("needs a photo"), Proof.TWO_PEOPLE: _l("needs two people")})
news_words(
    "checklists",
    {
        "ItemTicked": _l("worked on the checklist"),
        "SopPublished": _l("published a new version of the SOP"),
        "SopProposed": _l("proposed a change of the SOP"),
    },
)
part_words({"checklist": _l("Checklist"), "sop_version": _l("Version"), "sop_proposal": _l("Proposal")})
field_labels("checklist", {"version_id": _l("Version")})
field_labels("sop_version", {"number": _l("Version"), "note": _l("Note")})
field_labels(
    "sop_proposal",
    {
        "text": _l("Text"),
        "position_id": _l("Position"),
        "stage": _l("Stage"),
        "anchor": _l("Anchor"),
        "offset_minutes": _l("Time from the anchor"),
        "proof": _l("Proof"),
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
    {"name": _l("Name"), "name_en": _l("English name"), "weight": _l("Weight"), "version_id": _l("Version")},
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
