"""Pages of signing in, of oneself, and of the team's people."""

from planner.people.views import door, installation, links, me, team
from planner.people.views.blueprint import bp

__all__ = ["bp", "door", "installation", "links", "me", "team"]
