"""The show that should verify an action is called off, deleted or moved away: another one takes its place, or a lead is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from planner.base import trash, verbs
from planner.base.actor import acting
from planner.base.undo import undo
from planner.home import queries as home
from planner.kernel.errors import Forbidden, Invalid, NotFound, Stale
from planner.live import queries as live
from planner.live import services as sessions
from planner.live.rules import Platform, Weight
from planner.outcomes import services
from planner.outcomes.queries import actions, reviews
from planner.outcomes.rules.reviews import Verdict
from tests.cast import Cast
from tests.outcomes.conftest import Plan, at

pytestmark = pytest.mark.engines
Aired = Callable[..., int]
Client = Callable[[str], Any]
TITLE = "备用麦上架"


@pytest.fixture
def agreed(aired: Aired, cast: Cast) -> Callable[..., int]:
    """An action of the show of 09-07 that these sessions verify; answers the action."""
    show = aired("2026-09-07 20:00", gmv=100)
    with acting(cast.actors["lead"]):
        services.type_figures(show, {"gmv": Decimal(50)})
        services.open_review(show)
        finding = reviews.review_page(show).findings[0].row.id

    def make(*verify: int) -> int:
        with acting(cast.actors["lead"]):
            day = date(2026, 9, 10)
            return services.agree_action(finding, TITLE, cast.host, day, "gmv", Decimal(110), list(verify))

    return make


def checks(action_id: int) -> list[tuple[int, int | None, bool]]:
    return [(v.check.session_id, v.check.was_session_id, v.check.adrift) for v in actions.action_page(action_id).checks]


def adrift() -> list[int]:
    return [view.action.id for view in actions.waiting().adrift]


def cancel(session_id: int) -> str:
    sessions.cancel_session(session_id, live.brief(session_id).version, "设备故障")
    done = verbs.last_command.get()
    assert done
    return done


def test_a_cancelled_show_hands_its_verdict_to_the_next_comparable_one(
    agreed: Callable[..., int], plan: Plan, cast: Cast
) -> None:
    called_off, big = plan("2026-09-11 20:00"), plan("2026-09-12 20:00", weight=Weight.BIG)
    following, _later = plan("2026-09-13 20:00"), plan("2026-09-14 20:00")
    with acting(cast.actors["lead"]):
        elsewhere = sessions.add_channel(Platform.DOUYIN, "晚霞", "wanxia")
    plan("2026-09-12 14:00", channel=elsewhere)
    action = agreed(called_off)
    with acting(cast.actors["lead"]):
        lines = sessions.cancel_preview(called_off)
        assert [(line.group, line.after) for line in lines] == [("moves", at("2026-09-13 20:00"))]
        assert TITLE in lines[0].text
        cancel(called_off)
        assert checks(action) == [(following, called_off, False)]
        assert [v.action.id for v in actions.actions_for(following)] == [action]
        assert actions.actions_for(called_off) == actions.actions_for(big) == []
        assert adrift() == []


def test_where_no_show_can_tell_a_lead_is_told_and_chooses_one(
    agreed: Callable[..., int], plan: Plan, cast: Cast
) -> None:
    called_off, big = plan("2026-09-11 20:00"), plan("2026-09-12 20:00", weight=Weight.BIG)
    action = agreed(called_off)
    with acting(cast.actors["lead"]):
        assert [line.group for line in sessions.cancel_preview(called_off)] == ["reopens"]
        cancel(called_off)
        assert checks(action) == [(called_off, None, True)]
        assert adrift() == [action]
        assert [view.action.id for view in home.today().adrift] == [action]
        page = actions.action_page(action)
        assert (page.title, [b.id for b in page.offered], page.chosen) == (TITLE, [big], [])
        services.verify_by(action, page.action.version, [big])
        assert checks(action) == [(big, None, False)]
        assert adrift() == []


def test_taking_the_cancellation_back_brings_the_old_link_back(
    agreed: Callable[..., int], plan: Plan, cast: Cast
) -> None:
    one, two, other = plan("2026-09-11 20:00"), plan("2026-09-12 20:00"), plan("2026-09-13 20:00")
    first, second = agreed(one), agreed(two)
    with acting(cast.actors["lead"]):
        undo(cancel(one))
        assert checks(first) == [(one, None, False)]
        cancel(one)
        assert checks(first) == [(two, one, False)]
        sessions.restore_session(one)
        assert checks(first) == [(one, None, False)], "on again later, by its own button"
        cancel(two)
        assert checks(second) == [(other, two, False)]
        cancel(other)
        assert checks(second) == [(other, two, True)]
        sessions.restore_session(other)
        assert checks(second) == [(other, two, False)]


def test_a_show_that_took_over_and_is_on_air_by_now_keeps_the_verdict(
    agreed: Callable[..., int], plan: Plan, cast: Cast
) -> None:
    one, two = plan("2026-09-10 12:30", 60), plan("2026-09-10 14:00")
    action = agreed(one)
    with acting(cast.actors["lead"]):
        cancel(one)
        sessions.go_live(two, at("2026-09-10 14:00"))
        sessions.restore_session(one)
        assert checks(action) == [(two, one, False)]


def test_a_deleted_show_hands_over_too_and_takes_back_when_it_is_restored(
    agreed: Callable[..., int], plan: Plan, cast: Cast
) -> None:
    one, two = plan("2026-09-11 20:00"), plan("2026-09-12 20:00")
    action = agreed(one)
    with acting(cast.actors["lead"]):
        sessions.trash_session(one)
        assert checks(action) == [(two, one, False)]
        trash.restore(trash.trashed()[0][0])
        assert checks(action) == [(one, None, False)]
        sessions.trash_session(two)
        sessions.trash_session(one)
        assert adrift() == [action]


def test_a_moved_show_still_tells_unless_it_comes_before_what_it_should_tell_about(
    agreed: Callable[..., int], plan: Plan, cast: Cast
) -> None:
    one, two = plan("2026-09-11 20:00"), plan("2026-09-15 20:00")
    action = agreed(one)
    with acting(cast.actors["lead"]):
        lines = sessions.move_preview(one, at("2026-09-12 20:00"), 240, None)
        mine = [line for line in lines if TITLE in line.text]
        assert [(line.group, line.after) for line in mine] == [("moves", at("2026-09-12 20:00"))]
        sessions.move_session(one, live.brief(one).version, at("2026-09-12 20:00"), 240, None)
        assert checks(action) == [(one, None, False)]
        sessions.move_session(one, live.brief(one).version, at("2026-09-06 20:00"), 240, None)
        assert checks(action) == [(two, one, False)]


def test_a_show_of_another_weight_is_no_longer_comparable(agreed: Callable[..., int], plan: Plan, cast: Cast) -> None:
    one, two = plan("2026-09-11 20:00"), plan("2026-09-12 20:00")
    action = agreed(one)
    with acting(cast.actors["lead"]):
        b = live.brief(one)
        sessions.edit_session(one, b.version, b.theme, Weight.BIG, "", [])
        assert checks(action) == [(two, one, False)]


def test_an_action_that_another_show_verifies_anyway_is_not_reported(
    agreed: Callable[..., int], plan: Plan, cast: Cast
) -> None:
    one, two = plan("2026-09-11 20:00"), plan("2026-09-12 20:00")
    action = agreed(one, two)
    with acting(cast.actors["lead"]):
        cancel(one)
        assert sorted(checks(action)) == [(one, None, True), (two, None, False)]
        assert adrift() == []


def test_what_was_signed_stays_with_its_show(agreed: Callable[..., int], aired: Aired, plan: Plan, cast: Cast) -> None:
    done, coming = aired("2026-09-09 20:00"), plan("2026-09-12 20:00")
    action = agreed(done)
    with acting(cast.actors["lead"]):
        services.type_figures(done, {"gmv": Decimal(20)})
        check = actions.actions_for(done)[0].check
        services.sign_verdict(check.id, check.version, Verdict.NOT_REACHED)
        version = actions.action_page(action).action.version
        services.verify_by(action, version, [coming])
        assert sorted(checks(action)) == [(done, None, False), (coming, None, False)]
        assert actions.actions_for(done)[0].check.verdict is Verdict.NOT_REACHED


def test_two_leads_who_choose_at_once_see_each_other(agreed: Callable[..., int], plan: Plan, cast: Cast) -> None:
    one, two, three = plan("2026-09-11 20:00"), plan("2026-09-12 20:00"), plan("2026-09-13 20:00")
    action = agreed(one)
    with acting(cast.actors["manager"]):
        version = actions.action_page(action).action.version
        services.verify_by(action, version, [two])
    with acting(cast.actors["lead"]), pytest.raises(Stale) as fault:
        services.verify_by(action, version, [three])
    assert (fault.value.theirs, fault.value.who_id) == ({"verify": [two]}, cast.manager)
    with acting(cast.actors["lead"]):
        assert checks(action) == [(two, None, False)]


def test_only_shows_that_take_place_later_are_chosen_by_leads_of_the_team(
    agreed: Callable[..., int], aired: Aired, plan: Plan, cast: Cast
) -> None:
    one, gone, early = plan("2026-09-11 20:00"), plan("2026-09-12 20:00"), aired("2026-09-05 20:00")
    action = agreed(one)
    with acting(cast.actors["lead"]):
        cancel(gone)
        version = actions.action_page(action).action.version
        for chosen in ([], [gone], [early], [one, 999_999]):
            with pytest.raises(Invalid) as fault:
                services.verify_by(action, version, chosen)
            assert list(fault.value.fields) == ["verify"], chosen
        assert actions.action_page(action).action.version == version, "a refusal is no change"
    with acting(cast.actors["host"]), pytest.raises(Forbidden):
        services.verify_by(action, version, [one])
    with acting(cast.actors["outsider"]), pytest.raises(NotFound):
        services.verify_by(action, version, [one])


def test_a_lead_is_led_from_today_to_a_show_that_can_tell(
    agreed: Callable[..., int], plan: Plan, cast: Cast, client_of: Client
) -> None:
    one = plan("2026-09-11 20:00")
    action, lead = agreed(one), client_of("lead")
    page = lead.get(f"/sessions/{one}/cancel")
    assert f"Verdict on “{TITLE}”: no later show can tell, choose one" in page.text
    version = re.search(r'name="version"[^>]*value="(\d+)"', page.text)
    assert version
    assert lead.post_form(f"/sessions/{one}/cancel", {"version": version[1], "reason": "设备故障"}).status_code == 303
    place = f"/actions/{action}/verify"
    for path in ("/", "/results"):
        page = lead.get(path)
        assert "Actions no show verifies" in page.text
        assert place in page.text
    assert "No later session of this channel is planned yet." in lead.get(place).text
    two = plan("2026-09-12 20:00")
    page = lead.get(place)
    version = re.search(r'name="version"[^>]*value="(\d+)"', page.text)
    assert version
    bad = lead.post_form(place, {"version": version[1]})
    assert bad.status_code == 422
    assert "Choose at least one session" in bad.text
    assert lead.post_form(place, {"version": version[1], "verify": str(two)}).status_code == 303
    assert "Actions no show verifies" not in lead.get("/results").text
    stale = lead.post_form(place, {"version": version[1], "verify": str(two)})
    assert stale.status_code == 409
    assert "Theirs, saved" in stale.text
