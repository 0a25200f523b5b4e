"""What the demo's team does again and again: a test every week, the accounts at the end of the month."""

from __future__ import annotations

from datetime import timedelta

from planner.base import db
from planner.demo.shows import Room, then
from planner.plan import queries, services
from planner.plan.models import Step, StepSeries
from planner.plan.rules import LAST, Details, Priority, Repeat, Rhythm

WEEKLY = "每周 A/B：开场三分钟两种话术"
INSIDE = ("写下假设和要看的指标", "前后半场各用一版", "写结论：留哪一版")
MONTHLY = "月度投放费用对账"
BEGUN, EVERY = 20, 7
"""The first test was due so many days ago; each next one a week later, so that one is due tomorrow."""


def repeat_steps(room: Room, goals: dict[str, int]) -> None:
    """A test that came three times and was done, with the fourth in the plan; and one thing a month."""
    phase_id = queries.choices()["phases"][1][0]
    due = room.today - timedelta(days=BEGUN)
    with then(room.at(BEGUN + 4, 10), room.actor("lead")):
        details = Details(department="运营", tags=("互动", "数据"))
        step = services.add_step(WEEKLY, room.ids["wenwen"], due, phase_id, goals["interaction"], details=details)
        services.add_lines(step, "\n".join(INSIDE))
        weekly = Repeat(Rhythm.WEEKS, weekdays=frozenset({due.weekday()}), lead=3)
        series = services.repeat_step(step, db.one(Step, step).version, None, weekly)
    for ago in range(BEGUN, 0, -EVERY):
        with then(room.at(ago, 17), room.actor("wenwen")):
            latest = db.one(StepSeries, series).latest_id
            for line in queries.step_page(latest).lines:
                services.tick_line(line.id, True)
            services.move_step(latest, "finish")
        with then(room.at(ago - EVERY + 3, 8), room.actor("lead")):
            services.bring_next(series)
    with then(room.at(12, 11), room.actor("lead")):
        details = Details(priority=Priority.HIGH, department="投放")
        step = services.add_step(MONTHLY, room.ids["kaige"], None, None, goals["single"], details=details)
        services.repeat_step(step, db.one(Step, step).version, None, Repeat(Rhythm.MONTH_DAY, month_day=LAST, lead=5))
