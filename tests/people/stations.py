"""What tests of shared desks need: a station in a browser of its own, PINs, and somebody who unlocks it."""

from __future__ import annotations

import re
from collections.abc import Callable

from planner.base.actor import acting
from planner.people import passwords, services
from tests.cast import Cast
from tests.conftest import Visitor

Browsers = Callable[[str], Visitor]
PINS = {"host": "4071", "member": "5926", "lead": "8305"}


def give_pins(cast: Cast, *logins: str) -> None:
    """PINs as their owners set them."""
    for login in logins or PINS:
        with acting(cast.actors[login]):
            services.set_pin(passwords.hash_password(PINS[login]))


def station(client_of: Browsers, name: str = "中控台 1", login: str = "lead") -> Visitor:
    """A browser that a lead's link has turned into a station."""
    page = client_of(login).post_form("/settings/stations/link", {"name": name})
    found = re.search(r"http://localhost(/station/open/[\w-]+)", page.text)
    assert found, page.status_code
    desk = client_of("")
    assert desk.get(found[1]).status_code == 200
    assert desk.post_form(found[1]).status_code == 303
    desk.get("/station")
    return desk


def unlock(desk: Visitor, cast: Cast, login: str, pin: str = "") -> int:
    """Tap a name and type a PIN; answers the status."""
    user_id = getattr(cast, login)
    desk.get(f"/station/people/{user_id}")
    status = desk.post_form(f"/station/people/{user_id}", {"pin": pin or PINS[login]}).status_code
    if status == 303:
        desk.get("/")
    return status


def lock(desk: Visitor) -> None:
    """The button of every page."""
    desk.get("/")
    assert desk.post_form("/station/lock").status_code == 303
    desk.get("/station")


def whose(desk: Visitor) -> str:
    """Who acts in this browser; empty for nobody."""
    page = desk.get("/", follow_redirects=True).text
    found = re.search(r'<span class="turn nowrap">.*?</span>([^<]*)</span>', page)
    return found[1] if found else ""
