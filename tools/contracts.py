"""An import contract of our own: what the rooms of a column may know (docs/house.md)."""

from __future__ import annotations

import sys

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output

ROOT = "planner"
FOUNDATIONS = ("kernel", "base")
LENT_TO_HIGHER_COLUMNS = {"models", "rules", "words", "queries", "services", "news", "ports"}
TABLE_OF_CONTENTS = ("wiring", "app", "cli")
PURE_ROOMS = ("rules", "news")

Fault = tuple[str, str, str]


def column_and_room(module: str) -> tuple[str, str | None]:
    """`planner.live.services.moves` -> live, services."""
    names = module.split(".")
    return (names[1] if len(names) > 1 else ""), (names[2] if len(names) > 2 else None)


def fault_of(importer: str, imported: str) -> str | None:
    """Why one import is not allowed, or None."""
    column, room = column_and_room(importer)
    top = imported.split(".")[0]
    if column == "kernel":
        if top != ROOT and top not in sys.stdlib_module_names:
            return "the kernel knows the standard library only"
        return None
    other, its_room = column_and_room(imported) if top == ROOT else ("", None)
    if room in PURE_ROOMS and column not in FOUNDATIONS:
        if top != ROOT:
            return None if top in sys.stdlib_module_names else f"{room} is pure: no {top}"
        if other != "kernel" and its_room not in PURE_ROOMS:
            return f"{room} knows the kernel and other rules, not {imported}"
        return None
    if top != ROOT or other in FOUNDATIONS or column in TABLE_OF_CONTENTS or other in ("", column):
        return None
    if its_room is not None and its_room not in LENT_TO_HIGHER_COLUMNS:
        return f"{its_room} is a room that {other} lends to nobody"
    return None


class Rooms(Contract):
    """Kernel: standard library. Rules and news: pure. Of a lower column only the rooms it lends."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at every direct import inside the program."""
        faults: list[Fault] = []
        for importer in sorted(graph.modules):
            if not importer.startswith(f"{ROOT}."):
                continue
            for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                why = fault_of(importer, imported)
                if why:
                    details = graph.get_import_details(importer=importer, imported=imported)
                    line = details[0]["line_number"] if details else "?"
                    faults.append((f"{importer}:{line}", imported, why))
        return ContractCheck(kept=not faults, metadata={"faults": faults})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line for each fault."""
        for place, imported, why in check.metadata["faults"]:
            output.print_error(f"{place} imports {imported}: {why}")
