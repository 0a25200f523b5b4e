"""The table of contents: every blueprint, port, kind, panel, job and command, in order."""

from __future__ import annotations

from click import Command
from flask import Flask

from planner.base import identity, shell

COMMANDS: list[Command] = []


def wire(app: Flask) -> None:
    """Fill the ports and hang the blueprints on the application."""
    identity.load.none()
    shell.teams_of_person.none()
