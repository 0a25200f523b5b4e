"""What a tick must come with (凭证): photos, words, a number, a link, an answer, two people, every product. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from planner.kernel.errors import Invalid
from planner.kernel.text import Message, clean_line, fold, msg

KINDS = ("photos", "note", "number", "link", "answer", "two", "lineup")
"""What can be asked for, in the order in which it is said."""

MOST_PHOTOS, MOST_ANSWERS, LONGEST_ANSWER, LONGEST_UNIT, LONGEST_LINK = 20, 8, 40, 20, 500
LARGEST_NUMBER = Decimal(10) ** 12
_ADDRESS = re.compile(r"https?://[^\s/]+\.?[^\s]*", re.IGNORECASE)


@dataclass(frozen=True)
class NumberAsked:
    """A number within a range; None where it has no end. The range may be missing altogether."""

    least: Decimal | None = None
    most: Decimal | None = None
    unit: str = ""

    def holds(self, value: Decimal) -> bool:
        """Whether a number lies within it, its ends included."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


@dataclass(frozen=True)
class Evidence:
    """All that one item asks for; nothing asked for is falsy."""

    photos: tuple[int, int] | None = None
    note: bool = False
    number: NumberAsked | None = None
    link: bool = False
    answers: tuple[str, ...] = ()
    two: bool = False
    lineup: bool = False

    def __bool__(self) -> bool:
        return self != NOTHING

    @property
    def fields(self) -> bool:
        """Whether a tick brings something typed, chosen or photographed."""
        return bool(self.photos or self.note or self.number or self.link or self.answers or self.lineup)

    @property
    def kinds(self) -> tuple[str, ...]:
        """What of `KINDS` is asked for."""
        asked = (
            self.photos is not None, self.note, self.number is not None, self.link, bool(self.answers), self.two,
            self.lineup,
        )  # fmt: skip
        return tuple(kind for kind, wanted in zip(KINDS, asked, strict=True) if wanted)

    def as_json(self) -> dict[str, Any] | None:
        """As it is kept; None where nothing is asked for."""
        found: dict[str, Any] = {}
        if self.photos is not None:
            found["photos"] = list(self.photos)
        if self.number is not None:
            ends = {"min": self.number.least, "max": self.number.most}
            found["number"] = {name: f"{end:f}" for name, end in ends.items() if end is not None}
            if self.number.unit:
                found["number"]["unit"] = self.number.unit
        if self.answers:
            found["answer"] = list(self.answers)
        for name, wanted in (("note", self.note), ("link", self.link), ("two", self.two), ("lineup", self.lineup)):
            if wanted:
                found[name] = True
        return found or None


NOTHING = Evidence()


def _end(kept: Any) -> Decimal | None:
    try:
        return None if kept is None else Decimal(str(kept))
    except InvalidOperation:
        return None


def read_evidence(kept: Mapping[str, Any] | None) -> Evidence:
    """What is kept in a column, as it was meant."""
    if not kept:
        return NOTHING
    photos, number = kept.get("photos"), kept.get("number")
    asked = None
    if number is not None:
        asked = NumberAsked(_end(number.get("min")), _end(number.get("max")), str(number.get("unit", "")))
    return Evidence(
        photos=(int(photos[0]), int(photos[1])) if photos else None,
        note=bool(kept.get("note")),
        number=asked,
        link=bool(kept.get("link")),
        answers=tuple(str(each) for each in kept.get("answer") or ()),
        two=bool(kept.get("two")),
        lineup=bool(kept.get("lineup")),
    )


def of_proof(proof: str) -> Evidence:
    """What the words of earlier versions asked for: none, photo, two_people."""
    return {"photo": Evidence(photos=(1, MOST_PHOTOS)), "two_people": Evidence(two=True)}.get(proof, NOTHING)


def read_answers(text: str) -> tuple[str, ...]:
    """Answers as they are typed in one line, parted by a slash, a comma or 、."""
    parts = (clean_line(part) for part in re.split(r"[/／、,，|;；\n]", text))
    return tuple(dict.fromkeys(part for part in parts if part))


def evidence_of(
    kinds: Iterable[str],
    photos: tuple[int | None, int | None] = (None, None),
    number: NumberAsked | None = None,
    answers: Iterable[str] = (),
) -> Evidence:
    """What somebody chose, with the numbers and answers that go with it."""
    chosen = set(kinds)
    least = photos[0] or 1
    return Evidence(
        photos=(least, photos[1] or max(MOST_PHOTOS, least)) if "photos" in chosen else None,
        note="note" in chosen,
        number=(number or NumberAsked()) if "number" in chosen else None,
        link="link" in chosen,
        answers=tuple(answers) if "answer" in chosen else (),
        two="two" in chosen,
        lineup="lineup" in chosen,
    )


def check_evidence(asked: Evidence, kinds: Iterable[str] = ()) -> Evidence:
    """Refuse what nobody could give. `kinds` are those that were chosen."""
    faults: dict[str, Message] = {}
    if asked.photos is not None and not 1 <= asked.photos[0] <= asked.photos[1] <= MOST_PHOTOS:
        faults["photos_min"] = msg("Ask for 1 to %(most)s photos, the fewest first.", most=MOST_PHOTOS)
    if asked.number is not None:
        ends = [end for end in (asked.number.least, asked.number.most) if end is not None]
        if any(not end.is_finite() or abs(end) > LARGEST_NUMBER for end in ends):
            faults["number_min"] = msg("Type a number up to 12 digits long.")
        elif len(ends) == 2 and ends[0] > ends[1]:
            faults["number_min"] = msg("The smallest number comes before the largest.")
        if len(asked.number.unit) > LONGEST_UNIT:
            faults["number_unit"] = msg("A unit has at most %(most)s characters.", most=LONGEST_UNIT)
    if "answer" in {*kinds, *asked.kinds}:
        if not 2 <= len(asked.answers) <= MOST_ANSWERS:
            faults["answers"] = msg("Give 2 to %(most)s answers, parted by a slash.", most=MOST_ANSWERS)
        elif any(len(each) > LONGEST_ANSWER for each in asked.answers):
            faults["answers"] = msg("An answer has at most %(most)s characters.", most=LONGEST_ANSWER)
    if faults:
        raise Invalid(faults)
    return asked


@dataclass(frozen=True)
class Given:
    """What a tick came with; `rows` are the products of the lineup that were gone through, `earlier` is the item done
    before that proves it (沿用)."""

    photos: int = 0
    note: str = ""
    number: Decimal | None = None
    link: str = ""
    answer: str = ""
    rows: tuple[int, ...] = ()
    earlier: int | None = None


def typed_given(number: str = "", link: str = "", answer: str = "", rows: tuple[int, ...] = ()) -> Given:
    """What was typed and checked in the fields of a row."""
    link, answer = clean_line(link)[:LONGEST_LINK], clean_line(answer)
    return Given(number=read_given_number(number), link=link, answer=answer, rows=rows)


def address_in(text: str) -> str:
    """The address in what was pasted, which apps put among words of their own; empty where there is none."""
    found = _ADDRESS.search(text)
    return found[0] if found else ""


def is_link(text: str) -> bool:
    """Whether there is an address of the web in it."""
    return _ADDRESS.search(text) is not None


def lacking(asked: Evidence, given: Given, products: Collection[int] = ()) -> dict[str, Message]:
    """What a tick still lacks, by the name of what is asked for; empty where it has everything.

    `products` are those of the lineup; where none is kept here there is nothing to go through. A second person is no
    lack: the first tick stands and waits for the other one (`states.fold`).
    """
    faults: dict[str, Message] = {}
    if asked.photos is not None:
        least, most = asked.photos
        if given.photos < least:
            faults["photos"] = msg("It takes %(count)s photos.", count=least) if least > 1 else msg("It takes a photo.")
        elif given.photos > most:
            faults["photos"] = msg("At most %(count)s photos.", count=most)
    if asked.note and not given.note.strip():
        faults["note"] = msg("Say it in a note.")
    if asked.number is not None:
        if given.number is None or not given.number.is_finite():
            faults["number"] = msg("Type the number.")
        elif not asked.number.holds(given.number):
            faults["number"] = out_of_range(asked.number)
    if asked.link and not is_link(given.link):
        faults["link"] = msg("Paste the link, beginning with https://.")
    if asked.answers and given.answer not in asked.answers:
        faults["answer"] = msg("Choose one of the answers.")
    left = len(set(products) - set(given.rows)) if asked.lineup else 0
    if left:
        faults["lineup"] = msg("Products not gone through yet: %(count)s.", count=left)
    return faults


def fell_short(asked: Evidence, given: Mapping[str, Any] | None) -> bool:
    """Whether what was measured lies outside of what is asked for (不合格); `given` is what `given_json` kept."""
    measured = _end((given or {}).get("number"))
    return asked.number is not None and measured is not None and not asked.number.holds(measured)


def out_of_range(asked: NumberAsked) -> Message:
    """What numbers are taken, for whoever typed another one."""
    least, most = (f"{end:f}{asked.unit}" if end is not None else "" for end in (asked.least, asked.most))
    if not most:
        return msg("The number is at least %(least)s.", least=least)
    if not least:
        return msg("The number is at most %(most)s.", most=most)
    return msg("The number lies between %(least)s and %(most)s.", least=least, most=most)


_NUMBER = re.compile(r"[-+]?\d{1,13}(?:\.\d{1,6})?")


def read_given_number(text: str) -> Decimal | None:
    """The number in what somebody typed; None where there is none, or more than one."""
    found = _NUMBER.findall(fold(text).replace(",", ""))
    return Decimal(found[0]) if len(found) == 1 else None


def given_json(asked: Evidence, given: Given) -> dict[str, Any] | None:
    """What a tick came with besides its note, as it is kept."""
    found: dict[str, Any] = {}
    if asked.number is not None and given.number is not None:
        found["number"] = f"{given.number:f}"
    if asked.link and given.link:
        found["link"] = given.link[:LONGEST_LINK]
    if asked.answers and given.answer:
        found["answer"] = given.answer
    if asked.lineup and given.rows:
        found["rows"] = list(given.rows)
    if given.earlier is not None:
        found["earlier"] = given.earlier
    return found or None
