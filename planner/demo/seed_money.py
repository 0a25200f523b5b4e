"""Many requests for measuring: a hundred wait for the managers; the others were decided years ago and lie in the ledger."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from planner.base import db
from planner.base.scope import as_team, unscoped
from planner.base.verbs import command
from planner.demo import story
from planner.demo.shows import ZONE, Room, then
from planner.kernel import clock
from planner.kernel.errors import Refused
from planner.kernel.permissions import P
from planner.kernel.spans import business_day, local
from planner.kernel.text import msg
from planner.people.models import Team, User
from planner.plan import queries as plan
from planner.plan import services as planning
from planner.resources import queries, services
from planner.resources.models import (
    ApprovalLevel,
    ApprovalSeat,
    Budget,
    LedgerEntry,
    RequestAct,
    RequestEvent,
    RequestLine,
    RequestVerdict,
    ResourceRequest,
)
from planner.resources.rules import (
    Act,
    Booking,
    Every,
    Fact,
    Kind,
    LevelState,
    Line,
    Mode,
    PayWay,
    SeatState,
    Standing,
    State,
    Wish,
    Worth,
    commit,
    release,
    reserve,
    spend,
    sum_of,
)
from planner.resources.rules.budgets import Entry
from planner.resources.services import Seen

QUEUE = 100
"""So many wait for the managers, however many there are in all."""
BATCH, YEARS, DAYS = 2_000, 5, 365
YUAN = 100
LARGE, SMALL = 2_400 * YUAN, 600 * YUAN
"""What the managers sign, and what the leads decide on alone."""
THINGS = ("补光灯", "收音麦克风", "背景布", "提词器", "样品邮费", "达人车马费", "剪辑软件席位", "直播间耗材")
SUPPLIERS = ("声光科技", "影拓器材", "京东企业购", "言值学堂", "顺丰速运", "某数据科技", "携程商旅", "晨光文具")
ENDS = (State.CLOSED,) * 16 + (State.APPROVED, State.REFUSED, State.REFUSED, State.CANCELLED)
"""What became of them, by turns."""


def _room(team: Team) -> Room:
    ids = {login: user_id for user_id, login in db.session().execute(select(User.id, User.login))}
    return Room(ids, team.id, business_day(clock.now(), ZONE, 360))


@command(P.INSTALLATION)
def add_requests(wanted: int, to_approve: int = 0) -> None:
    """Bring the demo team to so many requests, of which 100 wait for the managers; and add some that leads decide on."""
    with unscoped("demo"):
        team = db.session().scalars(select(Team).where(Team.is_demo)).first()
        if team is None:
            raise Refused(msg("There is no demo team."))
        room = _room(team)
    with as_team(team.id):
        if wanted:
            _fill(room, wanted)
        if to_approve:
            _ask(room, to_approve, SMALL)


def _fill(room: Room, wanted: int) -> None:
    waiting = select(func.count(ResourceRequest.id)).where(ResourceRequest.state == State.PENDING)
    held = db.session().scalar(waiting) or 0
    _ask(room, max(0, QUEUE - held), LARGE)
    older = wanted - (db.session().scalar(select(func.count(ResourceRequest.id))) or 0)
    if older > 0:
        _Past(room).write(older)


def _ask(room: Room, count: int, amount: int) -> None:
    """So many are handed in today, and there is money for all of them; the leads have signed what the managers sign."""
    when = min(local(room.today, 9 * 60, ZONE), clock.now()) - timedelta(days=1)
    with then(when, room.actor("manager")):
        categories = [row.id for row in queries.categories()]
        period = plan.current_period()
        if period is None:
            raise Refused(msg("There is no demo team."))
        for category in categories:
            services.allocate_budget(period.id, category, amount * (count // len(categories) + 1))
    for n in range(count):
        at = when + timedelta(seconds=n)
        thing, supplier = THINGS[n % len(THINGS)], SUPPLIERS[n % len(SUPPLIERS)]
        wish = Wish(
            Kind.ONE_OFF, f"{thing}采购 {n + 1}", f"{story.THEMES[n % len(story.THEMES)]}要用，现有的不够，临时借的月底归还。",
            categories[n % len(categories)], room.today + timedelta(days=n % 30),
            (Line(thing, Decimal(2), amount // 2, supplier),), payee=supplier, pay_way=PayWay.TRANSFER, metric="gmv",
            effect=Decimal(2_000),
        )  # fmt: skip
        with then(at, room.actor("host")):
            made = services.draft(wish)
            services.submit(made, db.one(ResourceRequest, made).version)
        if amount == LARGE:
            with then(at + timedelta(minutes=30), room.actor("lead")):
                services.approve(Seen(made, db.one(ResourceRequest, made).seen))


@dataclass
class _Past:
    """Requests of earlier years, written in bulk: each with its line, its way, its trail, what followed, its entries."""

    room: Room
    bookings: dict[int, list[Booking]] = field(default_factory=lambda: defaultdict(list))
    budgets: dict[tuple[int, int], int] = field(default_factory=dict[tuple[int, int], int])
    rows: dict[Any, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def write(self, count: int) -> None:
        """All of them, then the budgets as their ledgers come to."""
        self.number = db.session().scalar(select(func.max(ResourceRequest.number))) or 0
        self._make_budgets()
        for first in range(0, count, BATCH):
            self._batch(range(first, min(first + BATCH, count)), count)
        self._settle()

    def _make_budgets(self) -> None:
        categories = [row.id for row in queries.categories()]
        for back in range(1, YEARS + 1):
            last = self.room.today - timedelta(days=DAYS * back)
            with then(local(last - timedelta(days=DAYS - 1), 600, ZONE), self.room.actor("lead")):
                name = f"{last.year} 年度预算（截至{last.month}月）"
                period = planning.add_period(name, last - timedelta(days=DAYS - 1), last)
            made = db.add_all(Budget(period_id=period, category_id=each) for each in categories)
            self.budgets |= {(back, row.category_id): row.id for row in made}

    def _day(self, n: int, count: int) -> tuple[int, date]:
        """The earliest come first: how many years back, and the day it was asked for."""
        ago = DAYS * (YEARS + 1) - 1 - n * DAYS * YEARS // count
        return ago // DAYS, self.room.today - timedelta(days=ago)

    def _batch(self, numbers: range, count: int) -> None:
        categories = sorted({category for _back, category in self.budgets})
        days = [self._day(n, count) for n in numbers]
        made = db.add_all(
            self._request(n, day, self.budgets[back, categories[n % len(categories)]], categories[n % len(categories)])
            for n, (back, day) in zip(numbers, days, strict=True)
        )
        lines = db.add_all(
            RequestLine(
                request_id=row.id, sort=0, item=THINGS[n % len(THINGS)], quantity=Decimal(1), unit_price=row.total,
                amount=row.total, supplier=row.payee,
            )
            for n, row in zip(numbers, made, strict=True)
        )  # fmt: skip
        levels = db.add_all(
            ApprovalLevel(
                request_id=row.id, round=1, place=place * 1_000, name=name, mode=Mode.ANY, needed=1, rule={},
                state=LevelState.PASSED if row.state is not State.REFUSED else LevelState.REFUSED,
            )
            for row in made
            for place, name in ((1, "组长初审"), (2, "经理审批"))
        )  # fmt: skip
        for place, row in enumerate(made):
            self._way(row, levels[2 * place : 2 * place + 2])
            self._after(row, lines[place])
        db.add_all(
            RequestVerdict(
                request_id=row.id, user_id=row.requester_id, worth=list(Worth)[row.number % len(Worth)],
                words="换上以后画面稳定", said_at=row.decided_at + timedelta(days=31),
            )
            for row in made
            if row.state is State.CLOSED and row.number % 2 and row.decided_at is not None
        )  # fmt: skip
        for model, found in self.rows.items():
            db.note_all(model, found)
        self.rows.clear()

    def _request(self, n: int, day: date, budget: int, category: int) -> ResourceRequest:
        ids, at = self.room.ids, local(day, 11 * 60, ZONE)
        supplier, recurring = SUPPLIERS[n % len(SUPPLIERS)], n % 50 == 7
        return ResourceRequest(
            number=self.number + n + 1, requester_id=ids[("host", "wenwen", "dajun", "kaige")[n % 4]],
            kind=Kind.RECURRING if recurring else Kind.ONE_OFF, state=ENDS[n % len(ENDS)],
            title=f"{THINGS[n % len(THINGS)]}采购", purpose="现有的不够用。", category_id=category,
            total=(300 + n % 900) * YUAN, needed_by=day + timedelta(days=7), payee=supplier, pay_way=PayWay.TRANSFER,
            metric="gmv" if n % 3 == 0 else "", round=1, seen=f"{n:064x}", budget_id=budget, created_at=at,
            submitted_at=at, decided_at=at + timedelta(days=1), every=Every.YEAR if recurring else None,
            renews_on=day + timedelta(days=DAYS) if recurring else None,
            lapsed_at=at + timedelta(days=300) if recurring else None,
        )  # fmt: skip

    def _way(self, row: ResourceRequest, levels: list[ApprovalLevel]) -> None:
        """Both have signed, or the manager has refused."""
        at, refused = row.decided_at or row.created_at, row.state is State.REFUSED
        common = {"request_id": row.id, "round": 1}
        self._act(row, Act.SUBMIT, row.requester_id, row.created_at)
        for level, login in zip(levels, ("lead", "manager"), strict=True):
            who, no = self.room.ids[login], refused and login == "manager"
            self.rows[ApprovalSeat].append(
                common
                | {
                    "level_id": level.id, "requester_id": row.requester_id, "user_id": who, "acted_by": who,
                    "state": SeatState.REFUSED if no else SeatState.APPROVED, "asked_at": row.created_at,
                    "acted_at": at, "seen": row.seen, "seen_version": 1, "seen_amount": row.total,
                }
            )  # fmt: skip
            self._act(row, Act.REFUSE if no else Act.APPROVE, who, at, level.name)

    def _act(self, row: ResourceRequest, act: Act, who: int, at: datetime, level: str = "") -> None:
        self.rows[RequestAct].append(
            {"request_id": row.id, "act": act, "round": 1, "level": level, "amount": row.total, "seen": row.seen,
             "created_by": who, "created_at": at}
        )  # fmt: skip

    def _after(self, row: ResourceRequest, line: RequestLine) -> None:
        """What is ordered, has come, was paid and is closed; and the entries of all of it."""
        at, total = row.decided_at or row.created_at, row.total
        entries = [reserve(total)]
        if row.state is State.REFUSED:
            entries.append(release(reserved=total))
        else:
            entries.append(commit(total, total))
        if row.state is State.CANCELLED:
            entries.append(release(committed=total))
        if row.state is State.CLOSED:
            entries.append(spend(total, total))
            for n, (fact, act) in enumerate(
                [(Fact.ORDER, Act.ORDER), (Fact.RECEIVE, Act.RECEIVE), (Fact.PAY, Act.PAY), (Fact.CLOSE, Act.CLOSE)]
            ):
                when = at + timedelta(days=n + 1)
                self._act(row, act, self.room.ids["lead"], when)
                self.rows[RequestEvent].append(
                    {"request_id": row.id, "fact": fact, "day": when.date(), "created_at": when,
                     "line_id": line.id if fact is Fact.RECEIVE else None, "way": row.pay_way if fact is Fact.PAY else None,
                     "quantity": Decimal(1) if fact is Fact.RECEIVE else None, "amount": total if fact is Fact.PAY else 0}
                )  # fmt: skip
        for place, booking in enumerate(entries):
            assert row.budget_id is not None
            self._book(row.budget_id, booking, f"request/{row.id}/{place}", row.id, at)

    def _book(self, budget: int, booking: Booking, key: str, request_id: int | None, at: datetime) -> None:
        self.bookings[budget].append(booking)
        self.rows[LedgerEntry].append(
            {"budget_id": budget, "kind": booking.kind, "allocated": booking.allocated, "reserved": booking.reserved,
             "committed": booking.committed, "spent": booking.spent, "key": key, "request_id": request_id,
             "created_at": at}
        )  # fmt: skip

    def _settle(self) -> None:
        """Every budget was given what it used, and stands at what its ledger comes to."""
        now = clock.now()
        for budget, held in list(self.bookings.items()):
            used = sum_of(held).used
            self._book(budget, Booking(Entry.ALLOCATE, allocated=used), f"seed/{budget}/{len(held)}", None, now)
        db.note_all(LedgerEntry, self.rows.pop(LedgerEntry, []))
        for row in db.some(Budget, self.bookings).values():
            stands: Standing = sum_of(self.bookings[row.id])
            row.allocated, row.reserved, row.committed, row.spent = (
                stands.allocated, stands.reserved, stands.committed, stands.spent,
            )  # fmt: skip
        db.flush()
