"""Money a step waits for: it is blocked when that is asked for, and goes on by itself when it is approved."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from planner.base import db as rows
from planner.base import unit as units
from planner.base.actor import acting
from planner.plan import services as plan
from planner.plan.models import Step
from planner.plan.rules import StepState
from planner.resources import services
from planner.resources.rules import State
from tests.resources.conftest import Money
from tests.resources.decided import MANAGERS, agree, told_to

pytestmark = pytest.mark.engines
Client = Callable[[str], Any]


def a_step(money: Money, owner: str = "host") -> int:
    with acting(money.cast.actors["lead"]):
        return plan.add_step("换新灯", getattr(money.cast, owner))


def step(money: Money, step_id: int) -> Step:
    with acting(money.cast.actors["lead"]), units.reading():
        return rows.one(Step, step_id)


def test_a_step_waits_for_its_money_and_goes_on_by_itself(money: Money) -> None:
    agree(money, MANAGERS)
    work = a_step(money)
    with acting(money.cast.actors["host"]):
        plan.move_step(work, "start")
    made = money.ask(step_id=work, gates=True)
    held = step(money, work)
    assert held.state is StepState.BLOCKED
    assert held.waits_for == f"Request No. {money.row(made).number}"
    batch = money.approve("manager", made)
    assert (step(money, work).state, step(money, work).waits_for) == (StepState.DOING, "")
    assert not any("goes on" in words or "moved" in words for words in told_to(money, "host")), "told when it is sure"
    with acting(money.cast.actors["manager"]):
        services.take_back(batch)
    assert (money.state(made), step(money, work).state) == (State.PENDING, StepState.BLOCKED)
    money.approve("manager", made)
    assert step(money, work).state is StepState.DOING


def test_who_gave_another_reason_is_not_talked_over(money: Money) -> None:
    agree(money, MANAGERS)
    work = a_step(money)
    made = money.ask(step_id=work, gates=True)
    with acting(money.cast.actors["host"]):
        plan.wait_for(work, step(money, work).version, "等物业的电")
    money.approve("manager", made)
    assert (step(money, work).state, step(money, work).waits_for) == (StepState.BLOCKED, "等物业的电")


def test_a_recalled_request_frees_its_step_and_somebody_elses_step_is_left(money: Money) -> None:
    agree(money, MANAGERS)
    work, theirs = a_step(money), a_step(money, "member")
    made = money.ask(step_id=work, gates=True)
    with acting(money.cast.actors["host"]):
        services.recall(made, money.row(made).version)
    assert step(money, work).state is StepState.OPEN
    money.ask(step_id=theirs, gates=True)
    assert step(money, theirs).state is StepState.OPEN
    money.ask(step_id=work, yuan=5)
    assert step(money, work).state is StepState.OPEN, "it was not said to wait"


def test_the_form_offers_the_gate_without_javascript(client_of: Client, money: Money) -> None:
    work, made = a_step(money), money.draft()
    host = client_of("host")
    page = host.get(f"/requests/{made}/edit").text
    assert f'<option value="{work}">换新灯</option>' in page
    assert 'name="gates"' in page
    sent = {
        "version": str(money.row(made).version), "kind": "one_off", "title": "补光灯", "step_id": str(work),
        "gates": "y", "pay_way": "transfer", "payee": "京东", "invoice": "none",
    }  # fmt: skip
    assert host.post_form(f"/requests/{made}/edit", sent).status_code == 303
    assert (money.row(made).gates, money.row(made).step_id) == (True, work)
    box = re.search(r'<input[^>]*name="gates"[^>]*>', host.get(f"/requests/{made}/edit").text)
    assert box is not None and "checked" in box[0]
