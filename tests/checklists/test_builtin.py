"""The two built-in SOPs are the table of the trade, line by line, in both languages and for both weights."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planner.base.actor import acting
from planner.base.i18n import CHINESE, ENGLISH
from planner.checklists import queries, services
from planner.checklists.models import SopItem
from planner.checklists.rules import Anchor, Kind, Stage
from planner.live.rules import Weight
from planner.people import queries as people
from tests.cast import Cast

TABLE = """
筹备 | 主题与目标确认 | Theme and targets agreed | 运营 | T-7d |  | B |
筹备 | 选品结论与排品初稿 | Selection result, first lineup | 选品 | T-5d | | B |
筹备 | 新品供货方资质/合格证明/强制认证核验留档 | Papers of new products verified and filed | 选品 | T-3d (D: T-1d) | yes | DB | lineup
筹备 | 样品到位与试用结论 | Samples in, tried | 选品 | T-3d | | B |
筹备 | 脚本手卡定稿, 违禁词检查 | Script and cards final, wording checked | 编导 | T-2d (D: T-4h) | | DB | lineup
筹备 | 主播班次与替补确认 | Shifts and stand-in confirmed | 运营 | T-2d | | B |
筹备 | 事前合规审核: 展示/讲解/服装/布景/道具 | Pre-air compliance review (five points) | 运营 | T-1d (D: T-4h) | yes | DB | lineup, studio, move>1d
筹备 | 出镜人员身份核验并报平台 | On-air persons verified and reported | 运营 | T-1d (D: T-4h) | yes | DB | host, move>12h
筹备 | 预热短视频发布 | Warm-up videos out | 编导 | T-1d |  | B |
筹备 | 投放额度已批 (仅有投放时) | Ad envelope approved (if ads) | 投手 | T-1d | yes | B |
筹备 | 应急演练: 断网/收音/价格/违规 | Emergency drill | 场控 | T-1d | | B |
开播前 | 灯光/机位/收音/推流/网速/备用机/备用网/备用麦 | Light, camera, sound, upload, spares | 技术 | T-2h | yes, photo | DB | studio, move>2h
开播前 | 商品链接逐条双人核对: 名称/规格/价格/库存/赠品/券 | Links checked row by row by two people | 中控 | T-2h | yes, two people | DB | lineup, move>2h
开播前 | 福袋/秒杀/券配置并试领 | Lucky bags, flash sale, coupons set and tried | 中控 | T-2h | | DB |
开播前 | 样品按讲解顺序摆放 | Samples in order | 助播 | T-60m |  | B |
开播前 | 测试推流: 画面/声音/延迟 | Test stream | 技术 | T-45m | yes | B | studio
开播前 | 全员对稿: 上链接/放量/福袋/应急分工 | Walk-through | 场控 | T-30m | yes (B) | DB | host
开播前 | 封面/标题/话题/屏蔽词/挂件 | Cover, title, topics, blocked words | 运营 | T-30m |  | B |
开播前 | 主播妆造, 手卡与禁用词过目 | Host ready, cards and words read | 主播 | shift-30m | | DB, each shift | host
开播前 | 开播终检: 画面/声音/购物车 | Final look | 中控 | T-10m | yes | DB |
直播中 | 读数: 在线(当前) GMV/订单/消耗(累计) | Reading | 中控 | every 30m | | DB |
直播中 | 交接: 读数/库存/口头承诺/下一品 | Handover | 场控 | shift-15m | | B |
直播中 | 口误更正与违规弹幕处置 | Slips and chat handled | 场控 | as it happens | | DB |
下播后 | 停计划并确认无消耗 | Ads stopped, no spend running | 投手 | end+5m | | DB |
下播后 | 导出数据, 截图 | Data exported | 中控 | end+30m | | DB |
下播后 | 回放留存, 切片点交付 | Replay kept, clip marks handed over | 运营 | end+30m |  | B |
下播后 | 口头承诺与福利登记 | Promises made on air listed | 客服 | end+30m |  | B |
下播后 | 快速复盘 | Quick review | 运营 | end+2h | | DB |
下播后 | 复盘会与行动指派 | Review meeting | 运营 | next day 15:00 | | B |
下播后 | 发货/售后/福利兑现 | Shipping, service, promises kept | 客服 | end+72h | | DB |
"""
STAGES = {"筹备": Stage.PREPARE, "开播前": Stage.BEFORE, "直播中": Stage.AIR, "下播后": Stage.AFTER}
POSITIONS = {
    "运营": "operations", "选品": "merchandiser", "编导": "script", "投手": "ads", "场控": "floor", "技术": "tech",
    "中控": "control", "助播": "cohost", "主播": "host", "客服": "service",
}  # fmt: skip
UNITS = {"m": 1, "h": 60, "d": 24 * 60}
ANCHORS = {"T": Anchor.PLANNED_START, "shift": Anchor.SHIFT_START, "end": Anchor.REAL_END}


def minutes(text: str) -> int:
    return int(text[:-1]) * UNITS[text[-1]]


def when(text: str) -> tuple[Anchor, int]:
    """`T-2h` as an anchor and an offset in minutes."""
    if text == "next day 15:00":
        return Anchor.NEXT_DAY, 15 * 60
    if text == "as it happens":
        return Anchor.AS_IT_HAPPENS, 0
    if text.startswith("every "):
        return Anchor.EVERY, minutes(text.removeprefix("every "))
    sign = "+" if "+" in text else "-"
    anchor, offset = text.split(sign)
    return ANCHORS[anchor], minutes(offset) * (1 if sign == "+" else -1)


def recheck(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        if part.startswith("move>"):
            found["move"] = minutes(part.removeprefix("move>"))
        else:
            found[part] = True
    return found


def expected(weight: Weight) -> list[tuple[Any, ...]]:
    """What the table says for one weight of show."""
    letter = "D" if weight is Weight.DAILY else "B"
    rows: list[tuple[Any, ...]] = []
    for line in TABLE.strip().splitlines():
        stage, zh, en, position, at, blocks, weights, again = [cell.strip() for cell in line.split("|")]
        if letter not in weights.split(",")[0]:
            continue
        main, _sep, daily = at.partition(" (D: ")
        anchor, offset = when(daily.rstrip(")") if daily and letter == "D" else main)
        yes = blocks.startswith("yes") and (blocks != "yes (B)" or letter == "B")
        proof = {"photos": [1, 20]} if "photo" in blocks else {"two": True} if "two people" in blocks else {}
        proof |= {"lineup": True} if "row by row" in en else {}
        rows.append((STAGES[stage], zh, en, POSITIONS[position], anchor, offset, yes, proof, recheck(again)))
    return rows


def held(item: SopItem, keys: dict[int, str]) -> tuple[Any, ...]:
    return (
        item.stage, item.title, item.title_en, keys.get(item.position_id or 0), item.anchor, item.offset_minutes,
        item.blocks, dict(item.evidence or {}), dict(item.recheck or {}),
    )  # fmt: skip


@pytest.mark.engines
@pytest.mark.parametrize("weight", list(Weight))
def test_a_new_team_has_the_table_of_the_trade(cast: Cast, db: Any, weight: Weight) -> None:
    with acting(cast.actors["lead"]):
        template = next(t for t in queries.templates() if t.origin == weight.value)
        keys = {p.id: p.key for p in people.positions()}
        page = queries.template(template.id)
    found = [held(item, keys) for _stage, items in page["stages"] for item in items]
    assert found == expected(weight)
    by_shift = {item.key for _stage, items in page["stages"] for item in items if item.each_shift}
    assert by_shift == ({"host"} if weight is Weight.DAILY else {"host", "handover"})
    assert [item.key for _stage, items in page["stages"] for item in items if item.identity] == ["persons"]


def test_titles_come_in_the_readers_language(cast: Cast, db: Any) -> None:
    for language, place in ((CHINESE, 1), (ENGLISH, 2)):
        with acting(replace(cast.actors["lead"], language=language)), db.test_request_context():
            names = {name for _id, name in queries.template_choices(Kind.SHOW)}
            assert names == {
                ("", "日播标准流程", "SOP for daily shows")[place],
                ("", "大场标准流程", "SOP for big shows")[place],
            }


def test_templates_are_made_once(cast: Cast, db: Any) -> None:
    with acting(cast.actors["lead"]):
        before = queries.templates()
        services.ensure_templates()
        assert queries.templates() == before
    assert sorted(t.lines for t in before if t.kind is Kind.SHOW) == [len(expected(w)) for w in Weight]
    assert [t.lines for t in before if t.kind is Kind.EMERGENCY] == [5, 3, 7, 4, 5, 3, 4]
