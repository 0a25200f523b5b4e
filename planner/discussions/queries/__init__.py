"""What can be read where people talk."""

from planner.discussions.queries.beside import SHOWN, Beside, FileRow, LinkRow
from planner.discussions.queries.comments import (
    CommentRow,
    Conversation,
    Thread,
    callable_names,
    comment,
    conversation,
    discussed,
    excerpts,
    own_data,
    speakers,
    thread,
    unheard,
)
from planner.discussions.queries.files import (
    FilePage,
    ObjectFiles,
    attachment,
    attachment_file,
    file_names,
    files_of,
    pictures_of,
)
from planner.discussions.queries.links import link
from planner.discussions.queries.reach import reachable

__all__ = [
    "SHOWN",
    "Beside",
    "CommentRow",
    "Conversation",
    "FilePage",
    "FileRow",
    "LinkRow",
    "ObjectFiles",
    "Thread",
    "attachment",
    "attachment_file",
    "callable_names",
    "comment",
    "conversation",
    "discussed",
    "excerpts",
    "file_names",
    "files_of",
    "link",
    "own_data",
    "pictures_of",
    "reachable",
    "speakers",
    "thread",
    "unheard",
]
