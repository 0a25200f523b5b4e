"""Passwords as argon2id hashes; at most two are worked out at a time in a process, because each takes 64 MiB."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading

import argon2

_SLOTS = threading.BoundedSemaphore(2)
_HASHER = argon2.PasswordHasher()
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$1S1m1WvZ2pXoxxpCHZS3yZyBbVLFVJbKDqQqAvXyHdQ"
"""A hash of nothing: checking against it takes as long as checking a real one."""


def hash_password(password: str) -> str:
    """The hash to keep; about 100 ms, so never inside of a write unit."""
    with _SLOTS:
        return _HASHER.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether it is the password; takes as long where there is none to compare with."""
    with _SLOTS:
        try:
            return _HASHER.verify(kept or _NOBODY, password) and kept is not None
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False


def new_token() -> str:
    """A secret that is shown once."""
    return secrets.token_urlsafe(32)


def token_for(once: str, secret: str) -> str:
    """A secret that a repeat of the same form gets again, because the link is stored once and shown by both answers."""
    if not once:
        return new_token()
    return hmac.new(secret.encode(), f"link:{once}".encode(), hashlib.sha256).hexdigest()


def digest(token: str) -> str:
    """What is kept of it."""
    return hashlib.sha256(token.encode()).hexdigest()
