"""Every inspection that needs no running program, side by side; prints what failed, then one line.

The types, which take longest, are not looked at again while nothing they depend on has changed since they were right;
CI looks every time, and so does `python tools/check.py types`.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS = {
    "types": [str(BIN / "pyright"), "--warnings"],
    "imports": [str(BIN / "lint-imports"), "--no-cache"],
    "templates": [str(BIN / "djlint"), "templates", "--lint", "--quiet"],
    "catalogues": [sys.executable, "tools/catalogues.py", "check"],
    "security": [str(BIN / "bandit"), "-q", "-r", "-c", "pyproject.toml", "planner", "tools", "config.py", "wsgi.py"],
    "lint": [str(BIN / "ruff"), "check", "."],
    "format": [str(BIN / "ruff"), "format", "--check", "."],
    "hosts": [sys.executable, "tools/hosts.py"],
}


RIGHT = ROOT / "build" / "types-right"
"""Holds the mark of the sources whose types were right."""


def mark_of_types() -> str:
    """Of all that the types depend on: every source, what is installed, and how it is looked at."""
    told = hashlib.sha256(sys.version.encode())
    named = ["pyproject.toml", "requirements.txt", "requirements-dev.txt", "config.py", "wsgi.py"]
    folders = ("planner", "bench", "tools", "tests")
    for path in sorted([ROOT / name for name in named] + [f for d in folders for f in (ROOT / d).rglob("*.py")]):
        told.update(f"{path.relative_to(ROOT)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return told.hexdigest()


def types_are_known() -> bool:
    """Whether these very sources were right before."""
    return "CI" not in os.environ and RIGHT.exists() and RIGHT.read_text(encoding="ascii") == mark_of_types()


def remember_types(mark: str) -> None:
    """They are right."""
    RIGHT.parent.mkdir(exist_ok=True)
    RIGHT.write_text(mark, encoding="ascii")


def inspect(name: str) -> tuple[str, int, str, float]:
    """Run one inspection and keep what it said."""
    began = time.monotonic()
    environ = dict(os.environ, PYTHONPATH=str(ROOT), PYRIGHT_PYTHON_IGNORE_WARNINGS="1", NO_COLOR="1")
    environ["PATH"] = f"{environ.get('PATH', '')}{os.pathsep}{BIN}"
    done = subprocess.run(
        CHECKS[name], cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return name, done.returncode, done.stdout.strip(), time.monotonic() - began


def main(wanted: list[str]) -> int:
    """The slowest first, two at a time; all of them run even when one fails."""
    began, failed, mark = time.monotonic(), [], mark_of_types()
    names = list(wanted or CHECKS)
    if not wanted and types_are_known():
        names.remove("types")
        print("ok   types (as before: nothing they depend on has changed)", flush=True)
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        for name, code, said, seconds in pool.map(inspect, names):
            print(f"{'ok  ' if code == 0 else 'FAIL'} {name} ({seconds:.1f} s)", flush=True)
            if name == "types" and not code:
                remember_types(mark)
            if code:
                failed.append(name)
                print("\n".join(f"     {line}" for line in said.splitlines()[-200:]), flush=True)
    print(f"check: {'failed: ' + ', '.join(failed) if failed else 'all good'} in {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
