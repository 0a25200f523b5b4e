"""After the approval: facts fold, money moves with them to the cent, and what is wrong is taken back."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.base.actor import acting
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.kernel.permissions import Role
from planner.resources import queries, services
from planner.resources.rules import (
    Fact,
    Happened,
    Line,
    Next,
    PayWay,
    Standing,
    State,
    fold,
    missing_of,
    next_of,
    tolerance,
)
from tests.resources.conftest import DAY, YUAN, Money, today

pytestmark = pytest.mark.engines
BANK = PayWay.TRANSFER
ALL = 100_000 * YUAN


def approved(money: Money, yuan: int = 1000, **more: Any) -> int:
    made = money.ask(yuan=yuan, **more)
    money.approve("lead", made)
    if money.state(made) is not State.APPROVED:
        money.approve("manager", made)
    assert money.state(made) is State.APPROVED
    return made


def last(money: Money, made: int) -> int:
    with acting(money.cast.actors["manager"]):
        return queries.last_fact(made)


def pay(money: Money, made: int, yuan: float, who: str = "lead", number: str = "") -> int:
    known = last(money, made)
    with acting(money.cast.actors[who]):
        return services.pay(made, known, today(), round(yuan * YUAN), BANK, number)


def close(money: Money, made: int, who: str = "host") -> int:
    known = last(money, made)
    with acting(money.cast.actors[who]):
        return services.close(made, known)


def view(money: Money, made: int) -> queries.After:
    with acting(money.cast.actors["manager"]):
        return queries.after(made)


def test_it_is_ordered_received_in_parts_paid_in_parts_and_closed(db: Any, money: Money) -> None:
    lines = (Line("灯", Decimal(3), 300 * YUAN), Line("线", Decimal(1), 100 * YUAN))
    made = approved(money, lines=lines)
    first, second = (row.line.id for row in view(money, made).lines)
    assert view(money, made).next is Next.ORDER
    with acting(money.cast.actors["host"]):
        known = services.order(made, 0, today(), "JD-1001", "三天内到")
        known = services.receive(made, known, today(), {first: Decimal(2), second: Decimal(1)})[-1]
    assert view(money, made).next is Next.RECEIVE
    with acting(money.cast.actors["host"]):
        services.receive(made, known, today(), {first: Decimal(1)})
    assert view(money, made).all_here and view(money, made).next is Next.PAY
    pay(money, made, 400, number="A1")
    assert money.standing() == Standing(ALL, 0, 600 * YUAN, 400 * YUAN)
    pay(money, made, 500, number="A2")
    close(money, made)
    assert money.state(made) is State.CLOSED
    assert money.standing() == Standing(ALL, 0, 0, 900 * YUAN)
    assert (view(money, made).difference, view(money, made).share) == (-100 * YUAN, -0.1)


def test_a_little_more_than_approved_is_committed_and_spent_with_it(db: Any, money: Money) -> None:
    made = approved(money)
    with pytest.raises(Invalid) as fault:
        pay(money, made, 1050.01)
    assert "amount" in fault.value.fields
    event = pay(money, made, 1050)
    assert money.standing() == Standing(ALL, 0, 0, 1050 * YUAN)
    with acting(money.cast.actors["lead"]):
        services.reverse_fact(event, "金额写错")
    assert money.standing() == Standing(ALL, 0, 1000 * YUAN, 0)


def test_the_budget_stays_the_hard_limit_of_a_little_more(db: Any, money: Money) -> None:
    made = approved(money)
    with acting(money.cast.actors["manager"]):
        services.allocate_budget(money.period, money.categories["equipment"], -99_000 * YUAN)
    with pytest.raises(Refused):
        pay(money, made, 1000.01)
    assert money.standing() == Standing(1000 * YUAN, 0, 1000 * YUAN, 0)
    assert view(money, made).facts == []
    pay(money, made, 1000)


def test_what_is_beyond_is_asked_for_and_both_are_paid_from(db: Any, money: Money) -> None:
    made = approved(money)
    with acting(money.cast.actors["host"]):
        more = services.ask_more(made, 200 * YUAN)
        assert services.ask_more(made, 300 * YUAN) == more
        services.submit(more, money.row(more).version)
    with pytest.raises(Refused):
        close(money, made)
    money.approve("lead", more)
    assert view(money, made).approved == 1200 * YUAN
    with pytest.raises(Refused):
        pay(money, more, 10)
    event = pay(money, made, 1210)
    assert money.standing() == Standing(ALL, 0, 0, 1210 * YUAN)
    with acting(money.cast.actors["manager"]):
        services.reverse_fact(event, "付错")
    assert money.standing() == Standing(ALL, 0, 1200 * YUAN, 0)
    pay(money, made, 900)
    close(money, made)
    assert (money.state(made), money.state(more)) == (State.CLOSED, State.CLOSED)
    assert money.standing() == Standing(ALL, 0, 0, 900 * YUAN)
    with acting(money.cast.actors["manager"]):
        services.open_again(made, "还有尾款")
    assert (money.state(made), money.state(more)) == (State.APPROVED, State.APPROVED)
    assert money.standing() == Standing(ALL, 0, 300 * YUAN, 900 * YUAN)


def test_who_records_what(db: Any, money: Money) -> None:
    made = approved(money)
    with acting(money.cast.actors["member"]), pytest.raises(Forbidden):
        services.order(made, 0, today())
    with acting(money.cast.actors["host"]), pytest.raises(Forbidden):
        services.pay(made, 0, today(), 100, BANK)
    with acting(money.cast.actors["outsider"]), pytest.raises(NotFound):
        services.pay(made, 0, today(), 100, BANK)
    with acting(money.cast.actors["lead"]), pytest.raises(Forbidden):
        services.open_again(made, "想")


def test_nobody_records_a_payment_to_themselves(db: Any, money: Money) -> None:
    money.person("zuzhang", Role.LEAD)
    made = money.ask(yuan=100, pay_way=PayWay.REIMBURSE, payee_id=money.cast.lead)
    money.approve("zuzhang", made)
    with pytest.raises(Forbidden):
        pay(money, made, 100)
    event = pay(money, made, 100, "zuzhang")
    with acting(money.cast.actors["lead"]), pytest.raises(Forbidden):
        services.reverse_fact(event, "我的")


def test_a_second_window_and_a_repeat_are_told(db: Any, money: Money) -> None:
    made = approved(money)
    pay(money, made, 400)
    with acting(money.cast.actors["lead"]), pytest.raises(Refused):
        services.pay(made, 0, today(), 400 * YUAN, BANK)
    assert money.standing() == Standing(ALL, 0, 600 * YUAN, 400 * YUAN)


def test_one_receipt_is_paid_for_one_request(db: Any, money: Money) -> None:
    first, second = approved(money), approved(money)
    event = pay(money, first, 400, number="25312000000084521367")
    with pytest.raises(Invalid) as fault:
        pay(money, second, 400, number="25312000000084521367")
    assert "number" in fault.value.fields
    with acting(money.cast.actors["lead"]):
        services.reverse_fact(event, "付到另一单")
    pay(money, second, 400, number="25312000000084521367")


def test_more_than_asked_needs_a_word(db: Any, money: Money) -> None:
    made = approved(money)
    line = view(money, made).lines[0].line.id
    with acting(money.cast.actors["host"]):
        with pytest.raises(Invalid):
            services.receive(made, 0, today(), {line: Decimal(2)})
        with pytest.raises(Invalid):
            services.receive(made, 0, today() + DAY, {line: Decimal(1)})
        with pytest.raises(NotFound):
            services.receive(made, 0, today(), {line + 999: Decimal(1)})
        event = services.receive(made, 0, today(), {line: Decimal(2)}, "送了一个")[0]
        services.reverse_fact(event, "其实没送")
        with pytest.raises(Refused):
            services.reverse_fact(event, "再来一次")
    assert view(money, made).lines[0].received == 0


def test_what_is_paid_is_not_cancelled_and_what_is_closed_stays(db: Any, money: Money) -> None:
    made = approved(money)
    event = pay(money, made, 100)
    with acting(money.cast.actors["host"]):
        with pytest.raises(Refused):
            services.cancel(made, money.row(made).version, "不要了")
        services.close(made, event)
        with pytest.raises(Refused):
            services.order(made, last(money, made), today())
    with acting(money.cast.actors["lead"]), pytest.raises(Refused):
        services.reverse_fact(event, "晚了")


def test_a_name_stands_in_no_fact_after_it_was_erased(db: Any, money: Money) -> None:
    made = approved(money)
    with acting(money.cast.actors["lead"]):
        services.order(made, 0, today(), "独孤九剑的单", "独孤九剑会签收")
    with acting(money.cast.actors["host"]):
        services.forget_person(money.cast.host, "独孤九剑")
    assert [(row.number, row.note) for row in view(money, made).facts] == [("", "")]


@given(st.lists(st.tuples(st.sampled_from(list(Fact)), st.integers(1, 10**9), st.integers(0, 20)), max_size=20))
def test_facts_fold_to_what_stands_of_them(acts: list[tuple[Fact, int, int]]) -> None:
    rows: list[Happened] = []
    back: set[int] = set()
    for number, (fact, amount, at) in enumerate(acts):
        if fact is Fact.REVERSE:
            if not rows or at >= len(rows) or rows[at].fact is Fact.REVERSE or rows[at].id in back:
                continue
            back.add(rows[at].id)
            rows.append(Happened(number, fact, reverses_id=rows[at].id))
        else:
            rows.append(Happened(number, fact, 1, Decimal(amount), amount))
    done = fold(rows)
    stands = [row for row in rows if row.id not in back]
    assert done.paid == sum(row.amount for row in stands if row.fact is Fact.PAY)
    assert done.received.get(1, Decimal()) == sum(row.amount for row in stands if row.fact is Fact.RECEIVE)
    assert min(missing_of({1: Decimal(5)}, done).values()) >= 0
    assert (next_of({1: Decimal(5)}, done, done.paid, 100) is None) == done.closed


@given(st.integers(0, 10**15), st.integers(0, 1000), st.integers(0, 10**9))
def test_the_threshold_is_the_smaller_of_both(total: int, percent: int, most: int) -> None:
    found = tolerance(total, percent, most)
    assert 0 <= found <= most and found * 100 <= total * percent


Client = Callable[[str], Any]


def test_the_pages_lead_from_the_order_to_the_close(client_of: Client, money: Money) -> None:
    made = approved(money)
    host, lead = client_of("host").in_english(), client_of("lead").in_english()
    page = host.get(f"/requests/{made}").text
    assert "Order, receipt, payment" in page and f"/requests/{made}/order" in page
    assert f"/requests/{made}/pay" not in page
    line = view(money, made).lines[0].line.id
    shown = re.search(r'name="known" value="(\d*)"', host.get(f"/requests/{made}/order").text)
    assert shown, "the form says which fact was the last"
    sent = {"known": shown[1], "day": str(today()), "number": "JD-1", "note": ""}
    assert host.post_form(f"/requests/{made}/order", sent).status_code == 303
    again = host.post_form(f"/requests/{made}/order", sent)
    assert again.status_code == 422 and "Something was recorded meanwhile" in again.text and "JD-1" in again.text
    known = str(last(money, made))
    bad = host.post_form(f"/requests/{made}/receive", {"known": known, "day": str(today()), f"came_{line}": "很多"})
    assert bad.status_code == 422 and "Type a number." in bad.text and "很多" in bad.text
    came = {"known": known, "day": str(today()), f"came_{line}": "1"}
    assert host.post_form(f"/requests/{made}/receive", came).status_code == 303
    assert host.get(f"/requests/{made}/pay").status_code == 403
    known = str(last(money, made))
    paid = {"known": known, "day": str(today()), "amount": "1,060", "way": "transfer", "number": "F1", "note": ""}
    over = lead.post_form(f"/requests/{made}/pay", paid)
    assert over.status_code == 422 and 'value="60.00"' in over.text and f"/requests/{made}/ask-more" in over.text
    answers = [lead.post_form(f"/requests/{made}/pay", {**paid, "amount": "900"}, once="b" * 32) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert money.standing().spent == 900 * YUAN
    more = host.post_form(f"/requests/{made}/ask-more", {"amount": "60.00"})
    assert more.status_code == 303 and more.headers["Location"].endswith("/edit")
    event = last(money, made)
    page = lead.get(f"/requests/{made}").text
    assert f"/requests/facts/{event}/reverse" in page
    assert lead.post_form(f"/requests/facts/{event}/reverse", {"note": ""}).status_code == 422
    assert "F1" in lead.get(f"/requests/{made}/print").text
    known = str(last(money, made))
    assert "go back into the budget" in lead.get(f"/requests/{made}/close").text
    assert host.post_form(f"/requests/{made}/close", {"known": known, "note": ""}).status_code == 303
    assert "(-10" in host.get(f"/requests/{made}").text
    assert host.get(f"/requests/{made}/open-again").status_code == 403
    assert client_of("manager").post_form(f"/requests/{made}/open-again", {"note": "还有"}).status_code == 303
    outsider = client_of("outsider")
    for path in ("order", "receive", "pay", "close", "ask-more"):
        assert outsider.get(f"/requests/{made}/{path}").status_code == 404, path
    assert outsider.get(f"/requests/facts/{event}/reverse").status_code == 404


def test_who_can_not_record_is_told_why_instead_of_a_form(client_of: Callable[[str], Any], money: Money) -> None:
    money.person("zuzhang", Role.LEAD)
    mine = money.ask(yuan=100, pay_way=PayWay.REIMBURSE, payee_id=money.cast.lead)
    money.approve("zuzhang", mine)
    lead = client_of("lead").in_english()
    page = lead.get(f"/requests/{mine}/pay")
    assert page.status_code == 200 and "Nobody records a payment to themselves" in page.text
    assert 'name="amount"' not in page.text
    sent = {"known": "", "day": str(today()), "amount": "100", "way": "transfer"}
    assert lead.post_form(f"/requests/{mine}/pay", sent).status_code == 403
    assert 'name="amount"' in client_of("manager").get(f"/requests/{mine}/pay").text
    waiting = money.ask()
    for what in ("order", "receive", "pay", "close"):
        page = lead.get(f"/requests/{waiting}/{what}").text
        assert "Only what is approved is ordered, received and paid." in page, what
        assert 'name="known"' not in page, what
    other = approved(money)
    told = client_of("member").in_english().get(f"/requests/{other}/order").text
    assert "Whoever asked for it, a lead or a manager records this." in told


def past(money: Money, made: int) -> queries.History:
    with acting(money.cast.actors["manager"]):
        return queries.histories([(made, "京东", money.categories["equipment"])])[made]


def test_a_supplier_was_paid_what_was_paid_and_not_what_was_approved(db: Any, money: Money) -> None:
    first, asked = approved(money, 800), money.ask(yuan=300)
    told = past(money, asked)
    assert (told.approved, told.promised, told.paid) == (1, 800 * YUAN, 0)
    pay(money, first, 500)
    wrong = pay(money, first, 100)
    with acting(money.cast.actors["lead"]):
        services.reverse_fact(wrong, "记错了")
    told = past(money, asked)
    assert (told.payments, told.days) == (((today(), 500 * YUAN),), [today()])
    with acting(money.cast.actors["host"]):
        more = services.ask_more(first, 200 * YUAN)
        services.submit(more, money.row(more).version)
    money.approve("lead", more)
    pay(money, first, 400)
    assert past(money, first).approved == 0, "neither itself nor what was added to it"
    assert past(money, asked).paid == 900 * YUAN


def to_carry_out(money: Money) -> dict[int, Next | None]:
    with acting(money.cast.actors["manager"]):
        return {row.id: row.next for row in queries.request_list(queries.Tab.CARRY).rows}


def test_the_list_says_what_comes_next_like_the_page(db: Any, money: Money) -> None:
    lamp, lessons = approved(money), approved(money, 500, category_id=money.categories["training"])
    assert to_carry_out(money) == {lamp: Next.ORDER, lessons: Next.ORDER}
    with acting(money.cast.actors["host"]):
        for made in (lamp, lessons):
            services.order(made, 0, today(), "", "")
    assert to_carry_out(money) == {lamp: Next.RECEIVE, lessons: Next.PAY}
    with acting(money.cast.actors["host"]):
        came = {view(money, lamp).lines[0].line.id: Decimal("0.5")}
        services.receive(lamp, last(money, lamp), today(), came, "")
    pay(money, lessons, 500)
    assert to_carry_out(money) == {lamp: Next.RECEIVE, lessons: Next.CLOSE}
    with acting(money.cast.actors["host"]):
        services.receive(lamp, last(money, lamp), today(), came, "")
    assert to_carry_out(money) == {lamp: Next.PAY, lessons: Next.CLOSE}
    assert all(view(money, made).next is told for made, told in to_carry_out(money).items())
    close(money, lessons)
    assert to_carry_out(money) == {lamp: Next.PAY}


def test_the_page_of_what_was_added_to_adds_up(client_of: Client, money: Money) -> None:
    first, host = approved(money, 800), client_of("host").in_english()
    with acting(money.cast.actors["host"]):
        more = services.ask_more(first, 20 * YUAN)
    form = host.get(f"/requests/{more}/edit").text
    assert "补光灯 (more)" in form or "补光灯（追加）" in form
    assert f'Adds to <a href="/requests/{first}">' in form
    with acting(money.cast.actors["host"]):
        services.submit(more, money.row(more).version)
    money.approve("lead", more)
    pay(money, first, 824)
    page = host.get(f"/requests/{first}").text
    assert "+ ¥20.00 added = ¥820.00" in page and "¥800.00 + ¥20.00 = ¥820.00" in page
    assert '<dt>Spent</dt><dd class="num">¥824.00</dd>' in page
