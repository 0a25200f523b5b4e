"""The two built-in SOP templates (DOMAIN § 3): daily and big shows, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from planner.checklists.rules import Anchor, Proof, Recheck, Stage

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
LINEUP: Recheck = {"lineup": True}
HOST: Recheck = {"host": True}
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
    proof: Proof = Proof.NONE
    each_shift: bool = False
    recheck: Recheck | None = None
    identity: bool = False


def _line(
    key: str, stage: Stage, zh: str, en: str, position: str, anchor: Anchor, daily: int | None, big: int | None,
    blocks: str = "", proof: Proof = Proof.NONE, each_shift: bool = False, recheck: Recheck | None = None, identity: bool = False,
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
        proof,
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
          "DB", recheck=HOST, identity=True),
    _line("warmup", P, "预热短视频发布", "Warm-up videos out", "script", START, None, -1 * D),
    _line("envelope", P, "投放额度已批 (仅有投放时)", "Ad envelope approved (if ads)", "ads", START, None, -1 * D, "B"),
    _line("drill", P, "应急演练: 断网/收音/价格/违规", "Emergency drill", "floor", START, None, -1 * D),
    _line("kit", B, "灯光/机位/收音/推流/网速/备用机/备用网/备用麦", "Light, camera, sound, upload, spares", "tech", START,
          -2 * H, -2 * H, "DB", Proof.PHOTO, recheck={"studio": True, "move": 2 * H}),
    _line("links", B, "商品链接逐条双人核对: 名称/规格/价格/库存/赠品/券", "Links checked row by row by two people", "control",
          START, -2 * H, -2 * H, "DB", Proof.TWO_PEOPLE, recheck={"lineup": True, "move": 2 * H}),
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
