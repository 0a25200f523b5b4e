"""The library: SOPs of the team's own, their rules, drafts published, dropped and restored; pages of all of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from planner.base import trash
from planner.base.actor import acting
from planner.base.undo import undo
from planner.base.verbs import last_command
from planner.checklists import queries, services
from planner.checklists.rules import Anchor, Kind, Mark, Stage, copy_names
from planner.checklists.rules.versions import Difference, compare
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.live import services as live
from planner.live.rules import Weight
from tests.cast import Cast
from tests.checklists.conftest import Item, Plan, key, publish

Client = Callable[[str], Any]


def said(*keys: str, **more: str) -> list[tuple[str, dict[str, str]]]:
    return [(k, {"title": more.get(k, k)}) for k in keys]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (said("a", "b"), said("a", "b"), []),
        (said("a", "b"), said("a", "x", "b"), [Difference("x", Mark.ADDED)]),
        (said("a", "b", "c"), said("a", "c"), [Difference("b", Mark.DROPPED)]),
        (said("a", "b"), said("a", "b", b="B"), [Difference("b", Mark.CHANGED, ("title",))]),
        (said("a", "b", "c"), said("c", "a", "b"), [Difference("c", Mark.MOVED)]),
        (said("a", "b", "c"), said("b", "a", "c"), [Difference("a", Mark.MOVED)]),
        (said("a"), said("b"), [Difference("b", Mark.ADDED), Difference("a", Mark.DROPPED)]),
        (said("a", "b"), [], [Difference("a", Mark.DROPPED), Difference("b", Mark.DROPPED)]),
    ],
)
def test_what_differs_between_two_versions(before: Any, after: Any, found: list[Difference]) -> None:
    def key_of(each: Difference) -> tuple[object, ...]:
        return each.key, each.mark, each.fields

    got = compare(before, after)
    if found and found[0].mark is Mark.MOVED:
        assert [each.mark for each in got] == [Mark.MOVED], "one line was moved, not all the others"
    else:
        assert sorted(map(key_of, got)) == sorted(map(key_of, found))


@pytest.mark.parametrize(
    ("names", "held", "made"),
    [
        (("日播", "Daily"), [], ("日播（副本）", "Daily (copy)")),
        (("Daily", ""), [], ("Daily (copy)", "")),
        (("日播", "Daily"), ["日播（副本）"], ("日播（副本 2）", "Daily (copy 2)")),
        (("日播", "Daily"), ["daily  (COPY)"], ("日播（副本 2）", "Daily (copy 2)")),
        (("日播（副本）", "Daily (copy 7)"), ["日播（副本）", "日播（副本 2）"], ("日播（副本 3）", "Daily (copy 3)")),
        (("（副本）", ""), ["（副本）"], ("（副本）（副本）", "")),
        (("长" * 80, "x" * 80), [], ("长" * 76 + "（副本）", "x" * 73 + " (copy)")),
    ],
)
def test_what_a_copy_is_called(names: tuple[str, str], held: list[str], made: tuple[str, str]) -> None:
    assert copy_names(*names, held) == made


def lines_of(template: int) -> list[str]:
    return [i.title for _stage, rows in queries.template(template)["stages"] for i in rows]


def put(template: int, text: str = "检查备用麦") -> int:
    return services.add_item(template, text, None, Stage.BEFORE, Anchor.PLANNED_START, -45, False)


@pytest.mark.engines
def test_sops_of_the_teams_own(cast: Cast, daily: int, plan: Plan, evening: datetime) -> None:
    with acting(cast.actors["lead"]):
        empty = services.create_template("空白", "", Kind.SHOW)
        copy = services.create_template("抄日播", "A copy", Kind.EMERGENCY, copy_of=daily)
        built = services.create_template("我们的断网", "", Kind.SHOW, origin="network")
        rows = {t.id: t for t in queries.templates()}
        assert [(rows[t].number, rows[t].has_draft, rows[t].kind) for t in (empty, copy, built)] == [
            (None, True, Kind.SHOW), (None, True, Kind.SHOW), (None, True, Kind.EMERGENCY),
        ]  # fmt: skip
        assert lines_of(copy) == lines_of(daily) and len(lines_of(built)) == 5
        with pytest.raises(Refused):
            publish(empty)
        with pytest.raises(Refused):
            services.drop_draft(empty, queries.draft_of(empty) or 0)
        publish(copy)
        with pytest.raises(Invalid):
            services.create_template(" ", "", Kind.SHOW)
        with pytest.raises(Invalid):
            services.create_template("x", "", Kind.SHOW, origin="nothing")
    show = plan(evening)
    with acting(cast.actors["lead"]):
        listed = [i.title for i in queries.list_page(show).items if i.stage is Stage.BEFORE]
        assert len(listed) == len(set(listed)), "a copy makes no list before somebody says for which shows it is"


@pytest.mark.engines
def test_rules_and_names(cast: Cast, daily: int) -> None:
    from_elsewhere = 10**6
    with acting(cast.actors["lead"]):
        services.edit_template(daily, "日播", "Daily", ["daily", "big"], [cast.channel], ["大促", " 大促 "], False)
        row = queries.template(daily)["template"]
        assert (row.name, row.weights, row.channel_ids, row.tags) == (
            "日播",
            ["daily", "big"],
            [cast.channel],
            ["大促"],
        )
        for wrong, field in (
            ({"weights": ["huge"]}, "weights"), ({"channel_ids": [from_elsewhere]}, "channel_ids"),
            ({"tags": ["长" * 31]}, "tags"), ({"tags": [str(n) for n in range(13)]}, "tags"),
        ):  # fmt: skip
            with pytest.raises(Invalid) as fault:
                services.edit_template(daily, "日播", "", **wrong)  # type: ignore[arg-type]
            assert list(fault.value.fields) == [field]
        command = last_command.get()
        assert command is not None
        undo(command)
        assert queries.template(daily)["template"].name == "日播标准流程"


@pytest.mark.engines
def test_a_deleted_sop_makes_no_lists_and_comes_back(
    cast: Cast, daily: int, plan: Plan, evening: datetime, item_of: Item
) -> None:
    before = plan(evening)
    with acting(cast.actors["lead"]):
        services.delete_template(daily)
        assert daily not in [t.id for t in queries.templates()]
        with pytest.raises(NotFound):
            queries.template(daily)
    assert item_of(before, "kit").id, "lists that are made stay"
    with acting(cast.actors["lead"]):
        services.tick(item_of(before, "final").id, key())
        late = live.schedule_session(
            theme="没有流程的一场", channel_id=cast.channel, studio_id=None, weight=Weight.DAILY, start=evening + timedelta(days=2),
            minutes=60, shifts=[],
        )  # fmt: skip
        assert queries.checklist_of(late) is None, "what somebody deleted is not made again behind their back"
        (trash_id,) = [row[0] for row in trash.trashed() if row[1] == "sop"]
        trash.restore(trash_id)
        assert daily in [t.id for t in queries.templates()]


@pytest.mark.engines
def test_a_draft_is_published_dropped_and_begun_from_an_old_version(cast: Cast, daily: int) -> None:
    with acting(cast.actors["lead"]):
        first = queries.template(daily)["template"].version_id
        with pytest.raises(Refused):
            services.publish_draft(daily, 0)
        put(daily)
        seen = queries.draft_of(daily) or 0
        put(daily, "再查一次")
        for verb in (services.publish_draft, services.drop_draft):
            with pytest.raises(Refused):
                verb(daily, seen)
        services.drop_draft(daily, queries.draft_of(daily) or 0)
        assert (queries.draft_of(daily), "检查备用麦" in lines_of(daily)) == (None, False)
        command = last_command.get()
        assert command is not None
        undo(command)
        assert "再查一次" in lines_of(daily), "a dropped draft comes back"
        with pytest.raises(Invalid):
            services.publish_draft(daily, queries.draft_of(daily) or 0, "长" * 201)
        with pytest.raises(Refused):
            services.restore_version(first)
        second = publish(daily, "两条新的")
        with pytest.raises(Refused):
            services.restore_version(second)
        services.restore_version(first)
        page = queries.template(daily)
        assert [c.mark for c in page["changes"]] == [Mark.DROPPED, Mark.DROPPED]
        publish(daily, "回到第一版")
        page = queries.template(daily)
        assert (page["number"], [v.note for v in page["versions"]]) == (3, ["回到第一版", "两条新的", ""])


@pytest.mark.engines
def test_nothing_is_published_where_nothing_differs(cast: Cast, daily: int) -> None:
    with acting(cast.actors["lead"]):
        made = put(daily)
        services.remove_item(daily, queries.key_of(made))
        with pytest.raises(Refused):
            publish(daily)
        assert queries.template(daily)["changes"] == []


@pytest.mark.engines
def test_who_may_what(cast: Cast, daily: int) -> None:
    with acting(cast.actors["lead"]):
        put(daily)
        draft, version = queries.draft_of(daily) or 0, queries.template(daily)["template"].version_id
    calls: list[Callable[[], object]] = [
        lambda: services.publish_draft(daily, draft),
        lambda: services.drop_draft(daily, draft),
        lambda: services.restore_version(version),
        lambda: services.edit_template(daily, "x", ""),
        lambda: services.delete_template(daily),
        lambda: services.create_template("x", "", Kind.SHOW, copy_of=daily),
        lambda: services.bring_lines(daily, [], True),
        lambda: services.unblock_item(daily, "kit"),
    ]
    for login in ("host", "member", "viewer"):
        with acting(cast.actors[login]):
            for call in calls:
                with pytest.raises(Forbidden):
                    call()
            assert "检查备用麦" not in lines_of(daily), "a draft is for who may edit it"
    with acting(cast.actors["outsider"]):
        for call in calls:
            with pytest.raises(NotFound):
                call()


def test_the_pages_of_the_library(client_of: Client, cast: Cast, daily: int) -> None:
    lead = client_of("lead").in_english()
    page = lead.get("/checklists/sop")
    assert page.status_code == 200 and "<h1>SOPs</h1>" in page.text
    for words in ("SOP for daily shows", "Preparation 4", "For an emergency", "Price or coupon wrong"):
        assert words in page.text, words
    assert 'href="/checklists/sop/new"' in page.text
    made = lead.post_form("/checklists/sop/new", {"name": "夏季加项", "name_en": "Summer", "source": f"of-{daily}"})
    assert made.status_code == 303
    there = lead.get(made.location).text
    assert "not published yet" in there and "only by hand" in there and "no list is made of it" in there
    bad = lead.post_form("/checklists/sop/new", {"name": "", "source": "show"})
    assert bad.status_code == 422 and 'id="name-error"' in bad.text
    assert 'value="夏季加项（副本）"' in lead.get(f"/checklists/sop/new?source=of-{made.location.split('/')[2]}").text
    draft = re.search(r'name="draft_id" value="(\d+)"', there)
    assert draft
    assert lead.post_form(f"{made.location}/publish", {"draft_id": draft[1], "note": "第一版"}).status_code == 303
    again = lead.post_form(f"{made.location}/publish", {"draft_id": draft[1], "note": "第一版"})
    assert again.status_code in (303, 422), "a repeat has no second effect"
    rules = {
        "name": "夏季加项",
        "when": "rules",
        "weights": ["big"],
        "channel_ids": [str(cast.channel)],
        "tags": "大促, 夏季",
    }
    assert lead.post_form(f"{made.location}/settings", rules).status_code == 303
    assert "tagged 大促 or 夏季" in lead.get(made.location).text
    faulty = lead.post_form(f"{made.location}/settings", rules | {"tags": "长" * 40})
    assert faulty.status_code == 422 and 'id="tags-error"' in faulty.text and "长" * 40 in faulty.text
    assert lead.post_form(f"{made.location}/delete").location == "/checklists/sop"
    assert lead.get(made.location).status_code == 404
    host = client_of("host")
    assert host.get("/checklists/sop").status_code == 200
    for path in ("/checklists/sop/new", f"/sop/{daily}/settings", f"/sop/{daily}/import"):
        assert host.get(path).status_code == 403, path
    outsider = client_of("outsider")
    for path in ("settings", "import", "compare", "runs", "upgrade", "print", "lines.xlsx", "items"):
        assert outsider.get(f"/sop/{daily}/{path}").status_code == 404, path


def test_a_copy_has_a_name_from_the_beginning(client_of: Client, cast: Cast, daily: int) -> None:
    lead, path = client_of("lead").in_english(), "/checklists/sop/new"

    def offered(source: str) -> list[str]:
        form = lead.get(f"{path}?source={source}").text
        return re.findall(r'<input[^>]*name="name(?:_en)?"[^>]*value="([^"]*)"', form)

    named = ["日播标准流程（副本）", "SOP for daily shows (copy)"]
    assert offered(f"of-{daily}") == named
    assert offered("show") == offered("of-999999") == offered("of-x") == ["", ""]
    sent = {"name": " ", "name_en": "", "source": f"of-{daily}"}
    made = lead.post_form(path, sent)
    assert made.status_code == 303
    assert all(f'value="{name}"' in lead.get(f"{made.location}/settings").text for name in named)
    assert offered(f"of-{daily}") == ["日播标准流程（副本 2）", "SOP for daily shows (copy 2)"]
    lead.post_form(f"{made.location}/delete")
    assert offered(f"of-{daily}") == ["日播标准流程（副本 2）", "SOP for daily shows (copy 2)"], (
        "it may come back from the trash"
    )
    own = lead.post_form(path, sent | {"name_en": "Mine"})
    assert 'value="Mine"' in lead.get(f"{own.location}/settings").text


def test_a_draft_on_its_page(client_of: Client, cast: Cast, daily: int, plan: Plan, evening: datetime) -> None:
    lead = client_of("lead").in_english()
    with acting(cast.actors["lead"]):
        put(daily)
        services.remove_item(daily, "benefits")
        kit = next(i for _s, rows in queries.template(daily)["stages"] for i in rows if i.key == "kit")
    form = lead.get(f"/sop/lines/{kit.id}").text
    version = re.search(r'name="version"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="version"', form)
    assert version
    sent = {
        "version": version[1] or version[2], "text": "灯光与备用机", "title_en": "Light and spares", "help": "两路网各测一次",
        "help_en": "", "position_id": "", "stage": "before", "anchor": "planned_start", "offset_minutes": "T-90 min",
        "evidence": ["photos", "number", "answer"], "photos_min": "2", "photos_max": "4", "number_min": "5", "number_max": "",
        "number_unit": "Mbit/s", "answers": "好 / 不好", "condition_platforms": ["douyin"], "condition_tags": "大促",
        "law": "某办法第八条", "blocks": "y", "condition_item": "",
    }  # fmt: skip
    bad = lead.post_form(f"/sop/lines/{kit.id}", sent | {"photos_min": "9", "answers": "好"})
    assert bad.status_code == 422
    assert 'id="photos_min-error"' in bad.text and 'id="answers-error"' in bad.text and "两路网各测一次" in bad.text
    assert lead.post_form(f"/sop/lines/{kit.id}", sent).status_code == 303
    page = lead.get(f"/sop/{daily}").text
    for words in (
        "3 changes", "New line", "Changed line", "Dropped line", "needs 2 photos or more", "needs a number ≥ 5 Mbit/s",
        "answer: 好 / 不好", "only if Douyin, and tagged 大促", "某办法第八条", "两路网各测一次", "Lucky bags",
    ):  # fmt: skip
        assert words in page, words
    host = client_of("host").in_english().get(f"/sop/{daily}").text
    assert "灯光与备用机" not in host and "A team lead is working on a new version." in host
    draft = re.search(r'name="draft_id" value="(\d+)"', page)
    assert draft
    with acting(cast.actors["manager"]):
        put(daily, "经理加的")
    stale = lead.post_form(f"/sop/{daily}/publish", {"draft_id": draft[1], "note": "我的备注"})
    assert stale.status_code == 422 and "Somebody has edited the draft meanwhile" in stale.text
    assert 'value="我的备注"' in stale.text and "经理加的" in stale.text
    draft = re.search(r'name="draft_id" value="(\d+)"', stale.text)
    assert (
        draft and lead.post_form(f"/sop/{daily}/publish", {"draft_id": draft[1], "note": "我的备注"}).status_code == 303
    )
    shown = lead.get(f"/sop/{daily}/compare").text
    assert "version 1 → version 2" in shown and "4 changes" in shown
    show = plan(evening)
    ran = lead.get(f"/sop/{daily}/runs").text
    assert "秋冬修护专场" in ran and f"/sessions/{show}/checklist" in ran
    assert lead.get(f"/sop/{daily}/compare?before=999999").status_code == 404


def test_what_is_proposed_is_accepted_with_changes(client_of: Client, cast: Cast, daily: int) -> None:
    with acting(cast.actors["host"]):
        made = services.propose_item(daily, "备用麦", None, Stage.BEFORE, Anchor.PLANNED_START, -45, "昨晚麦没电")
    lead = client_of("lead").in_english()
    page = lead.get(f"/sop/proposals/{made}/accept").text
    assert 'value="备用麦"' in page and "昨晚麦没电" in page and 'value="T-45 min"' in page
    sent = {
        "text": "备用麦电量与试音", "stage": "before", "anchor": "planned_start", "offset_minutes": "T-90 min",
        "position_id": "", "evidence": ["note"], "condition_item": "",
    }  # fmt: skip
    assert lead.post_form(f"/sop/proposals/{made}/accept", sent | {"text": ""}).status_code == 422
    assert lead.post_form(f"/sop/proposals/{made}/accept", sent).status_code == 303
    with acting(cast.actors["lead"]):
        line = next(i for _s, rows in queries.template(daily)["stages"] for i in rows if i.proposal_id == made)
        assert (line.title, line.offset_minutes, line.evidence) == ("备用麦电量与试音", -90, {"note": True})
    inbox = client_of("host").get("/inbox").text
    assert "你的提议已写进草稿：备用麦电量与试音" in inbox


def test_the_wall_of_a_studio(client_of: Client, cast: Cast, daily: int, plan: Plan, evening: datetime) -> None:
    lead = client_of("lead").in_english()
    nothing = lead.get(f"/studios/{cast.studio}/checklist")
    assert nothing.status_code == 200 and "No show is planned here" in nothing.text
    show = plan(evening)
    assert lead.get(f"/studios/{cast.studio}/checklist").location == f"/sessions/{show}/checklist"
    paper = lead.get(f"/sop/{daily}/print?studio={cast.studio}")
    assert paper.status_code == 200 and "<svg" in paper.text and "Scan to open the list" in paper.text
    assert "Scan to open" not in lead.get(f"/sop/{daily}/print").text
    run = lead.get(f"/sessions/{show}/checklist/print")
    assert run.status_code == 200 and "Scan to tick on a phone" in run.text and "Final look" in run.text
    outsider = client_of("outsider")
    for path in (f"/studios/{cast.studio}/checklist", f"/sessions/{show}/checklist/print"):
        assert outsider.get(path).status_code == 404
