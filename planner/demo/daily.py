"""The daily reports of the demo team's yesterday, as they were sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from planner.base import db
from planner.daily.models import DailyReport, DailyRules
from planner.daily.queries import TEAM, compiled
from planner.demo import story
from planner.demo.shows import Room, then

TOLD = (
    ("lead", True, ""),
    ("host", False, "新口播话术试了两轮，福袋环节互动明显变多。"),
    ("member", False, "2 号补光灯接触不良，等大军换线。"),
)
"""Who wrote, whether for the team, and what only they knew."""


def report_a_day(room: Room, team_name: str) -> None:
    """What the team and two people said of yesterday, and the hour at which reports go out."""
    day, names = room.today - timedelta(days=1), {login: name for login, name, _role, _keys in story.PEOPLE}
    with then(room.at(60, 10), room.actor("lead")):
        db.add(DailyRules(is_on=True, send_at=22 * 60 + 30))
    for login, team, more in TOLD:
        at = room.at(1, 24, 40)
        with then(at, replace(room.actor(login), name=names[login], team_name=team_name)):
            text = "\n\n".join(part for part in (compiled(team, day)[1], more) if part)
            user_id = None if team else room.ids[login]
            whose = TEAM if team else f"person:{user_id}"
            db.add(DailyReport(day=day, whose=whose, user_id=user_id, text=text, sent_at=at, sent_by=None))
