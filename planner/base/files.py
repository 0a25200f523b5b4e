"""Files that people bring, kept by content: written and synced before the row that names them commits."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from flask import Response, current_app
from sqlalchemy import select

from planner.base import db
from planner.base.lock import lock
from planner.base.scope import unscoped
from planner.base.tables import StoredFile
from planner.base.verbs import command, query
from planner.kernel import clock
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P

ORPHAN_KEPT = timedelta(days=1)
"""Bytes without a row stay so long: a backup copies the database first and the files afterwards."""

DIGEST_LENGTH = 64


def path_of(digest: str) -> Path:
    """Where the bytes of a digest lie."""
    return Path(current_app.config["FILES_DIR"]) / digest[:2] / digest[2:4] / digest


def store(data: bytes, name: str, kind: str) -> int:
    """Keep a file and answer its id; the same content lies on disk once. Inside a command."""
    digest = hashlib.sha256(data).hexdigest()
    target = path_of(digest)
    lock("file", digest[:2])
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(target)
        except OSError:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise
        folder = os.open(target.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    return db.add(StoredFile(name=name[:255], kind=kind, size=len(data), digest=digest)).id


def read(file_id: int) -> tuple[StoredFile, bytes]:
    """A file of this team with its bytes."""
    row = db.one(StoredFile, file_id)
    try:
        return row, path_of(row.digest).read_bytes()
    except FileNotFoundError:
        raise NotFound() from None


def forget(file_id: int | None) -> None:
    """Take a file's row away, inside a command; its bytes follow when no row names them for a day."""
    if file_id is None:
        return
    row = db.one(StoredFile, file_id)
    with contextlib.suppress(OSError):
        os.utime(path_of(row.digest))
    db.remove(row)


@query(P.INSTALLATION)
def _named() -> set[str]:
    """The digests of all rows of all teams."""
    with unscoped("clean up"):
        return set(db.session().scalars(select(StoredFile.digest)))


@command(P.INSTALLATION)
def _drop(digest: str) -> bool:
    """Take bytes away that no row names; whoever stores the same ones at this moment queues on the same lock."""
    lock("file", digest[:2])
    with unscoped("clean up"):
        if db.session().scalar(select(StoredFile.id).where(StoredFile.digest == digest).limit(1)) is not None:
            return False
    path_of(digest).unlink(missing_ok=True)
    return True


def sweep() -> int:
    """Take away bytes that nobody names: of refused and forgotten uploads, and half-written ones. Answers how many."""
    root, before = Path(current_app.config["FILES_DIR"]), (clock.now() - ORPHAN_KEPT).timestamp()
    old = [path for path in root.glob("??/??/*") if path.is_file() and path.stat().st_mtime < before]
    named = _named() if old else set[str]()
    count = 0
    for path in old:
        if len(path.name) != DIGEST_LENGTH:
            path.unlink(missing_ok=True)
            count += 1
        elif path.name not in named:
            count += _drop(path.name)
    return count


def attachment(name: str, kind: str, data: bytes) -> Response:
    """An answer that a browser saves under this name and never runs."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)
    also = {} if plain == name else {"filename*": f"UTF-8''{quote(name, safe='')}"}
    answer = Response(data, mimetype=kind)
    answer.headers.set("Content-Disposition", "attachment", filename=plain, **also)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "no-store"
    return answer
