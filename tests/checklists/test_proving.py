"""Evidence given in the row: numbers, links, answers, photos; handed over; what still holds from before."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from PIL import Image

from planner.base import pictures, trash
from planner.base.actor import acting
from planner.checklists import queries, services
from planner.checklists.rules import (
    Act,
    Anchor,
    Condition,
    Evidence,
    Extra,
    Given,
    ItemState,
    NumberAsked,
    Stage,
    TickFact,
    fold,
)
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.live import services as live
from tests.cast import Cast
from tests.checklists.conftest import Item, Plan, key, publish
from tests.checklists.test_pages import TICK, row_of
from tests.checklists.test_replay import act, send

Client = Callable[[str], Any]
SPEED = Evidence(number=NumberAsked(Decimal(5), Decimal(500), "Mbit/s"))


def photo(colour: str = "red", size: tuple[int, int] = (900, 600)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def asking(cast: Cast, daily: int) -> int:
    """The SOP of daily shows with a line for each thing that a row can ask for."""
    with acting(cast.actors["lead"]):
        for title, asked in (
            ("上行网速", SPEED),
            ("链接表", Evidence(link=True)),
            ("有无投放", Evidence(answers=("有投放", "无投放"))),
            ("机位照片", Evidence(photos=(2, 3))),
        ):
            extra = Extra(help="按手册", law="互联网广告管理办法 第十条")
            services.add_item(daily, title, None, Stage.BEFORE, Anchor.PLANNED_START, -45, False, asked, extra=extra)
        publish(daily)
    return daily


@pytest.fixture
def tonight(cast: Cast, asking: int, plan: Plan, evening: datetime) -> int:
    return plan(evening, crew=[("host", cast.host), ("control", cast.member)])


@pytest.fixture
def titled(cast: Cast) -> Callable[[int, str], int]:
    def find(session_id: int, title: str) -> int:
        with acting(cast.actors["lead"]):
            return next(i.id for i in queries.list_page(session_id, "all").items if i.title == title)

    return find


def read(cast: Cast, item_id: int) -> queries.ItemRow:
    with acting(cast.actors["lead"]):
        return queries.item(item_id)


def test_a_number_in_its_row(client_of: Client, cast: Cast, tonight: int, titled: Any) -> None:
    made, member = titled(tonight, "上行网速"), client_of("member")
    row = row_of(member.get(f"/sessions/{tonight}/checklist?show=all").text, made)
    field = re.search(r"<input[^>]*name=\"number\"[^>]*>", row)
    assert field
    assert all(told in field[0] for told in ('inputmode="decimal"', 'data-least="5"', 'data-most="500"', "required"))
    assert re.search(r'<button[^>]*data-way-of="number"[^>]* hidden>', row), "not offered before it is needed"
    assert "5–500 Mbit/s" in row
    assert "按手册" in row
    assert "第十条" in row
    answer = member.post_form(f"/checklist-items/{made}/tick", {"number": "4.9"})
    assert answer.status_code == 422
    row = row_of(answer.text, made)
    assert 'value="4.9"' in row, "what was typed is still there"
    assert 'aria-invalid="true"' in row
    assert re.search(r'data-fault="number">.*?5Mbit/s', row)
    told = member.post_form(f"/checklist-items/{made}/tick", {"number": "900"}, headers=TICK)
    assert (told.status_code, list(told.get_json()["faults"])) == (422, ["number"])
    assert member.post_form(f"/checklist-items/{made}/tick", {"number": "8.20"}).status_code == 303
    row = row_of(member.get(f"/sessions/{tonight}/checklist?show=all").text, made)
    assert "8.20 Mbit/s" in row
    assert read(cast, made).given == {"number": "8.20"}


@pytest.mark.engines
def test_a_number_out_of_its_range_is_kept_as_not_passed(
    client_of: Client, cast: Cast, tonight: int, titled: Any
) -> None:
    made, member = titled(tonight, "上行网速"), client_of("member").in_english()
    path = f"/sessions/{tonight}/checklist?show=all"
    refused = row_of(member.post_form(f"/checklist-items/{made}/tick", {"number": "3.2"}).text, made)
    offer = re.search(r'<button[^>]*data-way-of="number"[^>]*>', refused)
    assert offer and " hidden" not in offer[0] and f'formaction="/checklist-items/{made}/fail"' in offer[0]
    for wrong in ("", "8"):
        assert member.post_form(f"/checklist-items/{made}/fail", {"number": wrong}).status_code == 422
    tap = key()
    for _twice in range(2):
        told = member.post_form(
            f"/checklist-items/{made}/fail", {"number": "3.2", "note": "", "client_id": tap}, headers=TICK
        )
        assert told.status_code == 200
    row = row_of(told.get_json()["row_html"], made)
    assert 'aria-pressed="false"' in row and "is-done" not in row
    assert all(words in row for words in ("Not passed", "3.2 Mbit/s", "it should be 5–500 Mbit/s", "阿强"))
    before = client_of("lead").get(path).text.count("tick is-done")
    item = read(cast, made)
    assert (item.state, item.failed, item.given) == (ItemState.OPEN, True, {"number": "3.2"})
    with acting(cast.actors["lead"]):
        checks = queries.gate_checks([tonight], item.due)[tonight]  # type: ignore[arg-type]
        assert not next(each for each in checks if each.key == f"item-{made}").passed, "it still waits"
        (act_row,) = queries.item_page(made).acts
        assert (act_row.act, act_row.given) == (Act.FAIL, {"number": "3.2"})
    assert "measured, not passed" in member.get(f"/checklist-items/{made}").text
    assert member.post_form(f"/checklist-items/{made}/tick", {"number": "9"}).status_code == 303
    item = read(cast, made)
    assert (item.state, item.failed, item.given) == (ItemState.DONE, False, {"number": "9"})
    assert client_of("lead").get(path).text.count("tick is-done") == before + 1
    assert member.post_form(f"/checklist-items/{made}/fail", {"number": "3"}).status_code == 409
    assert client_of("viewer").post_form(f"/checklist-items/{made}/fail", {"number": "3"}).status_code == 403
    assert client_of("outsider").post_form(f"/checklist-items/{made}/fail", {"number": "3"}).status_code == 404


@pytest.mark.engines
def test_what_did_not_pass_is_taken_back_or_left_out_with_its_number(cast: Cast, tonight: int, titled: Any) -> None:
    speed, other = titled(tonight, "上行网速"), titled(tonight, "链接表")
    low = Given(number=Decimal("3"))
    with acting(cast.actors["member"]):
        services.fail(speed, key(), "备用网也慢", None, low)
        assert (queries.item(speed).note, queries.item(speed).failed) == ("备用网也慢", True)
        services.untick(speed, key())
        assert (queries.item(speed).given, queries.item(speed).failed) == ({}, False)
        services.fail(speed, key(), "备用网也慢", None, low)
        services.tick(speed, key(), "", None, Given(number=Decimal("50")))
        assert (queries.item(speed).note, queries.item(speed).given) == ("", {"number": "50"}), (
            "that note was of before"
        )
        services.untick(speed, key())
        services.fail(speed, key(), "", None, low)
        services.skip(speed, key(), "今晚用备用方案")
        skipped = queries.item(speed)
        assert (skipped.state, skipped.given, skipped.failed) == (ItemState.SKIPPED, {"number": "3"}, False)
        with pytest.raises(Refused):
            services.fail(other, key(), "", None, low)


def test_a_number_below_zero_can_be_typed_and_kept(
    client_of: Client, cast: Cast, daily: int, plan: Plan, evening: datetime, titled: Any
) -> None:
    loud = Evidence(number=NumberAsked(Decimal(-16), Decimal(-12), "dB"))
    with acting(cast.actors["lead"]):
        services.add_item(daily, "声音响度", None, Stage.BEFORE, Anchor.PLANNED_START, -45, False, loud)
        publish(daily)
    show, member = plan(evening, crew=[("control", cast.member)]), client_of("member").in_english()
    made = titled(show, "声音响度")
    field = re.search(r'<input[^>]*name="number"[^>]*>', member.get(f"/sessions/{show}/checklist?show=all").text)
    assert field and "inputmode" not in field[0], "the keys for decimals of some phones have no minus"
    assert member.post_form(f"/checklist-items/{made}/fail", {"number": "-30"}).status_code == 303
    row = row_of(member.get(f"/sessions/{show}/checklist?show=all").text, made)
    assert "-30 dB" in row and "it should be -16 … -12 dB" in row
    assert read(cast, made).failed


def test_a_link_is_clicked_in_its_row(client_of: Client, cast: Cast, tonight: int, titled: Any) -> None:
    made, member = titled(tonight, "链接表"), client_of("member")
    member.get("/")
    assert member.post_form(f"/checklist-items/{made}/tick", {"link": "在群里"}).status_code == 422
    assert member.post_form(f"/checklist-items/{made}/tick", {"link": "javascript:alert(1)"}).status_code == 422
    member.post_form(f"/checklist-items/{made}/tick", {"link": "看这个 https://docs.example/a"})
    row = row_of(member.get(f"/sessions/{tonight}/checklist?show=all").text, made)
    assert 'href="https://docs.example/a"' in row


def test_an_answer_is_one_tap(
    client_of: Client, cast: Cast, asking: int, plan: Plan, evening: datetime, titled: Any
) -> None:
    with acting(cast.actors["lead"]):
        lines = {line.title: line.key for _stage, rows in queries.template(asking)["stages"] for line in rows}
        needs = Extra(condition=Condition(item=lines["有无投放"], answer="有投放"))
        services.add_item(
            asking, "投放计划", None, Stage.BEFORE, Anchor.PLANNED_START, -40, False, Evidence(), extra=needs
        )
        publish(asking)
    show = plan(evening, crew=[("control", cast.member)])
    made, follows, member = titled(show, "有无投放"), titled(show, "投放计划"), client_of("member")
    row = row_of(member.get(f"/sessions/{show}/checklist?show=all").text, made)
    assert re.findall(r'name="answer" value="([^"]*)"', row) == ["有投放", "无投放"]
    assert read(cast, follows).state is ItemState.NOT_APPLICABLE
    answer = member.post_form(f"/checklist-items/{made}/tick", {"answer": "有投放"}, headers=TICK).get_json()
    assert answer["news"] is True, "the page asks for the rows again"
    assert read(cast, follows).state is ItemState.OPEN
    assert member.post_form(f"/checklist-items/{follows}/tick", {"answer": "随便"}, headers=TICK).status_code == 200
    assert read(cast, follows).given == {}, "what nobody asked for is not kept"


@pytest.mark.engines
def test_what_was_typed_offline_comes_with_the_others(client_of: Client, cast: Cast, tonight: int, titled: Any) -> None:
    phone = client_of("member")
    speed, link, answer = (titled(tonight, t) for t in ("上行网速", "链接表", "有无投放"))
    acts = [
        act(speed, given={"number": "3"}),
        act(speed, given={"number": "８.５"}),
        act(link, given={"link": "https://a.example/1", "number": 7, "rows": True, "earlier": 1}),
        act(answer, given={"answer": "无投放"}),
        act(answer, given=["x"]),
    ]
    told = send(phone, acts).get_json()["answers"]
    assert [each["result"] for each in told] == ["refused", "applied", "applied", "applied", "applied"]
    assert list(told[0]["faults"]) == ["number"]
    assert [read(cast, i).given for i in (speed, link, answer)] == [
        {"number": "8.5"}, {"link": "https://a.example/1"}, {"answer": "无投放"},
    ]  # fmt: skip


@pytest.mark.engines
def test_photos_prove_an_item_and_are_proved_anew(cast: Cast, tonight: int, titled: Any) -> None:
    made, first = titled(tonight, "机位照片"), key()
    with acting(cast.actors["member"]):
        with pytest.raises(Invalid) as fault:
            services.tick(made, key())
        assert list(fault.value.fields) == ["photos"]
        for _again in range(3):
            services.add_photo(made, pictures.read(photo()), first)
        with pytest.raises(Invalid):
            services.tick(made, key())
        for colour in ("green", "blue"):
            services.add_photo(made, pictures.read(photo(colour)), key())
        with pytest.raises(Refused):
            services.add_photo(made, pictures.read(photo("white")), key())
        services.tick(made, key())
        held = queries.item(made).photos
        assert len(held) == 3
        assert queries.item(made).given == {"photos": list(held)}
        services.add_photo(made, pictures.read(photo()), first)
        with pytest.raises(Refused):
            services.add_photo(made, pictures.read(photo()), key())
        services.untick(made, key())
    page = queries.item_page
    with acting(cast.actors["lead"]):
        assert page(made).acts[0].given == {"photos": list(held)}, "the history keeps them"
    other = titled(tonight, "上行网速")
    with acting(cast.actors["member"]), pytest.raises(Refused):
        services.add_photo(other, pictures.read(photo()), key())


def test_photos_over_http(client_of: Client, cast: Cast, tonight: int, titled: Any) -> None:
    made, member = titled(tonight, "机位照片"), client_of("member")
    row = row_of(member.get(f"/sessions/{tonight}/checklist?show=all").text, made)
    assert all(told in row for told in ('enctype="multipart/form-data"', 'capture="environment"', "multiple", "0/2"))
    fake = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    for data in (fake, b"<html></html>", b"\xff\xd8\xff" + b"0" * 100, b"0" * (40 * 1024 * 1024)):
        sent = {"client_id": key(), "photo": (io.BytesIO(data), "a.jpg")}
        answer = member.post_form(f"/checklist-items/{made}/photos", sent, headers=TICK)
        assert answer.status_code in (413, 422)
        assert answer.get_json()["message"]
    sent = {"photos": [(io.BytesIO(photo(c)), "IMG.jpg") for c in ("red", "green")], "note": "两台机位"}
    assert member.post_form(f"/checklist-items/{made}/tick", sent).status_code == 303
    row = row_of(member.get(f"/sessions/{tonight}/checklist?show=all").text, made)
    (one, _two) = re.findall(r'src="(/files/\d+/small.jpg)"', row)
    assert member.get(one).mimetype == "image/jpeg"
    assert client_of("viewer").get(one).status_code == 200
    assert client_of("outsider").get(one).status_code == 404
    assert client_of("viewer").post_form(f"/checklist-items/{made}/photos", {}).status_code == 403


@pytest.mark.engines
def test_photos_of_a_show_in_the_trash_are_there_for_nobody(
    client_of: Client, cast: Cast, tonight: int, titled: Any
) -> None:
    made = titled(tonight, "机位照片")
    with acting(cast.actors["member"]):
        services.add_photo(made, pictures.read(photo()), key())
        (held,) = queries.item(made).photos
    shown = [f"/files/{held}{part}" for part in ("", "/small.jpg", "/whole.jpg", "/download")]
    paths = [*shown, f"/checklist-items/{made}", f"/checklist-items/{made}/earlier", f"/history/checklist_item/{made}"]
    readers = [client_of(login) for login in ("viewer", "member", "lead")]
    assert {readers[0].get(path).status_code for path in paths} == {200}
    with acting(cast.actors["lead"]):
        live.trash_session(tonight)
    for reader in readers:
        assert {path: reader.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)
    with acting(cast.actors["lead"]):
        (lying,) = (row[0] for row in trash.trashed())
        trash.restore(lying)
    assert {readers[0].get(path).status_code for path in paths} == {200}


@pytest.mark.engines
def test_handed_over_and_told(client_of: Client, cast: Cast, tonight: int, item_of: Item) -> None:
    made = item_of(tonight, "benefits").id
    with acting(cast.actors["member"]):
        tap = key()
        services.hand_over(made, cast.host, tap)
        services.hand_over(made, cast.host, tap)
        for stranger in (cast.lead, 0, 10**9):
            with pytest.raises(Invalid):
                services.hand_over(made, stranger, key())
    assert read(cast, made).user_id == cast.host
    with acting(cast.actors["lead"]):
        (one,) = queries.item_page(made).acts
        assert (one.act, one.who, one.whom) == (Act.HAND, "阿强", "小米")
        services.follow_answers(tonight)
    assert read(cast, made).user_id == cast.host, "the list is served again, and it stays theirs"
    host = client_of("host")
    assert "移交给你" in host.get("/inbox").text
    page = host.get(f"/checklist-items/{made}")
    assert (page.status_code, "小米" in page.text) == (200, True)
    assert host.get(f"/checklist-items/{made}/hand").status_code == 200
    assert host.post_form(f"/checklist-items/{made}/hand", {"user_id": str(cast.member)}).status_code == 303
    assert read(cast, made).user_id == cast.member
    assert client_of("outsider").get(f"/checklist-items/{made}").status_code == 404
    with acting(cast.actors["member"]):
        services.tick(made, key())
        with pytest.raises(Refused):
            services.hand_over(made, cast.host, key())


@pytest.mark.engines
def test_a_handing_over_is_taken_back_with_what_was_told_of_it(
    client_of: Client, cast: Cast, tonight: int, item_of: Item
) -> None:
    made = item_of(tonight, "benefits").id
    was, member, lead = read(cast, made), client_of("member"), client_of("lead")
    place = member.post_form(f"/checklist-items/{made}/hand", {"user_id": str(cast.host)}).location
    (back,) = set(re.findall(rf'action="(/checklist-items/{made}/hand/back\?tap=\w+)"', member.get(place).text))
    assert client_of("host").post_form(back, {}).status_code == 403, "it is who handed it over who takes that back"
    assert lead.post_form(back.replace("tap=", "tap=0"), {}).status_code == 409
    went = member.post_form(back, {})
    assert "已撤回移交。" in member.get(went.location).text
    assert read(cast, made).user_id == was.user_id
    assert "移交给你" not in client_of("host").get("/inbox").text
    assert "撤回移交" in lead.get(f"/checklist-items/{made}").text
    assert member.post_form(back, {}).status_code == 409, "once is enough"
    with acting(cast.actors["member"]):
        tap = key()
        services.hand_over(made, cast.host, tap)
        services.tick(made, key())
        services.untick(made, key())
        with pytest.raises(Refused):
            services.hand_back(made, tap, key())
    assert read(cast, made).user_id == cast.host, "somebody has gone on working with it"


def test_handing_over_changes_no_state() -> None:
    facts = [TickFact(1, Act.DONE, 1), TickFact(2, Act.HAND, 1), TickFact(3, Act.DONE, 2)]
    assert fold(facts, two_people=True) is ItemState.DONE
    assert fold(facts[:2], two_people=False) is ItemState.DONE


@pytest.mark.engines
def test_what_was_proved_before_still_holds(
    client_of: Client, cast: Cast, asking: int, plan: Plan, evening: datetime, titled: Any, item_of: Item
) -> None:
    before = plan(evening, crew=[("control", cast.member)])
    show = plan(evening + timedelta(days=1), crew=[("control", cast.member), ("host", cast.host)])
    old, new = titled(before, "上行网速"), titled(show, "上行网速")
    with acting(cast.actors["member"]):
        assert queries.earlier_proofs(new) == []
        services.tick(old, key(), "", None, Given(number=Decimal(8)))
        assert [row.id for row in queries.earlier_proofs(new)] == [old]
        with pytest.raises(NotFound):
            services.carry_over(new, titled_old := item_of(before, "benefits").id, key())
        assert titled_old
        tap = key()
        services.carry_over(new, old, tap)
        services.carry_over(new, old, tap)
        assert queries.item(new).state is ItemState.DONE
        assert queries.item(new).given == {"earlier": old}
        persons = (item_of(before, "persons").id, item_of(show, "persons").id)
    with acting(cast.actors["lead"]):
        services.tick(persons[0], key(), "已报平台")
        assert queries.earlier_proofs(persons[1]) == [], "a person is verified for each show"
    third = plan(evening + timedelta(days=2), crew=[("control", cast.member)])
    with acting(cast.actors["member"]):
        assert [row.id for row in queries.earlier_proofs(titled(third, "上行网速"))] == [old], (
            "not what was carried over"
        )
    member = client_of("member")
    page = member.get(f"/checklist-items/{titled(third, '上行网速')}/earlier").text
    assert "8" in page
    row = row_of(member.get(f"/sessions/{show}/checklist?show=all").text, new)
    assert f'href="/checklist-items/{old}"' in row


def test_who_may_hand_over(cast: Cast, tonight: int, item_of: Item) -> None:
    made = item_of(tonight, "benefits").id
    with acting(cast.actors["viewer"]), pytest.raises(Forbidden):
        services.hand_over(made, cast.host, key())
