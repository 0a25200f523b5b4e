"""How an SOP does: the arithmetic of the pass rate, what counts as accepted, who sees whose figures, what is offered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from planner.base.actor import acting
from planner.checklists import queries, services
from planner.checklists.queries.learning import Wanted
from planner.checklists.rules import Anchor, ItemState, Kind, Stage
from planner.checklists.rules import learning as rules
from planner.checklists.rules.learning import COUNTED, Fact, Outcome, PassRate, Seen
from planner.kernel import clock
from planner.kernel.errors import NotFound
from planner.live import queries as shows
from planner.live import services as live
from tests.cast import Cast
from tests.checklists.conftest import HOUR, PHOTO, Item, Items, Plan, key
from tests.live.conftest import client_of as client_of
from tests.live.pages import statements

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
MOMENTS = st.one_of(st.none(), st.integers(-300, 300).map(lambda n: NOW + n * MINUTE))
FACTS = st.builds(
    Fact, st.sampled_from(ItemState), MOMENTS, MOMENTS, MOMENTS, overridden=st.booleans(), accepted=st.booleans()
)


@given(st.lists(FACTS, max_size=30), st.lists(FACTS, max_size=30))
def test_the_pass_rate_is_a_quotient_of_sums_of_what_was_due(some: list[Fact], others: list[Fact]) -> None:
    first, second = ([rules.outcome_of(fact, NOW) for fact in facts] for facts in (some, others))
    rate = rules.pass_rate(first)
    assert 0 <= rate.passed <= rate.due <= len(some)
    assert (rate.share is None) is (rate.due == 0)
    assert rules.pass_rate([*first, *second]) == rate + rules.pass_rate(second), "periods add up by their sums"
    left = [o for o in first if o not in (Outcome.OUT, Outcome.EXCUSED)]
    assert rules.pass_rate(left) == rate, "不适用 and what was left out with an accepted reason leave the sum"


@given(FACTS)
def test_only_what_was_done_in_time_passes(fact: Fact) -> None:
    found = rules.outcome_of(fact, NOW)
    if fact.state is ItemState.NOT_APPLICABLE or fact.due is None:
        assert found is Outcome.OUT
    elif fact.overridden:
        assert found is Outcome.OVERRIDDEN, "done later or not, the show went on air without it"
    elif found is Outcome.IN_TIME:
        assert fact.state is ItemState.DONE
        assert fact.acted_at is None or fact.acted_at < (fact.expires or fact.due + MINUTE)
    elif found is Outcome.EXCUSED:
        assert fact.state is ItemState.SKIPPED
        assert fact.accepted
    if found in COUNTED and fact.state is ItemState.OPEN and not fact.overridden:
        assert found is Outcome.FAILED
        assert fact.due is not None
        assert fact.due <= NOW or fact.expires is not None


@pytest.mark.parametrize(
    ("seconds", "outcome"), [(-1, "in_time"), (0, "in_time"), (59, "in_time"), (60, "late"), (3600, "late")]
)
def test_the_minute_in_which_it_is_due_is_in_time(seconds: int, outcome: str) -> None:
    assert rules.outcome_of(Fact(ItemState.DONE, NOW, None, NOW + timedelta(seconds=seconds)), NOW + DAY) == outcome


def test_what_comes_round_is_in_time_until_the_next_one_is_due() -> None:
    due, next_one = NOW, NOW + 30 * MINUTE
    done = [Fact(ItemState.DONE, due, next_one, due + n * MINUTE) for n in (0, 29, 30)]
    assert [rules.outcome_of(f, NOW + DAY) for f in done] == ["in_time", "in_time", "late"]
    still = Fact(ItemState.OPEN, due, next_one, None)
    assert [rules.outcome_of(still, NOW + n * MINUTE) for n in (5, 30)] == [Outcome.OUT, Outcome.FAILED]


@given(st.integers(1, 3000))
def test_what_is_late_is_offered_earlier_by_whole_steps(late: int) -> None:
    by = rules.earlier_by(late)
    assert by >= min(late, rules.LONGEST_EARLIER)
    assert by in (5, 15, 30) or by % 30 == 0
    assert by - late < 30 or by <= 30


def test_offers_need_more_than_half_of_ten_or_fifty_without_a_fault() -> None:
    good, late = Seen((Outcome.IN_TIME,)), Seen((Outcome.LATE,), (12,))
    out = Seen((Outcome.OUT, Outcome.EXCUSED))
    assert rules.often_late([late] * 5 + [good] * 5) is None
    assert rules.often_late([out, *[late] * 6, *[good] * 40]) == (6, 12)
    assert rules.often_late([*[good] * 10, *[late] * 40]) is None, "the last ten count"
    assert not rules.is_never_failed([good] * 49)
    assert rules.is_never_failed([out, *[good] * 50, late])
    assert not rules.is_never_failed([*[good] * 49, late])
    assert rules.earlier_offset(Anchor.PLANNED_START, -30, 12) == -45
    assert rules.earlier_offset(Anchor.REAL_END, 30, 12) == 15
    assert rules.earlier_offset(Anchor.REAL_END, 5, 12) is None, "never before the end it hangs on"
    assert rules.earlier_offset(Anchor.EVERY, 30, 12) is None


# ------------------------------------------------------------------------ services


Run = Callable[..., int]


@pytest.fixture
def run(cast: Cast, plan: Plan) -> Run:
    """A show that is over: everything before it is done so many minutes after its time, but for what is given."""

    def make(
        start: datetime, late: int = -5, leave: Callable[[Any], bool] = lambda row: False, go: str | None = None
    ) -> int:
        with clock.standing(start - 15 * DAY):
            made = plan(start, crew=[("host", cast.host), ("control", cast.member), ("tech", cast.member)])
        with acting(cast.actors["lead"]):
            rows = [i for i in queries.list_page(made).items if i.stage in (Stage.PREPARE, Stage.BEFORE)]
        for row in rows:
            if row.due is None or leave(row):
                continue
            for login in ("lead", "member"):
                with clock.standing(min(row.due + late * MINUTE, start - MINUTE)), acting(cast.actors[login]):
                    services.tick(row.id, key(), PHOTO)
        if go is not None:
            with clock.standing(start - 2 * MINUTE), acting(cast.actors["lead"]):
                live.give_go(made, go)
        with acting(cast.actors["lead"]):
            with clock.standing(start):
                live.go_live(made)
            with clock.standing(start + 4 * HOUR):
                live.end_live(made)
        return made

    return make


def rate_of(cast: Cast, session_id: int, at: datetime) -> PassRate:
    with clock.standing(at), acting(cast.actors["lead"]):
        return queries.pass_rates({session_id: shows.brief(session_id)}).get(session_id, PassRate())


def template_of(cast: Cast) -> int:
    """The SOP of daily shows."""
    with acting(cast.actors["lead"]):
        return queries.template_choices()[0][0]


def learned(cast: Cast, login: str = "lead", **more: Any) -> queries.Learned:
    with acting(cast.actors[login]):
        return queries.learned(template_of(cast), **more)


def tally(view: queries.Learned, sop_key: str) -> Any:
    return next(i.tally for i in view.items if i.key == sop_key)


@pytest.fixture
def night() -> datetime:
    """20:00 in the studio, forty days ago."""
    return datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - 40 * DAY


@pytest.mark.engines
def test_a_session_counts_what_was_due_and_nothing_that_is_still_to_come(
    cast: Cast, run: Run, night: datetime, items_of: Items
) -> None:
    made = run(night)
    before = 10  # the lines of a daily show before air: all were done five minutes early
    at_the_end = rate_of(cast, made, night + 4 * HOUR)
    readings = len([i for i in items_of(made, "reading") if i.state is not ItemState.NOT_APPLICABLE])
    assert at_the_end == PassRate(at_the_end.passed, at_the_end.passed + readings), "nobody has read a figure"
    assert at_the_end.passed in (before - 1, before)
    later = rate_of(cast, made, night + 30 * HOUR)
    assert later.passed == at_the_end.passed
    assert later.due > at_the_end.due, "what is due after air comes into the sum when its time has come"
    with clock.standing(night + 4 * HOUR + 3 * MINUTE), acting(cast.actors["lead"]):
        (ads,) = items_of(made, "ads_off")
        services.tick(ads.id, key())
    assert rate_of(cast, made, night + 30 * HOUR) == PassRate(later.passed + 1, later.due)


@pytest.mark.engines
def test_what_a_show_goes_on_air_without_is_overridden_for_good(
    cast: Cast, run: Run, night: datetime, item_of: Item
) -> None:
    made = run(night, leave=lambda row: "Final" in row.title, go="购物车正常, 直接开")
    assert tally(learned(cast), "final").count("overridden") == 1
    with clock.standing(night + 10 * MINUTE), acting(cast.actors["member"]):
        services.tick(item_of(made, "final").id, key(), "补看过")
    view = learned(cast)
    assert tally(view, "final").count("overridden") == 1
    assert tally(view, "final").rate == PassRate(0, 1)


@pytest.mark.engines
def test_a_skip_leaves_the_sum_where_whoever_leads_skipped_it_or_let_it_pass(
    cast: Cast, run: Run, night: datetime
) -> None:
    for number, (who, gives_go, outcome) in enumerate(
        [("lead", False, "excused"), ("host", False, "skipped"), ("host", True, "excused")]
    ):
        start = night + number * DAY
        made = _with_skip(cast, run, start, who, gives_go)
        view = learned(cast, wanted=Wanted(10, start.date(), start.date()))
        found = tally(view, "benefits")
        assert found.count(outcome) == 1, (who, gives_go)
        assert found.rate == PassRate(0, 1 if outcome == "skipped" else 0)
        reasons = next(i.reasons for i in view.items if i.key == "benefits")
        assert reasons == [("今晚没有福袋", 1)]
        assert made


def _with_skip(cast: Cast, run: Run, start: datetime, who: str, gives_go: bool) -> int:
    """A show for which somebody left the lucky bags out, before whoever leads gave the go or without."""
    done: list[int] = []

    def leave(row: Any) -> bool:
        if not row.title.startswith("Lucky bags"):
            return False
        with clock.standing(start - 3 * HOUR), acting(cast.actors[who]):
            services.skip(row.id, key(), "今晚没有福袋")
        done.append(row.id)
        return True

    made = run(start, leave=leave, go="都好" if gives_go else None)
    assert len(done) == 1
    return made


@pytest.mark.engines
def test_an_emergency_that_somebody_begins_costs_the_show_nothing(cast: Cast, run: Run, night: datetime) -> None:
    made = run(night)
    before = rate_of(cast, made, night + 30 * HOUR)
    with acting(cast.actors["lead"]):
        network = next(t.id for t in queries.templates() if t.kind is Kind.EMERGENCY)
        with clock.standing(night + HOUR):
            services.begin_emergency(made, network)
    assert rate_of(cast, made, night + 30 * HOUR) == before


@pytest.mark.engines
def test_lines_tell_how_late_and_how_long_they_took(cast: Cast, run: Run, night: datetime) -> None:
    for number, late in enumerate((-10, 20, 30)):
        run(night + number * DAY, late=late)
    view = learned(cast)
    cover = tally(view, "benefits")
    assert (cover.due, cover.count("in_time"), cover.count("late")) == (3, 1, 2)
    assert (cover.late, cover.margin) == (25, 20)
    assert tally(view, "links").taken == 0, "two people, one moment"
    assert [show.start for show in view.shows] == sorted((show.start for show in view.shows), reverse=True)
    assert view.rate == sum((show.rate for show in view.shows), PassRate()), "the period is the sum of its shows"
    assert learned(cast, wanted=Wanted(10, night.date(), night.date())).shows == view.shows[2:]
    by_name = {t.name for t in view.positions}
    assert len(by_name) == len(view.positions)


@pytest.mark.engines
def test_members_see_their_own_figures_and_leads_see_all(cast: Cast, run: Run, night: datetime) -> None:
    run(night)
    everybody = learned(cast)
    assert everybody.all_people
    assert {t.name for t in everybody.people} >= {"阿强", "小米"}
    assert [t.name for t in everybody.people] == sorted(t.name for t in everybody.people), "by name, no ranking"
    mine = learned(cast, "member")
    assert [t.name for t in mine.people] == ["阿强"]
    assert learned(cast, "viewer").people == []
    assert mine.rate == everybody.rate
    with acting(cast.actors["outsider"]), pytest.raises(NotFound):
        queries.learned(template_of(cast))


@pytest.mark.engines
def test_often_late_is_offered_earlier_and_never_failed_is_offered_for_removal(
    cast: Cast, run: Run, night: datetime
) -> None:
    for number in range(6):
        run(night + number * DAY, late=12)
    with acting(cast.actors["lead"]):
        found = {o.key: o for o in queries.offers(template_of(cast))}
    bags = found["benefits"]
    assert (bags.kind, bags.shows, bags.late, bags.by, bags.offset) == ("earlier", 6, 12, 15, -135)
    assert "reading" not in found
    assert "export" not in found


def test_fifty_good_shows_are_needed_and_the_law_is_kept(
    monkeypatch: pytest.MonkeyPatch, cast: Cast, run: Run, night: datetime
) -> None:
    monkeypatch.setattr(rules, "MOST_RUNS", 2)
    for number in range(2):
        run(night + number * DAY)
    with acting(cast.actors["lead"]):
        found = {o.key: o for o in queries.offers(template_of(cast))}
    assert found["benefits"].kind == "remove"
    assert not {"papers", "compliance", "persons"} & set(found), "what the law asks stays, however well it goes"


# --------------------------------------------------------------------------- pages


def test_the_page_tells_and_offers_and_costs_the_same_for_more_shows(
    cast: Cast, run: Run, night: datetime, client_of: Callable[[str], Any], db: Flask
) -> None:
    template_id = template_of_made(cast, run, night)
    lead, place = client_of("lead").in_english(), f"/sop/{template_id}/learning"
    with statements(db) as few:
        lead.get(place)
    for number in range(1, 7):
        run(night + number * DAY, late=12)
    with statements(db) as many:
        page = lead.get(place)
    assert len(few) == len(many) <= 12
    assert "How this SOP does" in page.text
    assert "late in 7 of the last 10 shows" in page.text
    assert "due 15 min earlier: T-2 h 15 min" in page.text
    assert "Only you and those" not in page.text
    links = [
        part.replace("&amp;", "&")
        for part in page.text.split('"')
        if part.startswith("/sop/lines/") and "when=" in part
    ]
    link = next(part for part in links if parse_qs(urlsplit(part).query)["when"] == ["T-2 h 15 min"])
    assert 'value="T-2 h 15 min"' in lead.get(link).text, "the form is filled in, and nothing is changed yet"
    form = lead.get(link.split("?")[0]).text
    assert "late in 7 of the last 10 shows" in form and link.split("when=")[1] in form, "and says it by itself"
    assert 'value="T-2 h"' in form
    host = client_of("host").get(place)
    assert "Set it earlier" not in host.text
    assert "Only you and those who lead" in host.text
    assert client_of("outsider").get(place).status_code == 404
    assert "No show has been run by this SOP in these days" in lead.get(f"{place}?from=2020-01-01&to=2020-02-01").text
    for bad in ("?shows=9999999999", "?from=2020-13-45", "?from=9999-12-31&to=0001-01-01", "?shows=%00"):
        assert lead.get(place + bad).status_code == 200
    assert f'href="{place}"' in lead.get(f"/sop/{template_id}").text


def template_of_made(cast: Cast, run: Run, night: datetime) -> int:
    run(night, late=12)
    return template_of(cast)


def test_an_sop_nobody_has_run_says_so(cast: Cast, client_of: Callable[[str], Any], db: Flask) -> None:
    page = client_of("lead").in_english().get(f"/sop/{template_of(cast)}/learning")
    assert "No show has been run by this SOP yet" in page.text
