"""Pages of signing in, of oneself, and of the team's people."""

from planner.people.views import away, desk, door, installation, links, me, stations, team
from planner.people.views.blueprint import bp

__all__ = ["away", "bp", "desk", "door", "installation", "links", "me", "stations", "team"]
