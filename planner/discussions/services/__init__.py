"""What can be done where people talk."""

from planner.discussions.services.comments import (
    add_comment,
    check_comment,
    edit_comment,
    forget_person,
    remove_comment,
)
from planner.discussions.services.files import (
    Brought,
    add_files,
    add_picture,
    after_restore,
    check_file,
    read_files,
    remove_file,
)
from planner.discussions.services.links import check_link, link_address, link_object, remove_link

__all__ = [
    "Brought",
    "add_comment",
    "add_files",
    "add_picture",
    "after_restore",
    "check_comment",
    "check_file",
    "check_link",
    "edit_comment",
    "forget_person",
    "link_address",
    "link_object",
    "read_files",
    "remove_comment",
    "remove_file",
    "remove_link",
]
