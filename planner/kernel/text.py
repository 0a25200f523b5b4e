"""Words that are chosen below the screen: an English pattern with its values, translated by whoever shows it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_EMPTY: Mapping[str, object] = MappingProxyType({})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True)
class Message:
    """An English msgid with `%(name)s` holes and the values that fill them. Values may be messages themselves."""

    text: str
    values: Mapping[str, object] = field(default_factory=lambda: _EMPTY)

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text.replace("%%", "%")

    def as_json(self) -> dict[str, object]:
        """A form that can be stored in a row and shown later in any language."""
        plain = {k: v.as_json() if isinstance(v, Message) else v for k, v in self.values.items()}
        return {"msg": self.text, "values": plain}


def msg(text: str, **values: object) -> Message:
    """A translatable sentence; extraction knows this name."""
    return Message(text, MappingProxyType(values) if values else _EMPTY)


def clean_line(text: str) -> str:
    """One line as a person meant it: NFC, no control characters, no lone surrogates, no outer spaces."""
    return " ".join(unicodedata.normalize("NFC", _CONTROL.sub("", text.replace("\t", " "))).split())


def clean_text(text: str) -> str:
    """Several lines as a person meant them: line ends unified, no control characters, nothing trailing."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = [line.rstrip() for line in unicodedata.normalize("NFC", _CONTROL.sub("", unified)).split("\n")]
    return "\n".join(lines).strip("\n")


def fold(text: str) -> str:
    """The form in which names and headers are compared: NFKC, lower case, spaces collapsed."""
    return " ".join(unicodedata.normalize("NFKC", _CONTROL.sub("", text)).casefold().split())


def plain(text: str) -> str:
    """As words of a sheet are compared: full width folded, no blanks at all, lower case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()
