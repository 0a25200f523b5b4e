"""A show of the demo as it happened: planned, ticked, on air, noted, measured; and the room it happened in."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select

from planner.base import db, sheets
from planner.base import unit as units
from planner.base.actor import Actor, acting
from planner.checklists import queries as checklists
from planner.checklists import services as checking
from planner.checklists.models import ChecklistItem, Tick
from planner.checklists.rules import Act, ItemState, Stage, read_evidence
from planner.demo import habits, story
from planner.demo.story import Show
from planner.figures import queries as figures
from planner.kernel import clock
from planner.kernel.permissions import Role
from planner.kernel.spans import local
from planner.live import services as live
from planner.live.models import LiveSession
from planner.live.rules import COUNTED_UP, MONEY, LineupRow, LogKind, Weight
from planner.live.services import ShiftIn
from planner.outcomes import services as outcomes
from planner.outcomes.rules import sample
from planner.people import queries as people
from planner.resources import services as resources
from planner.resources.rules.envelopes import Reason

ZONE = "Asia/Shanghai"
ACCOUNT = "chenguang_beauty"


class Room:
    """What the parts of the story share: people, positions, channel, studios, today."""

    def __init__(self, ids: dict[str, int], team_id: int, today: date) -> None:
        self.ids = ids
        self.today = today
        self.positions = {p.key: p.id for p in people.positions()}
        self.team_id = team_id
        self.chance = random.Random(7)  # nosec B311: believable figures, no secrets
        self.channel = self.studio = self.second = self.envelope = 0
        self.evenings: dict[int, int] = {}
        self.steps: dict[str, int] = {}

    def actor(self, login: str) -> Actor:
        """Somebody of the room."""
        role = Role(next(r for name, _n, r, _p in story.PEOPLE if name == login))
        return Actor(self.ids[login], login, "", self.team_id, role, language="zh_Hans_CN", timezone=ZONE)

    def at(self, days_ago: int, hour: int, minute: int = 0) -> datetime:
        """An instant on the room's clock."""
        return local(self.today - timedelta(days=days_ago), hour * 60 + minute, ZONE)


@contextmanager
def then(instant: datetime, who: Actor, told: bool = False) -> Iterator[None]:
    """Act as somebody at an instant of the past; `told`: as an act of its own, of which people are told."""
    unit = units.current()
    db.flush()
    before = unit.at, unit.user_id, unit.command_id
    unit.at, unit.user_id = instant, who.user_id
    if told:
        unit.command_id = secrets.token_hex(16)
    with clock.standing(instant), acting(who):
        yield
        db.flush()
        for work, found in unit.gathered.items() if told else ():
            work(found)
    unit.gathered.clear()  # what was done long ago is told to nobody now
    unit.at, unit.user_id, unit.command_id = before


def _crew(room: Room, start: datetime, minutes: int, evening: bool) -> list[ShiftIn]:
    end, half = start + timedelta(minutes=minutes), start + timedelta(minutes=minutes // 2)
    p, i = room.positions, room.ids
    if not evening:
        return [ShiftIn(p["host"], i["anqi"], start, end), ShiftIn(p["control"], i["member"], start, end)]
    return [
        ShiftIn(p["host"], i["host"], start, half), ShiftIn(p["host"], i["anqi"], half, end),
        ShiftIn(p["control"], i["member"], start, end), ShiftIn(p["floor"], i["dajun"], start, end),
        ShiftIn(p["ads"], i["kaige"], start, end), ShiftIn(p["operations"], i["lead"], start, end),
        ShiftIn(p["script"], i["wenwen"], start, end), ShiftIn(p["tech"], i["dajun"], start, end),
        ShiftIn(p["merchandiser"], i["lead"], start, end), ShiftIn(p["service"], i["wenwen"], start, end),
    ]  # fmt: skip


def schedule(room: Room, show: Show, start: datetime) -> int:
    """Plan a show with crew, targets and lineup. Answers the session."""
    evening = show.hour >= 19
    made = live.schedule_session(
        show.theme,
        Weight.BIG if show.big else Weight.DAILY,
        room.channel,
        room.studio if evening else room.second,
        start,
        show.minutes,
        {"gmv": show.gmv_target, "viewers": show.viewers_target},
        _crew(room, start, show.minutes, evening),
        ["大场"] if show.big else [],
    )
    if evening:
        live.set_lineup(made, [LineupRow(*row) for row in story.PRODUCTS])
    return made


def past(room: Room, show: Show) -> None:
    """A show from its plan to its figures, each at its own instant; most are reviewed the next afternoon."""
    start = room.at(show.days_ago, show.hour)
    lead, host = room.actor("lead"), room.actor("host" if show.hour != 12 else "anqi")
    with then(start - timedelta(days=8 if show.big else 3), lead):
        made = schedule(room, show, start)
    if show.hour != 12:
        room.evenings[show.days_ago] = made
    let_pass = frozenset({"开播终检"}) if (show.days_ago, show.hour) in LET_PASS else frozenset[str]()
    tick_all(room, made, (Stage.PREPARE, Stage.BEFORE), 0.97, let_pass)
    with then(start - timedelta(minutes=12), lead):
        live.give_go(made, "上一场刚下播, 同一套画面" if let_pass else "")
    late = timedelta(minutes=room.chance.choice((-1, 0, 0, 1, 3)))
    with then(start + late, host):
        airing = live.go_live(made)
    _log(room, made, show, start)
    if show.days_ago <= READ_LAST:
        read_figures(room, made, show.figures, start + late, show.minutes, show.minutes)
    if show.hour != 12 and show.days_ago <= READ_LAST:
        _draw(room, made, start + late, show.days_ago)
    if show.hour != 12:
        _hand_over(room, made, start + timedelta(minutes=show.minutes / 2))
    end = start + timedelta(minutes=show.minutes + room.chance.choice((-4, 0, 3, 6)))
    with then(end, host):
        live.end_live(made)
    tick_all(room, made, (Stage.AIR, Stage.AFTER), 0.93)
    _figures(room, made, show, airing, start + late, end)
    if show.days_ago > 1 and (show.hour == 12 or show.days_ago not in story.REVIEWED_IN_FULL):
        with then(room.at(show.days_ago - 1, 15), lead):
            cause = figures.causes()[room.chance.choice((0, 1, 4))].id
            notes = {made: story.SUMMARIES[show.days_ago % len(story.SUMMARIES)]} if show.hour != 12 else {}
            outcomes.close_many([made], {made: cause}, notes)


def tick_all(
    room: Room, session_id: int, stages: tuple[Stage, ...], share: float, but: frozenset[str] = frozenset()
) -> None:
    """Most of what is open in these stages, ticked about when it was due; what blocks always, `but` for these lines."""
    asked = select(ChecklistItem).where(ChecklistItem.session_id == session_id, ChecklistItem.stage.in_(stages))
    for item in db.session().scalars(asked.where(ChecklistItem.state == ItemState.OPEN)).all():
        if (room.chance.random() > share and not item.blocks) or item.title[:4] in but:
            continue
        who = item.user_id or room.ids["lead"]
        now = clock.now()
        due = item.due or now
        if due > now and item.stage in (Stage.AIR, Stage.AFTER):
            continue
        tapped = min(due, now) - timedelta(minutes=room.chance.randint(2, 25))
        late, why = habits.late_by(item), habits.left_out(item)
        if why:
            habits.leave_out(item, room.ids["lead"], why, tapped)
            continue
        if late is not None and due + late < now:
            tapped = due + late
        for person in [who, room.ids["lead"]] if read_evidence(item.evidence).two else [who]:
            tick(room, item, person, tapped)


LET_PASS = ((4, 20), (9, 12))
"""Shows by days ago and hour that went on air without the final look."""

READ_LAST = 3
"""The figures of the last evenings were read on air."""
_WAVE = (0, 6, 11, 3, -4, -7, 2, 5)
"""How far, in per cent, a reading lies off an even growth; people come and go likewise."""


def read_figures(
    room: Room, session_id: int, figures: dict[str, Decimal], start: datetime, minutes: int, until: int
) -> None:
    """Every half an hour from the start, up to so many minutes in, what the platform showed then."""
    for number, minute in enumerate(range(30, until, 30)):
        wave = Decimal(_WAVE[number % len(_WAVE)] + 100) / 100
        share = min(Decimal(minute) / minutes * wave, Decimal(1))
        read: dict[str, int | None] = {"online": int(figures["acu"] * wave) if "acu" in figures else None}
        for key in COUNTED_UP:
            whole = int(figures[key] * 100) if key in MONEY and key in figures else int(figures.get(key, 0))
            read[key] = int(whole * share) if key in figures else None
        with then(start + timedelta(minutes=minute + 1), room.actor("member")):
            live.take_reading(session_id, live.ReadingIn(read, sure=True), secrets.token_hex(16))


def _draw(room: Room, session_id: int, start: datetime, days_ago: int) -> None:
    """The ad buyer draws while the figures are good; once over the cap, and nobody answers in time."""
    wanted = [(65, 6_000, Reason.PRODUCT, "主推品上架"), (125, 7_000, Reason.RISING, "")]
    if days_ago == 2:
        wanted.append((155, 3_000, Reason.RISING, "想再冲一波"))
    for minute, yuan, reason, note in wanted:
        with then(start + timedelta(minutes=minute), room.actor("kaige")):
            resources.draw(room.envelope, session_id, yuan * 100, reason, note)
        with then(start + timedelta(minutes=minute + 20), room.actor("manager")):
            resources.pass_calls_on()


def _log(room: Room, session_id: int, show: Show, start: datetime) -> None:
    notes: list[tuple[int, LogKind, str]] = []
    if show.event == "microphone":
        _sound_fails(room, session_id, start + timedelta(minutes=42))
        notes = [(55, LogKind.CHAT, "弹幕大量反馈听不到")]
    elif show.event == "algorithm":
        notes = [(30, LogKind.CHAT, "推荐流量明显偏低，同行反馈平台调整")]
    elif show.hour != 12 and room.chance.random() < 0.5:
        notes = [(room.chance.randint(20, 150), LogKind.HIGHLIGHT, "猜价互动，弹幕刷屏")]
    elif room.chance.random() < 0.3:
        notes = [(room.chance.randint(15, 100), LogKind.SLIP, "口误已当场更正")]
    for minute, kind, text in notes:
        with then(start + timedelta(minutes=minute), room.actor("member")):
            entry = live.log_entry(session_id, kind, secrets.token_hex(16), note=text)
        with then(start + timedelta(minutes=minute + 9), room.actor("member")):
            if kind is LogKind.SLIP:
                at = start + timedelta(minutes=minute + 2)
                live.record_slip(entry, "买一送二", "买一送一，第二件半价", at, room.ids["member"])
    if show.event:
        db.one(LiveSession, session_id).no_compare = True


def _sound_fails(room: Room, session_id: int, at: datetime) -> None:
    """The list for it, step by step; the last one nobody got to."""
    with then(at, room.actor("member")):
        template = next(t.id for t in checklists.templates() if t.origin == "sound")
        running = checking.begin_emergency(session_id, template)
    spare, caption = (i.id for i in checklists.emergency(session_id, running).items[:2])
    for item_id, minute in ((caption, 3), (spare, 9)):
        with then(at + timedelta(minutes=minute), room.actor("member")):
            checking.tick(item_id, secrets.token_hex(16))
    with then(at + timedelta(minutes=9), room.actor("member")):
        checking.end_emergency(running, "主麦无声，备用麦没电，换麦用了 9 分钟")


def _hand_over(room: Room, session_id: int, half: datetime) -> None:
    with then(half - timedelta(minutes=4), room.actor("host")):
        told = ("成交 2.6 万，在线 410", "修护面霜剩 180", "满 199 送小样，券 23:00 前有效", "3 号 修护精华")
        handover = live.hand_over(session_id, *told)
    with then(half - timedelta(minutes=1), room.actor("anqi")):
        live.take_over(handover)


def _figures(room: Room, made: int, show: Show, airing: int, start: datetime, end: datetime) -> None:
    taken = room.at(show.days_ago - 1, 11) if show.days_ago > 1 else end + timedelta(minutes=35)
    typed = story.likes_and_shares(show.figures, show.days_ago, room.chance)
    with then(taken, room.actor("member")):
        if show.hour != 12 and show.days_ago in story.IMPORTED:
            _import(room, show, start, end, taken)
        elif show.reopened:
            part = start + timedelta(minutes=95)
            live.set_airing(made, airing, room.channel, start, part, "file")
            second = live.set_airing(made, None, room.channel, part + timedelta(minutes=6), end, "file")
            for stream, share in ((airing, Decimal("0.42")), (second, Decimal("0.58"))):
                outcomes.store_set(made, stream, "file", taken, _part(show.figures, share))
        else:
            live.set_airing(made, airing, room.channel, start, end, "file")
            outcomes.store_set(made, airing, "file", taken, show.figures)
        outcomes.type_figures(made, typed)


def _import(room: Room, show: Show, start: datetime, end: datetime, taken: datetime) -> None:
    """The platform's file of that evening, brought in as a person does it; a stream that broke has two rows."""
    streams = [(start, end, show.figures)]
    if show.reopened:
        broke = start + timedelta(minutes=95)
        streams = [
            (start, broke, _part(show.figures, Decimal("0.42"))),
            (broke + timedelta(minutes=6), end, _part(show.figures, Decimal("0.58"))),
        ]
    walls = [(_wall(first), _wall(last), held) for first, last, held in streams]
    rows = [sample.cells("晨光美妆旗舰店", ACCOUNT, first, last, held) for first, last, held in walls]
    data = sample.as_csv(rows)
    made = outcomes.upload(f"直播间列表_{_wall(start):%Y%m%d}.csv", data, sheets.read(data), taken)
    outcomes.store_import(made)


def _wall(instant: datetime) -> datetime:
    return instant.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None)


def _part(held: dict[str, Decimal], share: Decimal) -> dict[str, Decimal]:
    same = {"pcu", "acu", "avg_watch_seconds"}
    cents = Decimal("0.01")
    money = {"gmv", "paid_amount", "net_gmv", "refund_amount", "ad_spend"}
    return {k: v if k in same else (v * share).quantize(cents if k in money else Decimal(1)) for k, v in held.items()}


def tick(room: Room, item: ChecklistItem, user_id: int, tapped: datetime) -> None:
    """One tap of one person."""
    key = secrets.token_hex(16)
    db.session().add(Tick(item_id=item.id, act=Act.DONE, user_id=user_id, note="", client_id=key, tapped_at=tapped))
    item.state, item.acted_by, item.acted_at = ItemState.DONE, user_id, tapped
