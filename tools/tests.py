"""Run the tests in parts, say what was found and what was installed, and add up the counts.

The last line is `N passed, N failed, N skipped`. Anything after the options is handed to pytest and runs as one part:
`tools/tests.py tests/live -k move`.
"""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from tests.environment import Missing, chinese_font, find_browser, find_postgres, quick_folder, say  # noqa: E402

REPORTS = ROOT / "build" / "tests"
COMMON = ("-q", "--no-header", "-rsE", "--color=auto")
PYTEST_ENDINGS_WITH_COUNTS = (0, 1)


@dataclass
class Part:
    """One run of pytest."""

    name: str
    arguments: tuple[str, ...]
    environ: dict[str, str] = field(default_factory=dict)


@dataclass
class Counts:
    """What came out; an error counts as a failure."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def parallel() -> tuple[str, ...]:
    """Two processes where there are two processors."""
    return ("-n", "2", "--dist", "loadscope") if (os.cpu_count() or 1) > 1 else ()


def parts(every: bool, given: list[str]) -> list[Part]:
    """`make test` in two parts; `make test-all` each on both engines and in every language and theme."""
    if given:
        return [Part("what was asked for", tuple(given))]
    pages = ("-m", "not browser", *parallel())
    journeys = ("-m", "browser", *parallel())
    if not every:
        return [
            Part("everything, what is about data on PostgreSQL", pages),
            Part("journeys in the browser", journeys),
        ]
    wide = {"PLANNER_TEST_ALL": "1"}
    return [
        Part(f"{what} on {shown}", arguments, {**wide, "PLANNER_TEST_ENGINE": engine})
        for engine, shown in (("sqlite", "SQLite"), ("postgres", "PostgreSQL"))
        for what, arguments in (("everything", pages), ("journeys in every language and theme", journeys))
    ]


def counts_of(report: Path) -> Counts:
    """The counts in pytest's own report file."""
    total = Counts()
    for suite in ET.parse(report).getroot().iter("testsuite"):
        number = {name: int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")}
        failed = number["failures"] + number["errors"]
        total += Counts(max(0, number["tests"] - failed - number["skipped"]), failed, number["skipped"])
    return total


def run(part: Part, number: int) -> Counts:
    """Stream one run; a run that broke, or found no test at all, is a failure."""
    say(part.name)
    report = REPORTS / f"{number}.xml"
    report.unlink(missing_ok=True)
    quick = quick_folder()
    place = () if quick is None else (f"--basetemp={quick}/pytest",)
    command = [sys.executable, "-m", "pytest", *COMMON, f"--junitxml={report}", *place, *part.arguments]
    try:
        ended = subprocess.run(command, cwd=ROOT, env={**os.environ, **part.environ}, check=False).returncode
    finally:
        shutil.rmtree(quick or "", ignore_errors=True)
    if ended not in PYTEST_ENDINGS_WITH_COUNTS or not report.exists():
        why = "found no tests" if ended == 5 else f"broke off ({ended})"
        say(f"{part.name}: pytest {why}")
        before = counts_of(report) if report.exists() else Counts()
        return before + Counts(failed=1)
    return counts_of(report)


def look_around() -> None:
    """Find, or install, what the tests need; stop with one line where that is impossible."""
    try:
        address, place = find_postgres(install=True)
        os.environ["PLANNER_TEST_POSTGRES_URL"] = address
        say(f"databases: SQLite {sqlite3.sqlite_version}; PostgreSQL: {place}")
        browser, origin = find_browser(install=True)
        os.environ["PLANNER_BROWSER"] = browser
        version = subprocess.run([browser, "--version"], capture_output=True, text=True, check=False).stdout.strip()
        say(f"browser: {version} ({origin}: {browser})")
    except Missing as missing:
        sys.exit(f"tests: {missing}")
    font = chinese_font(install=True)
    say(f"Chinese font: {font or 'none, so pictures would show boxes (fonts-wqy-microhei has the glyphs)'}")


def main() -> int:
    """All parts, one after the other, and the sum at the end."""
    given = sys.argv[1:]
    every = "--all" in given
    given = [word for word in given if word != "--all"]
    began = time.monotonic()
    REPORTS.mkdir(parents=True, exist_ok=True)
    say(f"Python {platform.python_version()} on {platform.system()} {platform.machine()}")
    look_around()
    total, lines = Counts(), []
    for number, part in enumerate(parts(every, given), start=1):
        started = time.monotonic()
        counts = run(part, number)
        lines.append(f"{counts}  {part.name} ({time.monotonic() - started:.0f} s)")
        total += counts
    print(f"\n{chr(10).join(lines)}\nin {time.monotonic() - began:.0f} s")
    print(total, flush=True)
    return 0 if total.passed and not total.failed else 1


if __name__ == "__main__":
    sys.exit(main())
