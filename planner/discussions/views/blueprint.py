"""The blueprint of where people talk, and the way back to what they talk about."""

from __future__ import annotations

from flask import Blueprint, url_for

from planner.base import kinds
from planner.base.web import safe_next

bp = Blueprint("discussions", __name__)


def home_of(kind: str, object_id: int) -> str:
    """The page of an object; of a kind without one, or for readers who may not open it, the page of its comments."""
    return kinds.link(kind, object_id) or url_for("discussions.talk", kind=kind, object_id=object_id)


def back_to(kind: str, object_id: int, place: str) -> str:
    """Where the form asked to go back to, at a place of it."""
    return f"{safe_next(home_of(kind, object_id)).split('#')[0]}#{place}"
