"""What blocks a show and is late, told to the group 30, 15 and 5 minutes before: who has it, called as vendors allow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.base.actor import acting
from planner.bots import queries, services
from planner.bots.rules import Called, Line, Topic, Vendor, body_of, is_name
from planner.checklists import queries as checklists
from planner.checklists import services as ticks
from planner.checklists.rules import Stage
from planner.kernel.errors import Forbidden, Invalid
from planner.live import queries as shows
from planner.live import services as live
from planner.live.services import ShiftIn
from planner.people import queries as people
from tests.bots.acts import As, Rows, Show, Until, Worker, add
from tests.bots.conftest import Town
from tests.cast import Cast
from tests.live.conftest import client_of as client_of

HANDLES = {Vendor.FEISHU: "ou_7f3a91", Vendor.DINGTALK: "13800138000", Vendor.WECOM: "aqiang"}
CALLED = {Vendor.FEISHU: "@ou_7f3a91", Vendor.DINGTALK: "@13800138000", Vendor.WECOM: "<@aqiang>"}


def blocked(cast: Cast, as_: As, plan_show: Show, minutes: float) -> int:
    """A show that begins so soon; its links alone block it, and the member has them."""
    made = plan_show(minutes / 60, "卡住的")
    with as_("lead"):
        b = shows.brief(made)
        control = next(p.id for p in people.positions() if p.key == "control")
        live.set_crew(made, b.version, [ShiftIn(control, cast.member, b.planned_start, b.planned_end)])
        for row in checklists.list_page(made).items:
            if row.blocks and row.stage in (Stage.PREPARE, Stage.BEFORE) and row.title[:4] not in ("商品链接", "Link"):
                ticks.skip(row.id, f"{row.id:032x}", "今晚不用")
    return made


@pytest.mark.parametrize("vendor", Vendor)
def test_the_group_is_told_at_each_step_and_the_vendor_calls_whoever_has_it(
    town: Town, as_: As, worker: Worker, until: Until, plan_show: Show, cast: Cast, vendor: Vendor
) -> None:
    add(town, as_, vendor, topics=(Topic.NOT_READY,))
    with as_("member"):
        services.set_chat_names(HANDLES)
    made, group = blocked(cast, as_, plan_show, 29), town.groups[vendor]
    group.may_call = frozenset(HANDLES.values())
    until(lambda: bool(group.said))
    assert "还没准备好：卡住的" in group.text()
    assert "阿强" in group.text()
    assert CALLED[vendor] in group.text()
    if vendor is Vendor.DINGTALK:
        assert group.said[0]["at"] == {"atMobiles": ["13800138000"], "atUserIds": [], "isAtAll": False}
    worker(60)
    worker(60)
    assert len(group.said) == 1, "once a step"
    worker(13 * 60)
    assert len(group.said) == 2
    assert "还挡着开播：卡住的" in group.text()
    assert "1 项逾时：商品链接" in group.text()
    with as_("lead"):
        links = next(i.id for i in checklists.list_page(made).items if i.title.startswith("Links"))
        ticks.skip(links, "f" * 32, "只挂预告")
    worker(11 * 60)
    assert len(group.said) == 2, "nothing after it is done"
    assert group.faults == []


def test_whom_no_vendor_knows_is_named_and_nobody_is_called(
    town: Town, as_: As, until: Until, plan_show: Show, cast: Cast
) -> None:
    add(town, as_, Vendor.DINGTALK, topics=(Topic.NOT_READY,))
    blocked(cast, as_, plan_show, 29)
    group = town.groups[Vendor.DINGTALK]
    until(lambda: bool(group.said))
    assert "（阿强）" in group.text()
    assert group.said[0]["at"] == {"atMobiles": [], "atUserIds": [], "isAtAll": False}


@given(st.text(max_size=70))
def test_no_id_calls_everybody_or_carries_markup(handle: str) -> None:
    for vendor in Vendor:
        if is_name(vendor, handle):
            assert not set(handle) & set("<> \n[]()*`|")
            assert handle.lower() not in ("all", "@all", "everyone")
            body = body_of(vendor, "晨光", [Line("卡住", "", (Called("阿强", {vendor: handle}),))], "看", True)
            assert handle in str(body)


@pytest.mark.engines
def test_one_says_by_which_ids_one_is_called_and_nobody_else_does(cast: Cast, as_: As, rows: Rows) -> None:
    with as_("member"):
        services.set_chat_names(HANDLES)
        services.set_chat_names({**HANDLES, Vendor.WECOM: "", Vendor.FEISHU: " ou_other "})
        assert queries.my_chat_names() == {Vendor.FEISHU: "ou_other", Vendor.DINGTALK: "13800138000"}
        for bad in ("all", "a b", "<x>", "x" * 65):
            with pytest.raises(Invalid) as told:
                services.set_chat_names({Vendor.FEISHU: bad})
            assert list(told.value.fields) == ["feishu"]
        assert people.my_data()["chat_names"][0]["handle"] == "ou_other"
    with as_("host"):
        assert queries.my_chat_names() == {}
    with acting(cast.actors["admin"]), pytest.raises(Forbidden):
        services.set_chat_names(HANDLES)
    with as_("member"):
        services.forget_person(cast.member, "")
    assert rows("SELECT count(*) FROM chat_name")[0][0] == 0


def test_the_page_keeps_what_was_typed_and_is_offered_where_there_is_a_bot(
    town: Town, as_: As, client_of: Callable[[str], Any], cast: Cast
) -> None:
    member = client_of("member")
    assert "/me/chat-names" not in member.get("/me").text
    add(town, as_, Vendor.FEISHU)
    assert "/me/chat-names" in member.get("/me").text
    page = member.post_form("/me/chat-names", {"feishu": "ou bad", "dingtalk": "13800138000"})
    assert page.status_code == 422
    assert "no id of a person" in page.text
    assert 'value="13800138000"' in page.text
    assert member.post_form("/me/chat-names", {"dingtalk": "13800138000"}).status_code == 303
    assert 'value="13800138000"' in member.get("/me/chat-names").text
