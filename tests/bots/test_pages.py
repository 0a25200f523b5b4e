"""The pages of group bots: who may see them, what they never show, and that everything goes without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask

from planner.base.actor import Actor
from planner.bots.rules import Vendor
from tests.bots.conftest import Town
from tests.bots.vendors import SECRET, TOKEN
from tests.conftest import Visitor

As = Callable[[str], AbstractContextManager[Actor]]
Client = Callable[[str], Visitor]
Worker = Callable[..., None]


@pytest.fixture
def typed(town: Town) -> dict[str, Any]:
    """What a lead types into the form."""
    return {
        "vendor": "feishu",
        "name": "运营群",
        "address": town.address(Vendor.FEISHU),
        "secret": SECRET,
        "keyword": "",
        "topics": ["moved", "live"],
        "summary_at": "570",
        "language": "zh_Hans_CN",
    }


def made(client_of: Client, typed: dict[str, Any]) -> tuple[Visitor, str]:
    """A lead who has set one up, and where it stands."""
    lead = client_of("lead")
    lead.get("/settings/bots/new")
    answer = lead.post_form("/settings/bots/new", typed)
    assert answer.status_code == 303, answer.text
    return lead, answer.headers["Location"]


def test_a_lead_sets_one_up_tries_it_and_sees_what_came_of_it(
    client_of: Client, typed: dict[str, Any], town: Town, worker: Worker
) -> None:
    lead = client_of("lead").in_english()
    assert "tell the group of Feishu, DingTalk or WeCom" in lead.get("/settings").text
    empty = lead.get("/settings/bots").text
    assert "<title>Group bots" in empty
    assert "No bot yet" in empty
    assert 'name="address"' in lead.get("/settings/bots/new").text
    answer = lead.post_form("/settings/bots/new", typed)
    place = answer.headers["Location"]
    page = lead.get(place).text
    assert "<title>运营群" in page
    assert "Nothing has arrived yet" in page
    assert lead.post_form(f"{place}/test").status_code == 303
    assert "A test message is on its way" in lead.get(place).text
    worker(1)
    page = lead.get(place).text
    assert "这是一条测试消息" in page
    assert "arrived" in page
    assert "Last arrived" in lead.get(f"{place}/state").text
    listed = lead.get("/settings/bots").text
    assert "运营群" in listed
    assert "last message" in listed
    lead.post_form(f"{place}/switch", {"on": "0"})
    assert "It tells nothing until it is switched on again" in lead.get(place).text
    lead.post_form(f"{place}/switch", {"on": "1"})
    assert "It tells nothing until" not in lead.get(place).text


def test_an_address_and_a_secret_are_never_shown_again(
    client_of: Client, typed: dict[str, Any], worker: Worker, town: Town
) -> None:
    lead, place = made(client_of, typed)
    lead.post_form(f"{place}/test")
    worker(1)
    for path in (
        place,
        f"{place}/edit",
        "/settings/bots",
        f"/history/bot/{place.rsplit('/', 1)[1]}",
        "/news",
        "/jobs",
        "/me/data",
    ):
        text = lead.get(path).text
        assert TOKEN not in text, path
        assert SECRET not in text, path
        assert TOKEN[:-4] not in text, path
    assert f"bots.example.test/…{TOKEN[-4:]}" in lead.get(place).text
    assert "密钥已设置" in lead.get(f"{place}/edit").text


def test_an_edit_without_address_keeps_it_and_a_stale_form_is_told(
    client_of: Client, typed: dict[str, Any], worker: Worker, town: Town
) -> None:
    lead, place = made(client_of, typed)
    form = {**typed, "address": "", "secret": "", "name": "值班群", "version": "1"}
    lead.get(f"{place}/edit")
    assert lead.post_form(f"{place}/edit", form).status_code == 303
    stale = lead.post_form(f"{place}/edit", {**form, "name": "别的名字"})
    assert stale.status_code == 409
    assert "别的名字" in stale.text
    assert "值班群" in stale.text
    assert TOKEN not in stale.text
    assert SECRET not in stale.text
    lead.post_form(f"{place}/test")
    worker(1)
    assert len(town.groups[Vendor.FEISHU].said) == 1, "the address and the secret are still set"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"address": "http://bots.example.test/x"}, "begins with https://"),
        ({"address": "https://evil.example/open-apis/bot/v2/hook/12345678"}, "Only these may be called"),
        ({"address": "https://10.0.0.1/open-apis/bot/v2/hook/12345678"}, "Only these may be called"),
        ({"vendor": "wecom"}, "not an address as it is copied"),
        ({"vendor": "telegram"}, ""),
        ({"name": ""}, ""),
        ({"topics": []}, "Choose at least one"),
        ({"topics": ["everything"]}, ""),
        ({"keyword": "<at>"}, "Use plain words"),
        ({"secret": "密钥"}, "Copy the secret"),
        ({"summary_at": "99999"}, ""),
        ({"language": "fr"}, ""),
        ({"address": ""}, ""),
    ],
)
def test_what_can_not_be_is_said_beside_the_field_and_kept(
    client_of: Client, typed: dict[str, Any], change: dict[str, Any], says: str
) -> None:
    lead = client_of("lead").in_english()
    lead.get("/settings/bots/new")
    answer = lead.post_form("/settings/bots/new", {**typed, **change})
    assert answer.status_code == 422
    assert says in answer.text
    assert 'class="field-error"' in answer.text
    assert "暂停" not in answer.text
    if "name" not in change:
        assert "运营群" in answer.text, "nothing typed is lost"
    assert SECRET not in answer.text


def test_the_same_bot_is_set_up_once_also_by_a_double_click_and_comes_back_from_the_trash(
    client_of: Client, typed: dict[str, Any]
) -> None:
    lead, place = made(client_of, typed)
    twice = lead.post_form("/settings/bots/new", typed)
    assert twice.status_code == 422
    assert "已经添加过了" in twice.text
    assert lead.post_form(f"{place}/delete").status_code == 303
    assert lead.get(place).status_code == 404
    assert lead.post_form(f"{place}/test").status_code == 404
    assert "运营群" in lead.get("/trash").text
    _again, other = made(client_of, typed)
    assert other != place


@pytest.mark.parametrize("login", ["host", "member", "viewer"])
def test_only_those_who_set_up_the_team_see_bots(client_of: Client, typed: dict[str, Any], login: str) -> None:
    _lead, place = made(client_of, typed)
    visitor = client_of(login)
    assert "/settings/bots" not in visitor.get("/settings").text
    for path in (
        "/settings/bots",
        "/settings/bots/list",
        "/settings/bots/new",
        place,
        f"{place}/edit",
        f"{place}/state",
    ):
        assert visitor.get(path).status_code == 403, path
    for act in ("test", "switch", "resume", "delete"):
        assert visitor.post_form(f"{place}/{act}", {"on": "0"}).status_code == 403, act


def test_another_team_finds_nothing(client_of: Client, typed: dict[str, Any]) -> None:
    _lead, place = made(client_of, typed)
    outsider = client_of("outsider")
    for path in (place, f"{place}/edit", f"{place}/state"):
        assert outsider.get(path).status_code == 404, path
    for act in ("test", "switch", "resume", "delete", "edit"):
        assert outsider.post_form(f"{place}/{act}", {**typed, "on": "0", "version": "1"}).status_code == 404, act
    assert "运营群" not in outsider.get("/settings/bots").text


def test_pages_say_what_the_operator_has_not_set_up(
    client_of: Client, typed: dict[str, Any], db: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead, _place = made(client_of, typed)
    lead.in_english()
    monkeypatch.setitem(db.config, "PUBLIC_URL", "")
    assert "Messages carry no link" in lead.get("/settings/bots").text
    monkeypatch.setitem(db.config, "OUTGOING_HOSTS", {})
    text = lead.get("/settings/bots").text
    assert "OUTGOING_HOSTS" in text
    assert "/settings/bots/new" not in text
    refused = lead.post_form("/settings/bots/new", {**typed, "name": "另一个"})
    assert refused.status_code == 422
    assert "not set up on this installation" in refused.text


def test_a_lead_is_told_over_the_settings_that_a_bot_is_paused(
    client_of: Client, typed: dict[str, Any], town: Town, worker: Worker, as_: As, plan_show: Callable[..., int]
) -> None:
    lead, place = made(client_of, {**typed, "topics": ["planned"]})
    lead.in_english()
    town.groups[Vendor.FEISHU].gone = True
    plan_show()
    worker(30)
    assert "is paused" not in lead.get("/settings").text
    for minutes in (1, 2):
        worker(60 * minutes + 1)
    assert "The group bot 运营群 is paused" in lead.get("/settings").text
    assert "is paused" not in client_of("host").in_english().get("/settings").text
    page = lead.get(place).text
    assert "Paused: nothing went through" in page
    assert "Copy its address again" in page
    town.groups[Vendor.FEISHU].gone = False
    lead.post_form(f"{place}/test")
    worker(1)
    assert "Paused" not in lead.get(place).text
    assert "is paused" not in lead.get("/settings").text
