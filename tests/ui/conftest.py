"""The kit's own server, and the browser that looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.kit import BUILD, Served, make_app, serving


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    """The kit has no service worker."""
    return {**browser_context_args, "service_workers": "block"}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A running server and what it remembers."""
    assert (BUILD / "manifest.json").exists(), "the assets are not built: node assets/build.mjs"
    state = Served()
    with serving(make_app(state, tmp_path)) as address:
        state.address = address
        yield state
