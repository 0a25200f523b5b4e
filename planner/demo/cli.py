"""Commands: the demo team, the words of welcome, and many sessions for measuring."""

from __future__ import annotations

from datetime import date

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from planner.base.actor import Actor, acting
from planner.base.engine import count_rows, engine
from planner.demo import fill, seed, seed_money, story
from planner.kernel import clock
from planner.kernel.spans import business_day
from planner.people import services as people

PROGRAM = Actor(is_system=True, is_admin=True)


def _count(statement: str) -> int:
    with engine().connect() as link:
        return int(link.execute(text(statement)).scalar() or 0)


def _stale() -> bool:
    """Whether the demo was made on another day and nobody has written anything since."""
    with engine().connect() as link:
        day = link.execute(text("SELECT demo_day FROM team WHERE is_demo")).scalar()
    if day is None or day == business_day(clock.now(), fill.ZONE, 360).isoformat():
        return False
    touched = _count("SELECT count(*) FROM audit_entry WHERE command NOT LIKE 'demo.%'")
    return not touched and not _count(
        "SELECT count(*) FROM news WHERE command_id NOT IN (SELECT command_id FROM audit_entry)"
    )


def _fill() -> None:
    hashed = people.hash_password(current_app.config["DEMO_PASSWORD"])
    with acting(PROGRAM):
        fill.fill_demo(hashed)
    count_rows()


@click.command("demo")
@click.option(
    "--if-empty", is_flag=True, help="only when nobody has an account yet, or an untouched demo is of another day"
)
@click.option("--fresh", is_flag=True, help="throw everything away first")
@with_appcontext
def demo(if_empty: bool, fresh: bool) -> None:
    """Make the demo team."""
    if not current_app.config["DEMO"]:
        raise click.ClickException("the demo is made in demo mode only: set PLANNER_DEMO=1")
    empty = _count("SELECT count(*) FROM user_account") == 0
    if fresh or (if_empty and not empty and _stale()):
        downgrade(revision="base")
        upgrade()
        empty = True
    if not empty:
        if not if_empty:
            raise click.ClickException("this installation is not empty; use --fresh to throw everything away")
        return
    began = clock.now()
    click.echo("making the demo team …")
    _fill()
    click.echo(f"the demo team is ready ({(clock.now() - began).total_seconds():.0f} s)")


@click.command("hello")
@with_appcontext
def hello() -> None:
    """Print the demo's accounts."""
    if not current_app.config["DEMO"] or not _count("SELECT count(*) FROM team WHERE is_demo"):
        return
    names = ", ".join([*(login for login, _n, _r, _p in story.PEOPLE[:6]), "outsider"])
    click.echo(f"demo accounts: {names}; password: {current_app.config['DEMO_PASSWORD']}")


@click.command("seed")
@click.option("--sessions", default=1000, show_default=True, help="how many sessions in all")
@click.option("--week", "weeks", multiple=True, help="a Monday and how many shows to plan in its week: 2026-11-02:300")
@click.option("--evening", default="", help="how many shows to plan tonight, each with a list of so many lines: 10:40")
@click.option("--steps", default=0, help="how many steps of the plan in all, of which 200 are unfinished")
@click.option("--requests", default=0, help="how many requests for money in all, of which 100 wait for the managers")
@click.option("--to-approve", default=0, help="how many requests more that a lead decides on alone")
@with_appcontext
def seed_sessions(
    sessions: int, weeks: tuple[str, ...], evening: str, steps: int, requests: int, to_approve: int
) -> None:  # fmt: skip
    """Make many past sessions with checklists and results in the demo team, for measuring; full weeks; an evening;
    steps; requests for money."""
    if not _count("SELECT count(*) FROM team WHERE is_demo"):
        raise click.ClickException("there is no demo team to fill; make one first: flask --app wsgi planner demo")
    made = 0
    with acting(PROGRAM):
        while True:
            count = seed.add_sessions(min(250, sessions), sessions)
            if not count:
                break
            made += count
        for monday, shows in (week.split(":") for week in weeks):
            seed.add_week(date.fromisoformat(monday), int(shows))
            made += int(shows)
        if evening:
            shows, lines = (int(part) for part in evening.split(":"))
            seed.add_evening(shows, lines)
            made += shows
        seed.add_steps(steps)
        seed_money.add_requests(requests, to_approve)
    count_rows()
    click.echo(f"{made} sessions made")


COMMANDS = [demo, hello, seed_sessions]
