"""Many sessions for measuring, written in bulk: each with crew, checklist and result."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from planner.base import actor, db, show
from planner.base.scope import as_team, unscoped
from planner.base.verbs import command
from planner.checklists.models import Checklist, ChecklistItem, SopItem, SopTemplate
from planner.checklists.rules import ItemState
from planner.demo import story
from planner.demo.shows import ZONE
from planner.kernel import clock
from planner.kernel.errors import Refused
from planner.kernel.permissions import P, Role
from planner.kernel.spans import day_span
from planner.kernel.text import msg
from planner.live import services as live
from planner.live.models import Airing, Channel, LiveSession, SessionTarget, Shift, Studio
from planner.live.rules import Platform, State, Weight
from planner.live.services import ShiftIn
from planner.outcomes.models import FigureSet, FigureValue
from planner.people.models import Membership, Position, Team
from planner.plan.models import Goal, Phase, Step
from planner.plan.rules import UNFINISHED, StepState

BATCH = 5_000


@command(P.INSTALLATION)
def add_sessions(batch: int, wanted: int) -> int:
    """Add up to `batch` past sessions to the demo team until it has `wanted`; answers how many were added."""
    with unscoped("demo"):
        team = db.session().scalars(select(Team).where(Team.is_demo)).first()
    if team is None:
        raise Refused(msg("There is no demo team."))
    with as_team(team.id):
        held = db.session().scalar(select(func.count(LiveSession.id))) or 0
        count = min(batch, wanted - held)
        if count > 0:
            _add(count, held)
        return max(count, 0)


def _add(count: int, held: int) -> None:
    chance = random.Random(held)  # nosec B311: believable figures, no secrets
    session = db.session()
    channel = session.scalars(select(Channel.id)).first()
    template = session.scalars(select(SopTemplate).where(SopTemplate.origin == Weight.DAILY.value)).first()
    assert channel is not None and template is not None and template.version_id is not None
    lines = list(session.scalars(select(SopItem).where(SopItem.version_id == template.version_id)))
    person = session.scalars(select(Membership.user_id)).first()
    position = session.scalars(select(Position.id).where(Position.key == "host")).first()
    assert person is not None and position is not None
    first = clock.now() - timedelta(days=60)
    starts = [first - timedelta(hours=12 * (held + n)) for n in range(count)]
    rows = db.add_all(
        LiveSession(
            theme=story.THEMES[n % len(story.THEMES)], weight=Weight.DAILY, state=State.REVIEWED, channel_id=channel,
            planned_start=start, planned_end=start + timedelta(hours=4), real_start=start,
            real_end=start + timedelta(hours=4), notes="", go_note="", no_compare=False,
        )
        for n, start in enumerate(starts)
    )  # fmt: skip
    airings = db.add_all(
        Airing(session_id=r.id, channel_id=channel, real_start=r.planned_start, real_end=r.planned_end, source="file")
        for r in rows
    )
    lists = db.add_all(
        Checklist(session_id=r.id, template_id=template.id, version_id=template.version_id) for r in rows
    )
    sets = db.add_all(
        FigureSet(
            session_id=r.id, airing_id=a.id, source="file", taken_at=r.planned_end + timedelta(hours=12), current=True
        )
        for r, a in zip(rows, airings, strict=True)
    )
    session.add_all(
        Shift(session_id=r.id, position_id=position, user_id=person, start=r.planned_start, end=r.planned_end)
        for r in rows
    )
    for r, made, held_set in zip(rows, lists, sets, strict=True):
        figures = story.figures_of(1.0, chance, "", 240)
        session.add(SessionTarget(session_id=r.id, metric="gmv", value=figures["gmv"]))
        session.add_all(FigureValue(set_id=held_set.id, metric=key, value=value) for key, value in figures.items())
        session.add_all(
            ChecklistItem(
                checklist_id=made.id, session_id=r.id, sop_item_id=i.id, sort=i.sort, stage=i.stage, title=i.title,
                title_en=i.title_en, position_id=i.position_id, due=r.planned_start + timedelta(minutes=i.offset_minutes),
                blocks=i.blocks, evidence=i.evidence, identity=i.identity, pinned=False, note="", state=ItemState.DONE,
                acted_by=person, acted_at=r.planned_start,
            )
            for i in lines
        )  # fmt: skip
    db.flush()


DAYS, SLOTS = 7, (8, 12, 16, 20)
"""The shows of a busy week: four a day in each room, by the hour they begin."""


@command(P.INSTALLATION)
def add_week(monday: date, count: int) -> None:
    """Plan so many shows with crew in one week of the demo team, in as many rooms as that takes."""
    with unscoped("demo"):
        team = db.session().scalars(select(Team).where(Team.is_demo)).first()
    if team is None:
        raise Refused(msg("There is no demo team."))
    with as_team(team.id):
        _fill_week(monday, count)


def _fill_week(monday: date, count: int) -> None:
    session, zone = db.session(), ZoneInfo(ZONE)
    rooms = range(-(-count // (DAYS * len(SLOTS))))
    named = f"{monday:%m%d}"
    studios = db.add_all(Studio(name=f"{named} 号间 {n + 1}") for n in rooms)
    channels = db.add_all(
        Channel(name=f"{named} 账号 {n + 1}", platform=Platform.DOUYIN, account=f"week_{named}_{n}") for n in rooms
    )
    people = list(session.scalars(select(Membership.user_id).order_by(Membership.id)))
    positions = list(session.scalars(select(Position.id).where(Position.key.in_(["host", "control"]))))
    places = [(n, day, hour) for n in rooms for hour in SLOTS for day in range(DAYS)][:count]
    starts = [
        datetime.combine(monday + timedelta(days=day), time(hour), zone).astimezone(UTC) for _n, day, hour in places
    ]
    rows = db.add_all(
        LiveSession(
            theme=story.THEMES[at % len(story.THEMES)], weight=Weight.DAILY, state=State.SCHEDULED,
            channel_id=channels[n].id, studio_id=studios[n].id, planned_start=start,
            planned_end=start + timedelta(hours=3), notes="", go_note="", no_compare=False,
        )
        for at, ((n, _day, _hour), start) in enumerate(zip(places, starts, strict=True))
    )  # fmt: skip
    session.add_all(
        Shift(
            session_id=row.id, position_id=position, user_id=people[(at + n) % len(people)], start=row.planned_start,
            end=row.planned_end,
        )
        for at, row in enumerate(rows)
        for n, position in enumerate(positions)
    )  # fmt: skip
    db.flush()


@command(P.INSTALLATION)
def add_evening(shows: int, lines: int) -> None:
    """Plan so many shows of tonight in the demo team, each with crew and a checklist of so many lines."""
    with unscoped("demo"):
        team = db.session().scalars(select(Team).where(Team.is_demo)).first()
    if team is None:
        raise Refused(msg("There is no demo team."))
    with as_team(team.id):
        _fill_evening(shows, lines)


def _fill_evening(shows: int, lines: int) -> None:
    session, who = db.session(), actor.current()
    night = day_span(show.today(), who.timezone, who.day_start)
    start = min(clock.now() + timedelta(hours=2), night.end - timedelta(minutes=30))
    people = list(
        session.scalars(select(Membership.user_id).where(Membership.role != Role.VIEWER).order_by(Membership.id))
    )
    position = session.scalars(select(Position.id).where(Position.key == "host")).one()
    for n in range(shows):
        channel = live.add_channel(Platform.DOUYIN, f"今晚账号 {n + 1}", f"tonight_{n}")
        studio = live.add_studio(f"今晚 {n + 1} 号间")
        crew = [ShiftIn(position, people[n % len(people)], start, start + timedelta(hours=3))]
        made = live.schedule_session(
            f"今晚 {n + 1}", Weight.DAILY, channel, studio, start, 180, shifts=crew, override_reason="试算"
        )
        _lengthen(made, lines)
    db.flush()


def _lengthen(session_id: int, lines: int) -> None:
    """Copies of a list's own lines, until it has as many as are wanted."""
    session = db.session()
    asked = select(ChecklistItem).where(ChecklistItem.session_id == session_id).order_by(ChecklistItem.id)
    held = list(session.scalars(asked))
    names = [c.key for c in ChecklistItem.__mapper__.column_attrs if c.key != "id"]
    for n in range(max(0, lines - len(held))):
        copied = {name: getattr(held[n % len(held)], name) for name in names}
        session.add(ChecklistItem(**copied | {"title": f"{copied['title']} {n + 1}", "sort": len(held) + n}))


OPEN_STEPS = 200
"""So many of the steps are unfinished, however many there are; the others are done."""


@command(P.INSTALLATION)
def add_steps(wanted: int) -> None:
    """Bring the demo team to so many steps, of which 200 are unfinished: those of the demo, and plain ones."""
    with unscoped("demo"):
        team = db.session().scalars(select(Team).where(Team.is_demo)).first()
    if team is None:
        raise Refused(msg("There is no demo team."))
    with as_team(team.id):
        _fill_steps(wanted)


def _fill_steps(wanted: int) -> None:
    session, today = db.session(), clock.now().date()
    held = session.scalar(select(func.count(Step.id))) or 0
    unfinished = session.scalar(select(func.count(Step.id)).where(Step.state.in_(UNFINISHED), db.alive(Step))) or 0
    people = list(session.scalars(select(Membership.user_id).order_by(Membership.id)))
    phases, goals = list(session.scalars(select(Phase.id))), list(session.scalars(select(Goal.id)))
    open_count = max(0, OPEN_STEPS - unfinished)
    for first in range(0, max(0, wanted - held), BATCH):
        session.add_all(
            Step(
                title=f"{story.THEMES[n % len(story.THEMES)]} 第 {n + 1} 步", owner_id=people[n % len(people)],
                due=today + timedelta(days=n % 60 - 5) if n < open_count else today - timedelta(days=30 + n % 600),
                phase_id=phases[n % len(phases)], goal_id=goals[n % len(goals)], note="",
                state=UNFINISHED[n % 2] if n < open_count else StepState.DONE,
                done_at=None if n < open_count else clock.now() - timedelta(days=30 + n % 600),
            )
            for n in range(first, min(first + BATCH, wanted - held))
        )  # fmt: skip
        session.flush()
