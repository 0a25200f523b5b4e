"""A line that an SOP has: edited and moved in a new version, taken back, and never overwritten unseen."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from planner.base.actor import acting
from planner.base.undo import undo
from planner.base.verbs import last_command
from planner.checklists import queries, services
from planner.checklists.models import SopItem
from planner.checklists.rules import NOTHING, Anchor, Mark, Stage, read_evidence, recheck_of
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from planner.people import queries as people
from tests.cast import Cast
from tests.checklists.conftest import Plan, publish

Client = Callable[[str], Any]


def rows_of(template: int) -> dict[str, SopItem]:
    """The lines of an SOP by their keys, in the order in which its page shows them."""
    return {i.key: i for _stage, rows in queries.template(template)["stages"] for i in rows}


def titles(template: int, stage: Stage) -> list[str]:
    return [i.title for found, rows in queries.template(template)["stages"] if found is stage for i in rows]


def edit(line: SopItem, **more: Any) -> int:
    """Edit a line as its form does; what is not said stays."""
    held: dict[str, Any] = {
        "started": line.id, "text": line.title, "title_en": line.title_en, "position_id": line.position_id,
        "stage": line.stage, "anchor": line.anchor, "offset_minutes": line.offset_minutes, "blocks": line.blocks,
        "evidence": read_evidence(line.evidence), "recheck": line.recheck,
    }  # fmt: skip
    given = held | more
    return services.edit_item(line.id, *(given[name] for name in held))


def own(template: int, text: str, minutes: int = -45) -> SopItem:
    """A line of the team's own."""
    services.add_item(template, text, None, Stage.BEFORE, Anchor.PLANNED_START, minutes, False)
    return next(i for i in rows_of(template).values() if i.title == text)


@pytest.mark.engines
def test_an_edited_line_counts_from_the_next_list_on(cast: Cast, daily: int, plan: Plan, evening: datetime) -> None:
    before = plan(evening)
    with acting(cast.actors["lead"]):
        control = next(p.id for p in people.positions() if p.key == "control")
        line = rows_of(daily)["kit"]
        edit(
            line, text="灯光与备用机", title_en="Light and spares", position_id=control, offset_minutes=-90,
            blocks=False, evidence=NOTHING, recheck=recheck_of(["host"], 3),
        )  # fmt: skip
        assert queries.template(daily)["number"] == 1
        publish(daily, "灯光")
        now = rows_of(daily)["kit"]
        assert (now.title, now.title_en, now.position_id) == ("灯光与备用机", "Light and spares", control)
        assert (now.offset_minutes, now.blocks, read_evidence(now.evidence)) == (-90, False, NOTHING)
        assert now.recheck == {"host": True, "move": 180}
        page = queries.template(daily)
        assert (page["number"], page["versions"][0].note) == (2, "灯光")
        old = next(i for i in queries.list_page(before).items if i.title == line.title_en)
        assert (old.blocks, old.due) == (True, evening - timedelta(hours=2)), "a list that is made keeps its line"
    after = plan(evening + timedelta(days=1), crew=[("control", cast.member)])
    with acting(cast.actors["lead"]):
        new = next(i for i in queries.list_page(after).items if i.title == "Light and spares")
        assert (new.user_name, new.due) == ("阿强", evening + timedelta(days=1, minutes=-90))


@pytest.mark.engines
def test_a_line_goes_to_another_stage_and_to_each_shift(cast: Cast, daily: int) -> None:
    with acting(cast.actors["lead"]):
        line = rows_of(daily)["benefits"]
        edit(line, stage=Stage.AFTER, anchor=Anchor.REAL_END, offset_minutes=15)
        assert titles(daily, Stage.AFTER)[1] == line.title, "between 5 and 30 minutes after the end"
        assert line.title not in titles(daily, Stage.BEFORE)
        edit(rows_of(daily)["benefits"], stage=Stage.AIR, anchor=Anchor.SHIFT_START)
        assert rows_of(daily)["benefits"].each_shift
        edit(rows_of(daily)["benefits"], stage=Stage.AFTER, anchor=Anchor.REAL_END)
        assert not rows_of(daily)["benefits"].each_shift


def test_nothing_new_is_published_where_nothing_has_changed(cast: Cast, daily: int) -> None:
    with acting(cast.actors["lead"]):
        line = rows_of(daily)["kit"]
        assert edit(line) == line.id
        assert queries.template(daily)["number"] == 1


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"text": " "}, "text"), ({"title_en": "x" * 161}, "title_en"), ({"position_id": 2**40}, "position_id"),
        ({"offset_minutes": -31 * 1440}, "offset_minutes"), ({"stage": Stage.AFTER}, "blocks"),
        ({"anchor": Anchor.EVERY, "offset_minutes": 30}, "stage"), ({"recheck": {"move": 10**6}}, "recheck_hours"),
    ],
)  # fmt: skip
def test_a_line_that_could_not_be_followed_is_refused(cast: Cast, daily: int, more: dict[str, Any], field: str) -> None:
    with acting(cast.actors["lead"]):
        with pytest.raises(Invalid) as fault:
            edit(rows_of(daily)["kit"], **more)
        assert list(fault.value.fields) == [field]
        assert queries.template(daily)["number"] == 1


@pytest.mark.engines
def test_lines_of_one_time_change_places(cast: Cast, daily: int, plan: Plan, evening: datetime) -> None:
    with acting(cast.actors["lead"]):
        kit, links, benefits = (rows_of(daily)[key] for key in ("kit", "links", "benefits"))
        assert titles(daily, Stage.BEFORE)[:3] == [kit.title, links.title, benefits.title]
        services.move_item(benefits.id, up=True)
        services.move_item(rows_of(daily)["kit"].id, up=False)
        assert titles(daily, Stage.BEFORE)[:3] == [benefits.title, kit.title, links.title]
        publish(daily)
    show = plan(evening)
    with acting(cast.actors["lead"]):
        listed = [i.title for i in queries.list_page(show).items if i.stage is Stage.BEFORE]
        assert listed[:3] == [benefits.title_en, kit.title_en, links.title_en], "lists have the order of the library"


def test_lines_of_the_teams_own_change_places_too(cast: Cast, daily: int) -> None:
    with acting(cast.actors["lead"]):
        first, second, third = (own(daily, text) for text in ("备用麦", "备用灯", "备用网"))
        services.move_item(third.id, up=True)
        names = [name for name in titles(daily, Stage.BEFORE) if name.startswith("备用")]
        assert names == ["备用麦", "备用网", "备用灯"]
        services.move_item(first.id, up=False)
        services.move_item(second.id, up=True)
        names = [name for name in titles(daily, Stage.BEFORE) if name.startswith("备用")]
        assert names == ["备用网", "备用灯", "备用麦"]


def test_a_line_does_not_leave_its_time(cast: Cast, daily: int) -> None:
    with acting(cast.actors["lead"]):
        movable, rows = queries.template(daily)["movable"], rows_of(daily)
        assert rows["kit"].id in movable["down"] - movable["up"]
        assert rows["benefits"].id in movable["up"] - movable["down"]
        assert rows["final"].id not in movable["up"] | movable["down"]
        for key, up in (("kit", True), ("benefits", False), ("final", True), ("final", False)):
            with pytest.raises(Refused):
                services.move_item(rows[key].id, up)
        assert queries.template(daily)["number"] == 1


@pytest.mark.engines
def test_what_was_published_is_taken_back(cast: Cast, daily: int, plan: Plan, evening: datetime) -> None:
    with acting(cast.actors["lead"]):
        title = rows_of(daily)["kit"].title
        edit(rows_of(daily)["kit"], text="改过的", title_en="")
        edited = last_command.get()
        publish(daily)
        command = last_command.get()
        assert command is not None and edited is not None
        show = plan(evening)
        undo(command)
        page = queries.template(daily)
        assert (page["number"], [v.number for v in page["versions"]]) == (1, [2, 1])
        assert [c.mark for c in page["changes"]] == [Mark.CHANGED], "what was published is a draft again"
        made = [i.title for i in queries.list_page(show).items]
        assert "改过的" in made, "the list that was made meanwhile has its line"
        undo(edited)
        assert (rows_of(daily)["kit"].title, queries.draft_of(daily)) == (title, None)
        services.remove_item(daily, "kit")
        removal = last_command.get()
        services.move_item(rows_of(daily)["links"].id, up=False)
        assert removal is not None
        with pytest.raises(Refused):
            undo(removal)
        assert "kit" not in rows_of(daily)


@pytest.mark.engines
def test_a_decision_on_a_proposal_is_taken_back_while_its_draft_stands(cast: Cast, daily: int) -> None:
    with acting(cast.actors["lead"]):
        made = services.propose_item(daily, "备用麦", None, Stage.BEFORE, Anchor.PLANNED_START, -45, "")
        asked = last_command.get()
        services.accept_proposal(made)
        decided = last_command.get()
        assert asked is not None and decided is not None
        with pytest.raises(Refused):
            undo(asked)
        undo(decided)
        assert ([p.id for p in queries.proposals()], queries.draft_of(daily)) == ([made], None)
        services.accept_proposal(made)
        decided = last_command.get()
        publish(daily)
        assert decided is not None
        with pytest.raises(Refused):
            undo(decided)
        assert queries.template(daily)["number"] == 2


@pytest.mark.engines
def test_who_was_overtaken_is_told(cast: Cast, daily: int) -> None:
    with acting(cast.actors["manager"]):
        opened = rows_of(daily)["kit"]
    with acting(cast.actors["lead"]):
        edit(rows_of(daily)["links"], text="链接核对")
        edit(opened, text="组长改的")
    with acting(cast.actors["manager"]):
        with pytest.raises(Stale) as fault:
            edit(opened, text="经理改的")
        now = rows_of(daily)["kit"]
        assert (fault.value.theirs["text"], fault.value.version) == ("组长改的", now.id)
        assert fault.value.who_id == cast.actors["lead"].user_id
        edit(opened, started=now.id, text="经理改的")
        assert rows_of(daily)["kit"].title == "经理改的"
        other = rows_of(daily)["final"]
        edit(rows_of(daily)["kit"], text="又改")
        edit(other, text="终检一遍")
        assert rows_of(daily)["kit"].title == "又改", "who edits another line overtakes nobody"
        services.remove_item(daily, "final")
        with pytest.raises(Refused):
            edit(other, text="已删的")


@pytest.mark.engines
def test_two_leads_edit_at_once_and_neither_is_lost_unseen(cast: Cast, daily: int, db: Flask) -> None:
    with acting(cast.actors["lead"]):
        line = rows_of(daily)["kit"]
    gate, told = threading.Barrier(4), list[str]()

    def write(number: int) -> None:
        with db.app_context(), acting(cast.actors["lead"]):
            gate.wait()
            try:
                edit(line, text=f"第 {number} 版")
                told.append("saved")
            except Stale:
                told.append("told")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["saved", "told", "told", "told"]


@pytest.mark.engines
def test_who_may_edit_and_move(cast: Cast, daily: int) -> None:
    with acting(cast.actors["lead"]):
        line = rows_of(daily)["links"]
    for login in ("host", "member", "viewer"):
        with acting(cast.actors[login]):
            for call in (lambda: edit(line), lambda: services.move_item(line.id, True), lambda: queries.line(line.id)):
                with pytest.raises(Forbidden):
                    call()
    with acting(cast.actors["outsider"]):
        for call in (lambda: edit(line), lambda: services.move_item(line.id, True), lambda: queries.line(line.id)):
            with pytest.raises(NotFound):
                call()


def form_of(page: str) -> dict[str, str]:
    """What the form of a line holds when it is opened."""
    fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*?value="([^"]*)"', page))
    fields |= {name: value for value, name in re.findall(r'<input[^>]*?value="([^"]*)"[^>]*name="(version)"', page)}
    for name, inside in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', inside)
        fields[name] = chosen[1] if chosen else ""
    return {
        k: v
        for k, v in fields.items()
        if k not in ("csrf_token", "once", "recheck", "identity", "blocks", "q", "next", "theme", "language", "team_id")
    }


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_the_form_shows_times_as_people_say_them(client_of: Client, cast: Cast, daily: int, language: str) -> None:
    with acting(cast.actors["lead"]):
        line = rows_of(daily)["export"]
    lead = client_of("lead")
    lead.post_form("/me/language", {"language": language})
    page = lead.get(f"/sop/lines/{line.id}")
    assert page.status_code == 200
    held = form_of(page.text)
    assert held["offset_minutes"] == ("30 min after the end" if language == "en" else "下播后 30 分")
    typed = held | {"text": "导出并截图", "title_en": "Export and capture", "offset_minutes": "下播后1小时"}
    answer = lead.post_form(f"/sop/lines/{line.id}", typed)
    assert (answer.status_code, answer.location) == (303, f"/sop/{daily}#line-export")
    page = lead.get(f"/sop/{daily}")
    assert ("Export and capture" if language == "en" else "导出并截图") in page.text
    assert ("1 h after the end" if language == "en" else "下播后 1 小时") in page.text
    assert "/undo/" in page.text


def test_a_line_of_ones_own_can_confirm_a_person(
    client_of: Client, cast: Cast, daily: int, plan: Plan, evening: datetime
) -> None:
    with acting(cast.actors["lead"]):
        own(daily, "替补主播核验")
        publish(daily)
        line, persons = next(i for i in rows_of(daily).values() if i.title == "替补主播核验"), rows_of(daily)["persons"]
    lead = client_of("lead")
    page = lead.get(f"/sop/lines/{persons.id}").text
    assert any('name="identity"' in box and " checked" in box for box in re.findall("<input[^>]*>", page))
    held = form_of(lead.get(f"/sop/lines/{line.id}").text)
    assert lead.post_form(f"/sop/lines/{line.id}", held | {"identity": "y"}).status_code == 303
    assert "核验出镜人员身份" in lead.get(f"/sop/{daily}").text, "the draft says what is another"
    with acting(cast.actors["lead"]):
        edit(rows_of(daily)["persons"], text="身份核验")
        now = {i.title: i.identity for i in rows_of(daily).values()}
        assert now["替补主播核验"] and now["身份核验"], "an edit that says nothing of it leaves it"
        publish(daily)
    made = plan(evening, crew=[("host", cast.host), ("control", cast.member)])
    with acting(cast.actors["lead"]):
        item = next(i for i in queries.list_page(made).items if i.title == "替补主播核验")
        assert item.identity
        assert queries.earlier_proofs(item.id) == []


def test_faults_stand_at_their_fields_and_theirs_beside_mine(client_of: Client, cast: Cast, daily: int) -> None:
    with acting(cast.actors["lead"]):
        line = rows_of(daily)["kit"]
    lead = client_of("lead")
    held = form_of(lead.get(f"/sop/lines/{line.id}").text)
    bad = lead.post_form(
        f"/sop/lines/{line.id}", held | {"offset_minutes": "马上", "recheck_hours": "-3", "text": "新写法"}
    )
    assert bad.status_code == 422
    assert 'id="offset_minutes-error"' in bad.text
    assert 'value="马上"' in bad.text and 'value="新写法"' in bad.text
    with acting(cast.actors["manager"]):
        edit(line, text="经理的写法", offset_minutes=-60)
    stale = lead.post_form(f"/sop/lines/{line.id}", held | {"text": "我的写法"})
    assert stale.status_code == 409
    for word in ("经理的写法", "我的写法", "T-1小时", "T-2小时"):
        assert word in stale.text
    again = form_of(stale.text) | {"text": "我的写法"}
    assert lead.post_form(f"/sop/lines/{line.id}", again).status_code == 303
    with acting(cast.actors["lead"]):
        assert rows_of(daily)["kit"].title == "我的写法"


def test_moving_without_javascript(client_of: Client, cast: Cast, daily: int) -> None:
    lead = client_of("lead")
    with acting(cast.actors["lead"]):
        line = rows_of(daily)["links"]
    page = lead.get(f"/sop/{daily}").text
    row = re.search(r'<li class="item" id="line-links".*?</li>', page, re.S)
    assert row
    assert re.findall(r'name="to" value="(\w+)"', row[0]) == ["up", "down"]
    answer = lead.post_form(f"/sop/lines/{line.id}/move", {"to": "up"})
    assert (answer.status_code, answer.location) == (303, f"/sop/{daily}#line-links")
    with acting(cast.actors["lead"]):
        assert titles(daily, Stage.BEFORE)[0] == line.title
    assert "/sop/lines/" not in client_of("host").get(f"/sop/{daily}").text
    assert client_of("host").get(f"/sop/lines/{line.id}").status_code == 403
    assert client_of("outsider").get(f"/sop/lines/{line.id}").status_code == 404
    assert client_of("outsider").post_form(f"/sop/lines/{line.id}/move", {"to": "up"}).status_code == 404
