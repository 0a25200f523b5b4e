"""What the demo tells (DOMAIN § 1, chapters 5 and 6): people, themes, and figures that behave like a real room's. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from planner.plan.rules import Details, Priority

PEOPLE = (
    ("admin", "管理员", "manager", ()),
    ("manager", "周岚", "manager", ()),
    ("lead", "林小雨", "lead", ("operations", "merchandiser")),
    ("host", "米娅", "host", ("host",)),
    ("member", "阿强", "member", ("control", "floor")),
    ("viewer", "陈访", "viewer", ()),
    ("anqi", "安琪", "host", ("host", "cohost")),
    ("dajun", "大军", "member", ("tech", "floor")),
    ("kaige", "凯歌", "member", ("ads",)),
    ("wenwen", "文文", "member", ("script", "service")),
)
THEMES = (
    "秋冬修护专场",
    "底妆焕新夜",
    "敏感肌安心购",
    "香氛与身体护理",
    "老粉福利场",
    "国货好物夜",
    "唇釉新色首播",
    "防晒清仓",
)
NOON = ("午间补货", "午间口红场", "午间答疑小课", "午间福袋场")
BIG = ("品牌联名大场", "会员之夜", "超级单品日", "年末囤货大场")
PRODUCTS = (
    ("1", "玻尿酸修护面膜 10 片", "A01", 5990, 12900, 800, "第二件半价"),
    ("2", "轻透气垫粉底 15g", "A02", 12900, 23900, 300, "赠替换芯"),
    ("3", "丝绒唇釉 四色", "A03", 6900, 9900, 500, "任选两支 99"),
    ("4", "氨基酸洁面 120g", "A04", 4900, 7900, 600, "买一送一旅行装"),
    ("5", "视黄醇精华 30ml", "A05", 19900, 29900, 200, "会员加赠面膜 3 片"),
    ("6", "身体香氛油 100ml", "A06", 8900, 13900, 260, "晒单返 10 元"),
)


WHY = {
    "interaction": "互动是推荐流量的入口：停留和弹幕上来了，曝光才会跟着涨。",
    "single": "品牌方按单场成交谈明年的联名，50 万是他们给独家价的门槛。",
    "matrix": "付费流量越来越贵，要让短视频带来的人留下来关注。",
}
DETAILS = {
    "联名大场选品结论": Details(priority=Priority.URGENT, department="商务", tags=("双12大促", "联名")),
    "互动形式三：粉丝团专属福袋": Details(priority=Priority.HIGH, department="运营", tags=("互动",)),
    "投放分时段对照表": Details(department="投放", tags=("数据",)),
    "预热短视频每周 4 条": Details(department="内容", tags=("短视频", "双12大促")),
    "切片账号矩阵排期": Details(department="内容", tags=("短视频",)),
    "每周 A/B：福袋与秒杀对照": Details(department="运营", tags=("互动", "数据")),
}
LINES = {
    "互动形式三：粉丝团专属福袋": (("定福袋规则和限购", "和客服对口径", "后台配置并试领", "写主播口播"), 2),
    "投放分时段对照表": (("导出四周后台数据", "按半小时拼成一张表", "标出成本高的时段"), 2),
    "预热短视频每周 4 条": (("脚本", "拍摄", "剪辑", "排发布时间"), 1),
}
FIRST = (("预热短视频每周 4 条", "联名大场选品结论"), ("每周 A/B：福袋与秒杀对照", "互动形式三：粉丝团专属福袋"))
"""Steps that wait, each with the one that has to come first."""
UNDER_WAY = ("互动形式三：粉丝团专属福袋", "投放分时段对照表")
WAITS = {"切片账号矩阵排期": "周岚定下账号数量", "联名大场选品结论": "品牌方回复样品时间"}
TALK = (
    ("tonight", "lead", 160, "今晚第三品换成**唇釉新色**，库存已经和仓库对过。@米娅 口播顺序不变，价格放最后。"),
    ("tonight", "host", 131, "收到，三段式口播练了两遍。@林小雨 开播前要不要再过一次价格？"),
    ("tonight", "lead", 118, "要，开播前半小时在 3 号间，过三样：\n\n- 价格\n- 赠品口径\n- 福袋时间"),
    ("last night", "kaige", 900, "昨晚 21:00 以后投放成本明显变高，分时段对照表我今天补上。"),
    ("matrix", "wenwen", 3100, "转粉主要来自切片引流，直播间内的转粉率其实持平。"),
    ("matrix", "manager", 2900, "那就先把切片账号的排期定下来。@文文 下周二之前给我看一版。"),
    ("投放分时段对照表", "kaige", 200, "后台只能导 7 天，我按周拼了一份，还差周五晚上。"),
)
"""Who said what about what, so many minutes ago."""

VIEWS = (
    ("lead", "plan.steps", "双12 大促", "tag=双12大促", True),
    ("lead", "plan.board", "按人看", "by=owner", True),
    ("lead", "plan.steps", "已经逾期", "due=late", False),
    ("manager", "live.sessions", "待复盘", "view=list&state=ended", True),
    ("host", "live.sessions", "按直播间", "view=studios", False),
)
"""Who keeps which list as they narrowed it, and whether the team sees it."""


@dataclass(frozen=True)
class Show:
    """A show of the demo: how many days ago, when it begins, what happened, what it brought."""

    days_ago: int
    hour: int
    minutes: int
    theme: str
    big: bool = False
    event: str = ""
    reopened: bool = False
    figures: dict[str, Decimal] = field(default_factory=dict[str, Decimal])
    gmv_target: Decimal = Decimal(0)
    viewers_target: Decimal = Decimal(0)


EVENTS = {24: "microphone", 12: "algorithm"}
BIG_DAYS = (30, 16, 5)
REOPENED = (20, 9)
LAUNCH = {28: 1.7, 27: 1.4, 26: 1.18}
"""A new product's peak: the evening it comes out, and how it wears off."""
CLUB_SINCE = 14
"""Days ago from which the club is offered before the lucky bags: what the review of the evening before agreed on."""
REVIEWED_IN_FULL = (15, *EVENTS)
SUMMARIES = (
    "开场十分钟留人比上周好，猜价环节互动最高。",
    "第三品讲解偏长，下半场节奏加快后成交追回。",
    "福袋放在整点，评论明显更集中。",
    "新客占比高，价格讲清楚之后点击成交提升。",
)
IMPORTED = (9, 4, 3, 2)
"""Evenings whose figures came in by a file of the platform that is kept."""
WEEKDAY = (0.86, 0.92, 0.95, 1.0, 1.16, 1.22, 1.1)


def _count(value: float) -> Decimal:
    return Decimal(max(1, round(value)))


def figures_of(size: float, chance: random.Random, event: str = "", minutes: int = 270) -> dict[str, Decimal]:
    """A consistent set: people fall through the funnel, money follows the buyers. `size` is 1 for a usual evening."""
    dip = {"algorithm": 0.52, "microphone": 0.8}.get(event, 1.0)
    sell = {"microphone": 0.72}.get(event, 1.0)
    swing = chance.gauss(1, 0.06)
    viewers = 16200 * size * dip * swing
    exposed = viewers / chance.uniform(0.17, 0.2)
    seen = viewers * chance.uniform(0.8, 0.86)
    clickers = seen * chance.uniform(0.4, 0.46)
    buyers = clickers * chance.uniform(0.115, 0.135) * sell
    orders = buyers * chance.uniform(1.05, 1.1)
    gmv = orders * chance.uniform(86, 96)
    watch = chance.uniform(84, 96) * (0.62 if event == "microphone" else 1)
    comments = viewers * chance.uniform(0.055, 0.07) * (0.7 if event == "microphone" else 1)
    found = {
        "exposed_users": exposed, "exposures": exposed * 1.6, "viewers": viewers, "views": viewers * 1.37,
        "pcu": viewers * 0.036, "comments": comments, "new_club": viewers * 0.011, "new_fans": viewers * chance.uniform(0.012, 0.017),
        "lost_fans": viewers * 0.0012, "product_exposed_users": seen, "clickers": clickers, "product_exposures": seen * 5.1,
        "clicks": clickers * 1.55, "orders": orders, "items": orders * 1.03, "buyers": buyers, "refund_orders": orders * 0.07,
        "minutes": float(minutes),
    }  # fmt: skip
    held = {key: _count(value) for key, value in found.items()}
    cents = Decimal("0.01")
    held["acu"] = (held["viewers"] * Decimal("0.0121")).quantize(Decimal("0.1"))
    held["avg_watch_seconds"] = Decimal(round(watch * 10)) / 10
    held["gmv"] = Decimal(gmv).quantize(cents)
    held["paid_amount"] = (held["gmv"] * Decimal("0.979")).quantize(cents)
    held["refund_amount"] = (held["gmv"] * Decimal("0.068")).quantize(cents)
    held["net_gmv"] = (held["gmv"] * Decimal("0.958")).quantize(cents)
    held["ad_spend"] = (held["gmv"] * Decimal(str(round(chance.uniform(0.14, 0.2), 4)))).quantize(cents)
    return held


def with_club(held: dict[str, Decimal], times: float) -> dict[str, Decimal]:
    """More new members of the club, all else the same."""
    return held | {"new_club": _count(float(held["new_club"]) * times)}


def likes_and_shares(held: dict[str, Decimal], days_ago: int, chance: random.Random) -> dict[str, Decimal]:
    """What the export does not say and the team types: it grows with the new interaction formats of month two."""
    grown = 1 + max(0.0, (34 - days_ago) / 34) * 0.28
    return {
        "likes": _count(float(held["viewers"]) * chance.uniform(0.24, 0.3) * grown),
        "shares": _count(float(held["viewers"]) * chance.uniform(0.012, 0.018) * grown),
    }


def past_shows(today: date, count: int = 60) -> list[Show]:
    """The last `count` shows, the oldest first: an evening every day, a noon show on most."""
    chance = random.Random(20260907)  # nosec B311: believable figures, no secrets
    shows: list[Show] = []
    for ago in range(1, 400):
        day = today - timedelta(days=ago)
        for hour in (20, 12):
            if len(shows) == count:
                break
            if hour == 12 and (day.weekday() in (0, 3) or ago in BIG_DAYS):
                continue
            shows.append(_show(ago, hour, day, chance))
    return sorted(shows, key=lambda s: (-s.days_ago, s.hour))


def _show(ago: int, hour: int, day: date, chance: random.Random) -> Show:
    rhythm = WEEKDAY[day.weekday()] * (1 + (34 - min(ago, 34)) * 0.004)
    fans = 1.75 if ago <= CLUB_SINCE else 1.0
    if hour == 12:
        size, minutes, event = 0.36 * rhythm, 180, ""
        held = with_club(figures_of(size, chance, event, minutes), fans)
        theme = NOON[ago % len(NOON)]
        return Show(
            ago,
            12,
            minutes,
            theme,
            figures=held,
            gmv_target=_round(23000 * rhythm),
            viewers_target=_round(5200 * rhythm),
        )
    if ago in BIG_DAYS:
        size = {30: 5.2, 16: 5.7, 5: 6.5}[ago]
        held = with_club(figures_of(size, chance, "", 360), fans)
        target = {30: 400000, 16: 450000, 5: 500000}[ago]
        theme = BIG[BIG_DAYS.index(ago)]
        return Show(ago, 19, 360, theme, True, figures=held, gmv_target=Decimal(target), viewers_target=Decimal(80000))
    event = EVENTS.get(ago, "")
    held = with_club(figures_of(rhythm * LAUNCH.get(ago, 1.0), chance, event, 270), fans)
    theme = "唇釉新色首播" if ago == max(LAUNCH) else THEMES[ago % len(THEMES)]
    return Show(
        ago, 20, 270, theme, False, event, ago in REOPENED, held, _round(62000 * rhythm), _round(14800 * rhythm)
    )


def _round(value: float) -> Decimal:
    return Decimal(round(value / 500) * 500)
