"""Settings, all from the environment; docs/operate.md has the table. `load()` refuses what can't work."""

from __future__ import annotations

import os
from collections.abc import Mapping
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent
SHORTEST_SECRET = 32
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
DEMO_PASSWORD = "planner-demo-2026"  # nosec B105: the published password of demo data, never used outside demo mode


class Misconfigured(SystemExit):
    """A setting is missing or wrong; the text says which and what to do."""


def _flag(environ: Mapping[str, str], name: str) -> bool:
    return environ.get(name, "").strip().lower() in ("1", "true", "yes", "on")


def _number(environ: Mapping[str, str], name: str, default: int, least: int) -> int:
    try:
        found = int(environ.get(name) or default)
    except ValueError:
        raise Misconfigured(f"{name} must be a whole number, not {environ[name]!r}") from None
    if found < least:
        raise Misconfigured(f"{name} must be {least} or more, not {found}")
    return found


def _mail(environ: Mapping[str, str]) -> dict[str, Any] | None:
    """The mail server of SMTP_URL and the sender of MAIL_FROM; None, and so no mail, where neither is set."""
    url, sender = environ.get("SMTP_URL", "").strip(), environ.get("MAIL_FROM", "").strip()
    if not url and not sender:
        return None
    if not (url and sender):
        raise Misconfigured("SMTP_URL and MAIL_FROM belong together: set both, or neither for no mail")
    name, address = parseaddr(sender)
    if "@" not in address[1:-1] or not address.isascii():
        raise Misconfigured(
            "MAIL_FROM must be a mail address, like planner@example.com or Planner <planner@example.com>"
        )
    parts = urlsplit(url)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if parts.scheme not in ("smtp", "smtps") or not host or parts.query not in ("", "starttls"):
        raise Misconfigured(
            "SMTP_URL must be like smtps://user:password@host:465 or smtp://user:password@host:587?starttls"
        )
    tls = "full" if parts.scheme == "smtps" else parts.query and "start"
    if parts.password and not tls and host not in ("localhost", "127.0.0.1", "::1"):
        raise Misconfigured("SMTP_URL would send its password readable: use smtps:// or add ?starttls")
    return {
        "host": host,
        "port": port or {"full": 465, "start": 587}.get(tls, 25),
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "tls": tls,
        "from_name": name,
        "from": address,
    }


def _hosts(environ: Mapping[str, str]) -> dict[str, int]:
    """The hosts of OUTGOING_HOSTS with their ports: the only ones the program ever calls; none calls nobody."""
    found: dict[str, int] = {}
    for entry in environ.get("OUTGOING_HOSTS", "").replace(",", " ").split():
        try:
            parts = urlsplit(f"//{entry}")
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        if not host or parts.path or parts.username or not host.isascii() or "*" in host:
            raise Misconfigured(f"OUTGOING_HOSTS must be names of hosts, like open.feishu.cn, not {entry!r}")
        found[host] = port or 443
    return found


def _private(environ: Mapping[str, str]) -> frozenset[str]:
    """The addresses of OUTGOING_PRIVATE, which may be called although they are nobody's on the internet."""
    try:
        given = environ.get("OUTGOING_PRIVATE", "").replace(",", " ").split()
        return frozenset(str(ip_address(entry)) for entry in given)
    except ValueError as fault:
        raise Misconfigured(f"OUTGOING_PRIVATE must be addresses, like 10.0.0.7: {fault}") from None


def load(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The settings as Flask takes them."""
    given = os.environ if environ is None else environ
    secret = given.get("SECRET_KEY", "")
    if len(secret) < SHORTEST_SECRET:
        raise Misconfigured(f"SECRET_KEY is missing or shorter than {SHORTEST_SECRET} characters; see docs/operate.md")
    url = given.get("DATABASE_URL", "")
    if url.startswith("postgres://"):
        url = "postgresql://" + url.removeprefix("postgres://")
    if not url.startswith(("sqlite:///", "postgresql")):
        raise Misconfigured("DATABASE_URL must be sqlite:////path/to/planner.db or postgresql://user@host/name")
    files = given.get("FILES_DIR", "")
    if not files:
        raise Misconfigured("FILES_DIR is missing: the folder for uploaded files")
    level = (given.get("LOG_LEVEL") or "warning").upper()
    if level not in LOG_LEVELS:
        raise Misconfigured(f"LOG_LEVEL must be one of {', '.join(LOG_LEVELS).lower()}")
    public = given.get("PUBLIC_URL", "").rstrip("/")
    if public and not public.startswith(("http://", "https://")):
        raise Misconfigured("PUBLIC_URL must begin with https:// or http://")
    queue = given.get("QUEUE_URL", "")
    if queue and not queue.startswith(("redis://", "rediss://", "/")):
        raise Misconfigured("QUEUE_URL must be redis://host:6379/0, or the path of a file for one machine")
    https = _flag(given, "HTTPS_ONLY") or bool(given.get("TLS_CERT"))
    return {
        "SECRET_KEY": secret,
        "DATABASE_URL": url,
        "FILES_DIR": files,
        "QUEUE_URL": queue,
        "MAIL": _mail(given),
        "PUBLIC_URL": public,
        "OUTGOING_HOSTS": _hosts(given),
        "OUTGOING_PRIVATE": _private(given),
        "TRUSTED_HOPS": _number(given, "TRUSTED_HOPS", 0, least=0),
        "DEMO": _flag(given, "PLANNER_DEMO"),
        "DEMO_PASSWORD": given.get("PLANNER_DEMO_PASSWORD") or DEMO_PASSWORD,
        "LOG_LEVEL": level,
        "MAX_CONTENT_LENGTH": _number(given, "MAX_UPLOAD_MB", 24, least=1) * 1024 * 1024,
        "MAX_FILE_SIZE": _number(given, "MAX_FILE_MB", 16, least=1) * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 2000,
        "KEPT_ANSWERS": _number(given, "KEPT_ANSWERS", 400, least=0),
        "SESSION_COOKIE_NAME": "planner",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "SEND_FILE_MAX_AGE_DEFAULT": 0,
    }
