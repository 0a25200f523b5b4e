"""Amounts as people type them: their own currency in all its spellings, no other one, never a part of a fen."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.kernel.errors import Invalid
from planner.kernel.money import LARGEST, foreign, read_money, show_money

MINOR = st.integers(-LARGEST, LARGEST)
BEFORE = st.sampled_from(["", "¥", "￥", "RMB", "rmb ", "CNY ", "人民币", "人民币 ¥", "CN¥"])
AFTER = st.sampled_from(["", "元", " 元", "元整", "块", "块钱", "RMB", " CNY", "人民币", "元人民币", "圆"])
OTHER = [
    "$", "US$", "USD", "usd", "＄", "€", "EUR", "欧元", "£", "￡", "GBP", "英镑", "HK$", "HKD", "港币", "港元", "港幣", "日元", "JPY",
    "JP¥", "円", "日币", "美元", "美金", "美刀", "NT$", "新台币", "台币", "₩", "韩元", "KRW", "S$", "SGD", "新加坡元", "澳元", "加元",
    "泰铢", "THB", "越南盾", "₫", "卢布", "₽", "₹", "瑞士法郎", "CHF", "dollars", "euro", "₿", "澳门元", "MOP",
]  # fmt: skip
SCALES = {"百": 100, "千": 1000, "k": 1000, "K": 1000, "万": 10_000, "w": 10_000, "W": 10_000, "十万": 100_000, "百万": 10**6,
          "m": 10**6, "千万": 10**7, "亿": 10**8, "百亿": 10**10, "万亿": 10**12}  # fmt: skip


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@given(MINOR, BEFORE, AFTER)
def test_the_own_currency_is_read_however_it_is_written(minor: int, before: str, after: str) -> None:
    assert read_money(f"{before}{show_money(minor, '')}{after}") == minor


@given(MINOR)
def test_full_width_is_the_same(minor: int) -> None:
    assert read_money(_wide(show_money(minor, ""))) == minor
    assert read_money(_wide(show_money(minor))) == minor


@given(st.decimals(0, 10**13, places=5), st.sampled_from(["", "元", "万", "亿", "k"]))
def test_never_a_part_of_a_fen(typed: Decimal, scale: str) -> None:
    fen = typed * SCALES.get(scale, 1) * 100
    try:
        found = read_money(f"{typed:f}{scale}")
    except Invalid as fault:
        words = str(fault.fields["amount"])
        assert ("at most two decimals" in words) == (fen != fen.to_integral_value()), words
        assert "two decimals" in words or ("too large" in words and fen > LARGEST)
    else:
        assert found == fen


@given(st.integers(0, 10**6), st.sampled_from(sorted(SCALES)), AFTER)
def test_large_numbers_are_written_with_their_words(count: int, scale: str, after: str) -> None:
    wanted = count * SCALES[scale] * 100
    if wanted <= LARGEST:
        assert read_money(f"{count}{scale}{after}") == wanted
    else:
        with pytest.raises(Invalid, match="too large"):
            read_money(f"{count}{scale}{after}")


@given(st.integers(1, 10**12), st.sampled_from(OTHER), st.booleans(), st.sampled_from(["", " "]))
def test_another_currency_is_told_and_never_read(minor: int, sign: str, before: bool, gap: str) -> None:
    number = show_money(minor, "")
    with pytest.raises(Invalid) as told:
        read_money(f"{sign}{gap}{number}" if before else f"{number}{gap}{sign}")
    words = told.value.fields["amount"]
    assert words.values["sign"] == unicodedata.normalize("NFKC", sign)
    assert "yuan (CNY)" in str(words)


@pytest.mark.parametrize(
    "typed", ["¥100 USD", "￥1,234.50 日元", "人民币100美元", "100元 HKD", "-$5", "$ -5", "8万美元", "1.5m USD"]
)
def test_a_sign_of_ones_own_does_not_hide_another(typed: str) -> None:
    with pytest.raises(Invalid, match=r"yuan \(CNY\)"):
        read_money(typed)


@pytest.mark.parametrize(
    "typed", ["", "USD", "元", "¥", "万元", "八万", "8万5", "12元5角", "1 000", "1.234,50", "nan", "1e309", "--5"]
)
def test_what_is_no_amount_is_called_so(typed: str) -> None:
    with pytest.raises(Invalid, match="Type an amount"):
        read_money(typed)


@pytest.mark.parametrize(
    "own", ["¥", "￥", "元", "RMB", "CNY", "人民币", "块", "万元", "100", "补光灯", "eurovision", "wonder"]
)
def test_words_that_name_no_other_currency(own: str) -> None:
    assert foreign(own) == ""
