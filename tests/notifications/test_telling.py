"""Everything one act does to somebody's work is one sentence: without a program."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from planner.live.rules import Act, Concern, Telling, tellings

START = datetime(2026, 12, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def concern(
    user_id: int = 1, session_id: int = 1, act: Act = Act.GIVEN, position_id: int = 5, days: int = 0
) -> Concern:
    at = START + days * DAY
    return Concern(user_id, session_id, "秋冬", at + timedelta(hours=4), act, position_id, at, "平台维护")


def only(*concerns: Concern) -> Telling:
    (found,) = tellings(concerns)
    return found


@given(
    st.lists(
        st.builds(
            concern,
            user_id=st.integers(1, 4),
            session_id=st.integers(1, 4),
            act=st.sampled_from(Act),
            position_id=st.integers(1, 3),
            days=st.integers(0, 40),
        )
    )
)
def test_each_person_is_told_once_of_all_their_sessions(concerns: list[Concern]) -> None:
    found = tellings(concerns)
    assert [t.user_id for t in found] == list(dict.fromkeys(c.user_id for c in concerns))
    for t in found:
        mine = [c for c in concerns if c.user_id == t.user_id]
        assert {row_id for row_id, _start in t.works} == {c.session_id for c in mine}
        assert t.until == max(c.until for c in mine)
        assert str(t.words)


def test_one_shift_is_named_and_many_are_counted() -> None:
    assert only(concern()).words.values["theme"] == "秋冬"
    assert only(concern(), concern(position_id=6)).words.values["position"] == {"positions": [5, 6]}
    many = only(*(concern(session_id=n, days=n) for n in range(12)))
    assert many.words.text.startswith("You have %(num)s new shifts")
    assert many.words.values["num"] == 12
    assert many.words.values["days"] == {"days": [START.isoformat(), (START + 11 * DAY).isoformat()]}


def test_a_shift_given_and_taken_in_one_act_has_changed() -> None:
    told = only(concern(act=Act.TAKEN), concern(days=1))
    assert told.words.text.startswith("Your shift has changed")
    assert told.words.values["at"] == {"at": (START + DAY).isoformat()}
    assert told.theirs is True


def test_what_was_lost_holds_until_it_is_theirs_again() -> None:
    assert only(concern(act=Act.TAKEN)).works == ((1, START),)
    assert only(concern(act=Act.TAKEN)).theirs is False
    assert only(concern(act=Act.CANCELLED)).words.values["reason"] == "平台维护"
    assert only(concern(), concern(session_id=2, act=Act.CANCELLED)).theirs is None
