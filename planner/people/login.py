"""The one module that knows Flask-Login: a signed cookie names a device, and the device is a row that can be ended."""

from __future__ import annotations

import logging

from flask import Flask, current_app, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from planner.base import verbs
from planner.base.actor import Actor, acting
from planner.kernel import clock
from planner.people import passwords, ports, queries, rules, services

log = logging.getLogger("planner.people")
manager = LoginManager()
manager.session_protection = None  # type: ignore[assignment]


class SignedIn(UserMixin):
    """What Flask-Login carries: the device's token and the actor behind it."""

    def __init__(self, token: str, who: Actor | None = None, touch: bool = False) -> None:
        self.token = token
        self.who = who
        self.touch = touch

    def get_id(self) -> str:
        """The token, never the account."""
        return self.token


@manager.user_loader
def _load(token: str) -> SignedIn | None:
    now = clock.now()
    found = queries.identity(passwords.digest(token), now, counts=request.method != "POST")
    if found is None:
        return None
    who, seen_at, expires_at = found
    if expires_at <= now:
        with acting(who):
            if not any(near(who.user_id or 0, now) for near in ports.near_a_shift):
                return None
    return SignedIn(token, who, touch=now - seen_at > rules.SEEN_EVERY)


def actor_of_request() -> Actor | None:
    """The port's answer: the person behind this request, or None."""
    if not current_user.is_authenticated:
        return None
    who: Actor = current_user.who
    if current_user.touch and who.session_id:
        session.modified = True  # the cookie lives on with the device
        try:
            with acting(who):
                services.touch_device(who.session_id, clock.now())
        except Exception:
            log.warning("the visit could not be noted", exc_info=True)  # a full disk does not keep anybody from reading
    return who


def enter(user_id: int, team_id: int | None = None) -> None:
    """Sign this browser in: a new device, a new token. A repeat of the same form is the same device."""
    once = verbs.asked_once()
    token = passwords.token_for(f"{once}:{user_id}" if once else "", current_app.config["SECRET_KEY"])
    agent = request.headers.get("User-Agent", "")
    services.open_device(user_id, passwords.digest(token), agent, request.remote_addr or "", team_id)
    session.clear()
    session.permanent = True
    login_user(SignedIn(token), remember=False)


def leave() -> None:
    """Forget the token in this browser."""
    logout_user()


def init_app(app: Flask) -> None:
    """Hang it on the application."""
    app.permanent_session_lifetime = rules.COOKIE_LIFE
    manager.init_app(app, add_context_processor=False)  # it would ask the database again, also for an error page
