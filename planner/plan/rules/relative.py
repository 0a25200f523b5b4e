"""Targets typed against a baseline: `+30 %`. Pure."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_MINUS = re.compile("[\u2010-\u2015\u2212]")
_SIGNED = re.compile(r"(\+|-|提升|提高|增长|下降|降低|减少)(\d{1,6}(?:\.\d{1,4})?)%")
_DOWN = ("-", "下降", "降低", "减少")
_MILLIONTH = Decimal("0.000001")


def read_relative(typed: str) -> Decimal | None:
    """`+30 %`, `-10%`, full-width or in words, as a share of the baseline; None where it is no such thing."""
    plain = _MINUS.sub("-", re.sub(r"\s", "", unicodedata.normalize("NFKC", typed)))
    found = _SIGNED.fullmatch(plain)
    if found is None:
        return None
    share = Decimal(found[2]) / 100
    return -share if found[1] in _DOWN else share


def show_relative(share: Decimal) -> str:
    """The same as it is shown: `+30%`."""
    return f"{(share * 100).normalize():+f}%"


def kept(value: Decimal) -> Decimal:
    """A number as the database gives it back: at most six places, none of them in vain, never an exponent."""
    held = value.quantize(_MILLIONTH)
    whole = held.to_integral_value()
    return whole if whole == held else held.normalize()


def against(baseline: Decimal, share: Decimal) -> Decimal:
    """The target that lies so much above or below the baseline, as exact as it can be kept."""
    return kept(baseline * (1 + share))
