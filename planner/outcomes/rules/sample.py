"""A session list as 抖音电商罗盘 exports it, written from figures: the sample to download, and the demo's files."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

HEADER = [
    "主播头像",
    "主播昵称",
    "主播抖音号",
    "直播开始时间",
    "直播结束时间",
    "直播时长(分钟)",
    "直播间曝光人数",
    "直播间曝光次数",
    "直播间观看人数",
    "单小时观看人数",
    "直播间观看次数",
    "直播激励观看次数",
    "最高在线人数",
    "平均在线人数",
    "人均观看时长(分钟)",
    "评论次数",
    "新加直播团人数",
    "新增粉丝数",
    "取关粉丝数",
    "观看老粉占比",
    "带货商品数",
    "直播间商品曝光人数",
    "直播间商品点击人数",
    "直播间商品曝光次数",
    "直播间商品点击次数",
    "直播间成交订单数",
    "直播间成交金额",
    "直播间用户支付金额",
    "单小时用户支付金额",
    "直播间成交件数",
    "直播间成交人数",
    "直播间退款订单数",
    "直播间退款金额",
    "直播间退款人数",
    "预估佣金支出",
    "商品曝光-点击率(次数)",
    "商品曝光-点击率(人数)",
    "商品点击-成交率(次数)",
    "商品点击-成交率(人数)",
    "观看-成交率(次数)",
    "观看-成交率(人数)",
    "预售订单数",
    "预售全款金额",
    "新加购物团人数",
    "投放消耗(店铺绑定)",
    "投放消耗(店铺被投)",
    "净成交金额",
    "净成交订单数",
    "1小时退款金额",
    "1小时退款订单数",
    "1小时退款率",
    "消费券引导支付金额",
    "消费券引导支付占比",
    "消费券补贴金额",
    "消费券使用量",
]

PLACES = {
    "exposed_users": "直播间曝光人数",
    "exposures": "直播间曝光次数",
    "viewers": "直播间观看人数",
    "views": "直播间观看次数",
    "pcu": "最高在线人数",
    "acu": "平均在线人数",
    "comments": "评论次数",
    "new_club": "新加直播团人数",
    "new_fans": "新增粉丝数",
    "lost_fans": "取关粉丝数",
    "product_exposed_users": "直播间商品曝光人数",
    "clickers": "直播间商品点击人数",
    "product_exposures": "直播间商品曝光次数",
    "clicks": "直播间商品点击次数",
    "orders": "直播间成交订单数",
    "gmv": "直播间成交金额",
    "paid_amount": "直播间用户支付金额",
    "items": "直播间成交件数",
    "buyers": "直播间成交人数",
    "refund_orders": "直播间退款订单数",
    "refund_amount": "直播间退款金额",
    "refund_users": "直播间退款人数",
    "commission": "预估佣金支出",
    "ad_spend": "投放消耗(店铺绑定)",
    "ad_spend_received": "投放消耗(店铺被投)",
    "net_gmv": "净成交金额",
    "net_orders": "净成交订单数",
    "refund_1h_amount": "1小时退款金额",
    "refund_1h_orders": "1小时退款订单数",
    "incentive_views": "直播激励观看次数",
    "products": "带货商品数",
    "presale_orders": "预售订单数",
    "presale_amount": "预售全款金额",
    "new_shop_club": "新加购物团人数",
    "coupon_paid": "消费券引导支付金额",
    "coupon_subsidy": "消费券补贴金额",
    "coupons_used": "消费券使用量",
}
RATIOS = {
    "商品曝光-点击率(次数)": ("clicks", "product_exposures"),
    "商品曝光-点击率(人数)": ("clickers", "product_exposed_users"),
    "商品点击-成交率(次数)": ("orders", "clicks"),
    "商品点击-成交率(人数)": ("buyers", "clickers"),
    "观看-成交率(次数)": ("orders", "views"),
    "观看-成交率(人数)": ("buyers", "viewers"),
    "1小时退款率": ("refund_1h_amount", "gmv"),
    "消费券引导支付占比": ("coupon_paid", "paid_amount"),
}
PER_HOUR = {"单小时观看人数": "viewers", "单小时用户支付金额": "paid_amount"}


HELD: dict[str, Decimal] = {
    key: Decimal(value)
    for key, value in (
        ("exposed_users", "89651"), ("exposures", "141666"), ("viewers", "16614"), ("views", "22996"), ("pcu", "581"),
        ("acu", "199"), ("avg_watch_seconds", "87"), ("comments", "996"), ("new_club", "182"), ("new_fans", "215"),
        ("lost_fans", "18"), ("product_exposed_users", "13685"), ("clickers", "7085"), ("product_exposures", "69054"),
        ("clicks", "10849"), ("orders", "1777"), ("gmv", "68328.31"), ("paid_amount", "66881.32"), ("items", "1817"),
        ("buyers", "1702"), ("refund_orders", "126"), ("refund_amount", "5755.79"), ("refund_users", "121"),
        ("ad_spend", "9000"), ("net_gmv", "65120.10"), ("net_orders", "1693"), ("refund_1h_amount", "3208.21"),
        ("refund_1h_orders", "84"), ("commission", "4100.25"), ("products", "38"), ("new_shop_club", "26"),
    )
}  # fmt: skip
"""What the show of the sample to download came to."""


def cells(name: str, account: str, start: datetime, end: datetime, held: Mapping[str, Decimal]) -> list[str]:
    """One row; `start` and `end` are wall clocks of the team's zone."""
    row = dict.fromkeys(HEADER, "-")
    row["主播昵称"], row["主播抖音号"] = name, account
    row["直播开始时间"], row["直播结束时间"] = (t.strftime("%Y/%m/%d %H:%M:%S") for t in (start, end))
    row["直播时长(分钟)"] = str(int((end - start).total_seconds() // 60))
    for key, column in PLACES.items():
        if key in held:
            row[column] = format(held[key].normalize(), "f")
    if "avg_watch_seconds" in held:
        row["人均观看时长(分钟)"] = format((held["avg_watch_seconds"] / 60).quantize(Decimal("0.01")), "f")
    for column, (top, bottom) in RATIOS.items():
        if top in held and held.get(bottom):
            row[column] = format((held[top] / held[bottom]).quantize(Decimal("0.0001")), "f")
    for column, key in PER_HOUR.items():
        if key in held:
            hours = Decimal(int((end - start).total_seconds())) / 3600
            row[column] = format((held[key] / hours).quantize(Decimal("0.01")), "f")
    return [row[column] for column in HEADER]


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """UTF-8 with a BOM, as the platform writes it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
