"""Pictures of every kind of page of the demo team, as lead, host and manager, at a desk and on a phone.

They land in build/screenshots. `--picture` writes only docs/picture.png, the one in the README. Pages are found by
following links, one page of each kind (`/sessions/17` and `/sessions/18` are one kind).
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from bench.server import serve  # noqa: E402
from tests.environment import browser_flags, chinese_font, find_browser  # noqa: E402

TARGET = ROOT / "build" / "screenshots"
PASSWORD = secrets.token_urlsafe(12)
DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
MOST_PAGES = 150
NOT_PAGES = re.compile(
    r"\.(?:json|csv|xlsx|ics|txt|png|svg|js|css)$|/static/|/files/|/imports/\d+/file$|logout|sign-out|/healthz|/readyz"
)


@dataclass(frozen=True)
class View:
    """Who looks, with what, in which language and light."""

    login: str
    size: ViewportSize
    language: str
    theme: str

    @property
    def name(self) -> str:
        """The folder of its pictures."""
        kind = "phone" if self.size == PHONE else "desk"
        return f"{self.login}-{kind}-{self.language}-{self.theme}"


VIEWS = [
    View(login, size, language, theme)
    for login, size in (("lead", DESK), ("host", PHONE), ("manager", DESK), ("manager", PHONE), ("lead", PHONE))
    for language in ("zh-CN", "en")
    for theme in ("light", "dark")
    if not (language == "en" and theme == "dark")
]


def sign_in(page: Page, base: str, login: str) -> None:
    """Go through the login page as a person would."""
    page.goto(base)
    page.locator("input[type=password]").wait_for()
    page.locator("form:has(input[type=password]) input:not([type=hidden]):not([type=password])").first.fill(login)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("form:has(input[type=password]) button").first.click()
    page.wait_for_url(lambda address: "login" not in address)


def kind_of(path: str) -> str:
    """The shape of an address without its numbers and dates."""
    return re.sub(r"\d[\d-]*", "n", path)


def links(page: Page, base: str) -> list[str]:
    """Pages of our own that this page leads to."""
    found = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    paths = (urlsplit(address).path for address in found if address.startswith(base))
    return [path for path in paths if not NOT_PAGES.search(path)]


def walk(browser: Browser, base: str, view: View) -> int:
    """One picture of every kind of page this person can reach; answers how many."""
    folder = TARGET / view.name
    folder.mkdir(parents=True)
    context = browser.new_context(
        viewport=view.size,
        locale=view.language,
        color_scheme="dark" if view.theme == "dark" else "light",
        has_touch=view.size == PHONE,
        reduced_motion="reduce",
    )
    page = context.new_page()
    sign_in(page, base, view.login)
    queue, seen, taken = deque([urlsplit(page.url).path]), set[str](), 0
    while queue and taken < MOST_PAGES:
        path = queue.popleft()
        kind = kind_of(path)
        if kind in seen:
            continue
        seen.add(kind)
        answer = page.goto(base + path)
        if answer is None or answer.status >= 400 or "html" not in answer.headers.get("content-type", ""):
            print(f"screenshots: {view.name}: {path} answered {answer.status if answer else 'nothing'}", flush=True)
            continue
        name = kind.strip("/").replace("/", "-") or "start"
        page.screenshot(path=folder / f"{taken:02}-{name}.png", full_page=True)
        taken += 1
        queue.extend(links(page, base))
    context.close()
    return taken


def main(words: list[str]) -> None:
    """Start a demo of its own, look at it, and leave nothing behind but the pictures."""
    program, _origin = find_browser(install=True)
    chinese_font(install=True)
    with tempfile.TemporaryDirectory(prefix="planner-pictures-") as folder:
        environ = {
            "DATABASE_URL": f"sqlite:///{folder}/planner.db",
            "FILES_DIR": f"{folder}/files",
            "SECRET_KEY": "pictures-" * 6,
            "PLANNER_DEMO": "1",
            "PLANNER_DEMO_PASSWORD": PASSWORD,
        }
        ready = [sys.executable, "tools/serve.py", "demo", "--only"]
        subprocess.run(ready, cwd=ROOT, env={**os.environ, **environ}, check=True)
        with serve("wsgi:app", environ) as server, sync_playwright() as play:
            base = f"http://127.0.0.1:{server.port}"
            browser = play.chromium.launch(executable_path=program, args=browser_flags())
            if "--picture" in words:
                page = browser.new_page(viewport=DESK, locale="zh-CN", device_scale_factor=1)
                sign_in(page, base, "lead")
                page.screenshot(path=ROOT / "docs" / "picture.png")
                print("screenshots: wrote docs/picture.png")
                return
            shutil.rmtree(TARGET, ignore_errors=True)
            for view in VIEWS:
                print(f"screenshots: {walk(browser, base, view)} of {view.name}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
