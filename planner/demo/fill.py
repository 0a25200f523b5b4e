"""Fill an empty installation with the demo: everything through the services, with the clock standing where it happened."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from planner.base import db
from planner.base.actor import Actor, acting, current
from planner.base.lock import lock
from planner.base.scope import as_team, unscoped
from planner.base.verbs import command
from planner.checklists import queries as checklists
from planner.checklists.models import ChecklistItem
from planner.checklists.rules import Anchor, ItemState, Stage
from planner.checklists.services import accept_proposal, publish_draft
from planner.demo import papers, story
from planner.demo.bots import tell_a_group
from planner.demo.daily import report_a_day
from planner.demo.goals import tell_goals
from planner.demo.money import ask_for_a_guest, begin_money, tell_money
from planner.demo.repeats import repeat_steps
from planner.demo.shows import ACCOUNT, ZONE, Room, past, schedule, then, tick, tick_all
from planner.demo.sops import draft_sops, grow_sops
from planner.demo.story import Show
from planner.discussions import services as discussions
from planner.figures import queries as figures
from planner.kernel import clock
from planner.kernel.permissions import P, Role
from planner.kernel.spans import business_day, local
from planner.live import queries
from planner.live import services as live
from planner.live.rules import Platform, Rhythm, Weight
from planner.outcomes import services as outcomes
from planner.outcomes.models import Action, ActionCheck, Finding, Review
from planner.outcomes.rules.reviews import Verdict
from planner.people.models import Membership, PersonPosition, Team, User
from planner.people.services.teams import furnish, make_team
from planner.plan import queries as plan_queries
from planner.plan import services as plan
from planner.plan.rules import Aggregation
from planner.saved import services as saved

FOUNDED = 91
"""Days ago: the team and its standard procedures are older than its quarter."""


def new_team() -> Team:
    """The demo team before anything is in it: without a day it is still being made."""
    return Team(name="晨光美妆直播间", timezone=ZONE, day_start=360, is_demo=True)


@command(P.INSTALLATION)
def fill_demo(password_hash: str) -> int:
    """The whole story, in one transaction; a second time it changes nothing. Answers the team."""
    now = clock.now()
    today = business_day(now, ZONE, 360)
    with unscoped("demo"):
        lock("first run")
        team = demo_team()
        if team is not None and team.demo_day is not None:
            return team.id
        ids = _accounts(password_hash)
        outside = make_team("暮色家居", ZONE, 360)
        with as_team(outside.id):
            db.add(Membership(user_id=ids["outsider"], role=Role.LEAD))
        team = team or db.add(new_team())
        db.flush()
        with then(local(today - timedelta(days=FOUNDED), 9 * 60, ZONE), current()):
            furnish(team)
        team.demo_day = today.isoformat()
        with as_team(team.id):
            for login, _name, role, _keys in story.PEOPLE:
                db.add(Membership(user_id=ids[login], role=Role(role)))
            room = Room(ids, team.id, today)
            _positions(room)
            _tell(room, now)
        with as_team(outside.id), acting(Actor(ids["outsider"], "outsider", "", outside.id, Role.LEAD)):
            live.add_channel(Platform.TAOBAO, "暮色家居", "muse_home")
        return team.id


def _accounts(password_hash: str) -> dict[str, int]:
    ids: dict[str, int] = {}
    for login, name in [*((p[0], p[1]) for p in story.PEOPLE), ("outsider", "外部组长")]:
        row = db.add(
            User(
                login=login,
                name=name,
                password_hash=password_hash,
                is_admin=login == "admin",
                language="",
                theme="",
                density="",
            )
        )
        ids[login] = row.id
    return ids


def _positions(room: Room) -> None:
    for login, _name, _role, keys in story.PEOPLE:
        db.add_all(PersonPosition(user_id=room.ids[login], position_id=room.positions[key]) for key in keys)


def _tell(room: Room, now: datetime) -> None:
    with then(room.at(46, 10), room.actor("lead")):
        room.channel = live.add_channel(Platform.DOUYIN, "晨光美妆旗舰店", ACCOUNT)
        room.studio, room.second = live.add_studio("3号间"), live.add_studio("5号间")
        goals, quarter = _plan(room)
    begin_money(room, quarter)
    for show in story.past_shows(room.today):
        past(room, show)
    tell_goals(room, goals, quarter)
    tell_money(room, goals)
    repeat_steps(room, goals)
    _lessons(room, goals)
    _tonight(room, now)
    grow_sops(room)
    _next_week(room)
    draft_sops(room)
    _talk(room, goals)
    _views(room)
    tell_a_group(room)
    report_a_day(room, new_team().name)


def _plan(room: Room) -> tuple[dict[str, int], int]:
    first = (room.today.replace(day=1) - timedelta(days=1)).replace(day=1)
    months = [first, (first + timedelta(days=32)).replace(day=1), (first + timedelta(days=64)).replace(day=1)]
    end = (first + timedelta(days=96)).replace(day=1) - timedelta(days=1)
    period = plan.add_period(f"{first.month}–{end.month}月季度计划", first, end)
    goals = {
        "interaction": plan.add_goal(period, "日均互动提升 30%", room.ids["lead"], story.WHY["interaction"]),
        "single": plan.add_goal(period, "单场 GMV 突破 50 万", room.ids["manager"], story.WHY["single"]),
        "matrix": plan.add_goal(period, "内容矩阵带动转粉", room.ids["wenwen"], story.WHY["matrix"]),
    }
    plan.add_target(
        goals["interaction"], "interactions", None, Aggregation.PER_DAY, baseline=Decimal(8850), relative=Decimal("0.3")
    )
    plan.add_target(
        goals["single"], "gmv", Decimal(500000), Aggregation.BEST_SESSION, baseline=Decimal(280000), weight=3
    )
    plan.add_target(goals["single"], "pcu", Decimal(4200), Aggregation.BEST_SESSION, baseline=Decimal(2400))
    plan.add_target(goals["matrix"], "follow_rate", Decimal("0.018"), Aggregation.MEAN_RATIO, baseline=Decimal("0.012"))
    names = ("第一月：用户调研与竞品分析", "第二月：三到五种互动新形式", "第三月：完整内容矩阵与每周 A/B 测试")
    ends = [months[1] - timedelta(days=1), months[2] - timedelta(days=1), end]
    phases = [plan.add_phase(period, name, start, last) for name, start, last in zip(names, months, ends, strict=True)]
    people_of = room.ids

    def due(phase: int, day: int) -> date:
        """Month one by its own days, month two around today, month three by its own days."""
        wanted = room.today + timedelta(days=day) if phase == 1 else months[phase] + timedelta(days=day)
        return min(max(wanted, months[phase]), ends[phase])

    steps = (
        (0, "老粉访谈 20 位并归类诉求", "wenwen", 11, "interaction", True), (0, "竞品直播间拆解 5 家", "lead", 17, "interaction", True),
        (0, "弹幕高频问题整理成答疑库", "member", 22, "interaction", True), (0, "达人与供货方资料补齐", "lead", 26, "single", True),
        (1, "互动形式一：整点猜价", "anqi", -15, "interaction", True), (1, "互动形式二：口播点名答疑", "host", -8, "interaction", True),
        (1, "互动形式三：粉丝团专属福袋", "member", -2, "interaction", False), (1, "联名大场选品结论", "lead", 3, "single", False),
        (1, "投放分时段对照表", "kaige", 1, "single", False), (1, "预热短视频每周 4 条", "wenwen", 4, "matrix", False),
        (2, "切片账号矩阵排期", "wenwen", 6, "matrix", False), (2, "每周 A/B：福袋与秒杀对照", "lead", 10, "matrix", False),
        (2, "应急预案演练并计时", "dajun", 4, "single", False),
    )  # fmt: skip
    for phase, title, owner, day, goal, finished in steps:
        last = due(phase, day)
        more = story.DETAILS.get(title, plan.PLAIN)
        step = plan.add_step(title, people_of[owner], last, phases[phase], goals[goal], details=more)
        room.steps[title] = step
        if title in story.LINES:
            _lines(room, step, owner, *story.LINES[title])
        if title in story.WAITS:
            plan.wait_for(step, 1, story.WAITS[title])
        if finished:
            with then(room.at(max(1, (room.today - last).days + 1), 18), room.actor("lead")):
                plan.move_step(step, "finish")
    for later, earlier in story.FIRST:
        plan.wait_on(room.steps[later], room.steps[earlier])
    for title in story.UNDER_WAY:
        plan.move_step(room.steps[title], "start")
    return goals, period


def _lines(room: Room, step: int, owner: str, texts: tuple[str, ...], ticked: int) -> None:
    """Lines inside of a step, of which some are done."""
    plan.add_lines(step, "\n".join(texts))
    with then(room.at(1, 15), room.actor(owner)):
        for line in plan_queries.step_page(step).lines[:ticked]:
            plan.tick_line(line.id, True)


def _review(room: Room, ago: int, cause: str, facts: str, guess: str, summary: str) -> int:
    """Open the review of an evening, explain its first finding; answers the finding."""
    made = room.evenings[ago]
    review = outcomes.open_review(made)
    asked = select(Finding).where(Finding.review_id == review).order_by(Finding.beyond.desc(), Finding.id)
    rows = list(db.session().scalars(asked))
    outcomes.save_summary(review, db.one(Review, review).version, summary)
    cause_id = next(c.id for c in figures.causes() if c.key == cause)
    for row in rows:
        outcomes.save_finding(row.id, row.version, cause_id, facts, guess)
    return rows[0].id if rows else outcomes.add_finding(made, facts[:60])


def _lessons(room: Room, goals: dict[str, int]) -> None:
    lead = room.actor("lead")
    with then(room.at(23, 14), lead):
        finding = _review(room, 24, "equipment", "20:42 起主麦无声 9 分钟，人均停留掉到平时六成", "备用麦没人检查电量",
            "设备事故占了全场最好的一小时；换麦流程要能在一分钟内完成。",
        )  # fmt: skip
        outcomes.agree_action(
            finding, "备用麦常备充电并每日试音", room.ids["dajun"], room.today - timedelta(days=22), "avg_watch_seconds",
            Decimal(80), [room.evenings[22]],
        )  # fmt: skip
        template = _template()
        line = ("备用麦电量与试音", room.positions["tech"], Stage.BEFORE, Anchor.PLANNED_START, -90)
        other = outcomes.add_finding(room.evenings[24], "备用设备不在清单里")
        outcomes.propose_sop(other, template, *line)
        outcomes.close_review(room.evenings[24])
    with then(room.at(22, 16), lead):
        template = accept_proposal(_open_proposal())
        publish_draft(template, checklists.draft_of(template) or 0, "备用麦的教训写进流程")
    with then(room.at(21, 15), lead):
        _sign(room.evenings[22], Verdict.REACHED_WITHIN)
    with then(room.at(14, 13), lead):
        finding = _review(
            room, 15, "execution", "新加直播团 180 人上下，近八场没有变化", "加团引导放在下播前，人已经走了",
            "互动好但没有沉淀，粉丝团是下一步。",
        )  # fmt: skip
        outcomes.agree_action(
            finding, "加团引导提前到每轮福袋之前", room.ids["anqi"], room.today - timedelta(days=14), "new_club",
            Decimal(260), [room.evenings[14]], goals["interaction"],
        )  # fmt: skip
        outcomes.close_review(room.evenings[15])
    with then(room.at(13, 15), lead):
        _sign(room.evenings[14], Verdict.REACHED_BEYOND)
    with then(room.at(11, 14), lead):
        finding = _review(room, 12, "environment", "曝光人数比均值低近一半，停留正常", "平台推荐规则调整，预热不足",
            "承接没有问题，缺的是人；流量波动时要有备用渠道。",
        )  # fmt: skip
        outcomes.agree_action(
            finding, "预热短视频提前到 18:00 并加热 500 元", room.ids["wenwen"], room.today - timedelta(days=11), "viewers",
            Decimal(26000), [room.evenings[11]], goals["matrix"],
        )  # fmt: skip
        outcomes.close_review(room.evenings[12])
    with then(room.at(10, 15), lead):
        _sign(room.evenings[11], Verdict.NOT_REACHED)
    with then(clock.now() - timedelta(hours=2), lead):
        for step in [*_steps_of_actions(room.evenings[24]), *_steps_of_actions(room.evenings[15])]:
            plan.move_step(step, "finish")


def _template() -> int:
    return checklists.template_choices()[0][0]


def _open_proposal() -> int:
    return checklists.proposals()[0].id


def _steps_of_actions(session_id: int) -> list[int]:
    return list(db.session().scalars(select(Action.step_id).where(Action.session_id == session_id)))


def _sign(session_id: int, verdict: Verdict) -> None:
    for check in db.session().scalars(select(ActionCheck).where(ActionCheck.session_id == session_id)).all():
        outcomes.sign_verdict(check.id, check.version, check.proposed or verdict)


def tonight_start(now: datetime, today: date) -> datetime:
    """20:00 of the business day; later in the evening the next half hour that leaves time to prepare."""
    usual = local(today, 20 * 60, ZONE)
    if now < usual - timedelta(minutes=30):
        return usual
    soon = now + timedelta(minutes=40)
    return soon.replace(minute=30 if soon.minute < 30 else 0, second=0, microsecond=0) + (
        timedelta(hours=1) if soon.minute >= 30 else timedelta(0)
    )


def _tonight(room: Room, now: datetime) -> None:
    start = tonight_start(now, room.today)
    show = Show(0, 20, 270, "秋冬修护专场", gmv_target=Decimal(72000), viewers_target=Decimal(16500))
    with then(now - timedelta(days=3), room.actor("lead")):
        made = room.evenings[0] = schedule(room, show, start)
    asked = select(ChecklistItem).where(ChecklistItem.session_id == made, ChecklistItem.stage == Stage.PREPARE)
    if db.session().scalars(asked).first() is not None:
        tick_all(room, made, (Stage.PREPARE,), 1.0)
    live.start_preparing(made)
    _tick_half(room, made)
    with then(now - timedelta(hours=3), room.actor("lead")):
        review = outcomes.open_review(room.evenings[1])
        rows = list(db.session().scalars(select(Finding).where(Finding.review_id == review)))
        finding = rows[0].id if rows else outcomes.add_finding(room.evenings[1], "点击多、成交少：讲解到价格时掉人")
        outcomes.agree_action(
            finding,
            "价格口播改为三段式，先价值后价格",
            room.ids["host"],
            room.today,
            "view_pay_rate",
            Decimal("0.045"),
            [made],
        )


def _tick_half(room: Room, session_id: int) -> None:
    """Tonight the room is at it: the first half of what is done before air, but nothing of the host's own."""
    asked = (
        select(ChecklistItem)
        .where(ChecklistItem.session_id == session_id, ChecklistItem.stage == Stage.BEFORE)
        .order_by(ChecklistItem.due, ChecklistItem.id)
    )
    rows = [i for i in db.session().scalars(asked) if i.state is ItemState.OPEN]
    for item in [i for i in rows if i.user_id != room.ids["host"] and not i.evidence][: len(rows) // 2]:
        tick(room, item, item.user_id or room.ids["lead"], clock.now() - timedelta(minutes=room.chance.randint(5, 40)))


def _next_week(room: Room) -> None:
    for ahead in range(1, 8):
        day = room.today + timedelta(days=ahead)
        with then(clock.now() - timedelta(days=1), room.actor("lead")):
            big = day.weekday() == 5
            theme = story.BIG[3] if big else story.THEMES[(ahead + 2) % len(story.THEMES)]
            target = Decimal(500000 if big else 68000)
            show = Show(
                -ahead,
                19 if big else 20,
                360 if big else 270,
                theme,
                big,
                gmv_target=target,
                viewers_target=Decimal(90000 if big else 15500),
            )
            made = schedule(room, show, local(day, show.hour * 60, ZONE))
            if day.weekday() not in (0, 3) and not big:
                noon = Show(
                    -ahead, 12, 180, story.NOON[ahead % 4], gmv_target=Decimal(24000), viewers_target=Decimal(5400)
                )
                schedule(room, noon, local(day, 12 * 60, ZONE))
        if big:
            ask_for_a_guest(room, made, day)
    _every_week(room)
    with then(clock.now() - timedelta(days=1), room.actor("lead")):
        start = local(room.today + timedelta(days=4), 15 * 60, ZONE)
        live.draft_session("年终福利专场（待定）", Weight.DAILY, room.channel, None, start, 180, tags=["待定"])


def _every_week(room: Room) -> None:
    """A small class that comes round: next week's, and three more."""
    first = room.today + timedelta(days=7)
    with then(clock.now() - timedelta(days=1), room.actor("lead")):
        small = Show(-7, 16, 120, "午后护肤小课", gmv_target=Decimal(12000), viewers_target=Decimal(3200))
        source = schedule(room, small, local(first, 16 * 60, ZONE))
        days = [first + timedelta(weeks=n) for n in (1, 2, 3)]
        copies = queries.series_copies(queries.brief(source), days, queries.Kept())
        rhythm = Rhythm(frozenset({first.weekday()}), 1, first, days[-1])
        live.repeat_session(source, rhythm, [copy.seen.wanted for copy in copies])


def _place_of(room: Room, goals: dict[str, int], about: str) -> tuple[str, int]:
    """The object that a line of the story is about."""
    sessions = {"tonight": room.evenings[0], "last night": room.evenings[1]}
    if about in sessions:
        return "session", sessions[about]
    return ("goal", goals[about]) if about in goals else ("step", room.steps[about])


def _talk(room: Room, goals: dict[str, int]) -> None:
    now = clock.now()
    for about, login, minutes_ago, text in story.TALK:
        with then(now - timedelta(minutes=minutes_ago), room.actor(login), told=True):
            discussions.add_comment(*_place_of(room, goals, about), text)
    for about, login, minutes_ago, made in papers.PAPERS:
        with then(now - timedelta(minutes=minutes_ago), room.actor(login), told=True):
            discussions.add_files(*_place_of(room, goals, about), discussions.read_files([made()]))
    for about, login, minutes_ago, target, title in papers.LINKS:
        with then(now - timedelta(minutes=minutes_ago), room.actor(login), told=True):
            here = _place_of(room, goals, about)
            if "://" in target:
                discussions.link_address(*here, target, title)
            else:
                discussions.link_object(*here, *_place_of(room, goals, target))


def _views(room: Room) -> None:
    for login, page, name, query, shared in story.VIEWS:
        with then(clock.now() - timedelta(days=3), room.actor(login)):
            saved.save_view(page, query, name, shared)


def demo_team() -> Team | None:
    """The demo team, if there is one."""
    return db.session().scalars(select(Team).where(Team.is_demo)).first()
