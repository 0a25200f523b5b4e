"""Saved views: what is kept of an address, whose they are, who shares, defaults, trash, undo, one's own data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from planner.base import trash, undo
from planner.base.actor import Actor, acting
from planner.base.verbs import last_command
from planner.history import queries as history
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from planner.people import queries as people
from planner.people import services as accounts
from planner.saved import queries, rules, services
from tests.cast import Cast

STEPS = "plan.steps"
PAIRS = st.lists(
    st.tuples(st.sampled_from(["owner", "q", "tag", "show", "skip", "plain", "Bad", "x" * 60]), st.text(max_size=30)),
    max_size=12,
)


# ---------------------------------------------------------------- what is kept, without a database


def test_two_addresses_that_show_the_same_have_one_form() -> None:
    for given_ in (
        "owner=3&q=切片",
        "q=切片&owner=3",
        "show=unfinished&sort=due&owner=3&q=切片&phase=&skip=100&pick=1&plain=1",
        "q=++切片&owner=3&owner=3",
    ):
        assert rules.normal(STEPS, given_) == urlencode([("owner", "3"), ("q", "切片")])
    assert rules.normal("plan.board", "by=state") == ""
    assert rules.normal("plan.board", "by=owner&show=unfinished") == "by=owner&show=unfinished"
    assert rules.normal("live.sessions", "view=week&day=2026-03-02") == ""
    assert rules.values_of("a=1&b=2&b=3") == {"a": "1", "b": ["2", "3"]}


@given(PAIRS, st.randoms())
def test_the_form_is_its_own_form_whatever_the_order(pairs: list[tuple[str, str]], dice: object) -> None:
    found = rules.query_of(STEPS, pairs)
    assert rules.normal(STEPS, found) == found or len(found) > rules.LONGEST_QUERY
    dice.shuffle(pairs)  # type: ignore[attr-defined]
    assert rules.query_of(STEPS, pairs) == found
    assert not {name for name, _value in parse_qsl(found)} & {"skip", "plain", "Bad", "x" * 60}


@given(st.text(max_size=3000))
def test_what_is_kept_is_bounded_and_plain(given_: str) -> None:
    found = rules.clean_query(STEPS, given_)
    assert found is None or (0 < len(found) <= rules.LONGEST_QUERY and found.isascii() and " " not in found)


# ---------------------------------------------------------------- keeping


def keep(name: str = "我的", query: str = "owner=3", shared: bool = False, page: str = STEPS) -> int:
    return services.save_view(page, query, name, shared)


def names(page: str = STEPS) -> list[str]:
    return [row.name for row in queries.all_views().get(page, [])]


def just_done() -> str:
    return last_command.get() or ""


@pytest.mark.engines
def test_everybody_keeps_their_own_and_nobody_else_sees_them(cast: Cast, db: Flask) -> None:
    for login in ("manager", "lead", "host", "member", "viewer"):
        with acting(cast.actors[login]):
            made = keep(f"{login} 的")
            assert names() == [f"{login} 的"]
    for login in ("manager", "lead", "outsider"):
        with acting(cast.actors[login]):
            for call in (
                lambda: queries.view(made),
                lambda: services.edit_view(made, 1, "x", False),
                lambda: services.replace_view(made, 1, "q=x"),
                lambda: services.trash_view(made),
                lambda: services.open_by_default(made),
            ):
                with pytest.raises(NotFound):
                    call()


@pytest.mark.engines
def test_a_lead_shares_and_the_team_sees_it(cast: Cast, db: Flask) -> None:
    with acting(cast.actors["lead"]):
        made = keep("逾期的", "due=late", shared=True)
    for login in ("viewer", "member", "host", "manager"):
        with acting(cast.actors[login]):
            (row,) = queries.all_views()[STEPS]
            assert (row.name, row.maker, row.mine, row.shared) == ("逾期的", "林小雨", False, True)
            assert row.editable == (login == "manager")
    with acting(cast.actors["outsider"]):
        assert queries.all_views() == {}
        with pytest.raises(NotFound):
            queries.view(made)
    for login in ("viewer", "member", "host"):
        with acting(cast.actors[login]):
            for call in (
                lambda: keep(shared=True),
                lambda: services.edit_view(made, 1, "改名", True),
                lambda: services.replace_view(made, 1, "q=x"),
                lambda: services.trash_view(made),
            ):
                with pytest.raises(Forbidden):
                    call()
    with acting(cast.actors["manager"]):
        services.edit_view(made, 1, "今天逾期", True)
        services.edit_view(made, 2, "今天逾期", False)
        assert names() == [], "it is the lead's alone again"
    with acting(cast.actors["lead"]):
        assert names() == ["今天逾期"]


@pytest.mark.engines
def test_a_member_can_not_share_their_own_later(cast: Cast, db: Flask) -> None:
    with acting(cast.actors["member"]):
        made = keep()
        with pytest.raises(Forbidden):
            services.edit_view(made, 1, "我的", True)
        services.edit_view(made, 1, "换个名", False)
        assert names() == ["换个名"]


@pytest.mark.engines
def test_one_name_a_list_and_so_many_views(cast: Cast, db: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with acting(cast.actors["host"]):
        first = keep("甲")
        with pytest.raises(Invalid) as fault:
            keep(" 甲 ")
        assert list(fault.value.fields) == ["name"]
        keep("甲", "by=owner", page="plan.board")
        second = keep("乙")
        with pytest.raises(Invalid):
            services.edit_view(second, 1, "甲", False)
        services.edit_view(second, 1, "乙", False)
        for bad in ("", "  ", "长" * 41):
            with pytest.raises(Invalid):
                keep(bad)
        for query in ("", "skip=3", "show=unfinished", "q=" + "长" * 200):
            with pytest.raises(Invalid):
                keep("丙", query)
        with pytest.raises(NotFound):
            keep("丙", page="plan.index")
        monkeypatch.setattr(rules, "MOST_VIEWS", 2)
        with pytest.raises(Refused):
            keep("丙")
        services.trash_view(first)
        keep("甲")
    with acting(cast.actors["lead"]):
        keep("甲")
        with pytest.raises(Refused):
            trash.restore(trash.trashed()[0][0])


@pytest.mark.engines
def test_what_is_looked_at_takes_the_place_of_a_view(cast: Cast, db: Flask) -> None:
    with acting(cast.actors["host"]):
        made = keep()
        services.replace_view(made, 1, "tag=大促&skip=9")
        found = queries.view(made)
        with pytest.raises(Stale):
            services.replace_view(made, 1, "tag=日常")
        with pytest.raises(Invalid):
            services.replace_view(made, 2, "")
        undo.undo(just_done())
        assert queries.view(made).query == "owner=3"
    with db.test_request_context():
        assert found.url == "/plan/steps?tag=%E5%A4%A7%E4%BF%83"


@pytest.mark.engines
def test_a_view_goes_to_the_trash_and_comes_back(cast: Cast, db: Flask) -> None:
    with acting(cast.actors["host"]):
        made = keep()
        services.trash_view(made)
        assert names() == []
        undo.undo(just_done())
        assert names() == ["我的"]
        services.trash_view(made)
    with acting(cast.actors["lead"]):
        assert [(kind, title) for _id, kind, _row, title, _at in trash.trashed()] == [("saved_view", "我的")]
        trash.restore(trash.trashed()[0][0])
        assert names() == []
    with acting(cast.actors["host"]):
        assert names() == ["我的"]


@pytest.mark.engines
def test_one_view_a_list_opens_by_default_and_for_oneself_alone(cast: Cast, db: Flask) -> None:
    with acting(cast.actors["lead"]):
        shared = keep("团队", shared=True)
    with acting(cast.actors["member"]):
        mine = keep()
        services.open_by_default(shared)
        assert queries.default_of(STEPS).id == shared  # type: ignore[union-attr]
        services.open_by_default(mine)
        services.open_by_default(mine)
        assert queries.default_of(STEPS).id == mine  # type: ignore[union-attr]
        assert [row.is_default for row in queries.all_views()[STEPS]] == [True, False]
        services.open_plainly(mine)
        assert queries.default_of(STEPS) is None
        undo.undo(just_done())
        assert queries.default_of(STEPS).id == mine  # type: ignore[union-attr]
        services.open_by_default(shared)
    with acting(cast.actors["host"]):
        assert queries.default_of(STEPS) is None
    with acting(cast.actors["lead"]):
        services.edit_view(shared, 1, "团队", False)
    with acting(cast.actors["member"]):
        assert queries.default_of(STEPS) is None, "what one sees no more opens no more"


@pytest.mark.engines
def test_a_view_that_was_the_default_is_destroyed_with_that(cast: Cast, db: Flask) -> None:
    with acting(cast.actors["member"]):
        made = keep()
        services.open_by_default(made)
        services.trash_view(made)
        assert queries.default_of(STEPS) is None
    program = Actor(team_id=cast.team, is_system=True, is_admin=True)
    with clock.standing(datetime.now(UTC) + timedelta(days=31)), acting(program):
        assert trash.purge_overdue() == (1, 0)


def test_only_leads_read_the_history_of_a_view(cast: Cast, db: Flask) -> None:
    with acting(cast.actors["host"]):
        made = keep("我的打算")
        with pytest.raises(Forbidden):
            history.history("saved_view", made)
    with acting(cast.actors["lead"]):
        title, entries = history.history("saved_view", made)
        assert title == "我的打算"
        told = {c.field: c.after for e in entries for d in e.deeds for c in d.changes}
        assert told["List"] == "List of steps"


@pytest.mark.engines
def test_ones_views_are_among_ones_data_and_go_with_it_but_not_the_teams(cast: Cast, db: Flask) -> None:
    with acting(cast.actors["lead"]):
        services.open_by_default(keep("自己的"))
        keep("团队的", "due=late", shared=True)
        told = people.my_data()["saved_views"]
        assert [(row["name"], row["query"], row["shared"]) for row in told] == [
            ("自己的", "owner=3", False), ("团队的", "due=late", True),
        ]  # fmt: skip
        accounts.erase_me()
    with acting(cast.actors["manager"]):
        assert names() == ["团队的"]


def test_who_may_not_look_at_a_list_has_no_views_of_it(cast: Cast, db: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    who = cast.actors["viewer"]
    with acting(who):
        keep()
        keep("场次", "view=list", page="live.sessions")
        may: Callable[..., bool] = Actor.may
        monkeypatch.setattr(Actor, "may", lambda self, asked: asked != rules.PAGES[STEPS].view and may(self, asked))
        assert list(queries.all_views()) == ["live.sessions"]
        with pytest.raises(Forbidden):
            keep("又一个")
