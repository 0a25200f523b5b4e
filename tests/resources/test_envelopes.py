"""Envelopes: approved once, drawn in many shows, never beyond their caps; whoever is not asked in time approves nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.base.actor import Actor, acting
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.kernel.permissions import Role
from planner.resources import services
from planner.resources.rules.envelopes import (
    CreditKind,
    Drawers,
    DrawState,
    Moment,
    Reason,
    Scope,
    duty_of,
    needs_a_person,
    share,
    to_release,
    turn_at,
)
from tests.resources.conftest import DAY, YUAN, Money, today
from tests.resources.decided import told_to
from tests.resources.enveloped import (
    SECOND,
    approved,
    draw,
    envelope_of,
    finish,
    fund,
    own,
    read,
    show,
    state,
    sums,
    terms,
    wish,
)
from tests.resources.test_races import at_once

pytestmark = pytest.mark.engines


def told_later(money: Money, who: str) -> list[str]:
    """What somebody has been told by then."""
    with clock.standing(clock.now() + 3 * DAY):
        return told_to(money, who)


def test_an_envelope_is_signed_like_any_request_and_commits_its_total(db: Flask, money: Money) -> None:
    request = approved(money)
    assert own(money, request).committed == 10_000
    assert money.standing("ads").committed == 10_000 * YUAN
    assert money.row(request).seen


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"session_cap": 20_000 * YUAN}, "session_cap"),
        ({"total": 0}, "total"),
        ({"seconds": 30}, "seconds"),
        ({"drawers": Drawers()}, "roles"),
        ({"last": None}, "last"),
        ({"scope": Scope.SESSIONS}, "sessions"),
    ],
)
def test_terms_that_make_no_sense_are_told_beside_their_field(
    db: Flask, money: Money, more: dict[str, object], field: str
) -> None:
    with acting(money.cast.actors["lead"]), pytest.raises(Invalid) as told:
        services.draft_envelope(wish(money, terms(**more)))
    assert field in told.value.fields


def test_what_was_signed_is_all_its_terms(db: Flask, money: Money) -> None:
    """A returned envelope whose cap changes is another one, though its total is the same."""
    fund(money)
    with acting(money.cast.actors["lead"]):
        made = services.draft_envelope(wish(money, terms()))
        services.submit(made, money.row(made).version)
        services.recall(made, money.row(made).version)
        before = money.row(made).seen
        services.edit_envelope(made, money.row(made).version, wish(money, terms(session_cap=4_000 * YUAN)))
        services.submit(made, money.row(made).version)
    assert money.row(made).seen != before


def test_a_draw_within_the_caps_is_granted_at_once(db: Flask, money: Money) -> None:
    envelope, made = envelope_of(money, approved(money)), show(money)
    read(money, made, 5000, 1000)
    answer = draw(money, envelope, made, 500)
    assert answer["granted"] is True
    assert state(money, answer["id"]) is DrawState.GRANTED
    assert sums(money, envelope) == {None: (500, 0, 0), made: (500, 0, 500)}


def test_without_a_reading_or_below_the_floor_or_over_the_cap_a_person_is_asked(db: Flask, money: Money) -> None:
    envelope, made = envelope_of(money, approved(money)), show(money)
    assert draw(money, envelope, made, 100)["granted"] is False
    read(money, made, 1900, 1000)
    assert draw(money, envelope, made, 100)["granted"] is False
    read(money, made, 9000, 1000)
    assert draw(money, envelope, made, 2_900)["granted"] is False, "what waits counts"
    with clock.standing(clock.now() + timedelta(minutes=62)):
        assert draw(money, envelope, made, 100)["granted"] is False, "an old reading says nothing"


def test_the_manager_on_duty_says_yes_in_time(db: Flask, money: Money) -> None:
    envelope, made = envelope_of(money, approved(money)), show(money)
    asked = draw(money, envelope, made, 500)["id"]
    assert any("more ad spend now" in words for words in told_to(money, "manager"))
    with acting(money.cast.actors["manager"]):
        assert services.decide_draw(asked, True, "可以") == "approved"
        with pytest.raises(Refused):
            services.decide_draw(asked, False)
    assert sums(money, envelope)[made] == (500, 0, 0)
    assert any(words.startswith("Approved") for words in told_to(money, "member"))


def test_when_the_time_is_over_nothing_is_approved_and_the_plan_is_kept(db: Flask, money: Money) -> None:
    envelope, made = envelope_of(money, approved(money)), show(money)
    asked = draw(money, envelope, made, 500)["id"]
    assert state(money, asked, 59 * SECOND) is DrawState.WAITING
    assert state(money, asked, 61 * SECOND) is DrawState.NOT_APPROVED
    with clock.standing(clock.now() + 61 * SECOND), acting(money.cast.actors["manager"]):
        with pytest.raises(Refused, match="time is over"):
            services.decide_draw(asked, True)
        assert services.pass_calls_on() == 1
        assert services.pass_calls_on() == 0
    assert sums(money, envelope) == {None: (0, 0, 0), made: (0, 0, 0)}
    assert any("keep the plan" in words for words in told_later(money, "member"))


def test_it_passes_on_to_the_next_on_duty(db: Flask, money: Money) -> None:
    money.person("周二", Role.MANAGER)
    second = money.cast.actors["周二"]
    request = approved(money, duty=(money.cast.lead,))
    envelope, made = envelope_of(money, request), show(money)
    asked = draw(money, envelope, made, 500)["id"]
    with acting(second), pytest.raises(Forbidden):
        services.decide_draw(asked, True)
    with clock.standing(clock.now() + 61 * SECOND):
        with acting(money.cast.actors["lead"]), pytest.raises(Refused, match="passed on"):
            services.decide_draw(asked, True)
        with acting(money.cast.actors["manager"]):
            services.pass_calls_on()
    with clock.standing(clock.now() + 125 * SECOND), acting(money.cast.actors["manager"]):
        services.pass_calls_on()
    with clock.standing(clock.now() + 185 * SECOND), acting(money.cast.actors["manager"]):
        services.pass_calls_on()
    assert state(money, asked) is DrawState.NOT_APPROVED


def test_nobody_decides_on_their_own_draw(db: Flask, money: Money) -> None:
    envelope, made = envelope_of(money, approved(money, drawers=Drawers(roles=(Role.MANAGER,)))), show(money)
    answer = draw(money, envelope, made, 500, "manager")
    assert answer == {"id": answer["id"], "granted": False, "called": False}
    assert state(money, answer["id"]) is DrawState.NOT_APPROVED
    with acting(money.cast.actors["manager"]), pytest.raises(Forbidden):
        services.decide_draw(answer["id"], True)


def test_who_may_draw_and_where(db: Flask, money: Money) -> None:
    request = approved(money)
    envelope, made = envelope_of(money, request), show(money)
    with pytest.raises(Forbidden):
        draw(money, envelope, made, 500, "host")
    for wrong in (0, -1, 10**18):
        with acting(money.cast.actors["member"]), pytest.raises(Invalid):
            services.draw(envelope, made, wrong, Reason.OTHER)
    with acting(money.cast.actors["outsider"]), pytest.raises(NotFound):
        services.draw(envelope, made, 100, Reason.OTHER)
    far = envelope_of(money, approved(money, first=today() + 10 * DAY, last=today() + 12 * DAY))
    with pytest.raises(Refused):
        draw(money, far, made, 100)
    with acting(money.cast.actors["manager"]):
        services.close_envelope(request, money.row(request).version)
    with pytest.raises(Refused):
        draw(money, envelope, made, 100)


def test_thirty_two_at_once_never_draw_too_much(db: Flask, money: Money) -> None:
    envelope, made = envelope_of(money, approved(money)), show(money)
    read(money, made, 9000, 1000)
    member = money.cast.actors["member"]
    works = [(member, lambda: services.draw(envelope, made, 400 * YUAN, Reason.RISING))] * 32
    answers = at_once(db, works)
    granted = [each for each in answers if isinstance(each, dict) and each["granted"]]
    called = [each for each in answers if isinstance(each, dict) and not each["granted"]]
    assert len(granted) == 7, "¥3,000 a show hold seven times ¥400"
    assert len(called) == 18, "¥10,000 hold twenty-five"
    assert all(isinstance(each, (dict, Refused)) for each in answers)
    assert sums(money, envelope)[None] == (2_800, 7_200, 0)


def test_a_wrong_tap_is_taken_back_at_once_by_whoever_tapped(db: Flask, money: Money) -> None:
    request = approved(money)
    envelope, made = envelope_of(money, request), show(money)
    read(money, made, 9000, 1000)
    tapped, kept = draw(money, envelope, made, 2_000)["id"], draw(money, envelope, made, 500)["id"]
    for who in ("manager", "lead"):
        with acting(money.cast.actors[who]), pytest.raises(Forbidden):
            services.take_back_draw(tapped)
    member = money.cast.actors["member"]
    answers = at_once(db, [(member, lambda: services.take_back_draw(tapped))] * 6)
    assert sum(answer == made for answer in answers) == 1, "once"
    assert state(money, tapped) is DrawState.TAKEN_BACK
    assert sums(money, envelope) == {None: (500, 0, 0), made: (500, 0, 500)}
    assert draw(money, envelope, made, 2_400)["granted"] is True, (
        "it is in the envelope, and under the show's cap, again"
    )
    with clock.standing(clock.now() + 20 * SECOND), acting(member), pytest.raises(Refused, match="final figures"):
        services.take_back_draw(kept)
    waits = draw(money, envelope, made, 3_000)["id"]
    with acting(member), pytest.raises(Refused):
        services.take_back_draw(waits)
    with acting(money.cast.actors["manager"]):
        assert services.decide_draw(waits, True) == "approved"
    with acting(member), pytest.raises(Refused):
        services.take_back_draw(waits)
    last = draw(money, envelope, made, 100)["id"]
    with acting(money.cast.actors["manager"]):
        services.close_envelope(request, money.row(request).version)
    with acting(member), pytest.raises(Refused):
        services.take_back_draw(last)
    with acting(money.cast.actors["outsider"]), pytest.raises(NotFound):
        services.take_back_draw(kept)


def test_two_managers_and_the_clock_decide_once(db: Flask, money: Money) -> None:
    envelope, made = envelope_of(money, approved(money)), show(money)
    asked = draw(money, envelope, made, 500)["id"]
    manager = money.cast.actors["manager"]
    works: list[tuple[Actor, object]] = [(manager, lambda: services.decide_draw(asked, True))] * 6
    works += [(manager, lambda: services.decide_draw(asked, False))] * 6
    answers = at_once(db, works)  # type: ignore[arg-type]
    assert sum(isinstance(each, str) for each in answers) == 1
    drawn, waiting, _alone = sums(money, envelope)[None]
    assert (waiting, drawn) in ((0, 500), (0, 0))


def test_spend_is_taken_from_the_final_result_and_the_rest_is_released(db: Flask, money: Money) -> None:
    request = approved(money, last=today())
    envelope, made = envelope_of(money, request), show(money)
    read(money, made, 9000, 1000)
    draw(money, envelope, made, 2_000)
    finish(money, made, "1500", final=False)
    assert own(money, request).spent == 0, "provisional figures book nothing"
    finish(money, made, "1600")
    assert (own(money, request).committed, own(money, request).spent) == (8_400, 1_600)
    finish(money, made, "1800")
    assert (own(money, request).committed, own(money, request).spent) == (8_200, 1_800), "corrected: booked anew"
    with clock.standing(clock.now() + 3 * DAY), acting(money.cast.actors["manager"]):
        assert services.settle_all() == 1
        assert services.settle_all() == 0
    assert (own(money, request).committed, own(money, request).spent) == (0, 1_800)
    assert money.state(request) == "closed"
    assert money.standing("ads").available == (50_000 - 1_800) * YUAN


def test_spending_more_than_was_drawn_is_told_and_booked_where_the_budget_holds(db: Flask, money: Money) -> None:
    request = approved(money)
    envelope, made = envelope_of(money, request), show(money)
    read(money, made, 9000, 1000)
    draw(money, envelope, made, 1_000)
    finish(money, made, "1300")
    assert own(money, request).spent == 1_300
    assert own(money, request).committed == 9_000, "only what was drawn comes out of what was committed"
    assert any("more than was drawn" in words for words in told_later(money, "manager"))


def test_an_excess_that_the_budget_lacks_is_told_and_not_booked(db: Flask, money: Money) -> None:
    fund(money, 10_000)
    request = approved(money)
    envelope, made = envelope_of(money, request), show(money)
    read(money, made, 9000, 1000)
    draw(money, envelope, made, 1_000)
    finish(money, made, "1300")
    assert (own(money, request).spent, own(money, request).committed) == (1_000, 9_000)
    assert any("not booked" in words for words in told_later(money, "manager"))


def test_closing_keeps_what_was_drawn_until_its_figures_are_final(db: Flask, money: Money) -> None:
    request = approved(money)
    envelope, made = envelope_of(money, request), show(money)
    read(money, made, 9000, 1000)
    draw(money, envelope, made, 2_000)
    waits = draw(money, envelope, made, 1_500)["id"]
    with acting(money.cast.actors["host"]), pytest.raises(Forbidden):
        services.close_envelope(request, money.row(request).version)
    with acting(money.cast.actors["manager"]):
        services.close_envelope(request, money.row(request).version)
    assert state(money, waits) is DrawState.NOT_APPROVED
    assert own(money, request).committed == 2_000
    finish(money, made, "1700")
    assert (own(money, request).committed, own(money, request).spent) == (0, 1_700)


def test_gifted_credit_is_no_cash(db: Flask, money: Money) -> None:
    request = approved(money)
    envelope, made = envelope_of(money, request), show(money)
    read(money, made, 9000, 1000)
    draw(money, envelope, made, 2_000)
    finish(money, made, "1600")
    with acting(money.cast.actors["lead"]):
        services.add_credit(money.cast.channel, CreditKind.RECHARGE, 5_000 * YUAN, today())
        assert own(money, request).spent == 1_600
        services.add_credit(money.cast.channel, CreditKind.GIFTED_SPENT, 600 * YUAN, today(), made)
    assert own(money, request).spent == 1_000
    with acting(money.cast.actors["lead"]), pytest.raises(Invalid):
        services.add_credit(money.cast.channel, CreditKind.GIFTED, 0, today())


def test_an_envelope_is_not_cancelled_and_a_copy_goes_on(db: Flask, money: Money) -> None:
    request = approved(money)
    with acting(money.cast.actors["lead"]):
        with pytest.raises(Refused):
            services.cancel(request, money.row(request).version, "不用了")
        copy = services.duplicate(request)
    assert envelope_of(money, copy) != envelope_of(money, request)


# ---------------------------------------------------------------- the rules, without a database


def test_whose_turn_it_is_follows_from_the_clock() -> None:
    began = clock.now()
    places = [turn_at(began, 60, 2, began + n * SECOND) for n in (-5, 0, 59, 60, 119, 120, 9999)]
    assert places == [0, 0, 0, 1, 1, None, None]
    assert turn_at(began, 60, 0, began) is None


def test_who_is_asked_in_which_order() -> None:
    assert duty_of(9, [1, 2, 3], [3], [7, 2], [1, 2, 3, 7, 9]) == (3, 7, 2, 1)
    assert duty_of(1, [1, 2], [1], [1], [1]) == ()


def test_an_roi_just_below_the_floor_is_below_it() -> None:
    moment = Moment(clock.now(), 199_999, 100_000)
    assert str(moment.roi) == "1.99"
    assert needs_a_person(moment, moment.roi, 10, 10) == ()


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
@settings(max_examples=200)
def test_every_cent_of_spend_is_within_or_beyond(spent: int, drawn: int, committed: int) -> None:
    found = share(spent, drawn, committed)
    assert found.within + found.excess == spent
    assert found.within <= min(drawn, committed)
    assert to_release(committed, True, False, drawn) <= committed
