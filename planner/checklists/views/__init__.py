"""Pages of checklists and SOPs."""

from planner.checklists.views import lines, runs, sops
from planner.checklists.views.blueprint import bp

__all__ = ["bp", "lines", "runs", "sops"]
