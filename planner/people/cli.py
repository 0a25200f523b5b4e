"""The first administrator from the command line."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from planner.base import i18n
from planner.kernel.errors import PlannerError
from planner.people import passwords, rules, services


@click.command("first-admin")
@click.option("--login", prompt=True)
@click.option("--name", prompt=True)
@click.option("--team", prompt=True)
@click.option("--timezone", default="Asia/Shanghai", show_default=True)
@click.password_option()
@with_appcontext
def first_admin(login: str, name: str, team: str, timezone: str, password: str) -> None:
    """Make the first administrator and team of an empty installation."""
    token = i18n.speak(i18n.ENGLISH)
    try:
        rules.check_password(password, login)
        services.first_run(login, name, passwords.hash_password(password), team, timezone)
    except PlannerError as fault:
        raise click.ClickException(i18n.told(fault.message)) from fault
    finally:
        i18n.quiet(token)
    click.echo("done")
