"""Team scope on every statement, claims, and what other teams' rows look like: as if they did not exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy import delete, exists, func, insert, select, text, union_all, update
from sqlalchemy.orm import aliased

from planner.base import claim as claiming
from planner.base import db as house
from planner.base import unit as units
from planner.base import verbs
from planner.base.actor import Actor, acting
from planner.base.ready import ready
from planner.base.scope import NoScope, as_team, unscoped
from planner.kernel.errors import NotFound, Stale
from planner.kernel.permissions import P
from planner.live.models import Channel, Studio
from planner.live.rules import Platform
from planner.people.models import Membership, Team, User
from tests.cast import Cast

As = Callable[[str], AbstractContextManager[Actor]]
Doing = Callable[..., Callable[..., Any]]
Rows = Callable[..., list[Any]]
pytestmark = pytest.mark.engines


@pytest.fixture
def theirs(as_: As, doing: Doing) -> int:
    """A studio of the other team."""
    with as_("outsider"):
        return doing(lambda: house.add(Studio(name="暮色棚")).id)()


@pytest.fixture
def unit(cast: Cast, db: Any) -> Iterator[units.Unit]:
    """An open write unit of the lead; rolled back."""

    class Over(Exception):
        pass

    with pytest.raises(Over), acting(cast.actors["lead"]), units.writing("tests") as found:
        yield found
        raise Over


@ready
def _all_studios() -> Any:
    return select(Studio.id, Studio.name)


def test_reads_see_the_own_team_only(cast: Cast, theirs: int, unit: units.Unit) -> None:
    session, other = unit.session, aliased(Studio)
    mine = [(cast.studio, "3号间")]
    pair = (Studio.id, Studio.name)
    assert session.execute(select(*pair)).all() == mine
    assert session.execute(select(*pair).where(Studio.id.in_([theirs, cast.studio]))).all() == mine
    assert session.execute(select(other.id, other.name)).all() == mine
    assert session.execute(select(Studio.id).join(other, other.id != Studio.id)).all() == []
    assert session.scalar(select(func.count()).select_from(Studio)) == 1
    assert session.scalar(select(func.count(Studio.id))) == 1
    assert session.scalar(select(func.max(Studio.name))) == "3号间"
    assert session.scalars(select(Team.id).where(exists().where(Studio.id == theirs))).all() == []
    members = select(Membership.user_id).where(Membership.user_id == cast.outsider)
    assert session.scalars(select(User.id).where(User.id.in_(members))).all() == []
    assert session.scalars(select(select(func.count(Studio.id)).scalar_subquery())).all() == [1]
    both = union_all(select(Studio.name), select(Studio.name)).subquery()
    assert session.execute(select(both.c.name)).all() == [("3号间",), ("3号间",)]
    assert session.get(Studio, theirs) is None
    assert [tuple(row) for row in _all_studios.rows()] == mine


def test_one_and_edit_answer_strangers_like_nothing(cast: Cast, theirs: int, unit: units.Unit) -> None:
    for row_id in (theirs, 2**63 - 1, 2**63, 0, -1, None):
        with pytest.raises(NotFound):
            house.one(Studio, row_id)
        with pytest.raises(NotFound):
            house.edit(Studio, row_id, 1)
    assert set(house.some(Studio, [theirs, cast.studio, 2**70])) == {cast.studio}
    with pytest.raises(Stale) as caught:
        house.edit(Studio, cast.studio, 7)
    assert (caught.value.version, caught.value.theirs["name"]) == (1, "3号间")


def test_bulk_writes_go_through_claim_and_stay_in_the_team(
    cast: Cast, theirs: int, unit: units.Unit, rows: Rows
) -> None:
    session = unit.session
    for statement in (update(Studio).values(name="x"), delete(Studio).where(Studio.id == theirs)):
        with pytest.raises(RuntimeError, match=r"base\.claim"):
            session.execute(statement)
        done: Any = session.execute(statement.execution_options(claimed=True, synchronize_session=False))
        assert done.rowcount <= 1
    assert not claiming.claim(Studio, theirs, {}, {"name": "x"})
    session.flush()
    assert rows("SELECT name FROM studio WHERE id = :id", id=theirs) == [("暮色棚",)]


def test_plain_tables_and_texts_are_refused(cast: Cast, unit: units.Unit) -> None:
    table: Any = Studio.__table__
    for statement in (
        select(table.c.name),
        text("SELECT name FROM studio"),
        update(table).values(name="x"),
        delete(table),
        insert(table).values(name="x", team_id=cast.other_team),
    ):
        with pytest.raises(NoScope):
            unit.session.execute(statement)


def test_no_team_is_an_error_and_never_everything(cast: Cast, db: Any, doing: Doing) -> None:
    def look(asked: Any) -> Any:
        return house.session().execute(asked).all()

    with acting(cast.actors["admin"]):
        command = doing(look)
        for asked in (select(Studio), select(Studio.name), select(func.count(Studio.id))):
            with pytest.raises(NoScope):
                command(asked)
        for hidden in (
            select(User.id).where(exists().where(Studio.id == cast.studio)),
            select(User.id).join(Membership, Membership.user_id == User.id),
        ):
            assert command(hidden) == []
        with pytest.raises(NoScope):
            doing(lambda: house.add(Studio(name="无主")))()
        with pytest.raises(NoScope):
            doing(lambda: _all_studios.rows())()


def test_rows_of_another_team_can_not_be_written(cast: Cast, theirs: int, as_: As, doing: Doing, rows: Rows) -> None:
    def smuggle(act: str) -> None:
        if act == "make":
            house.add(Channel(team_id=cast.other_team, platform=Platform.DOUYIN, name="x", account="x"))
            return
        with unscoped("tests"):
            row = house.one(Studio, theirs)
        if act == "rename":
            row.name = "被改"
        else:
            house.remove(row)

    for act in ("make", "rename", "remove"):
        with as_("lead"), pytest.raises(NoScope):
            doing(smuggle)(act)
    assert rows("SELECT name FROM studio WHERE id = :id", id=theirs) == [("暮色棚",)]
    assert rows("SELECT id FROM channel WHERE team_id = :id", id=cast.other_team) == []


def test_an_unscoped_stretch_ends_and_as_team_is_one_team(cast: Cast, theirs: int, unit: units.Unit) -> None:
    asked = select(Studio.id).order_by(Studio.id)
    with unscoped("tests"):
        assert unit.session.scalars(asked).all() == [cast.studio, theirs]
        with as_team(cast.other_team):
            assert unit.session.scalars(asked).all() == [theirs]
            made = house.add(Studio(name="新棚"))
        assert made.team_id == cast.other_team
        assert unit.session.scalars(asked).all() == [cast.studio, theirs, made.id]
    assert unit.session.scalars(asked).all() == [cast.studio]


def test_what_lies_in_the_trash_is_out_of_sight(cast: Cast, unit: units.Unit) -> None:
    house.one(Studio, cast.studio).trashed_at = unit.at
    unit.session.flush()
    assert unit.session.scalars(select(Studio)).all() == []
    assert list(_all_studios.rows()) == []
    assert unit.session.scalars(select(Studio).execution_options(with_trash=True)).one().id == cast.studio
    assert unit.session.scalar(select(func.count(Studio.id)).where(house.alive(Studio))) == 0
    with pytest.raises(NotFound):
        house.one(Studio, cast.studio)
    assert house.one(Studio, cast.studio, with_trash=True).name == "3号间"


# ---------------------------------------------------------------- claim


def test_of_many_claims_one_wins(cast: Cast, doing: Doing, together: Any, rows: Rows) -> None:
    command = doing(lambda name: claiming.claim(Studio, cast.studio, {"name": "3号间"}, {"name": name}))

    def work(number: int) -> bool:
        with acting(cast.actors["lead"]):
            return command(f"第{number}")

    won = [number for number, got in enumerate(together(32, work)) if got is True]
    assert len(won) == 1
    assert rows("SELECT name, version FROM studio") == [(f"第{won[0]}", 2)]
    changes = rows("SELECT version FROM audit_entry WHERE kind = 'studio' AND act = 'update'")
    assert changes == [(2,)], "the one change is in the history, the others are not"


def test_a_claim_compares_values_lists_and_nothing(cast: Cast, unit: units.Unit) -> None:
    def claim(when: dict[str, Any], name: str) -> bool:
        return claiming.claim(Studio, cast.studio, when, {"name": name})

    assert not claim({"name": ("1号间", "2号间")}, "x")
    assert not claim({"trashed_at": unit.at}, "x")
    assert not claiming.claim(Studio, 2**40, {}, {"name": "x"})
    assert claim({"name": ("1号间", "3号间"), "trashed_at": None}, "4号间")
    assert house.one(Studio, cast.studio).name == "4号间"
    assert house.one(Studio, cast.studio).version == 2


def test_a_claim_is_no_business_of_a_query(as_: As, cast: Cast, db: Any) -> None:
    @verbs.query(P.SELF)
    def look() -> bool:
        return claiming.claim(Studio, cast.studio, {}, {"name": "x"})

    with as_("lead"), pytest.raises(RuntimeError, match="inside a command"):
        look()
    verbs.VERBS.pop("base.look")
