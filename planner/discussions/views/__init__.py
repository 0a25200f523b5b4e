"""Pages where people talk about an object."""

from planner.discussions.views import comments, files, links
from planner.discussions.views.blueprint import bp

__all__ = ["bp", "comments", "files", "links"]
