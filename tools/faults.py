"""Plant one fault for each inspector and show that it is caught; an inspector that never fails inspects nothing.

The faults stand in tests/house/faults.toml. Each is planted in a copy of the checkout, the inspector named there runs,
and it must fail and say the words that are expected. First every inspector must pass on the copy without a fault.
Words behind the command choose the faults whose name holds one of them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "tests" / "house" / "faults.toml"
LENT = (".venv", "node_modules")
BUILT = ("planner/static/build", "planner/translations/zh_Hans_CN")
COPIES = 2


@dataclass(frozen=True)
class Fault:
    """What is broken, where, by which text, and who must notice."""

    name: str
    file: str
    run: tuple[str, ...]
    says: str
    append: str = ""
    create: str = ""
    replace: tuple[str, str] | None = None

    @classmethod
    def read(cls, told: dict[str, Any]) -> Fault:
        """One entry of the list."""
        pair = told.get("replace")
        return cls(
            told["name"],
            told["file"],
            tuple(told["run"]),
            told["says"],
            told.get("append", ""),
            told.get("create", ""),
            (pair[0], pair[1]) if pair else None,
        )


class Copy:
    """A checkout of its own to break things in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        for name in filter(None, listed.stdout.split("\0")):
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)
        for name in BUILT:
            if (ROOT / name).exists():
                shutil.copytree(ROOT / name, folder / name)
        for name in LENT:
            (folder / name).symlink_to(ROOT / name)
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)

    def run(self, command: tuple[str, ...]) -> tuple[bool, str]:
        """`check imports` runs an inspection of `make check`; anything else is handed to pytest."""
        if command[0] == "check":
            words = [sys.executable, "tools/check.py", *command[1:]]
        else:
            words = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "-p", "no:cacheprovider", *command]
        environ = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
        done = subprocess.run(
            words,
            cwd=self.folder,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode == 0, done.stdout

    def plant(self, fault: Fault) -> bytes | None:
        """Break it, and keep what was there; a fault whose place is gone is itself an error."""
        target = self.folder / fault.file
        before = target.read_bytes() if target.exists() else None
        text = before.decode() if before is not None else ""
        if fault.replace:
            if fault.replace[0] not in text:
                raise LookupError(f"{fault.file} no longer holds {fault.replace[0]!r}")
            text = text.replace(fault.replace[0], fault.replace[1], 1)
        elif fault.create:
            text = fault.create
        else:
            if before is None:
                raise LookupError(f"{fault.file} is gone")
            text += fault.append
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return before

    def heal(self, fault: Fault, before: bytes | None) -> None:
        """Put back what was there."""
        target = self.folder / fault.file
        if before is None:
            target.unlink()
        else:
            target.write_bytes(before)


def judge(copy: Copy, fault: Fault) -> str | None:
    """None when the fault is caught with the right words, else what went wrong."""
    try:
        before = copy.plant(fault)
    except LookupError as gone:
        return f"can't be planted: {gone}"
    try:
        passed, said = copy.run(fault.run)
    finally:
        copy.heal(fault, before)
    if passed:
        return "not caught"
    if " ".join(fault.says.split()).casefold() not in " ".join(said.split()).casefold():
        return f"caught, but it does not say {fault.says!r}:\n{said[-1500:]}"
    return None


def main(words: list[str]) -> int:
    """Check the inspectors on a healthy copy, then plant every fault; two copies side by side."""
    began = time.monotonic()
    faults = [Fault.read(told) for told in tomllib.loads(LIST.read_text(encoding="utf-8"))["fault"]]
    faults = [fault for fault in faults if not words or any(word in fault.name for word in words)]
    if not faults:
        print("faults: none fits")
        return 1
    copies: SimpleQueue[Copy] = SimpleQueue()
    bad = 0
    with tempfile.TemporaryDirectory(prefix="planner-faults-") as folder, ThreadPoolExecutor(COPIES) as pool:
        for number in range(COPIES):
            copies.put(Copy(Path(folder) / str(number)))

        def healthy(command: tuple[str, ...]) -> tuple[tuple[str, ...], bool, str]:
            copy = copies.get()
            try:
                return command, *copy.run(command)
            finally:
                copies.put(copy)

        def planted(fault: Fault) -> tuple[Fault, str | None]:
            copy = copies.get()
            try:
                return fault, judge(copy, fault)
            finally:
                copies.put(copy)

        sick = set()
        for command, passed, said in pool.map(healthy, dict.fromkeys(fault.run for fault in faults)):
            if not passed:
                sick.add(command)
                print(f"FAIL {' '.join(command)} fails without any fault:\n{said[-1500:]}", flush=True)
        for fault, trouble in pool.map(planted, [fault for fault in faults if fault.run not in sick]):
            bad += trouble is not None
            print(f"{'FAIL' if trouble else 'ok  '} {fault.name}{': ' + trouble if trouble else ''}", flush=True)
        bad += sum(fault.run in sick for fault in faults)
    print(f"faults: {len(faults) - bad} of {len(faults)} caught in {time.monotonic() - began:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
