"""Write THIRD-PARTY.md: what the program is built from, in which version and under which licence.

Python packages come from requirements.txt (what runs), front-end packages from package.json (what ends up in the bundle
or builds it); names and licences are read from what is installed.
"""

from __future__ import annotations

import json
import re
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?==([^\s;\\]+)")
HEAD = """# Third-party notices

This program is built from the works below; each keeps its own licence. Written by `make notices`.
"""


def licence_of(package: metadata.Distribution) -> str:
    """The licence a package declares, in the newest way it does."""
    told = package.metadata.json
    if told.get("license_expression"):
        return str(told["license_expression"])
    classes = [line.rpartition(" :: ")[2] for line in told.get("classifier", []) if line.startswith("License ::")]
    if classes:
        return ", ".join(sorted(set(classes)))
    written = str(told.get("license") or "").strip().splitlines()
    return written[0] if written else "see the package"


def python_rows() -> list[tuple[str, str, str]]:
    """Name, version and licence of every pinned package; one for another system is named without a licence."""
    rows = []
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        found = PINNED.match(line)
        if not found:
            continue
        try:
            licence = licence_of(metadata.distribution(found[1]))
        except metadata.PackageNotFoundError:
            licence = "only on other systems; see the package"
        rows.append((found[1], found[2], licence))
    return rows


def front_end_rows() -> list[tuple[str, str, str]]:
    """Name, version and licence of the packages named in package.json."""
    named = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    rows = []
    for name in sorted({**named.get("dependencies", {}), **named.get("devDependencies", {})}):
        told = json.loads((ROOT / "node_modules" / name / "package.json").read_text(encoding="utf-8"))
        rows.append((name, told["version"], str(told.get("license", "see the package"))))
    return rows


def table(title: str, rows: list[tuple[str, str, str]]) -> str:
    """One Markdown table."""
    lines = [f"\n## {title}\n", "| name | version | licence |", "|---|---|---|"]
    return "\n".join(lines + [f"| {name} | {version} | {licence} |" for name, version, licence in rows]) + "\n"


def main() -> None:
    """Write the file."""
    text = HEAD + table("Python", python_rows()) + table("Front end", front_end_rows())
    (ROOT / "THIRD-PARTY.md").write_text(text, encoding="utf-8")
    print("wrote THIRD-PARTY.md")


if __name__ == "__main__":
    main()
