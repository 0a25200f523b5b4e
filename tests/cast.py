"""A small cast: the team 晨光 with one person of each role, and somebody who leads another team."""

from __future__ import annotations

from dataclasses import dataclass, field

import argon2

from planner.base import unit as units
from planner.base.actor import Actor, acting
from planner.base.scope import as_team
from planner.kernel.permissions import Role
from planner.live import services as live
from planner.live.rules import Platform
from planner.people import services as people
from planner.people.models import Membership, User

PASSWORD = "a-long-enough-secret-7"
ROLES = {
    "manager": Role.MANAGER,
    "lead": Role.LEAD,
    "host": Role.HOST,
    "member": Role.MEMBER,
    "viewer": Role.VIEWER,
}
NAMES = {"manager": "周经理", "lead": "林小雨", "host": "小米", "member": "阿强", "viewer": "访客", "outsider": "外人"}
PROGRAM = Actor(is_system=True, is_admin=True)


@dataclass
class Cast:
    """Ids of people, teams and things, and an actor for each person."""

    team: int = 0
    other_team: int = 0
    manager: int = 0
    lead: int = 0
    host: int = 0
    member: int = 0
    viewer: int = 0
    outsider: int = 0
    admin: int = 0
    channel: int = 0
    studio: int = 0
    actors: dict[str, Actor] = field(default_factory=dict)


def build() -> Cast:
    """Fill an empty database; called inside an application context."""
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    cast = Cast()
    with acting(PROGRAM):
        cast.team = people.create_team("晨光", "Asia/Shanghai", 360)
        cast.other_team = people.create_team("暮色", "Asia/Shanghai", 360)
        with units.writing("tests.cast") as unit:
            unit.unscoped = "tests"
            for login in (*ROLES, "outsider", "admin"):
                user = User(login=login, name=NAMES.get(login, login), password_hash=cheap, is_admin=login == "admin")
                unit.session.add(user)
                unit.session.flush()
                setattr(cast, login, user.id)
                team_id = cast.other_team if login == "outsider" else cast.team
                role = Role.LEAD if login == "outsider" else ROLES.get(login)
                if role is not None:
                    with as_team(team_id):
                        unit.session.add(Membership(user_id=user.id, role=role))
                cast.actors[login] = Actor(
                    user_id=user.id,
                    login=login,
                    name=user.name,
                    team_id=team_id if role else None,
                    role=role,
                    is_admin=login == "admin",
                    language="en",
                    team_name="暮色" if login == "outsider" else "晨光",
                )
    with acting(cast.actors["lead"]):
        cast.channel = live.add_channel(Platform.DOUYIN, "晨光美妆", "chenguang_beauty")
        cast.studio = live.add_studio("3号间")
    return cast


__all__ = ["NAMES", "PASSWORD", "ROLES", "Cast", "build"]
