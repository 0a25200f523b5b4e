"""The way of a request: identity, permission, view, answer; headers and error pages around all of it."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, g, jsonify, redirect, render_template, request, session, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import StrictUndefined
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter, ValidationError
from werkzeug.wrappers import Response as AnyResponse

from planner.base import actor, again, i18n, identity, kinds, panels, shell, show, unit, verbs, words
from planner.kernel.errors import Forbidden, NotSignedIn, PlannerError
from planner.kernel.permissions import ROLE_MAY, P, Role
from planner.kernel.text import Message, msg

F = TypeVar("F", bound=Callable[..., Any])
ROOT = Path(__file__).resolve().parents[2]
ONCE = re.compile(r"[0-9a-f]{32}")
READ_STEP = 64 * 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), camera=(self), payment=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}
WITHOUT_IDENTITY = {"static", "healthz", "readyz"}
ERROR_PAGES = {400, 403, 404, 405, 409, 413, 422, 429, 500, 503}

csrf = CSRFProtect()
log = logging.getLogger("planner")


class IdConverter(BaseConverter):
    """An id in a path: what no database can hold simply is not there."""

    regex = r"\d{1,19}"
    part_isolating = True

    def to_python(self, value: str) -> int:
        """Bounded to 1..2^63-1."""
        found = int(value)
        if not 0 < found < 2**63:
            raise ValidationError()
        return found


def uses(*asked: Callable[..., Any]) -> Callable[[F], F]:
    """Name the verbs of a route: before the view, the first of all and the first command of a form are checked."""
    named = tuple(verbs.verb_of(function) for function in asked)
    if not named:
        raise TypeError("a route names at least one verb")

    def decorate(view: F) -> F:
        view.__uses__ = named  # type: ignore[attr-defined]
        return view

    return decorate


def open_to_all(reason: str) -> Callable[[F], F]:
    """A route that needs no verb because it touches no data; the reason stands in a committed table."""

    def decorate(view: F) -> F:
        view.__open__ = reason  # type: ignore[attr-defined]
        return view

    return decorate


def page(template: str, /, status: int = 200, **context: Any) -> Response:
    """A rendered page, or a part of one: such a template's name begins with `_`, and it says nothing of the last act,
    which waits for the next whole page."""
    g.is_part = template.rpartition("/")[2].startswith("_")
    answer = Response(render_template(template, **context), status, mimetype="text/html")
    answer.headers["Cache-Control"] = "no-cache, private"
    return answer


def piece(template: str, /, **context: Any) -> str:
    """A part of a page as text, without the frame: for the answer to a tap, which replaces that part."""
    return current_app.jinja_env.get_template(template).render(context)


def fragment(template: str, /, **context: Any) -> Response:
    """A part of a page that is asked again and again: 304 while nothing of it has changed."""
    answer = page(template, **context)
    told = re.sub(rb'name="(?:once|csrf_token)" value="[^"]*"', b"", answer.get_data())
    answer.set_etag(hashlib.sha256(told).hexdigest()[:32], weak=True)
    answer.make_conditional(request)
    return answer


def strip(text: Any, kind: str = "ok", undo: bool | str = False) -> None:
    """Say something on the next page that is shown: `undo` offers to take the last command back."""
    told = text.as_json() if isinstance(text, Message) else str(text)
    entry: dict[str, Any] = {"text": told, "kind": kind}
    command_id = undo if isinstance(undo, str) else verbs.last_command.get() if undo else None
    if command_id:
        entry["undo"] = command_id
    session["strips"] = [*session.get("strips", []), entry][-4:]


def done(url: str, say: Any = None, undo: bool | str = False, kind: str = "ok") -> AnyResponse:
    """After a change: see the result there (303), with a strip that says what was done and offers Undo."""
    if say is not None:
        strip(say, kind, undo)
    return redirect(url, 303)


def safe_next(default: str) -> str:
    """The address the form asked to go back to, if it is one of ours."""
    asked = request.values.get("next", "")
    return asked if shell.is_ours(asked) else default


def is_tick() -> bool:
    """Whether the phone's queue asks, which wants JSON."""
    return request.headers.get("X-Requested-With") == "tick"


def _enter() -> AnyResponse | None:
    g.request_id = secrets.token_hex(6)
    verbs.last_command.set(None)
    verbs.once_key(None)
    if request.endpoint in WITHOUT_IDENTITY:
        return None
    if "\0" in request.path:
        abort(404)  # no database can hold it, so nothing is there
    wanted = request.cookies.get("language")
    i18n.speak(wanted if wanted in i18n.LANGUAGES else i18n.browser_language())  # also where nobody can be looked up
    who = identity.of_request()
    unit.close_reading()
    actor.enter(who)
    if who.signed_in and who.language:
        i18n.speak(None)
    if request.method == "POST":
        _hold_for_others(who)
        verbs.once_key(_once_key())
    return None


def _hold_for_others(who: actor.Actor) -> None:
    """What somebody tapped is never recorded for somebody else who has come to the same browser: it waits for them."""
    tapped_by = request.headers.get("X-Acting")
    if is_tick() and tapped_by and tapped_by != str(who.user_id):
        raise NotSignedIn()


def _once_key() -> str | None:
    """The form's key, bound to what was sent where: a form that comes back with other content is no repeat."""
    key = request.form.get("once", "")
    if not ONCE.fullmatch(key):
        return None
    told = hashlib.sha256(f"{key}\n{request.full_path}".encode())
    for name, value in request.form.items(multi=True):
        if name not in ("csrf_token", "once"):
            told.update(json.dumps([name, value]).encode())
    for name, file in request.files.items(multi=True):
        told.update(json.dumps([name, file.filename]).encode())
        for piece in iter(lambda stream=file.stream: stream.read(READ_STEP), b""):
            told.update(piece)
        file.stream.seek(0)
    return told.hexdigest()[:32]


def _permit() -> None:
    if request.endpoint is None or request.endpoint in WITHOUT_IDENTITY:
        return
    named = getattr(current_app.view_functions.get(request.endpoint), "__uses__", None)
    if named:
        verbs.check(named[0].permission)
        writing = next((verb for verb in named if verb.writes), None) if request.method == "POST" else None
        if writing is not None:
            verbs.check(writing.permission)


def _leave(error: BaseException | None) -> None:
    unit.close_reading()
    actor.leave()
    verbs.once_key(None)
    i18n.speak(None)


def _headers(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if request.is_secure or request.host.partition(":")[0] in ("localhost", "127.0.0.1"):
        answer.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")  # elsewhere browsers ignore it, loudly
    if request.is_secure:
        answer.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    answer.headers["X-Request-Id"] = getattr(g, "request_id", "")
    if "X-Requested-With" in request.headers and actor.current().told >= 0:
        answer.headers["X-Unread"] = str(actor.current().told)  # so the polls of a page keep its bell right, too
    return answer


def _login_url() -> str:
    return url_for(shell.SHELL.get("sign_in", "people.login"), next=shell.page_of_form())


def _is_kept() -> bool:
    """Whether somebody looks at the answer to a form that they would otherwise have to fill in again."""
    return again.may_be_kept() and not is_tick() and request.accept_mimetypes.best != "application/json"


def _leads_on() -> bool:
    """The login itself and leaving: forms that hold nothing to keep."""
    return request.path in {shell.url(shell.SHELL[name]) for name in ("sign_in", "sign_out") if name in shell.SHELL}


def _may_pass() -> bool:
    """Whether whoever is here now could send this form at all."""
    try:
        _permit()
    except NotSignedIn:
        return False
    except PlannerError:
        return True
    return True


def _too_late() -> AnyResponse:
    """The answer to a form of an earlier visit."""
    told = Message("This form was open for too long, or came from elsewhere. Load the page again.")
    if not (_is_kept() and again.came_from_here()):
        return error_page(400, told)
    held = again.carried()
    if held is not None:
        return again.answer(401, held)
    if _leads_on():
        return redirect(_login_url(), 303)
    return again.answer(400 if _may_pass() else 401, again.sent())


def error_page(status: int, message: Any = None, **more: Any) -> Response:
    """The page of an error in the reader's language, or JSON for the phone's queue."""
    told = i18n.told(message) if message else ""
    if is_tick() or request.accept_mimetypes.best == "application/json":
        answer = jsonify(ok=False, message=told or i18n.gettext("This did not work."))
        answer.status_code = status
        return answer
    known = status if status in ERROR_PAGES else 500 if status >= 500 else 400
    answer = Response(
        render_template(f"errors/{known}.html", message=told or None, **more), status, mimetype="text/html"
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def helper_with(needs: str) -> str:
    """Who may do what somebody was refused: the lowest role, or whoever runs the installation."""
    if needs == P.INSTALLATION:
        return "admin"
    return next((str(role) for role in (Role.LEAD, Role.MANAGER) if needs in ROLE_MAY[role]), "")


def _on_refusal(error: PlannerError) -> AnyResponse:
    if isinstance(error, NotSignedIn):
        if _is_kept() and not _leads_on():
            return again.answer(401, again.sent())
        return redirect(_login_url(), 303)
    more = {"helper": helper_with(error.needs)} if isinstance(error, Forbidden) else {}
    answer = error_page(error.status, error.message, **more)
    if error.status == 429:
        answer.headers["Retry-After"] = str(getattr(error, "seconds", 60))
    return answer


def _on_http(error: HTTPException) -> AnyResponse:
    if isinstance(error, CSRFError):
        return _too_late()
    if error.code is not None and error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    if error.code == 413:
        most = (current_app.config["MAX_CONTENT_LENGTH"] or 0) // (1024 * 1024)
        return error_page(413, msg("At most %(most)s MB can be sent at once.", most=most))
    return error_page(error.code or 500)


def database_is_away(error: BaseException) -> bool:
    """Whether the fault is the database's or the disk's, and passes when they are back."""
    if isinstance(error, PoolTimeout):
        return True
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
    if isinstance(error, DBAPIError):
        words_of = str(error.orig).lower()
        state = getattr(error.orig, "sqlstate", None) or ""
        lost = error.connection_invalidated or state[:2] in ("08", "53", "57") or state == "25006"
        return lost or (isinstance(error, OperationalError) and not state) or "disk" in words_of
    return False


def _on_fault(error: Exception) -> Response:
    away = database_is_away(error)
    if current_app.testing:
        raise error
    log.error("request %s %s %s failed", getattr(g, "request_id", "-"), request.method, request.path, exc_info=error)
    try:
        return error_page(503 if away else 500)
    except Exception:
        log.exception("the error page failed too")
        return Response("500", 500, mimetype="text/plain")


def _load_assets(app: Flask) -> None:
    manifest = Path(app.root_path) / "static" / "build" / "manifest.json"
    if manifest.exists():
        built = json.loads(manifest.read_text(encoding="utf-8"))
        words.ASSETS.update({name: f"/static/build/{file}" for name, file in built.items()})


def every_route_has_a_verb(app: Flask) -> None:
    """Deny by default: a route that names neither a verb nor a reason stops the start."""
    bare = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        and not hasattr(app.view_functions[rule.endpoint], "__uses__")
        and not hasattr(app.view_functions[rule.endpoint], "__open__")
    ]
    if bare:
        raise RuntimeError(f"routes without a declared permission: {sorted(bare)}")


def init_app(app: Flask) -> None:
    """Hang all of it on the application."""
    app.url_map.converters["id"] = IdConverter
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.add_extension("jinja2.ext.loopcontrols")
    app.jinja_env.install_gettext_callables(i18n.jinja_gettext, i18n.ngettext, newstyle=False)  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(words.spoken(show.FILTERS))
    app.jinja_env.globals.update(
        _=i18n.jinja_gettext,
        ngettext=i18n.ngettext,
        asset=words.asset,
        icon=words.icon,
        csrf_field=shell.csrf_field,
        once_field=shell.once_field,
        url_for=shell.url,
        may=shell.may,
        label=words.label,
        chip=words.chip,
        link=kinds.link,
        kind_word=kinds.word,
        panels=panels.shown,
    )
    _load_assets(app)
    csrf.init_app(app)
    app.before_request_funcs.setdefault(None, []).insert(0, _enter)
    app.before_request(_permit)
    app.teardown_request(_leave)
    app.after_request(_headers)
    app.context_processor(shell.context)
    app.register_error_handler(PlannerError, _on_refusal)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(Exception, _on_fault)


__all__ = [
    "done",
    "error_page",
    "fragment",
    "is_tick",
    "open_to_all",
    "page",
    "piece",
    "safe_next",
    "strip",
    "uses",
]
