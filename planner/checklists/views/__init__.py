"""Pages of checklists and SOPs."""

from planner.checklists.views import learning, library, lines, printing, runs, sheets, sops, versions
from planner.checklists.views.blueprint import bp

__all__ = ["bp", "learning", "library", "lines", "printing", "runs", "sheets", "sops", "versions"]
