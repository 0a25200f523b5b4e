"""Every inspection that needs no running program, side by side; prints what failed, then one line."""

from __future__ import annotations

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
    began, failed = time.monotonic(), []
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        for name, code, said, seconds in pool.map(inspect, wanted or CHECKS):
            print(f"{'ok  ' if code == 0 else 'FAIL'} {name} ({seconds:.1f} s)", flush=True)
            if code:
                failed.append(name)
                print("\n".join(f"     {line}" for line in said.splitlines()[-200:]), flush=True)
    print(f"check: {'failed: ' + ', '.join(failed) if failed else 'all good'} in {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
