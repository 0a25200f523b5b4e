"""What may be asked for twice is said beside the form and to whoever decides; it refuses nobody."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event

from planner.base.actor import acting
from planner.base.engine import engine
from planner.kernel import clock
from planner.live import services as live
from planner.live.rules import Weight
from planner.resources import queries, services
from planner.resources.rules import Kind, Line, State
from tests.resources import enveloped
from tests.resources.conftest import DAY, YUAN, Money

Client = Callable[[str], Any]
pytestmark = pytest.mark.engines


def _alike(money: Money, request_id: int, who: str = "host") -> list[tuple[int, bool]]:
    with acting(money.cast.actors[who]):
        return [(each.id, each.titled) for each in queries.alike(request_id)]


def _bought(item: str, supplier: str, yuan: int = 1000) -> tuple[Line, ...]:
    return (Line(item, Decimal(1), yuan * YUAN, supplier),)


def _show(money: Money, days: int) -> int:
    cast, start = money.cast, clock.now().replace(minute=0, second=0, microsecond=0) + days * DAY
    with acting(cast.actors["lead"]):
        return live.schedule_session("夜场", Weight.DAILY, cast.channel, cast.studio, start, 180)


def test_the_same_title_or_supplier_with_the_same_amount_is_named(money: Money) -> None:
    first = money.ask("member", 1000, title="补光灯")
    assert _alike(money, money.draft(title="补光灯", payee="淘宝", lines=_bought("灯", "淘宝"))) == [(first, True)]
    assert _alike(money, money.draft(title="两盏灯")) == [(first, False)]
    assert _alike(money, money.draft(title="两盏灯", payee="某人", lines=_bought("灯", "京东"))) == [(first, False)]
    assert _alike(money, money.draft(title="两盏灯", payee="淘宝", lines=_bought("灯", "淘宝"))) == []
    assert _alike(money, money.draft(yuan=1001)) == []


def test_what_does_not_stand_or_is_nobody_elses_business_is_not_named(money: Money) -> None:
    money.draft("member")
    refused, cancelled = money.ask("member"), money.ask("member")
    with acting(money.cast.actors["lead"]):
        services.refuse(money.seen(refused), "不需要")
    money.approve("lead", cancelled)
    with acting(money.cast.actors["member"]):
        services.cancel(cancelled, money.row(cancelled).version, "不买了")
    money.approve("lead", cancelled)
    made = money.draft()
    assert _alike(money, made) == []
    with clock.standing(clock.now() + timedelta(days=1)):
        stands = money.ask("member")
    with clock.standing(clock.now() + timedelta(days=2)):
        assert _alike(money, made) == [(stands, True)]
    with clock.standing(clock.now() + timedelta(days=32)):
        assert _alike(money, made) == []


def test_what_continues_a_request_and_other_shows_are_no_repeats(money: Money) -> None:
    made = money.ask("host")
    money.approve("lead", made)
    with acting(money.cast.actors["host"]):
        more = services.ask_more(made, 1000 * YUAN)
    assert _alike(money, more) == []
    one, other = _show(money, 1), _show(money, 2)
    guest: dict[str, Any] = {
        "kind": Kind.PER_SESSION,
        "title": "嘉宾",
        "needed_by": None,
        "lines": _bought("嘉宾", "艺人"),
    }
    guest |= {"payee": "艺人"}
    asked = money.ask("member", session_id=one, **guest)
    assert _alike(money, money.draft(session_id=other, **guest)) == []
    assert _alike(money, money.draft(session_id=one, **guest)) == [(asked, True)]


def test_envelopes_come_to_the_same_week_by_week(money: Money) -> None:
    enveloped.approved(money)
    with acting(money.cast.actors["lead"]):
        again = services.draft_envelope(enveloped.wish(money, enveloped.terms()))
    assert _alike(money, again, "lead") == []


def test_it_stands_beside_the_form_and_the_decision_and_refuses_nobody(client_of: Client, money: Money) -> None:
    first = money.ask("member", 1000)
    made = money.draft("host", 1000, title="两盏灯")
    host = client_of("host").in_english()
    place = f"/requests/{made}/alike"
    for path in (f"/requests/{made}/edit", f"/requests/{made}"):
        page = host.get(path).text
        assert f'hx-get="{place}?part=rows"' in page
        assert f'<noscript><a href="{place}">' in page
    part = host.get(f"{place}?part=rows").text
    assert "Same supplier and amount:" in part and f'href="/requests/{first}"' in part and "阿强" in part
    assert "<h1" in host.get(place).text, "a page of its own without JavaScript"
    assert client_of("lead").get(place).status_code == 404, "a draft is its writer's alone"
    assert host.post_form(f"/requests/{made}/submit", {}).status_code == 303
    assert money.state(made) is State.PENDING
    lead = client_of("lead")
    assert f'hx-get="{place}?part=rows"' in lead.get(f"/requests/{made}").text
    assert "供应商和金额相同：" in lead.get(f"{place}?part=rows").text
    assert f'href="/requests/{made}"' in lead.get(f"/requests/{first}/alike").text, "whichever of them is looked at"
    assert client_of("viewer").get(place).status_code == 403
    assert client_of("outsider").get(place).status_code == 404


def test_nothing_is_said_where_nothing_is_alike(client_of: Client, money: Money) -> None:
    made = money.ask("host")
    lead = client_of("lead").in_english()
    assert lead.get(f"/requests/{made}/alike?part=rows").text == ""
    assert "Nothing of the same amount" in lead.get(f"/requests/{made}/alike").text


def test_what_is_kept_is_looked_up_anew(client_of: Client, money: Money) -> None:
    made = money.draft("host")
    host = client_of("host")
    page = host.get(f"/requests/{made}/edit").text
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    sent = {"version": version[1], "kind": "one_off", "title": "灯", "invoice": "none"}
    assert host.post_form(f"/requests/{made}/save", sent).headers["HX-Trigger"] == "kept"
    assert "HX-Trigger" not in host.post_form(f"/requests/{made}/save", sent).headers, "not what was not kept"


def test_it_costs_the_same_with_many(money: Money) -> None:
    made = money.draft("host")

    def cost() -> int:
        asked: list[str] = []

        def keep(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
            asked.append(statement)

        event.listen(engine(), "before_cursor_execute", keep)
        _alike(money, made)
        event.remove(engine(), "before_cursor_execute", keep)
        return len(asked)

    money.ask("member")
    one = cost()
    for _ in range(4):
        money.ask("member")
    assert cost() == one
    assert len(_alike(money, made)) == 3
    with clock.standing(clock.now() - 20 * DAY):
        assert _alike(money, made), "also those that were handed in after it"
