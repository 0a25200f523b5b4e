"""Words of checklists."""

from __future__ import annotations

from planner.base import i18n
from planner.base.words import _l, field_labels, labels, news_words, part_words
from planner.checklists.rules import Anchor, ItemState, Proof, Stage

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
        Anchor.REAL_END: _l("from the real end"),
        Anchor.SHIFT_START: _l("from the start of each shift"),
        Anchor.NEXT_DAY: _l("on the next day, minutes after midnight"),
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
        "offset_minutes": _l("Minutes from the anchor"),
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
