"""SOPs: versions that count from the next list on, proposals a lead decides on, and what a line may say."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from planner.base.actor import acting
from planner.checklists import queries, services
from planner.checklists.rules import Anchor, Stage
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.live.rules import Weight
from planner.people import queries as people
from tests.cast import Cast
from tests.checklists.conftest import Plan

Add = Callable[..., int]


@pytest.fixture
def daily(cast: Cast, db: Any) -> int:
    """The SOP of daily shows."""
    with acting(cast.actors["lead"]):
        return next(t.id for t, _n, _c in queries.templates() if t.weight is Weight.DAILY)


def propose(template: int, text: str = "检查备用麦电量", minutes: int = -45, **more: Any) -> int:
    given: dict[str, Any] = {"stage": Stage.BEFORE, "anchor": Anchor.PLANNED_START, "position_id": None} | more
    return services.propose_item(
        template, text, given["position_id"], given["stage"], given["anchor"], minutes, "昨晚麦没电"
    )


def add(template: int, text: str = "检查备用麦电量", minutes: int = -45, **more: Any) -> int:
    given: dict[str, Any] = {"stage": Stage.BEFORE, "anchor": Anchor.PLANNED_START, "position_id": None} | more
    return services.add_item(template, text, given["position_id"], given["stage"], given["anchor"], minutes, True)


def number_of(template: int) -> int:
    return queries.template(template)["versions"][0].number


def titles(session_id: int) -> list[str]:
    return [i.title for i in queries.list_page(session_id).items]


@pytest.mark.engines
def test_a_new_line_counts_from_the_next_list_on(cast: Cast, daily: int, plan: Plan, evening: datetime) -> None:
    before = plan(evening)
    with acting(cast.actors["lead"]):
        control = next(p.id for p in people.positions() if p.key == "control")
        add(daily, position_id=control)
    after = plan(evening + timedelta(days=1), crew=[("control", cast.member)])
    with acting(cast.actors["lead"]):
        assert number_of(daily) == 2
        assert "检查备用麦电量" not in titles(before)
        made = next(i for i in queries.list_page(after).items if i.title == "检查备用麦电量")
        assert (made.due, made.user_name, made.blocks) == (evening + timedelta(days=1, minutes=-45), "阿强", True)
        page = queries.template(daily)
        services.remove_item(daily, next(i.key for _s, rows in page["stages"] for i in rows if i.title == made.title))
        assert number_of(daily) == 3
        assert made.title in titles(after), "a list keeps the version it was made from"
        assert [v.note for v in queries.template(daily)["versions"]] == [f"- {made.title}", f"+ {made.title}", ""]
        with pytest.raises(Refused):
            services.remove_item(daily, "nowhere")


@pytest.mark.engines
def test_a_proposal_becomes_a_line_when_a_lead_accepts(cast: Cast, daily: int, plan: Plan, evening: datetime) -> None:
    with acting(cast.actors["host"]):
        made = propose(daily)
        other = propose(daily, "加一盏灯")
        assert [p.id for p in queries.proposals()] == [made, other]
        assert number_of(daily) == 1, "nothing counts before somebody decides"
        for verb in (services.accept_proposal, services.refuse_proposal):
            with pytest.raises(Forbidden):
                verb(made)
    with acting(cast.actors["lead"]):
        assert services.accept_proposal(made) == daily
        assert services.refuse_proposal(other) == daily
        for verb in (services.accept_proposal, services.refuse_proposal):
            with pytest.raises(Refused):
                verb(made)
        assert queries.proposals() == []
        assert number_of(daily) == 2
        (line,) = [i for _s, rows in queries.template(daily)["stages"] for i in rows if i.proposal_id == made]
        assert (line.title, line.offset_minutes, line.blocks) == ("检查备用麦电量", -45, False)
    later = plan(evening)
    with acting(cast.actors["lead"]):
        assert "检查备用麦电量" in titles(later)
        assert "加一盏灯" not in titles(later)


@pytest.mark.engines
def test_two_leads_decide_at_once_and_one_decision_stands(cast: Cast, daily: int, db: Flask) -> None:
    with acting(cast.actors["host"]):
        made = propose(daily)
    gate, told = threading.Barrier(8), list[str]()

    def decide(login: str) -> None:
        with db.app_context(), acting(cast.actors[login]):
            gate.wait()
            try:
                services.accept_proposal(made)
                told.append("accepted")
            except Refused:
                told.append("refused")

    threads = [threading.Thread(target=decide, args=(login,)) for login in ("lead", "manager") * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["accepted"] + ["refused"] * 7
    with acting(cast.actors["lead"]):
        assert number_of(daily) == 2


@pytest.mark.parametrize(
    ("text", "minutes", "anchor", "field"),
    [
        ("", -45, Anchor.PLANNED_START, "text"),
        (" \u2028 ", -45, Anchor.PLANNED_START, "text"),
        ("长" * 161, -45, Anchor.PLANNED_START, "text"),
        ("检查", 30 * 24 * 60 + 1, Anchor.PLANNED_START, "offset_minutes"),
        ("检查", -60, Anchor.NEXT_DAY, "offset_minutes"),
        ("检查", 1440, Anchor.NEXT_DAY, "offset_minutes"),
        ("检查", 0, Anchor.EVERY, "offset_minutes"),
        ("检查", -30, Anchor.EVERY, "offset_minutes"),
        ("检查", 1, Anchor.EVERY, "offset_minutes"),
    ],
)
def test_a_line_that_could_not_be_followed_is_refused(
    cast: Cast, daily: int, text: str, minutes: int, anchor: Anchor, field: str
) -> None:
    for verb in (add, propose):
        with acting(cast.actors["lead"]), pytest.raises(Invalid) as fault:
            verb(daily, text, minutes, anchor=anchor)
        assert list(fault.value.fields) == [field]
    with acting(cast.actors["lead"]):
        assert number_of(daily) == 1


@pytest.mark.parametrize(
    ("minutes", "anchor"), [(0, Anchor.NEXT_DAY), (1439, Anchor.NEXT_DAY), (5, Anchor.EVERY), (1440, Anchor.EVERY)]
)
def test_every_line_that_is_taken_makes_a_list(
    cast: Cast, daily: int, plan: Plan, evening: datetime, minutes: int, anchor: Anchor
) -> None:
    with acting(cast.actors["lead"]):
        add(daily, minutes=minutes, anchor=anchor)
    made = plan(evening, 24 * 60)
    with acting(cast.actors["lead"]):
        expected = {1440: 0, 5: 48}.get(minutes, 1)
        assert titles(made).count("检查备用麦电量") == expected


@pytest.mark.engines
def test_who_may_change_the_sop(cast: Cast, daily: int) -> None:
    for login in ("host", "member", "viewer"):
        with acting(cast.actors[login]):
            with pytest.raises(Forbidden):
                add(daily)
            with pytest.raises(Forbidden):
                services.remove_item(daily, "kit")
            assert queries.template(daily)["template"].id == daily
    with acting(cast.actors["viewer"]), pytest.raises(Forbidden):
        propose(daily)
    with acting(cast.actors["member"]):
        made = propose(daily)
    with acting(cast.actors["outsider"]):
        theirs = next(t.id for t, _n, _c in queries.templates() if t.weight is Weight.DAILY)
        assert theirs != daily
        for call in (
            lambda: queries.template(daily),
            lambda: add(daily),
            lambda: propose(daily),
            lambda: services.remove_item(daily, "kit"),
            lambda: services.accept_proposal(made),
            lambda: services.refuse_proposal(made),
        ):
            with pytest.raises(NotFound):
                call()
        assert queries.proposals() == []


def test_a_position_of_another_team_is_no_position(cast: Cast, daily: int) -> None:
    with acting(cast.actors["outsider"]):
        foreign = people.positions()[0].id
    for verb in (add, propose):
        with acting(cast.actors["lead"]), pytest.raises(Invalid) as fault:
            verb(daily, position_id=foreign)
        assert list(fault.value.fields) == ["position_id"]
