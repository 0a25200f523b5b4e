"""The SOPs of a team: the built-in ones, made with it; its own, with which shows they are for."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from planner.base import db
from planner.base.lock import lock
from planner.base.trash import trash
from planner.base.verbs import command
from planner.checklists import builtin, queries
from planner.checklists.models import SopItem, SopTemplate, SopVersion
from planner.checklists.rules import LONGEST_NAME, LONGEST_TAG, MOST_TAGS, Anchor, Kind, Stage
from planner.checklists.services.sop import copied, lines_to_edit, opened, redraft
from planner.kernel.errors import Invalid
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, msg
from planner.live import queries as live
from planner.live.rules import Weight
from planner.people import queries as people


@command(P.SOP_EDIT)
def ensure_templates() -> None:
    """The built-in templates, once a team is made; one that somebody deleted stays deleted."""
    bring_built_in()
    db.flush()


def add_built_in(origin: str) -> SopTemplate:
    """A built-in SOP as its first version."""
    (zh, en), weight = builtin.BUILT_IN[origin], origin in set(Weight)
    kind, weights = (Kind.SHOW, [origin]) if weight else (Kind.EMERGENCY, None)
    row = SopTemplate(name=zh, name_en=en, kind=kind, origin=origin, weights=weights, by_hand=not weight)
    template = db.add(row)
    version = db.add(SopVersion(template_id=template.id, number=1))
    template.version_id = version.id
    db.session().add_all(built_in_lines(origin, version.id))
    return template


def built_in_lines(origin: str, version_id: int) -> list[SopItem]:
    """The lines of a built-in SOP."""
    positions = {p.key: p.id for p in people.positions()}
    if origin in set(Weight):
        return _show_lines(Weight(origin), version_id, positions)
    acts = next(each.acts for each in builtin.EMERGENCIES if each.origin == origin)
    return [
        SopItem(
            version_id=version_id, key=act.key, sort=sort * 10, stage=Stage.EMERGENCY, title=act.zh, title_en=act.en,
            position_id=positions.get(act.position), offset_minutes=act.minutes or 0, blocks=False,
            anchor=Anchor.AS_IT_HAPPENS if act.minutes is None else Anchor.INCIDENT, evidence=act.evidence.as_json(),
            help="", help_en="", law="", each_shift=False, identity=False,
        )
        for sort, act in enumerate(acts, start=1)
    ]  # fmt: skip


def _show_lines(weight: Weight, version_id: int, positions: dict[str, int]) -> list[SopItem]:
    made: list[SopItem] = []
    for sort, line in enumerate(builtin.LINES, start=1):
        offset = line.daily if weight is Weight.DAILY else line.big
        if offset is None:
            continue
        blocks = line.blocks_daily if weight is Weight.DAILY else line.blocks_big
        made.append(
            SopItem(
                version_id=version_id, key=line.key, sort=sort * 10, stage=line.stage, title=line.zh, title_en=line.en,
                position_id=positions.get(line.position), anchor=line.anchor, offset_minutes=offset, blocks=blocks,
                evidence=line.evidence.as_json(), help="", help_en="", law="", each_shift=line.each_shift,
                identity=line.identity, recheck=dict(line.recheck) if line.recheck else None,
            )
        )  # fmt: skip
    return made


MOST_RULES = 30


def _named(name: str, name_en: str) -> tuple[str, str]:
    """What a SOP is called, in both languages."""
    found, english = clean_line(name), clean_line(name_en)
    if not 1 <= len(found) <= LONGEST_NAME:
        raise Invalid.at("name", msg("Give it a name of at most 80 characters."))
    if len(english) > LONGEST_NAME:
        raise Invalid.at("name_en", msg("Give it a name of at most 80 characters."))
    return found, english


@command(P.SOP_EDIT)
def create_template(name: str, name_en: str, kind: Kind, origin: str = "", copy_of: int | None = None) -> int:
    """A SOP of the team's own with a draft: empty, of a built-in one, or of another SOP's lines; a copy that is given
    no name is called like what it was made from. Lists are made of it by hand until its rules say which shows it is
    for. Answers the SOP."""
    source = db.one(SopTemplate, copy_of) if copy_of else None
    if source is not None and not clean_line(name):
        name, usual = queries.copy_of(source.id)
        name_en = name_en or usual
    found, english = _named(name, name_en)
    if origin and origin not in builtin.BUILT_IN:
        raise Invalid.at("source", msg("Choose among what is offered."))
    if source is not None:
        kind = source.kind
    elif origin:
        kind = Kind.SHOW if origin in set(Weight) else Kind.EMERGENCY
    template = db.add(SopTemplate(name=found, name_en=english, kind=kind, by_hand=True))
    lines = [copied(item) for item in lines_to_edit(source)] if source else []
    redraft(template, lines or (built_in_lines(origin, 0) if origin else []), "")
    return template.id


@command(P.SOP_EDIT)
def edit_template(
    template_id: int,
    name: str,
    name_en: str,
    weights: Sequence[str] = (),
    channel_ids: Sequence[int] = (),
    tags: Sequence[str] = (),
    by_hand: bool = False,
) -> None:
    """Its name, and which shows get a list of it from now on; lists that are made stay."""
    template = opened(template_id)
    found, english = _named(name, name_en)
    template.name, template.name_en = found, english
    if template.kind is Kind.EMERGENCY:
        return
    words = list(dict.fromkeys(clean_line(tag) for tag in tags if clean_line(tag)))
    if len(words) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in words):
        raise Invalid.at("tags", msg("At most %(most)s tags of %(long)s characters.", most=MOST_TAGS, long=LONGEST_TAG))
    if not set(weights) <= set(Weight) or len(channel_ids) > MOST_RULES:
        raise Invalid.at("weights", msg("Choose among what is offered."))
    kept = set(template.channel_ids or ())
    if not set(channel_ids) <= kept | {c.id for c in live.channels()}:
        raise Invalid.at("channel_ids", msg("Choose a channel of this team."))
    template.weights = [w.value for w in Weight if w in set(weights)] or None
    template.channel_ids, template.tags = sorted(set(channel_ids)) or None, words or None
    template.by_hand = by_hand


@command(P.SOP_EDIT)
def delete_template(template_id: int) -> None:
    """Into the trash: no list is made of it any more; lists that are made stay as they are."""
    template = opened(template_id)
    trash(template)


@command(P.SOP_EDIT)
def bring_built_in() -> int:
    """The built-in SOPs that this team has never had. Answers how many."""
    held = set(db.session().scalars(select(SopTemplate.origin).execution_options(with_trash=True)))
    missing = [origin for origin in builtin.BUILT_IN if origin not in held]
    for origin in missing:
        add_built_in(origin)
    return len(missing)


def check_template(row: SopTemplate) -> None:
    """Registered with the trash: what comes back makes lists again, and queues behind who edits it."""
    lock("sop", row.id)
