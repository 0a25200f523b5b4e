"""Bring the data up to date, say the words of welcome, and be the web server: one process, so that all is loaded once.

Called as `serve.py up`, or with `demo` (a demo team if there is nobody yet) or `fresh` (a new demo team) behind it;
`--only` prepares and ends.
"""

import os
import sys
from pathlib import Path

from flask.cli import FlaskGroup
from gunicorn.app.wsgiapp import WSGIApplication

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from planner.base import engine, worker  # noqa: E402
from wsgi import app  # noqa: E402

STEPS = {
    "up": [["up"]],
    "demo": [["up"], ["demo", "--if-empty"], ["hello"]],
    "fresh": [["up"], ["demo", "--fresh"], ["hello"]],
}


def prepare(kind: str) -> int:
    """Run the program's own commands one after the other; the first that fails ends it."""
    commands = FlaskGroup(create_app=lambda: app, add_default_commands=False, load_dotenv=False)
    for step in STEPS[kind]:
        try:
            commands.main(args=["planner", *step], prog_name="flask", standalone_mode=True)
        except SystemExit as end:
            if end.code:
                return int(end.code) if isinstance(end.code, int) else 1
    return 0


def let_go() -> None:
    """Close what is open before the web workers are forked: no two processes may share a connection."""
    with app.app_context():
        engine.database.engine.dispose()
    worker.close_queues()


def main(kind: str, only: bool) -> int:
    """Prepare, then serve until told to end."""
    os.chdir(ROOT)
    code = prepare(kind)
    if code or only:
        return code
    let_go()
    sys.argv = ["gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"]
    WSGIApplication(prog="gunicorn").run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--only" in sys.argv))
