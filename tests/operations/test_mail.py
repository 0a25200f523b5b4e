"""Mail: off until set up; nothing leaves before the commit; sent in the reader's language; tried again, or said why not."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

import config
from planner.base import jobs, mail
from planner.base.actor import Actor
from planner.base.engine import engine
from planner.kernel import clock
from planner.kernel.errors import Invalid
from planner.people import rules
from planner.people import services as accounts
from tests.cast import Cast
from tests.operations import smtp as mail_server
from tests.operations.smtp import MailServer

As = Callable[[str], AbstractContextManager[Actor]]
MailOn = Callable[[str], None]
Count = Callable[..., int]
INVITE = {"role": "host", "name": "小新", "mail": "xin@example.org", "language": "zh_Hans_CN"}


@pytest.fixture
def sending(smtp: MailServer, mail_on: MailOn) -> MailServer:
    """Mail is set up, with a server that takes everything."""
    mail_on(f"smtp://127.0.0.1:{smtp.port}")
    return smtp


def link_in(letter: Any) -> str:
    return re.search(r"http://localhost(/\S+)", letter.get_content())[1]  # type: ignore[index]


def later(**ahead: float) -> AbstractContextManager[None]:
    return clock.standing(datetime.now(UTC) + timedelta(**ahead))


def job() -> Any:
    """The only job."""
    with engine().connect() as link:
        return link.execute(text("SELECT * FROM job")).mappings().one()


# ---------------------------------------------------------------- letters


@pytest.mark.engines
def test_an_invitation_goes_by_mail_in_the_chosen_language(
    client_of: Callable[[str], Any], sending: MailServer, db: Flask
) -> None:
    shown = client_of("lead").post_form("/settings/people/invite", INVITE)
    assert shown.status_code == 200
    assert "xin@example.org" in shown.text
    assert sending.letters == [], "the page has answered, the worker has not run yet"
    assert jobs.run_pending() == 1
    (letter,) = sending.letters
    assert sending.envelopes == [("planner@example.com", "xin@example.org")]
    assert letter["Subject"] == "邀请你加入团队 晨光"
    assert letter["From"] == "Planner <planner@example.com>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert (letter["Content-Language"], letter.get_content_type()) == ("zh-Hans", "text/plain")
    assert "林小雨 邀请你加入团队 晨光，角色是主播" in letter.get_content()
    path = link_in(letter)
    assert f"http://localhost{path}" in shown.text, "the page shows the same link"
    invited = client_of("")
    assert invited.get(path).status_code == 200
    form = {"name": "小新", "login": "xiaoxin", "password": "a-long-enough-secret-7"}
    assert invited.post_form(path, form).status_code == 303


def test_english_for_whom_it_was_chosen(client_of: Callable[[str], Any], sending: MailServer, db: Flask) -> None:
    client_of("lead").post_form("/settings/people/invite", INVITE | {"language": "en"})
    jobs.run_pending()
    assert sending.letters[0]["Subject"] == "Invitation to the team 晨光"
    assert "as Host." in sending.letters[0].get_content()
    assert not re.search(r"[\u4e00-\u9fff]", sending.letters[0].get_content().replace("林小雨", "").replace("晨光", ""))


def test_a_lost_password_goes_to_the_address_of_the_account(
    client_of: Callable[[str], Any], sending: MailServer, as_: As, cast: Cast, db: Flask
) -> None:
    lead, page = client_of("lead"), f"/settings/people/{cast.host}"
    assert 'name="by_mail"' not in lead.get(page).text, "nobody knows an address yet"
    refused = lead.post_form(page + "/reset", {"by_mail": "1"})
    assert refused.status_code == 409
    with as_("host"):
        accounts.edit_me("小米", "mi@例子.中国", "")
        accounts.set_language("en")
    assert 'name="by_mail"' in lead.get(page).text
    assert "mi@例子" not in lead.get(page).text, "the address is hers"
    shown = lead.post_form(page + "/reset", {"by_mail": "1"})
    assert shown.status_code == 200
    assert "mi@例子" not in shown.text
    jobs.run_pending()
    (letter,) = sending.letters
    assert sending.envelopes[0][1] == "mi@xn--fsqu00a.xn--fiqs8s"
    assert letter["Subject"] == "A new password for host"
    answer = client_of("").post_form(link_in(letter), {"password": "another-long-secret-8"})
    assert answer.status_code == 303


def test_without_mail_the_page_says_so_and_the_link_is_made_all_the_same(
    client_of: Callable[[str], Any], count: Count
) -> None:
    lead = client_of("lead")
    lead.in_english()
    form = lead.get("/settings/people/invite").text
    assert "Mail is not set up on this installation." in form
    assert 'name="mail"' not in form
    assert "/invite/" in lead.post_form("/settings/people/invite", {"role": "member", "language": "en"}).text
    refused = lead.post_form("/settings/people/invite", INVITE)
    assert refused.status_code == 422
    assert (count("job"), count("one_time_link")) == (0, 1)


@pytest.mark.parametrize(
    "address",
    ["nobody", "a@b@c", "a b@example.org", "a@example.org,b@example.org", "a@x.org\nBcc: b@x.org", "<a@x.org>"],
)
def test_what_is_no_address_is_refused_beside_its_field(
    client_of: Callable[[str], Any], sending: MailServer, count: Count, address: str
) -> None:
    answer = client_of("lead").post_form("/settings/people/invite", INVITE | {"mail": address})
    assert answer.status_code == 422
    assert 'id="mail-error"' in answer.text
    assert (count("job"), count("one_time_link")) == (0, 0), "one transaction: no link without its mail"


@pytest.mark.parametrize("address", ["a.b+c@example.org", "xin@例子.中国", "root@mailhost", "o'neil@sub.example.co"])
def test_addresses_as_people_have_them(address: str) -> None:
    assert rules.read_mail(f"  {address} ") == address


@pytest.mark.parametrize("address", ["a@" + "x" * 64 + ".org", "ü@example.org", "a..b@example.org", "a@-", "a@.org"])
def test_addresses_that_no_server_takes(address: str) -> None:
    with pytest.raises(Invalid):
        rules.read_mail(address)


# ---------------------------------------------------------------- exactly what was asked for


def test_a_double_click_sends_one_mail(client_of: Callable[[str], Any], sending: MailServer, db: Flask) -> None:
    lead, once = client_of("lead"), "ab" * 16
    first, second = (lead.post_form("/settings/people/invite", INVITE, once=once) for _ in range(2))
    assert first.status_code == second.status_code == 200
    assert jobs.run_pending() == 1
    assert len(sending.letters) == 1
    assert f"http://localhost{link_in(sending.letters[0])}" in second.text


def test_a_link_that_was_withdrawn_meanwhile_is_not_sent(
    client_of: Callable[[str], Any], sending: MailServer, db: Flask, as_: As
) -> None:
    lead = client_of("lead")
    lead.post_form("/settings/people/invite", INVITE)
    with as_("lead"):
        accounts.withdraw_invitation(1)
    jobs.run_pending()
    assert sending.letters == []
    assert job()["state"] == "failed"
    assert "链接已失效" in lead.get("/jobs").text


def test_neither_the_row_nor_what_stays_of_it_gives_the_link_away(
    client_of: Callable[[str], Any], sending: MailServer, db: Flask
) -> None:
    client_of("lead").post_form("/settings/people/invite", INVITE)
    waiting = str(dict(job()))
    jobs.run_pending()
    token = link_in(sending.letters[0]).rpartition("/")[2]
    assert token not in waiting
    assert "xin@example.org" in waiting
    assert "xin@example.org" not in str(dict(job())), "an address is forgotten once the mail is out"


# ---------------------------------------------------------------- when the server says no


@pytest.mark.engines
def test_a_server_that_is_away_is_tried_again_and_the_page_says_so(
    client_of: Callable[[str], Any], sending: MailServer, db: Flask
) -> None:
    lead = client_of("lead")
    lead.in_english()
    lead.post_form("/settings/people/invite", INVITE)
    sending.answer_rcpt = "450 try again later, xin@example.org"
    assert jobs.run_pending() == 1
    assert jobs.run_pending() == 0, "not at once"
    assert (job()["state"], job()["attempts"]) == ("queued", 1)
    page = lead.get("/jobs").text
    assert "Send a mail" in page
    assert "450 try again later" in page
    assert "xin@example.org" not in page
    with later(seconds=31):
        assert jobs.run_pending() == 1
    with later(seconds=60):
        assert jobs.run_pending() == 0, "the second time it waits longer"
    assert "2 tries" in lead.get("/jobs").text
    sending.answer_rcpt = "250 ok"
    with later(minutes=5):
        assert jobs.run_pending() == 1
    assert (job()["state"], job()["error"], len(sending.letters)) == ("done", None, 1)


def test_a_day_is_waited_before_it_is_given_up(client_of: Callable[[str], Any], db: Flask, mail_on: MailOn) -> None:
    mail_on("smtp://127.0.0.1:9")
    client_of("lead").post_form("/settings/people/invite", INVITE)
    tries, hours = 0, 0.0
    while job()["state"] == "queued":
        with later(hours=hours):
            tries += jobs.run_pending()
        hours += 0.25
    assert (job()["state"], tries) == ("failed", len(mail.BACK_OFF) + 1)
    assert 20 < hours < 48
    assert "127.0.0.1:9" in job()["error"]


def test_a_repeat_carries_the_same_message_id(
    client_of: Callable[[str], Any], sending: MailServer, monkeypatch: pytest.MonkeyPatch, db: Flask
) -> None:
    client_of("lead").post_form("/settings/people/invite", INVITE)
    with monkeypatch.context() as broken:
        broken.setattr(jobs, "_finish", lambda *_: None)  # killed after the server took it, before the row says so
        jobs.run_pending()
    assert job()["state"] == "running"
    assert jobs.run_pending() == 0, "its lease still runs"
    with later(seconds=121):
        jobs.run_pending()
    first, second = sending.letters
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Message-ID"].endswith("@example.com>")


@pytest.mark.parametrize(
    ("where", "code"), [("answer_rcpt", "550 no such user"), ("answer_data", "554 looks like spam")]
)
def test_what_the_server_never_takes_is_not_tried_again(
    client_of: Callable[[str], Any], sending: MailServer, db: Flask, where: str, code: str
) -> None:
    lead = client_of("lead")
    lead.post_form("/settings/people/invite", INVITE)
    setattr(sending, where, code)
    jobs.run_pending()
    assert (job()["state"], job()["attempts"]) == ("failed", 1)
    page = lead.get("/jobs").text
    assert "邮件服务器拒收这封邮件" in page
    assert code in page


def test_only_who_may_sees_the_jobs_of_the_own_team(
    client_of: Callable[[str], Any], sending: MailServer, db: Flask
) -> None:
    client_of("lead").post_form("/settings/people/invite", INVITE)
    assert client_of("viewer").get("/jobs").status_code == 403
    assert "发送邮件" in client_of("member").get("/jobs").text
    assert "发送邮件" not in client_of("outsider").get("/jobs").text


def test_a_job_that_kills_its_worker_each_time_is_given_up(
    client_of: Callable[[str], Any], sending: MailServer, monkeypatch: pytest.MonkeyPatch, db: Flask
) -> None:
    client_of("lead").post_form("/settings/people/invite", INVITE)
    with monkeypatch.context() as killing:
        killing.setattr(jobs, "_run", lambda taken: None)
        for number in range(jobs.MOST_DEATHS):
            with later(minutes=3 * number):
                assert jobs.run_pending() == 1
    with later(minutes=60):
        assert jobs.run_pending() == 0
    assert job()["state"] == "failed"


# ---------------------------------------------------------------- servers


@pytest.mark.parametrize("at_once", [True, False])
def test_tls_and_password(
    at_once: bool,
    certificate: tuple[Path, Path],
    mail_on: MailOn,
    db: Flask,
    planner: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with mail_server.running(certificate, at_once) as server:
        server.password = "p@ss/word"
        scheme, query = ("smtps", "") if at_once else ("smtp", "?starttls")
        mail_on(f"{scheme}://planner%40x:p%40ss%2Fword@127.0.0.1:{server.port}{query}")
        untrusted = planner("mail-test", "you@example.org")
        assert untrusted.exit_code == 1
        assert "certificate verify failed" in untrusted.output
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        sent = planner("mail-test", "you@example.org", "--language", "en")
        assert sent.output == "handed over for you@example.org\n"
        assert server.logins == ["planner@x"]
        assert server.over_tls == [True]
        assert server.letters[0]["Subject"] == "Mail works"
        server.password = "another"
        assert "535 wrong password" in planner("mail-test", "you@example.org").output


def test_a_server_without_tls_gets_nothing_when_tls_was_asked_for(smtp: MailServer, mail_on: MailOn, db: Flask) -> None:
    mail_on(f"smtp://127.0.0.1:{smtp.port}?starttls")
    with pytest.raises(mail.Undelivered):
        mail.deliver(mail.compose("test", "you@example.org", "en", "ref", {}))
    assert smtp.letters == []


def test_the_trial_says_when_mail_is_off(planner: Callable[..., Result]) -> None:
    ended = planner("mail-test", "you@example.org")
    assert ended.exit_code == 1
    assert "SMTP_URL and MAIL_FROM are not set" in ended.output


GIVEN = {"SECRET_KEY": "x" * 40, "DATABASE_URL": "sqlite:////unused", "FILES_DIR": "unused"}


@pytest.mark.parametrize(
    ("url", "sender", "says"),
    [
        ("smtp://mail.example.com", "", "belong together"),
        ("", "planner@example.com", "belong together"),
        ("mail.example.com:25", "planner@example.com", "SMTP_URL must be like"),
        ("smtp://mail.example.com:port", "planner@example.com", "SMTP_URL must be like"),
        ("smtp://mail.example.com?tls", "planner@example.com", "SMTP_URL must be like"),
        ("smtp://mail.example.com", "planner", "MAIL_FROM must be"),
        ("smtp://u:p@mail.example.com", "planner@example.com", "readable"),
    ],
)
def test_settings_that_can_not_work_stop_the_start(url: str, sender: str, says: str) -> None:
    with pytest.raises(config.Misconfigured, match=says):
        config.load(GIVEN | {"SMTP_URL": url, "MAIL_FROM": sender})


@pytest.mark.parametrize(
    ("url", "port", "tls"),
    [
        ("smtp://mail.example.com", 25, ""),
        ("smtp://mail.example.com?starttls", 587, "start"),
        ("smtps://u:p@mail.example.com", 465, "full"),
        ("smtp://u:p@mail.example.com:2525?starttls", 2525, "start"),
        ("smtp://u:p@localhost", 25, ""),
    ],
)
def test_ports_and_tls(url: str, port: int, tls: str) -> None:
    found = config.load(GIVEN | {"SMTP_URL": url, "MAIL_FROM": "planner@example.com"})["MAIL"]
    assert (found["port"], found["tls"]) == (port, tls)
