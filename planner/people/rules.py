"""What a login name and a password may be; how often one may try; who may be removed. Pure."""

from __future__ import annotations

import itertools
import re
from datetime import timedelta

from planner.kernel.errors import Invalid
from planner.kernel.permissions import RANK, Role
from planner.kernel.text import clean_line, fold, msg

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
DEVICE_LIFE = timedelta(days=90)
SEEN_EVERY = timedelta(minutes=10)
INVITATION_LIFE = timedelta(days=7)
RESET_LIFE = timedelta(hours=24)
SCAN_LIFE = timedelta(minutes=5)
LINK_KEPT = timedelta(days=1)
DEVICE_KEPT = timedelta(days=30)
"""How long a device's row stays after its end: near a shift its owner is still let in."""

COOKIE_LIFE = DEVICE_LIFE + DEVICE_KEPT
"""The cookie names the row, so it lives as long as the row does; both are renewed by use."""

TRIES_WINDOW = timedelta(minutes=15)
TRIES_OF_ACCOUNT = 10
TRIES_OF_ADDRESS = 60
SCANS_OF_ACCOUNT = 10

PIN_TRIES = 5
PIN_TRIES_OF_STATION = 20
SHUT_FOR = TRIES_WINDOW
"""How long somebody who mistyped too often stays locked out of all stations."""

STATION_LIFE = SCAN_LIFE
LOCK_AFTER = (30, 600)
LOCK_USUALLY = 90
ACT_EVERY = timedelta(seconds=5)
"""An act puts the lock off; it is written down at most this often."""

STATION_SEEN_EVERY = timedelta(minutes=1)
COMMON_PINS = ("1314", "2580", "0852", "5201", "0520", "1688", "6688", "8866", "2468", "1357", "7890", "0987")

LOGIN = re.compile(r"[a-z0-9_.\-\u4e00-\u9fff]{2,40}")
COMMON = (
    "password", "passw0rd", "qwerty", "asdfgh", "zxcvbn", "letmein", "welcome", "iloveyou", "admin", "administrator",
    "monkey", "dragon", "football", "baseball", "superman", "sunshine", "princess", "woaini", "zhibo", "changeme",
    "1q2w3e4r", "qazwsx", "abc123", "aa123456", "a123456", "5201314", "1314520", "taobao", "douyin", "planner",
)  # fmt: skip

POSITIONS = (
    "host", "cohost", "floor", "control", "operations", "ads", "merchandiser",
    "script", "service", "business", "compliance", "tech", "design",
)  # fmt: skip
"""The positions of a live room, in the order a new team gets them (words.py names them)."""


def read_login(text: str) -> str:
    """The login name as it is kept, or Invalid at `login`."""
    name = fold(clean_line(text))
    if not LOGIN.fullmatch(name):
        raise Invalid.at(
            "login", msg("Use 2 to 40 letters, digits, Chinese characters, dots, hyphens or underscores, no spaces.")
        )
    return name


MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@\w(?:[\w-]{0,61}\w)?(?:\.\w(?:[\w-]{0,61}\w)?)*")


def read_mail(text: str, field: str = "mail") -> str:
    """One mail address as it is kept, or Invalid."""
    address = clean_line(text)
    try:
        fits = MAIL.fullmatch(address) and len(address.rpartition("@")[2].encode("idna")) <= 200
    except UnicodeError:
        fits = False
    if not fits or len(address) > 200 or ".." in address or address.startswith("."):
        raise Invalid.at(field, msg("This does not look like a mail address."))
    return address


def check_password(password: str, login: str = "", field: str = "password") -> None:
    """Invalid where a password is short, well known, a repetition, a run of keys, or the login name."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid.at(field, msg("Use at least %(n)s characters; a sentence is good.", n=SHORTEST_PASSWORD))
    if len(password) > LONGEST_PASSWORD:
        raise Invalid.at(field, msg("Use at most %(n)s characters.", n=LONGEST_PASSWORD))
    folded = fold(password).replace(" ", "")
    rest = folded
    for word in (*COMMON, fold(login)):
        if len(word) >= 3:
            rest = rest.replace(word, "")
    if len(set(folded)) < 5 or len(rest) < 5 or _is_run(folded) or _is_run(rest):
        raise Invalid.at(field, msg("This password is too easy to guess."))


def _is_run(text: str) -> bool:
    """Mostly keys or digits in a row: 123456789012, abcdefghijkl."""
    steps = [ord(b) - ord(a) for a, b in itertools.pairwise(text)]
    return sum(1 for step in steps if step in (1, -1, 0)) >= 0.8 * len(steps)


def read_pin(text: str, field: str = "pin") -> str:
    """Four digits as they are kept, or Invalid; also where they are among the first anybody would try."""
    pin = fold(text)
    if not re.fullmatch(r"[0-9]{4}", pin):
        raise Invalid.at(field, msg("Use exactly four digits."))
    steps = {ord(b) - ord(a) for a, b in itertools.pairwise(pin)}
    if steps in ({0}, {1}, {-1}) or pin[:2] == pin[2:] or pin in COMMON_PINS:
        raise Invalid.at(field, msg("This PIN is too easy to guess. Use another one."))
    return pin


def read_lock_after(seconds: int | None) -> int:
    """After how many seconds a station locks, or Invalid."""
    if seconds is None or not LOCK_AFTER[0] <= seconds <= LOCK_AFTER[1]:
        raise Invalid.at(
            "lock_after", msg("Between %(least)s and %(most)s seconds.", least=LOCK_AFTER[0], most=LOCK_AFTER[1])
        )
    return seconds


def may_manage(actor: Role | None, target: Role, *, actor_is_admin: bool) -> bool:
    """Whether somebody may change, disable or reset a person: only at or below their own level."""
    return actor_is_admin or (actor is not None and RANK[actor] >= RANK[Role.LEAD] and RANK[target] <= RANK[actor])
