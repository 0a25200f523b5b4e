"""Pages of checklists and SOPs."""

from planner.checklists.views import (
    emergencies,
    learning,
    library,
    lines,
    printing,
    proofs,
    runs,
    sheets,
    sops,
    versions,
)
from planner.checklists.views.blueprint import bp

__all__ = [
    "bp",
    "emergencies",
    "learning",
    "library",
    "lines",
    "printing",
    "proofs",
    "runs",
    "sheets",
    "sops",
    "versions",
]
