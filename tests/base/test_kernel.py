"""Money, spans of time and text: what people type is read deliberately, and nothing is lost on the way back."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from planner.kernel.errors import Invalid
from planner.kernel.money import LARGEST, read_money, round_ratio, show_money
from planner.kernel.spans import Span, business_day, day_span, local
from planner.kernel.text import Message, clean_line, clean_text, fold, msg

ZONES = st.sampled_from(
    ["Asia/Shanghai", "UTC", "Europe/Berlin", "America/New_York", "Asia/Beirut", "Australia/Lord_Howe"]
)
STARTS = st.integers(0, 12 * 60)
SECONDS = st.integers(0, 98 * 365 * 24 * 3600)
INSTANTS = SECONDS.map(lambda seconds: datetime(2001, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))
MINOR = st.integers(-LARGEST, LARGEST)

# ---------------------------------------------------------------- money


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("80000", 8_000_000),
        ("¥80,000.00", 8_000_000),
        (" ８００００ 元", 8_000_000),
        ("８０，０００．５", 8_000_050),
        ("8万", 8_000_000),
        ("1.2w", 1_200_000),
        ("3k", 300_000),
        ("0.01亿", 100_000_000),
        ("1.00005万", 1_000_050),
        (".5", 50),
        ("7.", 700),
        ("0", 0),
        ("-0", 0),
        ("-5", -500),
        ("-¥5.00", -500),
        ("¥-5", -500),
        ("−5", -500),
        ("10000000000000", LARGEST),
        ("0.0100000000000000000000000000000000000", 1),
    ],
)
def test_an_amount_is_read_as_a_person_means_it(typed: str, minor: int) -> None:
    assert read_money(typed) == minor


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Type an amount"),
        (".", "Type an amount"),
        ("¥", "Type an amount"),
        ("万", "Type an amount"),
        ("nan", "Type an amount"),
        ("inf", "Type an amount"),
        ("1e309", "Type an amount"),
        ("0x10", "Type an amount"),
        ("12,34", "Type an amount"),
        ("1.2.3", "Type an amount"),
        ("1 2", "Type an amount"),
        ("9" * 41, "Type an amount"),
        ("0.005", "at most two decimals"),
        ("1.0000001万", "at most two decimals"),
        ("1.00000000000000000000000000000000001", "at most two decimals"),
        ("10000000000000.01", "too large"),
        ("-99999999999999", "too large"),
        (str(2**63), "too large"),
    ],
)
def test_what_is_no_amount_is_told_at_its_field(typed: str, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_money(typed, "budget")
    assert list(caught.value.fields) == ["budget"]
    assert words in str(caught.value.fields["budget"])


@given(MINOR)
def test_what_is_shown_is_read_back_exactly(minor: int) -> None:
    assert read_money(show_money(minor)) == minor
    assert read_money(show_money(minor, "")) == minor


@given(st.text(max_size=50))
@example("\ud800")
@example("٣.٥")
def test_any_text_is_an_amount_or_invalid(typed: str) -> None:
    try:
        assert abs(read_money(typed)) <= LARGEST
    except Invalid as fault:
        assert list(fault.fields) == ["amount"]


@given(st.integers(-(10**13), 10**13), st.integers(1, 10**9), st.integers(0, 4))
def test_a_ratio_is_off_by_half_of_its_last_digit_at_most(top: int, bottom: int, digits: int) -> None:
    found = round_ratio(top, bottom, digits)
    assert found is not None
    assert abs(found * bottom - top) * 2 <= Decimal(1).scaleb(-digits) * bottom
    assert round_ratio(-top, bottom, digits) == -found, "half goes away from zero on both sides"


def test_nothing_is_divided_by_nothing() -> None:
    assert round_ratio(5, 0, 2) is None
    assert round_ratio(5, Decimal(0), 2) is None
    assert round_ratio(1, 8, 2) == Decimal("0.13")


# ---------------------------------------------------------------- spans and the business day


def test_a_night_show_belongs_to_the_day_on_which_it_began() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    for hour, minute, day in ((20, 0, 23), (23, 59, 23), (24, 0, 23), (29, 59, 23), (30, 0, 24)):
        instant = datetime(2026, 11, 23, tzinfo=shanghai) + timedelta(hours=hour, minutes=minute)
        assert business_day(instant, "Asia/Shanghai") == date(2026, 11, day), (hour, minute)
        assert business_day(instant, "Asia/Shanghai", 0) == instant.date()


@given(INSTANTS, ZONES, STARTS)
@example(datetime(2026, 3, 29, 1, 10, tzinfo=UTC), "Europe/Berlin", 150)
@example(datetime(2026, 10, 25, 1, 10, tzinfo=UTC), "Europe/Berlin", 150)
@example(datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "America/New_York", 90)
def test_every_instant_lies_in_its_business_day(instant: datetime, zone: str, start: int) -> None:
    span = day_span(business_day(instant, zone, start), zone, start)
    assert span.start <= instant < span.end


@given(st.dates(date(2001, 1, 1), date(2099, 12, 30)), ZONES, STARTS)
def test_business_days_follow_each_other_without_gap_or_overlap(day: date, zone: str, start: int) -> None:
    here, following = day_span(day, zone, start), day_span(day + timedelta(days=1), zone, start)
    assert here.end == following.start
    assert not here.overlaps(following)
    assert 22 * 60 <= here.minutes <= 26 * 60


@given(st.dates(date(2001, 1, 1), date(2099, 12, 30)), st.integers(0, 40 * 60))
def test_minutes_after_midnight_may_reach_into_the_next_day(day: date, minutes: int) -> None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert local(day, minutes, "Asia/Shanghai") == midnight + timedelta(minutes=minutes)


@given(*[st.integers(-1000, 1000)] * 4)
def test_spans_overlap_where_they_share_more_than_a_border(a: int, b: int, c: int, d: int) -> None:
    zero = datetime(2026, 1, 1, tzinfo=UTC)
    (a, b), (c, d) = sorted((a, b)), sorted((c, d))
    one = Span(zero + timedelta(minutes=a), zero + timedelta(minutes=b))
    other = Span(zero + timedelta(minutes=c), zero + timedelta(minutes=d))
    if one.minutes and other.minutes:
        assert one.overlaps(other) == bool(set(range(a, b)) & set(range(c, d)))
    assert one.overlaps(other) == other.overlaps(one)


# ---------------------------------------------------------------- text


@given(st.text())
@example("a\ud800b\u2028c\x00")
def test_a_clean_line_is_one_line_that_any_database_takes(text: str) -> None:
    line = clean_line(text)
    assert line == clean_line(line) == line.strip()
    assert not set(line) & set("\n\r\t\x00\u2028\u2029")
    line.encode()
    assert unicodedata.is_normalized("NFC", line)


@given(st.text())
def test_clean_text_keeps_its_lines(text: str) -> None:
    clean = clean_text(text)
    assert clean == clean_text(clean)
    assert "\r" not in clean
    assert "\x00" not in clean
    assert not clean.startswith("\n")
    assert all(line == line.rstrip() for line in clean.split("\n"))
    clean.encode()


@given(st.text())
def test_folding_is_the_same_for_what_looks_the_same(text: str) -> None:
    assert fold(text) == fold(f"  {text}\t")
    assert fold(text) == fold(unicodedata.normalize("NFC", text))
    fold(text).encode()


def test_what_folding_brings_together() -> None:
    assert fold(" ＧＭＶ　（元） ") == fold("gmv (元)")
    assert fold("Straße") == fold("STRASSE")
    assert clean_line("  秋冬\u3000修护\n专场 ") == "秋冬 修护 专场"
    assert clean_text("一 \r\n二\r三\n\n") == "一\n二\n三"


def test_a_message_carries_its_values_through_storage() -> None:
    told = msg("%(who)s takes %(what)s at 100%%", who="小米", what=msg("the mic"))
    assert str(told) == "小米 takes the mic at 100%"
    assert str(msg("100%% sure")) == "100% sure"
    assert told.as_json()["values"] == {"who": "小米", "what": {"msg": "the mic", "values": {}}}
    assert Message("x") == msg("x")
