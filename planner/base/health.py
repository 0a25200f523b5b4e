"""Whether the process lives, and whether it can serve: database, migrations."""

from __future__ import annotations

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, Response, current_app, jsonify
from sqlalchemy import text

from planner.base.engine import engine
from planner.base.web import open_to_all


def program_head() -> str | None:
    """The newest migration of the program."""
    return ScriptDirectory(current_app.extensions["migrate"].directory).get_current_head()


def database_head() -> str | None:
    """The migration the database is at."""
    with engine().connect() as link:
        return MigrationContext.configure(link).get_current_revision()


@open_to_all("health")
def healthz() -> Response:
    """The process lives."""
    return Response("ok\n", mimetype="text/plain")


@open_to_all("health")
def readyz() -> Response:
    """Database and migrations are right; else 503 with the reason."""
    try:
        with engine().connect() as link:
            link.execute(text("SELECT 1"))
        at, wanted = database_head(), program_head()
    except Exception as fault:
        answer = jsonify(ready=False, reason=f"database: {type(fault).__name__}")
        answer.status_code = 503
        return answer
    ready = at == wanted
    answer = jsonify(ready=ready, reason=None if ready else f"migrations: database at {at}, program at {wanted}")
    answer.status_code = 200 if ready else 503
    return answer


def init_app(app: Flask) -> None:
    """The two addresses, without identity or session."""
    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)
