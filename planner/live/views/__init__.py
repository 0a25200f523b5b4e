"""Pages of sessions, channels and studios."""

from planner.live.views import air, crew, hub, lists, new, places, planning
from planner.live.views.blueprint import bp

__all__ = ["air", "bp", "crew", "hub", "lists", "new", "places", "planning"]
