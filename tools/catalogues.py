"""Merge, compile and check the translations.

People write one file per column, `planner/translations/src/<column>.po`: English msgid, 简体中文 msgstr. `build` merges
them into the catalogue the program loads; `check` compares them with what the sources really say; `missing` prints the
entries that still need a translation, ready to be pasted into a column's file.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "planner" / "translations" / "src"
LOCALE = "zh_Hans_CN"
BUILT = ROOT / "planner" / "translations" / LOCALE / "LC_MESSAGES"
KEYWORDS = {
    "_": None,
    "_l": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "msg": None,
    "say": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "N_n": (1, 2),
    "pgettext": ((1, "c"), 2),
}
HOLE = re.compile(r"%\((\w+)\)[sd]|%%")

Key = tuple[str, str | None]


def key_of(message: Message) -> Key:
    """What identifies an entry: its English words and, rarely, a context."""
    words = message.id if isinstance(message.id, str) else message.id[0]
    return words, message.context


def plural_of(message_id: object) -> str | None:
    """The English plural of an entry that has one."""
    return message_id[1] if isinstance(message_id, (tuple, list)) else None


def written() -> tuple[dict[Key, tuple[Message, str]], list[str]]:
    """Every translation with the file it stands in, and what is wrong with the files themselves."""
    found: dict[Key, tuple[Message, str]] = {}
    faults: list[str] = []
    for path in sorted(SOURCES.glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=LOCALE, abort_invalid=True)
        for message in catalogue:
            if not message.id:
                continue
            key, name = key_of(message), path.name
            if message.fuzzy:
                faults.append(f"{name}: fuzzy: {key[0]!r}")
            if key in found and texts(found[key][0]) != texts(message):
                faults.append(f"{name} and {found[key][1]} translate differently: {key[0]!r}")
            elif key in found and plural_of(message.id) and not plural_of(found[key][0].id):
                found[key] = message, name
            else:
                found.setdefault(key, (message, name))
    return found, faults


def texts(message: Message) -> tuple[str, ...]:
    """The translated forms of an entry; Chinese has one."""
    strings = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return tuple(text for text in strings if text)[:1]


def used() -> dict[Key, tuple[str | None, str]]:
    """Every text the sources ask for: its English plural and the first place that asks."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found: dict[Key, tuple[str | None, str]] = {}
    skip = {"translations", "static", "__pycache__"}
    for top in ("planner", "templates", "config.py"):
        folder = ROOT if top.endswith(".py") else ROOT / top
        if not (ROOT / top).exists():
            continue
        mapping = [(pattern.removeprefix(f"{top}/"), how) for pattern, how in methods if pattern.startswith(top)]
        choices = {
            pattern.removeprefix(f"{top}/"): told for pattern, told in options.items() if pattern.startswith(top)
        }
        for file_name, line, said, _comments, context in extract_from_dir(
            folder,
            mapping,
            choices,
            keywords=KEYWORDS,
            strip_comment_tags=True,
            directory_filter=lambda path: Path(path).name not in skip and not Path(path).name.startswith("."),
        ):
            words, plural = (said[0], said[1]) if isinstance(said, tuple) else (said, None)
            place = f"{file_name if top.endswith('.py') else f'{top}/{file_name}'}:{line}"
            before = found.get((words, context))
            found[words, context] = (plural or (before[0] if before else None), before[1] if before else place)
    return found


def holes(text: str) -> set[str]:
    """The names a text leaves open for values."""
    return {name for name in HOLE.findall(text) if name}


def merged() -> tuple[Catalog, list[str]]:
    """One catalogue of all files."""
    found, faults = written()
    catalogue = Catalog(locale=LOCALE, project="planner", fuzzy=False)
    for (words, context), (message, _name) in sorted(found.items(), key=lambda entry: (entry[0][0], entry[0][1] or "")):
        plural = plural_of(message.id)
        forms = texts(message)
        if forms:
            catalogue.add((words, plural) if plural else words, forms if plural else forms[0], context=context)
    return catalogue, faults


def build() -> int:
    """Write messages.po and messages.mo; faults of the files stop it."""
    catalogue, faults = merged()
    if faults:
        return tell(faults)
    BUILT.mkdir(parents=True, exist_ok=True)
    for name, write in (("messages.po", write_po), ("messages.mo", write_mo)):
        target = BUILT / name
        fresh = target.with_suffix(".new")
        with fresh.open("wb") as file:
            write(file, catalogue)
        fresh.replace(target)
    return 0


def check() -> int:
    """Say what is untranslated, unused, contradictory, or has other holes than its English."""
    translations, faults = written()
    texts_used = used()
    counts: dict[str, int] = defaultdict(int)
    for key, (plural, place) in sorted(texts_used.items(), key=lambda entry: entry[1][1]):
        message = translations.get(key)
        if message is None or not texts(message[0]):
            faults.append(f"{place}: not translated: {key[0]!r}")
            counts["untranslated"] += 1
            continue
        if plural and not plural_of(message[0].id):
            faults.append(f"{message[1]}: needs msgid_plural {plural!r}: {key[0]!r}")
        english = holes(key[0]) | (holes(plural) if plural else set())
        for text in texts(message[0]):
            if holes(text) != english and not (plural and holes(text) == holes(plural)):
                faults.append(f"{message[1]}: holes {sorted(holes(text))} instead of {sorted(english)}: {key[0]!r}")
    for key, (_message, name) in translations.items():
        if key not in texts_used:
            faults.append(f"{name}: nobody says it: {key[0]!r}")
            counts["unused"] += 1
    print(f"catalogues: {len(texts_used)} texts, {counts['untranslated']} untranslated, {counts['unused']} unused")
    return tell(faults)


def missing() -> int:
    """Print the entries without a translation, in the form of a catalogue file."""
    translations, _faults = written()
    wanted = Catalog(locale=LOCALE, fuzzy=False)
    for (words, context), (plural, place) in used().items():
        entry = translations.get((words, context))
        if entry is None or not texts(entry[0]):
            file, _, line = place.rpartition(":")
            wanted.add((words, plural) if plural else words, locations=[(file, int(line))], context=context)
    write_po(sys.stdout.buffer, wanted, omit_header=True, width=120)
    return 0


def tell(faults: list[str]) -> int:
    """Print every fault; the answer is the exit code."""
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    verbs = {"build": build, "check": check, "missing": missing}
    if len(sys.argv) != 2 or sys.argv[1] not in verbs:
        sys.exit(f"say one of: {', '.join(verbs)}")
    sys.exit(verbs[sys.argv[1]]())
