"""What the demo tells of money: the quarter's budgets, what was approved and spent, and what waits for the manager."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from planner.base import db
from planner.demo.shows import Room, then
from planner.kernel import clock
from planner.kernel.permissions import Role
from planner.outcomes import services as outcomes
from planner.resources import queries, services
from planner.resources.models import ResourceRequest
from planner.resources.rules import (
    Every,
    Invoice,
    Kind,
    KitWish,
    LevelRule,
    Line,
    Mode,
    PayWay,
    Piece,
    Policy,
    Quote,
    Use,
    Wish,
    Worth,
)
from planner.resources.rules.envelopes import CreditKind, Drawers, EnvelopeWish, Scope, Terms
from planner.resources.services import Seen

DAY = timedelta(days=1)
YUAN = 100
BUDGETS = {
    "equipment": 150_000,
    "training": 60_000,
    "software": 50_000,
    "ads": 300_000,
    "guests": 40_000,
    "samples": 20_000,
}
"""In yuan, for the quarter (DOMAIN § 1: equipment ¥80,000, a training ¥20,000, BI ¥30,000 a year)."""


def _policy() -> Policy:
    crew = (Role.HOST, Role.MEMBER)
    return Policy(
        (
            LevelRule("组长初审", Mode.ANY, (Role.LEAD,), asked_by=crew),
            LevelRule("经理审批", Mode.ANY, (Role.MANAGER,), from_amount=2_000 * YUAN),
        ),
        quotes_from=50_000 * YUAN,
    )


def _within(room: Room, days_ago: int) -> date:
    """A day of the past that lies in the quarter."""
    first = (room.today.replace(day=1) - DAY).replace(day=1)
    return max(first, room.today - days_ago * DAY)


def _seen(request_id: int) -> Seen:
    return Seen(request_id, db.one(ResourceRequest, request_id).seen)


def _ask(room: Room, who: str, days_ago: int, wish: Wish) -> int:
    at = min(room.at(days_ago, 11), clock.now() - timedelta(hours=1))
    with then(at, room.actor(who), told=days_ago < 3):
        made = services.draft(wish)
        services.submit(made, db.one(ResourceRequest, made).version)
    return made


def _approve(room: Room, who: str, days_ago: int, hour: int, request_id: int, words: str = "") -> None:
    with then(room.at(days_ago, hour), room.actor(who), told=days_ago < 3):
        services.approve(_seen(request_id), words)


def begin_money(room: Room, quarter: int) -> None:
    """Budgets at the beginning of the quarter, and the envelope of this week's ad spend, which its shows draw from."""
    with then(room.at(45, 10), room.actor("manager")):
        ids = {row.key: row.id for row in queries.categories()}
        services.publish_policy(0, _policy(), "按部门制度整理")
        for key, yuan in BUDGETS.items():
            services.allocate_budget(quarter, ids[key], yuan * YUAN, "季度预算")
        new_year = date(room.today.year + 1, 1, 1)
        services.add_work_days(new_year, new_year + 2 * DAY, False, "元旦")
        services.add_work_days(new_year + 3 * DAY, None, True, "元旦调休")
    drawers = Drawers(roles=(Role.LEAD,), positions=(room.positions["ads"],))
    terms = Terms(
        Scope.DAYS, 60_000 * YUAN, 14_000 * YUAN, drawers, room.today - 3 * DAY, room.today + 3 * DAY,
        (room.channel,), floor=Decimal("2.5"),
    )  # fmt: skip
    words = "晚场按 ROI 分次追投，低于底线或超单场上限时找值班经理。"
    wish = EnvelopeWish("本周晚场投放额度", terms, words, ids["ads"], "巨量千川")
    with then(room.at(4, 10), room.actor("kaige")):
        made = services.draft_envelope(wish)
        services.submit(made, db.one(ResourceRequest, made).version)
    _approve(room, "lead", 4, 11, made)
    _approve(room, "manager", 4, 12, made, "按 ROI 分次投")
    with then(room.at(2, 15), room.actor("lead")):
        services.add_credit(
            room.channel, CreditKind.RECHARGE, 50_000 * YUAN, room.today - 3 * DAY, None, "巨量千川充值"
        )
        services.add_credit(room.channel, CreditKind.GIFTED, 2_000 * YUAN, room.today - 2 * DAY, None, "平台返点赠款")
        services.keep_template(made, "每周晚场投放额度")
    room.envelope = queries.envelope_page(made).envelope.id


def tell_money(room: Room, goals: dict[str, int]) -> None:
    """Request by request."""
    ids = {row.key: row.id for row in queries.categories()}
    software = Wish(
        Kind.RECURRING, "直播数据分析 BI 年费", "复盘要按分钟看留存和转化，现有后台只留 30 天。", ids["software"],
        _within(room, 30), (Line("数据分析 BI（年）", Decimal(1), 30_000 * YUAN, "某数据科技"),),
        payee="某数据科技", pay_way=PayWay.TRANSFER, invoice=Invoice.SPECIAL, invoice_number="25312000000084521367",
        tax=1_698_11, metric="avg_watch_seconds", effect=Decimal(10), effect_note="看得到流失点，平均停留多 10 秒",
        goal_id=goals["interaction"], every=Every.YEAR, renews_on=room.today + 21 * DAY,
    )  # fmt: skip
    made = _ask(room, "lead", 40, software)
    _approve(room, "manager", 39, 15, made, "先用一年")
    with then(room.at(38, 10), room.actor("lead"), told=False):
        services.pay(made, 0, room.today - 38 * DAY, 30_000 * YUAN, PayWay.TRANSFER, software.invoice_number)
    lights = Wish(
        Kind.ONE_OFF, "3号间环形灯更换", "旧灯频闪，画面抖，封面点击率下降。", ids["equipment"], _within(room, 20),
        (Line("环形补光灯", Decimal(2), 1_280 * YUAN, "京东"), Line("灯架", Decimal(2), 180 * YUAN, "京东")),
        payee="京东", pay_way=PayWay.TRANSFER, effect_note="画面稳定，封面点击率回到 8%",
    )  # fmt: skip
    made = _ask(room, "dajun", 28, lights)
    _approve(room, "lead", 28, 14, made)
    _approve(room, "manager", 27, 10, made)
    _light_by_light(room, made)
    _kit(room)
    training = Wish(
        Kind.ONE_OFF, "主播场景话术培训（第一期）", "新主播两位，口播留人不足 40 秒。", ids["training"], _within(room, 12),
        (Line("外聘讲师一场", Decimal(1), 20_000 * YUAN, "言值学堂"),), payee="言值学堂", pay_way=PayWay.TRANSFER,
        metric="avg_watch_seconds", effect=Decimal(8), goal_id=goals["interaction"],
    )  # fmt: skip
    first = _ask(room, "lead", 19, training)
    _approve(room, "manager", 18, 16, first)
    with then(room.at(17, 10), room.actor("lead"), told=False):
        services.keep_template(first, "主播培训一场")
    with then(room.at(3, 15), room.actor("lead")):
        outcomes.give_verdict(first, 0, Worth.PARTLY, "两位新主播停留明显上来了，老主播变化不大；下一期只安排新人。")
    too_much = Wish(
        Kind.ONE_OFF, "达人专场机票酒店", "邀请外地达人来播一场。", ids["guests"], _within(room, 5),
        (Line("机票酒店", Decimal(1), 18_600 * YUAN, "携程"),), payee="携程", pay_way=PayWay.TRANSFER,
    )  # fmt: skip
    made = _ask(room, "wenwen", 9, too_much)
    with then(room.at(9, 17), room.actor("lead")):
        services.refuse(_seen(made), "达人档期没定，先线上连麦。")
    _waiting(room, ids, goals)


def _light_by_light(room: Room, made: int) -> None:
    """One lamp and both stands have come and are paid; the second lamp is on its way."""
    with then(room.at(26, 11), room.actor("dajun"), told=False):
        known = services.order(made, 0, room.today - 26 * DAY, "JD28816640", "两天内发货")
    with then(room.at(23, 15), room.actor("dajun"), told=False):
        lamp, stand = (row.line.id for row in queries.after(made).lines)
        day = room.today - 23 * DAY
        known = services.receive(made, known, day, {lamp: Decimal(1), stand: Decimal(2)}, "另一盏补货，下周到")[-1]
    with then(room.at(23, 16), room.actor("dajun"), told=False):
        pieces = [Piece(lamp, Decimal(1), ("DG-0031",)), Piece(stand, Decimal(1))]
        services.put_away(made, room.studio, pieces, "封面位，色温 5600K")
    with then(room.at(22, 16), room.actor("lead"), told=False):
        services.pay(made, known, room.today - 22 * DAY, 1_640 * YUAN, PayWay.TRANSFER, "25312000000091174420")


KIT = (
    ("4K 直播摄像机", 1, 21_800, "DG-0012", 420), ("无线麦克风套装", 2, 3_200, "", 420), ("监听耳机", 3, 399, "", 400),
    ("备用手机（推流）", 1, 4_299, "DG-0018", 260), ("声卡", 1, 899, "DG-0021", 380), ("提词器", 1, None, "", None),
)  # fmt: skip
"""What stood in the first studio already: how many, what one cost in yuan, its number, so many days ago."""


def _kit(room: Room) -> None:
    """The kit of both studios: a lamp in repair, an old mixer that was retired."""
    with then(room.at(21, 15), room.actor("lead"), told=False):
        for name, count, yuan, serial, ago in KIT:
            day = room.today - ago * DAY if ago else None
            price = yuan * YUAN if yuan else None
            services.add_kit(KitWish(name, room.studio, Decimal(count), price, day, serial))
        old = services.add_kit(KitWish("旧调音台", room.second, Decimal(1), 1_600 * YUAN, None, "DG-0003"))
        light = services.add_kit(KitWish("柔光箱", room.second, Decimal(2), 460 * YUAN, room.today - 300 * DAY))
    with then(room.at(12, 15), room.actor("lead"), told=False):
        services.part_with_kit(old, 1, Use.RETIRED, room.today - 12 * DAY, "主板烧了，修不划算")
        services.repair_kit(light, 1, Decimal(1), "灯管坏，送修一周")


def _waiting(room: Room, ids: dict[str, int], goals: dict[str, int]) -> None:
    """What the manager finds today, and what is still being written."""
    offers = (
        Quote("声光科技", 80_000 * YUAN, "含安装和两年保修"),
        Quote("影拓器材", 83_500 * YUAN, "一年保修"),
        Quote("京东企业购", 86_200 * YUAN, "无安装"),
    )
    equipment = Wish(
        Kind.ONE_OFF, "大场直播间设备升级", "联名大场要双机位和导播台，单机位切不了近景，成交高峰时掉线过两次。",
        ids["equipment"], room.today + 6 * DAY,
        (
            Line("4K 直播摄像机", Decimal(2), 21_000 * YUAN, "声光科技"),
            Line("导播切换台", Decimal(1), 23_000 * YUAN, "声光科技"),
            Line("无线麦克风套装", Decimal(3), 3_200 * YUAN, "声光科技"),
            Line("安装调试", Decimal(1), 5_400 * YUAN, "声光科技"),
        ),
        offers, goals["single"], payee="声光科技", pay_way=PayWay.TRANSFER, metric="gmv", effect=Decimal(60_000),
        effect_note="大场掉线为零，近景讲解带动客单价",
    )  # fmt: skip
    _ask(room, "lead", 1, equipment)
    second = Wish(
        Kind.ONE_OFF, "主播场景话术培训（第二期）", "第一期后两位新主播停留都上来了，午间班还没轮到。", ids["training"],
        room.today + 9 * DAY, (Line("外聘讲师一场", Decimal(1), 20_000 * YUAN, "言值学堂"),), payee="言值学堂",
        pay_way=PayWay.TRANSFER, metric="avg_watch_seconds", effect=Decimal(8), goal_id=goals["interaction"],
    )  # fmt: skip
    made = _ask(room, "anqi", 2, second)
    _approve(room, "lead", 1, 12, made, "第一期有效，支持")
    cables = Wish(
        Kind.ONE_OFF, "备用声卡和音频线", "昨晚音频线接触不良，备件只剩一套。", ids["equipment"], room.today + 1 * DAY,
        (Line("声卡", Decimal(1), 899 * YUAN, "京东"), Line("音频线", Decimal(4), 45 * YUAN, "京东")),
        payee="大军", payee_id=room.ids["dajun"], pay_way=PayWay.REIMBURSE,
    )  # fmt: skip
    made = _ask(room, "host", 0, cables)
    with then(min(room.at(0, 11), clock.now() - timedelta(minutes=30)), room.actor("host"), told=False):
        services.keep_template(made, "音频备件补货")
    with then(min(room.at(0, 9), clock.now() - timedelta(hours=2)), room.actor("host")):
        services.draft(
            Wish(
                Kind.ONE_OFF, "香氛试用装 50 份", "老粉福利场派样。", ids["samples"], room.today + 12 * DAY,
                (Line("试用装", Decimal(50), 12 * YUAN),),
            )
        )  # fmt: skip


def ask_for_a_guest(room: Room, session_id: int, day: date) -> None:
    """The big show of the week waits for the fee of its guest."""
    guest = Wish(
        Kind.PER_SESSION, "囤货大场护肤达人出场费", "达人带 80 万粉，讲成分和搭配；没有她这场只剩价格可讲。",
        next(row.id for row in queries.categories() if row.key == "guests"), day - DAY,
        (Line("达人出场（一场）", Decimal(1), 15_000 * YUAN, "星野文化"),), session_id=session_id, payee="星野文化",
        pay_way=PayWay.TRANSFER, metric="gmv", effect=Decimal(60_000), gates=True,
    )  # fmt: skip
    _ask(room, "lead", 0, guest)
