"""A roster that was pasted or brought as a file: what each row would be, what is wrong with it, what is in its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from planner.base import actor, sheets, show
from planner.base.verbs import query
from planner.figures.words import read_value
from planner.kernel.errors import Invalid
from planner.kernel.permissions import P
from planner.kernel.spans import Span, local
from planner.kernel.text import Message, msg, plain
from planner.live.queries.crew import can_work
from planner.live.queries.foreseen import Foreseen, Wanted, WantedShift, foresee
from planner.live.queries.places import channels, studios
from planner.live.rules import ROOM, Take, Weight, check_times
from planner.live.rules import roster as rules
from planner.live.rules.roster import Column
from planner.people import queries as people

USUAL_MINUTES = 240


@dataclass(frozen=True)
class RosterRow:
    """A row by its number in the sheet: the session it would be, or why it is none."""

    number: int
    cells: list[str]
    wanted: Wanted | None
    faults: list[Message]
    seen: Foreseen | None = None


@dataclass(frozen=True)
class Roster:
    """The sheet as it was read: its heads, what each column says, its rows."""

    heads: list[str]
    columns: list[str]
    rows: list[RosterRow]

    @property
    def good(self) -> list[RosterRow]:
        """The rows that are sessions."""
        return [row for row in self.rows if row.wanted is not None]


def _lines(text: str) -> list[tuple[int, list[str]]]:
    found = sheets.pasted(text, rules.MOST_COLUMNS)
    if len(found) > rules.MOST_ROWS + 1:
        raise Invalid.at("rows", msg("A roster holds at most %(most)s rows.", most=rules.MOST_ROWS))
    return found


@dataclass(frozen=True)
class _Team:
    """Names as rows may say them."""

    channels: dict[str, int]
    studios: dict[str, int]
    people: dict[str, int]
    today: date
    timezone: str


def _team() -> _Team:
    named: dict[str, int] = {}
    for p in people.people():
        if can_work(p):
            named[plain(p.name)] = named[plain(p.login)] = p.user_id
    by_channel = {plain(word): c.id for c in channels() for word in (c.account, c.name)}
    who = actor.current()
    return _Team(by_channel, {plain(s.name): s.id for s in studios()}, named, show.today(), who.timezone)


@query(P.SESSION_EDIT)
def roster_columns() -> list[tuple[int, str, tuple[str, ...]]]:
    """The positions a column can be about: id, name, and the words its head may be."""
    return [(p.id, p.name, (p.name, *rules.POSITION_HEADS.get(p.key, ()))) for p in people.positions()]


@query(P.SESSION_EDIT)
def read_roster(text: str, chosen: Mapping[int, str], channel_id: int | None) -> Roster:
    """Read it with the columns as chosen, else as their heads say; rows without a channel take the one given.

    All that is wrong is told at once, each fault with its row. Nothing is made.
    """
    lines = _lines(text)
    if not lines:
        raise Invalid.at("rows", msg("Paste the rows of your roster, or bring the file."))
    positions = [(row_id, words) for row_id, _name, words in roster_columns()]
    headed = rules.is_head(lines[0][1], positions)
    heads = lines[0][1] if headed else [""] * max(len(cells) for _n, cells in lines)
    columns = rules.recognise(heads, positions)
    known = {str(c) for c in Column} | {f"position:{row_id}" for row_id, _words in positions}
    columns = [chosen[n] if chosen.get(n) in known | {""} and n in chosen else said for n, said in enumerate(columns)]
    if str(Column.DAY) not in columns or not {str(Column.START), str(Column.TIMES)} & set(columns):
        raise NotMapped(heads, columns, lines[1:4] if headed else lines[:3])
    team = _team()
    rows = [_row(number, cells, columns, team, channel_id) for number, cells in lines[1 if headed else 0 :]]
    seen = iter(foresee([row.wanted for row in rows if row.wanted is not None]))
    return Roster(
        heads,
        columns,
        [
            RosterRow(row.number, row.cells, row.wanted, row.faults, next(seen) if row.wanted is not None else None)
            for row in rows
        ],
    )


@dataclass(frozen=True)
class AsSent:
    """A roster that was sent, read now: what is to be planned with the numbers of its rows, and what can't be any more.

    A fault without a row (number 0) is one of the sheet as a whole.
    """

    wanted: list[Wanted]
    numbers: list[int]
    faults: dict[int, Message]


@query(P.SESSION_EDIT)
def roster_as_sent(sent: rules.Sent) -> AsSent:
    """Read again what was sent: the team, its places and its people may have changed since."""
    try:
        found = read_roster(sent.text, sent.columns, sent.channel_id)
    except Invalid as fault:
        return AsSent([], [], {0: fault.message})
    rows, read = {row.number: row for row in found.rows}, AsSent([], [], {})
    for number, take in sent.takes.items():
        if take is Take.NONE:
            continue
        row = rows.get(number)
        made = row.seen.taken(take) if row is not None and row.seen is not None else None
        if row is None or row.seen is None or made is None:
            read.faults[number] = row.faults[0] if row and row.faults else msg("This row can't be read any more.")
        else:
            read.wanted.append(made)
            read.numbers.append(number)
    return read


class NotMapped(Invalid):
    """Which column is the day and which the time is not known yet: a person has to say."""

    def __init__(self, heads: list[str], columns: list[str], sample: list[tuple[int, list[str]]]) -> None:
        super().__init__({"columns": msg("Say which column is the day and which one the time.")})
        self.heads, self.columns, self.sample = heads, columns, [cells for _number, cells in sample]


def _row(number: int, cells: list[str], columns: Sequence[str], team: _Team, channel_id: int | None) -> RosterRow:
    told = {said: cells[n] for n, said in enumerate(columns) if said and n < len(cells) and cells[n]}
    faults: list[Message] = []
    span = _span(told, team, faults)
    channel = _named(told.get(Column.CHANNEL), team.channels, channel_id, faults, msg("channel"))
    if channel is None and not told.get(Column.CHANNEL):
        faults.append(msg("The channel is missing."))
    studio = _named(told.get(Column.STUDIO), team.studios, None, faults, msg("studio"))
    crew = _crew(cells, columns, span, team, faults)
    targets = _targets(told.get(Column.GMV, ""), faults)
    theme = told.get(Column.THEME, "")[:80]
    if not theme:
        faults.append(msg("The theme is missing."))
    if faults or span is None or channel is None:
        return RosterRow(number, cells, None, faults)
    words = plain(told.get(Column.WEIGHT, ""))
    weight = Weight.BIG if any(word in words for word in rules.BIG_WORDS) else Weight.DAILY
    tags = tuple(word for word in told.get(Column.TAGS, "").replace("，", " ").replace(",", " ").split() if word)
    minutes = int((span.end - span.start).total_seconds() // 60)
    notes = told.get(Column.NOTES, "")
    wanted = Wanted(theme, weight, channel, studio, span.start, minutes, crew, targets, tags[:12], notes)
    return RosterRow(number, cells, wanted, faults)


def _span(told: Mapping[str, str], team: _Team, faults: list[Message]) -> Span | None:
    day = rules.read_day(told.get(Column.DAY, ""), team.today)
    if day is None:
        faults.append(
            msg("%(cell)s is not a day; write 2026-12-14 or 12-14.", cell=told.get(Column.DAY, "")[:40] or "–")
        )
    times = _times(told)
    if times is None:
        cell = told.get(Column.TIMES) or told.get(Column.START) or "–"
        faults.append(msg("%(cell)s is not a time; write 20:00-23:00.", cell=cell[:40]))
    if day is None or times is None:
        return None
    start, end = (local(day, minutes, team.timezone) for minutes in times)
    try:
        return check_times(start, int((end - start).total_seconds() // 60))
    except Invalid as fault:
        faults.append(fault.message)
        return None


def _times(told: Mapping[str, str]) -> tuple[int, int] | None:
    if Column.TIMES in told:
        return rules.read_times(told[Column.TIMES])
    start = rules.read_clock(told.get(Column.START, ""))
    if start is None:
        return None
    if Column.END in told:
        end = rules.read_clock(told[Column.END])
        return None if end is None else (start, end if end > start else end + rules.DAY_MINUTES)
    length = told.get(Column.MINUTES, str(USUAL_MINUTES))
    return (start, start + int(length)) if length.isdecimal() and length.isascii() and len(length) < 5 else None


def _named(
    cell: str | None, known: Mapping[str, int], usual: int | None, faults: list[Message], what: Message
) -> int | None:
    if not cell:
        return usual
    found = known.get(plain(cell))
    if found is None:
        faults.append(msg("There is no %(what)s called “%(name)s”.", what=what, name=cell[:40]))
    return found


def _crew(
    cells: Sequence[str], columns: Sequence[str], span: Span | None, team: _Team, faults: list[Message]
) -> tuple[WantedShift, ...]:
    found: list[WantedShift] = []
    for n, said in enumerate(columns):
        if not said.startswith("position:") or n >= len(cells) or not cells[n]:
            continue
        names = rules.read_names(cells[n])
        if names is None:
            faults.append(msg("%(cell)s is not a time; write 20:00-23:00.", cell=cells[n][:40]))
            continue
        for one in names:
            user_id = team.people.get(plain(one.name))
            if user_id is None:
                faults.append(msg("Nobody in the crew is called “%(name)s”.", name=one.name[:40]))
            elif span is not None:
                start, end = _shift(one, span, team)
                if end <= start or start < span.start - ROOM or end > span.end + ROOM:
                    faults.append(msg("A shift lies within 6 hours of its session."))
                found.append(WantedShift(int(said.partition(":")[2]), user_id, start, end))
    return tuple(dict.fromkeys(found))


def _shift(one: rules.Named, span: Span, team: _Team) -> tuple[datetime, datetime]:
    """The whole session, or the times in brackets on the day it begins; early hours are those of the next day."""
    if one.times is None:
        return span.start, span.end
    day = span.start.astimezone(ZoneInfo(team.timezone)).date()
    start, end = (local(day, minutes, team.timezone) for minutes in one.times)
    if end <= span.start:
        start, end = start + timedelta(days=1), end + timedelta(days=1)
    return start, end


def _targets(cell: str, faults: list[Message]) -> dict[str, Decimal]:
    if not cell:
        return {}
    try:
        value = read_value(cell, "gmv")
    except ValueError:
        faults.append(msg("%(cell)s is not a price", cell=cell[:40]))
        return {}
    return {"gmv": value} if value is not None and value > 0 else {}
