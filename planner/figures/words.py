"""Names of the figures, and how each is written with its unit."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from planner.base import show
from planner.base.forms import read_number
from planner.base.i18n import gettext as _
from planner.base.words import _l, label, labels
from planner.figures.rules import METRICS, USUAL, Bound, Direction, Standing, Unit, attainment, standing

_CLOCK = re.compile(r"(\d{1,4})[:：]([0-5]\d)")
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

    None where nothing was typed, ValueError where it is no number.
    """
    unit = METRICS[key].unit if key in METRICS else Unit.NUMBER
    clock = _CLOCK.fullmatch(typed.strip()) if unit is Unit.SECONDS else None
    if clock:
        return Decimal(int(clock[1]) * 60 + int(clock[2]))
    found = read_number(typed)
    return found / 100 if found is not None and unit is Unit.RATIO and "%" not in typed else found


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
