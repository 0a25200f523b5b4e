"""The table of contents: every blueprint, port, kind, panel, job and command, in order."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from click import Command
from flask import Flask

from planner.base import cli as base_cli
from planner.base import (
    engine,
    health,
    identity,
    jobs,
    kinds,
    panels,
    reminders,
    rounds,
    shell,
    telling,
    trash,
    undo,
    worker,
)
from planner.base.jobs import Round
from planner.base.kinds import Kind
from planner.base.panels import Panel
from planner.base.shell import Place
from planner.base.tables import StoredFile
from planner.base.words import _l, spoken
from planner.bots import jobs as bot_jobs
from planner.bots import queries as bots
from planner.bots import services as bot_services
from planner.bots import views as bot_views
from planner.bots.models import Bot, BotLine, BotPush, BotState
from planner.bots.words import hour_word, language_word, sealed, topics_word
from planner.checklists import jobs as checklist_jobs
from planner.checklists import ports as checklist_ports
from planner.checklists import queries as checklists
from planner.checklists import services as checklist_services
from planner.checklists import views as checklist_views
from planner.checklists.models import Checklist, ChecklistItem, SopProposal, SopTemplate, SopVersion
from planner.checklists.words import offset_word, recheck_word
from planner.daily import jobs as daily_jobs
from planner.daily import ports as daily_ports
from planner.daily import queries as daily
from planner.daily import services as daily_services
from planner.daily import views as daily_views
from planner.daily.words import PARTS as PARTS_OF_DAY
from planner.demo import cli as demo_cli
from planner.demo import jobs as demo_jobs
from planner.demo import views as demo_views
from planner.discussions import queries as discussions
from planner.discussions import services as discussion_services
from planner.discussions import views as discussion_views
from planner.discussions import words as discussion_words
from planner.discussions.models import Attachment, Comment, ObjectLink
from planner.figures import ports as figure_ports
from planner.figures import queries as figure_queries
from planner.figures import services as figure_services
from planner.figures.models import Cause
from planner.figures.words import bound_word, cause_word, format_value, judged, metric_label
from planner.history import queries as history
from planner.history import views as history_views
from planner.home import queries as home
from planner.home import views as home_views
from planner.kernel.permissions import P, Role
from planner.live import jobs as live_jobs
from planner.live import ports as live_ports
from planner.live import queries as live
from planner.live import services as live_services
from planner.live import views as live_views
from planner.live import words as live_words
from planner.live.models import (
    Channel,
    LineupItem,
    LiveSession,
    LogPhoto,
    NoteKind,
    Series,
    SeriesPart,
    SessionTag,
    SessionTarget,
    Shift,
    Studio,
)
from planner.live.rules import timecode
from planner.live.services.forgetting import forget_name
from planner.live.services.restoring import after_crew_undo, after_undo, check_session
from planner.notifications import jobs as notice_jobs
from planner.notifications import queries as notices
from planner.notifications import services as notice_services
from planner.notifications import views as notice_views
from planner.notifications.words import notice_words, sort_icon
from planner.outcomes import jobs as outcome_jobs
from planner.outcomes import ports as outcome_ports
from planner.outcomes import services as outcomes
from planner.outcomes import views as outcome_views
from planner.outcomes.models import Finding
from planner.outcomes.queries import own as outcomes_own
from planner.outcomes.queries import panels as outcome_panels
from planner.outcomes.queries import sets as outcome_sets
from planner.outcomes.words import (
    counted,
    difference_word,
    fault_word,
    finding_title,
    left_out,
    outcome_word,
    replacing_word,
    report,
    take_word,
)
from planner.people import cli as people_cli
from planner.people import desk, login
from planner.people import jobs as people_jobs
from planner.people import ports as people_ports
from planner.people import services as people_services
from planner.people import views as people_views
from planner.people.models import Membership, Position, Station, User
from planner.people.words import browser_word, position_word
from planner.plan import jobs as plan_jobs
from planner.plan import ports as plan_ports
from planner.plan import queries as plan_queries
from planner.plan import sentences
from planner.plan import services as plan_services
from planner.plan import views as plan_views
from planner.plan import words as plan_words
from planner.plan.models import (
    Carried,
    CheckIn,
    Evidence,
    Goal,
    GoalLink,
    OwnMetric,
    OwnValue,
    Period,
    Phase,
    PhaseCriterion,
    Step,
    StepHelper,
    StepLine,
    StepLink,
    StepSeries,
    StepTag,
    Target,
    TargetClosing,
)
from planner.saved import queries as saved
from planner.saved import services as saved_services
from planner.saved import views as saved_views
from planner.saved.models import SavedDefault, SavedView
from planner.search import views as search_views
from planner.settings import views as settings_views
from planner.trash import views as trash_views

COMMANDS: list[Command] = [*base_cli.COMMANDS, people_cli.first_admin, *demo_cli.COMMANDS]
READ = (live_words, live_jobs, plan_words, demo_jobs)
"""Rooms that register words or work when they are loaded and that no other room needs by name."""

BLUEPRINTS = (
    home_views.bp,
    people_views.bp,
    discussion_views.bp,
    live_views.bp,
    plan_views.bp,
    checklist_views.bp,
    outcome_views.bp,
    settings_views.bp,
    search_views.bp,
    saved_views.bp,
    notice_views.bp,
    bot_views.bp,
    daily_views.bp,
    history_views.bp,
    trash_views.bp,
    demo_views.bp,
)

KINDS = (
    Kind(
        "session",
        _l("Session"),
        "calendar",
        "live.session",
        "session_id",
        LiveSession,
        P.SESSION_VIEW,
        lambda r: r.theme,
        discussed=True,
    ),
    Kind("channel", _l("Channel"), "radio", "live.channel", "channel_id", Channel, P.SESSION_VIEW, lambda r: r.name),
    Kind("studio", _l("Studio"), "video", "live.studio", "studio_id", Studio, P.SESSION_VIEW, lambda r: r.name),
    Kind("goal", _l("Goal"), "target", "plan.goal", "goal_id", Goal, P.PLAN_VIEW, lambda r: r.title, True),
    Kind("step", _l("Step"), "list-checks", "plan.step", "step_id", Step, P.PLAN_VIEW, lambda r: r.title, True),
    Kind("period", _l("Period"), "calendar", "plan.period", "period_id", Period, P.PLAN_VIEW, lambda r: r.name),
    Kind("phase", _l("Phase"), "flag", "plan.index", "", Phase, P.PLAN_VIEW, lambda r: r.name),
    Kind("own_metric", _l("Own figure"), "gauge", "plan.own_metrics", "", OwnMetric, P.PLAN_VIEW, lambda r: r.name),
    Kind(
        "finding",
        _l("Finding"),
        "lightbulb",
        "outcomes.finding",
        "finding_id",
        Finding,
        P.RESULT_VIEW,
        finding_title,
        discussed=True,
    ),
    Kind(
        "comment",
        _l("Comment"),
        "message-circle",
        "discussions.comment",
        "comment_id",
        Comment,
        P.COMMENT_VIEW,
        lambda r: discussion_words.title(r.text),
    ),
    Kind(
        "attachment",
        _l("File"),
        "paperclip",
        "discussions.attachment",
        "attachment_id",
        Attachment,
        P.COMMENT_VIEW,
        lambda r: r.name,
    ),
    Kind(
        "link",
        _l("Link"),
        "link",
        "discussions.link",
        "object_link_id",
        ObjectLink,
        P.COMMENT_VIEW,
        discussion_words.link_title,
    ),
    Kind(
        "sop",
        _l("SOP"),
        "clipboard-list",
        "checklists.sop",
        "template_id",
        SopTemplate,
        P.CHECKLIST_VIEW,
        lambda r: r.name,
    ),
    Kind(
        "cause",
        _l("Cause"),
        "lightbulb",
        "settings.causes",
        "",
        Cause,
        P.FIGURES_VIEW,
        lambda r: cause_word(r.key, r.name),
    ),
    Kind(
        "log_kind",
        _l("Kind of note"),
        "pencil",
        "live.log_kinds",
        "",
        NoteKind,
        P.SESSION_VIEW,
        lambda r: live.kind_word(r.key, r.name),
    ),
    Kind("log_photo", _l("Photo"), "camera", "live.photo", "photo_id", LogPhoto, P.SESSION_VIEW, lambda r: r.name),
    Kind(
        "position",
        _l("Position"),
        "user-check",
        "people.positions",
        "",
        Position,
        P.PEOPLE_VIEW,
        lambda r: position_word(r.key, r.name),
    ),
    Kind(
        "station",
        _l("Station"),
        "monitor",
        "people.edit_station",
        "station_id",
        Station,
        P.PEOPLE_MANAGE,
        lambda r: r.name,
    ),
    Kind(
        "saved_view", _l("Saved view"), "bookmark", "saved.view", "view_id", SavedView, P.TRASH_VIEW, lambda r: r.name
    ),
    Kind("bot", _l("Group bot"), "megaphone", "bots.bot", "bot_id", Bot, P.TEAM_EDIT, lambda r: r.name),
    Kind("person", _l("Person"), "user", "people.person", "user_id", User, P.PEOPLE_VIEW, lambda r: r.name),
)

PANELS = (
    Panel("today", "top", 10, notices.panel, "notifications/_panel.html"),
    Panel("settings", "top", 10, bots.panel, "bots/_panel.html"),
    Panel("me", "main", 10, live.my_week, "live/_on_me.html"),
    Panel("me", "main", 20, notices.on_me, "notifications/_on_me.html"),
    Panel("me", "main", 30, daily.on_me, "daily/_on_me.html"),
    Panel("session", "prepare.main", 10, checklists.on_session, "checklists/_on_session.html"),
    Panel("session", "prepare.end", 30, plan_queries.on_session, "plan/_on_session.html"),
    Panel("session", "prepare.end", 40, outcome_panels.actions_panel, "outcomes/_actions_panel.html"),
    Panel("session", "air.top", 10, checklists.next_round, "checklists/_next_round.html"),
    Panel("session", "air.main", 30, checklists.on_air, "checklists/_on_session.html"),
    Panel("session", "review.top", 10, outcome_panels.result_panel, "outcomes/_result_panel.html"),
    Panel("session", "review.main", 20, outcome_panels.funnel_panel, "outcomes/_funnel_panel.html"),
    Panel("session", "review.main", 30, outcome_panels.review_panel, "outcomes/_review_panel.html"),
    Panel("session", "review.main", 40, outcome_panels.actions_panel, "outcomes/_actions_panel.html"),
    Panel("plan.steps", "views", 10, saved.on_steps, "saved/_strip.html"),
    Panel("plan.board", "views", 10, saved.on_board, "saved/_strip.html"),
    Panel("live.sessions", "views", 10, saved.on_sessions, "saved/_strip.html"),
    Panel("session", "prepare.side", 90, history.on_session, "history/_on_session.html"),
    Panel("session", "air.side", 90, history.on_session, "history/_on_session.html"),
)

ROUNDS = (
    Round("read on while shows run over", timedelta(minutes=1), checklist_jobs.read_on),
    Round("write letters about messages", timedelta(minutes=1), notice_jobs.send_letters),
    Round("remind people", timedelta(minutes=5), notice_jobs.remind),
    Round("write daily letters", timedelta(minutes=5), notice_jobs.send_dailies),
    Round("tell the group bots", timedelta(minutes=1), bot_jobs.tell_bots),
    Round("bring steps that come again", timedelta(minutes=5), plan_jobs.bring_steps),
    Round("send daily reports", timedelta(minutes=1), daily_jobs.send_reports),
    Round("seal the history", timedelta(minutes=1), rounds.seal_all),
    Round("forget links, devices, tries", timedelta(hours=1), people_jobs.forget_access),
    Round("forget once-keys", timedelta(hours=1), rounds.forget_once_keys),
    Round("count what the indexes hold", timedelta(hours=1), engine.count_rows),
    Round("forget ended jobs", timedelta(hours=6), rounds.forget_jobs),
    Round("purge the trash", timedelta(hours=6), rounds.purge_trash),
    Round("forget uploads", timedelta(hours=6), outcome_jobs.forget_uploads),
    Round("forget what bots told", timedelta(hours=6), bot_jobs.forget_bots),
    Round("forget notices", timedelta(hours=6), notice_jobs.forget_notices),
    Round("sweep files", timedelta(hours=6), rounds.sweep_files),
)
"""Everything that comes round, and how often."""

PARTS = (
    (
        LiveSession,
        SessionTag.session_id,
        Shift.session_id,
        SessionTarget.session_id,
        LineupItem.session_id,
        SeriesPart.session_id,
        Checklist.session_id,
        GoalLink.session_id,
    ),
    (Checklist, ChecklistItem.checklist_id),
    (Period, Carried.period_id),
    (Goal, GoalLink.goal_id, OwnValue.goal_id, CheckIn.goal_id, TargetClosing.goal_id, Target.goal_id),
    (Phase, GoalLink.phase_id, PhaseCriterion.phase_id),
    (Bot, BotState.bot_id, BotPush.bot_id, BotLine.bot_id),
    (Target, Evidence.target_id),
    (SavedView, SavedDefault.view_id),
    (Step, StepLine.step_id, StepTag.step_id, StepHelper.step_id, StepLink.step_id, StepLink.on_id),
)
"""What is destroyed with its whole. A row that anything else still names stays, out of sight."""

EVERYBODY = frozenset(Role)
ROOM = frozenset({Role.HOST, Role.MEMBER, Role.LEAD, Role.VIEWER})
CREW = ROOM - {Role.VIEWER}
DESK = frozenset({Role.MANAGER, Role.LEAD})
SHOWS = ("/sessions", "/findings", "/actions")
RESULTS = ("/results", "/imports", "/reviews")
PLACES = (
    Place(_l("Today"), "home.today", "sun", P.SESSION_VIEW, "/", 10, EVERYBODY),
    Place(_l("Sessions"), "live.sessions", "calendar", P.SESSION_VIEW, SHOWS, 20, EVERYBODY),
    Place(_l("Plan"), "plan.index", "target", P.PLAN_VIEW, "/plan", 30),
    Place(_l("Checklists"), "checklists.index", "list-checks", P.CHECKLIST_VIEW, "/checklists", 40, ROOM, thumb=14),
    Place(
        _l("Note it"),
        "live.session",
        "pencil",
        P.SESSION_RUN,
        "/sessions",
        45,
        CREW,
        rail=False,
        thumb=16,
        sometimes=live.my_note_place,
    ),
    Place(_l("Results"), "outcomes.results", "chart-line", P.RESULT_VIEW, RESULTS, 50, DESK),
    Place(_l("Daily report"), "daily.index", "file-text", P.STEP_DO, "/daily", 60),
    Place(_l("Settings"), "settings.index", "settings", P.SELF, "/settings", 90),
    Place(_l("Me"), "people.me", "user", P.SELF, "/me", 95, EVERYBODY, rail=False),
)
SHELL = {
    "demo": "demo.making",
    "home": "home.today",
    "today": "home.today",
    "inbox": "notifications.inbox",
    "search": "search.search",
    "palette": "search.palette",
    "theme": "people.theme",
    "language": "people.language",
    "settings": "people.me",
    "lock": "people.lock",
    "unlock": "people.unlock_to_send",
    "sign_in": "people.sign_in",
    "sign_out": "people.sign_out",
    "switch_team": "people.switch_team",
}


FILTERS = {
    "browser": browser_word,
    "metric": metric_label,
    "bound": bound_word,
    "figure": format_value,
    "judged": judged,
    "finding_title": finding_title,
    "counted": counted,
    "hours": plan_words.hours_word,
    "difference": difference_word,
    "fault": fault_word,
    "timecode": timecode,
    "left_out": left_out,
    "replacing": replacing_word,
    "take_word": take_word,
    "file_size": discussion_words.size_word,
    "outcome": outcome_word,
    "report": report,
    "offset_word": offset_word,
    "recheck_word": recheck_word,
    "read_label": live_words.read_label,
    "read_figure": live_words.figure_word,
    "short_figure": live_words.short_word,
    "notice": notice_words,
    "sort_icon": sort_icon,
    "bot_topics": topics_word,
    "bot_hour": hour_word,
    "bot_language": language_word,
    "sealed": sealed,
    "target_name": plan_words.target_name,
    "counted_as": plan_words.counted,
    "measured": plan_words.measured,
    "relative": plan_words.relative_word,
    "repeat_words": sentences.repeat_words,
    "rule_words": sentences.rule_words,
    "column_words": sentences.column_words,
}
"""Filters of templates that speak the reader's language."""


def _fill_ports() -> None:
    identity.load.fill(login.actor_of_request)
    identity.load.fill(desk.actor_of_request)
    people_ports.tonight.fill(home.tonight_at_a_station)
    people_ports.near_a_shift.fill(live.has_shift_near)
    people_ports.told.fill(notices.told)
    people_ports.erasing.fill(notice_services.forget_person)
    people_ports.on_team.fill(figure_services.ensure_causes)
    people_ports.on_team.fill(live_services.ensure_log_kinds)
    people_ports.on_team.fill(checklist_services.ensure_templates)
    for leaver in (live.leaving, checklist_ports.leaving, plan_ports.leaving):
        people_ports.leavers.fill(leaver)
    for own in (live, discussions, checklist_ports, plan_ports, outcomes_own, history, notices, daily, saved):
        people_ports.own_data.fill(own.own_data)
    people_ports.needed.fill(live.needed)
    people_ports.erasing.fill(forget_name)
    people_ports.erasing.fill(discussion_services.forget_person)
    people_ports.erasing.fill(daily_services.forget_person)
    people_ports.erasing.fill(saved_services.forget_person)
    people_ports.erasing.fill(plan_services.forget_person)
    live_ports.gate_checks.fill(checklists.gate_checks)
    live_ports.followers.fill(checklist_services.FOLLOWER)
    live_ports.followers.fill(outcomes.FOLLOWER)
    live_ports.followers.fill(plan_services.FOLLOWER)
    live_ports.on_scheduled.fill(checklist_services.make_checklist)
    live_ports.on_scheduled.fill(outcomes.verify_again)
    live_ports.on_live.fill(checklist_services.retime)
    live_ports.on_ended.fill(checklist_services.retime)
    live_ports.primary.fill(checklists.primary)
    live_ports.primary.fill(outcome_panels.primary)
    live_ports.reached.fill(outcome_sets.gmv_of)
    live_ports.on_reading.fill(checklist_services.follow_reading)
    live_ports.on_habits.fill(checklist_services.follow_habits)
    live_ports.read_by_hand.fill(checklists.readings_done)
    live_ports.totals.fill(outcome_panels.totals)
    daily_ports.deliver.fill(bot_services.tell_text)
    live_ports.concerned.fill(notice_services.tell_people)
    telling.told.fill(notice_services.tell_words)
    for due in (live.due_shifts, plan_ports.due_between, checklist_ports.due_between):
        reminders.due_between.fill(due)
    figure_ports.on_rules.fill(plan_services.reckon_interactions)
    figure_ports.on_rules.fill(outcomes.follow_rules)
    outcome_ports.on_result.fill(outcomes.propose_verdicts)
    plan_ports.figures_of_days.fill(outcome_panels.figures_of_days)


def wire(app: Flask) -> None:
    """Fill the ports and hang everything on the application."""
    _fill_ports()
    for kind in KINDS:
        kinds.register(kind)
    for panel in PANELS:
        panels.register(panel)
    for entry in PLACES:
        shell.place(entry)
    shell.SHELL.update(SHELL)
    for round_ in ROUNDS:
        jobs.come_round(round_)
    for whole, *keys in PARTS:
        trash.goes_with(whole, *keys)
    trash.goes_with_any(Comment.kind, Comment.object_id)
    trash.goes_with_any(Attachment.kind, Attachment.object_id)
    trash.goes_with_any(ObjectLink.kind, ObjectLink.object_id)
    trash.holds_files(Attachment, Attachment.file_id, Attachment.small_id)
    trash.before_restore(LiveSession, check_session)
    trash.before_restore(LogPhoto, live_services.check_photo)
    trash.holds_files(LogPhoto, LogPhoto.file_id, LogPhoto.small_id)
    undo.keeps(StoredFile)
    trash.before_restore(Bot, bot_services.check_bot)
    trash.before_restore(Comment, discussion_services.check_comment)
    trash.before_restore(SavedView, saved_services.check_view)
    trash.before_restore(ObjectLink, discussion_services.check_link)
    trash.before_restore(Attachment, discussion_services.check_file)
    trash.before_restore(Phase, plan_services.check_phase)
    trash.before_restore(Step, plan_services.check_step)
    trash.after_restore(LiveSession, outcomes.verify_again)
    trash.before_restore(Goal, plan_services.reckon_goal)
    trash.before_restore(OwnMetric, plan_services.check_own_metric)
    undo.after(LiveSession, after_undo)
    undo.keeps(Checklist)
    undo.keeps(SopVersion)
    undo.keeps(Series)
    undo.before(SopTemplate, checklist_services.before_template_undo)
    undo.before(SopProposal, checklist_services.before_proposal_undo)
    undo.after_part(Shift, "session_id", after_crew_undo)
    undo.also(notice_services.take_back)
    undo.also(bot_services.take_back)
    undo.before(Target, plan_services.forget_evidence)
    undo.after_part(Target, "goal_id", plan_services.after_targets_undo)
    undo.before(StepSeries, plan_services.before_series_undo)
    undo.after_part(StepLink, "step_id", plan_services.after_links_undo)
    undo.after(Goal, plan_services.after_goal_undo)
    undo.after(Period, plan_services.after_period_undo)
    undo.before(Membership, people_services.before_undo)
    undo.after(Membership, people_services.after_undo)
    login.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    health.init_app(app)
    worker.init_app(app)
    app.jinja_env.globals.update(plan_views.drawing.GLOBALS)
    app.jinja_env.globals.update(tolerance=figure_queries.tolerance, parts_of_day=PARTS_OF_DAY)
    app.jinja_env.filters.update(spoken(FILTERS), decimal=Decimal)
