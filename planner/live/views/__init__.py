"""Pages of sessions, channels and studios."""

from planner.live.views import air, crew, habits, hub, lists, new, places, planning
from planner.live.views.blueprint import bp

__all__ = ["air", "bp", "crew", "habits", "hub", "lists", "new", "places", "planning"]
