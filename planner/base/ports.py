"""Ports: what a lower column asks while it acts, filled by higher ones in wiring.py. Unwired is an error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

F = TypeVar("F")

PORTS: dict[str, Port[object]] = {}


class Unwired(RuntimeError):
    """A port was asked that nobody has filled, nor said to be empty on purpose."""


class Port(Generic[F]):
    """A list of functions (or objects) of one shape, in the order of wiring."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._filled: list[F] = []
        self._wired = False
        PORTS[name] = self  # type: ignore[assignment]

    def fill(self, answer: F) -> None:
        """Add one answer; the same one twice counts once."""
        self._wired = True
        if answer not in self._filled:
            self._filled.append(answer)

    def none(self) -> None:
        """Say that nobody answers, on purpose."""
        self._wired = True

    @property
    def wired(self) -> bool:
        """Whether wiring has spoken about this port."""
        return self._wired

    def __iter__(self) -> Iterator[F]:
        if not self._wired:
            raise Unwired(f"the port {self.name} is not wired")
        return iter(self._filled)

    def __len__(self) -> int:
        return len(self._filled)
