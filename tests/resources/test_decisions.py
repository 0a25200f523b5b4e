"""Deciding: the office's verbs under all rules, on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from planner.base import unit as units
from planner.base.actor import acting
from planner.base.undo import undo
from planner.base.verbs import last_command
from planner.discussions import services as discussions
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from planner.kernel.permissions import Role
from planner.notifications.models import Notice
from planner.notifications.queries.waiting import not_read
from planner.people import services as people
from planner.resources import queries, services
from planner.resources.models import ApprovalLevel, ApprovalSeat, RequestAct
from planner.resources.rules import (
    Act,
    Kind,
    LevelRule,
    LevelState,
    Mode,
    PayWay,
    Policy,
    Quote,
    SeatState,
    Standing,
    State,
)
from planner.resources.services import Seen
from tests.resources.conftest import DAY, YUAN, Money, today

pytestmark = pytest.mark.engines

LEADS = LevelRule("组长", Mode.ANY, (Role.LEAD,))
MANAGERS = LevelRule("经理", Mode.ANY, (Role.MANAGER,))


def _policy(money: Money, *levels: LevelRule, **more: Any) -> None:
    with acting(money.cast.actors["manager"]):
        held = queries.versions()
        services.publish_policy(held[0].number if held else 0, Policy(levels, **more))


def _levels(money: Money, made: int) -> list[tuple[LevelState, list[tuple[int, SeatState]]]]:
    with acting(money.cast.actors["manager"]), units.reading() as unit:
        row = money.row(made)
        mine = (ApprovalLevel.request_id == made, ApprovalLevel.round == row.round)
        levels = unit.session.scalars(select(ApprovalLevel).where(*mine).order_by(ApprovalLevel.place))
        return [
            (
                level.state,
                [
                    (seat.user_id, seat.state)
                    for seat in unit.session.scalars(
                        select(ApprovalSeat).where(ApprovalSeat.level_id == level.id).order_by(ApprovalSeat.id)
                    )
                ],
            )
            for level in levels
        ]


def _acts(money: Money, made: int) -> list[Act]:
    with acting(money.cast.actors["manager"]), units.reading() as unit:
        return list(
            unit.session.scalars(select(RequestAct.act).where(RequestAct.request_id == made).order_by(RequestAct.id))
        )


def _told(money: Money, who: str) -> list[str]:
    mine = not_read(getattr(money.cast, who), clock.now())
    with acting(money.cast.actors[who]), units.reading() as unit:
        return [words["msg"] for words in unit.session.scalars(select(Notice.words).where(*mine))]


def test_a_small_request_is_approved_by_a_lead(money: Money) -> None:
    made = money.ask(yuan=1000)
    assert money.standing() == Standing(100_000 * YUAN, 1000 * YUAN, 0, 0)
    assert money.state(made) is State.PENDING
    money.approve("lead", made)
    assert money.state(made) is State.APPROVED
    assert money.standing() == Standing(100_000 * YUAN, 0, 1000 * YUAN, 0)
    assert _acts(money, made) == [Act.SUBMIT, Act.APPROVE]


def test_levels_sign_in_order_and_nothing_is_committed_before_the_last(money: Money) -> None:
    made = money.ask(yuan=3000)
    with pytest.raises(Forbidden):
        money.approve("manager", made)
    money.approve("lead", made)
    assert (money.state(made), money.standing().committed) == (State.PENDING, 0)
    with pytest.raises(Refused):
        money.approve("lead", made)
    money.approve("manager", made)
    assert (money.state(made), money.standing().committed) == (State.APPROVED, 3000 * YUAN)
    with pytest.raises(Refused):
        money.approve("manager", made)


@pytest.mark.parametrize("who", ["lead", "manager"])
def test_nobody_approves_what_they_asked_for(money: Money, who: str) -> None:
    made = money.ask(who, yuan=3000)
    with pytest.raises(Forbidden):
        money.approve(who, made)


def test_nobody_approves_what_they_are_paid(money: Money) -> None:
    more = {"pay_way": PayWay.REIMBURSE, "payee_id": money.cast.lead, "payee": ""}
    made = money.ask("host", yuan=100, **more)
    with pytest.raises(Forbidden):
        money.approve("lead", made)


def test_no_eligible_signer_means_pending_and_escalated_never_approved(money: Money) -> None:
    _policy(money, MANAGERS)
    made = money.ask("manager", yuan=100)
    assert money.state(made) is State.PENDING
    assert _acts(money, made) == [Act.ESCALATE, Act.SUBMIT] or Act.ESCALATE in _acts(money, made)
    with acting(money.cast.actors["manager"]):
        with pytest.raises(Invalid):
            services.appoint(made, money.cast.manager)
        services.appoint(made, money.cast.lead)
    money.approve("lead", made)
    assert money.state(made) is State.APPROVED


def test_the_database_itself_refuses_ones_own_signature_and_two_of_one_person(money: Money) -> None:
    made = money.ask(yuan=3000)
    with acting(money.cast.actors["lead"]), pytest.raises(DatabaseError), units.writing("tests.bad") as unit:
        seat = unit.session.scalars(select(ApprovalSeat).where(ApprovalSeat.request_id == made)).first()
        assert seat is not None
        seat.state, seat.acted_by, seat.seen = SeatState.APPROVED, money.cast.host, "x"
        unit.flush()
    money.approve("lead", made)
    with acting(money.cast.actors["lead"]), pytest.raises(DatabaseError), units.writing("tests.bad") as unit:
        asked = select(ApprovalSeat).where(ApprovalSeat.request_id == made, ApprovalSeat.state == SeatState.ASKED)
        seat = unit.session.scalars(asked).one()
        seat.state, seat.acted_by, seat.seen = SeatState.APPROVED, money.cast.lead, "x"
        unit.flush()


def test_the_only_signer_of_two_levels_signs_once_and_the_lower_says_so(money: Money) -> None:
    _policy(money, LevelRule("初审", Mode.ANY, (Role.MANAGER,)), LevelRule("终审", Mode.ANY, (Role.MANAGER,)))
    made = money.ask(yuan=100)
    assert [state for state, _seats in _levels(money, made)] == [LevelState.COVERED, LevelState.ACTIVE]
    money.approve("manager", made)
    assert money.state(made) is State.APPROVED


def test_all_of_a_level_must_sign_and_two_means_two(money: Money) -> None:
    money.person("lead2", Role.LEAD)
    _policy(money, LevelRule("会签", Mode.ALL, (Role.LEAD,)))
    made = money.ask(yuan=100)
    money.approve("lead", made)
    assert money.state(made) is State.PENDING
    money.approve("lead2", made)
    assert money.state(made) is State.APPROVED


def test_any_of_a_level_is_enough_and_the_others_need_not(money: Money) -> None:
    money.person("lead2", Role.LEAD)
    made = money.ask(yuan=100)
    money.approve("lead2", made)
    assert money.state(made) is State.APPROVED
    with pytest.raises(Refused):
        money.approve("lead", made)


def test_a_refusal_says_why_and_frees_what_waited(money: Money) -> None:
    made = money.ask(yuan=3000)
    with acting(money.cast.actors["lead"]):
        with pytest.raises(Invalid):
            services.refuse(money.seen(made), "  ")
        services.refuse(money.seen(made), "先用旧灯")
    assert money.state(made) is State.REFUSED
    assert money.standing() == Standing(100_000 * YUAN)


def test_what_is_returned_and_changed_begins_again(money: Money) -> None:
    made = money.ask(yuan=3000)
    money.approve("lead", made)
    with acting(money.cast.actors["manager"]):
        services.give_back(money.seen(made), "写清数量")
    assert (money.state(made), money.standing().reserved) == (State.RETURNED, 0)
    with acting(money.cast.actors["host"]):
        services.edit(made, money.row(made).version, money.wish(3500))
        services.submit(made, money.row(made).version)
    assert [state for state, _seats in _levels(money, made)] == [LevelState.ACTIVE, LevelState.WAITING]
    assert money.standing().reserved == 3500 * YUAN


@pytest.mark.parametrize(("restart", "then"), [(False, LevelState.PASSED), (True, LevelState.ACTIVE)])
def test_what_is_returned_and_only_explained_goes_on_where_the_policy_says(
    money: Money, restart: bool, then: LevelState
) -> None:
    _policy(money, LEADS, MANAGERS, restart=restart)
    made = money.ask(yuan=100)
    money.approve("lead", made)
    with acting(money.cast.actors["manager"]):
        services.give_back(money.seen(made), "写清用途")
    with acting(money.cast.actors["host"]):
        services.edit(made, money.row(made).version, money.wish(100, purpose="换掉坏掉的灯"))
        services.submit(made, money.row(made).version)
    assert _levels(money, made)[0][0] is then
    if not restart:
        money.approve("manager", made)
        assert money.state(made) is State.APPROVED


def test_it_is_returned_to_a_level_that_has_signed(money: Money) -> None:
    _policy(money, LEADS, MANAGERS)
    made = money.ask(yuan=100)
    money.approve("lead", made)
    with acting(money.cast.actors["manager"]), units.reading() as unit:
        first = unit.session.scalars(
            select(ApprovalLevel.id).where(ApprovalLevel.request_id == made).order_by(ApprovalLevel.place)
        ).first()
    with acting(money.cast.actors["manager"]):
        services.give_back(money.seen(made), "再看一眼", first)
    assert [state for state, _seats in _levels(money, made)] == [LevelState.ACTIVE, LevelState.WAITING]
    money.approve("lead", made)
    money.approve("manager", made)
    assert money.state(made) is State.APPROVED


def test_a_signer_added_before_comes_first_and_it_comes_back(money: Money) -> None:
    made = money.ask(yuan=100)
    with acting(money.cast.actors["lead"]):
        services.add_signer(money.seen(made), money.cast.member, before_me=True, words="你懂设备")
        with pytest.raises(Forbidden):
            services.approve(money.seen(made))
    money.approve("member", made)
    assert money.state(made) is State.PENDING
    money.approve("lead", made)
    assert money.state(made) is State.APPROVED


def test_a_signer_added_after_comes_next_and_mine_is_given(money: Money) -> None:
    made = money.ask(yuan=100)
    with acting(money.cast.actors["lead"]):
        services.add_signer(money.seen(made), money.cast.member, before_me=False)
    assert money.state(made) is State.PENDING
    money.approve("member", made)
    assert money.state(made) is State.APPROVED


def test_a_turn_is_handed_on_but_never_to_whoever_asked(money: Money) -> None:
    made = money.ask(yuan=100)
    with acting(money.cast.actors["lead"]):
        for who in (money.cast.host, money.cast.outsider, money.cast.viewer):
            with pytest.raises(Invalid):
                services.transfer(money.seen(made), who)
        services.transfer(money.seen(made), money.cast.member, "我不在")
        with pytest.raises(Forbidden):
            services.approve(money.seen(made))
    money.approve("member", made)
    assert money.state(made) is State.APPROVED


def test_a_deputy_signs_for_somebody_and_the_record_names_both(money: Money) -> None:
    with acting(money.cast.actors["lead"]):
        services.delegate(None, money.cast.member, today(), today() + DAY)
    made = money.ask(yuan=100)
    money.approve("member", made)
    assert money.state(made) is State.APPROVED
    with acting(money.cast.actors["manager"]), units.reading() as unit:
        act = unit.session.scalars(select(RequestAct).where(RequestAct.act == Act.APPROVE)).one()
        assert (act.created_by, act.for_user) == (money.cast.member, money.cast.lead)


def test_a_deputy_does_not_sign_their_own_request(money: Money) -> None:
    with acting(money.cast.actors["lead"]):
        services.delegate(None, money.cast.host, today(), today() + DAY)
    made = money.ask("host", yuan=100)
    with pytest.raises(Forbidden):
        money.approve("host", made)


def test_a_deputy_counts_once_for_two_levels(money: Money) -> None:
    _policy(money, LEADS, MANAGERS)
    for who in ("lead", "manager"):
        with acting(money.cast.actors[who]):
            services.delegate(None, money.cast.member, today(), today() + DAY)
    made = money.ask(yuan=100)
    money.approve("member", made)
    with pytest.raises(Refused):
        money.approve("member", made)
    assert money.state(made) is State.PENDING


def test_a_delegation_that_is_over_or_ended_counts_no_more(money: Money) -> None:
    with acting(money.cast.actors["lead"]):
        held = services.delegate(None, money.cast.member, today(), today())
        services.end_delegation(held)
        services.delegate(None, money.cast.member, today() + DAY, today() + 2 * DAY)
    made = money.ask(yuan=100)
    with pytest.raises(Forbidden):
        money.approve("member", made)


def test_another_paper_makes_everybody_sign_again(money: Money, db: Any) -> None:
    made = money.ask(yuan=3000)
    money.approve("lead", made)
    before = money.seen(made)
    with acting(money.cast.actors["host"]):
        brought = discussions.read_files([("报价.txt", "三家比价".encode())])
        discussions.add_files("request", made, brought)
    with acting(money.cast.actors["manager"]), pytest.raises((Stale, Forbidden)):
        services.approve(before)
    assert [state for state, _seats in _levels(money, made)] == [LevelState.ACTIVE, LevelState.WAITING]
    assert "To sign again, its papers have changed: %(title)s, %(amount)s" in _told(money, "lead")
    money.approve("lead", made)
    money.approve("manager", made)
    assert money.state(made) is State.APPROVED


def test_an_approval_of_what_was_seen_before_is_refused(money: Money) -> None:
    made = money.ask(yuan=100)
    before = money.seen(made)
    with acting(money.cast.actors["host"]):
        services.recall(made, money.row(made).version)
        services.edit(made, money.row(made).version, money.wish(1900))
        services.submit(made, money.row(made).version)
    with acting(money.cast.actors["lead"]), pytest.raises(Stale):
        services.approve(before)


def test_it_is_recalled_before_the_first_decision_only(money: Money) -> None:
    made = money.ask(yuan=3000)
    with acting(money.cast.actors["host"]):
        services.recall(made, money.row(made).version)
    assert (money.state(made), money.standing().reserved) == (State.DRAFT, 0)
    with acting(money.cast.actors["host"]):
        services.submit(made, money.row(made).version)
    money.approve("lead", made)
    with acting(money.cast.actors["host"]), pytest.raises(Refused):
        services.recall(made, money.row(made).version)
    with acting(money.cast.actors["host"]), pytest.raises(Refused):
        services.edit(made, money.row(made).version, money.wish(1))


def test_a_cancellation_is_approved_itself(money: Money) -> None:
    made = money.ask(yuan=1000)
    money.approve("lead", made)
    with acting(money.cast.actors["host"]):
        services.cancel(made, money.row(made).version, "不用了")
    assert (money.state(made), money.standing().committed) == (State.CANCELLING, 1000 * YUAN)
    with acting(money.cast.actors["lead"]):
        services.refuse(money.seen(made), "已经下单")
    assert money.state(made) is State.APPROVED
    with acting(money.cast.actors["host"]):
        services.cancel(made, money.row(made).version, "真的不用了")
    money.approve("lead", made)
    assert (money.state(made), money.standing()) == (State.CANCELLED, Standing(100_000 * YUAN))


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
    _policy(money, LEADS, LevelRule("超预算", Mode.ANY, (Role.MANAGER,), over_budget=True))
    fits, over = money.ask(yuan=60_000), money.ask("member", yuan=60_000)
    assert len(_levels(money, fits)) == 1
    money.approve("lead", fits)
    again = money.ask("member", yuan=60_000)
    assert len(_levels(money, again)) == 2
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


def test_a_decision_is_taken_back_before_anybody_was_told(money: Money) -> None:
    made = money.ask(yuan=1000)
    batch = money.approve("lead", made)
    assert "Approved: %(title)s, %(amount)s" not in _told(money, "host")
    with acting(money.cast.actors["host"]), pytest.raises(NotFound):
        services.take_back(batch)
    with acting(money.cast.actors["lead"]):
        assert services.take_back(batch) == 1
    assert (money.state(made), money.standing()) == (State.PENDING, Standing(100_000 * YUAN, 1000 * YUAN))
    assert _acts(money, made)[-1] is Act.TAKE_BACK
    later = datetime.now(UTC) + timedelta(seconds=20)
    with time_machine.travel(later, tick=False):
        assert "Approved: %(title)s, %(amount)s" not in _told(money, "host")
        money.approve("lead", made)
    with time_machine.travel(later + timedelta(seconds=20), tick=False):
        assert "Approved: %(title)s, %(amount)s" in _told(money, "host")
        with acting(money.cast.actors["lead"]), pytest.raises(Refused):
            services.take_back(batch)


def test_a_decision_somebody_has_gone_on_with_stays(money: Money) -> None:
    made = money.ask(yuan=3000)
    batch = money.approve("lead", made)
    money.approve("manager", made)
    with acting(money.cast.actors["lead"]), pytest.raises(Refused):
        services.take_back(batch)
    assert money.state(made) is State.APPROVED


def test_the_general_undo_moves_no_money(money: Money) -> None:
    made = money.ask(yuan=1000)
    with acting(money.cast.actors["lead"]):
        services.approve(money.seen(made))
        command = last_command.get() or ""
        with pytest.raises(Refused):
            undo(command)
    assert money.state(made) is State.APPROVED


def test_many_are_approved_each_under_all_rules(money: Money) -> None:
    good, own, big = money.ask(yuan=100), money.ask("lead", yuan=100), money.ask(yuan=3000)
    stale = Seen(money.ask("member", yuan=100), "0" * 64)
    with acting(money.cast.actors["lead"]):
        answer = services.approve_many([*map(money.seen, (good, own, big)), stale])
    assert answer["done"] == [good, big]
    assert set(answer["left"]) == {str(own), str(stale.request_id)}
    assert (money.state(good), money.state(big)) == (State.APPROVED, State.PENDING)
    with acting(money.cast.actors["lead"]):
        assert services.take_back(answer["batch"]) == 2
    assert money.state(good) is State.PENDING
    assert money.standing().committed == 0


def test_of_many_what_the_budget_lacks_tells_nobody(money: Money) -> None:
    first, second = money.ask(yuan=1500), money.ask("member", yuan=1500)
    with acting(money.cast.actors["manager"]):
        services.allocate_budget(money.period, money.categories["equipment"], -98_000 * YUAN)
    with acting(money.cast.actors["lead"]):
        answer = services.approve_many([money.seen(first), money.seen(second)])
    assert answer["done"] == [first]
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=1), tick=False):
        assert "Approved: %(title)s, %(amount)s" in _told(money, "host")
        assert "Approved: %(title)s, %(amount)s" not in _told(money, "member")
    assert money.standing() == Standing(2000 * YUAN, 1500 * YUAN, 1500 * YUAN)


def test_only_whose_turn_it_is_gets_told(money: Money) -> None:
    made = money.ask(yuan=3000)
    asked = "To approve: %(title)s, %(amount)s"
    assert asked in _told(money, "lead")
    assert asked not in _told(money, "manager")
    money.approve("lead", made)
    assert asked not in _told(money, "manager")
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=1), tick=False):
        assert asked in _told(money, "manager")


def test_a_nudge_is_told_once_an_hour(money: Money) -> None:
    made = money.ask(yuan=100)
    with acting(money.cast.actors["host"]):
        assert services.nudge(made) == 1
        with pytest.raises(Refused):
            services.nudge(made)
    with acting(money.cast.actors["member"]), pytest.raises(Forbidden):
        services.nudge(made)


def test_whoever_leaves_while_asked_is_replaced(money: Money) -> None:
    made = money.ask(yuan=100)
    money.person("lead2", Role.LEAD)
    with acting(money.cast.actors["manager"]):
        people.end_membership(money.cast.lead)
        services.follow_people()
    assert _levels(money, made)[0][1][-1] == (money.cast.actors["lead2"].user_id, SeatState.ASKED)
    money.approve("lead2", made)
    assert money.state(made) is State.APPROVED


def test_a_policy_that_changes_under_way_changes_nothing_for_what_was_handed_in(money: Money) -> None:
    made = money.ask(yuan=100)
    _policy(money, MANAGERS)
    money.approve("lead", made)
    assert money.state(made) is State.APPROVED


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
