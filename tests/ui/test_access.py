"""axe finds nothing against the WCAG A and AA rules in the kit, on a phone and at a desk, in both themes and languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.conftest import WIDE
from tests.ui.kit import ROOT, Served, make_app, serving
from tests.ui.test_kit import ALL, values

pytestmark = pytest.mark.browser
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def address(tmp_path: Path):
    """The kit's server with the page of everything and the error pages beside its ordinary ones."""
    app = make_app(Served(), tmp_path, {"all.html": ALL})

    @app.get("/all/<int:valid>")
    def everything(valid: int) -> str:
        return app.jinja_env.get_template("all.html").render(**context(app, values(bool(valid))))

    @app.get("/error/<int:code>")
    def error(code: int) -> str:
        return app.jinja_env.get_template(f"errors/{code}.html").render(**context(app, {}))

    with serving(app) as place:
        yield place


def context(app, given: dict[str, object]) -> dict[str, object]:
    """What a page gets: the shell, then its own values."""
    shell: dict[str, object] = {}
    app.update_template_context(shell)
    return shell | given


EVERY = [(width, theme) for width in (390, 1440) for theme in ("light", "dark")]


@pytest.mark.parametrize(("width", "theme"), EVERY if WIDE else [(390, "dark"), (1440, "light")])
def test_axe(browser: Browser, address: str, theme: str, width: int) -> None:
    axe = (ROOT / "node_modules/axe-core/axe.min.js").read_text()
    page = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, service_workers="block"
    ).new_page()
    found = []
    for path in ("page", "ticks?lang=zh", "all/1?lang=zh", "all/0", "error/404?lang=zh", "error/429"):
        page.goto(f"{address}/{path}")
        page.evaluate(axe)
        result = page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
        assert len(result["passes"]) > 5, path
        found += [(path, broken["id"], [node["target"] for node in broken["nodes"]]) for broken in result["violations"]]
    page.context.close()
    assert found == []
