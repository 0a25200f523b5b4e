"""Teams, and the very first one."""

from __future__ import annotations

from zoneinfo import available_timezones

from sqlalchemy import select

from planner.base import db
from planner.base import unit as units
from planner.base.lock import lock
from planner.base.scope import as_team, unscoped
from planner.base.verbs import command
from planner.kernel.errors import Invalid, NotFound, Refused, Stale
from planner.kernel.permissions import P, Role
from planner.kernel.text import clean_line, msg
from planner.people import ports, rules
from planner.people.models import Membership, Position, Team, User


def check_team(name: str, timezone: str, day_start: int) -> str:
    """The clean name, or Invalid."""
    found = clean_line(name)
    if not 1 <= len(found) <= 60:
        raise Invalid.at("team_name", msg("Give the team a name of at most 60 characters."))
    if timezone not in available_timezones():
        raise Invalid.at("timezone", msg("This time zone is not known."))
    if not 0 <= day_start <= 12 * 60:
        raise Invalid.at("day_start", msg("A business day starts between 00:00 and 12:00."))
    return found


def make_team(name: str, timezone: str, day_start: int) -> Team:
    """A team with the usual positions, inside of an unscoped unit."""
    found = check_team(name, timezone, day_start)
    row = db.add(Team(name=found, timezone=timezone, day_start=day_start))
    furnish(row)
    return row


def furnish(row: Team) -> None:
    """What every team starts with."""
    with as_team(row.id):
        db.session().add_all([Position(key=key, sort=number) for number, key in enumerate(rules.POSITIONS, start=1)])
        db.flush()
        for prepare in ports.on_team:
            prepare()


@command(P.INSTALLATION)
def create_team(name: str, timezone: str = "Asia/Shanghai", day_start: int = 360) -> int:
    """Another team on this installation."""
    with unscoped("new team"):
        return make_team(name, timezone, day_start).id


@command(P.PUBLIC)
def first_run(login: str, name: str, password_hash: str, team_name: str, timezone: str, day_start: int = 360) -> int:
    """The first administrator, who also manages the first team; only while nobody is there. Answers the person."""
    lock("first run")
    session = db.session()
    if session.scalar(select(User.id).limit(1)) is not None:
        raise Refused(msg("This installation already has an administrator. Sign in instead."))
    if session.scalar(select(Team.id).limit(1)) is not None:
        raise Refused(msg("The demo team is being made. Wait until it is there, or start over."))
    shown = clean_line(name)
    if not 1 <= len(shown) <= 60:
        raise Invalid.at("name", msg("Tell us your name, in at most 60 characters."))
    with unscoped("first run"):
        user = User(login=rules.read_login(login), name=shown, password_hash=password_hash, is_admin=True)
        session.add(user)
        team = make_team(team_name, timezone, day_start)
        with as_team(team.id):
            session.add(Membership(user_id=user.id, role=Role.MANAGER))
    return user.id


@command(P.TEAM_EDIT)
def edit_team(version: int, team_name: str, timezone: str, day_start: int) -> None:
    """Name, zone and business day of the actor's team; refused for a form that started from an older version."""
    row = db.session().get(Team, units.current().team_id, with_for_update=True)
    if row is None:
        raise NotFound()
    if row.version != version:
        held = {"team_name": row.name, "timezone": row.timezone, "day_start": row.day_start}
        raise Stale(held, version=row.version)
    row.name = check_team(team_name, timezone, day_start)
    row.timezone, row.day_start, row.version = timezone, day_start, row.version + 1
