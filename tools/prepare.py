"""Bring the data up to date before the server starts, in one process: migrations, demo team, the words of welcome.

Called as `prepare.py up`, or with `demo` (a demo team if there is nobody yet) or `fresh` (a new demo team) behind it.
"""

import os
import sys
from pathlib import Path

from flask.cli import FlaskGroup

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from wsgi import app  # noqa: E402

STEPS = {
    "up": [["up"]],
    "demo": [["up"], ["demo", "--if-empty"], ["hello"]],
    "fresh": [["up"], ["demo", "--fresh"], ["hello"]],
}


def main(kind: str) -> int:
    """Run the program's own commands one after the other; the first that fails ends it."""
    os.chdir(ROOT)
    commands = FlaskGroup(create_app=lambda: app, add_default_commands=False, load_dotenv=False)
    for step in STEPS[kind]:
        try:
            commands.main(args=["planner", *step], prog_name="flask", standalone_mode=True)
        except SystemExit as end:
            if end.code:
                return int(end.code) if isinstance(end.code, int) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
