"""The program's own commands: `flask --app wsgi planner …`."""

from __future__ import annotations

from flask import Flask
from flask.cli import AppGroup

from planner import wiring

group = AppGroup("planner", help="Everything an operator needs.")


def init_app(app: Flask) -> None:
    """Hang the commands of all columns on the group."""
    for command in wiring.COMMANDS:
        group.add_command(command)
    app.cli.add_command(group)
