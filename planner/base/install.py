"""What makes the program installable: its manifest, the service worker of this build, the page of no network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, jsonify, request

from planner.base import i18n, words
from planner.base.i18n import gettext as _
from planner.base.web import open_to_all, page

ICONS = (
    ("icon-192.png", "192x192", "image/png", "any"),
    ("icon-512.png", "512x512", "image/png", "any"),
    ("icon-maskable.png", "512x512", "image/png", "maskable"),
    ("favicon.svg", "any", "image/svg+xml", "any"),
)


@open_to_all("install")
def worker() -> Response:
    """The service worker: its address never changes, its content does with each build."""
    built = Path(current_app.root_path) / "static" / "build" / Path(words.asset("sw.js")).name
    answer = Response(built.read_bytes(), mimetype="text/javascript", headers={"Cache-Control": "no-cache"})
    answer.set_etag(built.stem)
    answer.make_conditional(request)
    return answer


@open_to_all("install")
def manifest() -> Response:
    """Name, colours and icons, in the reader's language."""
    icons: list[dict[str, Any]] = [
        {"src": words.asset(name), "sizes": sizes, "type": kind, "purpose": purpose}
        for name, sizes, kind, purpose in ICONS
    ]
    answer = jsonify(
        id="/", start_url="/", scope="/", display="standalone", lang=i18n.HTML_LANG[i18n.language()],
        name=_("Planner"), short_name=_("Planner"), icons=icons,
        background_color="#F6F5F2", theme_color="#1B2A31",
    )  # fmt: skip
    answer.mimetype = "application/manifest+json"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@open_to_all("install")
def offline() -> Response:
    """Nobody's page: what a browser shows where there is no network and nothing was kept."""
    return page("errors/offline.html")


def init_app(app: Flask) -> None:
    """The three addresses."""
    app.add_url_rule("/sw.js", "sw", worker)
    app.add_url_rule("/manifest.webmanifest", "manifest", manifest)
    app.add_url_rule("/offline", "offline", offline)
