"""What people may do with requests, in the model: the verbs of the office (DOMAIN § 4), and what follows an approval."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace

from tests.resources.life_model import (
    ASKED,
    GONE,
    LEAD,
    MANAGER,
    SIGNED,
    WAITING,
    Content,
    Level,
    No,
    Request,
    Rule,
    Seat,
    Way,
    must,
)

FIXED = 500_00
UNDER_WAY = ("pending", "returned", "cancelling")
STANDS = ("approved", "cancelling")
UNDO_SECONDS = 15


class World(Way):
    """A team whose people do things."""

    # ------------------------------------------------------------------ verbs of whoever asks

    def draft(self, number: int, who: int, content: Content) -> None:
        self.requests[number] = Request(who, content)

    def edit(self, number: int, me: int, content: Content) -> None:
        r = self.requests[number]
        must(me == r.who and r.state in ("draft", "returned"), "not now, or not theirs")
        must(content.payee not in self.away, "whoever gets it is not here any more")
        r.content = content

    def submit(self, number: int, me: int) -> None:
        r = self.requests[number]
        must(me == r.who and r.state in ("draft", "returned"), "not now, or not theirs")
        must(r.content.kind != "afterwards" or r.content.papers, "the receipt is missing")
        must(r.follows is None or self.requests[r.follows].state == "approved", "what it adds to is not approved")
        last, budget, returned = r.seen, self.budgets[r.content.category], r.state == "returned"
        r.over = budget.frozen or self.available(r.content.category) < r.content.amount
        r.reserved = 0 if budget.frozen else r.content.amount
        r.state, r.seen = "pending", r.content
        level = next((each for each in r.levels if each.state == "returned"), None)
        if returned and last == r.content and level is not None and r.policy and not r.policy.restart:
            level.state = "waiting"
            self.go_on(r)
        else:
            self.begin(r)

    def recall(self, number: int, me: int) -> None:
        r = self.requests[number]
        must(me == r.who and r.state == "pending" and not r.signers, "decided, or not theirs")
        self.void(r)
        r.state, r.reserved = "draft", 0

    def void(self, r: Request) -> None:
        for level in r.levels:
            level.state = "void"
            for seat in level.of(ASKED, WAITING):
                seat.state = GONE

    def cancel(self, number: int, me: int) -> None:
        r = self.requests[number]
        must(me == r.who and r.state == "approved" and not r.spent, "paid, or not theirs, or not now")
        must(not any(a.state in (*STANDS, "pending") for _n, a in self.added(number)), "more was asked for")
        signed = [seat for levels in (*r.past, r.levels) for level in levels for seat in level.of(SIGNED)]
        last = max(signed, key=lambda seat: seat.number).by if signed else None
        r.state, r.seen = "cancelling", r.content
        self.start(r, [Rule(roles=(MANAGER,), persons=(last,) if last else ())])

    def added(self, number: int) -> Iterator[tuple[int, Request]]:
        return ((n, r) for n, r in self.requests.items() if r.follows == number)

    def nudge(self, number: int, me: int) -> None:
        r = self.requests[number]
        must(me == r.who or self.people[me] in (LEAD, MANAGER), "not theirs")
        must(r.state in ("pending", "cancelling") and self.now - r.nudged >= 3600, "nothing waits, or just asked")
        must(any(seat.who != me for seat in r.seats(ASKED)), "nobody else is asked")
        r.nudged = self.now

    def attach(self, number: int, me: int) -> None:
        r = self.requests[number]
        must(r.state != "draft" or me == r.who, "nobody else sees a draft")
        self.papers += 1
        r.content = replace(r.content, papers=(*r.content.papers, self.papers))
        self.follow(r)

    def follow(self, r: Request) -> bool:
        """Papers have changed: it is to be signed again. Whether that was so."""
        if r.state not in ("pending", "cancelling") or r.seen == r.content:
            return False
        r.act = None
        self.void(r)
        if r.state == "cancelling":
            self.again_cancelling(r)
        else:
            self.begin(r)
        return True

    def again_cancelling(self, r: Request) -> None:
        r.seen = r.content
        signed = [seat for levels in (*r.past, r.levels) for level in levels for seat in level.of(SIGNED)]
        last = max(signed, key=lambda seat: seat.number).by if signed else None
        self.start(r, [Rule(roles=(MANAGER,), persons=(last,) if last else ())])

    # ------------------------------------------------------------------ verbs of whoever decides

    def is_stale(self, number: int, me: int, saw: Content | None) -> bool:
        r = self.requests[number]
        return r.state in ("pending", "cancelling") and me not in r.barred and not r.seen == saw == r.content

    def turn(self, number: int, me: int, saw: Content | None) -> tuple[Request, Level, Seat]:
        r = self.requests[number]
        must(r.state in ("pending", "cancelling"), "decided")
        must(me not in r.barred, "one's own")
        must(r.seen == saw == r.content, "stale")
        must(me not in r.signers, "signed already")
        level = r.active
        asked = [seat for seat in level.of(ASKED) if self.still(level, seat)] if level else []
        mine = [seat for seat in asked if seat.who == me]
        mine += [seat for seat in asked if seat.who in self.stood_in_by(me)]
        must(level and mine, "not their turn")
        assert level is not None
        return r, level, mine[0]

    def still(self, level: Level, seat: Seat) -> bool:
        """Whether somebody who was asked because of their role still has it; an account that is closed signs nothing,
        but somebody may stand in for it until it is replaced."""
        gone = seat.who not in self.here
        return gone or seat.origin != "policy" or level.rule.lets(seat.who, self.people[seat.who])

    def approve(self, number: int, me: int, saw: Content | None) -> None:
        self.sign(me, *self.turn(number, me, saw))

    def sign(self, me: int, r: Request, level: Level, seat: Seat) -> None:
        seat.state, seat.by, seat.signed = SIGNED, me, r.content
        if seat.origin == "before":
            asker = next(each for each in level.seats if each.number == seat.asker)
            others = [s for s in level.of(ASKED) if s.asker == asker.number and s.origin == "before"]
            if asker.state == WAITING and not others:
                asker.state = ASKED
        self.go_on(r)

    def end(self, number: int, me: int, saw: Content | None, word: str) -> None:
        r, level, seat = self.turn(number, me, saw)
        must(word != "returned" or r.state == "pending", "a cancellation is approved or refused")
        level.state = word
        for each in level.of(ASKED, WAITING):
            each.state = GONE
        seat.by = me
        if r.state == "cancelling":
            r.state = "approved"
        else:
            r.state, r.reserved = word, 0

    def send_back(self, number: int, me: int, saw: Content | None, place: int) -> None:
        """To a level that has signed: from there on everybody signs again."""
        r, level, seat = self.turn(number, me, saw)
        must(r.state == "pending", "a cancellation is approved or refused")
        now = r.levels.index(level)
        must(place < now and r.levels[place].state == "passed", "not a level that has signed")
        for each in r.levels[place : now + 1]:
            each.state = "waiting"
            for other in each.of(ASKED, WAITING, SIGNED):
                other.state = GONE
        seat.by = me
        self.go_on(r)

    def another(self, r: Request, person: int) -> int:
        must(person in self.here and person not in r.barred, "not somebody who can sign")
        must(person not in {seat.who for seat in r.seats(ASKED, WAITING)} | r.signers, "asked, or has signed")
        return person

    def add(self, number: int, me: int, saw: Content | None, person: int, before: bool) -> None:
        r, level, seat = self.turn(number, me, saw)
        other = self.another(r, person)
        if before:
            seat.state = WAITING
            self.ask(level, (other,), "before", seat.number)
            return
        r.levels.insert(r.levels.index(level) + 1, Level(Rule(persons=(other,))))
        self.sign(me, r, level, seat)

    def transfer(self, number: int, me: int, saw: Content | None, person: int) -> None:
        r, level, seat = self.turn(number, me, saw)
        other = self.another(r, person)
        seat.state, seat.by = "handed", me
        self.ask(level, (other,), "handed" if seat.origin == "policy" else seat.origin, seat.asker)

    def appoint(self, number: int, me: int, person: int) -> None:
        r = self.requests[number]
        must(self.people[me] == MANAGER, "a manager's")
        must(r.state in ("pending", "cancelling") and r.active and r.active.escalated, "waits for nobody")
        assert r.active is not None
        self.ask(r.active, (self.another(r, person),), "named")

    def take_back(self, name: str, me: int) -> None:
        moment = self.moments.get(name)
        must(moment and moment.who == me, "not theirs")
        assert moment is not None
        must(self.now - moment.at <= UNDO_SECONDS, "too late")
        for number, before in moment.before.items():
            now = self.requests[number]
            must(now.act == name and len(now.past) == len(before.past), "somebody has gone on")
            must(now.state != "returned" or now.content == now.seen, "it was changed")
            if before.follows is not None:
                must(self.requests[before.follows].state == "approved", "what it adds to is closed")
            back = copy.deepcopy(before)
            back.content = now.content
            self.requests[number] = back
            must(self.available(back.content.category) >= 0, "the budget lacks it")

    def reseat(self, number: int) -> None:
        """People come and go: the level that waits finds its signers anew."""
        r = self.requests[number]
        level = r.active
        if r.state not in ("pending", "cancelling") or level is None:
            return
        for seat in level.of(ASKED, WAITING):
            if seat.who not in self.here or not self.still(level, seat):
                seat.state = GONE
        for seat in level.of(WAITING):
            if not any(s.asker == seat.number and s.origin == "before" for s in level.of(ASKED, WAITING)):
                seat.state = ASKED
        waiting = [each.rule for each in r.levels if each.state == "waiting"]
        left = self.way([level.rule, *waiting], r.barred | r.signers)[0][1]
        taken = {seat.who for seat in level.of(ASKED, WAITING)}
        if level.rule.every or level.places < level.needed:
            handed = {seat.who for seat in level.of("handed")}
            free = [p for p in left if p not in taken]
            fresh = [p for p in free if p not in handed]
            self.ask(level, fresh if level.places + len(fresh) >= max(1, level.needed) else free)
        if level.rule.every:
            level.needed = max(level.needed, level.places)
        if level.places < max(1, level.needed) and not level.escalated:
            level.escalated, r.act = True, None
        self.requests[number] = copy.deepcopy(r)
        try:
            self.go_on(self.requests[number])
        except No:  # the budget lacks it: whoever signs is told
            self.requests[number] = r

    # ------------------------------------------------------------------ what follows

    def parts(self, number: int) -> list[tuple[int, Request]]:
        return [(number, self.requests[number])] + [(n, a) for n, a in self.added(number) if a.state == "approved"]

    def open_for_facts(self, number: int) -> Request:
        r = self.requests[number]
        must(r.state == "approved" and r.follows is None, "not approved, or a part of another")
        return r

    def works(self, number: int, me: int) -> None:
        r = self.requests[number]
        must(me == r.who or self.people[me] in (LEAD, MANAGER), "not theirs")

    def fact(self, number: int, me: int) -> None:
        self.open_for_facts(number)
        self.works(number, me)

    def pay(self, number: int, me: int, amount: int, fact: int) -> None:
        r = self.open_for_facts(number)
        must(self.people[me] in (LEAD, MANAGER) and me != r.content.payee, "not theirs to pay")
        must(r.content.kind != "afterwards" and amount > 0, "paid before")
        parts = self.parts(number)
        approved = sum(each.content.amount for _n, each in parts)
        over = sum(each.spent for _n, each in parts) + amount - approved
        must(over <= min(approved * 5 // 100, FIXED), "too much more")
        left, taken = amount, list[tuple[int, int, int]]()
        for n, each in parts:
            take = min(left, each.committed)
            each.committed, each.spent, left = each.committed - take, each.spent + take, left - take
            taken.append((n, take, 0))
        if left:
            budget = self.budgets[r.content.category]
            must(not budget.frozen and self.available(r.content.category) >= left, "the budget lacks it")
            r.spent += left
            taken.append((number, 0, left))
        r.paid[fact] = taken

    def unpay(self, number: int, me: int, fact: int) -> None:
        r = self.open_for_facts(number)
        must(self.people[me] in (LEAD, MANAGER) and me != r.content.payee, "not theirs to pay")
        for n, take, beyond in r.paid.pop(fact):
            each = self.requests[n]
            each.spent -= take + beyond
            each.committed += take

    def close(self, number: int, me: int) -> None:
        self.fact(number, me)
        must(not any(a.state in UNDER_WAY for _n, a in self.added(number)), "more is being decided")
        for _n, each in self.parts(number):
            each.state, each.freed, each.committed = "closed", each.committed, 0

    def open_again(self, number: int, me: int) -> None:
        r = self.requests[number]
        must(self.people[me] == MANAGER and r.state == "closed" and r.follows is None, "a manager's, of what is closed")
        for each in [r, *(a for _n, a in self.added(number) if a.state == "closed")]:
            must(self.available(each.content.category) >= each.freed, "the budget lacks it")
            each.state, each.committed = "approved", each.freed

    def ask_more(self, number: int, me: int) -> None:
        self.fact(number, me)

    # ------------------------------------------------------------------ budgets

    def allocate(self, category: str, amount: int) -> None:
        must(self.available(category) + amount >= 0, "it is used")
        self.budgets[category].allocated += amount

    def move(self, source: str, target: str, amount: int) -> None:
        must(self.available(source) >= amount, "it is used")
        self.budgets[source].allocated -= amount
        self.budgets[target].allocated += amount
