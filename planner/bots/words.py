"""How news reads in a group, and the words of vendors, topics and faults."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from planner.base import i18n, show
from planner.base.i18n import gettext as _
from planner.base.i18n import ngettext
from planner.base.words import _l, field_forms, field_labels, label, labels
from planner.bots.rules import TEST, Fault, Topic, Vendor, plain
from planner.figures.words import format_value
from planner.kernel.text import Message, msg
from planner.people.words import position_word

labels(
    Vendor,
    {Vendor.FEISHU: _l("Feishu"), Vendor.DINGTALK: _l("DingTalk"), Vendor.WECOM: _l("WeCom")},
)
labels(
    Topic,
    {
        Topic.PLANNED: _l("Session planned"),
        Topic.MOVED: _l("Session moved"),
        Topic.CANCELLED: _l("Session cancelled, or on again"),
        Topic.SWAPPED: _l("Person swapped"),
        Topic.NOT_READY: _l("Not ready 30, 15 or 5 minutes before the start, with who has it"),
        Topic.LIVE: _l("Went live"),
        Topic.ENDED: _l("Show over"),
        Topic.RESULT: _l("Result is in"),
        Topic.REVIEW: _l("Review closed"),
        Topic.LATE: _l("Late steps, once a day"),
        Topic.GOALS: _l("Goals behind, once a day"),
        Topic.DAILY: _l("Daily reports"),
    },
)
field_labels(
    "bot",
    {
        "vendor": _l("Group of"),
        "name": _l("Name"),
        "webhook": _l("Address of the bot"),
        "signing": _l("Secret for the signature"),
        "keyword": _l("Keyword"),
        "language": _l("Language of the messages"),
        "topics": _l("What it tells"),
        "summary_at": _l("Daily summary at"),
        "is_on": _l("Switched on"),
    },
)


def listed(parts: Iterable[str]) -> str:
    """Several things in one line, as the language sets them apart."""
    return ("、" if i18n.language() == i18n.CHINESE else ", ").join(parts)


def topics_word(kept: list[str]) -> str:
    """The topics of a bot in one line."""
    return listed(label(topic) for topic in Topic if topic in kept)


LANGUAGES = {i18n.CHINESE: "简体中文", i18n.ENGLISH: "English"}
"""Each by its own name."""


def language_word(key: str) -> str:
    """The language of the messages."""
    return LANGUAGES.get(key, key)


def hour_word(minutes: int) -> str:
    """`09:30`."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


field_forms("bot", {"place": None, "topics": topics_word, "summary_at": hour_word, "language": language_word})

_FAULTS: dict[Fault, Message] = {
    Fault.SIGN: msg("The signature does not match. Copy the secret of the group's bot again, whole."),
    Fault.CLOCK: msg("The time of the message does not fit. Ask the operator to set the server's clock."),
    Fault.KEYWORD: msg(
        "The group's bot wants a keyword in each message. Write it into the field for the keyword here."
    ),
    Fault.SOURCE: msg("The group's bot takes messages from listed addresses only. Add the server's there."),
    Fault.ADDRESS: msg("The group's bot is gone, or its address was changed. Copy its address again."),
    Fault.LIMITED: msg("The group's bot was told too much in a short time. It waits a little."),
    Fault.TOO_LONG: msg("The group's bot found the message too long."),
    Fault.AWAY: msg("The group's service has trouble of its own. It is tried again."),
    Fault.OTHER: msg("The group's bot did not take the message."),
}


def fault_message(fault: Fault, number: str) -> Message:
    """Why a message was not taken, with the vendor's own number of it."""
    return msg("%(why)s (%(number)s)", why=_FAULTS[fault], number=number)


def sealed(kept: bool) -> str:
    """What stands where a secret is set: nothing of it."""
    return _("set") if kept else _("not set")


# ---------------------------------------------------------------- one line each


def show_name(theme: str, channel: str) -> str:
    """A session as a group knows it."""
    return f"{plain(theme, 60)} · {plain(channel, 30)}"


def _at(instant: datetime) -> str:
    return f"{show.day(instant)} {show.clock_of(instant)}"


def planned(what: str, start: datetime) -> str:
    """A session was planned."""
    return _("Planned: %(what)s, %(when)s", what=what, when=_at(start))


def moved(what: str, before: datetime, after: datetime) -> str:
    """A session has another time."""
    return _("Moved: %(what)s, %(before)s → %(after)s", what=what, before=_at(before), after=_at(after))


def other_studio(what: str, studio: str) -> str:
    """A session has another studio."""
    return _("Moved: %(what)s, now in %(studio)s", what=what, studio=plain(studio, 40) or "–")


def cancelled(what: str, start: datetime, note: str) -> str:
    """A session does not take place."""
    said = _("Cancelled: %(what)s, %(when)s", what=what, when=_at(start))
    return _("%(said)s. Reason: %(note)s", said=said, note=plain(note, 60)) if note else said


def on_again(what: str, start: datetime) -> str:
    """A session takes place after all."""
    return _("On again: %(what)s, %(when)s", what=what, when=_at(start))


def swapped(what: str, start: datetime, old: str, new: str, positions: Sequence[str]) -> str:
    """Somebody stands in."""
    held = listed(position_word(key, key) for key in positions)
    return _(
        "Swapped: %(what)s, %(when)s: %(old)s → %(new)s (%(positions)s)",
        what=what,
        when=_at(start),
        old=plain(old, 20),
        new=plain(new, 20),
        positions=plain(held, 40),
    )


def _open(missing: Sequence[tuple[str, str]]) -> str:
    """What is open, with who has it."""
    told = [(plain(text, 24), who) for text, who in missing[:3]]
    return listed(_("%(what)s (%(who)s)", what=text, who=who) if who else text for text, who in told)


def not_ready(what: str, start: datetime, missing: Sequence[tuple[str, str]]) -> str:
    """A show begins soon and is not ready."""
    told = _("Not ready: %(what)s begins at %(clock)s", what=what, clock=show.clock_of(start))
    if not missing:
        return _("%(said)s; nobody has given the go", said=told)
    n, first = len(missing), _open(missing)
    return ngettext("%(said)s; %(num)s open: %(first)s", "%(said)s; %(num)s open: %(first)s", n, said=told, first=first)


def still_blocks(what: str, start: datetime, missing: Sequence[tuple[str, str]]) -> str:
    """A show begins in a moment, and something that blocks it is late."""
    told = _("Still blocked: %(what)s begins at %(clock)s", what=what, clock=show.clock_of(start))
    n, first = len(missing), _open(missing)
    return ngettext("%(said)s; %(num)s late: %(first)s", "%(said)s; %(num)s late: %(first)s", n, said=told, first=first)


def live(what: str, start: datetime, missing: int) -> str:
    """A show is on air."""
    told = _("On air: %(what)s, since %(clock)s", what=what, clock=show.clock_of(start))
    if not missing:
        return told
    return ngettext("%(said)s; %(num)s check was open", "%(said)s; %(num)s checks were open", missing, said=told)


def live_again(what: str) -> str:
    """A show goes on after a break, or was not over."""
    return _("On air again: %(what)s", what=what)


def not_live(what: str) -> str:
    """A show was said to be on air and is not."""
    return _("Not on air after all: %(what)s", what=what)


def taken_back(what: str, start: datetime, topic: str) -> str:
    """What was told before does not hold any more."""
    return _("Taken back: %(topic)s. %(what)s, %(when)s", topic=label(Topic(topic)), what=what, when=_at(start))


def ended(what: str, minutes: float | None) -> str:
    """A show is over."""
    if minutes is None:
        return _("Show over: %(what)s", what=what)
    return _("Show over: %(what)s, %(long)s on air", what=what, long=show.duration(minutes))


def result(what: str, gmv: Decimal | None) -> str:
    """A show's figures are in."""
    if gmv is None:
        return _("Result is in: %(what)s", what=what)
    return _("Result is in: %(what)s, GMV %(gmv)s", what=what, gmv=format_value(gmv, "gmv"))


def reviewed(what: str) -> str:
    """A review was closed."""
    return _("Review closed: %(what)s", what=what)


def late(rows: Sequence[tuple[str, str, int]]) -> str:
    """Steps that are late: titles, owners, days."""
    first = listed(
        ngettext("%(title)s (%(who)s, %(num)s day)", "%(title)s (%(who)s, %(num)s days)", days, title=title, who=who)
        for title, who, days in [(plain(t, 30), plain(w, 20) or _("nobody"), d) for t, w, d in rows[:3]]
    )
    return ngettext("%(num)s step is late: %(first)s", "%(num)s steps are late: %(first)s", len(rows), first=first)


def behind(titles: Sequence[str]) -> str:
    """Goals that are behind."""
    first = listed(plain(title, 40) for title in titles[:3])
    return ngettext(
        "%(num)s goal is behind: %(first)s", "%(num)s goals are behind: %(first)s", len(titles), first=first
    )


def many(topic: str, count: int, first: str) -> str:
    """Many lines of one topic as one."""
    return _("%(topic)s: %(count)s, among them %(first)s", topic=label(Topic(topic)), count=count, first=first)


def tested(name: str) -> str:
    """What a test says."""
    return _("This is a test: news of %(name)s will come here.", name=plain(name, 60))


def left_out(count: int) -> str:
    """News that was too old to tell."""
    return ngettext("%(num)s older line was left out.", "%(num)s older lines were left out.", count)


def topic_word(topic: str) -> str:
    """A topic of a line, also of a test."""
    return _("Test message") if topic == TEST else label(Topic(topic))
