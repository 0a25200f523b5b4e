"""Opening the demo from the first-run page."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from flask import Blueprint, current_app, redirect, request, session, url_for
from werkzeug.wrappers import Response

from planner.base import actor, verbs
from planner.base.web import fragment, page, uses
from planner.demo import queries, services
from planner.people.services import hash_password

bp = Blueprint("demo", __name__)

KEPT = "demo_password"
"""The password lies in the cookie of the browser that asked for the demo, until somebody signs in there."""


def _password() -> str:
    """In demo mode the one that is told everywhere; otherwise a new one, the same for a repeat of the same form."""
    if current_app.config["DEMO"]:
        return current_app.config["DEMO_PASSWORD"]
    once = verbs.asked_once() or secrets.token_hex(16)
    made = hmac.new(current_app.config["SECRET_KEY"].encode(), f"demo:{once}".encode(), hashlib.sha256)
    drawn = base64.b32encode(made.digest()[:10]).decode().lower()
    return "-".join(drawn[n : n + 4] for n in range(0, len(drawn), 4))


@bp.post("/first-run/demo")
@uses(services.begin_demo)
def begin() -> Response:
    """Ask for the demo team, and look on while it is made."""
    password = _password()
    services.begin_demo(hash_password(password))
    session[KEPT] = password
    return redirect(url_for("demo.making"), 303)


@bp.get("/first-run/demo")
@uses(queries.making)
def making() -> Response:
    """How far it is; then who can sign in, and with what."""
    found = queries.making()
    if found is None or (found.done and (actor.current().signed_in or KEPT not in session)):
        return redirect(url_for("people.sign_in"), 303)
    told = {"making": found, "password": session.get(KEPT, "")}
    if request.args.get("part") == "state":
        return fragment("demo/_making.html", **told)
    return page("demo/making.html", **told)


@bp.post("/first-run/demo/drop")
@uses(services.drop_demo)
def drop() -> Response:
    """Begin again."""
    services.drop_demo()
    session.pop(KEPT, None)
    return redirect(url_for("people.first_run"), 303)
