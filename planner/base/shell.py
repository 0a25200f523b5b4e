"""What stands around every page: navigation, addresses of the frame, strips, the words of the footer."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, g, request, session, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

import planner
from planner.base import actor, i18n, identity
from planner.base.verbs import VERBS
from planner.kernel import clock
from planner.kernel.permissions import P, Role

CALLED_IN_SECONDS, CALLED_IN_MINUTES = 8, 30
"""So many seconds apart a page asks whether its reader is called: whoever decides on money has a minute to answer."""


@dataclass(frozen=True)
class Place:
    """An entry of the navigation; `prefix` (one or several) says what lies in it, `badge` counts what waits.

    `thumb` is its order in the bottom bar where that is another one. `sometimes` answers what the address of a place
    needs that is there only at times, or None while it is not: it is asked where the bottom bar is drawn. What has a
    badge is there for what it counts, and looks like any other.
    """

    label: Any
    endpoint: str
    icon: str
    permission: P
    prefix: str | tuple[str, ...]
    order: int
    bottom: frozenset[Role] = frozenset()
    badge: Callable[[], int] | None = None
    rail: bool = True
    thumb: int = 0
    sometimes: Callable[[], dict[str, Any] | None] | None = None


@dataclass(frozen=True)
class Link:
    """A place as the layout draws it."""

    label: str
    url: str
    icon: str
    active: bool
    badge: int | None
    now: bool = False


@dataclass(frozen=True)
class TeamChoice:
    """A team a person can switch to."""

    id: int
    name: str
    url: str = ""


PLACES: list[Place] = []
SHELL: dict[str, str] = {}
"""Endpoints of the frame by the names of docs/ui.md; a missing one hides its control."""


def place(entry: Place) -> None:
    """Add an entry of the navigation; wiring does."""
    if entry not in PLACES:
        PLACES.append(entry)
        PLACES.sort(key=lambda p: p.order)


MOST_URLS = 20_000


def url(endpoint: str, **values: Any) -> str:
    """Flask's `url_for`, with what was asked before remembered: a page asks for dozens."""
    known: dict[Any, str] = current_app.extensions.setdefault("planner_urls", {})
    if "_external" in values:
        return url_for(endpoint, **values)
    key = (request.script_root, endpoint, *((name, type(value), value) for name, value in values.items()))
    try:
        found = known.get(key)
    except TypeError:
        return url_for(endpoint, **values)
    if found is None:
        if len(known) > MOST_URLS:
            known.clear()
        found = known[key] = url_for(endpoint, **values)
    return found


def _link(entry: Place) -> Link:
    inside = request.path == "/" if entry.prefix == "/" else request.path.startswith(entry.prefix)
    return Link(str(entry.label), url(entry.endpoint), entry.icon, inside, entry.badge() if entry.badge else None)


MOST_THUMBS = 5


class BottomBar:
    """The places under the thumb, found when they are drawn: an error page or a part of a page asks for none."""

    def __init__(self, entries: list[Place]) -> None:
        self._entries = sorted(entries, key=lambda entry: entry.thumb or entry.order)
        self._links: list[Link] | None = None

    def _drawn(self) -> list[Link]:
        if self._links is None:
            found = [link for entry in self._entries if (link := _thumb(entry)) is not None]
            self._links = found if len(found) <= MOST_THUMBS else [*found[: MOST_THUMBS - 1], found[-1]]
        return self._links

    def __iter__(self) -> Iterator[Link]:
        return iter(self._drawn())

    def __len__(self) -> int:
        return len(self._drawn())


def _thumb(entry: Place) -> Link | None:
    if entry.sometimes is None:
        return _link(entry)
    needed = entry.sometimes()
    if needed is None:
        return None
    if entry.badge is not None:
        return _link(entry)
    return Link(str(entry.label), url(entry.endpoint, **needed), entry.icon, False, None, True)


def csrf_field() -> Markup:
    """The hidden token of every unsafe form: the same for all of a page."""
    held: Markup | None = g.get("csrf_field")
    if held is None:
        held = g.csrf_field = Markup(f'<input type="hidden" name="csrf_token" value="{generate_csrf()}">')  # nosec B704
    return held


def once_field() -> Markup:
    """The hidden once-only key: a repeat of the same form has one effect."""
    return Markup('<input type="hidden" name="once" value="' + secrets.token_hex(16) + '">')  # nosec B704


def may(name: str) -> bool:
    """Whether the actor may use a verb (`live.move_session`) or holds a permission (`SESSION_EDIT`)."""
    found = VERBS.get(name)
    return actor.current().may(found.permission if found else P[name])


def undo_url(undo: str | None) -> str | None:
    """The form's address that takes it back: of a command by its id, or one of its own for acts that only fold."""
    return undo if not undo or undo.startswith("/") else f"{request.script_root}/undo/{undo}"


def strips() -> list[dict[str, Any]]:
    """What the last action had to say; shown once, on a whole page."""
    if getattr(g, "is_part", False):
        return []
    kept = list(getattr(g, "strips", []))
    if "strips" in session:
        kept = [*session.pop("strips"), *kept]
    return [
        {
            "text": i18n.told(kept_one["text"]),
            "kind": kept_one.get("kind", "ok"),
            "undo_url": undo_url(kept_one.get("undo")),
        }
        for kept_one in kept
    ]


def page_of_form() -> str:
    """The page one can come back to: this one, or for what a form has sent the page of the form."""
    if request.method in ("GET", "HEAD"):
        return request.full_path.rstrip("?")
    adapter = current_app.create_url_adapter(request)
    if adapter is not None and adapter.test(request.path, "GET"):
        return request.full_path.rstrip("?")
    came = urlsplit(request.referrer or "")
    found = came.path + (f"?{came.query}" if came.query else "")
    return found if came.netloc == request.host and is_ours(found) else "/"


def is_ours(address: str) -> bool:
    """Whether an address is one of our own paths, and not of a place that looks like one."""
    inside = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return inside and len(address) < 2000 and address.isprintable()


def context() -> dict[str, Any]:
    """What docs/ui.md § 1 promises the layout."""
    who = actor.current()
    here = [entry for entry in PLACES if who.may(entry.permission)] if who.team_id else []
    choices = [TeamChoice(row_id, name) for row_id, name in who.teams]
    addresses = {name: url(endpoint) for name, endpoint in SHELL.items()}
    if who.signed_in:
        addresses.pop("sign_in", None)
    else:
        for name in ("sign_out", "settings", "search", "palette", "switch_team"):
            addresses.pop(name, None)
    if who.station and who.signed_in:
        for name in (
            "sign_out",
            "settings",
            "search",
            "palette",
            "switch_team",
            *(["language"] if who.language else []),
        ):
            addresses.pop(name, None)
    if not who.station:
        addresses.pop("lock", None)
        addresses.pop("unlock", None)
    if not who.team_id:
        addresses.pop("search", None)
        addresses.pop("palette", None)
    if not who.may(P.INBOX):
        addresses.pop("inbox", None)
        addresses.pop("calls", None)
    return {
        "lang": i18n.HTML_LANG[i18n.language()],
        "theme": who.theme or request.cookies.get("theme", ""),
        "density": who.density,
        "nav": [_link(entry) for entry in here if entry.rail],
        "bottom_nav": BottomBar([entry for entry in here if who.role in entry.bottom]),
        "teams": choices,
        "team": TeamChoice(who.team_id, who.team_name) if who.team_id else None,
        "me": who if who.signed_in else None,
        "station": who.station,
        "unread": max(0, identity.counted().told),
        "strips": strips(),
        "calls_every": CALLED_IN_SECONDS if who.role in (Role.LEAD, Role.MANAGER) else CALLED_IN_MINUTES,
        "version": planner.__version__,
        "request_id": getattr(g, "request_id", ""),
        "server_now": clock.now(),
        "now": clock.now(),
        "shell": addresses,
        "here": page_of_form(),
    }
