"""What somebody meets who is new to requests: reminders, returns, one invoice twice, one word for one act."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from planner.base.actor import acting
from planner.kernel import clock
from planner.kernel.errors import Invalid, Refused
from planner.resources import services
from planner.resources.rules import PayWay
from tests.hour import Hour
from tests.hour import hour as hour
from tests.resources.conftest import DAY, YUAN, Money, today
from tests.resources.decided import LEADS, MANAGERS, agree
from tests.resources.test_after import approved, last, pay

Client = Callable[[str], Any]


def test_a_reminder_says_in_place_when_the_next_one_can_be_sent(client_of: Client, money: Money, hour: Hour) -> None:
    made = money.ask(yuan=100)
    host, hour.at = client_of("host"), clock.now()
    assert f"/requests/{made}/nudge" in host.get(f"/requests/{made}").text
    assert host.post_form(f"/requests/{made}/nudge").status_code == 303
    page = host.get(f"/requests/{made}").text
    assert f'action="/requests/{made}/nudge"' not in page
    assert re.search(r'<button class="menu-item" type="button" disabled>.*\d\d:\d\d 后可再催', page)
    again = host.post_form(f"/requests/{made}/nudge")
    assert (again.status_code, again.location) == (303, f"/requests/{made}")
    assert "已经催过" in host.get(f"/requests/{made}").text
    hour.at += timedelta(minutes=61)
    assert f'action="/requests/{made}/nudge"' in host.get(f"/requests/{made}").text


def test_nobody_is_offered_to_remind_themselves(client_of: Client, money: Money) -> None:
    made = money.ask(yuan=100)
    lead, manager = client_of("lead"), client_of("manager")
    assert f"/requests/{made}/nudge" not in lead.get(f"/requests/{made}").text, "only the lead has to sign"
    assert f"/requests/{made}/nudge" in manager.get(f"/requests/{made}").text
    assert lead.post_form(f"/requests/{made}/nudge").status_code == 303
    assert "只等你自己审批" in lead.get(f"/requests/{made}").text
    with acting(money.cast.actors["lead"]), pytest.raises(Refused):
        services.nudge(made)


def test_one_number_is_of_one_request_and_the_page_leads_to_where(client_of: Client, money: Money) -> None:
    first, second = approved(money, title="第一张单"), approved(money, title="第二张单")
    event = pay(money, first, 400, number="INV-6")
    with pytest.raises(Invalid) as fault:
        pay(money, first, 100, number="INV-6")
    assert "note" in fault.value.fields, "for the same request with a word only"
    with acting(money.cast.actors["lead"]):
        part = services.pay(first, last(money, first), today(), 100 * YUAN, PayWay.TRANSFER, "INV-6", "尾款")
        services.reverse_fact(part, "先不付")
    lead = client_of("lead")
    typed = {"day": str(today()), "amount": "100", "way": "transfer", "number": "INV-6"}
    answer = lead.post_form(f"/requests/{second}/pay", {**typed, "known": last(money, second) or ""})
    assert answer.status_code == 422
    assert f"这张发票已用于申请 {money.row(first).number} 号" in answer.text
    assert re.search(rf'href="/requests/{first}">[^<]*第一张单', answer.text)
    with pytest.raises(Invalid):
        money.draft("member", yuan=100, invoice_number="INV-6")
    with acting(money.cast.actors["lead"]):
        services.reverse_fact(event, "付到另一单")
        services.pay(first, last(money, first), today(), 100 * YUAN, PayWay.TRANSFER, "INV-6")


def test_the_invoice_of_somebody_elses_draft_is_named_by_its_number_alone(client_of: Client, money: Money) -> None:
    hidden = money.draft("member", title="保密的单", invoice_number="INV-9")
    mine, host = money.draft("host"), client_of("host")
    page = host.get(f"/requests/{mine}/edit").text
    version = re.search(r'name="version" value="(\d+)"', page)
    typed = {
        "kind": "one_off", "title": "灯", "purpose": "换灯", "category_id": str(money.categories["equipment"]),
        "needed_by": str(today() + DAY), "line_item": "灯", "line_quantity": "1", "line_price": "100", "payee": "京东",
        "pay_way": "transfer", "invoice": "ordinary", "invoice_number": "INV-9", "version": version[1] if version else "",
    }  # fmt: skip
    answer = host.post_form(f"/requests/{mine}/edit", typed)
    assert answer.status_code == 422
    assert f"这张发票已用于申请 {money.row(hidden).number} 号" in answer.text
    assert "保密的单" not in answer.text
    assert f"/requests/{hidden}" not in answer.text
    shown = money.ask("member", title="看得见的单", invoice_number="INV-10")
    answer = host.post_form(f"/requests/{mine}/edit", {**typed, "invoice_number": "INV-10"})
    assert re.search(rf'href="/requests/{shown}">[^<]*看得见的单', answer.text)


def test_why_it_came_back_stands_above_the_page_and_above_the_form(client_of: Client, money: Money) -> None:
    agree(money, LEADS, MANAGERS)
    made = money.ask(yuan=100)
    with acting(money.cast.actors["lead"]):
        services.give_back(money.seen(made), "请写清规格")
    host = client_of("host")
    for path in (f"/requests/{made}", f"/requests/{made}/edit"):
        page = host.get(path).text
        note = re.search(r'class="note note-warn" role="note">.*?</div></div>', page, re.DOTALL)
        assert note, path
        assert "退回" in note[0]
        assert "请写清规格" in note[0]
        assert page.index(note[0]) < page.index(
            'class="block is-key"' if path.endswith(str(made)) else 'id="request-form"'
        )
    with acting(money.cast.actors["host"]):
        services.submit(made, money.row(made).version)
    assert 'class="note note-warn" role="note"' not in host.get(f"/requests/{made}").text


def test_what_is_recalled_was_not_handed_in(client_of: Client, money: Money) -> None:
    made, host = money.ask(yuan=100), client_of("host")
    assert "提交 ·" in host.get(f"/requests/{made}").text or "提交</" in host.get(f"/requests/{made}").text
    host.post_form(f"/requests/{made}/recall")
    page = host.get(f"/requests/{made}").text
    assert not re.search(r"\d\d:\d\d 提交", page)


def test_closing_is_one_word(client_of: Client, money: Money) -> None:
    made, lead = approved(money), client_of("lead")
    pages = [lead.get(f"/requests/{made}").text, lead.get(f"/requests/{made}/close").text]
    assert all("关闭申请" in page and "结案" not in page for page in pages)


def test_the_form_of_deputies_says_who_signs_for_whom(client_of: Client, money: Money) -> None:
    page = client_of("manager").get("/approvals/delegations").text
    form = page.split('id="request-form"')[-1]
    assert "替谁审批" in form
    assert "由谁代批" in form
    assert "用于" not in form
    assert "替谁审批" not in client_of("member").get("/approvals/delegations").text, "a member names their own deputy"


def bar(page: str) -> str:
    return page.split('<nav class="bottombar"')[1].split("</nav>")[0]


def test_the_thumb_finds_requests_while_something_waits(client_of: Client, money: Money) -> None:
    member, host, viewer = client_of("member"), client_of("host"), client_of("viewer")
    assert "/requests" not in bar(member.get("/").text)
    with acting(money.cast.actors["lead"]):
        services.delegate(None, money.cast.member, today(), today() + DAY)
    money.ask(yuan=100)
    found = bar(member.get("/plan/steps").text)
    assert re.search(r'href="/requests".*?<span class="pip">1<', found)
    assert found.count("<a ") <= 5
    assert "is-now" not in found
    assert "/requests" not in bar(host.get("/").text)
    assert "/requests" not in bar(viewer.get("/").text)
    assert bar(client_of("manager").get("/").text).count('href="/requests"') == 1
    assert 'aria-current="page"' in bar(member.get("/requests").text)
