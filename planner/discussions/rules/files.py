"""Which files may be attached: what they are is read from their bytes, and their name must say the same. Pure."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from enum import StrEnum

from planner.kernel.text import Message, clean_line, msg

MOST_FILES = 60
"""What one object may have."""

MOST_AT_ONCE = 10
LONGEST_NAME = 120
MOST_PARTS = 20_000
"""An office file of more parts than this is none that a person made."""

_OFFICE = "application/vnd.openxmlformats-officedocument"
_NOT_IN_NAMES = re.compile(r'[/\\:*?"<>|]')
_NOT_IN_TEXTS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class FileSort(StrEnum):
    """What a file is to people."""

    PICTURE = "picture"
    PDF = "pdf"
    SHEET = "sheet"
    DOCUMENT = "document"
    SLIDES = "slides"
    TEXT = "text"


@dataclass(frozen=True)
class Format:
    """What one ending stands for: `family` is what its bytes look like."""

    sort: FileSort
    mime: str
    family: str


_JPEG = Format(FileSort.PICTURE, "image/jpeg", "picture")
_PLAIN = Format(FileSort.TEXT, "text/plain", "text")
ENDINGS: dict[str, Format] = {
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": _JPEG,
    "webp": _JPEG,
    "pdf": Format(FileSort.PDF, "application/pdf", "pdf"),
    "xlsx": Format(FileSort.SHEET, f"{_OFFICE}.spreadsheetml.sheet", "xlsx"),
    "csv": Format(FileSort.SHEET, "text/csv", "text"),
    "docx": Format(FileSort.DOCUMENT, f"{_OFFICE}.wordprocessingml.document", "docx"),
    "pptx": Format(FileSort.SLIDES, f"{_OFFICE}.presentationml.presentation", "pptx"),
    "txt": _PLAIN,
    "md": _PLAIN,
}
"""The endings that are taken; a picture is drawn anew, so it is a JPEG whatever it was."""

_FIRST_ENDING = {"pdf": "pdf", "xlsx": "xlsx", "docx": "docx", "pptx": "pptx", "text": "txt"}


def _kept(character: str) -> bool:
    """No signs that can't be seen: they make a name look like another one."""
    return unicodedata.category(character) not in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")


def ending_of(name: str) -> str:
    """What stands after the last dot, in small letters; empty where there is none."""
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem else ""


def stem_of(name: str) -> str:
    """The name without its ending."""
    return name.rpartition(".")[0] if ending_of(name) else name


def clean_name(sent: str) -> str:
    """A name as it is shown and saved: without folders, signs that can't be seen and signs no file may have.

    A name that is too long is cut before its ending. Empty where nothing of it is left.
    """
    last = re.split(r"[/\\]", sent)[-1]
    seen = clean_line("".join(c for c in last if _kept(c)))
    plain = _NOT_IN_NAMES.sub("_", seen).strip(" ").lstrip(".").strip(" ")
    if len(plain) <= LONGEST_NAME:
        return plain
    ending = ending_of(plain)
    tail = f".{ending}" if 0 < len(ending) <= 10 else ""
    return plain[: LONGEST_NAME - len(tail)].rstrip(" .") + tail


def _family_of_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            names = {entry.filename for entry in held.infolist()[:MOST_PARTS]}
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError):
        return ""
    if "[Content_Types].xml" not in names:
        return "zip"
    if any(name.endswith(("vbaProject.bin", "vbaData.xml")) for name in names):
        return "macros"
    parts = {"xl/workbook.xml": "xlsx", "word/document.xml": "docx", "ppt/presentation.xml": "pptx"}
    return next((family for part, family in parts.items() if part in names), "zip")


def is_text(data: bytes) -> bool:
    """Whether it can be read as text: UTF-8, UTF-16 with its mark, or the national standard of Chinese."""
    codes = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for code in codes:
        try:
            return not _NOT_IN_TEXTS.search(data.decode(code))
        except UnicodeDecodeError:
            continue
    return False


def family_of(data: bytes) -> str:
    """What bytes are by themselves: picture, pdf, xlsx, docx, pptx, text; zip, old, macros; empty for anything else."""
    head = data[:16]
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "picture"
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _family_of_zip(data)
    if head.startswith(_OLD_OFFICE):
        return "old"
    return "text" if is_text(data) else ""


def fault_of(name: str, data: bytes, most_bytes: int) -> Message | None:
    """Why a file can't be attached, in one sentence that names it; None where it can. `name` is a clean one."""
    if not name:
        return msg("A file without a name can't be attached.")
    if not data:
        return msg("%(name)s is empty.", name=name)
    if len(data) > most_bytes:
        return msg("%(name)s is larger than %(mb)s MB.", name=name, mb=most_bytes // 1024 // 1024)
    family, ending = family_of(data), ending_of(name)
    if family == "macros":
        return msg("%(name)s holds macros. Save it without them and attach that.", name=name)
    if family == "old":
        return msg(
            "%(name)s is locked, or of an old format. Save it as XLSX, DOCX or PPTX without a password.", name=name
        )
    if family == "zip":
        return msg("%(name)s is a packed folder. Attach the files in it themselves.", name=name)
    if (ending and ending not in ENDINGS) or not family or (not ending and family not in (*_FIRST_ENDING, "picture")):
        return msg("%(name)s can't be attached: bring a picture, PDF, XLSX, CSV, DOCX, PPTX or text.", name=name)
    if ending and ENDINGS[ending].family != family:
        return msg("%(name)s is not what the end of its name says.", name=name)
    return None


def format_of(name: str, data: bytes) -> tuple[str, Format]:
    """The name with the ending it should have, and the format, of a file without a fault."""
    ending = ending_of(name)
    family = family_of(data)
    if family == "picture":
        return f"{stem_of(name)}.jpg", _JPEG
    if ending:
        return name, ENDINGS[ending]
    return f"{name}.{_FIRST_ENDING[family]}", ENDINGS[_FIRST_ENDING[family]]
