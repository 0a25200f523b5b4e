"""Pages of envelopes: asked for, drawn by one tap while on air, answered from Today, looked at afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from planner.base.actor import acting
from planner.kernel import clock
from planner.kernel.permissions import Role
from planner.live import queries as live
from planner.live import services as planned
from planner.live.rules import Weight
from planner.people import queries as people
from planner.resources.rules.envelopes import Drawers, DrawState
from tests.conftest import Visitor
from tests.live.pages import statements
from tests.resources.conftest import DAY, YUAN, Money, today
from tests.resources.enveloped import (
    approved,
    draw,
    envelope_of,
    finish,
    fund,
    read,
    show,
    state,
    sums,
)

Client = Callable[[str], Visitor]
TAP = re.compile(r'name="quick" value="(\d+)">(.*?)</button>', re.S)


def typed(money: Money, **more: object) -> dict[str, object]:
    """The form of an envelope, filled."""
    usual: dict[str, object] = {
        "title": "本周投放额度", "purpose": "晚场追投", "category_id": money.categories["ads"], "payee": "巨量千川",
        "pay_way": "transfer", "total": "1万", "session_cap": "3000", "scope": "days",
        "first": str(today() - DAY), "last": str(today() + 5 * DAY), "roles": ["member"], "floor": "2",
        "seconds": "90",
    }  # fmt: skip
    return usual | more


def test_an_envelope_is_asked_for_without_javascript(client_of: Client, money: Money) -> None:
    fund(money)
    lead = client_of("lead").in_english()
    begun = lead.post_form("/requests/new", {"kind": "envelope", "title": "本周投放额度"})
    assert begun.status_code == 303 and "/requests/envelopes/new" in begun.headers["Location"]
    page = lead.post_form("/requests/envelopes/new", typed(money, session_cap="2万", seconds="5"))
    assert page.status_code == 422
    assert "One session can’t draw more than all of them." in page.text and "Between 60 and 600 seconds." in page.text
    answer = lead.post_form("/requests/envelopes/new", typed(money))
    assert answer.status_code == 303
    place = answer.headers["Location"]
    shown = lead.get(place).text
    assert "What it allows" in shown and "¥3,000.00" in shown
    request_id = int(place.rsplit("/", 1)[1])
    lead.get(f"{place}/envelope/edit")
    again = lead.post_form(f"{place}/envelope/edit", typed(money, version=money.row(request_id).version, floor="3"))
    assert again.status_code == 303
    stale = lead.post_form(f"{place}/envelope/edit", typed(money, version=1, floor="4"))
    assert stale.status_code == 409
    assert lead.post_form(f"{place}/submit", {}).status_code == 303
    assert money.state(request_id) == "pending"


def test_one_tap_draws_and_the_page_says_what_became_of_it(client_of: Client, money: Money) -> None:
    envelope, made = envelope_of(money, approved(money)), show(money)
    read(money, made, 9000, 1000)
    member = client_of("member").in_english()
    assert f"/sessions/{made}/draws" in member.get(f"/sessions/{made}?phase=air").text
    page = member.get(f"/sessions/{made}/draws").text
    assert "Ad money" in page and "ROI 9" in page
    answer = member.post_form(f"/sessions/{made}/draw", {"envelope_id": envelope, "reason": "rising", "quick": "50000"})
    assert answer.status_code == 303
    assert sums(money, envelope)[made] == (500, 0, 500)
    assert "Granted" in member.get(f"/sessions/{made}/draws").text
    wrong = member.post_form(f"/sessions/{made}/draw", {"envelope_id": envelope, "reason": "other", "amount": "0.005"})
    assert wrong.status_code == 422
    assert member.get(f"/sessions/{made}/draw").status_code == 200


def test_a_tap_offers_to_be_taken_back(client_of: Client, money: Money) -> None:
    envelope, made = envelope_of(money, approved(money)), show(money)
    read(money, made, 9000, 1000)
    member = client_of("member").in_english()
    answer = member.post_form(f"/sessions/{made}/draw", {"envelope_id": envelope, "reason": "rising", "quick": "50000"})
    offered = re.search(r'action="(/draws/\d+/take-back)"', member.get(answer.headers["Location"]).text)
    assert offered
    assert client_of("viewer").post_form(offered[1]).status_code == 403
    assert client_of("outsider").post_form(offered[1]).status_code == 404
    assert client_of("manager").post_form(offered[1]).status_code == 403, "nor does anybody else of the team"
    assert member.post_form(offered[1]).status_code == 303
    assert sums(money, envelope)[made] == (0, 0, 0)
    assert "Taken back" in member.get(f"/sessions/{made}/draws").text
    assert "Taken back" in member.get(f"/sessions/{made}/draws/review").text
    assert member.post_form(offered[1]).status_code == 409


def test_the_manager_answers_from_today_by_one_tap(client_of: Client, money: Money) -> None:
    envelope, made = envelope_of(money, approved(money)), show(money)
    asked = draw(money, envelope, made, 500)["id"]
    manager = client_of("manager").in_english()
    assert "/draws/mine?part=rows" in manager.get("/").text
    assert "Ad money: they wait on air" in manager.get("/draws/mine?part=rows").text
    assert manager.get("/draws/mine").status_code == 200
    assert "more ad spend?" in manager.get(f"/draws/{asked}").text
    answer = manager.post_form(f"/draws/{asked}/decide", {"approve": "y", "next": "/"})
    assert answer.status_code == 303
    assert state(money, asked) is DrawState.APPROVED
    assert manager.post_form(f"/draws/{asked}/decide", {"approve": "n"}).status_code == 409
    assert "they wait on air" not in manager.get("/draws/mine?part=rows").text
    assert manager.get(f"/draws/{asked}?part=state").status_code == 200


def test_every_page_of_whoever_is_asked_calls_until_it_is_answered_or_passed_on(
    client_of: Client, money: Money, db: Flask
) -> None:
    envelope, made = envelope_of(money, approved(money, duty=(money.cast.manager, money.cast.lead))), show(money)
    manager, lead, member = (client_of(who).in_english() for who in ("manager", "lead", "member"))
    assert 'data-every="8"' in manager.get("/sessions").text
    assert 'data-every="30"' in member.get("/sessions").text
    with statements(db) as asked:
        assert "calls-in" not in manager.get("/calls").text
    assert len(asked) <= 3, "a page that asks every few seconds costs nothing while nothing waits"
    drawn = draw(money, envelope, made, 500)["id"]
    strip = manager.get("/calls")
    assert "¥500.00 more ad spend?" in strip.text and f'href="/draws/{drawn}"' in strip.text and "夜场" in strip.text
    assert manager.get("/calls", headers={"If-None-Match": strip.headers["ETag"]}).status_code == 304
    assert "calls-in" not in member.get("/calls").text, "whoever draws is not asked"
    assert manager.post_form(f"/draws/{drawn}/decide", {"approve": "y"}).status_code == 303
    assert "calls-in" not in manager.get("/calls").text
    draw(money, envelope, made, 600)
    assert "calls-in" in manager.get("/calls").text and "calls-in" not in lead.get("/calls").text
    with clock.standing(clock.now() + timedelta(seconds=61)):
        assert "calls-in" not in manager.get("/calls").text, "passed on"
        assert "¥600.00 more ad spend?" in lead.get("/calls").text


def test_a_button_says_when_it_asks_a_manager_and_records_the_reason_it_shows(client_of: Client, money: Money) -> None:
    envelope, made = envelope_of(money, approved(money, session_cap=1_000 * YUAN, total=1_500 * YUAN)), show(money)
    member = client_of("member").in_english()

    def buttons() -> dict[str, bool]:
        page = member.get(f"/sessions/{made}/draws").text
        return {each[0]: "asks the manager" in each[1] for each in TAP.findall(page)}

    assert set(buttons().values()) == {True}, "without a reading each asks"
    assert 'name="reason" value="other"' in member.get(f"/sessions/{made}/draws").text
    read(money, made, 9000, 1000)
    assert buttons() == {"20000": False, "50000": False, "100000": False}, "what the whole lacks is not offered"
    draw(money, envelope, made, 600)
    page = member.get(f"/sessions/{made}/draws").text
    assert buttons() == {"20000": False, "50000": True}
    assert 'name="reason" value="rising"' in page and "Reason: Figures are rising" in page


def test_without_a_floor_no_reading_is_needed_and_with_one_the_buttons_say_why(client_of: Client, money: Money) -> None:
    free = envelope_of(money, approved(money, floor=None, session_cap=500 * YUAN))
    made = show(money)
    member = client_of("member").in_english()
    page = member.get(f"/sessions/{made}/draws").text
    assert [each[0] for each in TAP.findall(page) if "asks the manager" not in each[1]] == ["20000", "50000"]
    assert "No reading of the last hour" not in page and 'name="reason" value="other"' in page
    tap = {"envelope_id": free, "reason": "other", "quick": "50000"}
    assert member.post_form(f"/sessions/{made}/draw", tap).status_code == 303
    assert sums(money, free)[made] == (500, 0, 500)
    page = member.get(f"/sessions/{made}/draws").text
    assert "A person is asked: over the cap of the session" in page
    approved(money)
    page = member.get(f"/sessions/{made}/draws").text
    assert page.count("No reading of the last hour") == 1 and f"/sessions/{made}/reading" in page


def test_an_envelope_that_names_others_or_is_used_up_says_so(client_of: Client, money: Money) -> None:
    approved(money, drawers=Drawers(users=(money.cast.lead,), roles=(Role.MANAGER,)))
    made = show(money)
    page = client_of("member").in_english().get(f"/sessions/{made}/draws").text
    assert (
        "The envelope does not name you" in page and "Who may draw: Manager, " in page and "One tap draws" not in page
    )
    page = client_of("viewer").in_english().get(f"/sessions/{made}/draws").text
    assert "You may look at it, not draw from it." in page
    assert "One tap draws" in client_of("lead").in_english().get(f"/sessions/{made}/draws").text
    spent = envelope_of(money, approved(money, total=500 * YUAN, session_cap=500 * YUAN, floor=None))
    draw(money, spent, made, 500)
    assert "This envelope is used up" in client_of("member").in_english().get(f"/sessions/{made}/draws").text


def test_another_amount_is_drawn_of_the_envelope_it_was_asked_under(client_of: Client, money: Money) -> None:
    first = envelope_of(money, approved(money))
    second, made = envelope_of(money, approved(money, session_cap=500 * YUAN)), show(money)
    read(money, made, 9000, 1000)
    draw(money, second, made, 200)
    page = client_of("member").in_english().get(f"/sessions/{made}/draw?envelope={second}").text
    assert f'<option selected value="{second}">' in page and f'<option value="{first}">' in page
    assert "this session: ¥200.00 drawn of ¥500.00" in page and "¥9,800.00 left in the envelope" in page
    assert "optional" not in page.split('name="note"')[1].split('name="amount"')[0].split("Amount")[1]


def test_whoever_is_asked_sees_why_and_what_is_left_and_the_end_has_names(client_of: Client, money: Money) -> None:
    request = approved(money, duty=(money.cast.manager, money.cast.lead))
    envelope, made = envelope_of(money, request), show(money)
    drawn = draw(money, envelope, made, 500)["id"]
    manager, member = client_of("manager").in_english(), client_of("member").in_english()
    for place in ("/draws/mine?part=rows", f"/draws/{drawn}"):
        page = manager.get(place).text
        assert "no reading of the last hour with an ROI" in page and f"/requests/{request}/envelope" in page
        assert "this session: ¥0.00 drawn of ¥3,000.00" in page and "¥10,000.00 left in the envelope" in page
    part = f"/draws/{drawn}?part=state&turn={money.cast.manager}"
    assert "HX-Refresh" not in manager.get(part).headers
    on_air = member.get(f"/sessions/{made}/draws").text
    assert on_air.index("is asked") < on_air.index("One tap draws"), "what waits stands first"
    with clock.standing(clock.now() + timedelta(minutes=10)):
        assert manager.get(part).headers["HX-Refresh"] == "true"
        assert "¥500.00 ad spend: Not approved, keep the plan" in manager.get(f"/draws/{drawn}").text
        page = member.get(f"/sessions/{made}/draws").text
        assert "asked, nobody answered in time." in page and "data-until" not in page


def test_the_ad_buyer_sees_that_nothing_was_approved(client_of: Client, money: Money) -> None:
    request = approved(money, drawers=Drawers(roles=(Role.MANAGER,)))
    envelope, made = envelope_of(money, request), show(money)
    draw(money, envelope, made, 500, "manager")
    member = client_of("member").in_english()
    assert "Not approved, keep the plan" in member.get(f"/sessions/{made}/draws").text
    assert "+¥500" not in member.get(f"/sessions/{made}/draws").text, "who is not named sees no button"


def test_afterwards_the_review_shows_every_draw_with_its_reading(client_of: Client, money: Money) -> None:
    request = approved(money)
    envelope, made = envelope_of(money, request), show(money)
    read(money, made, 9000, 1000)
    draw(money, envelope, made, 500)
    finish(money, made, "1600")
    lead = client_of("lead").in_english()
    assert f"/sessions/{made}/draws/review" in lead.get(f"/sessions/{made}?phase=review").text
    assert lead.get(f"/sessions/{made}/draws/review").status_code == 200
    page = lead.get(f"/sessions/{made}/draws/review?part=rows").text
    assert "Ad money drawn" in page and "¥9,000.00" in page and "ROI 18.75 at the end" in page
    assert "本周投放额度" in page and f"/requests/{request}/envelope" in page, "the envelope is named, with a link"
    assert "¥1,100.00 more than was drawn" in page
    shown = lead.get(f"/requests/{request}/envelope").text
    assert "more than was drawn" in shown and "¥1,600.00" in shown
    assert lead.post_form(f"/requests/{request}/envelope/close", {}).status_code == 303
    assert money.state(request) == "closed"


def test_recharge_and_gifted_credit_stand_apart(client_of: Client, money: Money) -> None:
    request = approved(money)
    lead = client_of("lead").in_english()
    sent = {"channel_id": money.cast.channel, "kind": "recharge", "amount": "5000", "day": str(today())}
    assert lead.post_form("/budget/credit", sent).status_code == 303
    assert lead.post_form("/budget/credit", {**sent, "kind": "gifted", "amount": "800"}).status_code == 303
    assert lead.post_form("/budget/credit", {**sent, "day": str(today() + 9 * DAY)}).status_code == 422
    assert lead.post_form("/budget/credit", {**sent, "kind": "gifted_spent"}).status_code == 422
    shown = lead.get(f"/requests/{request}/envelope").text
    assert "¥5,000.00" in shown and "¥800.00" in shown


@pytest.mark.parametrize("login", ["viewer", "outsider"])
def test_who_is_not_of_it_sees_and_does_nothing(client_of: Client, money: Money, login: str) -> None:
    request = approved(money)
    envelope, made = envelope_of(money, request), show(money)
    asked = draw(money, envelope, made, 500)["id"]
    visitor = client_of(login)
    no = 404 if login == "outsider" else 403
    for path in (f"/requests/{request}/envelope", f"/draws/{asked}"):
        assert visitor.get(path).status_code == no, path
    sent = {"envelope_id": envelope, "reason": "rising", "quick": "20000"}
    assert visitor.post_form(f"/sessions/{made}/draw", sent).status_code == no
    assert visitor.post_form(f"/draws/{asked}/decide", {"approve": "y"}).status_code == no
    assert state(money, asked, timedelta()) is DrawState.WAITING


def test_an_envelope_is_kept_as_it_is_typed_with_its_way_beside_it(client_of: Client, money: Money) -> None:
    fund(money)
    lead = client_of("lead").in_english()
    page = lead.get("/requests/envelopes/new").text
    assert 'hx-get="/requests/envelopes/ahead"' in page and "Who approves it" in page
    asked = f"/requests/envelopes/ahead?total=8万&category_id={money.categories['ads']}&first={today()}"
    ahead = lead.get(asked).text
    assert "¥80,000.00" in ahead and "周经理" in ahead and "save it as a draft" in ahead
    for odd in ("?total=x&category_id=99999999999&first=y", "?total=-5", "?total=999999999999999999999999"):
        assert lead.get(f"/requests/envelopes/ahead{odd}").status_code == 200, odd
    place = lead.post_form("/requests/envelopes/new", typed(money)).headers["Location"]
    request_id = int(place.rsplit("/", 1)[1])
    page = lead.get(f"{place}/envelope/edit").text
    assert f'hx-post="{place}/envelope/save"' in page
    version = money.row(request_id).version
    kept = lead.post_form(f"{place}/envelope/save", typed(money, version=version, total="2万"))
    assert kept.status_code == 200 and "¥20,000.00" in kept.text and 'name="version"' in kept.text
    assert money.row(request_id).total == 20_000 * 100
    late = lead.post_form(f"{place}/envelope/save", typed(money, version=version, total="3万"))
    assert "it was changed in another window" in late.text and money.row(request_id).total == 20_000 * 100
    wrong = lead.post_form(f"{place}/envelope/save", typed(money, version=money.row(request_id).version, seconds="5"))
    assert wrong.status_code == 200 and "can’t be read" in wrong.text
    lacks = typed(money, version=money.row(request_id).version, then="submit", purpose="")
    answer = lead.post_form(f"{place}/envelope/edit", lacks)
    assert answer.status_code == 422 and "Say what it is good for." in answer.text
    sent = typed(money, version=money.row(request_id).version, then="submit")
    assert lead.post_form(f"{place}/envelope/edit", sent).status_code == 303
    assert money.state(request_id) == "pending"
    assert client_of("outsider").post_form(f"{place}/envelope/save", typed(money, version=1)).status_code == 404


def test_whoever_signs_sees_who_may_draw_and_on_which_accounts(client_of: Client, money: Money) -> None:
    """What the terms name is shown by its name, on the page where it is signed."""
    with acting(money.cast.actors["lead"]):
        ads = next(p.id for p in people.positions() if p.key == "ads")
    made = approved(money, drawers=Drawers((money.cast.host,), (), (ads,)), channels=(money.cast.channel,))
    page = client_of("manager").in_english().get(f"/requests/{made}").text
    with acting(money.cast.actors["lead"]):
        named = [people.names([money.cast.host])[money.cast.host], *(c.name for c in live.channels())]
    assert [name for name in ("Ad buyer", *named) if name not in page] == []


def test_before_air_the_money_of_a_show_names_the_envelopes_that_cover_it(
    client_of: Client, money: Money, db: Flask
) -> None:
    request = approved(money)
    start = clock.now().replace(minute=0, second=0, microsecond=0) + 2 * DAY
    late = start + 10 * DAY
    cast = money.cast
    with acting(cast.actors["lead"]):
        covered = planned.schedule_session("预热", Weight.DAILY, cast.channel, cast.studio, start, 120)
        apart = planned.schedule_session("下周", Weight.DAILY, cast.channel, cast.studio, late, 120)
    lead = client_of("lead").in_english()
    assert f'hx-get="/sessions/{covered}/money?part=rows"' in lead.get(f"/sessions/{covered}").text
    for path in (f"/sessions/{covered}/money?part=rows", f"/sessions/{covered}/money"):
        page = lead.get(path).text
        assert "Ad envelopes that cover it" in page and f'href="/requests/{request}/envelope"' in page
        assert "¥10,000.00 left, ¥3,000.00 of it in this session" in page
        assert "Nothing was asked for it." not in page
    assert "覆盖本场的专项额度" in client_of("member").get(f"/sessions/{covered}/money?part=rows").text
    assert "envelope" not in lead.get(f"/sessions/{apart}/money?part=rows").text
    assert client_of("viewer").get(f"/sessions/{covered}/money").status_code == 403
    assert "/money" not in client_of("viewer").get(f"/sessions/{covered}").text
    assert client_of("outsider").get(f"/sessions/{covered}/money").status_code == 404
    with statements(db) as asked:
        lead.get(f"/sessions/{covered}/money?part=rows")
    assert len(asked) <= 12


def test_where_nobody_waits_the_page_of_calls_says_so_and_leads_on(client_of: Client, money: Money) -> None:
    page = client_of("manager").in_english().get("/draws/mine").text
    assert "Nobody waits for you on air" in page and 'href="/requests"' in page


def test_an_envelope_claims_nothing_of_a_total_that_cannot_be_read(client_of: Client, money: Money) -> None:
    lead, ads = client_of("lead").in_english(), money.categories["ads"]
    fund(money)
    place = f"/requests/envelopes/ahead?category_id={ads}&first={today()}&total="
    assert lead.get(f"{place}1000").text.count("The budget holds.") == 2
    wrong = lead.get(f"{place}lots").text
    assert "The budget holds." not in wrong and wrong.count("An amount can’t be read yet.") == 2
