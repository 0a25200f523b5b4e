"""The SOPs of a team: the built-in ones, made with it."""

from __future__ import annotations

from sqlalchemy import select

from planner.base import db
from planner.base.verbs import command
from planner.checklists import builtin
from planner.checklists.models import SopItem, SopTemplate, SopVersion
from planner.checklists.rules import Anchor, Kind, Stage
from planner.kernel.permissions import P
from planner.live.rules import Weight
from planner.people import queries as people

BUILT_IN = {
    Weight.DAILY.value: ("日播标准流程", "SOP for daily shows"),
    Weight.BIG.value: ("大场标准流程", "SOP for big shows"),
    **{each.origin: (each.zh, each.en) for each in builtin.EMERGENCIES},
}
"""The built-in SOPs by their origin, with their names in both languages."""


@command(P.SOP_EDIT)
def ensure_templates() -> None:
    """The built-in templates, once a team is made; one that somebody deleted stays deleted."""
    asked = select(SopTemplate.origin).execution_options(with_trash=True)
    held = set(db.session().scalars(asked))
    for origin in BUILT_IN:
        if origin not in held:
            add_built_in(origin)
    db.flush()


def add_built_in(origin: str) -> SopTemplate:
    """A built-in SOP as its first version."""
    (zh, en), weight = BUILT_IN[origin], origin in set(Weight)
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
