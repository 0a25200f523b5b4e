"""What tests of money need: a period with budgets, a request of the host, and somebody's view of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from planner.base import db as rows
from planner.base import unit as units
from planner.base.actor import acting
from planner.base.scope import as_team
from planner.kernel import clock
from planner.kernel.permissions import Role
from planner.kernel.spans import business_day
from planner.people.models import Membership, User
from planner.plan import services as plan
from planner.resources import queries, services
from planner.resources.models import ResourceRequest
from planner.resources.rules import Kind, Line, PayWay, Standing, State, Wish
from planner.resources.services import Seen
from tests.cast import Cast

DAY = timedelta(days=1)
YUAN = 100


@dataclass
class Money:
    """A team with money: its period, its budgets by the key of their category, and what its people do with them."""

    cast: Cast
    period: int
    budgets: dict[str, int]
    categories: dict[str, int]

    def wish(self, yuan: int = 1000, **more: Any) -> Wish:
        """A request for so many yuan of equipment, complete."""
        usual: dict[str, Any] = {
            "kind": Kind.ONE_OFF,
            "title": "补光灯",
            "purpose": "两间直播间换灯，画面亮度不足",
            "category_id": self.categories["equipment"],
            "needed_by": today() + DAY,
            "lines": (Line("补光灯", Decimal(1), yuan * YUAN, "京东"),),
            "payee": "京东",
            "pay_way": PayWay.TRANSFER,
        }
        return Wish(**usual | more)

    def draft(self, who: str = "host", yuan: int = 1000, **more: Any) -> int:
        """Written and not handed in."""
        with acting(self.cast.actors[who]):
            return services.draft(self.wish(yuan, **more))

    def ask(self, who: str = "host", yuan: int = 1000, **more: Any) -> int:
        """Handed in."""
        made = self.draft(who, yuan, **more)
        with acting(self.cast.actors[who]):
            services.submit(made, self.row(made).version)
        return made

    def row(self, request_id: int) -> ResourceRequest:
        """As it stands."""
        with acting(self.cast.actors["manager"]), units.reading():
            return rows.one(ResourceRequest, request_id)

    def state(self, request_id: int) -> State:
        """Where it stands."""
        return self.row(request_id).state

    def seen(self, request_id: int) -> Seen:
        """What somebody sees who opens it now."""
        return Seen(request_id, self.row(request_id).seen)

    def approve(self, who: str, request_id: int, words: str = "") -> str:
        """Somebody says yes to what they see."""
        with acting(self.cast.actors[who]):
            return services.approve(self.seen(request_id), words)["batch"]

    def standing(self, key: str = "equipment") -> Standing:
        """What a budget stands at, and that it is what its ledger comes to."""
        with acting(self.cast.actors["manager"]):
            assert queries.unsound() == []
            return queries.standing_of(self.budgets[key])

    def person(self, login: str, role: Role) -> None:
        """One more in the team, called like that, with the password of all."""
        with units.writing("tests.person") as unit:
            unit.unscoped = "tests"
            same = unit.session.get(User, self.cast.host)
            user = User(login=login, name=login, password_hash=same.password_hash if same else None)
            unit.session.add(user)
            unit.session.flush()
            with as_team(self.cast.team):
                unit.session.add(Membership(user_id=user.id, role=role))
            base = self.cast.actors["host"]
            self.cast.actors[login] = type(base)(
                user_id=user.id, login=login, name=login, team_id=self.cast.team, role=role, language="en",
                team_name="晨光",
            )  # fmt: skip


def today() -> date:
    """The team's business day that runs now."""
    return business_day(clock.now(), "Asia/Shanghai", 360)


def begin(cast: Cast, equipment: int, training: int) -> Money:
    """So many yuan for equipment and for training, in a period around today."""
    with acting(cast.actors["lead"]):
        period = plan.add_period("第四季度", today() - 49 * DAY, today() + 50 * DAY)
    with acting(cast.actors["manager"]):
        ids = {row.key: row.id for row in queries.categories()}
        given = {"equipment": equipment * YUAN, "training": training * YUAN}
        budgets = {key: services.allocate_budget(period, ids[key], amount) for key, amount in given.items()}
    return Money(cast, period, budgets, ids)


@pytest.fixture
def money(cast: Cast, db: Any) -> Money:
    """A team with money."""
    return furnished(cast)


def furnished(cast: Cast) -> Money:
    """¥100,000 for equipment, ¥20,000 for training, in a period around today."""
    return begin(cast, 100_000, 20_000)


Ask = Callable[..., int]
