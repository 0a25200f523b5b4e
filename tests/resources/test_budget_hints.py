"""What is said of budgets before money is asked for, allocated, moved or approved."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from planner.base.actor import acting
from planner.plan import services as plan
from planner.resources import services
from tests.resources.conftest import DAY, YUAN, Money, today
from tests.resources.decided import MANAGERS, agree

Client = Callable[[str], Any]


def _month(money: Money, name: str = "本月") -> int:
    """A shorter period within the one that has the money."""
    with acting(money.cast.actors["lead"]):
        return plan.add_period(name, today() - 5 * DAY, today() + 20 * DAY)


def test_what_waits_besides_is_counted_before_one_asks(client_of: Client, money: Money) -> None:
    agree(money, MANAGERS)
    money.ask("member", yuan=84_079)
    draft, host = money.draft("host", yuan=33_000), client_of("host").in_english()
    short = "¥84,079.00 wait besides: ¥17,079.00 are missing if all of it is approved."
    for path in (f"/requests/{draft}/edit", f"/requests/{draft}"):
        page = host.get(path).text
        assert short in page and "The budget holds.</p>" not in page, path
        assert "This request" in page, "the legend says what the last part of the bar is"
    with acting(money.cast.actors["host"]):
        services.submit(draft, money.row(draft).version)
    manager = client_of("manager").in_english()
    for path in ("/requests?tab=waiting", "/requests/waiting", f"/requests/{draft}"):
        assert short in manager.get(path).text, path
    queue = manager.get("/requests?tab=waiting").text
    assert "<title>¥0.00 spent, ¥0.00 committed, ¥117,079.00 waiting" in queue and "this request ¥33,000.00" in queue
    assert "bar-legend" in queue


def test_what_fits_with_all_that_waits_is_said_to_fit(client_of: Client, money: Money) -> None:
    agree(money, MANAGERS)
    money.ask("member", yuan=50_000)
    page = client_of("host").in_english().get(f"/requests/{money.draft('host', yuan=50_000)}/edit").text
    assert "The budget holds.</p>" in page and "wait besides" not in page


def test_a_first_budget_of_a_shorter_period_says_what_it_takes_over(client_of: Client, money: Money) -> None:
    month, manager = _month(money), client_of("manager").in_english()
    path = f"/budget/periods/{month}/allocate"
    takes = "Requests for 本月 are paid from this budget then, no longer from 第四季度 (¥100,000.00 available)."
    equipment, software = money.categories["equipment"], money.categories["software"]
    assert takes in manager.get(f"{path}?category={equipment}").text
    assert takes in manager.get(f"{path}?part=moved&category_id={equipment}&amount=1").text
    assert "no longer from" not in manager.get(f"{path}?part=moved&category_id={software}&amount=1").text
    with acting(money.cast.actors["manager"]):
        services.allocate_budget(month, equipment, 100)
    assert "no longer from" not in manager.get(f"{path}?category={equipment}").text, "it pays already"
    longer = f"/budget/periods/{money.period}/allocate?category={equipment}"
    assert "no longer from" not in manager.get(longer).text


def test_a_request_that_goes_to_another_budget_says_so(client_of: Client, money: Money) -> None:
    agree(money, MANAGERS)
    made, host = money.ask("host", yuan=60_000), client_of("host").in_english()
    month = _month(money)
    with acting(money.cast.actors["manager"]):
        lacking = services.allocate_budget(month, money.categories["equipment"], 5_000 * YUAN)
    host.post_form(f"/requests/{made}/recall", {})
    page = host.get(f"/requests/{made}").text
    assert "Equipment · 本月" in page and "¥55,000.00 are missing" in page, "what it would be paid from now"
    host.post_form(f"/requests/{made}/submit", {})
    page = host.get(f"/requests/{made}").text
    assert "It is paid from Equipment · 本月 now, no longer from Equipment · 第四季度." in page
    page = client_of("manager").in_english().get(f"/requests/{made}").text
    assert "Equipment · 本月 does not hold it" in page
    assert f'<a href="/budget/{lacking}">Allocate or move money there</a>' in page
    there = client_of("manager").in_english().get(f"/budget/{lacking}").text
    assert f"/budget/periods/{month}/transfer?to={lacking}" in there


def test_handed_in_again_to_the_same_budget_nothing_is_said(client_of: Client, money: Money) -> None:
    made, host = money.ask("host", yuan=600), client_of("host").in_english()
    host.post_form(f"/requests/{made}/recall", {})
    host.post_form(f"/requests/{made}/submit", {})
    assert "no longer from" not in host.get(f"/requests/{made}").text


def _selected(page: str, name: str) -> str:
    field = re.search(rf'<select[^>]*name="{name}".*?</select>', page, re.S)
    assert field
    chosen = re.search(r'<option selected value="(\d+)"', field[0])
    assert chosen
    return chosen[1]


def test_a_transfer_begins_between_two_budgets(client_of: Client, money: Money) -> None:
    path, lead = f"/budget/periods/{money.period}/transfer", client_of("lead").in_english()
    equipment, training = (str(money.budgets[key]) for key in ("equipment", "training"))
    for asked, ends in (
        ("", (equipment, training)),
        (f"?to={equipment}", (training, equipment)),
        (f"?from={training}", (training, equipment)),
    ):
        page = lead.get(path + asked).text
        assert (_selected(page, "from_id"), _selected(page, "to_id")) == ends, asked
    assert "Propose the transfer" in page


def test_the_next_month_is_one_step_away_for_who_may(client_of: Client, money: Money) -> None:
    first = today().replace(day=1)
    with acting(money.cast.actors["lead"]):
        plan.add_period("这个月", first, (first + 31 * DAY).replace(day=1) - DAY)
    path, button = f"/budget?period={money.period}", "Budget of the next month: Plan of"
    assert button not in client_of("lead").in_english().get(path).text
    manager = client_of("manager").in_english()
    page = manager.get(path).text
    assert button in page and "next quarter" not in page, "only of kinds that the team has"
    answer = manager.post_form("/budget/periods/next", {"kind": "month"})
    assert re.fullmatch(r"/budget/periods/\d+/allocate", answer.headers["Location"])
    page = manager.get("/budget").text
    assert button not in page and "Plan of " in page, "it is among the periods"
    assert manager.post_form("/budget/periods/next", {"kind": "month"}).headers["Location"] == "/budget"
    assert client_of("lead").post_form("/budget/periods/next", {"kind": "month"}).status_code == 403


def test_a_lead_is_told_that_managers_may(client_of: Client, money: Money) -> None:
    lead = client_of("lead").in_english()
    for path in (f"/budget/periods/{money.period}/allocate", f"/budget/periods/{money.period}/carry"):
        page = lead.get(path)
        assert page.status_code == 403
        assert "Only managers of the team can do this" in page.text and "Ask a lead" not in page.text
    host = client_of("host").in_english().get("/budget")
    assert host.status_code == 403 and "Ask a lead or the manager of your team" in host.text


def test_several_that_are_approved_at_once_are_summed(client_of: Client, money: Money) -> None:
    agree(money, MANAGERS)
    made, manager = [money.ask(yuan=yuan) for yuan in (1_000, 234)], client_of("manager").in_english()
    page = manager.get("/requests?tab=waiting").text
    assert 'data-amount="100000"' in page and "data-summed=" in page
    form = {"request": [str(each) for each in made]} | {f"seen-{each}": money.seen(each).digest for each in made}
    manager.post_form("/requests/approve", form)
    assert "2 requests approved, ¥1,234.00." in manager.get("/requests?tab=waiting").text
