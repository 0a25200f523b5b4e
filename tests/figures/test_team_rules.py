"""What a team agrees on about its figures: how far a miss is a normal swing, and what counts as an interaction."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from planner.base import show
from planner.base.actor import acting
from planner.figures import queries, services
from planner.figures.rules import USUAL, Standing, TeamRules
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, Stale
from planner.live import services as sessions
from planner.live.rules import Weight
from planner.outcomes import services as outcomes
from planner.outcomes.queries import results, reviews
from planner.plan import queries as plans
from planner.plan import services as plan
from planner.plan.rules import Aggregation
from tests.cast import Cast

pytestmark = pytest.mark.engines
Client = Callable[[str], Any]


@pytest.fixture
def aired(cast: Cast, db: Any) -> int:
    """A show of yesterday with a target of 100, which came to 85 with 5 comments, 7 likes and no word of shares."""
    start = clock.now() - timedelta(days=1)
    with acting(cast.actors["lead"]):
        made = sessions.schedule_session("专场", Weight.DAILY, cast.channel, None, start, 60, {"gmv": Decimal(100)})
        sessions.go_live(made, start)
        sessions.end_live(made, start + timedelta(hours=1))
        held = {"gmv": 85, "comments": 5, "likes": 7, "viewers": 100}
        outcomes.type_figures(made, {key: Decimal(value) for key, value in held.items()})
    return made


def agree(tolerance: str = "0.1", *interactions: str) -> None:
    version = queries.versioned_rules()[0]
    services.set_team_rules(version, Decimal(tolerance), interactions or USUAL.interactions)


def test_the_usual_rules_hold_until_a_lead_says_otherwise(cast: Cast, db: Any) -> None:
    with acting(cast.actors["lead"]):
        assert queries.versioned_rules() == (0, USUAL)
        services.set_team_rules(0, Decimal("0.15"), ["likes", "comments", "likes"])
        assert queries.versioned_rules() == (1, TeamRules(Decimal("0.15"), ("comments", "likes")))
        with pytest.raises(Stale) as fault:
            services.set_team_rules(0, Decimal("0.2"), ["likes"])
        assert fault.value.theirs == {"tolerance": 15, "interactions": ["comments", "likes"]}
        assert fault.value.who_id == cast.lead
        for tolerance, parts, field in (
            ("-0.01", ["likes"], "tolerance"), ("0.51", ["likes"], "tolerance"), ("0.1", [], "interactions"),
            ("0.1", ["gmv"], "interactions"),
        ):  # fmt: skip
            with pytest.raises(Invalid) as wrong:
                services.set_team_rules(1, Decimal(tolerance), parts)
            assert list(wrong.value.fields) == [field]
    with acting(cast.actors["outsider"]):
        assert queries.team_rules() == USUAL, "each team has its own"
    with acting(cast.actors["host"]), pytest.raises(Forbidden):
        services.set_team_rules(1, Decimal("0.2"), ["likes"])


def test_the_tolerance_decides_what_needs_an_explanation_everywhere(aired: int, cast: Cast) -> None:
    with acting(cast.actors["lead"]):
        outcomes.open_review(aired)
        assert reviews.review_page(aired).findings[0].row.beyond
        assert reviews.reviews_due()[0].beyond
        agree("0.15")
        page = reviews.review_page(aired)
        assert (page.findings[0].row.beyond, page.blocked, page.tolerance) == (False, False, Decimal("0.15"))
        assert not reviews.reviews_due()[0].beyond
        line = next(r for r in results.result_page(aired).rows if r.metric == "gmv")
        assert line.standing is Standing.WITHIN
        outcomes.close_many([aired], {}, {})
        agree("0.05")
        assert not reviews.review_page(aired).findings[0].row.beyond, (
            "what is closed was judged by the rules of its day"
        )


def test_interactions_are_the_sum_the_team_says(aired: int, cast: Cast) -> None:
    with acting(cast.actors["lead"]):
        found = results.session_result(aired)
        assert found is not None
        assert "interactions" not in found.figures, "shares are missing, which is not 0"
        agree("0.1", "comments", "likes")
        found = results.session_result(aired)
        assert found is not None
        assert (found.figures["interactions"], found.figures["interact_rate"]) == (12, Decimal("0.12"))
        line = next(r for r in results.result_page(aired).rows if r.metric == "interactions")
        assert [part.metric for part in line.parts] == ["comments", "likes"]


def test_goals_that_count_interactions_are_reckoned_anew(aired: int, cast: Cast) -> None:
    with acting(cast.actors["lead"]):
        today: date = show.today()
        period = plan.add_period("本月", today - timedelta(days=10), today + timedelta(days=10))
        goal = plan.add_goal(period, "互动")
        plan.add_target(goal, "interactions", Decimal(100), Aggregation.SUM)
        assert plans.goal(goal)[0].targets[0].value is None
        agree("0.1", "comments", "likes")
        assert plans.goal(goal)[0].targets[0].value == 12
        agree("0.1", "likes")
        assert plans.goal(goal)[0].targets[0].value == 7


def test_a_lead_sets_them_on_a_page(aired: int, cast: Cast, client_of: Client) -> None:
    lead, place = client_of("lead"), "/settings/figures"
    lead.in_english()
    assert place in lead.get("/settings").text
    page = lead.get(place)
    assert 'value="10"' in page.text
    for key in USUAL.interactions:
        assert f'value="{key}" checked' in page.text
    bad = lead.post_form(place, {"version": "", "tolerance": "60", "interactions": "likes"})
    assert bad.status_code == 422
    assert re.search(r'id="tolerance-error".*?between 0 and 50 %', bad.text, re.S)
    sent = {"version": "", "tolerance": "20", "interactions": ["comments", "likes"]}
    assert lead.post_form(place, sent).status_code == 303
    assert lead.post_form(place, sent).status_code == 409, "a second time it is stale"
    with acting(cast.actors["lead"]):
        outcomes.open_review(aired)
    assert "beyond" not in lead.get(f"/sessions/{aired}/review").text
    viewer = client_of("viewer")
    assert place not in viewer.get("/settings").text
    assert viewer.get(place).status_code == 403
