"""Pages of sessions, channels and studios."""

from planner.live.views import air, hub, lists, places, planning
from planner.live.views.blueprint import bp

__all__ = ["air", "bp", "hub", "lists", "places", "planning"]
