"""The one way out: only to named hosts, to the very address that was looked up, with an end in time and size."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

import config
from planner.base import outgoing
from planner.base.outgoing import Unreachable
from planner.kernel.errors import Invalid, PlannerError, Refused
from tests import far
from tests.far import Far, Names

NAME = "bots.example.test"
SECRET = "very-secret-token-7781"


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    folder = tmp_path_factory.mktemp("far")
    return {name: far.certify(folder, name) for name in (NAME, "other.example.test")}


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    found = far.resolver(monkeypatch)
    found.known[NAME] = [["127.0.0.1"]]
    return found


@pytest.fixture
def server(
    certificates: dict[str, tuple[Path, Path]], names: Names, db: Flask, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Far]:
    """A server that the operator has named, at an address the operator has allowed."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates[NAME][0]))
    with far.serving(certificates[NAME], lambda asked: (200, b'{"code": 0}')) as one:
        monkeypatch.setitem(db.config, "OUTGOING_HOSTS", {NAME: one.port})
        monkeypatch.setitem(db.config, "OUTGOING_PRIVATE", frozenset({"127.0.0.1"}))
        yield one


def address(server: Far, path: str = f"/hook/{SECRET}") -> str:
    return f"https://{NAME}:{server.port}{path}"


def refusal(server: Far) -> str:
    with pytest.raises(PlannerError) as fault:
        outgoing.post(address(server), {"text": "x"})
    assert SECRET not in str(fault.value)
    return str(fault.value)


def test_a_call_carries_json_and_reads_json(server: Far, names: Names) -> None:
    answer = outgoing.post(address(server, f"/hook/{SECRET}?a=%2B"), {"text": "开播"})
    assert (answer.status, answer.told()) == (200, {"code": 0})
    (asked,) = server.asked
    assert asked.path == f"/hook/{SECRET}?a=%2B"
    assert asked.headers["Host"] == f"{NAME}:{server.port}"
    assert json.loads(asked.body) == {"text": "开播"}
    assert names.asked == [NAME], "looked up once"


def test_nothing_leaves_where_the_operator_named_nobody(
    server: Far, monkeypatch: pytest.MonkeyPatch, db: Flask
) -> None:
    monkeypatch.setitem(db.config, "OUTGOING_HOSTS", {})
    assert "not set up" in refusal(server)
    assert server.asked == []


@pytest.mark.parametrize(
    "wrong",
    [
        "http://bots.example.test:{port}/x", "https://other.example.test:{port}/x", "https://bots.example.test/x",
        "https://bots.example.test:1/x", "https://me:pw@bots.example.test:{port}/x", "https://127.0.0.1:{port}/x",
        "https://bots.example.test:{port}@evil.example/x", "https://bots.example.test.:{port}/x", "file:///etc/passwd",
        "https://bots.example.test:{port}/x#y", "https://bots.example.test:{port}/a b", "https://bots.example.test:{port}/\r\nX: y",
        "https://bots.example.test:99999/x", "", "https://[::1", "https://bots.example.test:{port}/" + "x" * 600,
    ],
)  # fmt: skip
def test_other_addresses_are_not_called(server: Far, names: Names, wrong: str) -> None:
    given = wrong.format(port=server.port)
    with pytest.raises(Invalid):
        outgoing.place_of(given)
    with pytest.raises(Refused):
        outgoing.post(given, {})
    assert (server.asked, names.asked) == ([], [])


PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "192.0.2.1", "198.18.0.1", "192.88.99.1", "240.0.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
    "fe80::1%eth0", "fec0::1", "100::1", "nonsense",
]  # fmt: skip


@pytest.mark.parametrize("inside", PRIVATE)
def test_a_name_that_leads_inside_is_not_called(
    server: Far, names: Names, db: Flask, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    monkeypatch.setitem(db.config, "OUTGOING_PRIVATE", frozenset())
    assert not outgoing.is_public(inside)
    names.known[NAME] = [[inside], ["127.0.0.1"]]
    assert "private network" in refusal(server)
    names.known[NAME] = [["93.184.216.34", inside]]
    assert "private network" in refusal(server), "one of several is enough"
    assert server.asked == []


@pytest.mark.parametrize(
    "outside", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_the_internet_is_outside(outside: str) -> None:
    assert outgoing.is_public(outside)


@given(st.ip_addresses(v=4, network="10.0.0.0/8"))
def test_what_is_private_stays_so_in_every_coat(found: object) -> None:
    for coat in ("{}", "::ffff:{}"):
        assert not outgoing.is_public(coat.format(found))


def test_the_address_that_was_looked_up_is_the_one_that_is_called(server: Far, names: Names) -> None:
    """A name whose second answer leads elsewhere: nobody looks a second time between the check and the call."""
    names.known[NAME] = [["127.0.0.1"], ["10.0.0.1"]]
    assert outgoing.post(address(server), {}).status == 200
    assert names.asked == [NAME]


def test_an_address_that_does_not_answer_gives_way_to_the_next(
    server: Far, names: Names, monkeypatch: pytest.MonkeyPatch, db: Flask
) -> None:
    monkeypatch.setitem(db.config, "OUTGOING_PRIVATE", frozenset({"127.0.0.1", "127.0.0.2"}))
    names.known[NAME] = [["127.0.0.2", "127.0.0.1"]]
    assert outgoing.post(address(server), {}).status == 200


def test_the_certificate_is_that_of_the_name(
    certificates: dict[str, tuple[Path, Path]], server: Far, names: Names, db: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with far.serving(certificates["other.example.test"], lambda asked: (200, b"{}")) as other:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates["other.example.test"][0]))
        monkeypatch.setitem(db.config, "OUTGOING_HOSTS", {NAME: other.port})
        assert "certificate" in refusal(other), "signed by somebody believed, but for another name"
        assert other.asked == []
    monkeypatch.setitem(db.config, "OUTGOING_HOSTS", {NAME: server.port})
    assert "certificate" in refusal(server), "for the name, but signed by nobody who is believed"
    assert server.asked == []


def test_redirects_are_not_followed(server: Far, names: Names) -> None:
    server.headers["Location"] = address(server, "/elsewhere")
    for status in (301, 302, 303, 307, 308):
        server.asked.clear()
        server.answer = lambda asked, status=status: (status, b"")
        assert "another address" in refusal(server)
        assert [asked.path for asked in server.asked] == [f"/hook/{SECRET}"]


def test_the_proxy_of_the_environment_is_not_used(server: Far, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.3)
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{trap.getsockname()[1]}")
        assert outgoing.post(address(server), {}).status == 200
        with pytest.raises(TimeoutError):
            trap.accept()


@pytest.mark.parametrize("how", ["drip", "silent"])
def test_the_whole_call_ends_in_time(server: Far, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    monkeypatch.setattr(outgoing, "SECONDS", 0.6)
    server.answer = lambda asked: (200, b"x" * 5000)
    server.drip, server.silent = (0.05, False) if how == "drip" else (0, True)
    began = time.monotonic()
    assert "in time" in refusal(server)
    assert time.monotonic() - began < 3


def test_a_peer_that_never_speaks_tls_and_a_name_that_never_resolves_end_in_time(
    names: Names, db: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "SECONDS", 0.5)
    monkeypatch.setitem(db.config, "OUTGOING_PRIVATE", frozenset({"127.0.0.1"}))
    with socket.create_server(("127.0.0.1", 0)) as mute:
        monkeypatch.setitem(db.config, "OUTGOING_HOSTS", {NAME: mute.getsockname()[1]})
        with pytest.raises(Unreachable, match="in time"):
            outgoing.post(f"https://{NAME}:{mute.getsockname()[1]}/", {})
        stuck = threading.Event()
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: stuck.wait(20))
        with pytest.raises(Unreachable, match="in time"):
            outgoing.post(f"https://{NAME}:{mute.getsockname()[1]}/", {})
        stuck.set()


def test_too_much_is_neither_sent_nor_read(server: Far) -> None:
    server.answer = lambda asked: (200, b"x" * (outgoing.MOST_READ + 1))
    assert "too much" in refusal(server)
    server.asked.clear()
    with pytest.raises(Refused):
        outgoing.post(address(server), {"text": "x" * outgoing.MOST_SENT})
    assert server.asked == []


def test_what_is_no_json_is_an_empty_answer(server: Far) -> None:
    for body in (b"<html>", b"[1]", b"", b"[" * 60_000):
        server.answer = lambda asked, body=body: (200, body)
        assert outgoing.post(address(server), {}).told() == {}


def test_no_log_names_the_address(server: Far, caplog: pytest.LogCaptureFixture, names: Names) -> None:
    caplog.set_level(logging.DEBUG)
    server.answer = lambda asked: (500, b"no")
    assert outgoing.post(address(server), {}).status == 500
    names.known[NAME] = [["10.0.0.1"]]
    refusal(server)
    assert SECRET not in caplog.text
    shown = outgoing.masked(address(server))
    assert shown == f"{NAME}/…7781"


def test_settings_name_hosts_and_nothing_else() -> None:
    given = {"SECRET_KEY": "x" * 40, "DATABASE_URL": "sqlite:////srv/planner.db", "FILES_DIR": "/srv/files"}
    assert config.load(given)["OUTGOING_HOSTS"] == {}
    loaded = config.load(
        given | {"OUTGOING_HOSTS": "open.feishu.cn, bots.example.test:8443", "OUTGOING_PRIVATE": "10.0.0.7"}
    )
    assert loaded["OUTGOING_HOSTS"] == {"open.feishu.cn": 443, "bots.example.test": 8443}
    assert loaded["OUTGOING_PRIVATE"] == {"10.0.0.7"}
    for wrong in ("https://open.feishu.cn/x", "*.feishu.cn", "a/b", "me@host", "host:99999"):
        with pytest.raises(config.Misconfigured):
            config.load(given | {"OUTGOING_HOSTS": wrong})
    with pytest.raises(config.Misconfigured):
        config.load(given | {"OUTGOING_PRIVATE": "10.0.0.0/8"})
