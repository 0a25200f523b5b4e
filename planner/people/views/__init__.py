"""Pages of signing in, of oneself, and of the team's people."""

from planner.people.views import desk, door, installation, links, me, stations, team
from planner.people.views.blueprint import bp

__all__ = ["bp", "desk", "door", "installation", "links", "me", "stations", "team"]
