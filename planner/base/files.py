"""Files that people bring, kept by content: written and synced before the row that names them commits."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

from flask import Response, current_app

from planner.base import db
from planner.base.tables import StoredFile
from planner.kernel.errors import NotFound


def path_of(digest: str) -> Path:
    """Where the bytes of a digest lie."""
    return Path(current_app.config["FILES_DIR"]) / digest[:2] / digest[2:4] / digest


def store(data: bytes, name: str, kind: str) -> int:
    """Keep a file and answer its id; the same content lies on disk once. Inside a command."""
    digest = hashlib.sha256(data).hexdigest()
    target = path_of(digest)
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


def attachment(name: str, kind: str, data: bytes) -> Response:
    """An answer that a browser saves and never runs."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)
    answer = Response(data, mimetype=kind)
    answer.headers.set("Content-Disposition", "attachment", filename=plain)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "no-store"
    return answer
