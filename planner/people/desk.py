"""The one module that knows a station's cookie: which browser is a shared desk, and who has it unlocked."""

from __future__ import annotations

import logging

from flask import current_app, request, session

from planner.base import i18n, verbs
from planner.base.actor import Actor, acting
from planner.kernel import clock
from planner.kernel.errors import Invalid, NotFound
from planner.kernel.text import fold, msg
from planner.people import login, passwords, queries, rules, services

log = logging.getLogger("planner.people")
STATION, TURN = "station", "turn"
"""What the signed cookie holds: the station's token, and that of the person who has unlocked it."""

BY_ITSELF = {"poll", "piece"}
"""Requests that a page makes without anybody having touched it."""


def actor_of_request() -> Actor | None:
    """The port's answer: whoever has the station unlocked, or the locked station itself."""
    if not session.get(STATION):
        return None
    now = clock.now()
    turn = passwords.digest(session[TURN]) if session.get(TURN) else ""
    found = queries.desk(passwords.digest(session[STATION]), turn, now)
    if found is None:
        return None
    acts = found.who.signed_in and not _came_by_itself()
    acted = acts and (found.acted_at is None or now - found.acted_at >= rules.ACT_EVERY)
    if acted or now - found.seen_at > rules.STATION_SEEN_EVERY:
        session.modified = True  # the cookie lives on with the station
        try:
            with acting(found.who):
                services.touch_station(now, acted)
        except Exception:
            log.warning("the visit could not be noted", exc_info=True)  # a full disk does not keep anybody from reading
    return found.who


def _came_by_itself() -> bool:
    streams = request.headers.get("Accept") == "text/event-stream"
    return streams or request.headers.get("X-Requested-With") in BY_ITSELF


def new_token() -> str:
    """A new token; a repeat of the same form gets the same one."""
    once = verbs.asked_once()
    return passwords.token_for(f"station:{once}" if once else "", current_app.config["SECRET_KEY"])


def become(token: str) -> None:
    """This browser is a station from now on: nobody is signed in here any more."""
    login.leave()
    session.clear()
    session.permanent = True
    session[STATION] = token


def unlock(user_id: int, typed: str) -> None:
    """Let somebody at the station by their PIN: Invalid or TooMany, equal in time whether they have one or not."""
    services.take_pin_try(user_id)
    kept = queries.pin_behind(user_id)
    if not passwords.matches(fold(typed), kept) or kept is None:
        left = services.wrong_pin(user_id)
        told = i18n.ngettext("%(num)s try is left.", "%(num)s tries are left.", left)
        raise Invalid.at("pin", msg("This PIN is wrong. %(left)s", left=told))
    token = new_token()
    services.unlock(user_id, kept, passwords.digest(token))
    _turn_over()
    session[TURN] = token


def lock() -> None:
    """Nobody is at the station any more. Forms of whoever was there count no more in this browser."""
    try:
        services.lock_station()
    except NotFound:
        session.pop(STATION, None)  # it was revoked meanwhile
    _turn_over()


def _turn_over() -> None:
    session.pop(TURN, None)
    session.pop("csrf_token", None)
