"""The built-in plan: three months of a beauty live room, as the field's own report describes its next steps.

Days are counted from the first day of a month, below 0 before it: research and rivals first, then three to five new
ways to interact, then the whole content matrix with a test every week.
"""

from __future__ import annotations

from dataclasses import dataclass

THREE_MONTHS = "three_months"


@dataclass(frozen=True)
class Line:
    """A step: the month it belongs to (0 to 2), so many days from the first of that month, title in both languages."""

    month: int
    day: int
    zh: str
    en: str
    department_zh: str
    department_en: str
    inside_zh: tuple[str, ...] = ()
    inside_en: tuple[str, ...] = ()
    after: int | None = None
    """The number of the line that has to come first."""


OPS, OPS_EN = "运营", "Operations"
DESIGN, DESIGN_EN = "设计", "Design"
BUSINESS, BUSINESS_EN = "商务", "Business"
CONTENT, CONTENT_EN = "内容", "Content"

MONTHS = (
    ("第一月：用户调研与竞品分析", "Month 1: users and rivals"),
    ("第二月：三到五种互动新形式", "Month 2: three to five new ways to interact"),
    ("第三月：完整内容矩阵与每周 A/B 测试", "Month 3: the whole content matrix, a test every week"),
)

STEPS = (
    Line(
        0, -7, "启动会：目标、分工、每日跨组日报", "Kick-off: goals, owners, a daily report across teams", OPS, OPS_EN
    ),
    Line(
        0,
        10,
        "老粉访谈 20 位并归类诉求",
        "Talk to 20 loyal fans and sort what they want",
        OPS,
        OPS_EN,
        ("约访 20 位", "访谈提纲", "记录归类"),
        ("Invite 20 people", "Write the questions", "Sort the answers"),
    ),
    Line(0, 16, "竞品直播间拆解 5 家", "Take five rival rooms apart", OPS, OPS_EN),
    Line(0, 20, "弹幕高频问题整理成答疑库", "Turn frequent questions into a Q&A library", CONTENT, CONTENT_EN, after=1),
    Line(
        0, 25, "调研结论与互动形式方案评审", "Review the findings and the ideas for interaction", OPS, OPS_EN, after=2
    ),
    Line(
        1, 2, "选品会：本月互动场的货盘", "Selection meeting for this month's interactive shows", BUSINESS, BUSINESS_EN
    ),
    Line(1, 5, "互动形式一：脚本与预热", "First way to interact: script and warm-up", CONTENT, CONTENT_EN, after=5),
    Line(1, 10, "互动形式一上线并看数据", "First way to interact goes live, with its figures", OPS, OPS_EN, after=6),
    Line(1, 17, "互动形式二上线并看数据", "Second way to interact goes live, with its figures", OPS, OPS_EN),
    Line(1, 24, "互动形式三上线并看数据", "Third way to interact goes live, with its figures", OPS, OPS_EN),
    Line(1, 27, "月度复盘：留下哪几种形式", "Monthly review: which ways stay", OPS, OPS_EN, after=9),
    Line(
        2,
        4,
        "内容矩阵排期：预热短视频、预告、切片",
        "Schedule the matrix: warm-up videos, previews, clips",
        CONTENT,
        CONTENT_EN,
        ("账号分工", "每周条数", "素材来源"),
        ("Who runs which account", "How many a week", "Where the material comes from"),
    ),
    Line(2, 6, "主视觉与直播间布景更新", "New key visual and set", DESIGN, DESIGN_EN),
    Line(2, 7, "每周 A/B：福袋与秒杀对照", "Weekly A/B: lucky bags against flash sales", OPS, OPS_EN),
    Line(2, 14, "应急演练：断网、收音、缺货、价格", "Emergency drill: network, sound, stock, price", OPS, OPS_EN),
    Line(
        2,
        21,
        "预备渠道：流量波动时的信息流方案",
        "Reserve channel: feed ads for when traffic swings",
        BUSINESS,
        BUSINESS_EN,
    ),
    Line(2, 27, "季度复盘与下季目标", "Quarterly review and the next goals", OPS, OPS_EN),
)
