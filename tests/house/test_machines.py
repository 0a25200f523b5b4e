"""Every state machine of the house, held to a committed table and asked for every pair of state and move.

`python -m tests.house.test_machines` writes the table anew; its change is read like any other.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import Any

import pytest

import planner
from planner.kernel.errors import Refused
from planner.kernel.machine import Machine

TABLE = Path(__file__).parent / "moves.txt"


def machines() -> dict[str, Machine[Any]]:
    """The machines that the rules of the columns declare, by column and name of their states."""
    found: dict[str, Machine[Any]] = {}
    for module in pkgutil.walk_packages(planner.__path__, "planner."):
        if ".rules" in module.name:
            column = module.name.split(".")[1]
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, Machine):
                    found[f"{column}.{value.states.__name__}"] = value
    return found


def table() -> str:
    """One line a move: machine, name, from, to, permission."""
    lines = [
        f"{name:<18}{move.name:<18}{move.permission:<16}{move.target:<12}from {' '.join(sorted(move.sources))}"
        for name, machine in sorted(machines().items())
        for move in machine.moves.values()
    ]
    return "\n".join(lines) + "\n"


def kept() -> dict[tuple[str, str], tuple[str, set[str]]]:
    """The committed table: (machine, move) -> where to, where from."""
    rows = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines()]
    return {(row[0], row[1]): (row[3], set(row[5:])) for row in rows}


def test_the_moves_are_the_committed_ones() -> None:
    """If they are not: write the table anew with `python -m tests.house.test_machines`, and read what changed."""
    assert table().splitlines() == TABLE.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", sorted(machines()))
def test_every_state_takes_the_moves_of_the_table_and_refuses_all_others(name: str) -> None:
    machine, asked = machines()[name], 0
    for (other, move), (target, sources) in kept().items():
        if other != name:
            continue
        for state in machine.states:
            asked += 1
            if str(state) in sources:
                assert str(machine.take(move, state)) == target, (move, state)
            else:
                with pytest.raises(Refused):
                    machine.take(move, state)
    assert asked == len(machine.moves) * len(machine.states)


ENDS = {"resources.State": {"refused", "cancelled"}}
"""States that nobody leaves, because what was decided stays decided: one asks anew."""


def test_every_state_is_reached_and_none_is_a_trap() -> None:
    for name, machine in machines().items():
        reached = {move.target for move in machine.moves.values()}
        sources = {state for move in machine.moves.values() for state in move.sources}
        assert len(set(machine.states) - reached) <= 1, f"{name}: states nobody can reach"
        assert set(machine.states) - sources == ENDS.get(name, set()), f"{name}: states nobody can leave"


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
