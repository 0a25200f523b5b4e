"""What is still somebody's when they leave: each column answers for its own things."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select

from planner.base import actor, db
from planner.base.scope import as_team, unscoped
from planner.base.verbs import query
from planner.kernel.errors import Forbidden, NotFound
from planner.kernel.permissions import P
from planner.people import ports
from planner.people.models import Team, User
from planner.people.queries.links import answers_for, teams_of
from planner.people.queries.team import Person, person


@dataclass(frozen=True)
class Leaving:
    """What somebody leaves behind in one team."""

    team: str
    rest: list[ports.Leftover]


@query(P.PEOPLE_MANAGE)
def leaving(user_id: int) -> tuple[Person, list[Leaving]]:
    """A member, and what is still theirs in the actor's team."""
    return person(user_id), [Leaving(actor.current().team_name, _rest(user_id))]


@query(P.PEOPLE_MANAGE)
def closing(user_id: int) -> tuple[Person, list[Leaving]]:
    """A member, and what is still theirs anywhere: a closed account is out of all of its teams."""
    found = person(user_id)
    if not answers_for(actor.current().user_id, user_id):
        raise Forbidden()
    return found, _everywhere(user_id)


@query(P.INSTALLATION)
def closing_account(user_id: int) -> tuple[str, list[Leaving]]:
    """Whose account it is, and what is still theirs in any team, for the administrator."""
    asked = select(User.name).where(User.id == user_id, User.erased_at.is_(None))
    name = db.session().scalar(asked)
    if name is None:
        raise NotFound()
    return name, _everywhere(user_id)


@query(P.SELF)
def erasing() -> list[Leaving]:
    """What is still one's own in any team, before one's data is erased."""
    return _everywhere(actor.current().user_id or 0)


def _rest(user_id: int) -> list[ports.Leftover]:
    return [rest for answer in ports.leavers for rest in answer(user_id) if rest.count]


def _everywhere(user_id: int) -> list[Leaving]:
    """By team; things of another team than the one at hand can't be opened from here, so they carry no address."""
    here, names = actor.current().team_id, _team_names(user_id)
    found: list[Leaving] = []
    with unscoped("leaving"):
        for team_id, name in names.items():
            with as_team(team_id):
                rest = _rest(user_id)
            found.append(Leaving(name, rest if team_id == here else [_closed(each) for each in rest]))
    return found


def _closed(rest: ports.Leftover) -> ports.Leftover:
    return replace(rest, first=[replace(each, url="") for each in rest.first])


def _team_names(user_id: int) -> dict[int, str]:
    asked = select(Team.id, Team.name).where(Team.id.in_(teams_of(user_id))).order_by(Team.name, Team.id)
    return {row[0]: row[1] for row in db.session().execute(asked)}
