"""No committed file may name where packages come from, or a path of somebody's machine: both differ everywhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FORBIDDEN = re.compile(
    r"https?://[\w.-]*(?:pypi|pythonhosted|npmjs|npmmirror|nodesource|jfrog|nexus)[\w.-]*"
    r"|\"resolved\":\s*\"http|--(?:extra-)?index-url[ =]\S|(?<![\w.])/(?:home|Users|root)/\w"
)
TEXT = {".py", ".txt", ".in", ".toml", ".json", ".cfg", ".md", ".mjs", ".js", ".yml", ".yaml", ".ini", ".html", ""}


def main() -> int:
    """Look through every file that git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    faults = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.suffix not in TEXT or not path.is_file() or path == Path(__file__).resolve():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
            found = FORBIDDEN.search(line)
            if found:
                faults.append(f"{name}:{number}: {found.group()}")
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
