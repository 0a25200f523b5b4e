"""What came of a show: typed and imported figures, targets, comparable shows, the funnel, the report for the group."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from planner.base import i18n
from planner.base.actor import acting
from planner.figures.rules import Standing
from planner.kernel.errors import Forbidden, Invalid, Refused
from planner.live import queries as live
from planner.live import services as sessions
from planner.live.rules import Apart, LogKind, Weight
from planner.outcomes import services
from planner.outcomes.queries import actions, results, reviews
from planner.outcomes.words import report
from tests.cast import Cast
from tests.outcomes.conftest import Plan, at, read, row, speaking

Aired = Callable[..., int]
ResultOf = Callable[[int], results.Result | None]


def typed(cast: Cast, session_id: int, **held: Any) -> str:
    with acting(cast.actors["lead"]):
        return services.type_figures(session_id, {key: Decimal(str(value)) for key, value in held.items()})


def page_of(cast: Cast, session_id: int) -> results.ResultPage:
    with acting(cast.actors["lead"]):
        return results.result_page(session_id)


def row_of(cast: Cast, session_id: int, metric: str) -> results.ResultRow:
    return next(r for r in page_of(cast, session_id).rows if r.metric == metric)


@pytest.mark.engines
def test_typed_figures_fill_what_no_file_says_and_newer_ones_replace_them(
    aired: Aired, cast: Cast, take: Callable[..., Any], result_of: ResultOf
) -> None:
    show = aired("2026-09-09 20:00")
    assert typed(cast, show, gmv="0.1", likes=7) == "new"
    assert typed(cast, show, gmv="0.1", likes=7) == "unchanged"
    assert typed(cast, show, gmv="0.3", likes=0, shares=2) == "replaced"
    found = result_of(show)
    assert found is not None
    assert (found.base["gmv"], found.base["likes"], found.sources) == (Decimal("0.3"), 0, ("typed",))
    assert "interactions" not in found.figures, "comments are not known"
    take([row("2026-09-09 20:01:09", 259, gmv="18980.31", comments=330)])
    both = result_of(show)
    assert both is not None
    assert (both.base["gmv"], both.figures["interactions"]) == (Decimal("18980.31"), 332)
    assert both.sources == ("file", "typed")
    with acting(cast.actors["lead"]):
        assert results.typed_figures(show).values == {"gmv": Decimal("0.3"), "likes": 0, "shares": 2}
        assert len(results.result_page(show).sets) == 3


@pytest.mark.parametrize("held", [{"gmv": "-1"}, {"gmv": "100000000001"}, {"roi": "3"}, {"nonsense": "3"}])
def test_a_typed_figure_that_can_not_be_is_refused_at_its_field(held: dict[str, str], aired: Aired, cast: Cast) -> None:
    show = aired("2026-09-09 20:00")
    with pytest.raises(Invalid) as fault:
        typed(cast, show, **(held | {"likes": 1}))
    assert list(fault.value.fields) == list(held)
    assert page_of(cast, show).result is None


def test_the_largest_figures_there_are_and_the_least_spend_are_stored(aired: Aired, cast: Cast) -> None:
    show = aired("2026-09-09 20:00")
    typed(cast, show, gmv=10**11, paid_amount=10**11, ad_spend="0.01", views=1, viewers=1, buyers=1)
    assert row_of(cast, show, "gmv").value == 10**11
    assert "roi" not in [r.metric for r in page_of(cast, show).rows if r.value is not None]


def test_figures_come_in_after_air_only_and_not_from_viewers(plan: Plan, aired: Aired, cast: Cast) -> None:
    with pytest.raises(Refused, match="on air"):
        typed(cast, plan("2026-09-09 20:00"), gmv=1)
    show = aired("2026-09-08 20:00")
    with acting(cast.actors["viewer"]), pytest.raises(Forbidden):
        services.type_figures(show, {"gmv": Decimal(1)})
    with acting(cast.actors["member"]):
        assert services.type_figures(show, {"gmv": Decimal(1)}) == "new"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("100", Standing.REACHED), ("99.99", Standing.WITHIN), ("90", Standing.WITHIN), ("89.99", Standing.MISSED),
        ("0", Standing.MISSED),
    ],
)  # fmt: skip
def test_a_result_stands_against_its_targets(value: str, shown: Standing, aired: Aired, cast: Cast) -> None:
    show = aired("2026-09-09 20:00", gmv=100, refund_rate="0.1", likes=5)
    typed(cast, show, gmv=value, refund_amount=0)
    line = row_of(cast, show, "gmv")
    assert line.standing is shown
    rate = row_of(cast, show, "refund_rate")
    assert (rate.value, rate.standing) == ((0, Standing.REACHED) if value != "0" else (None, None)), "less is better"
    unknown = row_of(cast, show, "likes")
    assert (unknown.value, unknown.standing) == (None, None), "unknown is not missed"
    judged = page_of(cast, show).judged
    assert (judged.standing, judged.targets) == (shown, 3)
    assert "likes" in judged.unknown


@pytest.mark.engines
def test_comparable_shows_are_the_last_eight_of_channel_and_weight(aired: Aired, cast: Cast) -> None:
    for day in range(10, 20):
        typed(cast, aired(f"2026-08-{day} 20:00"), gmv=day, viewers=100)
    typed(cast, aired("2026-08-20 20:00", weight=Weight.BIG), gmv=10_000)
    odd = aired("2026-08-21 20:00")
    typed(cast, odd, gmv=10_000)
    aired("2026-08-22 20:00")
    with acting(cast.actors["lead"]):
        b = live.brief(odd)
        sessions.edit_session(odd, b.version, b.theme, b.weight, "", [], no_compare=True)
    now, later = aired("2026-08-25 20:00"), aired("2026-08-26 20:00")
    typed(cast, now, gmv=50)
    typed(cast, later, gmv=10_000)
    page, past = page_of(cast, now), row_of(cast, now, "gmv").past
    assert (page.compared, page.by_hour) == (8, False)
    assert past is not None
    assert (past.n, past.mean, past.least, past.most) == (8, Decimal("15.5"), 12, 19)
    with acting(cast.actors["lead"]):
        first = live.past_briefs(limit=20)[-1]
    assert page_of(cast, first.id).compared == 0
    assert row_of(cast, first.id, "gmv").past is None


@pytest.mark.parametrize(
    ("minutes", "by_hour", "mean"),
    [(240, False, 100), (192, False, 100), (288, False, 100), (191, True, 0), (289, True, 0)],
)
def test_lengths_that_differ_by_more_than_a_fifth_are_compared_by_the_hour(
    minutes: int, by_hour: bool, mean: int, aired: Aired, cast: Cast
) -> None:
    typed(cast, aired("2026-09-01 20:00", minutes), gmv=100, paid_amount=50, views=1000)
    show = aired("2026-09-09 20:00", 240)
    typed(cast, show, gmv=100, paid_amount=50, views=1000)
    page, past = page_of(cast, show), row_of(cast, show, "gmv").past
    assert page.by_hour is by_hour
    assert past is not None
    assert abs(past.mean - (mean or Decimal(100) * 240 / minutes)) < Decimal("0.0001")
    gpm = row_of(cast, show, "gpm").past
    assert gpm is not None
    assert gpm.mean == 50, "a ratio is not scaled"


def test_the_funnel_counts_people_and_shows_what_is_missing(
    plan: Plan, cast: Cast, take: Callable[..., Any], shows: list[int]
) -> None:
    take(read("compass_utf8bom.csv"))
    steps = page_of(cast, shows[0]).funnel
    assert [(key, value) for key, value, _rate in steps] == [
        ("exposed_users", 89651), ("viewers", 16614), ("product_exposed_users", 13685), ("clickers", 7085), ("buyers", 1702),
    ]  # fmt: skip
    assert [None if rate is None else round(rate, 4) for _k, _v, rate in steps] == [
        None, Decimal("0.1853"), Decimal("0.8237"), Decimal("0.5177"), Decimal("0.2402"),
    ]  # fmt: skip
    part = plan("2026-09-04 20:00")
    take([row("2026-09-04 20:00", viewers=10, clickers=0, buyers=0)])
    assert [(value, rate) for _key, value, rate in page_of(cast, part).funnel] == [
        (None, None), (10, None), (None, None), (0, None), (0, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "provisional", "final", "words"),
    [
        (i18n.CHINESE, "暂估", "终值", ["成交金额", "¥45,000.00", "¥50,000.00", "90% 略低"]),
        (i18n.ENGLISH, "provisional", "final", ["GMV ¥45,000.00 / ¥50,000.00 90% within tolerance"]),
    ],
)
def test_the_report_for_the_group_says_provisional_until_it_is_final(
    language: str, provisional: str, final: str, words: list[str], aired: Aired, cast: Cast,
    noon: time_machine.Traveller,
) -> None:  # fmt: skip
    noon.move_to(at("2026-09-10 01:00"))
    show = aired("2026-09-09 20:00", gmv=50_000, likes=10)
    with acting(cast.actors["lead"]), speaking(language):
        assert report(results.result_page(show)) == ""
        services.type_figures(show, {"gmv": Decimal(45_000), "viewers": Decimal(900)})
        told = report(results.result_page(show))
        assert provisional in told.splitlines()[0]
        assert "专场 2026-09-09 20:00" in told.splitlines()[0]
        for word in words:
            assert word in told, told
        assert "–" not in "".join(told.splitlines()[1:]), "what is unknown is left out"
        noon.move_to(at("2026-09-10 12:00"))
        services.type_figures(show, {"gmv": Decimal(45_001), "viewers": Decimal(900)})
        told = report(results.result_page(show))
        assert provisional not in told
        assert final in told.splitlines()[0]


def test_the_report_tells_real_times_past_means_what_happened_on_air_and_what_is_next(
    aired: Aired, plan: Plan, cast: Cast
) -> None:
    for day in (6, 7):
        typed(cast, aired(f"2026-09-0{day} 20:00"), gmv=40, viewers=100)
    show, later = plan("2026-09-09 20:00", 240, gmv=100), plan("2026-09-11 20:00")
    with acting(cast.actors["lead"]):
        sessions.go_live(show, at("2026-09-09 20:03"))
        for kind in (LogKind.SOUND, LogKind.SOUND, LogKind.PRICE, LogKind.HIGHLIGHT, LogKind.CHAT):
            sessions.log_entry(show, kind, secrets.token_hex(16))
        sessions.end_live(show, at("2026-09-10 00:03"))
    typed(cast, show, gmv="99.96", viewers=100)
    with acting(cast.actors["lead"]):
        services.open_review(show)
        finding = reviews.review_page(show).findings[0].row.id
        services.agree_action(finding, "备用麦上架", cast.host, date(2026, 9, 11), "gmv", Decimal(110), [later])
        page, log = results.result_page(show), live.log(show)
        agreed = [v for v in actions.actions_around(show) if v.action.session_id == show]
        english = report(page, log, agreed).splitlines()
        with speaking(i18n.CHINESE):
            chinese = report(page, log, agreed).splitlines()
    assert english[0] == "【专场 2026-09-09 20:00】Wed 9 Sep 20:03–next day 00:03 (final)"
    assert "GMV ¥99.96 / ¥100.00 99.9% within tolerance · mean of 2 ¥40.00 ▲150%" in english
    assert "Viewers (people) 100 · mean of 2 100 =0%" in english
    assert english[-3:] == [
        "Noted on air: 3 faults (Sound、Price) · 1 highlight", "Next:", "- 备用麦上架 (小米, Fri 11 Sep) · GMV → ¥110.00",
    ]  # fmt: skip
    assert "成交金额 GMV ¥99.96 / ¥100.00 99.9% 略低 · 近 2 场均值 ¥40.00 ▲150%" in chinese
    assert chinese[-2] == "下一步："


def test_the_report_is_copied_by_a_button_at_the_head_of_the_result(
    aired: Aired, cast: Cast, client_of: Callable[[str], Any]
) -> None:
    show = aired("2026-09-09 20:00", gmv=100)
    typed(cast, show, gmv=100)
    page = client_of("lead").get(f"/sessions/{show}?phase=review").text
    head = page[page.index("<h2>Result</h2>") : page.index('class="table is-stack is-figures"')]
    assert 'data-copy="#report-text"' in head
    assert "Copy the report" in head
    text = page[page.index('<pre id="report-text">') :]
    assert f"http://localhost/sessions/{show}?phase=review" in text[: text.index("</pre>")]


def test_viewers_of_two_streams_are_marked_as_an_upper_bound(
    take: Callable[..., Any], shows: list[int], cast: Cast
) -> None:
    take(read("compass_utf8bom.csv"))
    assert [row_of(cast, show, "viewers").bound for show in shows] == ["", "", "upper bound", ""]
    assert not row_of(cast, shows[2], "gmv").bound


def test_while_it_is_on_air_nothing_is_final_and_then_not_before_it_has_ended(
    plan: Plan, cast: Cast, noon: time_machine.Traveller, result_of: ResultOf
) -> None:
    show = plan("2026-09-09 22:00", 600)
    noon.move_to(at("2026-09-09 22:00"))
    with acting(cast.actors["lead"]):
        sessions.go_live(show)
    noon.move_to(at("2026-09-10 07:00"))
    typed(cast, show, gmv=1)
    running = result_of(show)
    assert running is not None
    assert running.provisional, "the business day is over, the show is not"
    noon.move_to(at("2026-09-10 08:30"))
    with acting(cast.actors["lead"]):
        sessions.end_live(show)
    early = result_of(show)
    assert early is not None
    assert early.provisional, "of half past seven, with more than an hour still to come"
    noon.move_to(at("2026-09-10 08:31"))
    typed(cast, show, gmv=2)
    after = result_of(show)
    assert after is not None
    assert not after.provisional


def tag(cast: Cast, session_id: int, *tags: str) -> None:
    with acting(cast.actors["lead"]):
        b = live.brief(session_id)
        sessions.edit_session(session_id, b.version, b.theme, b.weight, "", list(tags))


@pytest.mark.engines
def test_promotion_nights_are_left_out_by_their_tag_and_named_with_the_others(aired: Aired, cast: Cast) -> None:
    nights = {name: aired(f"2026-09-0{day} 20:00") for day, name in enumerate(
        ("大促", "plain", "双11", "incident", "by hand", "预热 大促返场"), start=1)}  # fmt: skip
    for gmv, show in enumerate(nights.values(), start=1):
        typed(cast, show, gmv=gmv)
    for name in ("大促", "双11", "预热 大促返场"):
        tag(cast, nights[name], name)
    with acting(cast.actors["lead"]):
        sessions.log_entry(nights["incident"], LogKind.SOUND, "a" * 32)
        for name in ("incident", "by hand"):
            sessions.leave_out(nights[name], True)
    now = aired("2026-09-09 20:00")
    typed(cast, now, gmv=50)
    page = page_of(cast, now)
    assert page.compared == 1
    assert {one.session.id: one.why for one in page.left_out} == {
        nights["大促"]: Apart.PROMOTION, nights["双11"]: Apart.PROMOTION, nights["预热 大促返场"]: Apart.PROMOTION,
        nights["incident"]: Apart.INCIDENT, nights["by hand"]: Apart.BY_HAND,
    }  # fmt: skip
    assert page.apart is None
    own = page_of(cast, nights["incident"]).apart
    assert own is not None
    assert own.why is Apart.INCIDENT
    with acting(cast.actors["lead"]):
        sessions.leave_out(nights["by hand"], False)
    assert page_of(cast, now).compared == 2


def test_nights_before_those_that_are_compared_are_not_named(aired: Aired, cast: Cast) -> None:
    old = aired("2026-08-01 20:00")
    for day in range(10, 18):
        typed(cast, aired(f"2026-08-{day} 20:00"), gmv=day)
    near, now = aired("2026-08-13 01:00"), aired("2026-08-25 20:00")
    for show in (old, near):
        with acting(cast.actors["lead"]):
            sessions.leave_out(show, True)
    assert [one.session.id for one in page_of(cast, now).left_out] == [near]


@pytest.mark.engines
def test_every_row_says_where_it_comes_from_and_what_it_is_made_of(
    aired: Aired, cast: Cast, take: Callable[..., Any], noon: time_machine.Traveller
) -> None:
    show = aired("2026-09-09 20:00")
    noon.move_to(at("2026-09-10 13:00"))
    typed(cast, show, likes=7, ad_spend=9)
    noon.move_to(at("2026-09-10 14:00"))
    take([row("2026-09-09 20:00", gmv=90, refund_amount=9, orders=3, views=10, paid_amount=45)], "2026-09-10 12:30")
    gmv, roi, gpm = (row_of(cast, show, key) for key in ("gmv", "roi", "gpm"))
    assert gmv.origin is not None
    assert (gmv.origin.source, gmv.origin.taken_at, gmv.parts) == ("file", at("2026-09-10 12:30"), [])
    assert [(p.sign, p.metric, p.value, p.origin.source) for p in roi.parts] == [
        ("", "gmv", 90, "file"), ("÷", "ad_spend", 9, "typed"),
    ]  # fmt: skip
    assert roi.parts[1].origin.taken_at is not None
    assert at("2026-09-10 13:00") <= roi.parts[1].origin.taken_at < at("2026-09-10 13:05")
    assert [(p.sign, p.metric) for p in row_of(cast, show, "gmv_after_refund").parts] == [
        ("", "gmv"), ("−", "refund_amount"),
    ]  # fmt: skip
    assert gpm.value == 4500
    page = page_of(cast, show)
    assert [(s.source, s.current, s.start is not None, s.import_id is not None) for s in page.sets] == [
        ("file", True, True, True), ("typed", True, False, False),
    ]  # fmt: skip
    assert page.result is not None
    assert page.result.origins["minutes"].source in ("file", "times")
