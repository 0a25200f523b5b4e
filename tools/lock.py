"""Resolve every requirements*.in into a pinned, hashed file that names no package index."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = Path(sys.executable).parent / "uv"
OPTIONS = (
    "--universal",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-header",
    "--quiet",
    "--python-version=3.11",
)
FILES = {
    "requirements.in": (),
    "requirements-dev.in": ("--constraint=requirements.txt",),
    "tools/uv.in": (),
    "tools/node.in": (),
    "tools/postgres.in": (),
}


def main(given: list[str]) -> None:
    """Lock all; further words (`--upgrade-package flask`) go to uv."""
    for source, more in FILES.items():
        target = source.removesuffix(".in") + ".txt"
        subprocess.run([str(UV), "pip", "compile", *OPTIONS, *more, *given, source, "-o", target], cwd=ROOT, check=True)
        print(f"locked {target}")


if __name__ == "__main__":
    main(sys.argv[1:])
