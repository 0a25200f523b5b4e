"""The demo team walked through by its people: each of them once in each language, for all inspectors that look at pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask, template_rendered
from jinja2 import Template

from tests.demo_room import make_room, sign_in, walk


@dataclass(frozen=True)
class Walked:
    """The pages somebody can reach by links, and the templates they were drawn with."""

    pages: dict[str, str]
    templates: set[str]


Walk = Callable[..., Walked]


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The demo team, filled once and only read."""
    return make_room(tmp_path_factory.mktemp("room"))


@pytest.fixture(scope="session")
def walked(room: Flask) -> Walk:
    """What somebody's walk through the demo has shown; the files that ask for it share a process (`tests.conftest`)."""
    known: dict[tuple[str, str], Walked] = {}

    def ask(login: str, language: str = "zh_Hans_CN") -> Walked:
        if (login, language) not in known:
            names: set[str] = set()

            def note(sender: Flask, template: Template, **more: object) -> None:
                names.add(str(template.name))

            with template_rendered.connected_to(note, room):
                known[login, language] = Walked(walk(sign_in(room, login, language)), names)
        return known[login, language]

    return ask
