"""What waiting lines say now: what was taken back or overtaken says nothing, what belongs together says it once."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app

from planner.base import actor
from planner.bots import words
from planner.bots.models import BotLine
from planner.bots.queries.naming import called
from planner.bots.rules import SOON, TEST, UNDONE, Called, Line, Topic, plain
from planner.kernel import clock
from planner.live import queries as live
from planner.live.queries import Open, SessionBrief
from planner.live.rules import AFTER_AIR, PLANNED, State
from planner.live.rules.calling import STEPS, was_late
from planner.outcomes.queries import sets
from planner.people import queries as people
from planner.plan import queries as plan
from planner.plan.rules import Health

FOLDED_FROM = 5
"""So many lines of one topic in one message become one line."""

MOST_STEPS = 200


@dataclass(frozen=True)
class Said:
    """A line as it is pushed, and the rows that it tells of."""

    ids: tuple[int, ...]
    topic: str
    line: Line


def link_to(endpoint: str, **values: Any) -> str:
    """The address of a page where the program's own is known; else nothing."""
    return _public(current_app.url_map.bind("").build(endpoint, values))


def _public(path: str) -> str:
    public: str = current_app.config["PUBLIC_URL"]
    return public + path if public and path else ""


def said_by(rows: Sequence[BotLine], before: Set[tuple[str, int]]) -> list[Said]:
    """What these lines say, in order; rows that say nothing any more are in none. In the language spoken now.

    `before` is what the bot has told already: topics with their sessions.
    """
    found = [*_of_sessions([row for row in rows if row.about_id is not None], before), *_of_the_day(rows)]
    return _folded(sorted(found, key=lambda said: said.ids[-1]))


def _of_sessions(rows: Sequence[BotLine], before: Set[tuple[str, int]]) -> list[Said]:
    held = live.briefs([row.about_id for row in rows if row.about_id])
    facts = _Facts(rows, held, before)
    groups: dict[tuple[str, int], list[BotLine]] = {}
    for row in rows:
        groups.setdefault((row.topic, row.about_id or 0), []).append(row)
    found: list[Said] = []
    for (topic, session_id), told in groups.items():
        brief = held.get(session_id)
        newly = (Topic.PLANNED, session_id) in groups and topic == Topic.MOVED
        text = "" if brief is None or newly else facts.text(topic, brief, told)
        if text:
            ids = tuple(row.id for row in told)
            link = link_to("live.session", session_id=session_id)
            calls = facts.calls(topic, brief, told) if brief is not None else ()
            found.append(Said(ids, topic, Line(text, link, calls)))
    return found


class _Facts:
    """What the lines of a message need to know, asked once."""

    def __init__(self, rows: Sequence[BotLine], held: dict[int, SessionBrief], before: Set[tuple[str, int]]) -> None:
        self.now, self.before = clock.now(), before
        swaps = [row.facts for row in rows if row.topic == Topic.SWAPPED and UNDONE not in row.facts]
        self.names = people.names([facts[name] for facts in swaps for name in ("from_id", "to_id")])
        shown = {row.about_id for row in rows if row.topic == Topic.RESULT and row.about_id in held}
        self.gmv = sets.gmv_of([row_id for row_id in shown if row_id]) if shown else {}
        soon = {row.about_id for row in rows if row.topic == Topic.NOT_READY and row.about_id in held}
        opened = live.open_checks({row_id for row_id in soon if row_id}, self.now) if soon else []
        self.blocking = [o for o in opened if o.check.blocking]
        self.people = called(user_id for o in self.blocking for user_id in o.user_ids) if self.blocking else {}

    def text(self, topic: str, b: SessionBrief, rows: list[BotLine]) -> str:
        """One line, or nothing where it does not hold any more."""
        what, last = words.show_name(b.theme, b.channel_name), rows[-1].facts
        if UNDONE in last:
            return words.taken_back(what, b.planned_start, topic)
        match topic:
            case Topic.PLANNED if b.state in PLANNED:
                return words.planned(what, b.planned_start)
            case Topic.MOVED if b.state in PLANNED:
                return _move(what, b, rows)
            case Topic.CANCELLED:
                return self._cancelled(what, b, last)
            case Topic.SWAPPED if b.state is not State.CANCELLED:
                pair = (self.names.get(last["from_id"], "–"), self.names.get(last["to_id"], "–"))
                return words.swapped(what, b.planned_start, *pair, last["positions"])
            case Topic.NOT_READY:
                return self._not_ready(what, b, last.get("step", STEPS[0]))
            case Topic.LIVE:
                return self._live(what, b, last)
            case Topic.ENDED if b.state in AFTER_AIR:
                return words.ended(what, b.minutes_on_air)
            case Topic.RESULT if b.state in AFTER_AIR and b.id in self.gmv:
                return words.result(what, self.gmv.get(b.id))
            case Topic.REVIEW if b.state is State.REVIEWED:
                return words.reviewed(what)
            case _:
                return ""

    def _live(self, what: str, b: SessionBrief, facts: dict[str, Any]) -> str:
        if b.real_start is None or b.state not in {State.LIVE, *AFTER_AIR}:
            return words.not_live(what) if (Topic.LIVE, b.id) in self.before else ""
        if facts.get("before"):
            return words.live_again(what) if b.state is State.LIVE and facts["before"] == "ended" else ""
        return words.live(what, b.real_start, len(facts.get("missing", ())))

    def _cancelled(self, what: str, b: SessionBrief, facts: dict[str, Any]) -> str:
        if b.state is State.CANCELLED:
            return words.cancelled(what, b.planned_start, facts.get("note") or "")
        was = facts.get("before") == "cancelled" and b.state in PLANNED
        return words.on_again(what, b.planned_start) if was else ""

    def _not_ready(self, what: str, b: SessionBrief, step: int) -> str:
        """At the first step all that blocks, or that nobody has given the go; later what is late, with its people."""
        if b.state not in PLANNED or not self.now < b.planned_start <= self.now + SOON:
            return ""
        missing = [(o.check.text, self._who(o)) for o in self._of(b, step)]
        if step != STEPS[0]:
            return words.still_blocks(what, b.planned_start, missing) if missing else ""
        return "" if b.state is State.READY else words.not_ready(what, b.planned_start, missing)

    def _of(self, b: SessionBrief, step: int) -> list[Open]:
        held = [o for o in self.blocking if o.session.id == b.id]
        return held if step == STEPS[0] else [o for o in held if was_late(o.check.due, b.planned_start, step)]

    def _who(self, o: Open) -> str:
        return words.listed(plain(self.people[user_id].name, 20) for user_id in o.user_ids[:2]) if o.user_ids else ""

    def calls(self, topic: str, b: SessionBrief, rows: list[BotLine]) -> tuple[Called, ...]:
        """Whom a line calls by name: of what is late by now, those it waits for."""
        if topic != Topic.NOT_READY:
            return ()
        late = [o for o in self._of(b, rows[-1].facts.get("step", STEPS[0])) if o.check.due and o.check.due <= self.now]
        return tuple(self.people[user_id] for user_id in dict.fromkeys(n for o in late for n in o.user_ids))


def _move(what: str, b: SessionBrief, rows: list[BotLine]) -> str:
    """From where it stood first to where it stands now; a move that kept the time was one to another studio."""
    before = datetime.fromisoformat(next(r.facts["before"] for r in rows if UNDONE not in r.facts))
    if before != b.planned_start:
        return words.moved(what, before, b.planned_start)
    same = any(row.facts["before"] == row.facts["after"] for row in rows if UNDONE not in row.facts)
    return words.other_studio(what, b.studio_name) if same else ""


def _of_the_day(rows: Sequence[BotLine]) -> list[Said]:
    found: list[Said] = []
    for row in rows:
        match row.topic:
            case Topic.LATE:
                steps = [(s.title, s.owner_name, s.days_late) for s in plan.late_steps(MOST_STEPS)]
                text, link = words.late(steps) if steps else "", link_to("plan.index")
            case Topic.GOALS:
                titles = [goal.title for goal in plan.goals_now() if goal.health in (Health.OFF_TRACK, Health.MISSED)]
                text, link = words.behind(titles) if titles else "", link_to("plan.index")
            case Topic.DAILY:
                text, link = plain(row.facts["text"]), _public(row.facts["path"])
            case _ if row.topic == TEST:
                text, link = words.tested(actor.current().team_name), link_to("home.today")
            case _:
                continue
        if text:
            found.append(Said((row.id,), row.topic, Line(text, link)))
    return found


def _folded(found: list[Said]) -> list[Said]:
    """Where one topic says a great deal, as when a week is planned, it says so in one line."""
    counts: dict[str, list[Said]] = {}
    for said in found:
        counts.setdefault(said.topic, []).append(said)
    told: list[Said] = []
    for said in found:
        group = counts[said.topic]
        if len(group) < FOLDED_FROM or said.topic == Topic.DAILY:
            told.append(said)
        elif said is group[0]:
            ids = tuple(row_id for each in group for row_id in each.ids)
            first = plain(said.line.text.partition("：")[2] or said.line.text.partition(": ")[2], 80)
            line = Line(words.many(said.topic, len(group), first), link_to("live.sessions"))
            told.append(Said(ids, said.topic, line))
    return told
