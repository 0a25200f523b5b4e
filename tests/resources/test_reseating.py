"""Signers come and go, papers come late, and what was returned changes: nobody is asked twice, nothing gets stuck."""

from __future__ import annotations

from typing import Any

import pytest

from planner.base.actor import acting
from planner.discussions import services as discussions
from planner.kernel.errors import Forbidden, Refused
from planner.kernel.permissions import Role
from planner.people import services as people
from planner.plan import services as plan
from planner.resources import queries, services
from planner.resources.rules import Every, Kind, LevelRule, LevelState, Mode, SeatState, State
from tests.resources.conftest import DAY, YUAN, Money, today
from tests.resources.decided import LEADS, MANAGERS, agree, levels

pytestmark = pytest.mark.engines


def come_round(money: Money) -> None:
    with acting(money.cast.actors["manager"]):
        services.follow_people()


def person(money: Money, who: str) -> int:
    return money.cast.actors[who].user_id or 0


def asked(money: Money, made: int, place: int = 0) -> list[int]:
    return [who for who, state in levels(money, made)[place][1] if state is SeatState.ASKED]


def test_who_hands_a_turn_on_where_all_must_sign_is_not_asked_again(money: Money) -> None:
    money.person("lead2", Role.LEAD)
    agree(money, LevelRule("会签", Mode.ALL, (Role.LEAD,)))
    made = money.ask(yuan=100)
    with acting(money.cast.actors["lead"]):
        services.transfer(money.seen(made), money.cast.member, "我不在")
    come_round(money)
    assert sorted(asked(money, made)) == sorted([money.cast.member, person(money, "lead2")])
    with pytest.raises(Forbidden):
        money.approve("lead", made)
    money.approve("member", made)
    money.approve("lead2", made)
    assert money.state(made) is State.APPROVED


def test_who_waits_for_somebody_before_them_is_not_asked_twice(money: Money) -> None:
    money.person("lead2", Role.LEAD)
    agree(money, LevelRule("会签", Mode.ALL, (Role.LEAD,)))
    made = money.ask(yuan=100)
    with acting(money.cast.actors["lead"]):
        services.add_signer(money.seen(made), money.cast.member, before_me=True)
    come_round(money)
    assert money.cast.lead not in asked(money, made)


def test_it_comes_back_when_whoever_was_added_before_has_left(money: Money) -> None:
    money.person("expert", Role.MEMBER)
    made = money.ask(yuan=100)
    for who, other in (("lead", money.cast.member), ("member", person(money, "expert"))):
        with acting(money.cast.actors[who]):
            services.add_signer(money.seen(made), other, before_me=True)
    with acting(money.cast.actors["manager"]):
        people.end_membership(person(money, "expert"))
    come_round(money)
    assert asked(money, made) == [money.cast.member]
    money.approve("member", made)
    money.approve("lead", made)
    assert money.state(made) is State.APPROVED


def test_what_the_budget_lacks_keeps_nobody_else_waiting_when_signers_are_found_anew(money: Money) -> None:
    for who in ("lead2", "expert"):
        money.person(who, Role.LEAD if who == "lead2" else Role.MEMBER)
    made, other = money.ask(yuan=1900), money.ask("member", yuan=100)
    with acting(money.cast.actors["lead"]):
        services.add_signer(money.seen(made), person(money, "expert"), before_me=True)
    money.approve("lead2", made)
    with acting(money.cast.actors["manager"]):
        services.allocate_budget(money.period, money.categories["equipment"], -99_000 * YUAN)
        people.end_membership(person(money, "expert"))
        people.end_membership(person(money, "lead2"))
    come_round(money)
    assert (money.state(made), asked(money, made), asked(money, other)) == (
        State.PENDING, [money.cast.lead], [money.cast.lead],
    )  # fmt: skip
    with acting(money.cast.actors["lead"]), pytest.raises(Refused, match="are missing"):
        services.approve(money.seen(made))


def test_somebody_new_signs_too_where_all_must(money: Money) -> None:
    agree(money, LevelRule("会签", Mode.ALL, (Role.LEAD,)))
    made = money.ask(yuan=100)
    money.person("lead2", Role.LEAD)
    come_round(money)
    money.approve("lead", made)
    assert money.state(made) is State.PENDING
    money.approve("lead2", made)
    assert money.state(made) is State.APPROVED


def test_others_are_asked_where_two_must_sign_and_one_has_left(money: Money) -> None:
    money.person("lead2", Role.LEAD)
    agree(money, LevelRule("双签", Mode.ANY, (Role.LEAD,), needed=2))
    made = money.ask(yuan=100)
    money.person("lead3", Role.LEAD)
    with acting(money.cast.actors["manager"]):
        people.end_membership(person(money, "lead2"))
    come_round(money)
    assert sorted(asked(money, made)) == sorted([money.cast.lead, person(money, "lead3")])


def test_whoever_lost_the_role_signs_no_more_from_the_next_request_on(money: Money) -> None:
    money.person("lead2", Role.LEAD)
    made = money.ask(yuan=100)
    with acting(money.cast.actors["manager"]):
        people.set_role(person(money, "lead2"), Role.MEMBER)
    with pytest.raises(Forbidden):
        money.approve("lead2", made)
    come_round(money)
    assert asked(money, made) == [money.cast.lead]


def test_a_paper_that_comes_while_a_cancellation_waits_does_not_hold_it_up(money: Money, db: Any) -> None:
    made = money.ask(yuan=1000)
    money.approve("lead", made)
    with acting(money.cast.actors["host"]):
        services.cancel(made, money.row(made).version, "不用了")
        discussions.add_files("request", made, discussions.read_files([("退货单.txt", "已退货".encode())]))
    money.approve("lead", made)
    assert (money.state(made), money.standing().committed) == (State.CANCELLED, 0)


def test_another_kind_is_another_thing_to_sign(money: Money) -> None:
    yearly = LevelRule("经理", Mode.ANY, (Role.MANAGER,), kinds=(Kind.RECURRING,))
    agree(money, LEADS, MANAGERS, yearly)
    made = money.ask(yuan=100)
    money.approve("lead", made)
    with acting(money.cast.actors["manager"]):
        services.give_back(money.seen(made), "这是按年的")
    again = money.wish(100, kind=Kind.RECURRING, every=Every.YEAR, renews_on=today() + 365 * DAY)
    with acting(money.cast.actors["host"]):
        services.edit(made, money.row(made).version, again)
        services.submit(made, money.row(made).version)
    states = [state for state, _seats in levels(money, made)]
    assert states == [LevelState.ACTIVE, LevelState.WAITING, LevelState.WAITING]


def test_a_return_is_not_taken_back_under_the_hands_of_whoever_changes_it(money: Money) -> None:
    made = money.ask(yuan=100)
    with acting(money.cast.actors["lead"]):
        batch = services.give_back(money.seen(made), "写清数量")
    with acting(money.cast.actors["host"]):
        other = money.wish(100, category_id=money.categories["training"])
        services.edit(made, money.row(made).version, other)
    with acting(money.cast.actors["lead"]), pytest.raises(Refused):
        services.take_back(batch)
    assert money.state(made) is State.RETURNED


def test_a_refusal_is_not_taken_back_once_what_it_adds_to_is_closed(money: Money) -> None:
    first = money.ask(yuan=1000)
    money.approve("lead", first)
    with acting(money.cast.actors["host"]):
        more = services.ask_more(first, 100 * YUAN)
        services.submit(more, money.row(more).version)
    with acting(money.cast.actors["lead"]):
        batch = services.refuse(money.seen(more), "够了")
    with acting(money.cast.actors["host"]):
        services.close(first, 0)
    with acting(money.cast.actors["lead"]), pytest.raises(Refused):
        services.take_back(batch)
    assert money.state(more) is State.REFUSED


def test_half_of_what_was_carried_forward_is_not_reversed(money: Money) -> None:
    with acting(money.cast.actors["lead"]):
        later = plan.add_period("明年", today() + 51 * DAY, today() + 90 * DAY)
    with acting(money.cast.actors["manager"]):
        services.carry_forward(money.period, later, queries.carry_page(money.period, later).amounts, "t1")
        _period, _row, entries = queries.ledger(money.budgets["equipment"])
        with pytest.raises(Refused):
            services.reverse_entry(entries[0].id)
    assert money.standing().allocated == 0
