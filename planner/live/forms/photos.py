"""A photo as it is sent."""

from __future__ import annotations

from flask import request
from wtforms import FileField

from planner.base.forms import Form
from planner.base.pictures import MOST_BYTES
from planner.base.words import _l


class PhotoForm(Form):
    """One photo of a note."""

    photo = FileField(_l("Photo"))


def sent_photo() -> bytes:
    """What came with this request, read no further than what is refused anyway; empty where nothing did."""
    found = request.files.get("photo")
    return found.stream.read(MOST_BYTES + 1) if found else b""
