"""The one way out by HTTPS: off until OUTGOING_HOSTS names hosts, and only to those.

A name is resolved once and the connection goes to that very address, while the certificate is still checked for the
name; addresses that are nobody's on the internet are refused, so that no setting of a team reaches into the operator's
network. No redirect is followed, no proxy of the environment is used, a call and its answer have a time and a size they
may take. Addresses of calls are secrets: neither an error nor a log names more than the host.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from planner.kernel.errors import Invalid, PlannerError, Refused
from planner.kernel.text import Message, msg

SECONDS = 10.0
"""From looking up the name to the last byte of the answer."""

MOST_SENT = 64 * 1024
MOST_READ = 64 * 1024
LONGEST_ADDRESS = 500

_TRANSLATED, _UNICAST = IPv6Network("64:ff9b::/96"), IPv6Network("2000::/3")
_NOBODYS = (
    IPv4Network("192.88.99.0/24"),
    IPv4Network("192.0.0.0/24"),
    IPv6Network("2001::/23"),
    IPv6Network("2002::/16"),
    IPv6Network("3fff::/20"),
)
"""Special ranges and tunnels that carry other addresses, which not every Python knows as such."""


class Unreachable(PlannerError):
    """It could not be reached or did not answer as asked; it may later."""

    status = 502


@dataclass(frozen=True)
class Place:
    """Where a call goes: of an address that was let through."""

    host: str
    port: int
    path: str


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes

    def told(self) -> dict[str, Any]:
        """The JSON object that was answered; empty where it was anything else."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


def hosts() -> Mapping[str, int]:
    """The hosts that may be called, with their ports."""
    return current_app.config["OUTGOING_HOSTS"]


def is_on() -> bool:
    """Whether this installation calls anybody."""
    return bool(hosts())


def place_of(address: str, field: str = "") -> Place:
    """The place of an address that may be called; Invalid, at the field, says what is wrong with it."""

    def refuse(message: Message) -> Invalid:
        return Invalid.at(field, message)

    if not is_on():
        raise refuse(msg("Calls to other programs are not set up on this installation."))
    if len(address) > LONGEST_ADDRESS or not address.isascii() or not address.isprintable() or " " in address:
        raise refuse(msg("This is not an address as it is copied from the group."))
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise refuse(msg("This is not an address as it is copied from the group.")) from None
    if parts.scheme != "https" or not host:
        raise refuse(msg("The address begins with https:// and is copied whole."))
    if host not in hosts() or (port or 443) != hosts()[host] or "@" in parts.netloc or parts.fragment:
        listed = ", ".join(sorted(hosts()))
        raise refuse(msg("Only these may be called: %(hosts)s. The operator can add others.", hosts=listed))
    query = f"?{parts.query}" if parts.query else ""
    return Place(host, hosts()[host], (parts.path or "/") + query)


def masked(address: str) -> str:
    """What may be shown of a secret address: its host, and the last four characters to tell two apart."""
    parts = urlsplit(address)
    return f"{parts.hostname}/…{address[-4:]}" if len(address) > 40 else f"{parts.hostname}/…"


def post(address: str, body: Mapping[str, Any]) -> Answer:
    """Send JSON and read the answer. Refused where the address may not be called, Unreachable where it fails."""
    try:
        place = place_of(address)
    except Invalid as fault:
        raise Refused(fault.message) from None
    sent = json.dumps(body, ensure_ascii=False).encode()
    if len(sent) > MOST_SENT:
        raise Refused(msg("This is too much for one message."))
    until = time.monotonic() + SECONDS
    host = place.host
    try:
        with _connected(place, until) as link:
            return _ask(link, place, sent, until)
    except ssl.SSLCertVerificationError:
        raise Unreachable(msg("The certificate of %(host)s is not valid for it.", host=host)) from None
    except TimeoutError:
        raise Unreachable(msg("%(host)s did not answer in time.", host=host)) from None
    except (OSError, http.client.HTTPException, ValueError):
        raise Unreachable(msg("%(host)s could not be reached.", host=host)) from None


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _resolve(place: Place, until: float) -> list[str]:
    """The addresses of a name, looked up once and in time; the system's look-up itself knows no end."""
    found: list[Any] = []

    def look() -> None:
        try:
            found.append(socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as fault:
            found.append(OSError(str(fault)))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(_left(until))
    if not found:
        raise TimeoutError
    if isinstance(found[0], OSError):
        raise found[0]
    return list(dict.fromkeys(entry[4][0] for entry in found[0]))


def is_public(address: str) -> bool:
    """Whether an address is one of the internet: not of this machine, a private network or a special range."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found in _TRANSLATED:
            return is_public(str(IPv4Address(int(found) & 0xFFFFFFFF)))
        if found not in _UNICAST:
            return False
    if any(found.version == network.version and found in network for network in _NOBODYS):
        return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def _allowed(addresses: list[str]) -> None:
    """One address that is not the internet's and not the operator's own choice refuses the whole name."""
    listed = current_app.config["OUTGOING_PRIVATE"]
    if not addresses or not all(is_public(each) or each in listed for each in addresses):
        raise Refused(msg("The name leads to an address inside a private network, so it is not called."))


@contextlib.contextmanager
def _connected(place: Place, until: float) -> Iterator[ssl.SSLSocket]:
    addresses = _resolve(place, until)
    _allowed(addresses)
    last: OSError = OSError("no address")
    for number, address in enumerate(addresses[:4], start=1):
        share = _left(until) / 2 if number < len(addresses) else _left(until)
        try:
            plain = socket.create_connection((address, place.port), timeout=share)
        except OSError as fault:
            last = fault
            continue
        with plain:
            plain.settimeout(_left(until))
            with ssl.create_default_context().wrap_socket(plain, server_hostname=place.host) as link:
                yield link
        return
    raise last


class _Timed(io.RawIOBase):
    """Reads of a socket until an instant: however slowly it drips, the whole ends in time."""

    def __init__(self, link: socket.socket, until: float) -> None:
        self._link, self._until = link, until

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """What has come, waiting no longer than is left."""
        self._link.settimeout(_left(self._until))
        return self._link.recv_into(buffer)


class _Held:
    """What http.client wants of a socket: a file to read from."""

    def __init__(self, link: socket.socket, until: float) -> None:
        self._link, self._until = link, until

    def makefile(self, _mode: str) -> io.BufferedReader:
        """The timed reads."""
        return io.BufferedReader(_Timed(self._link, self._until))


def _ask(link: ssl.SSLSocket, place: Place, sent: bytes, until: float) -> Answer:
    name = place.host if place.port == 443 else f"{place.host}:{place.port}"
    head = (
        f"POST {place.path} HTTP/1.1\r\nHost: {name}\r\nContent-Type: application/json; charset=utf-8\r\n"
        f"Content-Length: {len(sent)}\r\nAccept: application/json\r\nAccept-Encoding: identity\r\n"
        "User-Agent: planner\r\nConnection: close\r\n\r\n"
    )
    link.settimeout(_left(until))
    link.sendall(head.encode("ascii") + sent)
    answer = http.client.HTTPResponse(_Held(link, until), method="POST")  # type: ignore[arg-type]
    try:
        answer.begin()
        if 300 <= answer.status < 400:
            raise Unreachable(msg("%(host)s sends on to another address, which is not followed.", host=place.host))
        body = answer.read(MOST_READ + 1)
    finally:
        answer.close()
    if len(body) > MOST_READ:
        raise Unreachable(msg("%(host)s answered with far too much.", host=place.host))
    return Answer(answer.status, body)
