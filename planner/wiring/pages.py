"""Every page: blueprints, panels on lower pages, places of the navigation, the frame, filters of templates."""

from __future__ import annotations

from planner.base.panels import Panel
from planner.base.shell import Place
from planner.base.words import _l
from planner.bots import queries as bots
from planner.bots import views as bot_views
from planner.bots.words import hour_word, language_word, sealed, topics_word
from planner.checklists import queries as checklists
from planner.checklists import views as checklist_views
from planner.checklists.words import (
    condition_word,
    evidence_word,
    given_again,
    note_words,
    offset_word,
    opened_word,
    range_fault,
    range_word,
    recheck_word,
    version_word,
)
from planner.daily import queries as daily
from planner.daily import views as daily_views
from planner.demo import views as demo_views
from planner.discussions import views as discussion_views
from planner.discussions import words as discussion_words
from planner.figures.words import bound_word, format_value, judged, metric_label
from planner.history import queries as history
from planner.history import views as history_views
from planner.home import views as home_views
from planner.kernel.permissions import P, Role
from planner.live import queries as live
from planner.live import views as live_views
from planner.live import words as live_words
from planner.live.rules import timecode
from planner.notifications import queries as notices
from planner.notifications import views as notice_views
from planner.notifications.words import notice_words, sort_icon
from planner.outcomes import views as outcome_views
from planner.outcomes.queries import panels as outcome_panels
from planner.outcomes.queries import worth as outcome_worth
from planner.outcomes.words import (
    change_word,
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
from planner.people import views as people_views
from planner.people.words import browser_word
from planner.plan import queries as plan_queries
from planner.plan import sentences
from planner.plan import views as plan_views
from planner.plan import words as plan_words
from planner.resources import queries as resource_queries
from planner.resources import views as resource_views
from planner.resources.queries import panels as resource_panels
from planner.saved import queries as saved
from planner.saved import views as saved_views
from planner.search import views as search_views
from planner.settings import views as settings_views
from planner.trash import views as trash_views

BLUEPRINTS = (
    home_views.bp,
    people_views.bp,
    discussion_views.bp,
    live_views.bp,
    plan_views.bp,
    checklist_views.bp,
    resource_views.bp,
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


PANELS = (
    Panel("today", "top", 3, resource_queries.calls_today, "resources/_calls_place.html"),
    Panel("today", "top", 4, resource_queries.cards_place, "resources/_cards_place.html"),
    Panel("today", "top", 5, notices.calls_panel, "notifications/_calls_today.html"),
    Panel("today", "top", 10, notices.panel, "notifications/_panel.html"),
    Panel("settings", "top", 10, bots.panel, "bots/_panel.html"),
    Panel("me", "main", 10, live.my_week, "live/_on_me.html"),
    Panel("me", "main", 20, notices.on_me, "notifications/_on_me.html"),
    Panel("me", "main", 25, bots.chat_names_on_me, "bots/_on_me.html"),
    Panel("me", "main", 30, daily.on_me, "daily/_on_me.html"),
    Panel("session", "prepare.main", 10, checklists.on_session, "checklists/_on_session.html"),
    Panel("session", "prepare.end", 30, plan_queries.on_session, "plan/_on_session.html"),
    Panel("session", "prepare.end", 20, resource_panels.session_place, "resources/_money_place.html"),
    Panel("session", "prepare.end", 40, outcome_panels.actions_panel, "outcomes/_actions_panel.html"),
    Panel("session", "air.first", 5, checklists.emergencies_on_air, "checklists/_emergencies.html"),
    Panel("session", "review.main", 40, checklists.emergencies_after, "checklists/_emergencies_after.html"),
    Panel("session", "air.first", 15, resource_queries.air_place, "resources/_air_place.html"),
    Panel("session", "review.main", 35, resource_queries.in_review, "resources/_review_place.html"),
    Panel("session", "air.top", 10, checklists.next_round, "checklists/_next_round.html"),
    Panel("session", "air.main", 30, checklists.on_air, "checklists/_on_session.html"),
    Panel("session", "review.top", 10, outcome_panels.result_panel, "outcomes/_result_panel.html"),
    Panel("session", "review.main", 20, outcome_panels.funnel_panel, "outcomes/_funnel_panel.html"),
    Panel("session", "review.main", 30, outcome_panels.review_panel, "outcomes/_review_panel.html"),
    Panel("session", "review.end", 20, resource_panels.session_place, "resources/_money_place.html"),
    Panel("session", "review.main", 40, outcome_panels.actions_panel, "outcomes/_actions_panel.html"),
    Panel("goal", "main", 10, resource_panels.on_goal, "resources/_money_for.html"),
    Panel("step", "main", 10, resource_panels.on_step, "resources/_money_for.html"),
    Panel("studio", "main", 10, resource_queries.kit_of_studio, "resources/_kit_of_studio.html"),
    Panel("live.studios", "end", 10, resource_queries.kit_by_studio, "resources/_kit_by_studio.html"),
    Panel("emergency", "main", 10, resource_panels.on_emergency, "resources/_for_emergency.html"),
    Panel("request", "main", 10, outcome_worth.place, "outcomes/_worth_place.html"),
    Panel("plan.steps", "views", 10, saved.on_steps, "saved/_strip.html"),
    Panel("plan.board", "views", 10, saved.on_board, "saved/_strip.html"),
    Panel("live.sessions", "views", 10, saved.on_sessions, "saved/_strip.html"),
    Panel("session", "prepare.side", 90, history.on_session, "history/_on_session.html"),
    Panel("session", "air.side", 90, history.on_session, "history/_on_session.html"),
)


EVERYBODY = frozenset(Role)


ROOM = frozenset({Role.HOST, Role.MEMBER, Role.LEAD, Role.VIEWER})


CREW = ROOM - {Role.VIEWER}


DESK = frozenset({Role.MANAGER, Role.LEAD})


SHOWS = ("/sessions", "/findings", "/actions")


MONEY = ("/requests", "/budget", "/approvals", "/kit")


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
    Place(
        _l("Requests"),
        "resources.requests",
        "receipt",
        P.REQUEST_VIEW,
        MONEY,
        55,
        frozenset({Role.MANAGER}),
        badge=resource_queries.asked_of_me,
    ),
    Place(
        _l("Requests"),
        "resources.requests",
        "receipt",
        P.REQUEST_DECIDE,
        MONEY,
        56,
        frozenset({Role.HOST, Role.MEMBER}),
        badge=resource_queries.asked_of_me,
        rail=False,
        thumb=18,
        sometimes=resource_queries.while_asked,
    ),
    Place(_l("Daily report"), "daily.index", "file-text", P.STEP_DO, "/daily", 60),
    Place(_l("Settings"), "settings.index", "settings", P.SELF, "/settings", 90),
    Place(_l("Me"), "people.me", "user", P.SELF, "/me", 95, EVERYBODY, rail=False),
)


SHELL = {
    "demo": "demo.making",
    "home": "home.today",
    "today": "home.today",
    "inbox": "notifications.inbox",
    "calls": "notifications.calls",
    "search": "search.search",
    "palette": "search.palette",
    "theme": "people.theme",
    "language": "people.language",
    "settings": "people.me",
    "lock": "people.lock",
    "unlock": "people.unlock_to_send",
    "wall": "checklists.wall",
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
    "change": change_word,
    "hours": plan_words.hours_word,
    "owner_open": plan_words.owner_open,
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
    "evidence_word": evidence_word,
    "condition_word": condition_word,
    "note_words": note_words,
    "range_fault": range_fault,
    "range_word": range_word,
    "given_again": given_again,
    "opened_word": opened_word,
    "version_word": version_word,
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
