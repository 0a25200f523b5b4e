"""Put the application together: settings, base, columns, and the checks that must hold before the first request."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from flask import Flask, g, has_request_context
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from planner import cli, wiring
from planner.base import engine, kept, web

ROOT = Path(__file__).resolve().parent.parent
FOREVER_SECONDS = 365 * 24 * 3600

migrate = Migrate(render_as_batch=True, compare_type=True)


class RequestIds(logging.Filter):
    """Every line of the log names the request it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the id."""
        record.request_id = getattr(g, "request_id", "-") if has_request_context() else "-"
        return True


def _log(level: str) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"))
    handler.addFilter(RequestIds())
    root = logging.getLogger("planner")
    root.handlers[:] = [handler]
    root.propagate = False
    root.setLevel(level)


def create_app(settings: dict[str, Any]) -> Flask:
    """A new application with these settings (config.load)."""
    app = Flask("planner", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(settings)
    _log(app.config.get("LOG_LEVEL", "WARNING"))
    engine.init_app(app)
    migrate.init_app(app, engine.database, directory=str(ROOT / "migrations"))
    web.init_app(app)
    wiring.wire(app)
    cli.init_app(app)
    web.every_route_has_a_verb(app)
    kept.init_app(app)
    built = Path(app.root_path) / "static" / "build"
    built.mkdir(parents=True, exist_ok=True)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(built),
        prefix="static/build/",
        max_age=FOREVER_SECONDS,
        immutable_file_test=lambda *_: True,
    )
    hops = app.config.get("TRUSTED_HOPS", 0)
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app
