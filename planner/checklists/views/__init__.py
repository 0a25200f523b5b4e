"""Pages of checklists and SOPs."""

from planner.checklists.views import (
    drawing,
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
    "drawing",
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
