"""Money is an integer number of minor units (分). What people type is read deliberately; what is shown is exact."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

from planner.kernel.errors import Invalid
from planner.kernel.text import msg

LARGEST = 10**15
"""Ten thousand billion yuan in minor units: far above any team, far below 2^63."""

_SCALES = {"": 1, "万": 10_000, "w": 10_000, "千": 1_000, "k": 1_000, "亿": 100_000_000}
_AMOUNT = re.compile(r"([+-]?)\s*¥?\s*(\d{1,3}(?:,\d{3})+|\d+)?(?:\.(\d*))?\s*([万千亿wk]?)\s*元?")


def read_money(text: str, field: str = "amount") -> int:
    """Minor units of what a person typed (`80000`, `¥80,000.00`, `8万`, full-width digits), else Invalid at `field`."""
    plain = unicodedata.normalize("NFKC", text).strip().lower().lstrip("¥").strip().replace("−", "-")
    found = _AMOUNT.fullmatch(plain) if len(plain) <= 40 else None
    if not found or not (found[2] or found[3]):
        raise Invalid.at(field, msg("Type an amount like 80000 or 80,000.00."))
    whole, part = (found[2] or "0").replace(",", ""), found[3] or ""
    minor, rest = divmod(int(whole + part) * _SCALES[found[4]] * 100, 10 ** len(part))
    if rest:
        raise Invalid.at(field, msg("An amount has at most two decimals."))
    if minor > LARGEST:
        raise Invalid.at(field, msg("This amount is too large."))
    return -minor if found[1] == "-" else minor


def show_money(minor: int, symbol: str = "¥") -> str:
    """`¥80,000.00`, exact."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{symbol}{abs(minor) // 100:,}.{abs(minor) % 100:02d}"


def round_ratio(numerator: int | Decimal, denominator: int | Decimal, digits: int) -> Decimal | None:
    """A quotient rounded half up to `digits`, or None where there is nothing to divide by."""
    if not denominator:
        return None
    return (Decimal(numerator) / Decimal(denominator)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
