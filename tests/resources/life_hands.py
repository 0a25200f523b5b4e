"""Hands for a test of the whole life of requests: real forms on real pages, and what then stands in the database."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from planner.base import unit as units
from planner.base.actor import acting
from planner.kernel import clock
from planner.notifications.models import Notice
from planner.people.models import User
from planner.resources import queries
from planner.resources.models import (
    ApprovalLevel,
    ApprovalSeat,
    Budget,
    Delegation,
    LedgerEntry,
    RequestAct,
    RequestEvent,
    ResourceRequest,
)
from planner.resources.queries import waiting
from planner.resources.rules import EDITABLE, SeatState
from tests.cast import Cast
from tests.resources.conftest import DAY, Money, today
from tests.resources.life_model import Content, Policy, Rule

NOON = datetime(2026, 9, 9, 4, tzinfo=UTC)
"""Noon in the team's zone: a life of some hours stays within its business day and its working hours."""
SEEN = re.compile(r'name="seen" value="([0-9a-f]{64})"')
VERSION = re.compile(r'name="version"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="version"')
KNOWN = re.compile(r'name="known" value="(\d*)"')


def yuan(minor: int) -> str:
    """As it is typed into a form."""
    return f"{minor // 100}.{minor % 100:02d}" if minor >= 0 else f"-{yuan(-minor)}"


def version_in(page: str) -> str:
    """The version a form was shown with; none where it has no version yet."""
    found = VERSION.search(page)
    return (found[1] or found[2]) if found else ""


@dataclass(frozen=True)
class Truth:
    """How a request stands in the database."""

    state: str
    total: int
    money: tuple[int, int, int]
    active: int | None
    asked: frozenset[int]
    signers: frozenset[int]
    escalated: bool


class Hands:
    """People in their browsers, at one clock."""

    def __init__(self, cast: Cast, money: Money, sign_in: Callable[[str], Any]) -> None:
        self.cast, self.money, self.sign_in = cast, money, sign_in
        self.at = NOON
        self.browsers: dict[str, Any] = {}
        self.names = {actor.user_id: name for name, actor in cast.actors.items()}

    def day(self) -> date:
        """The team's business day."""
        with clock.standing(self.at):
            return today()

    # ------------------------------------------------------------------ pages

    def browser(self, who: str) -> Any:
        """Theirs, in which they have signed in."""
        if who not in self.browsers:
            with clock.standing(self.at):
                self.browsers[who] = self.sign_in(who)
        return self.browsers[who]

    def get(self, who: str, path: str, *good: int) -> Any:
        """A page, or the answer that is expected instead."""
        with clock.standing(self.at):
            answer = self.browser(who).get(path)
        assert answer.status_code in (good or (200,)), f"{who} at {path}: {answer.status_code}"
        return answer

    def post(self, who: str, path: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
        """A form; whatever it holds, never a fault of the program."""
        with clock.standing(self.at):
            answer = self.browser(who).post_form(path, data or {}, **more)
        assert answer.status_code in (200, 303, 401, 403, 404, 409, 422), f"{who} at {path}: {answer.status_code}"
        return answer

    def seen(self, who: str, number: int) -> str:
        """What they have before their eyes; "" where they may not look."""
        found = SEEN.search(self.get(who, f"/requests/{number}/refuse", 200, 404).text)
        return found[1] if found else ""

    def known(self, who: str, number: int) -> str:
        """The last fact on the page where more is recorded."""
        found = KNOWN.search(self.get(who, f"/requests/{number}/order", 200, 403, 404).text)
        return found[1] if found else ""

    # ------------------------------------------------------------------ forms

    def typed(self, content: Content) -> dict[str, Any]:
        """The form of a request."""
        common = {
            "kind": content.kind, "title": "补光灯", "purpose": "换灯", "invoice": "none", "line_item": ["灯"],
            "category_id": str(self.money.categories[content.category]), "line_quantity": ["1"],
            "line_price": [yuan(content.amount)], "line_supplier": ["京东"], "line_link": [""],
        }  # fmt: skip
        paid = {"pay_way": "transfer", "payee": "京东", "payee_id": ""}
        if content.payee is not None:
            paid = {"pay_way": "reimburse", "payee": "", "payee_id": str(content.payee)}
        if content.kind == "afterwards":
            return common | paid | {"spent_on": str(today()), "reason": "当晚灯坏了"}
        return common | paid | {"needed_by": str(today() + DAY)}

    def draft(self, who: str, content: Content) -> int:
        """A new one, written in the two steps of the screen; its id."""
        begun = self.post(who, "/requests/new", {"kind": content.kind, "title": "补光灯"})
        number = int(begun.headers["Location"].split("/")[2])
        self.edit(who, number, content)
        return number

    def edit(self, who: str, number: int, content: Content, stale: bool = False) -> None:
        """Another wording; or from a window that was opened before somebody else wrote."""
        page = self.get(who, f"/requests/{number}/edit", 200, 303, 404)
        version = version_in(page.text) or "1"
        with clock.standing(self.at):
            sent = self.typed(content) | {"version": str(int(version) - 1) if stale else version}
        self.post(who, f"/requests/{number}/edit", sent)

    def attach(self, who: str, number: int) -> None:
        """One paper more."""
        name = f"报价{self.at.timestamp():.0f}.txt"
        sent = {"files": (io.BytesIO(f"{name} {number}".encode()), name)}
        self.post(who, f"/files/request/{number}", sent, content_type="multipart/form-data")

    def publish(self, who: str, policy: Policy) -> None:
        """Another policy, level by level."""
        page = self.get(who, "/approvals/policy/edit", 200, 403)
        sent: dict[str, Any] = {
            "version": version_in(page.text), "quotes": "3", "remind_hours": "4", "escalate_hours": "12",
            "over_percent": "5", "over_amount": "500", "level": [str(n) for n in range(len(policy.levels))],
        }  # fmt: skip
        for n, rule in enumerate(policy.levels):
            sent |= {f"level-{n}-{name}": value for name, value in _level(n, rule).items()}
        if policy.restart:
            sent["restart"] = "y"
        self.post(who, "/approvals/policy/edit", sent)

    def delegate(self, who: str, deputy: int) -> int:
        """Somebody signs for them from today on; the row's id."""
        with clock.standing(self.at):
            days = {"first": str(today()), "last": str(today() + DAY)}
        self.post(who, "/approvals/delegations", {"deputy_id": str(deputy), **days})
        with self.reading() as session:
            return session.scalars(select(Delegation.id).order_by(Delegation.id.desc()).limit(1)).one()

    # ------------------------------------------------------------------ what stands

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """The database, for looking only, as the manager's team."""
        with acting(self.cast.actors["manager"]), units.reading() as unit:
            yield unit.session

    def truths(self, numbers: list[int]) -> dict[int, Truth]:
        """All these requests, and that every ledger comes to what its budget stands at."""
        with self.reading() as session:
            assert queries.unsound() == []
            rows = {row.id: row for row in session.scalars(select(ResourceRequest))}
            sums: dict[int, list[int]] = {number: [0, 0, 0] for number in numbers}
            for entry in session.scalars(select(LedgerEntry).where(LedgerEntry.request_id.in_(numbers))):
                held = sums[entry.request_id or 0]
                for place, moved in enumerate((entry.reserved, entry.committed, entry.spent)):
                    held[place] += moved
            levels: dict[int, list[ApprovalLevel]] = {}
            for level in session.scalars(select(ApprovalLevel).order_by(ApprovalLevel.place)):
                if level.round == rows[level.request_id].round:
                    levels.setdefault(level.request_id, []).append(level)
            seats: dict[int, list[ApprovalSeat]] = {}
            for seat in session.scalars(select(ApprovalSeat).order_by(ApprovalSeat.id)):
                self._holds(rows[seat.request_id], seat)
                if seat.round == rows[seat.request_id].round:
                    seats.setdefault(seat.request_id, []).append(seat)
            return {n: _truth(rows[n], sums[n], levels.get(n, []), seats.get(n, [])) for n in numbers}

    def _holds(self, row: ResourceRequest, seat: ApprovalSeat) -> None:
        """What must be true of every signature there is."""
        if seat.state is not SeatState.APPROVED:
            return
        assert seat.acted_by not in (None, row.requester_id, row.created_by), "nobody signs what they asked for"
        if seat.round == row.round and row.state not in EDITABLE:
            assert seat.acted_by != row.payee_id, "nobody signs what they are paid"
            assert seat.seen == row.seen and seat.seen_amount == row.total, "signed is what stands"

    def budgets(self) -> dict[str, tuple[int, int, int, int]]:
        """The sums of both budgets."""
        with self.reading() as session:
            rows = {row.id: row for row in session.scalars(select(Budget))}
            found = {key: rows[row_id] for key, row_id in self.money.budgets.items()}
            return {key: (b.allocated, b.reserved, b.committed, b.spent) for key, b in found.items()}

    def counted(self, user_ids: list[int]) -> dict[int, tuple[int, int]]:
        """How many requests wait for each of these people: as every page counts them, and as the list holds them."""
        with self.reading() as session:
            team, day = self.cast.actors["manager"].team_id, {"day": today()}
            listed = select(func.count(ResourceRequest.id))
            return {
                who: (
                    session.scalar(select(waiting.asked_of(literal(who), literal(team))), day) or 0,
                    session.scalar(listed.where(waiting.is_waiting(who, today()))) or 0,
                )
                for who in user_ids
            }

    def last_act(self, number: int) -> tuple[str, str]:
        """What was done last, and the name of that moment."""
        with self.reading() as session:
            asked = select(RequestAct.act, RequestAct.batch).where(RequestAct.request_id == number)
            act, batch = session.execute(asked.order_by(RequestAct.id.desc()).limit(1)).one()
            return str(act), batch

    def last_fact(self, number: int, fact: str) -> int | None:
        """The newest fact of a kind that stands."""
        with self.reading() as session:
            rows = list(session.scalars(select(RequestEvent).where(RequestEvent.request_id == number)))
            back = {row.reverses_id for row in rows}
            return max((row.id for row in rows if row.fact == fact and row.id not in back), default=None)

    def told(self, seconds: float) -> int:
        """How many notices about requests people could read so much later."""
        with self.reading() as session:
            rows = list(session.scalars(select(Notice).where(Notice.about_kind == "request")))
            later = self.at + timedelta(seconds=seconds)
            return sum(row.created_at <= later and row.taken_back is None for row in rows)


def _level(n: int, rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name or f"第{n}级", "mode": "all" if rule.every else "any", "needed": str(rule.needed),
        "roles": list(rule.roles), "persons": [str(p) for p in rule.persons], "asked": list(rule.of),
        "amount": yuan(rule.since) if rule.since else "", "kinds": list(rule.kinds), "over": "y" if rule.over else "",
        "categories": [],
    }  # fmt: skip


def _truth(row: ResourceRequest, sums: list[int], levels: list[ApprovalLevel], seats: list[ApprovalSeat]) -> Truth:
    active = [place for place, level in enumerate(levels) if level.state == "active"]
    assert len(active) <= 1, "one level after the other"
    held = levels[active[0]] if active else None
    signed = [seat.acted_by for seat in seats if seat.state is SeatState.APPROVED]
    assert len(signed) == len(set(signed)), "one person counts once"
    if row.state == "approved" and row.decided_at is not None and held is None:
        _all_signed(row, levels, seats)
    asked = {s.user_id for s in seats if held is not None and s.level_id == held.id and s.state is SeatState.ASKED}
    return Truth(
        str(row.state), row.total, (sums[0], sums[1], sums[2]), active[0] if active else None, frozenset(asked),
        frozenset(p for p in signed if p is not None), held is not None and held.escalated_at is not None,
    )  # fmt: skip


def _all_signed(row: ResourceRequest, levels: list[ApprovalLevel], seats: list[ApprovalSeat]) -> None:
    """What is approved has a signature at every level, or says which higher one covers it; none was passed over."""
    states = [level.state for level in levels]
    if "refused" in states:
        return  # the round of a cancellation that was refused; that of the approval was looked at before
    assert set(states) <= {"passed", "covered"} and "passed" in states, states
    passed = {level.place for level in levels if level.state == "passed"}
    for level in levels:
        mine = {s.acted_by for s in seats if s.level_id == level.id and s.state is SeatState.APPROVED}
        if level.state == "passed":
            assert len(mine) >= max(1, level.needed), f"{level.name}: {len(mine)} of {level.needed}"
        else:
            assert any(place > level.place for place in passed), "covered by what is higher"


def person_hash(session: Any, login: str) -> str:
    """The password of one of the cast, for somebody more."""
    return session.scalars(select(User.password_hash).where(User.login == login)).one()
