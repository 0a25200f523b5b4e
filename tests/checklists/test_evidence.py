"""What a tick comes with: kept, said, typed, and what a tick still lacks."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.base.actor import acting
from planner.checklists import queries, rules, services
from planner.checklists.rules import (
    NOTHING,
    Anchor,
    Evidence,
    Given,
    ItemState,
    NumberAsked,
    Stage,
    check_evidence,
    evidence_of,
    lacking,
    of_proof,
    read_answers,
    read_evidence,
    read_given_number,
)
from planner.checklists.rules.sheets import read_proofs, write_proofs
from planner.checklists.words import evidence_word
from planner.kernel.errors import Invalid
from tests.cast import Cast
from tests.checklists.conftest import Plan, key, publish

NUMBERS = st.decimals(-1000, 1000, places=2, allow_nan=False, allow_infinity=False)
WORDS = st.sampled_from(["有投放", "无投放", "改期", "yes", "no"])
ASKED = st.builds(
    Evidence,
    photos=st.none() | st.tuples(st.integers(1, 3), st.integers(3, 9)),
    note=st.booleans(),
    number=st.none() | st.builds(
        lambda low, span, unit: NumberAsked(low, low + abs(span), unit), NUMBERS, NUMBERS, st.sampled_from(["", "Mbit/s", "%"])
    ) | st.just(NumberAsked()) | st.builds(lambda n: NumberAsked(n, None, "元"), NUMBERS),
    link=st.booleans(),
    answers=st.lists(WORDS, min_size=2, max_size=4, unique=True).map(tuple) | st.just(()),
    two=st.booleans(),
    lineup=st.booleans(),
)  # fmt: skip


@given(ASKED)
def test_what_is_kept_is_read_again(asked: Evidence) -> None:
    assert read_evidence(asked.as_json()) == asked
    assert bool(asked) == bool(asked.as_json()) == bool(asked.kinds)
    assert check_evidence(asked) == asked


@given(ASKED, st.booleans())
def test_what_a_cell_says_is_read_again(asked: Evidence, english: bool) -> None:
    faults: list[object] = []
    found = read_proofs(write_proofs(asked, english), lambda column, words: faults.append((column, words)))
    assert (found, faults) == (asked, [])


@given(ASKED)
def test_who_brings_everything_lacks_nothing_and_who_brings_nothing_lacks_each(asked: Evidence) -> None:
    number = asked.number and (asked.number.least if asked.number.least is not None else Decimal(0))
    whole = Given(
        photos=asked.photos[0] if asked.photos else 0, note="看过", number=number, link="https://a.example/1",
        answer=asked.answers[0] if asked.answers else "", rows=(3, 1, 2),
    )  # fmt: skip
    assert lacking(asked, whole, [1, 2, 3]) == {}
    assert set(lacking(asked, Given(rows=(2, 9)), [1, 2, 3])) == set(asked.kinds) - {"two"}, (
        "the second person comes later"
    )


def test_earlier_proofs_ask_for_what_they_asked() -> None:
    assert of_proof("photo").photos == (1, rules.MOST_PHOTOS)
    assert of_proof("two_people") == Evidence(two=True)
    assert of_proof("none") is NOTHING


@pytest.mark.parametrize(
    ("asked", "kinds", "field"),
    [
        (Evidence(photos=(3, 2)), (), "photos_min"),
        (Evidence(photos=(0, 2)), (), "photos_min"),
        (Evidence(photos=(1, 21)), (), "photos_min"),
        (Evidence(number=NumberAsked(Decimal(5), Decimal(4))), (), "number_min"),
        (Evidence(number=NumberAsked(Decimal("NaN"))), (), "number_min"),
        (Evidence(number=NumberAsked(Decimal(10) ** 13)), (), "number_min"),
        (Evidence(number=NumberAsked(unit="长" * 21)), (), "number_unit"),
        (Evidence(answers=("只有一个",)), (), "answers"),
        (Evidence(), ("answer",), "answers"),
        (Evidence(answers=("长" * 41, "短")), (), "answers"),
    ],
)
def test_what_nobody_could_give_is_refused(asked: Evidence, kinds: tuple[str, ...], field: str) -> None:
    with pytest.raises(Invalid) as fault:
        check_evidence(asked, kinds)
    assert list(fault.value.fields) == [field]


@pytest.mark.parametrize(
    ("text", "number"),
    [("12.5", "12.5"), ("实测 8.2 Mbit/s", "8.2"), ("１２", "12"), ("-3", "-3"), ("1,200", "1200"), ("没有", None), ("3 和 4", None)],
)  # fmt: skip
def test_a_number_is_read_out_of_a_note(text: str, number: str | None) -> None:
    assert read_given_number(text) == (Decimal(number) if number else None)


def test_answers_are_typed_in_one_line() -> None:
    assert read_answers("有投放 / 无投放、改期,有投放") == ("有投放", "无投放", "改期")
    assert evidence_of(["photos"], (2, None)).photos == (2, rules.MOST_PHOTOS)
    assert evidence_of([], (2, 3), NumberAsked(), ["a", "b"]) == NOTHING


def test_what_is_asked_for_is_said(cast: Cast, db: Any) -> None:
    asked = Evidence((2, 3), True, NumberAsked(Decimal(5), None, "Mbit/s"), True, ("有", "无"), True, True)
    with acting(cast.actors["lead"]):
        told = evidence_word(asked)
    assert told == (
        "needs 2 photos or more · needs a note · needs a number ≥ 5 Mbit/s · needs a link · answer: 有 / 无"
        " · needs two people · product by product"
    )


@pytest.mark.engines
def test_a_tick_brings_what_is_asked_for(cast: Cast, daily: int, plan: Plan, evening: datetime) -> None:
    speed = Evidence(number=NumberAsked(Decimal(5), None, "Mbit/s"))
    with acting(cast.actors["lead"]):
        services.add_item(daily, "上行网速", None, Stage.BEFORE, Anchor.PLANNED_START, -45, True, speed)
        publish(daily)
    show = plan(evening)
    with acting(cast.actors["lead"]):
        made = next(i.id for i in queries.list_page(show).items if i.title == "上行网速")
        for note, field in (("", "number"), ("4.9", "number"), ("很快", "number")):
            with pytest.raises(Invalid) as fault:
                services.tick(made, key(), note)
            assert list(fault.value.fields) == [field]
        services.tick(made, key(), "", None, Given(number=Decimal("8.2")))
        assert queries.item(made).state is ItemState.DONE
        services.untick(made, key())
        services.tick(made, key(), "实测 6.1")
        assert queries.item(made).state is ItemState.DONE
