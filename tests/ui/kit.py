"""A bare Flask application around the UI kit: real templates, styles and scripts, and a server that remembers what it got.

It stands apart from the program on purpose: the kit must hold its contract (docs/ui.md) whatever the pages do.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, Response, jsonify, redirect, render_template, request
from flask_babel import Babel
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from werkzeug.serving import make_server

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "planner" / "static" / "build"
POLICY = "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'; object-src 'none'"

TICKS = """{% extends "layouts/base.html" %}
{% block title %}List{% endblock %}
{% block content %}
<p data-tick-head>{{ done|length }} done</p>
<p data-tick-count data-word="%s waiting" data-word-none="all synced">all synced</p>
<ul class="ticks" data-ticks data-word-pending="waiting to sync" data-word-synced="synced" data-word-failed="not saved"
    data-word-retry="Try again" data-word-drop="Discard" data-word-undo="Undo" data-word-signin="sign in again">
{% for n in range(1, 6) %}{% include "row.html" %}{% endfor %}</ul>
{% endblock %}"""
ROW = """<li class="tick{% if n in done %} is-done{% endif %}" id="tick-{{ n }}" data-tick-row data-row>
{% set act, back = ('untick', 'tick') if n in done else ('tick', 'untick') %}
<form method="post" action="/rows/{{ n }}/{{ act }}" data-tick data-to="{{ 'open' if n in done else 'done' }}"
 data-text="row {{ n }} {{ act }}" data-undo="/rows/{{ n }}/{{ back }}">{{ csrf_field() }}{{ once_field() }}
<input type="hidden" name="client_id" value=""><input type="hidden" name="note" value="n{{ n }}">
<button class="tick-box" aria-pressed="{{ 'true' if n in done else 'false' }}" aria-label="Row {{ n }}">{{ icon('check') }}</button></form>
<div class="tick-main"><a class="tick-title" href="/rows/{{ n }}">Row {{ n }}</a><div class="tick-sync" data-sync></div></div></li>"""
NEWS = """<p id="news">{{ word|default("first") }}</p><input id="typed" aria-label="typed">
<details id="more"><summary>More</summary><textarea id="long" aria-label="long"></textarea></details>
<details class="loose"><summary>Loose</summary>inside</details>"""
PAGE = """{% extends "layouts/base.html" %}
{% from "ui/actions.html" import menu, menu_link, post, primary %}{% from "ui/countdown.html" import countdown %}
{% block title %}Page{% endblock %}{% block primary %}{{ primary('/new', 'New thing', 'plus', new=True) }}{% endblock %}
{% block content %}
{{ countdown(later, now) }}
<span data-early="{{ later|iso }}" data-least="10" data-word="That is %s early." data-word-h="%s h" data-word-m="%s min">early</span>
<div data-poll="/news" data-every="2">{% include "news.html" %}</div>
<form method="post" action="/slow" id="slow">{{ csrf_field() }}<button class="btn btn-primary" data-busy="Working">Send</button></form>
<form method="post" action="/slow" id="sure" data-confirm="Really?" data-confirm-yes="Yes, really">{{ csrf_field() }}<button class="btn">Risk</button></form>
{{ post('/slow', 'Delete', 'trash-2', 'danger', confirm='Delete it?') }}
<form method="post" action="/slow" data-keep="note"><textarea name="note" aria-label="note"></textarea><button class="btn">Keep</button></form>
<div class="copy"><pre id="text">copied words</pre><button type="button" class="btn" data-copy="#text">Copy</button></div>
<ul class="list"><li class="item" data-row><a href="/one">One</a></li><li class="item" data-row><a href="/two">Two</a></li></ul>
{% call menu() %}{{ menu_link('/one', 'First', 'check') }}{{ menu_link('/two', 'Second', 'check') }}{% endcall %}
{% endblock %}"""


@dataclass
class Served:
    """What the server was asked, and how it is told to behave."""

    mode: str = "ok"
    user: int = 7
    posts: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    polls: list[int] = field(default_factory=list)
    done: set[int] = field(default_factory=set)
    news: str = "first"
    address: str = ""

    def ids(self) -> list[str]:
        """The client ids in the order in which they arrived, repeats included."""
        return [form["client_id"] for path, form in self.posts if path.startswith("/rows/")]


def asset(name: str) -> str:
    """The hashed address of a built file."""
    return f"/static/build/{json.loads((BUILD / 'manifest.json').read_text())[name]}"


def icon(name: str) -> Markup:
    """What the program's own `icon()` gives."""
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>').format(asset("icons.svg"), name)


def make_app(state: Served, catalogue: Path, pages: dict[str, str] | None = None) -> Flask:
    """The templates of the program over the smallest server that can serve them."""
    app = Flask(__name__, static_folder=str(ROOT / "planner" / "static"), static_url_path="/static")
    folder = catalogue / "zh_Hans_CN" / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    with (ROOT / "planner/translations/src/ui.po").open("rb") as source, (folder / "messages.mo").open("wb") as target:
        write_mo(target, read_po(source, locale="zh_Hans_CN"))
    app.config.update(SECRET_KEY="kit", BABEL_TRANSLATION_DIRECTORIES=str(catalogue))
    own = {"ticks.html": TICKS, "row.html": ROW, "page.html": PAGE, "news.html": NEWS, **(pages or {})}
    app.jinja_loader = ChoiceLoader([FileSystemLoader(ROOT / "templates"), DictLoader(own)])
    app.jinja_env.undefined = StrictUndefined
    Babel(app, locale_selector=lambda: "zh_Hans_CN" if request.args.get("lang") == "zh" else "en")
    app.jinja_env.filters["iso"] = lambda moment: moment.isoformat()
    app.jinja_env.globals.update(
        asset=asset,
        icon=icon,
        csrf_field=lambda: Markup('<input type="hidden" name="csrf_token" value="page-token">'),
        once_field=lambda: Markup('<input type="hidden" name="once" value="{}">').format(secrets.token_hex(16)),
    )

    @app.context_processor
    def shell() -> dict[str, object]:
        now = dt.datetime.now(dt.UTC)
        link = SimpleNamespace(label="Here", url="/", icon="house", active=True, badge=2)
        return {
            "lang": "zh-Hans" if request.args.get("lang") == "zh" else "en",
            "nav": [link],
            "bottom_nav": [link] * 5,
            "teams": [SimpleNamespace(id=1, name="晨光"), SimpleNamespace(id=2, name="暮色")],
            "team": SimpleNamespace(id=1, name="晨光"),
            "me": SimpleNamespace(name="林小雨", login="lead", user_id=state.user),
            "done": state.done,
            "now": now,
            "later": now + dt.timedelta(hours=1),
            "server_now": now + dt.timedelta(hours=3 if state.mode == "ahead" else 0),
            "shell": {
                name: f"/{name}"
                for name in ("home", "search", "palette", "theme", "language", "settings", "sign_out", "switch_team")
            },
        }

    @app.after_request
    def strict(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    @app.get("/ticks")
    def ticks() -> str:
        return render_template("ticks.html")

    @app.get("/page")
    def page() -> str:
        return render_template("page.html")

    @app.post("/rows/<int:n>/<act>")
    def row(n: int, act: str) -> object:
        state.posts.append((request.path, request.form.to_dict()))
        if state.mode == "away":
            return Response("away", 503)
        if state.mode == "login":
            return redirect("/login")
        if state.mode == "refuse":
            return jsonify(ok=False, message="Another person must check this"), 409
        (state.done.add if act == "tick" else state.done.discard)(n)
        if state.mode == "lost":
            return Response("the answer was lost", 502)
        if request.headers.get("X-Requested-With") != "tick":
            return redirect("/ticks", 303)
        return jsonify(ok=True, row_html=render_template("row.html", n=n), head_html=f"{len(state.done)} done")

    @app.get("/news")
    def news() -> Response:
        response = Response(render_template("news.html", word=state.news))
        response.set_etag(state.news)
        response.make_conditional(request)
        state.polls.append(response.status_code)
        return response

    @app.get("/palette")
    def palette() -> Response:
        items = [
            {"label": word, "hint": "page", "url": f"/{word}", "icon": "calendar"}
            for word in ("one", "two")
            if request.args["q"] in word
        ]
        return jsonify(groups=[{"label": "Go to", "items": items}])

    @app.post("/slow")
    @app.post("/theme")
    def slow() -> object:
        state.posts.append((request.path, request.form.to_dict()))
        return redirect("/page", 303) if request.path == "/theme" else Response(status=204)

    @app.get("/<word>")
    def other(word: str) -> str:
        return f"<!doctype html><title>{word}</title><p>{word}"

    return app


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application on a port of this machine while the block runs."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
