"""Reviews: missed targets become findings, findings end in decisions, and only then the review closes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from planner.base import actor
from planner.base.actor import acting
from planner.checklists import queries as checklists
from planner.checklists import services as sops
from planner.checklists.rules import Anchor, Stage
from planner.figures import queries as figures
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from planner.live import queries as live
from planner.live.rules import State
from planner.outcomes import services
from planner.outcomes.queries import reviews
from planner.outcomes.rules.reviews import Decision, ReviewState
from tests.cast import Cast
from tests.outcomes.conftest import Plan

Aired = Callable[..., int]


@pytest.fixture
def shown(aired: Aired, cast: Cast) -> Callable[..., int]:
    """A show with a target of 100 and figures; the day makes it."""

    def make(day: int, gmv: int, liked: int | None = None, **targets: Any) -> int:
        show = aired(f"2026-09-0{day} 20:00", **({"gmv": 100} | targets))
        held = {"gmv": Decimal(gmv)} | ({"likes": Decimal(liked)} if liked is not None else {})
        with acting(cast.actors["lead"]):
            services.type_figures(show, held)
        return show

    return make


def page_of(show: int) -> reviews.ReviewPage:
    return reviews.review_page(show)


def findings(show: int) -> list[tuple[str | None, Decimal | None, bool]]:
    return [(f.row.metric, f.row.value, f.row.beyond) for f in page_of(show).findings]


def cause(key: str = "host") -> int:
    return next(c.id for c in figures.causes() if c.key == key)


def test_a_review_begins_with_its_missed_targets_as_findings(shown: Callable[..., int], cast: Cast) -> None:
    show = shown(8, 85, 95, likes=100, shares=5)
    with acting(cast.actors["lead"]):
        assert page_of(show).review is None
        first = services.open_review(show)
        assert services.open_review(show) == first, "there is one review"
        assert findings(show) == [("gmv", 85, True), ("likes", 95, False)], "shares are unknown, not missed"
        assert page_of(show).blocked
        assert [d.session.id for d in reviews.reviews_due()] == [show]
        assert (reviews.reviews_due()[0].beyond, [m[0] for m in reviews.reviews_due()[0].missed]) == (
            True,
            ["gmv", "likes"],
        )


def test_a_review_waits_until_the_show_has_been_on_air(plan: Plan, aired: Aired, cast: Cast) -> None:
    planned, silent = plan("2026-09-11 20:00"), aired("2026-09-08 20:00", gmv=100)
    with acting(cast.actors["lead"]):
        with pytest.raises(Refused, match="on air"):
            services.open_review(planned)
        services.open_review(silent)
        with pytest.raises(Refused, match="no figures"):
            services.close_review(silent)
        assert live.brief(silent).state is State.ENDED


@pytest.mark.engines
def test_findings_follow_newer_figures_and_keep_what_people_wrote(shown: Callable[..., int], cast: Cast) -> None:
    show = shown(8, 85, 50, likes=100)
    with acting(cast.actors["lead"]):
        services.open_review(show)
        gmv = page_of(show).findings[0].row
        services.save_finding(gmv.id, gmv.version, None, "20:40 麦克风断 3 分钟", "")
        services.type_figures(show, {"gmv": Decimal(120), "likes": Decimal(120)})
        rest = page_of(show)
        assert findings(show) == [("gmv", 120, False)], "untouched ones go with the miss"
        assert rest.findings[0].reached
        assert not rest.blocked
        services.type_figures(show, {"gmv": Decimal(60), "likes": Decimal(99)})
        assert findings(show) == [("gmv", 60, True), ("likes", 99, False)]
        assert page_of(show).findings[0].row.facts == "20:40 麦克风断 3 分钟"
        services.open_review(show)
        version = page_of(show).findings[0].row.version
        services.open_review(show)
        assert page_of(show).findings[0].row.version == version, "looking again makes no form stale"


@pytest.mark.engines
def test_a_ratio_that_has_no_end_in_decimals_makes_no_form_stale(aired: Aired, cast: Cast) -> None:
    show = aired("2026-09-08 20:00", view_pay_rate="0.5")
    with acting(cast.actors["lead"]):
        services.type_figures(show, {"buyers": Decimal(1), "viewers": Decimal(3)})
        services.open_review(show)
        row = page_of(show).findings[0].row
        services.open_review(show)
        services.save_finding(row.id, row.version, cause(), "", "")


def test_it_does_not_close_while_a_miss_beyond_tolerance_has_neither_cause_nor_decision(
    shown: Callable[..., int], cast: Cast
) -> None:
    show = shown(8, 85, 95, likes=100)
    with acting(cast.actors["lead"]):
        services.open_review(show)
        for _ in range(2):
            with pytest.raises(Refused, match="neither cause nor decision"):
                services.close_review(show)
        row = page_of(show).findings[0].row
        services.save_finding(row.id, row.version, cause("equipment"), "", "也许是流量")
        assert not page_of(show).blocked
        services.close_review(show)
        services.close_review(show)
        now = page_of(show).review
        assert now is not None
        assert (now.state, now.closed_by, now.quick) == (ReviewState.CLOSED, cast.lead, False)
        assert live.brief(show).state is State.REVIEWED
        assert reviews.reviews_due() == []


def test_a_normal_swing_explains_a_miss_within_tolerance_only(shown: Callable[..., int], cast: Cast) -> None:
    show = shown(8, 85, 95, likes=100)
    with acting(cast.actors["lead"]):
        services.open_review(show)
        far, near = (f.row.id for f in page_of(show).findings)
        with pytest.raises(Invalid) as fault:
            services.decide_finding(far, Decision.NORMAL_SWING)
        assert list(fault.value.fields) == ["decision"]
        with pytest.raises(Invalid) as fault:
            services.decide_finding(far, Decision.NO_ACTION, "  ")
        assert list(fault.value.fields) == ["reason"]
        services.decide_finding(near, Decision.NORMAL_SWING)
        services.type_figures(show, {"gmv": Decimal(120), "likes": Decimal(80)})
        assert page_of(show).blocked, "with newer figures it is no swing any more"
        with pytest.raises(Refused):
            services.close_review(show)
        services.decide_finding(near, Decision.NO_ACTION, "节后淡日")
        services.close_review(show)


def test_no_figure_tells_what_somebody_saw(shown: Callable[..., int], cast: Cast) -> None:
    show = shown(8, 120)
    with acting(cast.actors["lead"]):
        made = services.add_finding(show, "  麦克风\n没有备用 ")
        assert [(f.row.title, f.row.beyond) for f in page_of(show).findings] == [("麦克风 没有备用", False)]
        for title in ("", " \t", "长" * 201):
            with pytest.raises(Invalid):
                services.add_finding(show, title)
        services.close_many([show], {show: cause()}, {})
        row = reviews.finding(made).row
        assert row.decision is Decision.NONE, "a swing of what? nobody measured it"


@pytest.mark.engines
def test_daily_shows_are_closed_together_or_not_at_all(shown: Callable[..., int], cast: Cast) -> None:
    good, near, far = shown(6, 100), shown(7, 95), shown(8, 50)
    with acting(cast.actors["lead"]):
        with pytest.raises(Invalid) as fault:
            services.close_many([good, near, far], {}, {good: "顺利"})
        assert list(fault.value.fields) == [f"cause_{far}"], "it names the show that can't be closed"
        assert [live.brief(show).state for show in (good, near, far)] == [State.ENDED] * 3, "all or none"
        assert page_of(good).review is None
        assert services.close_many([good, near, far], {far: cause("traffic")}, {good: "顺利", far: "限流"}) == 3
        assert [live.brief(show).state for show in (good, near, far)] == [State.REVIEWED] * 3
        assert page_of(near).findings[0].row.decision is Decision.NORMAL_SWING
        closed = page_of(far)
        assert closed.review is not None
        assert (closed.review.quick, closed.review.summary) == (True, "限流")
        assert closed.findings[0].row.cause_id == cause("traffic")


@pytest.mark.engines
def test_a_summary_is_kept_and_two_writers_do_not_overwrite_each_other(shown: Callable[..., int], cast: Cast) -> None:
    show = shown(8, 120)
    with acting(cast.actors["lead"]):
        review = services.open_review(show)
        services.save_summary(review, 1, "第一版  \r\n\r\n好")
        with pytest.raises(Stale) as fault:
            services.save_summary(review, 1, "第二版")
        assert fault.value.theirs["summary"] == "第一版\n\n好"
        row = services.add_finding(show, "x")
        services.save_finding(row, 1, None, "a", "")
        with pytest.raises(Stale):
            services.save_finding(row, 1, None, "b", "")


@pytest.mark.engines
def test_a_finding_ends_in_an_sop_change_that_a_lead_accepts(shown: Callable[..., int], plan: Plan, cast: Cast) -> None:
    show = shown(8, 50)
    with acting(cast.actors["member"]):
        services.open_review(show)
        row = page_of(show).findings[0].row
        template = checklists.template_choices()[0][0]
        services.propose_sop(row.id, template, "检查备用麦电量", None, Stage.BEFORE, Anchor.PLANNED_START, -45)
        proposal = checklists.proposals()[0].id
        with pytest.raises(Forbidden):
            sops.accept_proposal(proposal)
    with acting(cast.actors["lead"]):
        assert page_of(show).findings[0].row.decision is Decision.PROPOSAL
        before = plan("2026-09-11 20:00")
        sops.publish_draft(sops.accept_proposal(proposal), checklists.draft_of(template) or 0)
        after = plan("2026-09-12 20:00")
        held = [[i.title for i in checklists.list_page(s).items].count("检查备用麦电量") for s in (before, after)]
        assert held == [0, 1], "the next show learns; a list that is made stays on its version until it is upgraded"
        with pytest.raises(Refused):
            sops.accept_proposal(proposal)
        services.close_review(show)


ACTS: dict[str, Callable[[int, int, int], object]] = {
    "open": lambda show, row, at: services.open_review(show),
    "save": lambda show, row, at: services.save_finding(row, reviews.finding(row).row.version, cause(), "", ""),
    "decide": lambda show, row, at: services.decide_finding(row, Decision.NO_ACTION, "x"),
    "propose": lambda show, row, at: services.propose_sop(
        row, checklists.template_choices()[0][0], "x", None, Stage.BEFORE, Anchor.PLANNED_START, -45),
    "agree": lambda show, row, at: services.agree_action(
        row, "x", actor.current().user_id, date(2026, 9, 10), "gmv", Decimal(1), [at]),
    "add": lambda show, row, at: services.add_finding(show, "x"),
    "sum up": lambda show, row, at: services.save_summary(services.open_review(show), reviews.finding(row).review.version, "x"),
    "close": lambda show, row, at: services.close_review(show),
    "close many": lambda show, row, at: services.close_many([show], {}, {}),
    "reopen": lambda show, row, at: services.reopen_review(show),
}  # fmt: skip
WHILE_CLOSED = {"open", "close", "close many", "reopen"}


@pytest.mark.parametrize("state", ReviewState)
def test_every_state_of_a_review_with_every_act(state: ReviewState, aired: Aired, plan: Plan, cast: Cast) -> None:
    later = plan("2026-09-12 20:00")
    for day, (name, act) in enumerate(ACTS.items(), start=11):
        show = aired(f"2026-08-{day} 20:00", gmv=100)
        with acting(cast.actors["lead"]):
            services.type_figures(show, {"gmv": Decimal(95)})
            services.open_review(show)
            row = page_of(show).findings[0].row.id
            if state is ReviewState.CLOSED:
                services.close_review(show)
            fine = name in WHILE_CLOSED if state is ReviewState.CLOSED else name != "reopen"
            if fine:
                act(show, row, later)
            else:
                with pytest.raises(Refused):
                    act(show, row, later)
            wanted = ReviewState.CLOSED if name.startswith("close") else ReviewState.OPEN if name == "reopen" else state
            now = page_of(show).review
            assert now is not None
            assert now.state is wanted, name
            assert live.brief(show).state is (State.REVIEWED if wanted is ReviewState.CLOSED else State.ENDED), name


@pytest.mark.engines
def test_another_teams_review_does_not_exist(shown: Callable[..., int], cast: Cast) -> None:
    show = shown(8, 50)
    with acting(cast.actors["lead"]):
        review, row = services.open_review(show), page_of(show).findings[0].row.id
        ours = cause()
    with acting(cast.actors["outsider"]):
        for ask in (
            lambda: page_of(show), lambda: reviews.finding(row), lambda: services.open_review(show),
            lambda: services.close_review(show), lambda: services.save_finding(row, 1, None, "", ""),
            lambda: services.decide_finding(row, Decision.NO_ACTION, "x"), lambda: services.save_summary(review, 1, ""),
            lambda: services.add_finding(show, "x"), lambda: services.close_many([show], {}, {}),
            lambda: services.agree_action(row, "x", cast.host, date(2026, 9, 10), "gmv", Decimal(1), [show]),
            lambda: services.reopen_review(show),
        ):  # fmt: skip
            with pytest.raises(NotFound):
                ask()
        theirs = next(c.id for c in figures.causes() if c.key == "host")
    with acting(cast.actors["lead"]):
        assert theirs != ours
        with pytest.raises(NotFound):
            services.save_finding(row, 1, theirs, "", "")


def test_who_may_review_and_who_may_close(shown: Callable[..., int], cast: Cast) -> None:
    show = shown(8, 120)
    with acting(cast.actors["viewer"]):
        page_of(show)
        with pytest.raises(Forbidden):
            services.open_review(show)
    with acting(cast.actors["host"]):
        services.add_finding(show, "灯光偏黄")
        for act in (services.close_review, services.reopen_review):
            with pytest.raises(Forbidden):
                act(show)
    with acting(cast.actors["manager"]):
        services.close_review(show)
        services.reopen_review(show)
