"""The pages of reviews: without JavaScript, for each role, for strangers, over night."""

from __future__ import annotations

import re
import secrets
from datetime import date
from decimal import Decimal

import pytest

from planner.base.actor import acting
from planner.figures import queries as figures
from planner.live import queries as live
from planner.live import services as sessions
from planner.live.rules import LogKind, State, Weight
from planner.outcomes import services
from planner.outcomes.queries import actions, reviews
from tests.cast import Cast
from tests.outcomes.conftest import Plan
from tests.outcomes.pages import Client, Shown, beside, finding_of, title

pytestmark = pytest.mark.usefixtures("db")


def test_a_review_is_prefilled_explained_and_closed_by_plain_forms(client_of: Client, shown: Shown, cast: Cast) -> None:
    show, lead, place = shown(begun=False), client_of("lead"), ""
    with acting(cast.actors["lead"]):
        entry = sessions.log_entry(show, LogKind.SOUND, secrets.token_hex(16))
        sessions.note_log(entry, "麦克风没声音")
        cause = next(c.id for c in figures.causes() if c.key == "equipment")
    place = f"/sessions/{show}/review"
    page = lead.get(place)
    assert "<h1>Review: 专场 2026-09-08 20:00</h1>" in page.text
    assert "Begin the review" in page.text
    assert lead.post_form(f"{place}/open").location == place
    page = lead.get(place)
    for told in (
        "GMV missed: ¥50.00 of ¥100.00", "beyond 10%", "麦克风没声音", "Close the review",
        "Open before closing: 1 cause is not written", "needs a cause or a decision",
    ):  # fmt: skip
        assert told in page.text, told
    refused = lead.post_form(f"{place}/close")
    assert refused.status_code == 303
    assert "still has neither cause nor decision" in lead.get(place).text
    row = finding_of(cast, show)
    form = {"version": row.version, "cause_id": cause, "facts": "20:40 断 3 分钟", "guess": "电池"}
    page = lead.get(f"/findings/{row.id}")
    assert "<h1>GMV missed: ¥50.00 of ¥100.00</h1>" in page.text
    assert "cause not written" in page.text
    assert lead.post_form(f"/findings/{row.id}", form).location == place
    assert lead.post_form(f"{place}/summary", {"version": "1", "summary": "备用麦\n要上架"}).status_code == 303
    page = lead.get(place)
    for told in (
        "Cause: Equipment and network",
        "<b>Facts</b> 20:40 断 3 分钟",
        "<b>Guesses</b> 电池",
        "备用麦\n要上架",
    ):
        assert told in page.text, told
    assert lead.post_form(f"{place}/close").status_code == 303
    with acting(cast.actors["lead"]):
        assert live.brief(show).state is State.REVIEWED
    page = lead.get(place)
    assert '<textarea class="input" name="summary"' not in page.text
    assert "This review is closed." in lead.get(f"/findings/{row.id}").text
    assert lead.post_form(f"{place}/reopen").status_code == 303
    assert '<textarea class="input" name="summary"' in lead.get(place).text


def test_a_summary_that_was_left_open_over_night_shows_theirs_and_mine(
    client_of: Client, shown: Shown, cast: Cast
) -> None:
    show, lead, manager = shown(), client_of("lead"), client_of("manager")
    place = f"/sessions/{show}/review"
    assert manager.post_form(f"{place}/summary", {"version": "1", "summary": "先写的"}).status_code == 303
    page = lead.post_form(f"{place}/summary", {"version": "1", "summary": "后写的"})
    assert page.status_code == 409
    assert "先写的" in page.text
    assert re.search(r"<textarea[^>]*>后写的</textarea>", page.text)
    version = re.search(r'name="version" value="(\d+)"', page.text)
    assert version
    mine = lead.post_form(f"{place}/summary", {"version": version[1], "summary": "后写的"})
    assert mine.status_code == 303, "a second time it is a decision"
    page = lead.post_form(f"{place}/summary", {"version": version[1], "summary": "长" * 4001})
    assert page.status_code == 422
    assert "长" * 4001 in page.text


def test_daily_shows_are_closed_together_on_one_page(client_of: Client, shown: Shown, cast: Cast) -> None:
    good, bad, big = shown(6, 120, False), shown(7, 50, False), shown(8, 120, False, weight=Weight.BIG)
    lead = client_of("lead")
    page = lead.get("/reviews/quick")
    assert title(page).startswith("Five-minute review")
    assert re.search(rf'name="close_{good}" value="1" checked', page.text), "what went well is chosen already"
    assert re.search(rf'name="close_{bad}" value="1">', page.text)
    assert f"close_{big}" not in page.text, "a big show gets a review of its own"
    page = lead.post_form("/reviews/quick", {f"note_{good}": "顺利"})
    assert (page.status_code, "Choose at least one show." in page.text) == (422, True)
    sent = {f"close_{good}": "1", f"note_{good}": "顺利", f"close_{bad}": "1", f"note_{bad}": "限流"}
    page = lead.post_form("/reviews/quick", sent)
    assert page.status_code == 422
    assert 'value="限流"' in page.text
    assert "Choose a cause: GMV missed by more than 10%." in beside(page, f"cause-{bad}")
    with acting(cast.actors["lead"]):
        cause = next(c.id for c in figures.causes() if c.key == "traffic")
    done = lead.post_form("/reviews/quick", sent | {f"cause_{bad}": str(cause)})
    assert done.location == "/results"
    assert "2 reviews are closed." in lead.get("/results").text
    with acting(cast.actors["lead"]):
        assert [live.brief(s).state for s in (good, bad, big)] == [State.REVIEWED, State.REVIEWED, State.ENDED]


def test_a_verdict_is_signed_on_the_page(client_of: Client, shown: Shown, plan: Plan, cast: Cast) -> None:
    row, later = finding_of(cast, shown()), plan("2026-09-09 20:00")
    with acting(cast.actors["lead"]):
        services.agree_action(row.id, "备用麦上架", cast.host, date(2026, 9, 9), "gmv", Decimal(110), [later])
        b = live.brief(later)
        sessions.go_live(later, b.planned_start)
        sessions.end_live(later, b.planned_end)
        services.type_figures(later, {"gmv": Decimal(90)})
        check = actions.actions_for(later)[0].check
    lead = client_of("lead")
    for place in ("/results", f"/sessions/{later}/review"):
        page = lead.get(place)
        assert f"/checks/{check.id}/sign" in page.text
        assert "proposed: Not reached" in page.text
    sign = f"/checks/{check.id}/sign"
    assert f"/checks/{check.id}/sign" not in client_of("host").get("/results").text
    for verdict in ("", "great"):
        assert lead.post_form(sign, {"version": str(check.version), "verdict": verdict}).status_code == 422
    assert lead.post_form(sign, {"version": "x", "verdict": "not_reached"}).status_code == 409
    assert 'name="next" value="/results"' in lead.get("/results").text
    signed = lead.post_form(sign, {"version": str(check.version), "verdict": "not_reached", "next": "/results"})
    assert signed.location == "/results", "back to where the next one waits"
    page = lead.get(f"/sessions/{later}/review")
    assert "林小雨" in page.text
    assert sign not in page.text


def test_each_verdict_is_offered_once_the_proposed_one_first(
    client_of: Client, shown: Shown, plan: Plan, cast: Cast
) -> None:
    row, later = finding_of(cast, shown()), plan("2026-09-09 20:00")
    with acting(cast.actors["lead"]):
        for title in ("备用麦上架", "手卡改写"):
            services.agree_action(row.id, title, cast.host, date(2026, 9, 9), "gmv", Decimal(110), [later])
        b = live.brief(later)
        sessions.go_live(later, b.planned_start)
        sessions.end_live(later, b.planned_end)
        services.type_figures(later, {"gmv": Decimal(90)})
    page = client_of("lead").get("/results").text
    offered = [
        re.findall(r'<option value="(\w+)"', found) for found in re.findall(r'name="verdict".*?</select>', page, re.S)
    ]
    assert offered == [["not_reached", "reached_beyond", "reached_within", "too_little"]] * 2


def test_all_that_leads_to_a_review_lights_the_same_place(client_of: Client, shown: Shown, cast: Cast) -> None:
    show, lead = shown(), client_of("lead")
    row = finding_of(cast, show)
    for path, place in (
        (f"/sessions/{show}/review", "Sessions"), (f"/findings/{row.id}", "Sessions"), ("/imports", "Results"),
        ("/reviews/quick", "Results"),
    ):  # fmt: skip
        page = lead.get(path).text
        lit = re.search(r'class="rail-link"[^>]*aria-current="page"[^>]*title="([^"]+)"', page)
        crumb = re.search(r'<nav class="crumbs"[^>]*><a href="[^"]+">([^<]+)</a>', page)
        assert lit, path
        assert crumb, path
        assert (lit[1], crumb[1]) == (place, place), path


GETS = ["/sessions/{show}/review", "/findings/{row}"]
WORK = [
    ("/sessions/{show}/review/open", {}), ("/sessions/{show}/review/findings", {"title": "灯光"}),
    ("/sessions/{show}/review/summary", {"version": "1", "summary": "x"}),
    ("/findings/{row}", {"version": "{version}", "ending": "no_action", "reason": "x"}),
]  # fmt: skip
CLOSING = [
    ("/sessions/{show}/review/close", {}), ("/sessions/{show}/review/reopen", {}), ("/reviews/quick", {"close_{show}": "1"}),
    ("/checks/{check}/sign", {"version": "1", "verdict": "not_reached"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("login", "gets", "work", "closing"),
    [
        ("manager", 200, 303, 303), ("host", 200, 303, 403), ("member", 200, 303, 403), ("viewer", 200, 403, 403),
        ("outsider", 404, 404, 404),
    ],
)  # fmt: skip
def test_who_may_look_explain_and_close(
    login: str, gets: int, work: int, closing: int, client_of: Client, shown: Shown, plan: Plan, cast: Cast
) -> None:
    show, later = shown(), plan("2026-09-09 20:00")
    row = finding_of(cast, show).id
    with acting(cast.actors["lead"]):
        other = services.add_finding(show, "备用麦没电")
        services.agree_action(other, "x", cast.host, date(2026, 9, 9), "gmv", Decimal(110), [later])
        b = live.brief(later)
        sessions.go_live(later, b.planned_start)
        sessions.end_live(later, b.planned_end)
        services.type_figures(later, {"gmv": Decimal(90)})
        view = actions.actions_for(later)[0].check
    visitor, ids = client_of(login), {"show": show, "row": row, "check": view.id}
    for path in GETS:
        assert visitor.get(path.format(**ids)).status_code == gets, path
    version = finding_of(cast, show).version
    for path, data in WORK:
        sent = {key: value.format(version=version) for key, value in data.items()}
        assert visitor.post_form(path.format(**ids), sent).status_code == work, path
    for path, data in CLOSING:
        sent = {key.format(**ids): value.format(**ids) for key, value in data.items()}
        if path.startswith("/checks"):
            sent["version"] = str(view.version)
        wanted = closing
        if path == "/reviews/quick" and login == "outsider":
            wanted = 422
        if path == "/reviews/quick" and login == "manager":
            sent, show_two = {}, shown(6, 120, False)
            sent[f"close_{show_two}"] = "1"
        assert visitor.post_form(path.format(**ids), sent).status_code == wanted, path
    assert visitor.get("/reviews/quick").status_code == (403 if closing == 403 else 200), "a form nobody may send"
    if login == "viewer":
        page = visitor.get(f"/sessions/{show}/review")
        assert "/review/findings" not in page.text
        assert "/review/summary" not in page.text


def test_each_show_that_can_not_be_closed_says_why_and_the_others_wait_for_a_word(
    client_of: Client, shown: Shown, cast: Cast
) -> None:
    good, near, bad = shown(5, 120, False), shown(6, 95, False), shown(7, 50, False)
    lead = client_of("lead")
    sent = {f"close_{one}": "1" for one in (good, near, bad)} | {f"note_{bad}": "限流", f"note_{good}": "顺利"}
    page = lead.post_form("/reviews/quick", sent)
    assert page.status_code == 422
    assert "Choose a cause: GMV missed by more than 10%." in beside(page, f"cause-{bad}")
    assert f"cause-{near}-error" not in page.text
    assert 'name="partly" value="1">Close the 2 that can be closed' in page.text
    with acting(cast.actors["lead"]):
        assert {live.brief(one).state for one in (good, near, bad)} == {State.ENDED}, "not without a word"
    page = lead.post_form("/reviews/quick", sent | {"partly": "1"})
    assert page.status_code == 422
    assert "2 reviews are closed." in page.text
    assert 'value="限流"' in page.text, "nothing typed is lost"
    assert f'name="close_{good}"' not in page.text
    assert "partly" not in page.text
    with acting(cast.actors["lead"]):
        assert [live.brief(one).state for one in (good, near, bad)] == [State.REVIEWED, State.REVIEWED, State.ENDED]
        review = reviews.review_page(good).review
        assert review is not None
        assert review.summary == "顺利"


def test_a_night_with_faults_is_left_out_of_comparisons_with_one_tap(
    client_of: Client, shown: Shown, cast: Cast
) -> None:
    calm, loud, lead = shown(7), shown(8), client_of("lead")
    with acting(cast.actors["lead"]):
        sessions.log_entry(loud, LogKind.NETWORK, secrets.token_hex(16))
        sessions.log_entry(calm, LogKind.HIGHLIGHT, secrets.token_hex(16))
    offer, act = "Leave this night out of comparisons?", f"/sessions/{loud}/review/leave-out"
    assert offer not in lead.get(f"/sessions/{calm}/review").text
    page = lead.get(f"/sessions/{loud}/review")
    assert offer in page.text
    assert act not in client_of("host").get(f"/sessions/{loud}/review").text
    assert client_of("host").post_form(act, {"out": "1"}).status_code == 403
    assert lead.post_form(act, {"out": "1"}).location == f"/sessions/{loud}/review"
    page = lead.get(f"/sessions/{loud}/review")
    assert "This night is left out of comparisons: something went wrong on air." in page.text
    assert offer not in page.text
    undo = re.search(r'action="(/undo/[0-9a-f]+)"', page.text)
    assert undo
    assert lead.post_form(undo[1]).status_code == 303
    with acting(cast.actors["lead"]):
        assert not live.brief(loud).no_compare
    assert lead.post_form(act, {"out": "1"}).status_code == 303
    with acting(cast.actors["lead"]):
        later = live.brief(shown(9, 120))
    page = lead.get(f"/sessions/{later.id}?phase=review")
    assert "1 night was left out of the comparison" in page.text
    assert "something went wrong on air" in page.text


def test_the_review_shows_the_funnel_and_is_copied_for_the_group_with_its_link(
    client_of: Client, shown: Shown, plan: Plan, cast: Cast
) -> None:
    show, later = shown(), plan("2026-09-11 20:00")
    row, lead = finding_of(cast, show), client_of("lead")
    with acting(cast.actors["lead"]):
        services.type_figures(show, {"exposed_users": Decimal(200), "viewers": Decimal(100)})
        services.agree_action(row.id, "备用麦上架", cast.host, date(2026, 9, 10), "gmv", Decimal(110), [later])
        version = reviews.review_page(show).review.version
        services.save_summary(services.open_review(show), version, "备用麦要上架")
    page = lead.get(f"/sessions/{show}/review")
    assert 'class="funnel"' in page.text
    text = re.search(r'<pre id="review-text">(.*?)</pre>', page.text, re.S)
    assert text
    lines = [line.strip() for line in text[1].splitlines() if line.strip()]
    assert lines[0].startswith("Review: 专场 2026-09-08 20:00")
    assert lines[1] == "GMV ¥50.00 / ¥100.00 50% missed"
    assert lines[2].startswith("1. GMV missed: ¥50.00 of ¥100.00")
    assert lines[3].startswith("→ 备用麦上架 @小米")
    assert "GMV ¥110.00" in lines[3]
    assert "专场 2026-09-11 20:00" in lines[3]
    assert lines[-2] == "Summary: 备用麦要上架"
    assert lines[-1] == f"http://localhost/sessions/{show}/review"


def test_the_spread_is_not_only_for_the_desk_and_a_figure_says_where_it_comes_from(
    client_of: Client, shown: Shown
) -> None:
    shown(7, 120, False)
    show = shown(8, 50, False)
    page = client_of("lead").get(f"/sessions/{show}?phase=review")
    cell = re.search(r'<td class="([^"]*)" data-label="Least – most">([^<]*<span[^>]*>n=1)', page.text)
    assert cell
    assert "only-desk" not in cell[1]
    why = re.search(r'<details><summary>GMV.*?</details><div class="why-pop">(.*?)</div></div>', page.text, re.S)
    assert why
    assert "typed, " in why[1]
    assert "Where the figures come from" in page.text
