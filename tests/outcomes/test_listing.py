"""The list of results: conditions, order, pages, totals, and the same to take away."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from planner.base.actor import acting
from planner.figures.rules import Bound
from planner.live import queries as live
from planner.live import services as sessions
from planner.live.rules import Platform, Weight
from planner.live.services import ShiftIn
from planner.outcomes import services
from planner.outcomes.queries import listing, reviews
from planner.outcomes.queries.listing import Wanted
from planner.outcomes.rules.waiting import Waits
from planner.people import queries as people
from tests.cast import Cast
from tests.outcomes.conftest import Plan, at

Show = Callable[..., int]
Client = Callable[[str], Any]
SEPTEMBER = {"first": date(2026, 9, 1), "last": date(2026, 9, 10)}


@pytest.fixture
def shown(aired: Callable[..., int], cast: Cast) -> Show:
    """A show that is over, with typed figures unless there are none."""

    def make(day: int, target: int | None = 100, hour: int = 20, **held: Any) -> int:
        options = {name: held.pop(name) for name in ("weight", "channel") if name in held}
        aims = {"gmv": target} if target else {}
        show = aired(f"2026-09-{day:02} {hour}:00", 120, **options, **aims)
        if held:
            with acting(cast.actors["lead"]):
                services.type_figures(show, {key: Decimal(str(value)) for key, value in held.items()})
        return show

    return make


def listed(cast: Cast, after: int | None = None, **wanted: Any) -> listing.Listing:
    with acting(cast.actors["lead"]):
        return listing.listing(Wanted(**(SEPTEMBER | wanted)), after)


def ids(found: listing.Listing) -> list[int]:
    return [row.session.id for row in found.rows]


@pytest.mark.engines
def test_conditions_narrow_the_list_and_each_tells_how_many_wait(shown: Show, plan: Plan, cast: Cast) -> None:
    with acting(cast.actors["lead"]):
        second = sessions.add_channel(Platform.DOUYIN, "晨光二号", "chenguang_two")
        host = next(p.id for p in people.positions() if p.key == "host")
        control = next(p.id for p in people.positions() if p.key == "control")
    bare, done, other = shown(2), shown(3, gmv=100), shown(5, gmv=1, channel=second)
    big = plan("2026-09-04 20:00", 120, Weight.BIG, gmv=100)
    span = (at("2026-09-04 20:00"), at("2026-09-04 22:00"))
    with acting(cast.actors["lead"]):
        crew = [ShiftIn(host, cast.host, *span), ShiftIn(control, cast.member, *span)]
        sessions.set_crew(big, live.brief(big).version, crew)
        sessions.go_live(big, span[0])
        sessions.end_live(big, span[1])
        services.type_figures(big, {"gmv": Decimal(5)})
        services.close_review(done)
    every = listed(cast)
    assert ids(every) == [other, big, done, bare], "the latest first"
    assert every.counts == {Waits.FIGURES: 1, Waits.REVIEW: 2, Waits.NOTHING: 1}
    assert [row.waits for row in every.rows] == [Waits.REVIEW, Waits.REVIEW, Waits.NOTHING, Waits.FIGURES]
    assert every.rows[1].hosts == ["小米"]
    assert every.hosts == [(cast.host, "小米")]
    assert ids(listed(cast, weight=Weight.BIG)) == [big]
    assert ids(listed(cast, channel_id=second)) == [other]
    assert ids(listed(cast, host_id=cast.host)) == [big]
    assert ids(listed(cast, host_id=cast.member)) == [], "who sits at the control is no host"
    assert ids(listed(cast, waits=Waits.FIGURES)) == [bare]
    assert ids(listed(cast, first=date(2026, 9, 3), last=date(2026, 9, 4))) == [big, done], "both days count"
    with acting(cast.actors["outsider"]):
        assert listing.listing(Wanted(**SEPTEMBER)).rows == []


@pytest.mark.parametrize(
    ("sort", "down", "order"),
    [
        ("when", True, [3, 2, 1, 0]), ("when", False, [0, 1, 2, 3]), ("gmv", True, [0, 2, 1, 3]),
        ("gmv", False, [1, 2, 0, 3]), ("attainment", True, [2, 0, 1, 3]), ("roi", False, [0, 3, 2, 1]),
    ],
)  # fmt: skip
def test_it_is_sorted_with_the_unknown_last(sort: str, down: bool, order: list[int], shown: Show, cast: Cast) -> None:
    shows = [
        shown(2, 1000, gmv=300, ad_spend=100), shown(3, 1000, gmv=100), shown(4, 100, gmv=200),
        shown(5, 100, likes=7),
    ]  # fmt: skip
    wanted = [shows[n] for n in order]
    assert ids(listed(cast, sort=sort, down=down)) == wanted


@pytest.mark.engines
def test_sums_add_ratios_are_divided_sums_and_viewers_are_an_upper_bound(shown: Show, cast: Cast) -> None:
    shown(2, 100, gmv=100, viewers=10, orders=1, ad_spend=100)
    shown(3, 200, gmv=300, viewers=30, orders=3, ad_spend=50)
    shown(4, None, gmv=1000, viewers=5)
    shown(5, 100)
    totals = listed(cast).totals
    assert (totals.shows, totals.told) == (4, 3)
    assert totals.values == {
        "gmv": 1400, "viewers": 45, "orders": 4, "ad_spend": 150, "roi": Decimal(400) / 150,
    }, "an ROI of sums, and only of shows that know both"  # fmt: skip
    assert totals.of == {"gmv": 3, "viewers": 3, "orders": 2, "ad_spend": 2, "roi": 2}
    assert totals.aimed == (400, 300, 2), "attainment over the shows that had a target"
    assert [totals.bound(key) for key in ("gmv", "viewers", "roi")] == [Bound.NONE, Bound.UPPER, Bound.NONE]
    one = listed(cast, first=date(2026, 9, 2), last=date(2026, 9, 2)).totals
    assert one.bound("viewers") is Bound.NONE
    assert listed(cast, first=date(2026, 8, 1), last=date(2026, 8, 2)).totals.values == {}


def test_pages_follow_each_other_by_key_and_totals_count_all_of_them(
    shown: Show, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "ROWS", 2)
    shows = [shown(day, gmv=day) for day in range(2, 7)]
    found: list[int] = []
    after: int | None = None
    for _page in range(3):
        view = listed(cast, after, sort="gmv", down=True)
        found += ids(view)
        assert view.totals.shows == 5
        after = int(view.after) if view.after else None
    assert (found, after) == (shows[::-1], None)
    assert ids(listed(cast, 999_999)) == shows[:-3:-1], "a show that is gone begins anew"


def test_the_page_reads_its_conditions_from_the_address_and_odd_ones_are_no_fault(
    client_of: Client, shown: Show, cast: Cast
) -> None:
    shows, lead = [shown(day, gmv=day) for day in (2, 3, 4)], client_of("lead")

    def rows(query: str) -> list[int]:
        page = lead.get(f"/results{query}")
        assert page.status_code == 200, query
        body = re.search(r"<tbody>(.*?)</tbody>", page.text, re.S)
        return [int(n) for n in re.findall(r'href="/sessions/(\d+)\?', body[1])] if body else []

    assert rows("") == shows[::-1]
    assert rows("?sort=gmv") == shows
    assert rows("?days=own&from=2026-09-03&to=2026-09-03") == [shows[1]]
    assert rows("?from=2026-09-04&to=2026-09-02") == shows[::-1], (
        "two days the wrong way round are a range all the same"
    )
    assert rows("?days=7") == [shows[2]]
    assert rows("?state=closed") == []
    assert rows("?weight=big") == []
    for odd in (
        "?sort=nonsense", "?days=x", "?from=2026-99-99", "?channel=x", "?host=" + "9" * 40, "?state=%00", "?after=-1",
        "?weight=" + "长" * 3000, "?after=99999999999999999999", "?from=0001-01-01&to=9999-12-31",
    ):  # fmt: skip
        rows(odd)
    page = lead.get("/results?days=90&sort=-gmv").text
    assert 'aria-sort="descending"><a class="sort" href="/results?days=90&amp;sort=gmv"' in page
    assert "/results.csv?days=90&amp;sort=-gmv" in page


@pytest.mark.parametrize(
    ("language", "words"), [("en", ["GMV", "Viewers (people)"]), ("zh_Hans_CN", ["成交金额 GMV", "观看人数"])]
)
def test_headings_are_in_the_readers_language_whoever_looked_first(
    language: str, words: list[str], client_of: Client, shown: Show
) -> None:
    shown(4, gmv=5)
    lead = client_of("lead")
    for spoken in ("zh_Hans_CN", "en", language):
        lead.post_form("/me/language", {"language": spoken})
        page = lead.get("/results").text
    heads = [re.sub(r"<[^>]+>", "", head) for head in re.findall(r"<th scope=\"col\".*?</th>", page, re.S)]
    assert [word for word in words if word not in heads] == []


def test_it_is_taken_away_as_csv_and_as_a_workbook_without_a_formula(
    client_of: Client, shown: Show, cast: Cast
) -> None:
    show, bare = shown(4, gmv="91324.41", viewers=20516, ad_spend=100), shown(3, None)
    with acting(cast.actors["lead"]):
        b = live.brief(show)
        sessions.edit_session(show, b.version, '=HYPERLINK("http://evil")', b.weight, "", [])
        b = live.brief(bare)
        sessions.edit_session(bare, b.version, "-2+3 清仓", b.weight, "", [])
    lead = client_of("lead")
    answer = lead.get("/results.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    head = rows[0]
    first = dict(zip(head, rows[1], strict=True))
    assert first["Theme"] == '\'=HYPERLINK("http://evil")'
    assert (first["Day"], first["Planned start"], first["Real end"]) == ("2026-09-04", "20:00", "22:00")
    assert (first["GMV"], first["Target"], first["Judged"], first["ROI"]) == ("91324.41", "100", "reached", "913.2441")
    assert (first["Basis"], first["State"]) == ("final", "To review")
    second = dict(zip(head, rows[2], strict=True))
    assert (second["Theme"], second["GMV"], second["Judged"]) == ("'-2+3 清仓", "", "")
    last = dict(zip(head, rows[3], strict=True))
    assert (last["Day"], last["Theme"], last["GMV"]) == ("Together", "2 shows", "91324.41")
    book = CalamineWorkbook.from_filelike(io.BytesIO(lead.get("/results.xlsx").data)).get_sheet_by_index(0)
    cells = book.to_python()
    assert cells[1][head.index("Theme")] == '=HYPERLINK("http://evil")', "a text in a workbook never is a formula"
    assert cells[1][head.index("GMV")] == 91324.41
    assert [row[head.index("Day")] for row in cells] == ["Day", "2026-09-04", "2026-09-03", "Together"]
    narrowed = lead.get("/results.csv?state=figures").data.decode("utf-8-sig")
    assert "HYPERLINK" not in narrowed
    assert client_of("").get("/results.csv").location.startswith("/login")
    assert "清仓" not in client_of("outsider").get("/results.csv?days=365").data.decode("utf-8-sig")


def test_a_show_without_a_target_is_neither_reached_nor_missed(client_of: Client, shown: Show, cast: Cast) -> None:
    free, partly, good = shown(2, None, gmv=5), shown(3, 100, viewers=5), shown(4, 100, gmv=120)
    with acting(cast.actors["lead"]):
        due = {d.session.id: d for d in reviews.reviews_due()}
    assert [due[one].smooth for one in (free, partly, good)] == [False, False, True]
    assert (due[partly].judged.standing, due[partly].judged.unknown) == (None, ["gmv"])
    lead = client_of("lead")
    page = lead.get("/results").text
    to_review = page[page.index("To review") : page.index('aria-label="Shows"')]
    assert [to_review.count(word) for word in ("no target set", "figures missing", "</svg>reached")] == [1, 1, 1]
    quick = lead.get("/reviews/quick").text
    groups = [re.sub(r"<[^>]+>", "", g).split()[0:3] for g in re.findall(r'<h2 class="day-head">(.*?)</h2>', quick)]
    assert [" ".join(g) for g in groups] == ["Targets reached, or", "Some figures are", "No target set"]
    chosen = {one: f'name="close_{one}" value="1" checked' in quick for one in (free, partly, good)}
    assert chosen == {free: False, partly: False, good: True}
    assert lead.post_form("/reviews/quick", {f"close_{free}": "1"}).location == "/results"
    assert "No target was set for this show" in lead.get(f"/sessions/{free}/review").text
