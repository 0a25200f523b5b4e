"""Pages of sessions, channels and studios."""

from planner.live.views import (
    air,
    copying,
    crew,
    habits,
    handing,
    hub,
    ical,
    kinds,
    lists,
    log,
    new,
    places,
    planning,
    readings,
    roster,
    together,
)
from planner.live.views.blueprint import bp

__all__ = [
    "air",
    "bp",
    "copying",
    "crew",
    "habits",
    "handing",
    "hub",
    "ical",
    "kinds",
    "lists",
    "log",
    "new",
    "places",
    "planning",
    "readings",
    "roster",
    "together",
]
