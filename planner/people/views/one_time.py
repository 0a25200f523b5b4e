"""One-time links as pages show them: once, with a picture to scan."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, request, url_for
from werkzeug.wrappers import Response

from planner.base import verbs
from planner.base.pictograms import qr
from planner.base.web import page
from planner.kernel.permissions import Role
from planner.people import passwords, queries, rules
from planner.people.words import ROLE_HELP


@dataclass(frozen=True)
class OneTime:
    """A new one-time link: what it is made from, its secret, and its address up to the secret."""

    once: str
    token: str
    front: str

    @property
    def address(self) -> str:
        """What is shown once."""
        return self.front + self.token

    @property
    def digest(self) -> str:
        """What is kept of it."""
        return passwords.digest(self.token)


def new_link(endpoint: str) -> OneTime:
    """A repeat of the same form makes the same link."""
    once = verbs.asked_once() or secrets.token_hex(16)
    path = url_for(endpoint, token="-")[:-1]  # nosec B106: the place of a token
    front = (current_app.config["PUBLIC_URL"] or request.host_url.rstrip("/")) + path
    return OneTime(once, passwords.token_for(once, current_app.config["SECRET_KEY"]), front)


def is_local() -> bool:
    """Whether the address of this program leads nowhere from another device."""
    host = urlsplit(current_app.config["PUBLIC_URL"] or request.host_url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def show_scan(link: OneTime) -> Response:
    """The picture that signs a phone in, for as long as it counts."""
    minutes = int(rules.SCAN_LIFE.total_seconds() // 60)
    return page(
        "people/scan_code.html", address=link.address, qr=qr(link.address), minutes=minutes, is_local=is_local()
    )


def show_link(kind: str, link: OneTime, role: Role | None = None, mailed: str = "", back: str = "") -> Response:
    """The page with the link; `back` is where one goes from there."""
    drawn = qr(link.address)
    return page(
        "people/link.html",
        kind=kind,
        address=link.address,
        qr=drawn,
        role=role,
        help=ROLE_HELP,
        mailed=mailed,
        back=back,
        is_local=is_local(),
        found=queries.link_behind(kind, link.digest),
    )


def show_station(link: OneTime, name: str) -> Response:
    """The link that turns a browser into a station."""
    minutes = int(rules.STATION_LIFE.total_seconds() // 60)
    shown = {"address": link.address, "qr": qr(link.address), "minutes": minutes, "is_local": is_local()}
    return page("people/station_code.html", name=name, **shown)
