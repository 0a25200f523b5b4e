"""What hurt when people walked the journeys of money by hand: lost words, dead ends, a tap that said nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from planner.base.actor import acting
from planner.checklists import queries as checklists
from planner.checklists import services as checking
from planner.kernel.permissions import Role
from planner.resources import services
from planner.resources.rules import Kind, State
from tests.conftest import Visitor
from tests.demo_room import Statements
from tests.resources.conftest import Money, today
from tests.resources.enveloped import show
from tests.resources.typed import seen_in, typed_request, version_in

Client = Callable[[str], Visitor]


def incident(money: Money, session_id: int) -> int:
    """The sound has failed on air."""
    with acting(money.cast.actors["lead"]):
        sound = next(t.id for t in checklists.templates() if t.origin == "sound")
        return checking.begin_emergency(session_id, sound)


def test_papers_are_attached_without_losing_what_was_typed(client_of: Client, money: Money) -> None:
    host, made = client_of("host"), money.draft()
    place = f"/requests/{made}/edit"
    sent = typed_request(money, purpose="只换3号间", version=version_in(host.get(place).text), then="papers")
    answer = host.post_form(place, sent)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"/files/request/{made}")
    assert f'value="{place}#files"' in host.get(answer.headers["Location"]).text, "and it leads back to the form"
    assert money.row(made).purpose == "只换3号间"


def test_a_payment_leads_on_to_its_receipt(client_of: Client, money: Money) -> None:
    made = money.ask()
    money.approve("lead", made)
    lead = client_of("lead")
    sent = {"known": "", "day": str(today()), "amount": "1000", "way": "transfer", "number": "A1", "then": "papers"}
    lead.get(f"/requests/{made}/pay")
    answer = lead.post_form(f"/requests/{made}/pay", sent)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"/files/request/{made}")


def test_an_emergency_leads_to_the_request_for_what_it_cost_and_back(
    app: Flask, client_of: Client, money: Money
) -> None:
    made = show(money)
    broken = incident(money, made)
    host = client_of("host").in_english()
    place = f"/sessions/{made}/emergency/{broken}"
    way = f"/requests/new?kind=afterwards&amp;session={made}&amp;incident={broken}"
    assert way in host.get(place).text
    form = host.post_form(way.replace("&amp;", "&"), {"kind": "afterwards", "title": "备用麦"}).headers["Location"]
    page = host.get(form).text
    assert re.search(rf'<option selected value="{broken}">[^<]*Sound', page), "it is chosen already"
    assert re.search(rf'<option selected value="{made}">[^<]*夜场', page), "and the show on air by its name"
    request_id = int(form.split("/")[2])
    assert (money.row(request_id).incident_id, money.row(request_id).session_id) == (broken, made)
    assert place in host.get(f"/requests/{request_id}").text
    assert "备用麦" in host.get(place).text
    stranger = client_of("outsider")
    assert stranger.post_form(way.replace("&amp;", "&"), {"kind": "afterwards", "title": "x"}).status_code == 404
    with Statements(app) as asked:
        host.get(form)
    assert len(asked.told) <= 20, "the page of a hub"


def test_whoever_is_second_reads_who_was_faster(client_of: Client, money: Money) -> None:
    money.person("second", Role.MANAGER)
    made = money.ask(yuan=5000)
    money.approve("lead", made)
    manager = client_of("manager").in_english()
    page = manager.get(f"/requests/{made}").text
    money.approve("second", made)
    answer = manager.post_form(f"/requests/{made}/approve", {"seen": seen_in(page)})
    assert answer.status_code == 409
    assert "second has approved it already." in answer.text
    assert "¥5,000.00" in answer.text, "and the page shows how it stands"
    again = manager.post_form(f"/requests/{made}/refuse", {"seen": seen_in(page), "note": "太贵"})
    assert again.status_code == 422 and "second has approved it already." in again.text
    assert money.state(made) is State.APPROVED


def test_a_level_that_another_has_signed_says_so(client_of: Client, money: Money) -> None:
    money.person("vice", Role.LEAD)
    made = money.ask(yuan=5000)
    lead = client_of("lead").in_english()
    page = lead.get(f"/requests/{made}").text
    money.approve("vice", made)
    answer = lead.post_form(f"/requests/{made}/approve", {"seen": seen_in(page)})
    assert answer.status_code == 409 and "vice has approved it already." in answer.text
    assert money.state(made) is State.PENDING


def test_what_was_recalled_says_so(client_of: Client, money: Money) -> None:
    made = money.ask()
    lead = client_of("lead").in_english()
    page = lead.get(f"/requests/{made}").text
    with acting(money.cast.actors["host"]):
        services.recall(made, money.row(made).version)
    answer = lead.post_form(f"/requests/{made}/approve", {"seen": seen_in(page)})
    assert answer.status_code == 409 and "has recalled it." in answer.text


def test_a_tap_on_today_says_what_was_approved_and_undo_stays_there(client_of: Client, money: Money) -> None:
    made = money.ask()
    lead = client_of("lead").in_english()
    seen = seen_in(lead.get("/requests/waiting").text)
    answer = lead.post_form(f"/requests/{made}/approve?next=/", {"seen": seen})
    assert answer.headers["Location"] == "/"
    page = lead.get("/").text
    assert "Approved: 补光灯, ¥1,000.00" in page
    back = re.search(r'action="(/requests/take-back/[^"]+)"', page)
    assert back
    assert lead.post_form(back[1].replace("&amp;", "&")).headers["Location"] == "/"
    assert money.state(made) is State.PENDING


def test_the_page_says_at_once_whose_answer_it_waits_for(client_of: Client, money: Money) -> None:
    made = money.ask(yuan=5000)
    head = client_of("host").get(f"/requests/{made}").text.split("</header>")[-1].split("money-left")[0]
    assert "林小雨" in head
    with acting(money.cast.actors["lead"]):
        services.add_signer(money.seen(made), money.cast.member, before_me=False)
    page = client_of("member").in_english().get(f"/requests/{made}").text
    assert "Added, signs after" in page


def test_what_must_be_filled_in_is_not_called_optional(client_of: Client, money: Money) -> None:
    page = client_of("host").in_english().get(f"/requests/{money.draft()}/edit").text
    for name in ("category_id", "purpose", "needed_by", "pay_way"):
        label = re.search(rf'<label class="field-label" for="{name}">(.*?)</label>', page)
        assert label and "optional" not in label[1], name
    assert Kind.ONE_OFF in page


def test_a_row_that_is_still_typed_does_not_keep_the_rest_from_being_kept(client_of: Client, money: Money) -> None:
    host, made = client_of("host").in_english(), money.draft()
    version = version_in(host.get(f"/requests/{made}/edit").text)
    rows = {"line_item": ["灯", "灯架"], "line_price": ["100", ""]}
    sent = typed_request(money, purpose="换灯和灯架", version=version, **rows)
    answer = host.post_form(f"/requests/{made}/save", sent)
    assert "Kept" in answer.text and "rows that are not finished" in answer.text
    assert (money.row(made).purpose, money.row(made).total) == ("换灯和灯架", 20_000), "two of the first row"


def test_the_page_leads_whoever_looks_after_budgets_to_the_budget(client_of: Client, money: Money) -> None:
    made = money.ask(yuan=40_000)
    way = f'href="/budget/{money.budgets["equipment"]}"'
    assert way in client_of("lead").get(f"/requests/{made}").text
    assert way not in client_of("host").get(f"/requests/{made}").text


@pytest.mark.parametrize("fact", ["order", "pay", "close"])
def test_the_first_fact_is_recorded_with_what_its_own_page_says(client_of: Client, money: Money, fact: str) -> None:
    made = money.ask()
    money.approve("lead", made)
    lead = client_of("lead")
    page = lead.get(f"/requests/{made}/{fact}").text
    known = re.search(r'name="known" value="(\d*)"', page)
    assert known
    sent = {"known": known[1], "day": str(today()), "amount": "1000", "way": "transfer", "note": ""}
    assert lead.post_form(f"/requests/{made}/{fact}", sent).status_code == 303


@pytest.mark.parametrize(("way", "sent"), [("add", {"when": "before"}), ("add", {"when": "after"}), ("transfer", {})])
def test_whoever_was_brought_in_by_mistake_is_taken_out_with_one_tap(
    client_of: Client, money: Money, way: str, sent: dict[str, str]
) -> None:
    made = money.ask()
    lead = client_of("lead").in_english()
    form = {**sent, "seen": seen_in(lead.get(f"/requests/{made}").text), "user_id": str(money.cast.member)}
    answer = lead.post_form(f"/requests/{made}/{way}", form)
    assert answer.status_code == 303
    page = lead.get(answer.headers["Location"]).text
    back = re.search(r'action="(/requests/take-back/[^"]+)"', page)
    assert back
    place = back[1].replace("&amp;", "&")
    assert client_of("manager").post_form(place).status_code == 404
    assert client_of("viewer").post_form(place).status_code == 403
    answer = lead.post_form(place)
    assert answer.headers["Location"] == f"/requests/{made}"
    page = lead.get(f"/requests/{made}").text
    assert "Taken back: nobody was told." in page
    assert 'class="block decide"' in page
    assert 'class="block decide"' not in client_of("member").get(f"/requests/{made}").text


def test_the_trail_says_what_was_done_and_buttons_what_can_be_done(client_of: Client, money: Money) -> None:
    made = money.ask(yuan=5000)
    with acting(money.cast.actors["lead"]):
        services.add_signer(money.seen(made), money.cast.member, before_me=True)
    money.approve("member", made)
    money.approve("lead", made)
    manager = client_of("manager")
    for place in (f"/requests/{made}", f"/requests/{made}/print"):
        told = manager.in_english().get(place).text
        for words in ("Submitted", "Added to sign before: 阿强", "Approved it"):
            assert words in told
        trail = told[told.index("What was done" if "What was done" in told else "<h2>Approval</h2>") :]
        assert not re.search(r">(Submit|Approve|Add a signer before me)[<:]", trail)
    page = client_of("lead").get(f"/requests/{made}").text
    trail = page[page.index("<h2>记录</h2>") :]
    assert all(f">{words}" in trail for words in ("提交", "前加签: 阿强", "同意"))
