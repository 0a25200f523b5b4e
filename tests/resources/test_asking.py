"""What a request needs to be handed in, and what becomes of its money. On both engines."""

from __future__ import annotations

from typing import Any

import pytest

from planner.base.actor import acting
from planner.discussions import services as discussions
from planner.kernel.errors import Invalid, Refused
from planner.kernel.permissions import Role
from planner.resources import services
from planner.resources.rules import (
    Kind,
    LevelRule,
    Mode,
    Quote,
    Standing,
    State,
)
from tests.resources.conftest import YUAN, Money, today
from tests.resources.decided import LEADS, agree, levels

pytestmark = pytest.mark.engines


def test_afterwards_is_spent_at_once_and_needs_its_receipt(money: Money, db: Any) -> None:
    more = {"kind": Kind.AFTERWARDS, "needed_by": None, "spent_on": today(), "reason": "直播中灯爆了"}
    made = money.draft(yuan=100, **more)
    with acting(money.cast.actors["host"]):
        with pytest.raises(Invalid) as told:
            services.submit(made, money.row(made).version)
        assert set(told.value.fields) == {"papers"}
        discussions.add_files("request", made, discussions.read_files([("收据.txt", b"100")]))
        services.submit(made, money.row(made).version)
    money.approve("lead", made)
    assert money.standing() == Standing(100_000 * YUAN, 0, 0, 100 * YUAN)


def test_over_budget_is_asked_about_and_committed_only_when_there_is_money(money: Money) -> None:
    agree(money, LEADS, LevelRule("超预算", Mode.ANY, (Role.MANAGER,), over_budget=True))
    fits, over = money.ask(yuan=60_000), money.ask("member", yuan=60_000)
    assert len(levels(money, fits)) == 1
    money.approve("lead", fits)
    again = money.ask("member", yuan=60_000)
    assert len(levels(money, again)) == 2
    with pytest.raises(Refused) as told:
        money.approve("lead", over)
    assert "¥20,000.00" in str(told.value)
    money.approve("lead", again)
    with pytest.raises(Refused):
        money.approve("manager", again)
    with acting(money.cast.actors["manager"]):
        services.allocate_budget(money.period, money.categories["equipment"], 20_000 * YUAN)
    money.approve("manager", again)
    assert money.standing() == Standing(120_000 * YUAN, 60_000 * YUAN, 120_000 * YUAN)


def test_an_invoice_belongs_to_one_request(money: Money) -> None:
    first = money.draft(yuan=100, invoice_number="25312000000123456789")
    with pytest.raises(Invalid) as told:
        money.draft("member", yuan=100, invoice_number=" 25312000000123456789 ")
    assert set(told.value.fields) == {"invoice_number"}
    with acting(money.cast.actors["host"]):
        services.trash_request(first)
    money.draft("member", yuan=100, invoice_number="25312000000123456789")


def test_from_a_limit_on_offers_are_compared(money: Money) -> None:
    made = money.draft(yuan=80_000)
    with acting(money.cast.actors["host"]):
        with pytest.raises(Invalid) as told:
            services.submit(made, money.row(made).version)
        assert set(told.value.fields) == {"quotes"}
        offers = tuple(Quote(name, 80_000 * YUAN) for name in ("甲", "乙", "丙"))
        services.edit(made, money.row(made).version, money.wish(80_000, quotes=offers))
        services.submit(made, money.row(made).version)
    assert money.state(made) is State.PENDING


def test_what_is_missing_is_said_at_every_field_at_once(money: Money) -> None:
    bare = {"purpose": "", "category_id": None, "lines": (), "payee": "", "pay_way": None, "needed_by": None}
    made = money.draft(**bare)
    with acting(money.cast.actors["host"]), pytest.raises(Invalid) as told:
        services.submit(made, money.row(made).version)
    assert set(told.value.fields) == {"purpose", "category_id", "lines", "payee", "pay_way", "needed_by"}


def test_a_copy_begins_as_a_draft_of_whoever_copies(money: Money) -> None:
    made = money.ask(yuan=100)
    with acting(money.cast.actors["member"]):
        again = services.duplicate(made)
    row = money.row(again)
    assert (row.requester_id, row.state, row.total) == (money.cast.member, State.DRAFT, 100 * YUAN)
