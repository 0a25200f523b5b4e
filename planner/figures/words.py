"""Names of the figures, and how each is written with its unit."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from planner.base import show
from planner.base.forms import read_number
from planner.base.i18n import gettext as _
from planner.base.words import _l, label, labels
from planner.figures.rules import METRICS, USUAL, Bound, Direction, Standing, Unit, attainment, standing
from planner.kernel.text import clean_line

_CLOCK = re.compile(r"(\d{1,4})[:：]([0-5]\d)")
_NUMBER = r"(\d+(?:\.\d+)?)\s*"
_LENGTH = re.compile(
    rf"(?:{_NUMBER}(?:小时|时|hours?|hrs?|h))?\s*(?:{_NUMBER}(?:分钟|分|minutes?|mins?|m))?"
    rf"\s*(?:{_NUMBER}(?:秒钟?|seconds?|secs?|s))?"
)
_COUNTED = re.compile(r"\s*(?:人次?|[次单件个位条款场]|倍|分钟|people|times|orders?|items?|minutes?|min)$")
_PLAIN = re.compile(r"$^")
_SPOKEN: dict[Unit, re.Pattern[str]] = {
    Unit.MONEY: re.compile(r"^(?:人民币|rmb|cny)\s*|\s*(?:元整?|圆|块钱?|yuan|rmb|cny)$"),
    Unit.SECONDS: re.compile(r"\s*(?:秒钟?|seconds?|secs?|s)$"),
    Unit.COUNT: _COUNTED,
    Unit.NUMBER: _COUNTED,
}
"""How people name the unit of what they type; it is read along and says nothing new."""
LABELS: dict[str, Any] = {
    "gmv": _l("GMV"),
    "paid_amount": _l("Paid amount"),
    "net_gmv": _l("Net GMV (1 h)"),
    "refund_amount": _l("Refunds"),
    "ad_spend": _l("Ad spend"),
    "viewers": _l("Viewers (people)"),
    "views": _l("Views (times)"),
    "exposed_users": _l("People the room was shown to"),
    "exposures": _l("Times the room was shown"),
    "acu": _l("Average online"),
    "pcu": _l("Peak online"),
    "avg_watch_seconds": _l("Average watch time"),
    "comments": _l("Comments"),
    "likes": _l("Likes"),
    "shares": _l("Shares"),
    "new_fans": _l("New fans"),
    "lost_fans": _l("Lost fans"),
    "new_club": _l("New club members"),
    "orders": _l("Orders"),
    "items": _l("Items sold"),
    "buyers": _l("Buyers"),
    "clicks": _l("Product clicks"),
    "clickers": _l("People who clicked a product"),
    "product_exposures": _l("Times products were shown"),
    "product_exposed_users": _l("People who saw a product"),
    "refund_orders": _l("Refunded orders"),
    "refund_users": _l("People who asked for a refund"),
    "net_orders": _l("Net orders (1 h)"),
    "refund_1h_amount": _l("Refunds within 1 h"),
    "refund_1h_orders": _l("Orders refunded within 1 h"),
    "incentive_views": _l("Views for a reward (times)"),
    "new_shop_club": _l("New shopping club members"),
    "products": _l("Products offered"),
    "commission": _l("Estimated commission"),
    "ad_spend_received": _l("Ad spend (for the shop)"),
    "presale_orders": _l("Presale orders"),
    "presale_amount": _l("Presale amount in full"),
    "coupon_paid": _l("Paid with vouchers"),
    "coupon_subsidy": _l("Voucher subsidy"),
    "coupons_used": _l("Vouchers used"),
    "minutes": _l("Minutes on air"),
    "interactions": _l("Interactions"),
    "net_fans": _l("Net new fans"),
    "gmv_after_refund": _l("GMV after refunds"),
    "gpm": _l("Sales per 1,000 views"),
    "uv_value": _l("GMV per viewer"),
    "aov": _l("GMV per buyer"),
    "enter_rate": _l("Enter rate"),
    "product_ctr": _l("Product click rate (people)"),
    "product_ctr_times": _l("Product click rate (times)"),
    "click_pay_rate": _l("Click to purchase (people)"),
    "click_pay_rate_times": _l("Click to purchase (times)"),
    "view_pay_rate": _l("View to purchase (people)"),
    "view_pay_rate_times": _l("View to purchase (times)"),
    "follow_rate": _l("Follow rate"),
    "club_rate": _l("Club rate"),
    "interact_rate": _l("Interaction rate"),
    "refund_rate": _l("Refund rate (amount)"),
    "refund_rate_orders": _l("Refund rate (orders)"),
    "roi": _l("ROI"),
    "net_roi_1h": _l("Net ROI (1 h)"),
    "refund_roi": _l("ROI after refunds"),
    "start_delay": _l("Minutes late at the start"),
    "checks_late": _l("Checks late or missed"),
    "faults": _l("Faults on air"),
    "react_minutes": _l("Minutes until back in order"),
    "sop_pass_rate": _l("SOP pass rate"),
    "sop_passed": _l("SOP items done in time"),
    "sop_due": _l("SOP items due"),
}
CAUSES: dict[str, Any] = {
    "traffic": _l("Traffic"),
    "product": _l("Product"),
    "host": _l("Host"),
    "equipment": _l("Equipment and network"),
    "execution": _l("Execution"),
    "compliance": _l("Compliance"),
    "environment": _l("Environment"),
}


def metric_label(key: str) -> str:
    """The name of a figure in the reader's language."""
    return str(LABELS.get(key, key))


_BOUNDS: dict[str, Any] = {
    Bound.UPPER: _l("upper bound"),
    Bound.LOWER: _l("lower bound"),
    Bound.EITHER: _l("estimate"),
}


def bound_word(bound: str) -> str:
    """What stands beside a figure that counts some people twice; empty where it does not."""
    return str(_BOUNDS.get(bound, ""))


labels(
    Standing,
    {Standing.REACHED: _l("reached"), Standing.WITHIN: _l("within tolerance"), Standing.MISSED: _l("missed")},
    icons={Standing.REACHED: "check", Standing.WITHIN: "trending-down", Standing.MISSED: "trending-down"},
    chips={Standing.REACHED: "ok", Standing.WITHIN: "warn", Standing.MISSED: "bad"},
)
_INKS = {Standing.REACHED: "is-ok", Standing.WITHIN: "is-warn", Standing.MISSED: "is-bad"}


def standing_of(value: Decimal, target: Decimal, key: str, tolerance: Decimal = USUAL.tolerance) -> Standing:
    """How a figure stands against its target."""
    return standing(value, target, METRICS[key].direction, tolerance)


def standing_word(found: Standing, key: str) -> str:
    """The word of a standing; where less is better, what is just missed lies a little above."""
    if found is Standing.WITHIN and METRICS[key].direction is Direction.DOWN:
        return _("a little above")
    return label(found)


def attained(value: Decimal, target: Decimal, key: str, tolerance: Decimal = USUAL.tolerance) -> tuple[str, str]:
    """How much of a target is reached (rounded down, empty where nothing can be divided), and the word for it."""
    share = attainment(value, target, METRICS[key].direction)
    word = standing_word(standing_of(value, target, key, tolerance), key)
    return ("" if share is None else show.percent_down(share)), word


def judged(value: Decimal, target: Decimal, key: str, tolerance: Decimal = USUAL.tolerance) -> Markup:
    """The same for a page: the word in its ink behind the share."""
    share, word = attained(value, target, key, tolerance)
    ink = _INKS[standing_of(value, target, key, tolerance)]
    return Markup('{}<span class="{}">{}</span>').format(f"{share} " if share else "", ink, word)


def cause_word(key: str, name: str = "") -> str:
    """The name of a cause; teams may give their own."""
    return name or str(CAUSES.get(key, key))


_PEOPLE = [
    "viewers",
    "exposed_users",
    "acu",
    "pcu",
    "new_fans",
    "lost_fans",
    "net_fans",
    "new_club",
    "buyers",
    "clickers",
]
_MINUTES = ("minutes", "start_delay", "react_minutes")
_COUNTED_IN: dict[str, Any] = {**dict.fromkeys(_PEOPLE, _l("people")), **dict.fromkeys(_MINUTES, _l("minutes"))}
_UNITS: dict[Unit, Any] = {Unit.MONEY: "¥", Unit.SECONDS: _l("seconds"), Unit.RATIO: "%"}


def unit_word(key: str) -> str:
    """What stands beside a field a figure is typed into; empty where the figure is a plain number."""
    return str(_UNITS.get(METRICS[key].unit, "")) if key in METRICS else ""


def typed_value(value: Decimal, key: str) -> str:
    """A figure as a person would type it: `1.8%`, `64`, `500000`."""
    if key in METRICS and METRICS[key].unit is Unit.RATIO:
        return f"{(value * 100).normalize():f}%"
    return f"{value.normalize():f}"


def read_value(typed: str, key: str) -> Decimal | None:
    """What was typed for a figure: a rate counts in percent, a stretch of time may be written `1:04`.

    Units in the reader's words are read along (10秒, 1分30秒, 800人, 8万元). None where nothing was typed, ValueError
    where it is no number, or a share of what counts no shares.
    """
    unit = METRICS[key].unit if key in METRICS else Unit.NUMBER
    plain = unicodedata.normalize("NFKC", clean_line(typed)).lower()
    if "%" in plain and unit is not Unit.RATIO:
        raise ValueError(no_share(key))
    if unit is Unit.SECONDS:
        long = _read_length(plain)
        if long is not None:
            return long
    found = read_number(_SPOKEN.get(unit, _PLAIN).sub("", plain))
    if found is None and plain:
        raise ValueError(_("Type a number."))
    return found / 100 if found is not None and unit is Unit.RATIO and "%" not in plain else found


def read_back(value: Decimal | None, key: str) -> str:
    """What was read, exact, with its unit in words: `¥8,000.00`, `0.5%`, `90 seconds`."""
    if value is None:
        return ""
    if key in METRICS and METRICS[key].unit is Unit.RATIO:
        return typed_value(value, key)
    if key in METRICS and METRICS[key].unit is Unit.MONEY:
        return f"¥{show.number(value, 2)}"
    whole = value == value.to_integral_value()
    return f"{show.number(value, 0 if whole else 2)} {counted_word(key)}".rstrip()


def counted_word(key: str) -> str:
    """What a figure counts, in words beside its field: the unit of its number, or people where it counts them."""
    return unit_word(key) or str(_COUNTED_IN.get(key, ""))


def no_share(key: str) -> str:
    """What is said where a percentage is typed for a figure that is none, with what can be typed instead."""
    if key in METRICS and METRICS[key].unit is Unit.MONEY:
        return _("This is an amount in yuan, not a share: type for example 8000.")
    if key in METRICS and METRICS[key].unit is Unit.SECONDS:
        return _("This is a length of time, not a share: type for example 10 or 1:30.")
    return _("This is a number, not a share: type for example 800 or 3.5.")


def _read_length(plain: str) -> Decimal | None:
    clock = _CLOCK.fullmatch(plain)
    if clock:
        return Decimal(int(clock[1]) * 60 + int(clock[2]))
    told = _LENGTH.fullmatch(plain) if len(plain) <= 40 else None
    if not told or not any(told.groups()):
        return None
    hours, minutes, seconds = (Decimal(part or 0) for part in told.groups())
    return hours * 3600 + minutes * 60 + seconds


def format_value(value: Decimal | None, key: str) -> str:
    """Exact, with its unit: `¥61,045.30`, `4.21%`, `1 min 4 s`."""
    if value is None:
        return "–"
    unit = METRICS[key].unit if key in METRICS else Unit.NUMBER
    if unit is Unit.MONEY:
        return f"¥{show.number(value, 2)}"
    if unit is Unit.RATIO:
        return show.percent(value, 2)
    if unit is Unit.SECONDS:
        minutes, seconds = divmod(int(value.to_integral_value()), 60)
        return f"{minutes}:{seconds:02}"
    return show.number(value, 0 if unit is Unit.COUNT else 2)


def short_value(value: Decimal | None, key: str) -> str:
    """For a glance: `¥6.1万`."""
    if value is None:
        return "–"
    unit = METRICS[key].unit if key in METRICS else Unit.NUMBER
    if unit is Unit.MONEY:
        return show.short_number(value, "¥")
    if unit is Unit.COUNT:
        return show.short_number(value)
    return format_value(value, key)
