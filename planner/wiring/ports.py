"""Every answer to a question of a lower column, and all work that comes round."""

from __future__ import annotations

from datetime import timedelta

from planner.base import (
    engine,
    identity,
    reminders,
    rounds,
    telling,
    urgent,
)
from planner.base.jobs import Round
from planner.bots import jobs as bot_jobs
from planner.bots import queries as bots
from planner.bots import services as bot_services
from planner.checklists import jobs as checklist_jobs
from planner.checklists import ports as checklist_ports
from planner.checklists import queries as checklists
from planner.checklists import services as checklist_services
from planner.daily import jobs as daily_jobs
from planner.daily import ports as daily_ports
from planner.daily import queries as daily
from planner.daily import services as daily_services
from planner.discussions import ports as discussion_ports
from planner.discussions import queries as discussions
from planner.discussions import services as discussion_services
from planner.figures import ports as figure_ports
from planner.figures import services as figure_services
from planner.history import queries as history
from planner.home import queries as home
from planner.live import ports as live_ports
from planner.live import queries as live
from planner.live import services as live_services
from planner.live.services.forgetting import forget_name
from planner.notifications import jobs as notice_jobs
from planner.notifications import queries as notices
from planner.notifications import services as notice_services
from planner.outcomes import jobs as outcome_jobs
from planner.outcomes import ports as outcome_ports
from planner.outcomes import services as outcomes
from planner.outcomes.queries import own as outcomes_own
from planner.outcomes.queries import panels as outcome_panels
from planner.outcomes.queries import sets as outcome_sets
from planner.people import desk, login
from planner.people import jobs as people_jobs
from planner.people import ports as people_ports
from planner.people import queries as people_queries
from planner.plan import jobs as plan_jobs
from planner.plan import ports as plan_ports
from planner.plan import services as plan_services
from planner.resources import jobs as resource_jobs
from planner.resources import ports as resource_ports
from planner.resources import queries as resource_queries
from planner.resources import services as resources
from planner.resources.queries import waiting as waiting_requests
from planner.saved import queries as saved
from planner.saved import services as saved_services

ROUNDS = (
    Round("read on while shows run over", timedelta(minutes=1), checklist_jobs.read_on),
    Round("write letters about messages", timedelta(minutes=1), notice_jobs.send_letters),
    Round("call out what blocks", timedelta(minutes=1), notice_jobs.call_out),
    Round("remind people", timedelta(minutes=5), notice_jobs.remind),
    Round("write daily letters", timedelta(minutes=5), notice_jobs.send_dailies),
    Round("tell the group bots", timedelta(minutes=1), bot_jobs.tell_bots),
    Round("bring steps that come again", timedelta(minutes=5), plan_jobs.bring_steps),
    Round("count how shows were carried out", timedelta(minutes=5), plan_jobs.follow_shows),
    Round("pass calls for money on", timedelta(seconds=5), resource_jobs.pass_calls_on),
    Round("close envelopes that are over", timedelta(minutes=5), resource_jobs.close_envelopes),
    Round("chase requests that wait", timedelta(minutes=5), resource_jobs.chase),
    Round("remind of renewals", timedelta(hours=1), resource_jobs.remind_renewals),
    Round("send daily reports", timedelta(minutes=1), daily_jobs.send_reports),
    Round("seal the history", timedelta(minutes=1), rounds.seal_all),
    Round("add the ledgers up", timedelta(hours=1), resource_jobs.check_ledgers),
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


def fill_ports() -> None:
    """Every question of a lower column gets its answers, in order."""
    identity.load.fill(login.actor_of_request)
    identity.load.fill(desk.actor_of_request)
    identity.count.fill(people_queries.with_counts)
    people_ports.tonight.fill(home.tonight_at_a_station)
    people_ports.near_a_shift.fill(live.has_shift_near)
    people_ports.told.fill(notices.told)
    people_ports.asked.fill(waiting_requests.asked_of)
    people_ports.erasing.fill(notice_services.forget_person)
    people_ports.on_team.fill(figure_services.ensure_causes)
    people_ports.on_team.fill(live_services.ensure_log_kinds)
    people_ports.on_team.fill(checklist_services.ensure_templates)
    people_ports.on_team.fill(resources.ensure_categories)
    discussion_ports.on_files.fill(resources.follow_papers)
    for leaver in (live.leaving, checklist_ports.leaving, plan_ports.leaving, resource_ports.leaving):
        people_ports.leavers.fill(leaver)
    for own in (
        live, discussions, checklist_ports, plan_ports, resource_ports, outcomes_own, history, notices, daily, saved,
        bots,
    ):  # fmt: skip
        people_ports.own_data.fill(own.own_data)
    people_ports.needed.fill(live.needed)
    people_ports.erasing.fill(forget_name)
    people_ports.erasing.fill(discussion_services.forget_person)
    people_ports.erasing.fill(daily_services.forget_person)
    people_ports.erasing.fill(saved_services.forget_person)
    people_ports.erasing.fill(bot_services.forget_person)
    people_ports.erasing.fill(plan_services.forget_person)
    people_ports.erasing.fill(resources.forget_person)
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
    live_ports.nudged.fill(notices.nudged)
    live_ports.read_by_hand.fill(checklists.readings_done)
    live_ports.totals.fill(outcome_panels.totals)
    daily_ports.deliver.fill(bot_services.tell_text)
    daily_ports.takers.fill(bots.takes_reports)
    live_ports.concerned.fill(notice_services.tell_people)
    telling.told.fill(notice_services.tell_words)
    telling.settled.fill(notice_services.settle_words)
    for due in (live.due_shifts, plan_ports.due_between, checklist_ports.due_between):
        reminders.due_between.fill(due)
    urgent.urgent.fill(resource_queries.calls_me)
    figure_ports.on_rules.fill(plan_services.reckon_interactions)
    figure_ports.on_rules.fill(outcomes.follow_rules)
    outcome_ports.on_result.fill(outcomes.propose_verdicts)
    outcome_ports.on_result.fill(resources.follow_result)
    resource_ports.show_figures.fill(outcome_panels.spend_of)
    plan_ports.figures_of_days.fill(outcome_panels.figures_of_days)
