"""Random edits, publications, restorations and upgrades, with people ticking in between: the running list is what the
version it runs says, and no tick is ever lost."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from planner.base import unit as units
from planner.base.actor import acting
from planner.base.undo import undo
from planner.base.verbs import last_command
from planner.checklists import queries, services
from planner.checklists.models import Checklist, ChecklistItem, SopItem, Tick
from planner.checklists.rules import Anchor, Evidence, ItemState, Stage, TickFact, fold, read_evidence
from planner.checklists.services import LineIn
from planner.kernel.errors import Invalid, Refused
from tests.cast import Cast
from tests.checklists.conftest import PHOTO, Plan, key

EVIDENCE = (Evidence(), Evidence(note=True), Evidence(two=True), Evidence(photos=(1, 3)))
PLACES = (
    (Stage.PREPARE, Anchor.PLANNED_START, -180),
    (Stage.BEFORE, Anchor.PLANNED_START, -60),
    (Stage.BEFORE, Anchor.SHIFT_START, -30),
    (Stage.AIR, Anchor.EVERY, 45),
    (Stage.AIR, Anchor.AS_IT_HAPPENS, 0),
    (Stage.AFTER, Anchor.REAL_END, 20),
)


BY_SHOW: dict[int, set[int]] = {}


class World:
    """One SOP, some shows, and what a person could do to them."""

    def __init__(self, chance: random.Random, template: int, shows: list[int]) -> None:
        self.chance, self.template, self.shows = chance, template, shows
        self.versions: list[int] = []

    def lines(self) -> list[SopItem]:
        return [i for _stage, rows in queries.template(self.template)["stages"] for i in rows]

    def add(self) -> None:
        place = self.chance.choice(PLACES)
        evidence = self.chance.choice(EVIDENCE)
        blocks = place[0] in (Stage.PREPARE, Stage.BEFORE) and self.chance.random() < 0.3
        text = f"条目 {self.chance.randrange(10**9)}"
        services.add_item(self.template, text, None, *place, blocks, evidence)

    def edit(self) -> None:
        line = self.chance.choice(self.lines())
        stage, anchor, minutes = self.chance.choice([*PLACES, (line.stage, line.anchor, line.offset_minutes)])
        text, asked = f"{line.title[:20]}改", self.chance.choice(EVIDENCE)
        given = (line.id, text, "", line.position_id, stage, anchor, minutes, False, asked, None)
        services.edit_item(line.id, *given)

    def remove(self) -> None:
        lines = self.lines()
        if len(lines) > 8:
            services.remove_item(self.template, self.chance.choice(lines).key)

    def propose(self) -> None:
        made = services.propose_item(self.template, "复盘提的", None, Stage.BEFORE, Anchor.PLANNED_START, -20, "")
        changed = LineIn("改过再收", None, Stage.BEFORE, Anchor.PLANNED_START, -15)
        services.accept_proposal(made, self.chance.choice((None, changed)))

    def publish(self) -> None:
        self.versions.append(services.publish_draft(self.template, queries.draft_of(self.template) or 0))

    def drop(self) -> None:
        services.drop_draft(self.template, queries.draft_of(self.template) or 0)

    def restore(self) -> None:
        if self.versions:
            services.restore_version(self.chance.choice(self.versions))

    def upgrade(self) -> None:
        found: Any = queries.upgrades(self.template)
        lists = [r.checklist_id for r in found["lists"] if self.chance.random() < 0.7]
        services.upgrade_lists(self.template, found["template"].version_id, lists)
        if lists and self.chance.random() < 0.3:
            command = last_command.get()
            assert command is not None
            undo(command)

    def tick(self) -> None:
        items = queries.list_page(self.chance.choice(self.shows), "all").items
        item = self.chance.choice([i for i in items if i.state is not ItemState.NOT_APPLICABLE])
        if item.state is ItemState.OPEN:
            services.tick(item.id, key(), PHOTO)
        elif self.chance.random() < 0.4:
            services.untick(item.id, key(), "看错了")

    def step(self) -> bool:
        """Something somebody does; answers whether lists are concerned."""
        edits = [self.add, self.edit, self.edit, self.remove, self.propose]
        if self.chance.random() < 0.08:
            edits = [self.drop, self.restore]
        act = self.chance.choice([*edits, self.publish, self.publish, self.upgrade, self.upgrade, self.tick, self.tick])
        try:
            act()
        except (Refused, Invalid):
            return False
        return act in (self.upgrade, self.tick)


def standing(show: int) -> tuple[Checklist, list[tuple[ChecklistItem, SopItem]], dict[int, list[Tick]]]:
    with units.reading() as unit:
        held = unit.session.scalars(select(Checklist).where(Checklist.session_id == show)).one()
        asked = select(ChecklistItem, SopItem).join(SopItem, SopItem.id == ChecklistItem.sop_item_id)
        rows = unit.session.execute(asked.where(ChecklistItem.session_id == show)).all()
        ticks: dict[int, list[Tick]] = {}
        of_show = select(Tick).join(ChecklistItem, ChecklistItem.id == Tick.item_id)
        for tick in unit.session.scalars(of_show.where(ChecklistItem.session_id == show).order_by(Tick.id)):
            ticks.setdefault(tick.item_id, []).append(tick)
        return held, [(i, s) for i, s in rows], ticks


def version_lines(version_id: int) -> dict[str, SopItem]:
    with units.reading() as unit:
        return {i.key: i for i in unit.session.scalars(select(SopItem).where(SopItem.version_id == version_id))}


def check(show: int, seen: Counter[int]) -> None:
    """The list stands for the lines of its version, each as often as it is done; and what people did is all there."""
    held, pairs, ticks = standing(show)
    lines = version_lines(held.version_id)
    own = [(item, sop) for item, sop in pairs if sop.version_id == held.version_id]
    counts = Counter(sop.key for _item, sop in own if not (sop.anchor is Anchor.EVERY or sop.each_shift))
    single = {k for k, line in lines.items() if not (line.anchor is Anchor.EVERY or line.each_shift)}
    assert counts == Counter(dict.fromkeys(single, 1)), "every line of the version once"
    assert {sop.key for _item, sop in own} == set(lines), "and those that come again at least once"
    for item, sop in pairs:
        facts = [TickFact(t.id, t.act, t.user_id) for t in ticks.get(item.id, [])]
        folded = fold(facts, read_evidence(item.evidence).two)
        if sop.version_id != held.version_id:
            assert item.state in (ItemState.DONE, ItemState.SKIPPED, ItemState.NOT_APPLICABLE), (
                "dropped lines don't wait"
            )
        elif item.state is ItemState.OPEN:
            assert (item.title, item.stage) == (sop.title, sop.stage)
            assert item.evidence == sop.evidence or item.halfway is not None, "asked for as the version says"
        if folded is ItemState.DONE:
            assert item.state is ItemState.DONE, "what is done stays done"
        seen[item.id] = max(seen[item.id], len(facts))
        assert len(facts) == seen[item.id], "no act is lost"
    gone = {item_id for item_id, count in seen.items() if count and item_id in BY_SHOW.get(show, set())}
    assert gone <= {item.id for item, _sop in pairs}, "an item that somebody worked on never goes"
    BY_SHOW.setdefault(show, set()).update(item.id for item, _sop in pairs)


@pytest.mark.engines
@pytest.mark.parametrize("seed", range(3))
def test_lists_stand_for_their_versions_whatever_people_do(
    cast: Cast, daily: int, plan: Plan, evening: datetime, seed: int
) -> None:
    crew = [("host", cast.host), ("control", cast.member)]
    BY_SHOW.clear()
    shows = [plan(evening + timedelta(days=day), crew=crew) for day in (0, 1)]
    world, seen = World(random.Random(seed), daily, shows), Counter[int]()  # nosec B311
    with acting(cast.actors["lead"]):
        for _ in range(60):
            for show in shows if world.step() else ():
                check(show, seen)
        assert len(world.versions) >= 2, "the walk has published something"
