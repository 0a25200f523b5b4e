"""Linking a row by hand: what is refused, what is asked about first, what is offered; and missing sessions. Both engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from planner.base import i18n
from planner.base.actor import acting
from planner.kernel.errors import Refused
from planner.live import queries as live
from planner.live import services as sessions
from planner.live.rules import Platform, State
from planner.outcomes import services
from planner.outcomes.queries import imports, results
from planner.outcomes.rules import sample
from planner.outcomes.services.imports import Doubtful
from tests.cast import Cast
from tests.outcomes.conftest import ACCOUNT, Bring, Plan, at, row, speaking

pytestmark = pytest.mark.engines


def first_row(made: int) -> imports.RowView:
    return imports.import_page(made).rows[0]


def test_a_session_far_away_or_of_another_account_is_linked_only_after_a_yes(
    bring: Bring, plan: Plan, cast: Cast
) -> None:
    with acting(cast.actors["lead"]):
        second = sessions.add_channel(Platform.DOUYIN, "晨光二号", "chenguang_two")
    far, strange = plan("2026-09-09 04:54", 120), plan("2026-09-09 20:00", 60, channel=second)
    both = plan("2026-09-08 20:00", 60, channel=second)
    made = bring(sample.as_csv([row("2026-09-09 20:00")]))
    wanted = {
        far: ["They began 906 minutes apart."],
        strange: [f"Another account: the row is of {ACCOUNT}, the session of chenguang_two."],
        both: [
            f"Another account: the row is of {ACCOUNT}, the session of chenguang_two.", "They began 1440 minutes apart.",
        ],
    }  # fmt: skip
    with acting(cast.actors["lead"]):
        line = first_row(made).row.id
        for session_id, doubts in wanted.items():
            before = first_row(made).session
            with pytest.raises(Doubtful) as fault:
                services.link_row(line, str(session_id))
            assert [i18n.told(d) for d in fault.value.details] == doubts
            assert first_row(made).session == before, "nothing is linked before the yes"
            services.link_row(line, str(session_id), sure=True)
            linked = first_row(made).session
            assert linked is not None
            assert linked.id == session_id


def test_a_session_within_tolerance_or_on_air_then_needs_no_yes(bring: Bring, plan: Plan, cast: Cast) -> None:
    near, around = plan("2026-09-09 18:31", 30), plan("2026-09-09 10:00", 480)
    made = bring(sample.as_csv([row("2026-09-09 20:00"), row("2026-09-09 17:59")]))
    with acting(cast.actors["lead"]):
        one, two = (v.row.id for v in imports.import_page(made).rows)
        services.link_row(one, str(near))
        services.link_row(two, str(around))


def test_other_platforms_sessions_to_come_and_cancelled_ones_are_refused_whatever_is_said(
    bring: Bring, plan: Plan, cast: Cast, noon: time_machine.Traveller
) -> None:
    with acting(cast.actors["lead"]):
        other = sessions.add_channel(Platform.TAOBAO, "晨光淘宝", ACCOUNT)
    strange, ahead = plan("2026-09-09 20:00", 60, channel=other), plan("2026-09-10 13:31", 60)
    soon = plan("2026-09-10 12:20", 60)
    off = plan("2026-09-09 20:30", 60)
    made = bring(sample.as_csv([row("2026-09-10 11:50", 5)]), "2026-09-10 11:59")
    with acting(cast.actors["lead"]):
        sessions.cancel_session(off, live.brief(off).version, "停电")
        line = first_row(made).row.id
        for session_id, told in ((strange, "of Douyin"), (ahead, "still to come"), (off, "cancelled")):
            for sure in (False, True):
                with pytest.raises(Refused, match=told):
                    services.link_row(line, str(session_id), sure=sure)
        services.link_row(line, str(soon))
        offered = [c.session.id for c in first_row(made).near]
        assert not set(offered) & {strange, ahead, off}, "what is refused is not offered"


def test_a_row_is_matched_neither_with_another_platform_nor_with_a_session_to_come(
    bring: Bring, plan: Plan, cast: Cast
) -> None:
    with acting(cast.actors["lead"]):
        other = sessions.add_channel(Platform.KUAISHOU, "晨光快手", "kuai_only")
    plan("2026-09-09 20:00", 60, channel=other)
    made = bring(sample.as_csv([row("2026-09-09 20:00", account="kuai_only")]))
    with acting(cast.actors["lead"]):
        view = first_row(made)
        assert (view.session, view.channel) == (None, None)
        with pytest.raises(Refused, match="No Douyin channel"):
            services.link_row(view.row.id, "make")


def test_the_nearest_sessions_are_offered_first_with_how_far_they_are(bring: Bring, plan: Plan, cast: Cast) -> None:
    with acting(cast.actors["lead"]):
        second = sessions.add_channel(Platform.DOUYIN, "晨光二号", "chenguang_two")
    days = [plan(f"2026-09-0{day} 20:00", 60) for day in (3, 4, 5, 6, 8)]
    close = plan("2026-09-07 19:00", 30, channel=second)
    made = bring(sample.as_csv([row("2026-09-07 20:30:30")]))
    with acting(cast.actors["lead"]):
        offered = first_row(made).near
        assert [c.session.id for c in offered][:3] == [close, days[4], days[3]]
        assert [(c.minutes, c.same_account) for c in offered][:3] == [(90, False), (1409, True), (1470, True)]


def test_rows_of_one_show_share_the_session_that_is_made_and_a_planned_one_is_used(
    bring: Bring, plan: Plan, cast: Cast, result_of: Callable[[int], results.Result | None]
) -> None:
    rows = [row("2026-09-01 20:00", 60, gmv=1), row("2026-09-01 21:10", 60, gmv=2), row("2026-09-02 20:00", 60, gmv=4)]
    made = bring(sample.as_csv(rows))
    with acting(cast.actors["lead"]):
        for view in imports.import_page(made).rows:
            services.link_row(view.row.id, "make")
        assert imports.import_page(made).linked == 3
    planned = plan("2026-09-02 20:10", 60)
    with acting(cast.actors["lead"]):
        assert services.store_import(made) == {"new": 3}
        one, two, three = (v.session.id for v in imports.import_page(made).rows if v.session)
        assert (one, three) == (two, planned)
        assert [v.row.made for v in imports.import_page(made).rows] == [True, False, False]
    assert [found.figures["gmv"] for found in map(result_of, (one, three)) if found] == [3, 4]


def test_the_missing_session_is_named_in_the_readers_language(bring: Bring, cast: Cast) -> None:
    made = bring(sample.as_csv([row("2026-09-01 20:00", 60, gmv=1)]))
    with acting(cast.actors["lead"]), speaking(i18n.CHINESE):
        services.link_row(first_row(made).row.id, "make")
        services.store_import(made)
        born = first_row(made).session
        assert born is not None
        assert born.theme == "晨光美妆 9月1日 周二"


def test_a_row_whose_place_is_taken_is_left_out_and_the_others_are_stored(
    bring: Bring, plan: Plan, cast: Cast, result_of: Any
) -> None:
    made = bring(sample.as_csv([row("2026-09-01 20:00", 240, gmv=1), row("2026-09-02 20:00", 60, gmv=2)]))
    with acting(cast.actors["lead"]):
        for view in imports.import_page(made).rows:
            services.link_row(view.row.id, "make")
    taken = plan("2026-09-01 22:00", 60)
    with acting(cast.actors["lead"]):
        assert services.store_import(made) == {"clash": 1, "new": 1}
        assert imports.import_page(made).rows[0].session is None
        assert live.brief(taken).state is State.SCHEDULED
        assert live.briefs_between(at("2026-09-01 12:00"), at("2026-09-02 03:00")) == [live.brief(taken)]


def test_a_show_that_went_on_air_hours_early_is_matched_and_offered_by_its_real_stream(
    bring: Bring, plan: Plan, cast: Cast, result_of: Callable[[int], results.Result | None]
) -> None:
    tonight = plan("2026-09-10 20:00")
    with acting(cast.actors["lead"]):
        sessions.go_live(tonight, at("2026-09-10 09:15"))
        sessions.end_live(tonight, at("2026-09-10 10:45"))
    made = bring(sample.as_csv([row("2026-09-10 09:15", 90, gmv=7)]))
    with acting(cast.actors["lead"]):
        view = first_row(made)
        assert (view.session, view.row.minutes_off) == (live.brief(tonight), 0)
        assert [(c.session.id, c.minutes) for c in view.near] == [(tonight, 0)]
        services.link_row(view.row.id, "skip")
        services.link_row(view.row.id, str(tonight))
        assert services.store_import(made) == {"new": 1}
    found = result_of(tonight)
    assert found is not None
    assert found.figures["gmv"] == 7


def test_the_nearest_are_found_among_many_by_when_they_really_began(bring: Bring, plan: Plan, cast: Cast) -> None:
    early = plan("2026-09-10 20:00")
    for hour in range(12):
        plan(f"2026-09-09 {hour:02}:00", 30)
        plan(f"2026-09-09 {12 + hour:02}:30", 30)
    with acting(cast.actors["lead"]):
        sessions.go_live(early, at("2026-09-10 02:00"))
        sessions.end_live(early, at("2026-09-10 03:00"))
    made = bring(sample.as_csv([row("2026-09-10 02:40", account="new")]))
    with acting(cast.actors["lead"]):
        offered = first_row(made).near
        assert (offered[0].session.id, offered[0].minutes) == (early, 40)
