"""What the view modules share: the blueprint, and how they read addresses."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from planner.kernel.text import clean_line
from planner.resources.queries.finding import LONGEST_WORDS

bp = Blueprint("resources", __name__)
E = TypeVar("E", bound=StrEnum)


def number(name: str) -> int | None:
    """An id in the address; None where it is none."""
    typed = request.args.get(name, "")
    return int(typed) if typed.isdecimal() and typed.isascii() and len(typed) < 19 and int(typed) else None


def member(kind: type[E], name: str) -> E | None:
    """One of an enum in the address; None where it is none."""
    typed = request.args.get(name, "")
    return next((each for each in kind if each == typed), None)


def words() -> str:
    """What somebody looks for in a list."""
    return clean_line(request.args.get("q", "")[:400])[:LONGEST_WORDS].strip()


def request_url(request_id: int) -> str:
    """The page of a request."""
    return url_for("resources.request", request_id=request_id)


def kept_as(answer: Response, version: int, part: bool = False) -> Response:
    """The answer to what was kept as it was typed, with the version it came to; `part`: rows that are not finished
    stayed behind. The page then knows what of it still lives on the device alone."""
    if version:
        answer.headers["Kept-Version"] = str(version)
        answer.headers["Kept-Whole"] = "0" if part else "1"
    return answer
