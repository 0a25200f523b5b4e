"""The table of contents: every blueprint, port, kind, panel, job and command, in order."""

from __future__ import annotations

from decimal import Decimal

from click import Command
from flask import Flask

from planner.base import cli as base_cli
from planner.base import (
    health,
    install,
    jobs,
    kinds,
    panels,
    shell,
    stream,
    trash,
    undo,
    worker,
)
from planner.base.tables import StoredFile
from planner.base.words import spoken
from planner.bots import services as bot_services
from planner.bots.models import Bot
from planner.checklists import services as checklist_services
from planner.checklists import views as checklist_views
from planner.checklists.models import Checklist, SopProposal, SopTemplate, SopVersion
from planner.daily.words import PARTS as PARTS_OF_DAY
from planner.demo import cli as demo_cli
from planner.demo import jobs as demo_jobs
from planner.discussions import services as discussion_services
from planner.discussions.models import Attachment, Comment, ObjectLink
from planner.figures import queries as figure_queries
from planner.live import jobs as live_jobs
from planner.live import services as live_services
from planner.live import words as live_words
from planner.live.models import (
    LiveSession,
    LogPhoto,
    Series,
    SessionTag,
    Shift,
)
from planner.live.services.restoring import after_crew_undo, after_tags_undo, after_undo, check_session
from planner.notifications import services as notice_services
from planner.outcomes import services as outcomes
from planner.people import cli as people_cli
from planner.people import login
from planner.people import services as people_services
from planner.people.models import Membership
from planner.plan import services as plan_services
from planner.plan import views as plan_views
from planner.plan import words as plan_words
from planner.plan.models import (
    Goal,
    OwnMetric,
    Period,
    Phase,
    Step,
    StepLink,
    StepSeries,
    Target,
)
from planner.resources import services as resources
from planner.resources import words as resource_words
from planner.resources.models import BudgetCategory, RequestTemplate, ResourceRequest, StudioKit
from planner.saved import services as saved_services
from planner.saved.models import SavedView
from planner.wiring.objects import KINDS, PARTS
from planner.wiring.pages import BLUEPRINTS, FILTERS, PANELS, PLACES, SHELL
from planner.wiring.ports import ROUNDS, fill_ports

__all__ = ["COMMANDS", "READ", "ROUNDS", "wire"]

COMMANDS: list[Command] = [*base_cli.COMMANDS, people_cli.first_admin, *demo_cli.COMMANDS]


READ = (live_words, live_jobs, plan_words, resource_words, demo_jobs)
"""Rooms that register words or work when they are loaded and that no other room needs by name."""


def wire(app: Flask) -> None:
    """Fill the ports and hang everything on the application."""
    fill_ports()
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
    trash.before_restore(SopTemplate, checklist_services.check_template)
    trash.before_restore(Bot, bot_services.check_bot)
    trash.before_restore(Comment, discussion_services.check_comment)
    trash.before_restore(SavedView, saved_services.check_view)
    trash.before_restore(ObjectLink, discussion_services.check_link)
    trash.before_restore(Attachment, discussion_services.check_file)
    trash.before_restore(Phase, plan_services.check_phase)
    trash.before_restore(Step, plan_services.check_step)
    trash.after_restore(LiveSession, outcomes.verify_again)
    trash.before_restore(Goal, plan_services.reckon_goal)
    trash.before_restore(ResourceRequest, resources.check_request)
    trash.before_restore(BudgetCategory, resources.check_category)
    trash.before_restore(RequestTemplate, resources.check_request_template)
    trash.before_restore(StudioKit, resources.check_kit)
    trash.after_restore(Attachment, discussion_services.after_restore)
    trash.before_restore(OwnMetric, plan_services.check_own_metric)
    undo.after(LiveSession, after_undo)
    undo.after(StudioKit, resources.after_kit_undo)
    undo.fixed(ResourceRequest, "state", "round", "seen", "budget_id", "decided_at", "follows_id")
    undo.keeps(Checklist)
    undo.after(Checklist, checklist_services.after_list_undo)
    undo.keeps(SopVersion)
    undo.keeps(Series)
    undo.before(SopTemplate, checklist_services.before_template_undo)
    undo.before(SopProposal, checklist_services.before_proposal_undo)
    undo.after_part(Shift, "session_id", after_crew_undo)
    undo.after_part(SessionTag, "session_id", after_tags_undo)
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
    stream.init_app(app)
    install.init_app(app)
    worker.init_app(app)
    app.jinja_env.globals.update(plan_views.drawing.GLOBALS, **plan_views.narrowing.GLOBALS)
    app.jinja_env.globals.update(checklist_views.drawing.GLOBALS)
    app.jinja_env.globals.update(tolerance=figure_queries.tolerance, parts_of_day=PARTS_OF_DAY)
    app.jinja_env.filters.update(spoken(FILTERS), decimal=Decimal)
