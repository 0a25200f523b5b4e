"""How an SOP does, out of the ticks of its last shows: per item, position and person, with what to offer because of it.

Everything is reckoned when it is asked, over 50 shows at most and in a constant number of statements. Whoever leads
sees everybody's figures, others their own: nobody is compared with others by name.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from planner.base import actor, db
from planner.base.verbs import query
from planner.checklists.models import Checklist, ChecklistItem, SopItem, SopTemplate, SopVersion, Tick
from planner.checklists.rules import Act, Anchor, ItemState, Stage
from planner.checklists.rules import learning as rules
from planner.checklists.rules.learning import COUNTED, MOST_RUNS, Fact, Outcome, PassRate, Seen
from planner.checklists.words import title_of
from planner.kernel import clock
from planner.kernel.permissions import P, Role
from planner.kernel.spans import day_span
from planner.live.models import LiveSession
from planner.live.queries import SessionBrief
from planner.live.rules import AFTER_AIR
from planner.people import queries as people
from planner.people.models import Membership

USUAL_RUNS, CHOICES = 30, (10, 30, 50)
MOST_REASONS = 4
LEADS = (Role.LEAD, Role.MANAGER)
_Doer, _Giver = aliased(Membership), aliased(Membership)


@dataclass(frozen=True)
class Row:
    """An item of a list of a show that is over, with what became of it."""

    id: int
    session_id: int
    key: str
    title: str
    stage: Stage
    position_id: int | None
    person_id: int | None
    fact: Fact
    outcome: Outcome
    note: str


@dataclass(frozen=True)
class Tally:
    """What became of many items: how often each way, and in the middle how late, how long before or after its time,
    and how long from the first tap to the last where there was more than one."""

    name: str
    counts: Mapping[Outcome, int]
    rate: PassRate
    late: int | None
    margin: int | None
    taken: int | None

    @property
    def due(self) -> int:
        """How often it was due."""
        return self.rate.due

    def count(self, outcome: str) -> int:
        """How often it ended so."""
        return self.counts.get(Outcome(outcome), 0)


@dataclass(frozen=True)
class ItemTally:
    """A line of the SOP and what became of it; `line_id` where it still is in the version that counts."""

    key: str
    stage: Stage
    line_id: int | None
    tally: Tally
    reasons: list[tuple[str, int]]


@dataclass(frozen=True)
class Show:
    """A show that was run by this SOP."""

    session_id: int
    theme: str
    start: datetime
    rate: PassRate


@dataclass(frozen=True)
class Offer:
    """A change of a line that its last shows speak for: to take it out, or to have it due earlier (`offset`)."""

    kind: str
    line_id: int
    key: str
    title: str
    shows: int
    late: int = 0
    by: int = 0
    anchor: Anchor = Anchor.PLANNED_START
    offset: int | None = None


@dataclass(frozen=True)
class Wanted:
    """Over what one looks: the last so many shows, of certain days where they are chosen."""

    shows: int = USUAL_RUNS
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Learned:
    """The page of how an SOP does."""

    template_id: int
    title: str
    wanted: Wanted
    rate: PassRate
    shows: list[Show]
    items: list[ItemTally]
    positions: list[Tally]
    people: list[Tally]
    all_people: bool
    offers: list[Offer] = field(default_factory=list[Offer])

    @property
    def stages(self) -> list[tuple[Stage, list[ItemTally]]]:
        """The items by stage."""
        return [(stage, held) for stage in Stage if (held := [i for i in self.items if i.stage is stage])]


# ---------------------------------------------------------------------- pass rates

_FACTS = (
    ChecklistItem.id, ChecklistItem.session_id, ChecklistItem.state, ChecklistItem.due, ChecklistItem.expires,
    ChecklistItem.acted_at, ChecklistItem.blocks, ChecklistItem.stage, _Doer.role,
    LiveSession.go_at, _Giver.role.label("giver"),
)  # fmt: skip
GATED = (Stage.PREPARE, Stage.BEFORE)


def _facts_asked(*more: Any) -> Any:
    """Items with whoever acted last on them, and who gave the go: by the role they have, or had when they left."""
    return (
        select(*_FACTS, *more)
        .select_from(ChecklistItem)
        .join(LiveSession, LiveSession.id == ChecklistItem.session_id)
        .outerjoin(_Doer, (_Doer.user_id == ChecklistItem.acted_by) & (_Doer.team_id == ChecklistItem.team_id))
        .outerjoin(_Giver, (_Giver.user_id == LiveSession.go_by) & (_Giver.team_id == ChecklistItem.team_id))
        .order_by(ChecklistItem.id)
    )


def _fact(r: Any, missing: frozenset[str]) -> Fact:
    let_pass = r.giver in LEADS and r.go_at is not None and r.acted_at is not None and r.acted_at <= r.go_at
    return Fact(
        r.state,
        r.due,
        r.expires,
        r.acted_at,
        overridden=bool(r.blocks) and r.stage in GATED and f"item-{r.id}" in missing,
        accepted=r.role in LEADS or (let_pass and r.stage in GATED),
    )


def _missing(kept: Sequence[Any] | None) -> frozenset[str]:
    """The checks that were open when the show went on air."""
    return frozenset(str(one.get("key", "")) for one in kept or ())


@dataclass(frozen=True)
class Judged:
    """The items of a session's lists, what became of those of the show, and what was asked of the session `beside`."""

    facts: list[Fact] = field(default_factory=list[Fact])
    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    beside: list[Any] = field(default_factory=list[Any])

    @property
    def rate(self) -> PassRate:
        """The pass rate of the show."""
        return rules.pass_rate(self.outcomes)


def judged(briefs: Mapping[int, SessionBrief], *beside: Any) -> dict[int, Judged]:
    """All sessions that have been on air in one statement; `beside` are more columns of a session.

    Lists of an emergency are left out: whoever begins one shall lose nothing by it.
    """
    aired = {b.id: _missing(b.missing) for b in briefs.values() if b.real_start is not None}
    now, found = clock.now(), {session_id: Judged() for session_id in aired}
    asked = (
        select(*_FACTS, LiveSession.id.label("show_id"), *beside)
        .select_from(LiveSession)
        .outerjoin(ChecklistItem, ChecklistItem.session_id == LiveSession.id)
        .outerjoin(_Doer, (_Doer.user_id == ChecklistItem.acted_by) & (_Doer.team_id == LiveSession.team_id))
        .outerjoin(_Giver, (_Giver.user_id == LiveSession.go_by) & (_Giver.team_id == LiveSession.team_id))
        .where(LiveSession.id.in_(list(aired)))
        .order_by(ChecklistItem.id)
        .execution_options(with_trash=True)
    )
    for r in db.session().execute(asked) if aired else ():
        held = found[r.show_id]
        held.beside[:] = r[len(_FACTS) + 1 :]
        if r.id is not None and r.stage is not Stage.EMERGENCY:
            held.facts.append(_fact(r, aired[r.show_id]))
            held.outcomes.append(rules.outcome_of(held.facts[-1], now))
    return found


@query(P.CHECKLIST_VIEW)
def pass_rates(briefs: Mapping[int, SessionBrief]) -> dict[int, PassRate]:
    """The SOP pass rate of sessions that have been on air, over all lists of the show; without those where nothing
    was due. Lists of an emergency are not in it: whoever begins one shall lose nothing by it."""
    return {session_id: held.rate for session_id, held in judged(briefs).items() if held.rate.due}


# ------------------------------------------------------------------------ the page


def _runs(template_id: int, wanted: Wanted) -> list[Any]:
    """The lists of this SOP whose shows are over, the latest first; an emergency that was none is none of them."""
    who = actor.current()
    asked = (
        select(Checklist.id, Checklist.session_id, LiveSession.theme, LiveSession.planned_start, LiveSession.missing)
        .select_from(Checklist)
        .join(SopVersion, SopVersion.id == Checklist.version_id)
        .join(LiveSession, LiveSession.id == Checklist.session_id)
        .where(SopVersion.template_id == template_id, LiveSession.state.in_(list(AFTER_AIR)), db.alive(LiveSession))
        .where(or_(Checklist.began.is_(None), Checklist.dropped.is_(False)))
    )  # fmt: skip
    if wanted.first is not None:
        asked = asked.where(LiveSession.planned_start >= day_span(wanted.first, who.timezone, who.day_start).start)
    if wanted.last is not None:
        asked = asked.where(LiveSession.planned_start < day_span(wanted.last, who.timezone, who.day_start).end)
    asked = asked.order_by(LiveSession.planned_start.desc(), Checklist.id.desc())
    return list(db.session().execute(asked.limit(min(wanted.shows, MOST_RUNS))))


def _rows(runs: Sequence[Any]) -> list[Row]:
    missing = {run.session_id: _missing(run.missing) for run in runs}
    if not runs:
        return []
    asked = _facts_asked(
        SopItem.key, ChecklistItem.title, ChecklistItem.title_en, ChecklistItem.position_id, ChecklistItem.user_id,
        ChecklistItem.acted_by, ChecklistItem.acted_for, ChecklistItem.note,
    )  # fmt: skip
    asked = asked.join(SopItem, SopItem.id == ChecklistItem.sop_item_id)
    now, found = clock.now(), list[Row]()
    for r in db.session().execute(asked.where(ChecklistItem.checklist_id.in_([run.id for run in runs]))):
        fact = _fact(r, missing[r.session_id])
        whose = r.user_id or r.acted_for or r.acted_by
        told = (title_of(r.title, r.title_en), r.stage, r.position_id, whose, fact, rules.outcome_of(fact, now), r.note)
        found.append(Row(r.id, r.session_id, r.key, *told))
    return found


def _taken(runs: Sequence[Any]) -> dict[int, int]:
    """Minutes from the first tap on an item to its last one, of those that took more than one tap."""
    if not runs:
        return {}
    asked = (
        select(Tick.item_id, func.min(Tick.tapped_at), func.max(Tick.tapped_at))
        .join(ChecklistItem, ChecklistItem.id == Tick.item_id)
        .where(
            ChecklistItem.checklist_id.in_([run.id for run in runs]),
            ChecklistItem.state == ItemState.DONE,
            Tick.act == Act.DONE,
        )
        .group_by(Tick.item_id)
        .having(func.count(Tick.id) > 1)
    )
    rows: Any = db.session().execute(asked)
    return {item_id: int((last - first).total_seconds() // 60) for item_id, first, last in rows}


def _middle(values: Iterable[int]) -> int | None:
    held = list(values)
    return round(statistics.median(held)) if held else None


def _tally(name: str, rows: Sequence[Row], taken: Mapping[int, int]) -> Tally:
    done = [r for r in rows if r.outcome in (Outcome.IN_TIME, Outcome.LATE) and r.fact.state is ItemState.DONE]
    return Tally(
        name,
        Counter(r.outcome for r in rows),
        rules.pass_rate(r.outcome for r in rows),
        _middle(rules.minutes_late(r.fact) for r in done if r.outcome is Outcome.LATE),
        _middle(rules.minutes_late(r.fact) for r in done),
        _middle(taken[r.id] for r in done if r.id in taken),
    )


def _grouped(rows: Sequence[Row], by: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(by(row), []).append(row)
    return found


def _items(rows: Sequence[Row], lines: Sequence[SopItem], taken: Mapping[int, int]) -> list[ItemTally]:
    """By line, in the order of the version that counts; what is no longer in it comes last."""
    present = {line.key: line for line in lines}
    places = {line.key: number for number, line in enumerate(lines)}
    found: list[ItemTally] = []
    for key, held in _grouped(rows, lambda row: row.key).items():
        line, last = present.get(key), held[-1]
        title = title_of(line.title, line.title_en) if line is not None else last.title
        left_out = Counter(r.note for r in held if r.outcome in (Outcome.SKIPPED, Outcome.EXCUSED) and r.note)
        tally = _tally(title, held, taken)
        if tally.due or tally.count("excused"):
            stage = line.stage if line is not None else last.stage
            found.append(ItemTally(key, stage, line.id if line else None, tally, left_out.most_common(MOST_REASONS)))
    return sorted(found, key=lambda item: places.get(item.key, len(places)))


def _lines(template: SopTemplate) -> list[SopItem]:
    asked = select(SopItem).where(SopItem.version_id == template.version_id).order_by(SopItem.sort, SopItem.id)
    return list(db.session().scalars(asked))


@query(P.CHECKLIST_VIEW)
def learned(template_id: int, wanted: Wanted | None = None) -> Learned:
    """How an SOP did in its last shows, or in those of certain days."""
    asked, who = wanted or Wanted(), actor.current()
    template, leads = db.one(SopTemplate, template_id), who.may(P.SOP_EDIT)
    lines, runs = _lines(template), _runs(template_id, asked)
    rows, taken = _rows(runs), _taken(runs)
    names = {p.id: p.name for p in people.positions()}
    by_position = _grouped([r for r in rows if r.position_id in names], lambda row: row.position_id)
    shown = [r for r in rows if r.person_id is not None and (leads or r.person_id == who.user_id)]
    by_person = _grouped(shown, lambda row: row.person_id)
    persons = people.names(by_person)
    by_show = _grouped(rows, lambda row: row.session_id)
    shows = [
        Show(r.session_id, r.theme, r.planned_start, rules.pass_rate(i.outcome for i in by_show.get(r.session_id, [])))
        for r in runs
    ]
    of_positions = [_tally(name, by_position[row_id], taken) for row_id, name in names.items() if row_id in by_position]
    tallies = [_tally(persons.get(user_id, ""), held, taken) for user_id, held in by_person.items()]
    return Learned(
        template.id,
        title_of(template.name, template.name_en),
        asked,
        rules.pass_rate(row.outcome for row in rows),
        shows,
        _items(rows, lines, taken),
        [tally for tally in of_positions if tally.due],
        sorted((tally for tally in tallies if tally.due), key=lambda tally: tally.name),
        leads,
        _offers(lines, *_of_lines(template_id, asked, runs, rows)),
    )  # fmt: skip


# -------------------------------------------------------------------------- offers


def _of_lines(template_id: int, wanted: Wanted, runs: Sequence[Any], rows: list[Row]) -> tuple[list[Any], list[Row]]:
    """The last fifty shows, which offers look at, however many are shown."""
    if wanted == Wanted(MOST_RUNS):
        return list(runs), rows
    latest = _runs(template_id, Wanted(MOST_RUNS))
    return latest, _rows(latest)


def _offers(lines: Sequence[SopItem], runs: Sequence[Any], rows: Sequence[Row]) -> list[Offer]:
    by_line = _grouped(rows, lambda row: row.key)
    found: list[Offer] = []
    for line in lines:
        by_show = _grouped(by_line.get(line.key, []), lambda row: row.session_id)
        seen = [_seen(by_show[run.session_id]) for run in runs if run.session_id in by_show]
        title, late = title_of(line.title, line.title_en), rules.often_late(seen)
        if late is not None:
            offset = rules.earlier_offset(line.anchor, line.offset_minutes, late[1])
            if offset is not None:
                told = (late[0], late[1], rules.earlier_by(late[1]), line.anchor, offset)
                found.append(Offer("earlier", line.id, line.key, title, *told))
        elif rules.is_never_failed(seen) and not line.blocks and not _asked_by_law(line):
            found.append(Offer("remove", line.id, line.key, title, MOST_RUNS))
    return sorted(found, key=lambda offer: offer.kind != "earlier")


def _seen(rows: Sequence[Row]) -> Seen:
    late = tuple(rules.minutes_late(r.fact) for r in rows if r.outcome is Outcome.LATE)
    return Seen(tuple(r.outcome for r in rows), late)


BY_LAW = frozenset({"papers", "compliance", "persons"})
"""Built-in lines that the law asks before each live, however well they go."""


def _asked_by_law(line: SopItem) -> bool:
    return bool(line.identity or line.key in BY_LAW or getattr(line, "law", ""))


@query(P.CHECKLIST_VIEW)
def offers(template_id: int) -> list[Offer]:
    """What the last fifty shows of an SOP speak for: lines to be due earlier, and lines nobody seems to need."""
    lines, runs = _lines(db.one(SopTemplate, template_id)), _runs(template_id, Wanted(MOST_RUNS))
    return _offers(lines, runs, _rows(runs))


__all__ = ["CHOICES", "COUNTED", "Learned", "Offer", "Wanted", "learned", "offers", "pass_rates"]
