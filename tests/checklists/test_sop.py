"""SOPs: versions that count from the next list on, proposals a lead decides on, and what a line may say."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from planner.base.actor import acting
from planner.checklists import queries, services
from planner.checklists.rules import Anchor, Evidence, ItemState, Stage, read_evidence, recheck_of
from planner.checklists.words import title_of
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.live import queries as sessions
from planner.live import services as live
from planner.people import queries as people
from tests.cast import Cast
from tests.checklists.conftest import PHOTO, Plan, key, publish

Add = Callable[..., int]
PHOTOS, TWO = Evidence(photos=(1, 20)), Evidence(two=True)


def propose(template: int, text: str = "检查备用麦电量", minutes: int = -45, **more: Any) -> int:
    given: dict[str, Any] = {"stage": Stage.BEFORE, "anchor": Anchor.PLANNED_START, "position_id": None} | more
    line = (given.pop("position_id"), given.pop("stage"), given.pop("anchor"), minutes, "昨晚麦没电")
    return services.propose_item(template, text, *line, **given)


def add(template: int, text: str = "检查备用麦电量", minutes: int = -45, **more: Any) -> int:
    given: dict[str, Any] = {"stage": Stage.BEFORE, "anchor": Anchor.PLANNED_START, "position_id": None} | more
    blocks = given.pop("blocks", True)
    line = (given.pop("position_id"), given.pop("stage"), given.pop("anchor"), minutes, blocks)
    return services.add_item(template, text, *line, **given)


def number_of(template: int) -> int:
    return queries.template(template)["number"]


def titles(session_id: int) -> list[str]:
    return [i.title for i in queries.list_page(session_id).items]


@pytest.mark.engines
def test_a_new_line_counts_from_the_next_list_on(cast: Cast, daily: int, plan: Plan, evening: datetime) -> None:
    before = plan(evening)
    with acting(cast.actors["lead"]):
        control = next(p.id for p in people.positions() if p.key == "control")
        add(daily, position_id=control)
        assert number_of(daily) == 1, "a draft counts for nobody"
        publish(daily, "备用麦")
    after = plan(evening + timedelta(days=1), crew=[("control", cast.member)])
    with acting(cast.actors["lead"]):
        assert number_of(daily) == 2
        assert "检查备用麦电量" not in titles(before)
        made = next(i for i in queries.list_page(after).items if i.title == "检查备用麦电量")
        assert (made.due, made.user_name, made.blocks) == (evening + timedelta(days=1, minutes=-45), "阿强", True)
        page = queries.template(daily)
        services.remove_item(daily, next(i.key for _s, rows in page["stages"] for i in rows if i.title == made.title))
        publish(daily)
        assert number_of(daily) == 3
        assert made.title in titles(after), "a list keeps the version it was made from"
        assert [v.note for v in queries.template(daily)["versions"]] == ["", "备用麦", ""]
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
        assert number_of(daily) == 1, "what is accepted waits in the draft"
        (line,) = [i for _s, rows in queries.template(daily)["stages"] for i in rows if i.proposal_id == made]
        assert (line.title, line.offset_minutes, line.blocks) == ("检查备用麦电量", -45, False)
        publish(daily)
        assert number_of(daily) == 2
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
        assert sum(len(rows) for _s, rows in queries.template(daily)["stages"]) == 17


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
        ("检查", 30, Anchor.EVERY, "stage"),
        ("检查", -60, Anchor.CLOCK, "offset_minutes"),
        ("检查", 1440, Anchor.CLOCK, "offset_minutes"),
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
    ("minutes", "anchor"),
    [
        (0, Anchor.NEXT_DAY),
        (1439, Anchor.NEXT_DAY),
        (0, Anchor.CLOCK),
        (1439, Anchor.CLOCK),
        (-30, Anchor.REAL_START),
        (10, Anchor.SHIFT_END),
        (5, Anchor.EVERY),
        (1440, Anchor.EVERY),
    ],
)
def test_every_line_that_is_taken_makes_a_list(
    cast: Cast, daily: int, plan: Plan, evening: datetime, minutes: int, anchor: Anchor
) -> None:
    with acting(cast.actors["lead"]):
        stage = Stage.AIR if anchor is Anchor.EVERY else Stage.AFTER
        add(daily, minutes=minutes, anchor=anchor, stage=stage, blocks=False)
        publish(daily)
    made = plan(evening, 24 * 60)
    with acting(cast.actors["lead"]):
        expected = {1440: 0, 5: 287}.get(minutes, 1)
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
        theirs = next(t.id for t in queries.templates() if t.origin == "daily")
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


def lines_of(template: int) -> dict[str, Any]:
    return {i.title: i for _stage, rows in queries.template(template)["stages"] for i in rows}


@pytest.mark.engines
def test_a_line_of_ones_own_carries_proof_and_recheck_rule(
    cast: Cast, daily: int, plan: Plan, evening: datetime
) -> None:
    rule = recheck_of(["studio"], 2)
    with acting(cast.actors["lead"]):
        add(daily, "布景拍照", evidence=PHOTOS, recheck=rule)
        add(daily, "双人点货", evidence=TWO)
    with acting(cast.actors["host"]):
        made = propose(daily, "备用麦试音", evidence=PHOTOS, recheck=recheck_of(["host", "lineup"], None))
    with acting(cast.actors["lead"]):
        services.accept_proposal(made)
        publish(daily)
        held = {title: (read_evidence(line.evidence), line.recheck) for title, line in lines_of(daily).items()}
        assert held["布景拍照"] == (PHOTOS, {"move": 120, "studio": True})
        assert held["双人点货"] == (TWO, None)
        assert held["备用麦试音"] == (PHOTOS, {"host": True, "lineup": True})
    show = plan(evening)
    with acting(cast.actors["lead"]):
        rows = {i.title: i for i in queries.list_page(show).items}
        with pytest.raises(Invalid):
            services.tick(rows["布景拍照"].id, key())
        services.tick(rows["布景拍照"].id, key(), PHOTO)
        b = sessions.brief(show)
        live.move_session(show, b.version, evening + timedelta(hours=2), 240, b.studio_id)
        assert queries.item(rows["布景拍照"].id).state is ItemState.DONE
        live.move_session(show, sessions.brief(show).version, evening + timedelta(hours=5), 240, b.studio_id)
        assert queries.item(rows["布景拍照"].id).state is ItemState.OPEN


def test_a_rule_or_a_block_that_makes_no_sense_is_refused(cast: Cast, daily: int) -> None:
    with acting(cast.actors["lead"]):
        for hours in (721, -1):
            for verb in (add, propose):
                with pytest.raises(Invalid) as fault:
                    verb(daily, recheck=recheck_of([], hours))
                assert list(fault.value.fields) == ["recheck_hours"]
        for stage in (Stage.AIR, Stage.AFTER):
            with pytest.raises(Invalid) as fault:
                add(daily, stage=stage)
            assert list(fault.value.fields) == ["blocks"]


@pytest.mark.engines
def test_what_is_learned_reaches_the_next_list_and_leaves_made_ones_as_they_are(
    cast: Cast, daily: int, plan: Plan, evening: datetime
) -> None:
    coming, on_air = plan(evening), plan(evening + timedelta(days=1))
    with acting(cast.actors["lead"]):
        live.go_live(on_air)
        made, passed = propose(daily, "备用麦试音", -45), propose(daily, "提前三十天", -30 * 24 * 60)
        for proposal in (made, passed):
            services.accept_proposal(proposal)
        publish(daily)
        assert "备用麦试音" not in titles(coming), "a list that is made stays on its version"
    later = plan(evening + timedelta(days=2))
    with acting(cast.actors["lead"]):
        rows = {i.title: i for i in queries.list_page(later).items}
        assert rows["备用麦试音"].due == evening + timedelta(days=2, minutes=-45)
        assert rows["备用麦试音"].state is ItemState.OPEN
        assert rows["提前三十天"].state is ItemState.NOT_APPLICABLE, "what was due before is no fault of anybody"
        assert "备用麦试音" not in titles(on_air), "who is on air keeps the list as it is"


def test_a_learned_line_stands_in_its_time(cast: Cast, daily: int, plan: Plan, evening: datetime) -> None:
    with acting(cast.actors["host"]):
        made = propose(daily, "备用麦电量与试音", -90)
    with acting(cast.actors["lead"]):
        services.accept_proposal(made)
        publish(daily)
        template = queries.template(daily)
    show = plan(evening)
    with acting(cast.actors["lead"]):
        rows = [i for i in queries.list_page(show).items if i.stage is Stage.BEFORE]
        timeless = [i.due is None for i in queries.list_page(show).items if i.stage is Stage.AIR]
        library = next(lines for stage, lines in template["stages"] if stage is Stage.BEFORE)
        before = [title_of(i.title, i.title_en) for i in library]
    assert [i.due for i in rows] == sorted(i.due for i in rows if i.due is not None)
    place = [i.title for i in rows].index("备用麦电量与试音")
    assert 0 < place < len(rows) - 1
    assert timeless == sorted(timeless), "what happens when it happens stands last"
    assert before == [i.title for i in rows], "the library has the same order"


def test_the_form_of_a_line_takes_clock_times_proof_and_rules(
    cast: Cast, daily: int, client_of: Callable[[str], Any]
) -> None:
    lead = client_of("lead")
    given = {"text": "定妆照", "stage": "before", "anchor": "clock", "offset_minutes": "13:30", "evidence": ["photos"]}
    sent = given | {"recheck": ["host", "studio"], "recheck_hours": "3", "act": "publish"}
    assert lead.post_form(f"/sop/{daily}/items", sent).status_code == 303
    with acting(cast.actors["lead"]):
        line = lines_of(daily)["定妆照"]
        assert (line.anchor, line.offset_minutes, read_evidence(line.evidence)) == (Anchor.CLOCK, 13 * 60 + 30, PHOTOS)
        assert line.recheck == {"move": 180, "host": True, "studio": True}
    page = lead.get(f"/sop/{daily}").text
    assert "当天 13:30" in page
    assert "遇换主播、换直播间、改期超过 3 小时重做" in page
    assert "T-1天" in page
    bad = lead.post_form(f"/sop/{daily}/items", sent | {"recheck_hours": "5000"})
    assert bad.status_code == 422
    assert re.search(r'id="recheck_hours-error"', bad.text)
    assert re.search(r'value="host" checked', bad.text), "nothing typed is lost"
