"""Words of roles and positions."""

from __future__ import annotations

from planner.base.words import _l, field_labels, labels, news_words, part_words
from planner.kernel.permissions import Role

labels(
    Role,
    {
        Role.MANAGER: _l("Manager"),
        Role.LEAD: _l("Team lead"),
        Role.HOST: _l("Host"),
        Role.MEMBER: _l("Member"),
        Role.VIEWER: _l("Viewer"),
    },
)

ROLE_HELP = {
    Role.MANAGER: _l("Everything a team lead may do, and decides on money."),
    Role.LEAD: _l("Plans sessions, assigns people and steps, keeps the SOP, closes reviews, invites people."),
    Role.HOST: _l("Ticks checklists, goes live, logs what happens, imports figures, writes reviews."),
    Role.MEMBER: _l("Works as the host does: ticks, logs, imports, does own steps."),
    Role.VIEWER: _l("Reads everything of the team and changes nothing."),
}

POSITION_WORDS = {
    "host": _l("Host"),
    "cohost": _l("Co-host"),
    "floor": _l("Floor manager"),
    "control": _l("Control"),
    "operations": _l("Operations"),
    "ads": _l("Ad buyer"),
    "merchandiser": _l("Merchandiser"),
    "script": _l("Script and editing"),
    "service": _l("Customer service"),
    "business": _l("Business development"),
    "compliance": _l("Compliance watch"),
    "tech": _l("Technician"),
    "design": _l("Designer"),
}


def position_word(key: str, name: str = "") -> str:
    """The name of a position in the reader's language; teams may give their own."""
    return name or str(POSITION_WORDS.get(key, key))


news_words(
    "people",
    {
        "MemberJoined": _l("joined the team"),
        "RoleChanged": _l("changed a role"),
        "MemberLeft": _l("ended a membership"),
        "PersonInvited": _l("invited somebody"),
        "StationMade": _l("set up a station"),
        "StationRevoked": _l("revoked a station"),
        "PinLockedOut": _l("locked somebody out of the stations after wrong PINs"),
        "DaysAwayMarked": _l("marked days away"),
        "DaysAwayWithdrawn": _l("took days away back"),
    },
)
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("HarmonyOS", "HarmonyOS"),
           ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))  # fmt: skip
BROWSERS = (("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("Lark", "飞书"), ("Edg", "Edge"), ("OPR/", "Opera"),
            ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip


def browser_word(agent: str) -> str:
    """What a browser calls itself, as people call it: `Chrome · Android`; its own words where it is none of these."""
    found = [next((word for mark, word in marks if mark in agent), "") for marks in (BROWSERS, SYSTEMS)]
    return " · ".join(word for word in found if word) or agent[:60]


part_words({"person_position": _l("Position"), "away": _l("Days away")})
field_labels(
    "away",
    {"first": _l("First day away"), "last": _l("Last day away"), "reason": _l("Reason"), "user_id": _l("Person")},
)
field_labels("person_position", {"position_id": _l("Position")})
field_labels("membership", {"role": _l("Role"), "left_at": _l("Left"), "user_id": _l("Person")})
field_labels("station", {"name": _l("Name"), "lock_after": _l("Locks after"), "revoked_at": _l("Revoked")})
field_labels("position", {"name": _l("Name"), "key": _l("Key"), "sort": _l("Order")})
