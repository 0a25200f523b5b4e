"""What can be read of people."""

from planner.people.queries.accounts import (
    account_for_login,
    has_demo,
    identity,
    installation,
    is_empty,
    me,
    my_devices,
)
from planner.people.queries.leaving import Leaving, closing, closing_account, erasing, leaving
from planner.people.queries.links import Found, answers_for, link_behind, open_invitations, open_link, teams_of
from planner.people.queries.own import my_data
from planner.people.queries.team import (
    Person,
    PositionRow,
    TeamPage,
    assignable,
    gone,
    has_mail,
    names,
    people,
    person,
    positions,
    team,
)

__all__ = [
    "Found",
    "Leaving",
    "Person",
    "PositionRow",
    "TeamPage",
    "account_for_login",
    "answers_for",
    "assignable",
    "closing",
    "closing_account",
    "erasing",
    "gone",
    "has_demo",
    "has_mail",
    "identity",
    "installation",
    "is_empty",
    "leaving",
    "link_behind",
    "me",
    "my_data",
    "my_devices",
    "names",
    "open_invitations",
    "open_link",
    "people",
    "person",
    "positions",
    "team",
    "teams_of",
]
