"""Times of lines as people say and type them: read in both languages, and read back as they are shown."""

from __future__ import annotations

import pytest
from flask import Flask

from planner.base import i18n
from planner.checklists.rules import ON_THE_CLOCK, Anchor, read_when, said
from planner.checklists.words import offset_word
from planner.kernel.errors import Invalid

START = Anchor.PLANNED_START


@pytest.mark.parametrize(
    ("text", "minutes", "anchor"),
    [
        ("T-45分", -45, START), ("t-45", -45, START), ("T－2小时", -120, START), ("T-2 h", -120, START),
        ("T-1天", -1440, START), ("T−1 h 30 min", -90, START), ("T-1.5h", -90, START), ("-60", -60, START),
        ("开播前45分钟", -45, START), ("提前半小时", -30, START), ("1个半小时前", -90, START), ("两小时前", -120, START),
        ("45 min before the start", -45, START), ("开播时", 0, START), ("T+10分", 10, START),
        ("开播后10分", 10, Anchor.REAL_START), ("实际开播前 10 分", -10, Anchor.REAL_START),
        ("下播后 30 分", 30, Anchor.REAL_END), ("end+30m", 30, Anchor.REAL_END), ("at the end", 0, Anchor.REAL_END),
        ("3 days after the end", 4320, Anchor.REAL_END), ("接班前10分", -10, Anchor.SHIFT_START),
        ("10 min before the end of each shift", -10, Anchor.SHIFT_END),
        ("13:30", 810, Anchor.CLOCK), ("当天 13：30", 810, Anchor.CLOCK), ("at 9:05", 545, Anchor.CLOCK),
        ("次日 15:00", 900, Anchor.NEXT_DAY), ("next day 15:00", 900, Anchor.NEXT_DAY),
        ("每30分", 30, Anchor.EVERY), ("every 1 h", 60, Anchor.EVERY), ("随时", 0, Anchor.AS_IT_HAPPENS),
    ],
)  # fmt: skip
def test_a_time_is_read_as_people_say_it(text: str, minutes: int, anchor: Anchor) -> None:
    assert read_when(text, START) == (anchor, minutes)


@pytest.mark.parametrize(
    "text", ["", "soon", "T-", "T-0.3分", "25:00", "1个", "99999999", "前", "T-45分后", "十一分", "-1-2", "半"]
)
def test_what_says_no_time_is_no_time(text: str) -> None:
    assert said(text) is None
    with pytest.raises(Invalid) as fault:
        read_when(text, START)
    assert list(fault.value.fields) == ["offset_minutes"]


@pytest.mark.parametrize("language", [i18n.CHINESE, i18n.ENGLISH])
def test_what_is_shown_is_read_back(app: Flask, language: str) -> None:
    with app.test_request_context():
        i18n.speak(language)
        for anchor in Anchor:
            clocked = anchor in ON_THE_CLOCK or anchor is Anchor.EVERY
            for minutes in (5, 30, 60, 90, 810, 1439) if clocked else (-10080, -1440, -1500, -90, -45, 0, 5, 120, 4320):
                told = offset_word(anchor, minutes)
                expected = 0 if anchor is Anchor.AS_IT_HAPPENS else minutes
                assert read_when(told, anchor, anchor) == (anchor, expected), told
        i18n.speak(None)


def test_people_see_what_people_say(app: Flask) -> None:
    with app.test_request_context():
        told = [
            (Anchor.PLANNED_START, -45),
            (Anchor.PLANNED_START, -90),
            (Anchor.PLANNED_START, -1440),
            (Anchor.REAL_END, 30),
        ]
        i18n.speak(i18n.CHINESE)
        assert [offset_word(*each) for each in told] == ["T-45分", "T-1小时30分", "T-1天", "下播后 30 分"]
        i18n.speak(i18n.ENGLISH)
        assert [offset_word(*each) for each in told] == ["T-45 min", "T-1 h 30 min", "T-1 day", "30 min after the end"]
        i18n.speak(None)


def test_words_give_way_to_a_new_choice_and_a_choice_nobody_touched_to_words() -> None:
    assert read_when("下播后 30 分", START) == (Anchor.REAL_END, 30), "the choice is the one the form came with"
    assert read_when("下播后 30 分", Anchor.REAL_START, Anchor.REAL_END) == (Anchor.REAL_START, 30), (
        "only the choice is new"
    )
    assert read_when("T-45分", Anchor.SHIFT_START) == (Anchor.SHIFT_START, -45), "T is whatever was chosen"
    assert read_when("当天 13:30", Anchor.NEXT_DAY, Anchor.CLOCK) == (Anchor.NEXT_DAY, 810)
    assert read_when("T-45分", Anchor.AS_IT_HAPPENS) == (Anchor.AS_IT_HAPPENS, 0)
    assert read_when("30", Anchor.EVERY) == (Anchor.EVERY, 30)
    for text, chosen, before in (
        ("下播后 30 分", Anchor.SHIFT_START, START),
        ("当天 13:30", START, Anchor.CLOCK),
        ("T-45分", Anchor.EVERY, START),
        ("T-45分", Anchor.NEXT_DAY, START),
    ):
        with pytest.raises(Invalid):
            read_when(text, chosen, before)
