"""Who may do what: roles of a team, permissions, and the one table that ties them."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """The permission level of a person in one team; not what they do in the room."""

    MANAGER = "manager"
    LEAD = "lead"
    HOST = "host"
    MEMBER = "member"
    VIEWER = "viewer"


class P(StrEnum):
    """One permission each; a verb names exactly one."""

    # Named exceptions to "deny by default"; who uses them is a committed table (tests/house).
    PUBLIC = "public"
    SELF = "self"
    PERSON = "person"
    """Whoever acts, also at a shared desk; SELF is one's own account."""

    INSTALLATION = "installation"

    PEOPLE_VIEW = "people_view"
    PEOPLE_MANAGE = "people_manage"
    TEAM_EDIT = "team_edit"
    HISTORY_VIEW = "history_view"
    TRASH_VIEW = "trash_view"
    TRASH_RESTORE = "trash_restore"
    JOB_VIEW = "job_view"
    COMMENT_VIEW = "comment_view"
    COMMENT = "comment"
    INBOX = "inbox"
    """One's own messages; not at a shared desk."""
    SAVE_VIEWS = "save_views"
    """One's own ways of looking at lists; not at a shared desk."""

    FIGURES_VIEW = "figures_view"
    FIGURES_EDIT = "figures_edit"
    CAUSES_EDIT = "causes_edit"

    SESSION_VIEW = "session_view"
    SESSION_EDIT = "session_edit"
    SESSION_RUN = "session_run"
    SESSION_OVERRIDE = "session_override"
    CHANNEL_EDIT = "channel_edit"

    PLAN_VIEW = "plan_view"
    PLAN_EDIT = "plan_edit"
    STEP_DO = "step_do"

    CHECKLIST_VIEW = "checklist_view"
    CHECKLIST_TICK = "checklist_tick"
    SOP_PROPOSE = "sop_propose"
    SOP_EDIT = "sop_edit"

    REQUEST_VIEW = "request_view"
    """The requests that concern one: one's own, those one decides or is copied in; a lead's all of them."""
    REQUEST_MAKE = "request_make"
    REQUEST_DECIDE = "request_decide"
    """Sign what one is asked to sign; not at a shared desk."""
    REQUEST_PAY = "request_pay"
    """Record what was paid of what was approved."""
    BUDGET_VIEW = "budget_view"
    BUDGET_MOVE = "budget_move"
    """Propose what goes from one category to another."""
    BUDGET_EDIT = "budget_edit"
    POLICY_EDIT = "policy_edit"

    RESULT_VIEW = "result_view"
    REVIEW_EDIT = "review_edit"
    REVIEW_CLOSE = "review_close"


_LOOK = {
    P.PEOPLE_VIEW,
    P.HISTORY_VIEW,
    P.COMMENT_VIEW,
    P.INBOX,
    P.SAVE_VIEWS,
    P.FIGURES_VIEW,
    P.SESSION_VIEW,
    P.PLAN_VIEW,
    P.CHECKLIST_VIEW,
    P.RESULT_VIEW,
}
_WORK = _LOOK | {
    P.COMMENT,
    P.SESSION_RUN,
    P.STEP_DO,
    P.CHECKLIST_TICK,
    P.SOP_PROPOSE,
    P.FIGURES_EDIT,
    P.REVIEW_EDIT,
    P.JOB_VIEW,
    P.REQUEST_VIEW,
    P.REQUEST_MAKE,
    P.REQUEST_DECIDE,
}
_LEAD = _WORK | {
    P.SESSION_EDIT,
    P.SESSION_OVERRIDE,
    P.CHANNEL_EDIT,
    P.PLAN_EDIT,
    P.SOP_EDIT,
    P.REVIEW_CLOSE,
    P.CAUSES_EDIT,
    P.TRASH_VIEW,
    P.TRASH_RESTORE,
    P.PEOPLE_MANAGE,
    P.TEAM_EDIT,
    P.REQUEST_PAY,
    P.BUDGET_VIEW,
    P.BUDGET_MOVE,
}
_MANAGE = _LEAD | {P.BUDGET_EDIT, P.POLICY_EDIT}

ROLE_MAY: dict[Role, frozenset[P]] = {
    Role.VIEWER: frozenset(_LOOK),
    Role.MEMBER: frozenset(_WORK),
    Role.HOST: frozenset(_WORK),
    Role.LEAD: frozenset(_LEAD),
    Role.MANAGER: frozenset(_MANAGE),
}

AT_A_STATION: frozenset[P] = frozenset({
    P.PERSON, P.SESSION_VIEW, P.SESSION_RUN, P.CHECKLIST_VIEW, P.CHECKLIST_TICK, P.COMMENT_VIEW, P.COMMENT,
})  # fmt: skip
"""What is left of a role at a shared desk: the work in the room, whoever has tapped their name."""

RANK: dict[Role, int] = {Role.VIEWER: 0, Role.MEMBER: 1, Role.HOST: 1, Role.LEAD: 2, Role.MANAGER: 3}


def may(role: Role | None, permission: P, *, is_admin: bool, signed_in: bool) -> bool:
    """Whether somebody with this role (None: in no team) holds a permission."""
    if permission is P.PUBLIC:
        return True
    if permission in (P.SELF, P.PERSON):
        return signed_in
    if permission is P.INSTALLATION:
        return is_admin
    return role is not None and permission in ROLE_MAY[role]


def may_grant(giver: Role | None, role: Role, *, giver_is_admin: bool) -> bool:
    """Nobody grants more than they have."""
    return giver_is_admin or (giver is not None and RANK[role] <= RANK[giver])
