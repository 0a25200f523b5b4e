"""The built-in SOP templates (DOMAIN § 3): daily and big shows, and the emergency lists, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from planner.checklists.rules import MOST_PHOTOS, NOTHING, Anchor, Evidence, NumberAsked, Recheck, Stage

H, D = 60, 24 * 60
P, B, A, X = Stage.PREPARE, Stage.BEFORE, Stage.AIR, Stage.AFTER
START, END, SHIFT, NEXT, EVERY, NOW = (
    Anchor.PLANNED_START,
    Anchor.REAL_END,
    Anchor.SHIFT_START,
    Anchor.NEXT_DAY,
    Anchor.EVERY,
    Anchor.AS_IT_HAPPENS,
)
PHOTO, TWO = Evidence(photos=(1, MOST_PHOTOS)), Evidence(two=True)
EACH_PRODUCT = Evidence(two=True, lineup=True)
LINEUP: Recheck = {"lineup": True}
HOST: Recheck = {"host": True}
PERSONS: Recheck = {"host": True, "move": 12 * 60}
"""Who is on air is verified for a day: on another one they are verified again."""
STUDIO: Recheck = {"studio": True}


@dataclass(frozen=True)
class Line:
    """An item; `daily` and `big` are its offsets in minutes for each weight, None where it is not part of it."""

    key: str
    stage: Stage
    zh: str
    en: str
    position: str
    anchor: Anchor
    daily: int | None
    big: int | None
    blocks_daily: bool = False
    blocks_big: bool = False
    evidence: Evidence = NOTHING
    each_shift: bool = False
    recheck: Recheck | None = None
    identity: bool = False


def _line(
    key: str, stage: Stage, zh: str, en: str, position: str, anchor: Anchor, daily: int | None, big: int | None,
    blocks: str = "", evidence: Evidence = NOTHING, each_shift: bool = False, recheck: Recheck | None = None, identity: bool = False,
) -> Line:  # fmt: skip
    return Line(
        key,
        stage,
        zh,
        en,
        position,
        anchor,
        daily,
        big,
        "D" in blocks,
        "B" in blocks,
        evidence,
        each_shift,
        recheck,
        identity,
    )


LINES = (
    _line("theme", P, "主题与目标确认", "Theme and targets agreed", "operations", START, None, -7 * D),
    _line("selection", P, "选品结论与排品初稿", "Selection result, first lineup", "merchandiser", START, None, -5 * D),
    _line("papers", P, "新品供货方资质/合格证明/强制认证核验留档", "Papers of new products verified and filed",
          "merchandiser", START, -1 * D, -3 * D, "DB", recheck=LINEUP),
    _line("samples", P, "样品到位与试用结论", "Samples in, tried", "merchandiser", START, None, -3 * D),
    _line("script", P, "脚本手卡定稿, 违禁词检查", "Script and cards final, wording checked", "script", START, -4 * H, -2 * D,
          recheck=LINEUP),
    _line("shifts", P, "主播班次与替补确认", "Shifts and stand-in confirmed", "operations", START, None, -2 * D),
    _line("compliance", P, "事前合规审核: 展示/讲解/服装/布景/道具", "Pre-air compliance review (five points)", "operations",
          START, -4 * H, -1 * D, "DB", recheck={"lineup": True, "studio": True, "move": D}),
    _line("persons", P, "出镜人员身份核验并报平台", "On-air persons verified and reported", "operations", START, -4 * H, -1 * D,
          "DB", recheck=PERSONS, identity=True),
    _line("warmup", P, "预热短视频发布", "Warm-up videos out", "script", START, None, -1 * D),
    _line("envelope", P, "投放额度已批 (仅有投放时)", "Ad envelope approved (if ads)", "ads", START, None, -1 * D, "B"),
    _line("drill", P, "应急演练: 断网/收音/价格/违规", "Emergency drill", "floor", START, None, -1 * D),
    _line("kit", B, "灯光/机位/收音/推流/网速/备用机/备用网/备用麦", "Light, camera, sound, upload, spares", "tech", START,
          -2 * H, -2 * H, "DB", PHOTO, recheck={"studio": True, "move": 2 * H}),
    _line("links", B, "商品链接逐条双人核对: 名称/规格/价格/库存/赠品/券", "Links checked row by row by two people", "control",
          START, -2 * H, -2 * H, "DB", EACH_PRODUCT, recheck={"lineup": True, "move": 2 * H}),
    _line("benefits", B, "福袋/秒杀/券配置并试领", "Lucky bags, flash sale, coupons set and tried", "control", START, -2 * H, -2 * H),
    _line("order", B, "样品按讲解顺序摆放", "Samples in order", "cohost", START, None, -60),
    _line("stream", B, "测试推流: 画面/声音/延迟", "Test stream", "tech", START, None, -45, "B", recheck=STUDIO),
    _line("walk", B, "全员对稿: 上链接/放量/福袋/应急分工", "Walk-through", "floor", START, -30, -30, "B", recheck=HOST),
    _line("cover", B, "封面/标题/话题/屏蔽词/挂件", "Cover, title, topics, blocked words", "operations", START, None, -30),
    _line("host", B, "主播妆造, 手卡与禁用词过目", "Host ready, cards and words read", "host", SHIFT, -30, -30,
          each_shift=True, recheck=HOST),
    _line("final", B, "开播终检: 画面/声音/购物车", "Final look", "control", START, -10, -10, "DB"),
    _line("reading", A, "读数: 在线(当前) GMV/订单/消耗(累计)", "Reading", "control",
          EVERY, 30, 30),
    _line("handover", A, "交接: 读数/库存/口头承诺/下一品", "Handover", "floor", SHIFT,
          None, -15, each_shift=True),
    _line("slips", A, "口误更正与违规弹幕处置", "Slips and chat handled", "floor", NOW, 0, 0),
    _line("ads_off", X, "停计划并确认无消耗", "Ads stopped, no spend running", "ads", END, 5, 5),
    _line("export", X, "导出数据, 截图", "Data exported", "control", END, 30, 30),
    _line("replay", X, "回放留存, 切片点交付", "Replay kept, clip marks handed over", "operations", END, None, 30),
    _line("promises", X, "口头承诺与福利登记", "Promises made on air listed", "service", END, None, 30),
    _line("quick", X, "快速复盘", "Quick review", "operations", END, 2 * H, 2 * H),
    _line("meeting", X, "复盘会与行动指派", "Review meeting", "operations", NEXT, None, 15 * 60),
    _line("after", X, "发货/售后/福利兑现", "Shipping, service, promises kept", "service", END, 3 * D, 3 * D),
)  # fmt: skip


@dataclass(frozen=True)
class Act:
    """A step of an emergency list, so many minutes after it began; None where it has no time."""

    key: str
    zh: str
    en: str
    position: str
    minutes: int | None
    evidence: Evidence = NOTHING


@dataclass(frozen=True)
class Emergency:
    """What is done when this goes wrong; nobody has to be asked."""

    origin: str
    zh: str
    en: str
    acts: tuple[Act, ...]


NOTE, SHOT = Evidence(note=True), PHOTO
EMERGENCIES = (
    Emergency("network", "断网/断播", "Network or stream down", (
        Act("spare_net", "切备用网", "Switch to the spare network", "tech", 0),
        Act("say_so", "主播口播或垫片", "Host speaks on, or filler is shown", "cohost", 0),
        Act("stop_ads", "投手暂停放量", "Ads paused", "ads", 1),
        Act("restored", "恢复并报时长", "Restored, and how long it took", "floor", None, NOTE),
        Act("new_airing", "是否新开播段", "Decide on a new stream", "operations", 5),
    )),
    Emergency("sound", "收音故障", "Sound fails", (
        Act("spare_mic", "换备用麦", "Change to the spare microphone", "tech", 0),
        Act("caption", "字幕/手板告知", "Tell by caption or board", "cohost", 1),
        Act("listen", "回听确认", "Listen back", "control", 2),
    )),
    Emergency("price", "价格/券配错", "Price or coupon wrong", (
        Act("unlist", "下架链接", "Take the link down", "control", 0),
        Act("shots", "截图与订单数", "Screenshots and number of orders", "control", 1, Evidence(photos=(1, MOST_PHOTOS), note=True)),
        Act("reprice", "改价双人核对", "New price checked by two people", "control", 3, TWO),
        Act("correct", "主播口播更正并记录", "Host corrects it on air, noted", "host", 3, NOTE),
        Act("service", "客服口径", "Wording for customer service", "service", 10),
        Act("orders", "履约/关单决定", "Honour or cancel the orders", "operations", 30, NOTE),
        Act("loss", "损失额登记", "Write down the loss", "operations", None, Evidence(number=NumberAsked(Decimal(0), None, "元"))),
    )),
    Emergency("stock", "缺货/超卖", "Out of stock or oversold", (
        Act("unlist", "停链接", "Stop the link", "control", 0),
        Act("substitute", "换替补品", "Bring the substitute product", "floor", 1),
        Act("say_so", "口播", "Say it on air", "host", 1),
        Act("service", "客服口径", "Wording for customer service", "service", 10),
    )),
    Emergency("violation", "平台违规提示", "Warning of the platform", (
        Act("stop_words", "停相关话术/下架", "Stop the wording, take it down", "floor", 0),
        Act("shots", "截图留证", "Screenshots kept", "control", 1, SHOT),
        Act("correct", "口播更正并记录", "Corrected on air, noted", "host", 2, NOTE),
        Act("go_off", "判断是否停播", "Decide whether to go off air", "operations", 5, Evidence(answers=("继续播", "停播"))),
        Act("appeal", "申诉(截止时间手填, 提醒)", "Appeal, with its deadline", "operations", None, NOTE),
    )),
    Emergency("attack", "弹幕刷屏/攻击", "Chat flooded or attacked", (
        Act("mute", "屏蔽词与禁言", "Blocked words and muting", "control", 0),
        Act("words", "主播话术", "Host's words for it", "host", 1),
        Act("shots", "留证", "Evidence kept", "control", 5, SHOT),
    )),
    Emergency("no_host", "主播不能上播", "Host can't go on", (
        Act("stand_in", "换人(替补)", "The stand-in takes over", "operations", 0),
        Act("verify", "出镜核验报备", "The new person verified and reported", "operations", 10),
        Act("cards", "手卡交接", "Cards handed over", "script", 15),
        Act("make_up", "妆造", "Hair and make-up", "host", 30),
    )),
)  # fmt: skip

BUILT_IN = {
    "daily": ("日播标准流程", "SOP for daily shows"),
    "big": ("大场标准流程", "SOP for big shows"),
    **{each.origin: (each.zh, each.en) for each in EMERGENCIES},
}
"""The built-in SOPs by their origin, with their names in both languages."""
