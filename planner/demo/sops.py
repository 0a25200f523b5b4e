"""The standard of the room grows: a version that tonight's list does not run yet, a draft, and what somebody proposes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from planner.checklists import queries as checklists
from planner.checklists import services
from planner.checklists.models import SopItem
from planner.checklists.rules import Anchor, Condition, Evidence, Extra, NumberAsked, Recheck, Stage, read_evidence
from planner.demo.shows import Room, then
from planner.kernel import clock

HELP = "两路网各测一次；备用机、备用麦放在手边一米内并已开机。"


def grow_sops(room: Room) -> None:
    """After tonight's list was made, before those of the coming days are."""
    template = next(row.id for row in checklists.templates() if row.origin == "daily")
    with then(room.at(1, 11), room.actor("lead")):
        _edit(template, "kit", Extra(help=HELP))
        _edit(template, "persons", Extra(law="《网络直播营销管理办法（试行）》"))
        services.publish_draft(template, checklists.draft_of(template) or 0, "设备一条写清怎么做，实名一条注明依据")


def draft_sops(room: Room) -> None:
    """What the lead is writing today, and what waits for a decision."""
    template = next(row.id for row in checklists.templates() if row.origin == "daily")
    with then(clock.now() - timedelta(hours=2), room.actor("lead")):
        ads, tech = room.positions["ads"], room.positions["tech"]
        asks = Evidence(answers=("有投放", "无投放"))
        place = (Stage.PREPARE, Anchor.PLANNED_START, -5 * 60, False)
        english = Extra(title_en="Do we buy ads tonight?")
        services.add_item(template, "今晚投放吗", ads, *place, asks, None, english)
        asked = next(i.key for i in _lines(template) if i.title == "今晚投放吗")
        _edit(template, "ads_off", Extra(condition=Condition(item=asked, answer="有投放")))
        speed = Evidence(number=NumberAsked(Decimal(5), None, "Mbit/s"))
        before = (Stage.BEFORE, Anchor.PLANNED_START, -45, True)
        services.add_item(template, "上行网速实测", tech, *before, speed, None, Extra(title_en="Upload measured"))
    with then(clock.now() - timedelta(hours=1), room.actor("host")):
        line = (room.positions["cohost"], Stage.BEFORE, Anchor.PLANNED_START, -20)
        services.propose_item(template, "提词器字号调到 48", *line, "昨晚看不清价格，念错一次", room.evenings.get(1))


def _lines(template: int) -> list[SopItem]:
    return [item for _stage, rows in checklists.template(template)["stages"] for item in rows]


def _edit(template: int, key: str, more: Extra) -> None:
    """A line with more to say; the rest stays."""
    line = next(item for item in _lines(template) if item.key == key)
    rule: Recheck | None = line.recheck  # type: ignore[assignment]
    place = (line.position_id, line.stage, line.anchor, line.offset_minutes, line.blocks)
    texts = (more.help or line.help, more.help_en or line.help_en, more.law or line.law)
    extra = Extra(line.title_en, *texts, None, more.condition, line.identity)
    proof = read_evidence(line.evidence)
    services.edit_item(line.id, line.id, line.title, line.title_en, *place, proof, rule, extra)
