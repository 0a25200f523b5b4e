"""What the view modules share: the blueprint, and how a form that was not saved is shown again."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request

from planner.base.forms import Form

bp = Blueprint("live", __name__)


def answered(form: Form, held: Mapping[str, Any] | None = None) -> int:
    """The status of the page; a stale form learns what stands now (`held`, by its own field names) beside mine."""
    if request.method == "GET":
        return 200
    if form.stale is not None:
        form.stale.theirs.update(held or {})
    return form.status
