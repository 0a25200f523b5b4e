"""Telling people of an act: gathered in its unit, once a person and thing, never whoever acts, nothing when it fails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from planner.base import telling
from planner.base.actor import acting
from planner.base.ports import Port
from planner.base.telling import ORDER, Sort, Word, concern, once_each
from planner.base.verbs import command
from planner.kernel.errors import Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg
from tests.cast import Cast

WORDS = st.builds(
    Word,
    user_id=st.integers(1, 3),
    sort=st.sampled_from(Sort),
    about=st.tuples(st.sampled_from(["step", "goal"]), st.integers(1, 3)),
    words=st.sampled_from([msg("first"), msg("second")]),
)


@command(P.PERSON)
def _inner(users: list[int | None], sort: Sort, step: int) -> None:
    """Tell within another command."""
    concern(users, sort, ("step", step), msg("inner"))


@command(P.PERSON)
def _outer(users: list[int | None], fails: bool = False) -> None:
    """Tell of one thing twice, and of another."""
    concern(users, Sort.CHANGED, ("step", 1), msg("outer"))
    _inner(users, Sort.ASSIGNED, 1)
    _inner(users, Sort.DUE, 2)
    if fails:
        raise Refused(msg("no"))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[Word]]:
    """What is handed over, act by act."""
    found: list[Sequence[Word]] = []
    port: Port[Any] = Port("tests.told")
    port.fill(found.append)
    monkeypatch.setattr(telling, "told", port)
    return found


def test_an_act_is_handed_over_once_without_whoever_acts(db: Flask, cast: Cast, heard: list[Sequence[Word]]) -> None:
    with acting(cast.actors["lead"]):
        _outer([cast.host, None, cast.lead, cast.host, cast.member])
    (act,) = heard
    assert [(w.user_id, w.sort, w.about[1], str(w.words)) for w in act] == [
        (cast.host, Sort.ASSIGNED, 1, "inner"),
        (cast.member, Sort.ASSIGNED, 1, "inner"),
        (cast.host, Sort.DUE, 2, "inner"),
        (cast.member, Sort.DUE, 2, "inner"),
    ]


def test_nothing_is_told_of_what_fails(db: Flask, cast: Cast, heard: list[Sequence[Word]]) -> None:
    with acting(cast.actors["lead"]), pytest.raises(Refused):
        _outer([cast.host], fails=True)
    assert heard == []


def test_nobody_to_tell_hands_nothing_over(db: Flask, cast: Cast, heard: list[Sequence[Word]]) -> None:
    with acting(cast.actors["lead"]):
        _outer([None, cast.lead])
    assert heard == []


@given(st.lists(WORDS, max_size=30))
def test_of_each_thing_a_person_hears_what_concerns_them_most(words: list[Word]) -> None:
    kept = once_each(words)
    assert len({(w.user_id, w.about) for w in kept}) == len(kept)
    assert {(w.user_id, w.about) for w in kept} == {(w.user_id, w.about) for w in words}
    for w in kept:
        same = [each for each in words if (each.user_id, each.about) == (w.user_id, w.about)]
        best = min(ORDER[each.sort] for each in same)
        assert ORDER[w.sort] == best
        assert w == [each for each in same if ORDER[each.sort] == best][-1]
    assert once_each(kept) == kept
