"""What the demo tells of goals: a month that was closed with its causes, the month that runs, and what people report."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from planner.base import db
from planner.demo.shows import Room, then
from planner.figures import queries as figures
from planner.kernel import clock
from planner.plan import queries
from planner.plan import services as plan
from planner.plan.models import Period
from planner.plan.rules import Aggregation, Choice, Health, Way, Wish
from planner.plan.services import Answer

DAY = timedelta(days=1)
CAUSES = {
    "gmv": (
        "product",
        "大场之间的日播缺主推款，客单价没有起来",
        "每周二选品会先定当周日播主推，货盘表提前两天给主播。",
    ),
    "own": ("environment", "第三家品牌的年度预算要到下月才批", "先签单场合作，年度框架下月补签。"),
}
LESSONS = (
    "有效要保留：开播前 90 分钟试音、整点猜价。\n要换个做法：选品会提前到周二；达人报价统一由林小雨对接。\n"
    "新主播跟播三场就能独立控场，带教表照用。"
)
REPORTS = (
    ("interaction", "lead", 12, "整点猜价上线两周，20:00 档评论比上月多三成；午间场还没排。", None),
    ("interaction", "anqi", 6, "口播点名答疑排进了安琪的场，粉丝团福袋等礼品到货。", None),
    ("matrix", "wenwen", 9, "预热短视频稳定在每周 4 条，切片账号数量还没定，转粉先看切片引流。", None),
    ("single", "manager", 1, "品牌方独家价还没签，联名大场之前谈不下来就很难到 50 万。", Health.OFF_TRACK),
)
"""Goal, who reports, how many days ago, the words, and a word of health against the figures."""


def _months(today: date) -> tuple[date, date]:
    this = today.replace(day=1)
    return (this - DAY).replace(day=1), this


def _not_later(instant: datetime) -> datetime:
    """At that moment, or an hour ago where it is still to come."""
    return min(instant, clock.now() - timedelta(hours=1))


def tell_goals(room: Room, goals: dict[str, int], quarter: int) -> None:
    """After the shows are over: last month as it was closed, this month as it runs, and reports of the quarter."""
    last, this = _months(room.today)
    since = (room.today - last).days
    with then(room.at(since, 9), room.actor("lead")):
        month = plan.add_period(f"{last.month}月月度计划", last, this - DAY)
        steady = plan.add_goal(month, "场均成交做到 9.5 万", room.ids["lead"], "日播稳了，大场才有底气谈独家价。")
        plan.add_target(steady, "gmv", Decimal(95000), Aggregation.PER_SESSION)
        brands = plan.add_goal(month, "签约合作品牌 3 家", room.ids["manager"], "年末货盘要靠品牌合作撑起来。")
        signed = plan.add_own_metric("签约品牌", "家", Way.UP)
        plan.add_own_target(brands, signed, "", "", Way.UP, Decimal(3), Aggregation.SUM)
        hosts = plan.add_goal(month, "新主播上手时间缩短 30%", room.ids["anqi"], "排班不再卡在两位主播身上。")
        plan.add_own_target(
            hosts, None, "新主播上手天数", "天", Way.DOWN, None, Aggregation.LATEST, Decimal(20), Decimal("-0.3")
        )
        phase = plan.add_phase(month, "品牌洽谈与带教", last, this - DAY)
        third = plan.add_step("第三家品牌样品寄回", room.ids["manager"], this + 2 * DAY, phase, brands)
        tour = plan.add_step("线下品牌见面会", room.ids["lead"], this - 3 * DAY, phase, brands)
    own = {t.own_name: t.own_id or 0 for g in (brands, hosts) for t in queries.goal(g)[0].targets}
    _month_reports(room, last, brands, hosts, own)
    with then(_not_later(room.at((room.today - this).days, 10)), room.actor("manager")):
        _close(month, quarter, {("goal", brands), ("step", third)}, ("step", tour))
    _this_month(room, this)
    _quarter_reports(room, goals)


def _month_reports(room: Room, last: date, brands: int, hosts: int, own: dict[str, int]) -> None:
    told = (
        (9, "manager", brands, "与花间签了双 11 单场，合同已回。", {"签约品牌": 1}),
        (13, "anqi", hosts, "小鹿跟播第四场，控场还要安琪接。", {"新主播上手天数": 17}),
        (20, "manager", brands, "第二家签了年度框架，第三家等预算。", {"签约品牌": 1}),
        (26, "anqi", hosts, "带教表用起来后，新人第 13 天独立开播。", {"新主播上手天数": 13}),
    )
    for day, login, goal, words, values in told:
        on = last + (day - 1) * DAY
        with then(room.at((room.today - on).days, 18), room.actor(login)):
            made = plan.check_in(goal, words, None, {own[name]: Decimal(value) for name, value in values.items()})
        with then(room.at((room.today - on).days - 1, 10), room.actor("lead")):
            plan.acknowledge(made)


def _close(month: int, quarter: int, carried: set[tuple[str, int]], cancelled: tuple[str, int]) -> None:
    """Close the month: each missed target with its cause, the brands go on in the quarter, the tour is cancelled."""
    view, causes = queries.closing_page(month, quarter), {c.key: c.id for c in figures.causes()}
    answers: dict[int, Answer] = {}
    for _goal, t, _health in view.missed:
        key, reason, improvement = CAUSES["own" if t.own_id else "gmv"]
        answers[t.id] = Answer(causes[key], reason, improvement)
    phase = view.phases[0][0] if view.phases else None
    wishes: dict[tuple[str, int], Wish] = {}
    for part in view.open:
        if part.key in carried:
            wishes[part.key] = Wish(Choice.CARRY, "", phase if part.kind == "step" else None)
        elif part.key == cancelled:
            wishes[part.key] = Wish(Choice.CANCEL, "品牌方差旅冻结，改成线上看货")
    plan.close_period(month, db.one(Period, month).version, answers, wishes, quarter, LESSONS)


def _this_month(room: Room, this: date) -> None:
    """The month that runs: one figure against last month's, one of the team's own."""
    end = (this + 32 * DAY).replace(day=1) - DAY
    with then(_not_later(room.at((room.today - this).days, 11)), room.actor("lead")):
        month = plan.add_period(f"{this.month}月月度计划", this, end)
        growth = plan.add_goal(month, "日均成交比上月多一成", room.ids["lead"], "年末备货按这个数订。")
        plan.add_target(growth, "gmv", None, Aggregation.PER_DAY, relative=Decimal("0.1"), weight=3)
        plan.add_target(growth, "refund_rate", Decimal("0.08"), Aggregation.MEAN_RATIO, Way.DOWN)
        checks = plan.add_goal(month, "SOP 通过率 100%", room.ids["member"], "设备事故都出在跳过检查的晚上。")
        plan.add_own_target(
            checks, None, "抽查通过率", "%", Way.UP, Decimal(100), Aggregation.LATEST, Decimal(86)
        )  # fmt: skip
    own = queries.goal(checks)[0].targets[0].own_id or 0
    days = (room.today - this).days
    for ago, value, words in (
        (days * 2 // 3, 91, "抽查 11 场，1 场漏了备用麦。"),
        (days // 3, 97, "抽查 12 场，补光有一次晚了。"),
    ):
        if ago > 0:
            with then(room.at(ago, 17), room.actor("member")):
                plan.check_in(checks, words, None, {own: Decimal(value)})


def _quarter_reports(room: Room, goals: dict[str, int]) -> None:
    made: dict[str, int] = {}
    for goal, login, ago, words, health in REPORTS:
        with then(room.at(ago, 19), room.actor(login)):
            made[goal] = plan.check_in(goals[goal], words, health)
    with then(room.at(5, 9), room.actor("manager")):
        plan.acknowledge(made["interaction"])
    with then(clock.now() - timedelta(hours=5), room.actor("lead")):
        phases = [row_id for row_id, name in queries.choices()["phases"] if "内容矩阵" in name]
        plan.link_goal(goals["matrix"], phases)
        plan.link_goal(goals["single"], (), [room.evenings[5]])
