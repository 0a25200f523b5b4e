"""Commands of the base: migrations, worker, verifying the history, backup and restore."""

from __future__ import annotations

import secrets
import sys
import time
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy.exc import OperationalError

from planner.base import audit, backup, engine, i18n, jobs, mail, worker
from planner.base.actor import acting
from planner.kernel.errors import Refused


def _wait_for_database(seconds: int) -> None:
    """A database server may be starting at the same time as we are."""
    until = time.monotonic() + seconds
    while True:
        try:
            with engine.engine().connect():
                return
        except OperationalError as fault:
            if time.monotonic() >= until:
                raise click.ClickException(f"the database does not answer: {fault.orig}") from fault
            click.echo("the database does not answer yet; waiting")
            time.sleep(1)


@click.command("up")
@click.option("--wait", default=30, show_default=True, help="Seconds to wait for the database.")
@with_appcontext
def up(wait: int) -> None:
    """Bring the database up to the program's migrations."""
    url = engine.engine().url
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    Path(current_app.config["FILES_DIR"]).mkdir(parents=True, exist_ok=True)
    _wait_for_database(wait)
    upgrade()
    engine.count_rows()


@click.command("worker")
@with_appcontext
def run_worker() -> None:
    """Do background work until told to end."""
    worker.run(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command("verify")
@with_appcontext
def verify() -> None:
    """Check that the history of every team is complete and unchanged; name the first bad row."""
    bad = False
    for team_id in jobs.teams():
        with acting(jobs.program_for(team_id)):
            while audit.seal() == audit.SEAL_BATCH:
                pass
            found = audit.verify()
        if found.bad is None:
            click.echo(f"team {team_id}: {found.sealed} entries hold, {found.unsealed} not sealed yet")
        else:
            bad = True
            click.echo(f"team {team_id}: entry {found.bad} is bad: {found.why}", err=True)
    sys.exit(1 if bad else 0)


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def make_backup(file: Path) -> None:
    """Write database and files into one archive, while everything runs."""
    try:
        count = backup.make(file)
    except backup.Unfit as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"{file}: the database and {count} files")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Destroy what is here now.")
@with_appcontext
def restore_backup(file: Path, replace: bool) -> None:
    """Bring an archive into an empty installation; refuses what is damaged or newer than the program."""
    try:
        count = backup.restore(file, replace)
    except backup.Unfit as fault:
        raise click.ClickException(str(fault)) from fault
    upgrade()
    click.echo(f"restored the database and {count} files")


@click.command("mail-test")
@click.argument("address")
@click.option("--language", type=click.Choice(i18n.LANGUAGES), default=i18n.CHINESE, show_default=True)
@with_appcontext
def mail_test(address: str, language: str) -> None:
    """Send one mail at once, to see whether SMTP_URL and MAIL_FROM are right."""
    if not mail.is_on():
        raise click.ClickException("SMTP_URL and MAIL_FROM are not set; see docs/operate.md")
    try:
        mail.deliver(mail.compose("test", address, language, secrets.token_hex(12), {}))
    except Refused as fault:
        raise click.ClickException(str(fault)) from fault
    except (mail.Undelivered, ValueError, UnicodeError) as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"handed over for {address}")


COMMANDS = [up, run_worker, verify, make_backup, restore_backup, mail_test]
