"""A form that came too late: its device was signed out meanwhile, or the visit it belongs to is over.

The answer holds everything that was sent, but passwords and files, and one button sends it to the same address with a
fresh token, after signing in again on the same page where that is needed. Nothing is kept on the server: what was sent
travels in the page, sealed while it passes through the login. Only what one of our own pages sent is offered again.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Response, current_app, render_template, request
from itsdangerous import BadData, URLSafeTimedSerializer

from planner.base import shell

FIELD = "again"
SECRETS = ("old", "password", "pin", "secret")
"""Fields that are asked for anew instead of being shown to whoever stands there; tests/house knows all of them."""

NOT_KEPT = {"csrf_token", FIELD, *SECRETS}
HIDDEN = {"once", "version", "next", "client_id"}
LIFE_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True)
class Sent:
    """What was sent where; `secrets` are to be typed again, `files` chosen again, `back` is the page of the form."""

    path: str
    fields: list[tuple[str, str]]
    secrets: list[str]
    files: list[str]
    back: str

    @property
    def typed(self) -> list[str]:
        """What a person will recognise: words, not the ids and marks between them."""
        values = [value for name, value in self.fields if name not in HIDDEN]
        return [value for value in values if len(value.strip()) > 1 and not value.isdecimal()]


def may_be_kept() -> bool:
    """Whether there is something to send again: a form that went to one of our own addresses."""
    return request.method == "POST" and request.endpoint is not None and shell.is_ours(request.full_path)


def came_from_here() -> bool:
    """Whether one of our pages sent this form: what another site makes a browser send is not offered again."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin") or request.headers.get("Referer") or "").netloc == request.host


def sent() -> Sent:
    """What this request holds."""
    return Sent(
        request.full_path.rstrip("?"),
        [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_KEPT],
        [name for name in SECRETS if name in request.form],
        [file.filename for file in request.files.values() if file.filename],
        shell.page_of_form(),
    )


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="planner.again")


def sealed(held: Sent) -> str:
    """As the login carries it: nobody but us can make one."""
    return str(_sealer().dumps([held.path, held.fields, held.secrets, held.files, held.back]))


def carried() -> Sent | None:
    """What the login form of this request carries, if it is ours and not too old."""
    try:
        path, fields, secrets, files, back = _sealer().loads(request.form.get(FIELD, ""), max_age=LIFE_SECONDS)
    except BadData:
        return None
    return Sent(path, [(name, value) for name, value in fields], secrets, files, back)


def frame() -> dict[str, str]:
    """The addresses of the frame without the language: changing it would lose what the page holds."""
    return {name: url for name, url in shell.context()["shell"].items() if name != "language"}


def answer(status: int, held: Sent, name: str = "") -> Response:
    """The page that sends it again; it asks to sign in first where nobody is, and says who just did by `name`."""
    needs_login = status == 401
    told = {"held": held, "needs_login": needs_login, "again": sealed(held) if needs_login else "", "name": name}
    told["shell"] = frame()
    made = Response(render_template("errors/again.html", **told), status, mimetype="text/html")
    made.headers["Cache-Control"] = "no-store"
    return made
