"""Remove what can be built again. `var/`, where the data of `make run` lives, stays."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILT = (
    ".venv",
    "node_modules",
    "build",
    "planner/static/build",
    "test-results",
    ".pytest_cache",
    ".ruff_cache",
    ".hypothesis",
    ".import_linter_cache",
)


def main() -> None:
    """Delete the built folders and every cache of compiled Python."""
    targets = [ROOT / name for name in BUILT]
    targets += (ROOT / "planner" / "translations").glob("*/LC_MESSAGES")
    for top in ("planner", "tests", "tools", "bench", "migrations"):
        targets += (ROOT / top).rglob("__pycache__")
    for target in targets:
        if target.exists():
            shutil.rmtree(target)
            print(f"removed {target.relative_to(ROOT)}")
    if (ROOT / "var").exists():
        print("kept var/: it holds the data of `make run`; delete it by hand to begin anew")


if __name__ == "__main__":
    main()
