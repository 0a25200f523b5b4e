"""Money is an integer number of minor units (分). What people type is read deliberately; what is shown is exact."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

from planner.kernel.errors import Invalid
from planner.kernel.text import Message, msg

LARGEST = 10**15
"""Ten thousand billion yuan in minor units: far above any team, far below 2^63."""

_SCALES = {"": 1, "十": 10, "百": 100, "千": 1_000, "k": 1_000, "万": 10_000, "w": 10_000, "m": 10**6, "亿": 10**8}
_OWN = r"(?:(?:人民币|rmb|cny|cn¥|¥)\s*)*"
"""How people say that it is the team's own currency."""
_AMOUNT = re.compile(
    rf"{_OWN}([+-]?)\s*{_OWN}(\d{{1,3}}(?:,\d{{3}})+|\d+)?(?:\.(\d*))?\s*([十百千万]?[万亿]|[百千wkm]|)\s*"
    rf"(?:元整?|圆整?|块钱?|yuan)?\s*{_OWN}"
)
_SIGN = r"(?:us|hk|nt|au?|ca?|sg?|nz|mop)\$|(?:jp|日)¥"
_CODE = (
    r"usd|usdt|eur|gbp|jpy|hkd|mop|twd|ntd|krw|sgd|aud|cad|nzd|thb|vnd|myr|idr|php|inr|rub|chf|sek|nok|dkk|brl|mxn|aed"
    r"|sar|zar|pln|dollars?|euros?|pounds?|yen|won|baht|rubles?|rupees?|ringgit"
)
_NAME = (
    r"(?:美|港|日|欧|歐|韩|韓|澳|澳门|澳門|加|台|臺|新台|新臺|新加坡|新西兰|新|纽|坡|马|葡|泰|英|外)(?:元|圆|圓|币|幣|金|刀|镑|鎊)"
    r"|刀|円|镑|泰?铢|[越印]?[南尼]?盾|卢布|卢比|林吉特|令吉|(?:瑞士)?法郎|瑞郎|比索|里拉|雷亚尔|克朗"
)
_FOREIGN = re.compile(rf"{_SIGN}|(?<![a-z])(?:{_CODE})(?![a-z])|{_NAME}", re.IGNORECASE)


def foreign(text: str) -> str:
    """The sign or word of another currency in what a person typed (`$`, `USD`, `港币`); empty where there is none."""
    plain = unicodedata.normalize("NFKC", text)
    found = _FOREIGN.search(plain)
    return found[0] if found else next((c for c in plain if unicodedata.category(c) == "Sc" and c != "¥"), "")


def not_ours(sign: str) -> Message:
    """What is said of an amount in another currency."""
    return msg("Amounts are in yuan (CNY), not in %(sign)s: convert it, and keep the original in words.", sign=sign)


def _no_amount(text: str) -> Message:
    sign = foreign(text) if re.search(r"\d", text) else ""
    return not_ours(sign) if sign else msg("Type an amount like 80000 or 80,000.00.")


def read_money(text: str, field: str = "amount") -> int:
    """Minor units of what a person typed (`80000`, `¥80,000.00`, `8万`, full-width digits), else Invalid at `field`.

    Another currency is never read as ours: it is told, so that somebody converts it.
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower().replace("−", "-")
    found = _AMOUNT.fullmatch(plain) if len(plain) <= 40 else None
    if not found or not (found[2] or found[3]):
        raise Invalid.at(field, _no_amount(text[:80]))
    whole, part = (found[2] or "0").replace(",", ""), found[3] or ""
    minor, rest = divmod(int(whole + part) * _scale(found[4]) * 100, 10 ** len(part))
    if rest:
        raise Invalid.at(field, msg("An amount has at most two decimals."))
    if minor > LARGEST:
        raise Invalid.at(field, msg("This amount is too large."))
    return -minor if found[1] == "-" else minor


def _scale(word: str) -> int:
    scale = 1
    for letter in word:
        scale *= _SCALES[letter]
    return scale


def show_money(minor: int, symbol: str = "¥") -> str:
    """`¥80,000.00`, exact."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{symbol}{abs(minor) // 100:,}.{abs(minor) % 100:02d}"


def round_ratio(numerator: int | Decimal, denominator: int | Decimal, digits: int) -> Decimal | None:
    """A quotient rounded half up to `digits`, or None where there is nothing to divide by."""
    if not denominator:
        return None
    return (Decimal(numerator) / Decimal(denominator)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
