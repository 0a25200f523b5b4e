"""Forms of what people say and bring."""

from __future__ import annotations

from flask import current_app, request
from wtforms import MultipleFileField

from planner.base.forms import Form, InputRequired, Length, LineField, LinesField, VersionField
from planner.base.words import _l
from planner.discussions.rules import LONGEST


class CommentForm(Form):
    """A comment."""

    version = VersionField()
    text = LinesField(_l("Comment"), [InputRequired(_l("Write something first.")), Length(max=LONGEST)])


class FilesForm(Form):
    """Files, several at once; each that is refused is a row with a fault."""

    lists = ("files",)
    files = MultipleFileField(_l("Files"))

    def told(self) -> list[str]:
        """Everything that is wrong, in the order of the files."""
        rows = [words for _key, held in sorted(self.row_faults.items()) for words in held]
        return [*self.files.errors, *rows, *self.form_errors]


class LinkForm(Form):
    """An address, and for one of the web a title."""

    address = LineField(_l("Address"), [InputRequired(_l("Paste an address first."))])
    title = LineField(_l("Title"))


def sent_files() -> list[tuple[str, bytes]]:
    """What came with this request by name, each read no further than what is refused anyway."""
    most = current_app.config["MAX_FILE_SIZE"] + 1
    return [(found.filename, found.stream.read(most)) for found in request.files.getlist("files") if found.filename]
