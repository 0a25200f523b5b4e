"""Mail: a job in the transaction that asks for it, so nothing leaves before the commit; the worker writes and sends it.

Off until SMTP_URL and MAIL_FROM are set. A letter is a template of `templates/mail/`, whose first line is the subject,
and a function that says what stands in it: the row keeps how to find a secret again, never the secret.
"""

from __future__ import annotations

import secrets
import smtplib
import socket
import ssl
from collections.abc import Callable
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from flask import current_app
from sqlalchemy import select

from planner.base import db, i18n, jobs
from planner.base.tables import Job
from planner.base.words import _l
from planner.kernel import clock
from planner.kernel.errors import Refused
from planner.kernel.text import msg

BACK_OFF = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
)
"""A mail server may be away for a day."""

PATIENCE_SECONDS = 20

LETTERS: dict[str, Callable[..., dict[str, Any]]] = {}


class Undelivered(Exception):
    """The mail server could not take it now; said without the address."""


def letter(name: str) -> Callable[[Callable[..., dict[str, Any]]], Callable[..., dict[str, Any]]]:
    """Register what stands in a letter; Refused where it is no longer wanted."""

    def decorate(fill: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        LETTERS[name] = fill
        return fill

    return decorate


def is_on() -> bool:
    """Whether this installation sends mail."""
    return current_app.config["MAIL"] is not None


def post(name: str, to: str, language: str, unique: str | None = None, **facts: Any) -> int:
    """Ask for a letter, inside a command; answers the job. The same `unique` asks once."""
    if not is_on():
        raise Refused(msg("Mail is not set up on this installation."))
    ref = secrets.token_hex(12)
    return jobs.enqueue("mail.send", unique, letter=name, to=to, language=language, ref=ref, facts=facts)


def forget(address: str) -> None:
    """Somebody's address is to be known no more: letters to them that have not left do not leave."""
    waiting = select(Job).where(Job.name == "mail.send", Job.state != "done")
    for row in db.session().scalars(waiting):
        if row.args.get("to") == address:
            jobs.drop(row, msg("The link counts no more, so it was not sent."))


@jobs.job("mail.send", _l("Send a mail"), BACK_OFF)
def _send(letter: str, to: str, language: str, ref: str, facts: dict[str, Any]) -> None:
    if not is_on():
        raise Refused(msg("Mail is not set up on this installation."))
    deliver(compose(letter, to, language, ref, LETTERS[letter](**facts)))


def compose(name: str, to: str, language: str, ref: str, context: dict[str, Any]) -> EmailMessage:
    """The letter in the language of who reads it. A repeat carries the same Message-ID."""
    sender = current_app.config["MAIL"]
    token = i18n.speak(language if language in i18n.LANGUAGES else None)
    try:
        text = current_app.jinja_env.get_template(f"mail/{name}.txt").render(**context)
        tag = i18n.HTML_LANG[i18n.language()]
    finally:
        i18n.quiet(token)
    subject, _, body = text.strip().partition("\n")
    local, _, domain = to.rpartition("@")
    found = EmailMessage()
    found["Subject"] = subject
    found["From"] = Address(sender["from_name"], addr_spec=sender["from"])
    found["To"] = Address("", local, domain.encode("idna").decode())
    found["Date"] = format_datetime(clock.now())
    found["Message-ID"] = f"<{ref}@{sender['from'].rpartition('@')[2]}>"
    found["Auto-Submitted"] = "auto-generated"
    found.set_content(body.strip() + "\n", cte="quoted-printable")
    found["Content-Language"] = tag
    return found


def _open() -> smtplib.SMTP:
    server = current_app.config["MAIL"]
    here: dict[str, Any] = {"timeout": PATIENCE_SECONDS, "local_hostname": socket.gethostname()}
    if server["tls"] == "full":
        return smtplib.SMTP_SSL(server["host"], server["port"], context=ssl.create_default_context(), **here)
    return smtplib.SMTP(server["host"], server["port"], **here)


def deliver(letter: EmailMessage) -> None:
    """Hand it to the mail server. Refused where the server will never take it, Undelivered where it may later."""
    server, to = current_app.config["MAIL"], str(letter["To"])
    try:
        with _open() as link:
            if server["tls"] == "start":
                link.starttls(context=ssl.create_default_context())
            if server["user"]:
                link.login(server["user"], server["password"])
            link.send_message(letter, server["from"], [to])
    except smtplib.SMTPRecipientsRefused as fault:
        code, told = next(iter(fault.recipients.values()))
        _complain(code, told, to)
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as fault:
        _complain(fault.smtp_code, fault.smtp_error, to)
    except smtplib.SMTPResponseException as fault:
        raise Undelivered(_said(fault.smtp_code, fault.smtp_error, to)) from None
    except (smtplib.SMTPException, OSError) as fault:
        raise Undelivered(f"{server['host']}:{server['port']}: {fault}".replace(to, "…")) from None


def _said(code: int, told: bytes | str, to: str) -> str:
    words = told.decode("utf-8", "replace") if isinstance(told, bytes) else told
    return f"{code} {' '.join(words.split())}".replace(to, "…")[:300]


def _complain(code: int, told: bytes | str, to: str) -> None:
    why = _said(code, told, to)
    if code >= 500:
        raise Refused(msg("The mail server does not take this mail: %(why)s", why=why))
    raise Undelivered(why)
