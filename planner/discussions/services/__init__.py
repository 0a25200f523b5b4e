"""What can be done where people talk."""

from planner.discussions.services.comments import (
    add_comment,
    check_comment,
    edit_comment,
    forget_person,
    remove_comment,
)
from planner.discussions.services.files import Brought, add_files, check_file, read_files, remove_file

__all__ = [
    "Brought",
    "add_comment",
    "add_files",
    "check_comment",
    "check_file",
    "edit_comment",
    "forget_person",
    "read_files",
    "remove_comment",
    "remove_file",
]
