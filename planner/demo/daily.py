"""The daily reports of the demo team's yesterday, as they were sent."""

from __future__ import annotations

from datetime import timedelta

from planner.base import db
from planner.daily.models import DailyReport, DailyRules
from planner.daily.queries import TEAM
from planner.demo.shows import Room, then

TOLD = (
    ("", "日报 · 晨光美妆直播间\n\n今日完成\n1. 20:00–次日 00:06 秋冬修护专场，GMV ¥318,460.00\n2. 竞品直播间拆解 5 家（林小雨）\n\n接下来\n"
     "1. 明天 20:00 秋冬修护专场\n2. 投放分时段对照表（凯歌）\n\n卡点\n1. 联名大场选品结论：等品牌方确认机制"),
    ("host", "日报 · 米娅\n\n今日完成\n1. 20:00–次日 00:06 秋冬修护专场，主播\n2. 新口播话术试了两轮，福袋环节互动明显变多\n\n接下来\n1. 明天 20:00 秋冬修护专场，主播"),
    ("member", "日报 · 阿强\n\n今日完成\n1. 秋冬修护专场：清单完成 21 项\n2. 备用麦充电、试音\n\n卡点\n1. 2 号补光灯接触不良：等大军换线"),
)  # fmt: skip
"""Whose, and the words."""


def report_a_day(room: Room) -> None:
    """What the team and two people said of yesterday, and the hour at which reports go out."""
    day = room.today - timedelta(days=1)
    with then(room.at(60, 10), room.actor("lead")):
        db.add(DailyRules(is_on=True, send_at=22 * 60 + 30))
    for login, text in TOLD:
        user_id = room.ids[login] if login else None
        at = room.at(1, 24, 20)
        with then(at, room.actor(login or "lead")):
            whose = f"person:{user_id}" if user_id else TEAM
            db.add(DailyReport(day=day, whose=whose, user_id=user_id, text=text, sent_at=at, sent_by=None))
