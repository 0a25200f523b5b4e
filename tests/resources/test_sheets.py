"""Sheets for finance: what is listed with its lines and payments, the ledger, an envelope; numbers, days, no formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import event

from planner.base.actor import acting
from planner.base.engine import engine
from planner.discussions import services as discussions
from planner.resources import queries, services
from planner.resources.queries import taken
from planner.resources.rules import Kind, Line, PayWay
from tests.resources import enveloped
from tests.resources.conftest import DAY, YUAN, Money, today

Client = Callable[[str], Any]
pytestmark = pytest.mark.engines
SHANGHAI = ZoneInfo("Asia/Shanghai")


def _book(answer: Any) -> dict[str, list[list[Any]]]:
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.get_data()))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def _rows(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def _first(sheet: list[list[Any]]) -> dict[str, Any]:
    return dict(zip(sheet[0], sheet[1], strict=True))


@pytest.fixture
def paid(money: Money) -> int:
    """A lamp that was approved, came in part and was paid twice, one payment taken back."""
    made = money.ask(
        yuan=1000, title="=补光灯", lines=(Line("灯", Decimal(2), 500 * YUAN, "京东", "https://example.org/灯"),)
    )
    for who in ("lead", "manager"):
        if money.state(made) == "pending":
            money.approve(who, made)
    with acting(money.cast.actors["lead"]):
        line = queries.lines_of(made)[0].id
        came = services.receive(made, 0, today(), {line: Decimal(1)})
        first = services.pay(made, came[-1], today(), 400 * YUAN, PayWay.TRANSFER, "R-1")
        services.reverse_fact(first, "付错了")
    return made


def test_a_list_goes_with_its_lines_and_payments(client_of: Client, money: Money, paid: int) -> None:
    lead = client_of("lead").in_english()
    book = _book(lead.get("/requests.xlsx?tab=all"))
    assert list(book) == ["Requests", "Lines", "Payments"]
    told = _first(book["Requests"])
    assert (told["Request no."], told["Title"], told["State"]) == (1, "=补光灯", "Approved")
    assert (told["Amount"], told["Committed"], told["Spent"]) == (1000.0, 1000.0, 0.0)
    submitted = money.row(paid).submitted_at
    assert submitted is not None
    assert told["Submitted on"] == submitted.astimezone(SHANGHAI).date(), "by the calendar, also after midnight"
    assert told["Budget period"] == "第四季度"
    line = _first(book["Lines"])
    assert (line["Quantity"], line["Unit price"], line["Amount"], line["Received"]) == (2, 500.0, 1000.0, 1)
    amounts = [dict(zip(book["Payments"][0], row, strict=True))["Amount"] for row in book["Payments"][1:]]
    assert amounts == [400.0, -400.0]
    (row,) = _rows(lead.get("/requests.csv?tab=all"))
    assert (row["Title"], row["Amount"]) == ("'=补光灯", "1000.00")


def test_what_was_spent_before_it_was_approved_is_a_payment(client_of: Client, money: Money) -> None:
    spent_on = today() - DAY
    made = money.draft(yuan=300, kind=Kind.AFTERWARDS, needed_by=None, spent_on=spent_on, reason="灯爆了")
    with acting(money.cast.actors["host"]):
        discussions.add_files("request", made, discussions.read_files([("收据.txt", b"300")]))
        services.submit(made, money.row(made).version)
    money.approve("lead", made)
    payment = _first(_book(client_of("lead").in_english().get("/requests.xlsx?tab=all"))["Payments"])
    assert (payment["Day"], payment["Amount"], payment["Recorded by"]) == (spent_on, 300.0, "林小雨")


def test_drafts_of_others_and_of_other_teams_are_in_no_file(client_of: Client, money: Money, paid: int) -> None:
    money.draft("host", title="悄悄写的")
    for path in ("/requests.csv?tab=all", "/requests.csv?tab=mine", "/requests.csv?tab=copied", "/requests.csv"):
        for who in ("lead", "manager", "member", "outsider"):
            told = client_of(who).get(path).get_data().decode("utf-8-sig")
            assert "悄悄写的" not in told
            assert who != "outsider" or "补光灯" not in told
    assert "悄悄写的" in client_of("host").get("/requests.csv?tab=mine").get_data().decode("utf-8-sig")
    for path in ("/requests.xlsx?tab=all", "/requests.csv"):
        assert client_of("viewer").get(path).status_code == 403
    assert "补光灯" not in client_of("member").get("/requests.csv?tab=all").get_data().decode("utf-8-sig")


def test_what_was_recalled_after_it_was_copied_is_hidden_again(client_of: Client, money: Money) -> None:
    made = money.ask("host", yuan=100, title="先不买了")
    with acting(money.cast.actors["host"]):
        services.copy_to(made, money.cast.member)
        services.recall(made, money.row(made).version)
    member, lead = client_of("member"), client_of("lead")
    assert "先不买了" not in member.get("/requests.csv?tab=copied").get_data().decode("utf-8-sig")
    assert "先不买了" not in member.get("/requests?tab=copied").text
    ledger = f"/budget/{money.budgets['equipment']}"
    assert "先不买了" not in lead.get(ledger).text
    assert "先不买了" not in lead.get(f"{ledger}/ledger.csv").get_data().decode("utf-8-sig")


def test_a_state_narrows_the_file_as_it_does_the_list(client_of: Client, money: Money, paid: int) -> None:
    money.ask("member", yuan=5, title="电池")
    lead = client_of("lead").in_english()
    assert [row["Title"] for row in _rows(lead.get("/requests.csv?tab=all&state=pending"))] == ["电池"]
    assert "requests.xlsx?tab=all&amp;state=pending" in lead.get("/requests?tab=all&state=pending").text


def test_the_ledger_adds_up_entry_by_entry(client_of: Client, money: Money, paid: int) -> None:
    lead = client_of("lead").in_english()
    rows = _rows(lead.get(f"/budget/{money.budgets['equipment']}/ledger.csv"))
    assert [row["What"] for row in rows] == ["Allocated", "Reserved", "Committed", "Spent", "Reversed"]
    assert [row["Available afterwards"] for row in rows] == ["100000.00"] * 2 + ["99000.00"] * 3
    assert sum(Decimal(row["Committed +/−"]) for row in rows) == 1000
    assert rows[-1]["Takes back entry no."] == rows[-2]["Entry no."]
    assert rows[2]["Request"] == "'=补光灯" and date.fromisoformat(rows[2]["Day"])
    book = _book(lead.get(f"/budget/periods/{money.period}/ledger.xlsx"))
    assert list(book) == ["Budget", "Ledger"]
    told = _first(book["Budget"])
    assert (told["Category"], told["Period"], told["Allocated"]) == ("Equipment", "第四季度", 100_000.0)
    assert (told["Committed"], told["Available"]) == (1000.0, 99_000.0)
    assert len(book["Ledger"]) == 1 + 6


def test_the_ledger_is_for_leads_of_the_team(client_of: Client, money: Money) -> None:
    paths = [
        f"/budget/{money.budgets['equipment']}/ledger.xlsx", f"/budget/{money.budgets['equipment']}/ledger.csv",
        f"/budget/periods/{money.period}/ledger.xlsx", f"/budget/periods/{money.period}/ledger.csv",
    ]  # fmt: skip
    for path in paths:
        for who in ("host", "member", "viewer"):
            assert client_of(who).get(path).status_code == 403
        assert client_of("outsider").get(path).status_code == 404
        assert client_of("manager").get(path).status_code == 200


def test_an_envelope_goes_with_its_draws_and_shows(client_of: Client, money: Money) -> None:
    made = enveloped.approved(money)
    show = enveloped.show(money, ("member",))
    enveloped.read(money, show, 3000, 1000)
    enveloped.draw(money, enveloped.envelope_of(money, made), show, 200)
    member = client_of("member").in_english()
    book = _book(member.get(f"/requests/{made}/envelope.xlsx"))
    draw, shows = _first(book["Draws"]), _first(book["Sessions"])
    assert (draw["Session"], draw["Amount"], draw["Drawn by"]) == ("夜场", 200.0, "阿强")
    assert (draw["GMV then"], draw["Ad spend then"], draw["ROI then"]) == (3000.0, 1000.0, 3.0)
    assert draw["When"].date() and (shows["Drawn"], shows["Spent"]) == (200.0, 0.0)
    assert len(_rows(member.get(f"/requests/{made}/envelope.csv"))) == 1
    assert client_of("outsider").get(f"/requests/{made}/envelope.csv").status_code == 404
    assert client_of("viewer").get(f"/requests/{made}/envelope.csv").status_code == 403


def test_a_file_that_does_not_hold_all_says_so(client_of: Client, money: Money, monkeypatch: Any) -> None:
    monkeypatch.setattr(taken, "MOST_REQUESTS", 1)
    for title in ("一", "二"):
        money.ask("member", yuan=5, title=title)
    rows = _rows(client_of("lead").in_english().get("/requests.csv?tab=all"))
    assert (len(rows), rows[0]["Title"]) == (2, "二")
    assert "Only the latest" in rows[1]["Request no."]


def test_a_list_says_who_approved_and_when(client_of: Client, money: Money, paid: int) -> None:
    waits = money.ask("member", yuan=5, title="电池")
    lead = client_of("lead").in_english()
    read = _book(lead.get("/requests.xlsx?tab=all"))["Requests"]
    told = {row["Title"]: row for row in (dict(zip(read[0], each, strict=True)) for each in read[1:])}
    assert told["=补光灯"]["Approved by"] == "林小雨"
    at = told["=补光灯"]["Approved at"]
    assert isinstance(at, datetime) and abs(datetime.now(SHANGHAI).replace(tzinfo=None) - at) < timedelta(hours=1)
    assert (told["电池"]["Approved by"], told["电池"]["Approved at"]) == ("", "")
    (row,) = _rows(client_of("member").get("/requests.csv?tab=mine"))
    assert (row["审批通过人"], row["审批通过时间"]) == ("", "")
    money.approve("lead", waits)
    (row,) = _rows(client_of("member").get("/requests.csv?tab=mine"))
    assert row["审批通过人"] == "林小雨" and datetime.fromisoformat(row["审批通过时间"])


def test_a_cancellation_is_no_approval_and_a_stand_in_is_named(client_of: Client, money: Money) -> None:
    made = money.ask("host", yuan=100)
    with acting(money.cast.actors["lead"]):
        services.delegate(None, money.cast.manager, today(), today() + DAY, "出差")
    money.approve("manager", made)
    with acting(money.cast.actors["host"]):
        services.cancel(made, money.row(made).version, "不买了")
    money.approve("manager", made)
    assert money.state(made) == "cancelled"
    (row,) = _rows(client_of("manager").in_english().get("/requests.csv?tab=all"))
    assert row["Approved by"] == "周经理 for 林小雨"


def test_who_approved_costs_no_statement_a_request(money: Money) -> None:
    def cost() -> int:
        asked: list[str] = []

        def keep(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
            asked.append(statement)

        event.listen(engine(), "before_cursor_execute", keep)
        with acting(money.cast.actors["manager"]):
            assert queries.requests_to_take(queries.Tab.ALL).approved
        event.remove(engine(), "before_cursor_execute", keep)
        return len(asked)

    money.approve("lead", money.ask("host", yuan=100))
    one = cost()
    for who in ("host", "member", "host"):
        money.approve("lead", money.ask(who, yuan=100))
    assert cost() == one
