"""Pages of checklists and SOPs: without JavaScript and with the phone's queue, for each role and for strangers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from planner.base.actor import acting
from planner.checklists import queries, services
from planner.checklists.rules import ItemState, Stage
from planner.kernel import clock
from planner.live import services as live
from tests.cast import Cast
from tests.checklists.conftest import PHOTO, Item, Plan, key

Client = Callable[[str], Any]
TICK = {"X-Requested-With": "tick", "Accept": "application/json"}


@pytest.fixture
def tonight(cast: Cast, plan: Plan, evening: datetime) -> int:
    return plan(evening, crew=[("host", cast.host), ("control", cast.member)])


def row_of(text: str, item_id: int) -> str:
    """The row of an item on a page, as text."""
    found = re.search(rf'<li class="tick[^"]*" id="tick-{item_id}".*?</li>', text, re.S)
    assert found, "the row is not there"
    return found[0]


def test_ticking_without_javascript(client_of: Client, tonight: int, item_of: Item) -> None:
    member = client_of("member")
    made = item_of(tonight, "benefits")
    page = member.get(f"/sessions/{tonight}/checklist?show=mine")
    row = row_of(page.text, made.id)
    assert 'aria-pressed="false"' in row
    action = re.search(r'action="([^"]*)"', row)
    assert action
    assert '<input type="hidden" name="show" value="mine">' in row
    answer = member.post_form(action[1], {"client_id": "", "show": "mine"})
    assert (answer.status_code, answer.location) == (303, f"/sessions/{tonight}/checklist?show=mine#tick-{made.id}")
    row = row_of(member.get(answer.location).text, made.id)
    assert 'aria-pressed="true"' in row
    assert "阿强" in row
    assert f"/checklist-items/{made.id}/untick" in row
    assert member.post_form(f"/checklist-items/{made.id}/untick", {"note": "券过期了"}).status_code == 303
    row = row_of(member.get(f"/sessions/{tonight}/checklist").text, made.id)
    assert 'aria-pressed="false"' in row
    assert "券过期了" in row


def test_the_row_says_a_for_b_and_why_it_was_left_out(client_of: Client, tonight: int, item_of: Item) -> None:
    host = client_of("host")
    done, left = item_of(tonight, "benefits").id, item_of(tonight, "script").id
    host.get("/")
    assert host.post_form(f"/checklist-items/{done}/tick", {"note": "已试领"}).status_code == 303
    assert host.post_form(f"/checklist-items/{left}/skip", {"reason": "沿用昨天的手卡"}).status_code == 303
    page = host.get(f"/sessions/{tonight}/checklist?show=all").text
    assert "小米 代 阿强" in re.sub(r"\s+", " ", row_of(page, done))
    assert "已试领" in row_of(page, done)
    assert "沿用昨天的手卡" in row_of(page, left)
    assert "已跳过" in row_of(page, left) or "跳过" in row_of(page, left)
    text = host.in_english().get(f"/sessions/{tonight}/checklist?show=all").text
    assert "小米 for 阿强" in re.sub(r"\s+", " ", row_of(text, done))


def test_leaving_out_without_a_reason_is_told_plainly(client_of: Client, tonight: int, item_of: Item) -> None:
    made = item_of(tonight, "script").id
    for language, words in (("zh_Hans_CN", "说明"), ("en", "Say why it is left out.")):
        member = client_of("member")
        member.post_form("/me/language", {"language": language})
        answer = member.post_form(f"/checklist-items/{made}/skip", {"reason": "  "})
        assert answer.status_code == 422
        assert words in answer.text
    assert item_of(tonight, "script").state is ItemState.OPEN


def test_the_phones_queue_gets_its_row_and_ring_and_repeats_change_nothing(
    client_of: Client, tonight: int, item_of: Item
) -> None:
    member = client_of("member").in_english()
    made, tap = item_of(tonight, "benefits").id, key()
    told = []
    for _again in range(3):
        answer = member.post_form(
            f"/checklist-items/{made}/tick",
            {"client_id": tap, "tapped_at": "2001-01-01T00:00:00.000Z"},
            once=tap,
            headers=TICK,
        )
        assert answer.status_code == 200
        told.append(answer.get_json())
    assert [t["ok"] for t in told] == [True] * 3
    assert {row_of(t["row_html"], made).count('aria-pressed="true"') for t in told} == {1}
    assert re.search(r"\b1/\d+|1 of \d+", told[0]["head_html"])
    now = item_of(tonight, "benefits")
    assert now.acted_at is not None
    assert now.acted_at.year > 2001, "a clock that is years off does not count"


@pytest.mark.parametrize(
    "sent",
    [
        {"tapped_at": "yesterday"},
        {"tapped_at": "0001-01-01T00:00:00+14:00"},
        {"tapped_at": "9999-12-31T23:59:59-14:00"},
        {"tapped_at": "2026-11-24T20:00"},
        {"client_id": "'; drop table tick"},
        {"client_id": "x" * 10_000},
        {"note": "\x00\ud800".encode("utf-8", "surrogatepass")},
        {"note": "长" * 9000},
    ],
)
def test_odd_input_ticks_or_is_told_and_never_breaks(
    client_of: Client, tonight: int, item_of: Item, sent: dict[str, Any]
) -> None:
    made = item_of(tonight, "benefits").id
    member = client_of("member")
    member.get("/")
    assert member.post_form(f"/checklist-items/{made}/tick", sent, headers=TICK).status_code == 200
    assert item_of(tonight, "benefits").state is ItemState.DONE


def test_the_queue_is_told_in_words_what_it_may_not(client_of: Client, cast: Cast, tonight: int, item_of: Item) -> None:
    made = item_of(tonight, "benefits").id
    viewer = client_of("viewer").in_english()
    answer = viewer.post_form(f"/checklist-items/{made}/tick", {"client_id": key()}, headers=TICK)
    assert (answer.status_code, answer.get_json()["ok"]) == (403, False)
    assert answer.get_json()["message"]
    nobody = client_of("")
    answer = nobody.post_form(f"/checklist-items/{made}/tick", {"client_id": key()}, headers=TICK)
    assert answer.status_code in (303, 401)
    assert item_of(tonight, "benefits").state is ItemState.OPEN


def test_strangers_find_nothing(client_of: Client, tonight: int, item_of: Item, cast: Cast) -> None:
    made = item_of(tonight, "benefits").id
    with acting(cast.actors["lead"]):
        template = queries.template_choices()[0][0]
    outsider = client_of("outsider")
    for path in (f"/sessions/{tonight}/checklist", f"/sop/{template}"):
        assert outsider.get(path).status_code == 404
    for path in (
        f"/checklist-items/{made}/tick",
        f"/checklist-items/{made}/untick",
        f"/checklist-items/{made}/skip",
        f"/sop/{template}/items",
        f"/sop/{template}/remove",
    ):
        sent = {"reason": "不用", "text": "x", "stage": "before", "anchor": "planned_start", "offset_minutes": "-5"}
        assert outsider.post_form(path, sent | {"key": "kit", "act": "publish"}).status_code == 404, path
    assert "秋冬修护专场" not in outsider.get("/checklists").text


def test_a_viewer_reads_and_can_press_nothing(client_of: Client, tonight: int, item_of: Item) -> None:
    made = item_of(tonight, "benefits").id
    row = row_of(client_of("viewer").get(f"/sessions/{tonight}/checklist").text, made)
    assert "disabled" in row
    assert "data-acts" not in row
    assert "menu-form" not in client_of("viewer").get(f"/checklist-items/{made}").text


def test_without_javascript_the_page_of_an_item_does_what_its_menu_does(
    client_of: Client, tonight: int, item_of: Item
) -> None:
    made = item_of(tonight, "script").id
    for login, acts in (("member", "note skip hand earlier"), ("lead", "note skip pin hand earlier")):
        text = client_of(login).get(f"/checklist-items/{made}").text
        found = re.findall(r'data-when="(\w+)"', text)
        assert found == acts.split(), login
        assert f'action="/checklist-items/{made}/skip"' in text
    member = client_of("member")
    member.get(f"/checklist-items/{made}")
    answer = member.post_form(f"/checklist-items/{made}/skip", {"reason": "沿用昨天的手卡"})
    assert (answer.status_code, answer.location) == (303, f"/sessions/{tonight}/checklist?show=all#tick-{made}")
    assert f'data-when="reopen" action="/checklist-items/{made}/untick"' in member.get(f"/checklist-items/{made}").text


def test_filters_and_the_poll(client_of: Client, tonight: int, item_of: Item) -> None:
    member = client_of("member")
    mine, blocks, other = (item_of(tonight, name).id for name in ("benefits", "kit", "script"))
    shown = {
        show: {
            int(n)
            for n in re.findall(r'id="tick-(\d+)"', member.get(f"/sessions/{tonight}/checklist?show={show}").text)
        }
        for show in ("mine", "all", "open", "blocking", "nonsense")
    }
    assert mine in shown["mine"]
    assert other not in shown["mine"]
    assert blocks in shown["blocking"]
    assert mine not in shown["blocking"]
    assert shown["all"] >= shown["open"]
    assert shown["nonsense"] == shown["mine"], "without a filter one's own come first, while something of it is open"
    poll = f"/sessions/{tonight}/checklist?show=all&part=rows"
    with clock.standing(datetime.now(UTC)):  # what is late says by how many minutes
        first = member.get(poll)
        assert "<html" not in first.text
        again = member.get(poll, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.text) == (304, "")
    host = client_of("host")
    host.get("/")
    host.post_form(f"/checklist-items/{mine}/tick")
    later = member.get(poll, headers={"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200
    assert "小米" in row_of(later.text, mine)


def test_the_library_shows_lists_and_proposals(client_of: Client, cast: Cast, tonight: int, plan: Plan) -> None:
    lead = client_of("lead").in_english()
    text = lead.get("/checklists").text
    assert "秋冬修护专场" in text
    assert "SOP for daily shows" in text
    with acting(cast.actors["lead"]):
        template = next(t.id for t in queries.templates() if t.origin == "daily")
    host = client_of("host").in_english()
    page = host.get(f"/sop/{template}").text
    assert 'value="publish"' not in host.get(f"/sop/{template}/items").text
    line = {"text": "检查备用麦电量", "stage": "before", "anchor": "planned_start", "offset_minutes": "-45"}
    assert host.post_form(f"/sop/{template}/items", line | {"act": "publish"}).status_code == 403
    assert host.post_form(f"/sop/{template}/items", line | {"reason": "昨晚麦没电"}).status_code == 303
    assert "昨晚麦没电" in host.get(f"/sop/{template}").text
    with acting(cast.actors["lead"]):
        (proposal,) = queries.proposals()
    assert host.post_form(f"/sop/proposals/{proposal.id}/accept").status_code == 403
    assert lead.post_form(f"/sop/proposals/{proposal.id}/accept").status_code == 303
    page = lead.get(f"/sop/{template}").text
    assert "version 1" in page and "检查备用麦电量" in page
    draft = re.search(r'name="draft_id" value="(\d+)"', page)
    assert draft
    assert lead.post_form(f"/sop/{template}/publish", {"draft_id": draft[1], "note": "备用麦"}).status_code == 303
    page = lead.get(f"/sop/{template}").text
    assert "version 2" in page
    assert "昨晚麦没电" not in page


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_a_bad_line_is_told_beside_its_field_and_nothing_typed_is_lost(
    client_of: Client, cast: Cast, db: Any, language: str
) -> None:
    with acting(cast.actors["lead"]):
        template = queries.template_choices()[0][0]
    lead = client_of("lead")
    lead.post_form("/me/language", {"language": language})
    typed = {"text": "隔天复核", "stage": "after", "anchor": "next_day", "offset_minutes": "-60", "act": "publish"}
    answer = lead.post_form(f"/sop/{template}/items", typed)
    assert answer.status_code == 422
    beside = re.search(r'id="offset_minutes-error".*?<span>([^<]*)', answer.text, re.S)
    assert beside
    assert ("15:00" in beside[1]) and ("clock" in beside[1]) == (language == "en")
    for kept in ('value="隔天复核"', 'value="-60"', 'selected value="after"', 'selected value="next_day"'):
        assert kept in answer.text, kept


def test_the_session_page_shows_stages_with_their_counts(
    client_of: Client, cast: Cast, tonight: int, item_of: Item
) -> None:
    with acting(cast.actors["lead"]):
        services.tick(item_of(tonight, "kit").id, key(), PHOTO)
        panel = queries.on_session(tonight)
        assert panel is not None
    assert panel["page"].done == 1  # type: ignore[attr-defined]
    page = client_of("lead").get(f"/sessions/{tonight}").text
    assert f"/sessions/{tonight}/checklist?show=all#tick-{item_of(tonight, 'links').id}" in page


def test_every_number_of_a_list_counts_the_same_rows(
    client_of: Client, cast: Cast, plan: Plan, evening: datetime, item_of: Item
) -> None:
    lead = client_of("lead").in_english()
    with clock.standing(evening - timedelta(hours=1)):
        made = plan(evening, crew=[("host", cast.host)])
        with acting(cast.actors["lead"]):
            services.tick(item_of(made, "kit").id, key(), PHOTO)
            view = queries.list_page(made, "all")
            templates = {t.origin: t.id for t in queries.templates()}
        assert (view.done, view.total + view.spared) == (1, len(view.items))
        assert view.spared > 1, "what was due before there was a list"
        whole = lead.get(f"/sessions/{made}/checklist?show=all").text
        assert f"All <b>{view.total}</b>" in whole and f"1 of {view.total} done" in whole
        assert f">{view.spared} not applicable</span>" in whole
        assert whole.count('<span class="tick-box" aria-hidden="true">') == view.spared, "they stand folded"
        beside = f"· {view.spared} not applicable"
        hub = lead.get(f"/sessions/{made}").text
        assert f"1 of {view.total} in all stages {beside}" in hub
        assert re.search(r"\d+ of \d+ before air</span>", hub), "readiness counts other things, and says so"
        assert f"1 of {view.total} done {beside}" in lead.get(f"/sessions/{made}/checklist/print").text
        assert f'<span class="num">1/{view.total}</span> on the list' in lead.get("/wall").text
        for place in ("/checklists", f"/sop/{templates['daily']}/runs"):
            assert f">1/{view.total}</span>" in lead.get(place).text, place


def test_times_are_those_of_the_team(client_of: Client, tonight: int, item_of: Item, evening: datetime) -> None:
    text = client_of("member").get(f"/sessions/{tonight}/checklist").text
    due = evening - timedelta(minutes=10) + timedelta(hours=8)
    assert f"{due.month}月{due.day}日" in row_of(text, item_of(tonight, "final").id)
    assert "19:50" in row_of(text, item_of(tonight, "final").id)


def test_the_box_of_a_photo_asks_where_it_is(client_of: Client, tonight: int, item_of: Item) -> None:
    kit, other = item_of(tonight, "kit").id, item_of(tonight, "benefits").id
    member = client_of("member")
    page = member.get(f"/sessions/{tonight}/checklist?show=all").text
    field = re.search(r'<input class="input tick-words"[^>]*>', row_of(page, kit))
    assert field
    assert f'form="box-{kit}"' in field[0], "the box sends the words along, also without JavaScript"
    assert "或写明照片在哪里" in field[0]
    assert "tick-words" not in row_of(page, other)
    assert "tick-words" not in row_of(client_of("viewer").get(f"/sessions/{tonight}/checklist").text, kit)
    answer = member.post_form(f"/checklist-items/{kit}/tick", {"client_id": key()}, headers=TICK)
    assert (answer.status_code, answer.get_json()["message"]) == (422, "需要一张照片。")
    link = "https://photos.example/kit?a=1&b=2"
    answer = member.post_form(f"/checklist-items/{kit}/tick", {"note": link}, headers=TICK)
    row = row_of(answer.get_json()["row_html"], kit)
    assert 'href="https://photos.example/kit?a=1&amp;b=2"' in row
    assert "noopener" in row
    assert link.replace("&", "&amp;") in row.split("data-undo-given=")[1].split(">")[0], "Undo brings its words again"
    assert "tick-words" not in row


def test_words_typed_into_the_menu_go_through_the_queue(client_of: Client, tonight: int, item_of: Item) -> None:
    made = item_of(tonight, "benefits").id
    member = client_of("member")
    page = member.get(f"/sessions/{tonight}/checklist?show=all").text
    row = row_of(page, made)
    assert re.findall(r'data-acts="([^"]*)"', row) == ["note skip hand earlier"]
    assert row.count('name="client_id"') == 1, "the menu is made from the one template of the page"
    menu = page.split('<template id="tick-menu">')[1].split("</template>")[0]
    ways = re.findall(r'data-when="(\w+)" action="([^"]*)" data-tick data-to="(\w+)"', menu)
    assert ways == [
        ("note", "/checklist-items/ITEM/tick", "done"),
        ("after", "/checklist-items/ITEM/tick", "done"),
        ("skip", "/checklist-items/ITEM/skip", "skipped"),
        ("reopen", "/checklist-items/ITEM/untick", "open"),
    ]
    skip, gone, again = key(), key(), key()
    for path, tap, sent, state in (
        ("skip", skip, {"reason": "今晚没有福袋"}, ItemState.SKIPPED),
        ("untick", gone, {"note": "有了"}, ItemState.OPEN),
        ("skip", skip, {"reason": "今晚没有福袋"}, ItemState.OPEN),
        ("tick", again, {"note": "已试领"}, ItemState.DONE),
        ("untick", gone, {"note": "有了"}, ItemState.DONE),
    ):
        answer = member.post_form(f"/checklist-items/{made}/{path}", sent | {"client_id": tap}, once=tap, headers=TICK)
        assert answer.status_code == 200, (path, answer.get_data(as_text=True))
        assert item_of(tonight, "benefits").state is state, (path, "a repeat of the same tap changes nothing")
    assert item_of(tonight, "benefits").note == "已试领"


def test_a_desk_filters_by_position(client_of: Client, tonight: int, item_of: Item) -> None:
    control, camera = item_of(tonight, "final"), item_of(tonight, "kit")
    lead = client_of("lead")
    path = f"/sessions/{tonight}/checklist?show=all"
    page = lead.get(path).text
    assert f"/sessions/{tonight}/checklist?show=all&amp;position={control.position_id}" in page
    shown = lead.get(f"{path}&position={control.position_id}").text
    assert f'id="tick-{control.id}"' in shown
    assert f'id="tick-{camera.id}"' not in shown
    for odd in ("0", "x", "9" * 40, "-1", "999999"):
        assert lead.get(f"{path}&position={odd}").status_code == 200


def test_a_list_opens_on_what_is_mine_and_open(client_of: Client, cast: Cast, tonight: int) -> None:
    def chosen(login: str) -> str:
        found = re.search(r'<a class="filter"[^>]*aria-current="true">\s*(\S+)', client_of(login).get(path).text)
        assert found
        return found[1]

    path = f"/sessions/{tonight}/checklist"
    assert (chosen("host"), chosen("member"), chosen("lead"), chosen("viewer")) == ("我的", "我的", "全部", "全部")
    with acting(cast.actors["host"]):
        for i in queries.list_page(tonight, "mine").shown:
            services.tick(i.id, key(), PHOTO)
    assert chosen("host") == "全部", "nothing of the host's is open any more"


def test_the_panel_opens_the_first_stage_with_something_open(
    client_of: Client, cast: Cast, tonight: int, evening: datetime
) -> None:
    def stages(ask: Callable[[int], Any]) -> list[tuple[str, bool]]:
        with acting(cast.actors["lead"]):
            return [(str(g.stage), g.unfolded) for g in ask(tonight)["stages"]]

    order = ["prepare", "before", "air", "after"]
    assert stages(queries.on_session) == [(name, name == "prepare") for name in order]
    with acting(cast.actors["lead"]):
        for i in queries.list_page(tonight, "all").items:
            if i.stage is Stage.PREPARE:
                services.tick(i.id, key(), PHOTO)
    assert stages(queries.on_session) == [(name, name == "before") for name in order]
    page = client_of("lead").get(f"/sessions/{tonight}").text
    assert len(re.findall(r'<details class="fold" open><summary><strong>开播前', page)) == 1
    with acting(cast.actors["lead"]):
        live.go_live(tonight)
    air = ["air", "prepare", "before", "after"]
    assert stages(queries.on_air) == [(name, name == "air") for name in air]
    page = client_of("lead").get(f"/sessions/{tonight}").text
    panel = page[page.index('<details class="fold" open><summary><strong>') :]
    assert panel.index("直播中") < panel.index("开播前")
