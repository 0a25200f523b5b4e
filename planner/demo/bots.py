"""The group's bot of the demo team: switched off, with what it told last; its address leads nowhere."""

from __future__ import annotations

from datetime import timedelta

from planner.base import db
from planner.bots import rules
from planner.bots.models import Bot, BotPush, BotState
from planner.bots.rules import USUAL, Line, Vendor
from planner.demo.shows import Room, then

ADDRESS = "https://bots.example.invalid/open-apis/bot/v2/hook/demo-0000-0000"
TOLD = (
    (1, 9, ("2 个步骤逾期：互动形式三：粉丝团专属福袋（阿强，迟 2 天）、投放分时段对照表（凯歌，迟 1 天）",)),
    (1, 20, ("开播：秋冬修护专场 · 晨光美妆旗舰店，20:00 起，开播时有 1 项没完成",)),
    (
        0,
        1,
        (
            "下播：秋冬修护专场 · 晨光美妆旗舰店，播了 4 小时 6 分",
            "成绩已出：秋冬修护专场 · 晨光美妆旗舰店，GMV ¥318,460.00",
        ),
    ),
)
"""Days ago, hour, lines."""


def tell_a_group(room: Room) -> None:
    """A bot of the group, and its last messages."""
    with then(room.at(40, 11), room.actor("lead")):
        place = "0" * 64
        keys = {"vendor": Vendor.FEISHU, "name": "运营群", "webhook": ADDRESS, "signing": "demo", "place": place}
        more = {"keyword": "", "language": "zh_Hans_CN", "topics": [str(topic) for topic in USUAL], "summary_at": 570}
        bot = db.add(Bot(**keys, **more, is_on=False))
        state = BotState(bot_id=bot.id, since=room.at(40, 11), fails=0)
        db.add(state)
    for days, hour, texts in TOLD:
        at = room.at(days, hour) if days else room.at(1, 24) + timedelta(hours=hour)
        body = rules.body_of(Vendor.FEISHU, "晨光美妆直播间", [Line(text) for text in texts], "查看", True)
        with then(at, room.actor("lead")):
            made = {"state": "sent", "count": len(texts), "body": body}
            db.add(BotPush(bot_id=bot.id, place=place, at=at, **made))
            state.ok_at = at
