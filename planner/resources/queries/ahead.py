"""What lies before a request that is being written: what is left of the budget, who would sign, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from planner.base import actor, db, show
from planner.base.verbs import query
from planner.kernel.money import LARGEST
from planner.kernel.permissions import P
from planner.people import queries as people
from planner.resources.models import ApprovalLevel, ResourceRequest
from planner.resources.queries import budgets, policies, signers
from planner.resources.queries.days import day_of
from planner.resources.queries.requests import one_request
from planner.resources.rules import Facts, Kind, LevelState, Standing, Stop
from planner.resources.words import level_name


@dataclass(frozen=True)
class StopRow:
    """A level on the way: what it is called, who signs it, or why nobody does."""

    name: str
    signers: tuple[str, ...]
    needed: int
    stuck: bool
    covered_by: str


@dataclass(frozen=True)
class Ahead:
    """The way ahead. `standing` is None where no budget of its category is there for its day."""

    total: int
    version: int
    standing: Standing | None
    frozen: bool
    category: str
    period: str
    stops: list[StopRow]
    short: bool
    quotes: int
    """How many offers are to be compared; 0 where none are asked for."""

    @property
    def lacks(self) -> int:
        """How much the budget lacks, in minor units."""
        return max(0, self.total - self.standing.available) if self.standing is not None else self.total


def stop_rows(stops: list[Stop], names: dict[int, str]) -> list[StopRow]:
    """The levels as a page shows them."""
    called = [level_name(stop.rule.name) for stop in stops]
    return [
        StopRow(
            called[place], tuple(names.get(user_id, "") for user_id in stop.signers), stop.needed, stop.stuck,
            called[stop.covered_by] if stop.covered_by is not None else "",
        )
        for place, stop in enumerate(stops)
    ]  # fmt: skip


@query(P.REQUEST_VIEW)
def way_ahead(request_id: int) -> Ahead:
    """Who will sign a request as it is written now, and whether the budget holds."""
    row = one_request(request_id)
    return _ahead(row.total, row.kind, row.category_id, day_of(row), row.requester_id, row.version)


@query(P.REQUEST_VIEW)
def way_of_envelope(total: int, category_id: int | None, first: date | None) -> Ahead:
    """The same of an envelope that is written and not kept yet, by what stands in its form."""
    offered = category_id if category_id in {row.id for row in budgets.categories()} else None
    held = min(max(total, 0), LARGEST)
    return _ahead(held, Kind.ENVELOPE, offered, first or show.today(), actor.current().user_id or 0, 0)


def _ahead(
    total: int, kind: Kind, category_id: int | None, day: date, requester_id: int, version: int
) -> Ahead:  # fmt: skip
    found, period = budgets.named_budget_for(category_id, day) if category_id is not None else (None, "")
    frozen = found is not None and found.frozen_at is not None
    over = category_id is not None and (found is None or frozen or found.standing.available < total)
    facts = Facts(total, kind, category_id or 0, over, signers.present().get(requester_id))
    tried = policies.would_sign(facts, requester_id)
    names = people.names({user_id for stop in tried.stops for user_id in stop.signers})
    category = budgets.category_names({category_id}).get(category_id, "") if category_id else ""
    standing = found.standing if found is not None else None
    rows = stop_rows(tried.stops, names)
    return Ahead(total, version, standing, frozen, category, period, rows, tried.short_of_people, tried.offers)


@query(P.REQUEST_VIEW)
def levels_behind(request_id: int) -> list[tuple[int, str]]:
    """The levels that have signed already, to which a request can be returned."""
    row: ResourceRequest = one_request(request_id)
    mine = (ApprovalLevel.request_id == row.id, ApprovalLevel.round == row.round)
    asked = select(ApprovalLevel.id, ApprovalLevel.name).where(*mine, ApprovalLevel.state == LevelState.PASSED)
    return [
        (level_id, level_name(name)) for level_id, name in db.session().execute(asked.order_by(ApprovalLevel.place))
    ]
