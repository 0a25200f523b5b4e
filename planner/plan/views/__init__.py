"""The plan: who does what by when, and whether the goals are on pace."""

from planner.plan.views import goals, inside, listing, periods, steps, together
from planner.plan.views.blueprint import bp

__all__ = ["bp", "goals", "inside", "listing", "periods", "steps", "together"]
