"""Running lists go over to a new version of their SOP: what comes, what goes, what stays with its ticks."""

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
from planner.checklists.queries.upgrades import Running
from planner.checklists.rules import (
    Anchor,
    Evidence,
    ItemState,
    Stage,
    Upgrade,
    upgrade_of,
)
from planner.kernel.errors import Forbidden, NotFound, Refused
from planner.live import queries as sessions
from planner.live import services as live
from tests.cast import Cast
from tests.checklists.conftest import PHOTO, Item, Items, Plan, key, publish

Client = Callable[[str], Any]
OPEN, DONE = ItemState.OPEN, ItemState.DONE


def test_what_becomes_of_the_lines_of_a_list() -> None:
    said = {"title": "a"}
    before = {"kept": said, "edited": said, "open": said, "done": said}
    after = {"kept": said, "edited": {"title": "b"}, "fresh": said}
    items = [("kept", DONE), ("edited", OPEN), ("open", OPEN), ("done", DONE), ("done", OPEN)]
    found = upgrade_of(before, after, items)
    assert found == Upgrade(("fresh",), ("open", "done"), ("done",), ("edited",), ("kept",), 2)
    assert not found.does_nothing and upgrade_of(before, before, items).does_nothing


def behind(template: int) -> list[Running]:
    found: Any = queries.upgrades(template)["lists"]
    return list(found)


def edited(template: int) -> None:
    """Another wording and proof, a line gone, a line new: published."""
    lines = {i.key: i for _stage, rows in queries.template(template)["stages"] for i in rows}
    kit = lines["kit"]
    services.edit_item(
        kit.id, kit.id, "灯光与备用机", "Light and spares", kit.position_id, kit.stage, kit.anchor, -90, True, Evidence(two=True)
    )  # fmt: skip
    services.remove_item(template, "benefits")
    services.remove_item(template, "script")
    services.add_item(template, "备用麦试音", None, Stage.BEFORE, Anchor.PLANNED_START, -45, False)
    publish(template, "备用麦")


def upgrade(template: int, *lists: int) -> int:
    return services.upgrade_lists(template, sessions_version(template), lists)


def sessions_version(template: int) -> int:
    return queries.template(template)["template"].version_id


@pytest.mark.engines
def test_a_running_list_goes_over(
    cast: Cast, daily: int, plan: Plan, evening: datetime, item_of: Item, items_of: Items
) -> None:
    crew = [("host", cast.host), ("control", cast.member)]
    show, other = plan(evening, crew=crew), plan(evening + timedelta(days=1), crew=crew)
    with acting(cast.actors["lead"]):
        services.tick(item_of(show, "script").id, key())
        services.tick(item_of(show, "links").id, key())
        services.tick(item_of(show, "final").id, key())
        edited(daily)
        found = behind(daily)
        assert [(r.session.id, r.number) for r in found] == [(show, 1), (other, 1)]
        assert (found[0].added, found[0].changed) == (["备用麦试音"], ["Light and spares"])
        assert (found[0].dropped, found[0].dropped_done) == (
            ["Lucky bags, flash sale, coupons set and tried"],
            ["Script and cards final, wording checked"],
        )
        assert found[0].upgrade.ticked == 2, "half of what two people do is not ticked"
        assert upgrade(daily, found[0].checklist_id) == 1
        assert [r.session.id for r in behind(daily)] == [other]
    kit = item_of(show, "kit")
    assert (kit.title, kit.due, kit.evidence) == (
        "Light and spares",
        evening - timedelta(minutes=90),
        Evidence(two=True),
    )
    assert item_of(show, "benefits").state is ItemState.NOT_APPLICABLE
    assert item_of(show, "script").state is DONE, "what was done stays, with its history"
    assert item_of(show, "final").state is DONE
    links = item_of(show, "links")
    assert (links.state, links.halfway) == (OPEN, cast.lead)
    with acting(cast.actors["lead"]):
        fresh = next(i for i in queries.list_page(show).items if i.title == "备用麦试音")
        assert (fresh.state, fresh.due) == (OPEN, evening - timedelta(minutes=45))
        assert "备用麦试音" not in [i.title for i in queries.list_page(other).items]
        live.move_session(show, sessions.brief(show).version, evening + timedelta(days=3), 240, cast.studio)
    assert item_of(show, "benefits").state is ItemState.NOT_APPLICABLE, "a dropped line does not come back with a move"


@pytest.mark.engines
def test_an_upgrade_is_taken_back(cast: Cast, daily: int, plan: Plan, evening: datetime, item_of: Item) -> None:
    show = plan(evening)
    with acting(cast.actors["lead"]):
        edited(daily)
        upgrade(daily, behind(daily)[0].checklist_id)
        command = last_command.get()
        assert command is not None
        fresh = next(i for i in queries.list_page(show).items if i.title == "备用麦试音")
        services.tick(fresh.id, key())
        undo(command)
        assert [r.session.id for r in behind(daily)] == [show]
        assert queries.item(fresh.id).state is DONE, "what somebody did meanwhile stays"
    kit = item_of(show, "kit")
    assert (kit.due, kit.evidence.photos) == (evening - timedelta(hours=2), (1, 20))
    assert item_of(show, "benefits").state is OPEN


@pytest.mark.engines
def test_what_is_done_keeps_its_proof_until_it_is_opened_again(
    cast: Cast, daily: int, plan: Plan, evening: datetime, item_of: Item
) -> None:
    show = plan(evening)
    with acting(cast.actors["lead"]):
        services.tick(item_of(show, "kit").id, key(), PHOTO)
        edited(daily)
        upgrade(daily, behind(daily)[0].checklist_id)
        kit = item_of(show, "kit")
        assert (kit.state, kit.evidence.photos) == (DONE, (1, 20))
        services.untick(kit.id, key())
        services.tick(kit.id, key())
    kit = item_of(show, "kit")
    assert (kit.state, kit.evidence.two) == (OPEN, True), "now it takes a second person"


@pytest.mark.engines
def test_a_line_becomes_one_for_each_shift_and_back(
    cast: Cast, daily: int, plan: Plan, evening: datetime, items_of: Items
) -> None:
    half, end = evening + timedelta(hours=2), evening + timedelta(hours=4)
    show = plan(evening, crew=[("host", cast.host, evening, half), ("host", cast.lead, half, end)])
    with acting(cast.actors["lead"]):
        line = next(i for _s, rows in queries.template(daily)["stages"] for i in rows if i.key == "final")
        given = (line.title, line.title_en, line.position_id, line.stage)
        services.edit_item(line.id, line.id, *given, Anchor.SHIFT_START, -10, False)
        publish(daily)
        upgrade(daily, behind(daily)[0].checklist_id)
        found = items_of(show, "final")
        assert [i.due for i in found] == [evening - timedelta(minutes=10), half - timedelta(minutes=10)]
        services.tick(found[1].id, key())
        line = next(i for _s, rows in queries.template(daily)["stages"] for i in rows if i.key == "final")
        services.edit_item(line.id, line.id, *given, Anchor.PLANNED_START, -10, False)
        publish(daily)
        upgrade(daily, behind(daily)[0].checklist_id)
    states = sorted(str(i.state) for i in items_of(show, "final"))
    assert states == ["done", "not_applicable"], "the one that was done stands for the line"


@pytest.mark.engines
def test_who_may_upgrade_and_what(cast: Cast, daily: int, plan: Plan, evening: datetime) -> None:
    plan(evening)
    with acting(cast.actors["lead"]):
        edited(daily)
        version, lists = sessions_version(daily), [r.checklist_id for r in behind(daily)]
        with pytest.raises(Refused):
            services.upgrade_lists(daily, version - 1, lists)
    for login in ("host", "member", "viewer"):
        with acting(cast.actors[login]), pytest.raises(Forbidden):
            services.upgrade_lists(daily, version, lists)
    with acting(cast.actors["outsider"]):
        theirs = next(t.id for t in queries.templates() if t.origin == "daily")
        for template in (daily, theirs):
            with pytest.raises((NotFound, Refused)):
                services.upgrade_lists(template, version, lists)
    with acting(cast.actors["lead"]):
        assert services.upgrade_lists(daily, version, lists) == 1
        assert services.upgrade_lists(daily, version, lists) == 0, "once is enough"


@pytest.mark.engines
def test_ticks_and_an_upgrade_at_once_lose_nothing(
    cast: Cast, daily: int, plan: Plan, evening: datetime, db: Flask
) -> None:
    show = plan(evening)
    with acting(cast.actors["lead"]):
        edited(daily)
        version, list_id = sessions_version(daily), behind(daily)[0].checklist_id
        items = [i for i in queries.list_page(show).items if i.state is OPEN and not i.evidence and i.due][:6]
    gate = threading.Barrier(len(items) + 1)

    def run(work: Callable[[], object]) -> None:
        with db.app_context(), acting(cast.actors["lead"]):
            gate.wait()
            work()

    def ticking(item_id: int) -> Callable[[], object]:
        return lambda: services.tick(item_id, key())

    jobs = [*(ticking(i.id) for i in items), lambda: services.upgrade_lists(daily, version, [list_id])]
    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with acting(cast.actors["lead"]):
        assert [queries.item(i.id).state for i in items] == [DONE] * len(items)
        assert behind(daily) == []


def test_the_page_says_what_would_happen_and_does_it(
    client_of: Client, cast: Cast, daily: int, plan: Plan, evening: datetime
) -> None:
    show, other = plan(evening), plan(evening + timedelta(days=1))
    with acting(cast.actors["lead"]):
        edited(daily)
    lead = client_of("lead").in_english()
    assert "2 running lists are on an older version" in lead.get(f"/sop/{daily}").text
    page = lead.get(f"/sop/{daily}/upgrade")
    assert page.status_code == 200
    for words in ("Upgrade running lists", "version 1 → version 2", "备用麦试音", "Light and spares", "Lucky bags"):
        assert words in page.text, words
    lists = re.findall(r'name="lists" value="(\d+)"', page.text)
    version = re.search(r'name="version_id" value="(\d+)"', page.text)
    assert version and len(lists) == 2
    sent = {"lists": [lists[0]], "version_id": version[1]}
    assert lead.post_form(f"/sop/{daily}/upgrade", sent).status_code == 303
    after = lead.get(f"/sop/{daily}").text
    assert "1 list runs the new version." in after and "/undo/" in after
    with acting(cast.actors["lead"]):
        assert [r.session.id for r in behind(daily)] == [other]
        assert "备用麦试音" in [i.title for i in queries.list_page(show).items]
    stale = lead.post_form(f"/sop/{daily}/upgrade", sent | {"version_id": "1"})
    assert stale.status_code == 409
    assert client_of("host").get(f"/sop/{daily}/upgrade").status_code == 403
    assert client_of("outsider").get(f"/sop/{daily}/upgrade").status_code == 404
    assert "older version" not in client_of("host").in_english().get(f"/sop/{daily}").text


def test_the_page_tells_line_by_line_what_was_and_whose_change_it_is(
    client_of: Client, cast: Cast, daily: int, plan: Plan, evening: datetime
) -> None:
    plan(evening)
    with acting(cast.actors["lead"]):
        edited(daily)
    with acting(cast.actors["host"]):
        asked = services.propose_item(daily, "手机备用电", None, Stage.BEFORE, Anchor.PLANNED_START, -30, "昨晚没电")
    plan(evening + timedelta(days=1))
    with acting(cast.actors["manager"]):
        services.accept_proposal(asked)
        publish(daily)
        rows = queries.upgrades(daily)
        (first, way), (second, later) = rows["ways"]
        assert (way.number, later.number, rows["number"]) == (1, 2, 3)
        assert {r.version_id for r in rows["lists"]} == {first, second}
        assert {way.origins[c.line.key].number for c in way.changes if c.line.title != "手机备用电"} == {2}
        (fresh,) = later.changes
        origin = later.origins[fresh.line.key]
        names = {login: cast.actors[login].name for login in ("lead", "manager", "host")}
        assert (origin.number, origin.by, origin.proposed_by, origin.reason) == (
            3, names["manager"], names["host"], "昨晚没电",
        )  # fmt: skip
    page = client_of("lead").in_english().get(f"/sop/{daily}/upgrade").text
    (old, new) = re.findall(r'<details class="fold" id="from-\d+".*?</details>', page, re.DOTALL)
    for words in (
        "version 1 → version 3", "When: T-2 h", "<b>T-1 h 30 min</b>", "needs a photo", "<b>needs two people</b>", "Dropped line", "New line",
        f"published by {names['lead']}", f"published by {names['manager']}", f"proposed by {names['host']}", "昨晚没电",
    ):  # fmt: skip
        assert words in old, words
    assert "version 2 → version 3" in new and "T-1 h 30 min" not in new and "手机备用电" in new


def test_a_version_that_was_taken_back_is_on_nobodys_way(cast: Cast, daily: int, plan: Plan, evening: datetime) -> None:
    plan(evening)
    with acting(cast.actors["lead"]):
        services.add_item(daily, "一", None, Stage.BEFORE, Anchor.PLANNED_START, -45, False)
        publish(daily)
        command = last_command.get()
        plan(evening + timedelta(days=1))
    with acting(cast.actors["lead"]):
        assert command is not None
        undo(command)
        services.drop_draft(daily, queries.draft_of(daily) or 0)
        services.add_item(daily, "二", None, Stage.BEFORE, Anchor.PLANNED_START, -45, False)
        publish(daily)
        ways = dict(queries.upgrades(daily)["ways"])
    told = {
        way.number: [(c.line.title, str(c.mark), way.origins[c.line.key].number) for c in way.changes]
        for way in ways.values()
    }
    assert told[1] == [("二", "added", 3)]
    assert sorted(told[2]) == [("一", "dropped", 3), ("二", "added", 3)]
