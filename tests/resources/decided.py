"""What tests of decisions ask: a policy, the levels of a request, its trail, and what somebody was told."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from planner.base import unit as units
from planner.base.actor import acting
from planner.kernel import clock
from planner.kernel.permissions import Role
from planner.notifications.models import Notice
from planner.notifications.queries.waiting import not_read
from planner.resources import queries, services
from planner.resources.models import ApprovalLevel, ApprovalSeat, RequestAct
from planner.resources.rules import (
    Act,
    LevelRule,
    LevelState,
    Mode,
    Policy,
    SeatState,
)
from tests.resources.conftest import Money

LEADS = LevelRule("组长", Mode.ANY, (Role.LEAD,))
MANAGERS = LevelRule("经理", Mode.ANY, (Role.MANAGER,))


def agree(money: Money, *levels: LevelRule, **more: Any) -> None:
    with acting(money.cast.actors["manager"]):
        held = queries.versions()
        services.publish_policy(held[0].number if held else 0, Policy(levels, **more))


def levels(money: Money, made: int) -> list[tuple[LevelState, list[tuple[int, SeatState]]]]:
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


def acts(money: Money, made: int) -> list[Act]:
    with acting(money.cast.actors["manager"]), units.reading() as unit:
        return list(
            unit.session.scalars(select(RequestAct.act).where(RequestAct.request_id == made).order_by(RequestAct.id))
        )


def told_to(money: Money, who: str) -> list[str]:
    mine = not_read(getattr(money.cast, who), clock.now())
    with acting(money.cast.actors[who]), units.reading() as unit:
        return [words["msg"] for words in unit.session.scalars(select(Notice.words).where(*mine))]
