"""A draft is published, dropped, or begun from an older version."""

from __future__ import annotations

from sqlalchemy import func, select

from planner.base import db
from planner.base.news import tell
from planner.base.verbs import command
from planner.checklists.models import SopItem, SopTemplate, SopVersion
from planner.checklists.news import SopPublished
from planner.checklists.queries.sop import changes_between
from planner.checklists.services.sop import copied, freed, items_of, opened, redraft
from planner.kernel.errors import Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, msg


def number_version(template: SopTemplate, lines: list[SopItem], note: str) -> int:
    """These lines as the next version, which counts from the next list on."""
    last = db.session().scalar(select(func.max(SopVersion.number)).where(SopVersion.template_id == template.id))
    version = SopVersion(template_id=template.id, number=(last or 0) + 1, base_id=template.version_id, note=note)
    db.add(version)
    for item in lines:
        item.version_id = version.id
    db.add_all(lines)
    template.version_id, template.draft_id = version.id, None
    db.flush()
    tell(SopPublished(template_id=template.id, number=version.number or 0))
    return version.id


def _seen(template: SopTemplate, draft_id: int) -> list[SopItem]:
    """The lines of the draft somebody has looked at; refuses when it is another one by now."""
    if template.draft_id is None:
        raise Refused(msg("There is no draft."))
    if template.draft_id != draft_id:
        raise Refused(msg("Somebody has edited the draft meanwhile. Look at it again."))
    return items_of(draft_id)


@command(P.SOP_EDIT)
def publish_draft(template_id: int, draft_id: int, note: str = "") -> int:
    """The draft is the next version. `draft_id` is the one that was looked at. Answers the version."""
    template = opened(template_id)
    lines = _seen(template, draft_id)
    words = clean_line(note)
    if len(words) > 200:
        raise Invalid.at("note", msg("At most %(most)s characters.", most=200))
    if not lines:
        raise Refused(msg("There is no line in it."))
    if template.version_id is not None and not changes_between(items_of(template.version_id), lines):
        raise Refused(msg("Nothing in it is another than what is published."))
    return number_version(template, [copied(line) for line in lines], words)


@command(P.SOP_EDIT)
def drop_draft(template_id: int, draft_id: int) -> None:
    """What was edited is nothing any more; what is published stays. `draft_id` is the one that was looked at."""
    template = opened(template_id)
    _seen(template, draft_id)
    if template.version_id is None:
        raise Refused(msg("Nothing of it is published yet. Delete the SOP as a whole."))
    template.draft_id = None


@command(P.SOP_EDIT)
def restore_version(version_id: int) -> int:
    """The lines of an older version as a draft; refuses where a draft waits. Answers the template."""
    version = db.one(SopVersion, version_id)
    if version.number is None:
        raise Refused(msg("This was never published."))
    template = opened(version.template_id)
    if template.draft_id is not None:
        raise Refused(msg("A draft waits. Publish it or drop it first."))
    if version.id == template.version_id:
        raise Refused(msg("This version is in force."))
    lines = freed([copied(line) for line in items_of(version_id)])
    redraft(template, lines, f"↺ {version.number}")
    return template.id
