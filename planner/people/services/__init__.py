"""What can be done with accounts and teams."""

from planner.people.passwords import hash_password
from planner.people.services.access import (
    change_password,
    end_device,
    forget_tries,
    open_device,
    revoke_other_devices,
    sign_out,
    switch_team,
    take_try,
    touch_device,
    use_reset,
)
from planner.people.services.accounts import edit_me, erase_me, set_admin, set_disabled, set_language, set_theme
from planner.people.services.members import (
    accept_as_me,
    accept_invitation,
    add_person,
    add_position,
    end_membership,
    invite,
    make_reset,
    remove_position,
    set_positions,
    set_role,
    withdraw_invitation,
)
from planner.people.services.teams import create_team, edit_team, first_run

__all__ = [
    "accept_as_me",
    "accept_invitation",
    "add_person",
    "add_position",
    "change_password",
    "create_team",
    "edit_me",
    "edit_team",
    "end_device",
    "end_membership",
    "erase_me",
    "first_run",
    "forget_tries",
    "hash_password",
    "invite",
    "make_reset",
    "open_device",
    "remove_position",
    "revoke_other_devices",
    "set_admin",
    "set_disabled",
    "set_language",
    "set_positions",
    "set_role",
    "set_theme",
    "sign_out",
    "switch_team",
    "take_try",
    "touch_device",
    "use_reset",
    "withdraw_invitation",
]
