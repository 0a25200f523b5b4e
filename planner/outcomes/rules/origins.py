"""What another file than the session list of 抖音电商罗盘 seems to be, by its name and its first rows. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

HEADER_ROWS = 10

_TELLING: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("kuaishou", ("快手", "kuaishou", "kwai")),
    ("shipinhao", ("视频号", "微信小店", "wechat channels")),
    ("xiaohongshu", ("小红书", "小红薯", "红书id", "xiaohongshu", "rednote")),
    ("taobao", ("淘宝", "天猫", "生意参谋", "点淘", "支付宝", "taobao", "tmall")),
    ("jd", ("京东", "京麦")),
    ("pdd", ("拼多多", "多多直播")),
    ("tiktok", ("tiktok", "gross revenue", "livestream", "live gmv", "launched time")),
    ("douyin", ("抖音", "罗盘", "抖店", "巨量", "千川", "直播间", "商品id", "短视频")),
)
"""From the most telling words to the least: what names Douyin may stand in a comparison of platforms too."""


def seems(rows: Sequence[tuple[int, Sequence[str]]], name: str = "") -> str | None:
    """The platform a file seems to come from, None where nothing tells; `douyin` is another list of Douyin's."""
    cells = [cell for _number, cells in rows[:HEADER_ROWS] for cell in cells]
    told = unicodedata.normalize("NFKC", " ".join([name, *cells])).lower()
    return next((platform for platform, words in _TELLING if any(word in told for word in words)), None)
