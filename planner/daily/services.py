"""Writing a report, sending it, and sending all of them at the team's hour."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from planner.base import actor, audit, db, show
from planner.base.lock import lock
from planner.base.scope import unscoped
from planner.base.verbs import command
from planner.daily import ports, queries, rules
from planner.daily.models import DailyReport, DailyRules
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, Refused, Stale
from planner.kernel.permissions import P
from planner.kernel.text import clean_text, msg


def _check(day: date, team: bool) -> None:
    if team and not actor.current().may(P.PLAN_EDIT):
        raise Forbidden()
    if not rules.may_be_written(day, show.today()):
        raise Invalid.at("text", msg("A report is written on its day, or within %(n)s days.", n=rules.KEPT_OPEN))


def _text(typed: str) -> str:
    text = clean_text(typed)
    if not text.strip():
        raise Invalid.at("text", msg("Write something."))
    if len(text) > rules.LONGEST:
        raise Invalid.at("text", msg("Use at most %(n)s characters.", n=rules.LONGEST))
    return text


def _write(day: date, team: bool, version: int, typed: str) -> DailyReport:
    """The report with this text; Stale where somebody else has saved it since."""
    _check(day, team)
    text, key = _text(typed), queries.whose(team)
    lock("daily", db.team_id())
    row = queries.report_of(day, key)
    if row is None:
        me = None if team else actor.current().user_id
        return db.add(DailyReport(day=day, whose=key, user_id=me, text=text))
    if row.sent_at is not None:
        raise Refused(msg("It was sent already, so it stays as it is."))
    if row.version != version:
        raise Stale({"text": row.text}, row.version, *db.last_change(row))
    row.text = text
    db.flush()
    return row


@command(P.STEP_DO)
def save_report(day: date, team: bool, version: int, text: str) -> int:
    """Keep my report of a day, or as a lead the team's; it goes out at the team's hour, or by hand."""
    return _write(day, team, version, text).id


def _send(row: DailyReport) -> int:
    path = f"/daily?day={row.day:%Y-%m-%d}" + ("&of=team" if row.user_id is None else "")
    told = sum(deliver(f"daily:{row.id}", rules.lines_of(row.text), path) for deliver in ports.deliver)
    if told:
        row.sent_at, row.sent_by = clock.now(), actor.current().user_id
    return told


@command(P.STEP_DO)
def send_report(day: date, team: bool, version: int, text: str) -> int:
    """Keep it and send it to the groups that take reports; from then on it stays as it was sent."""
    row = _write(day, team, version, text)
    if not _send(row):
        raise Refused(msg("No group bot takes daily reports. Copy the text for the group instead."))
    return row.id


@command(P.TEAM_EDIT)
def set_daily_rules(version: int, on: bool, send_at: int) -> None:
    """When the reports go out by themselves."""
    if not 0 <= send_at < 24 * 60:
        raise Invalid.at("send_at", msg("Choose one of the list."))
    lock("daily", db.team_id())
    row = db.session().scalars(select(DailyRules)).one_or_none()
    if row is None:
        if version:
            raise Stale({}, 0)
        db.add(DailyRules(is_on=on, send_at=send_at))
        return
    row = db.edit(DailyRules, row.id, version)
    row.is_on, row.send_at = on, send_at


@command(P.PLAN_EDIT)
def send_day() -> int:
    """At the team's hour: what people have written goes out, and the team's report, compiled where nobody wrote it."""
    _version, on, send_at = queries.daily_rules()
    who, day = actor.current(), show.today()
    if not on or not rules.goes_out(clock.now(), day, send_at, who.timezone, who.day_start):
        return 0
    lock("daily", db.team_id())
    if queries.report_of(day, queries.TEAM) is None:
        sources, text = queries.compiled(True, day)
        if sources:
            db.add(DailyReport(day=day, whose=queries.TEAM, user_id=None, text=text))
    asked = select(DailyReport).where(DailyReport.day == day, DailyReport.sent_at.is_(None))
    rows = db.session().scalars(asked.order_by(DailyReport.user_id.is_not(None), DailyReport.id))
    return sum(1 for row in list(rows) if _send(row))


def forget_person(user_id: int, name: str) -> None:
    """The port's answer: the reports of somebody who erases their data lose their words, in all teams."""
    with unscoped("erase personal data"):
        rows = list(db.session().scalars(select(DailyReport).where(DailyReport.user_id == user_id)))
        for row in rows:
            row.text = ""
        db.flush()
        audit.erase_values("daily_report", [row.id for row in rows])
