"""Every template is rendered under StrictUndefined in both languages; words stand in the catalogues; ids are bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, template_rendered
from jinja2 import Template

from planner.base.web import ERROR_PAGES, IdConverter, error_page
from tests.conftest import Visitor
from tests.demo_room import sign_in
from tests.house.conftest import Walk

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NOT_IDS = {"kind", "move", "token", "trash_id", "command_id", "batch"}
"""Words and digests in addresses, each compared with what is known and never sent on as a number."""
SHOWN_ELSEWHERE = {
    "ui/": "the kit renders itself: tests/ui/kit.py",
    "plan/criteria.html": "where a team turned criteria on: tests/plan/test_habits.py",
    "live/slip.html": "the record of a slip: tests/live/test_log_pages.py",
    "live/handover.html": "while on air alone: tests/live/test_log_pages.py",
    "notifications/_calls": "while something of mine blocks a show: tests/notifications/test_calling.py",
    "bots/new.html": "a bot that is set up where that is allowed: tests/bots/test_pages.py",
    "discussions/talk.html": "the page of comments where the form came back: tests/discussions/test_pages.py",
    "checklists/emergency.html": "something that goes wrong on air: tests/checklists/test_emergencies.py",
    "checklists/_emergenc": "the same, with its strips",
    "checklists/_strip": "the same",
    "checklists/begin.html": "the same, where a show is on air",
    "resources/kit_put.html": "what of a request has come: tests/resources/test_kit.py",
    "resources/fact.html": "what is recorded after an approval: tests/resources/test_after.py",
    "resources/_calls_today.html": "a call for money that waits: tests/resources/test_envelope_pages.py",
    "resources/_draw": "the same",
    "resources/_in_review.html": "the same",
    "resources/_on_air.html": "the same",
    "resources/envelope.html": "the same",
    "resources/transfer.html": "a transfer that waits for somebody: tests/resources/test_moving.py",
    "resources/draw": "the same",
    "demo/making.html": "the demo is being made: tests/demo",
    "outcomes/link.html": "a row that is linked with care: tests/outcomes/test_linking.py",
    "errors/offline.html": "kept by the phone for when there is no network: tests/journeys",
    "errors/again.html": "a form that was open too long: tests/base/test_again.py",
    "checklists/none_next.html": "a studio without a show to come: tests/checklists/test_library.py",
    "people/gone.html": "a link that counts no more: tests/people/test_members.py",
    "people/_local.html": "a code that only this machine could follow: tests/people/test_scan.py",
    "people/_open_demo.html": "an empty installation: tests/demo",
    "people/scan": "signing in by a code: tests/people/test_scan.py",
    "people/station.html": "a locked station: tests/people/test_stations.py",
    "people/station_": "making and unlocking a station: tests/people/test_stations.py",
    "mail/": "rendered for letters: tests/operations/test_mail.py",
    "people/first_run.html": "an empty installation: tests/journeys and tests/people",
    "people/invitation.html": "the page of a one-time link: tests/people/test_members.py",
    "people/reset.html": "the page of a one-time link: tests/people/test_members.py",
    "people/link.html": "shown once after a link was made: tests/people/test_members.py",
    "live/roster_plan.html": "a long roster at the worker: tests/live/test_long_roster.py",
    "live/_roster_progress.html": "a long roster at the worker: tests/live/test_long_roster.py",
    "live/_crew_check.html": "asked while a crew is being changed: tests/live/test_again_and_choices.py",
    "live/reading.html": "a show on air, read on a phone: tests/live/test_reading_pages.py",
    "live/photo.html": "a note with a photo: tests/live/test_photos.py",
    "live/clips.html": "a show with clip marks: tests/live/test_log_pages.py",
    "live/end.html": "a show on air that is ended: tests/live/test_reading_pages.py",
    "live/streams.html": "a show on air: tests/live/test_streams.py",
    "outcomes/verdict.html": "a word on what money brought: tests/outcomes/test_worth.py",
    "outcomes/_worth.html": "the same",
    "outcomes/worth_page.html": "the same",
    "outcomes/_compared.html": "the same",
    "resources/_past.html": "an approver's card: tests/outcomes/test_worth.py",
    "outcomes/import.html": "the page of an upload: tests/outcomes/test_import_pages.py",
    "outcomes/taken.html": "a file whose download time is missing: tests/outcomes/test_download_time.py",
}
WORDS_OF_THE_FIELD = {
    "planner/plan/builtin.py": "the built-in plan, in both languages",
    "planner/plan/rules/rows.py": "what people call the columns of their sheets",
    "planner/checklists/": "built-in standard procedures, in both languages",
    "planner/demo/": "the demo's data is Chinese",
    "planner/outcomes/rules/compass.py": "the headers of the platform's file",
    "planner/outcomes/rules/origins.py": "the headers of other platforms' files",
    "planner/outcomes/rules/sample.py": "the headers of the platform's file",
    "planner/outcomes/services/imports.py": "the headers of the platform's file",
    "planner/outcomes/views/imports.py": "an account in the sample file",
    "planner/resources/rules/bringing.py": "what people call the columns and periods of their budgets",
    "planner/resources/rules/capitals.py": "amounts in the capitals of vouchers",
    "planner/kernel/money.py": "万 and 亿 as people type them",
    "planner/kernel/text.py": "万 and 亿 as people type them",
    "planner/base/fields.py": "万 and 亿 as people type them",
    "planner/base/show.py": "how Chinese writes dates, spans and large numbers",
    "planner/figures/rules.py": "names of figures as people paste them",
    "planner/figures/words.py": "names of figures as people paste them",
    "planner/live/rules/lineup.py": "heads of sheets as people paste them",
    "planner/live/rules/air.py": "tags as people write them",
    "planner/live/rules/roster.py": "heads and cells of rosters as teams keep them",
    "planner/plan/rules/relative.py": "targets as people type them",
    "planner/people/words.py": "the own names of Chinese applications",
    "planner/bots/words.py": "a language is called by its own name",
    "planner/people/forms.py": "a language is called by its own name",
    "planner/people/services/accounts.py": "the name of whoever left, in both languages at once",
    "templates/outcomes/imports.html": "names of figures as people paste them",
    "templates/layouts/": "a language is called by its own name",
    "templates/people/me.html": "a language is called by its own name",
}


@contextmanager
def watched(app: Flask) -> Iterator[set[str]]:
    """The names of the templates that are rendered in a block, with what they extend and include."""
    names: set[str] = set()

    def note(sender: Flask, template: Template, **more: object) -> None:
        names.add(str(template.name))

    with template_rendered.connected_to(note, app):
        yield names


def needed(name: str) -> set[str]:
    """What a template extends, includes or takes macros from, all the way down."""
    found, queue = set[str](), [name]
    while queue:
        one = queue.pop()
        if one in found or not (ROOT / "templates" / one).exists():
            continue
        found.add(one)
        text = (ROOT / "templates" / one).read_text(encoding="utf-8")
        queue += re.findall(r'{%-?\s*(?:include|from|extends|import)\s+"([^"]+)"', text)
        queue += re.findall(r'include\s+"([^"]+)"', text)
    return found


def panels_and_parts() -> set[str]:
    """Templates that Python names: panels, and what is rendered as a piece."""
    text = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "planner").rglob("*.py"))
    return {name for name in re.findall(r'"([a-z]+/_[a-z_]+\.html)"', text)}


def _look_into_logs(visitor: Visitor, sessions: list[str]) -> None:
    """The pages of an entry of a log: of the first show that has one, whatever hour it is."""
    for path in dict.fromkeys(sessions):
        for phase in ("air", "review"):
            kinds = dict.fromkeys(re.findall(r'href="(/log/\d+/\w+)', visitor.get(f"{path}?phase={phase}").text))
            if len({kind.rsplit("/", 1)[1] for kind in kinds}) >= 2:
                for kind in list(kinds)[:4]:
                    visitor.get(kind)
                return


def test_every_template_is_rendered_in_both_languages(room: Flask, walked: Walk) -> None:
    everything = {str(p.relative_to(ROOT / "templates")) for p in (ROOT / "templates").rglob("*.*")}
    for language in ("zh_Hans_CN", "en"):
        with watched(room) as names:
            for login in ("lead", "admin", "manager", "host"):
                names |= walked(login, language).templates
                visitor = sign_in(room, login, language)
                draft = re.search(r'href="(/sessions/\d+/schedule)"', visitor.get("/sessions?view=list").text)
                if draft:
                    visitor.get(draft[1])
                for more in ("week", "studios", "studios&days=7"):
                    visitor.get(f"/sessions?view={more}")
                chosen = re.search(r'name="id" value="(\d+)"', visitor.get("/sessions?view=list&pick=1").text)
                if chosen:
                    visitor.get(f"/sessions/together?id={chosen[1]}")
                step = re.search(r'name="id" value="(\d+)"', visitor.get("/plan/steps?pick=1").text)
                if step:
                    visitor.get(f"/plan/steps/together?id={step[1]}")
                entries = visitor.get("/sessions?view=list&rows=200").text
                _look_into_logs(visitor, re.findall(r'href="(/sessions/\d+)"', entries)[:24])
            for number in ERROR_PAGES:
                with room.test_request_context("/", headers={"Accept-Language": language.replace("_", "-")}):
                    assert error_page(number).status_code == number
        shown = {part for name in names | panels_and_parts() for part in needed(name)}
        rest = {name for name in everything - shown if not name.startswith(tuple(SHOWN_ELSEWHERE))}
        assert rest == set(), f"nothing renders these in {language}"


def test_chinese_stands_in_the_catalogues() -> None:
    wrong = []
    for path in [*(ROOT / "planner").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]:
        name = str(path.relative_to(ROOT))
        if name.startswith(tuple(WORDS_OF_THE_FIELD)):
            continue
        text = path.read_text(encoding="utf-8")
        text = re.sub(
            r'""".*?"""|(?<!["\'\w])#[^\n]*|{#.*?#}|_l?\(\'[^\']*\'[^)]*\)|msg\("[^"]*"', "", text, flags=re.S
        )
        wrong += [f"{name}: {line.strip()[:80]}" for line in text.splitlines() if CHINESE.search(line)]
    assert wrong == []


def test_chinese_has_marks_of_its_own() -> None:
    """Sentences end and lists are parted as the reader's language does it."""
    latin = re.compile(r"[\u4e00-\u9fff][.,;]\s*(?:[\u4e00-\u9fff]|$)")
    for path in (ROOT / "planner/translations/src").glob("*.po"):
        said = [line for line in path.read_text().splitlines() if line.startswith("msgstr") and latin.search(line[:-1])]
        assert not said, path.name
    parts = re.compile(r"""join\(['"], ['"]\)|\{\{ ?['"], ['"] if|</a>\.\{%""")
    for path in (ROOT / "templates").rglob("*.html"):
        assert not parts.search(path.read_text()), f"{path.name} parts a list or ends a sentence in English marks"


def test_one_thing_has_one_word() -> None:
    other = {"勾选": "打勾 for a tick, 选中 for a choice in a form", "合格率": "通过率", "SOP通过率": "SOP 通过率"}
    sources = [*(ROOT / "planner" / "translations" / "src").glob("*.po"), *(ROOT / "planner" / "demo").glob("*.py")]
    told = {path.name: path.read_text(encoding="utf-8") for path in sources}
    assert [(name, word, other[word]) for name, text in told.items() for word in other if word in text] == []


def test_numbers_in_addresses_are_bounded_ids(app: Flask) -> None:
    loose = []
    for rule in app.url_map.iter_rules():
        for name, converter in rule._converters.items():
            if rule.endpoint != "static" and not isinstance(converter, IdConverter) and name not in NOT_IDS:
                loose.append(f"{rule.rule}: {name} is not an <id:>")
    assert loose == []


def test_text_in_both_languages_is_not_the_same_english(walked: Walk) -> None:
    """A piece of text that a Chinese page and its English twin both show is data, never two English words of ours."""
    found = []
    for login in ("lead", "host", "manager", "admin"):
        chinese, english = walked(login).pages, walked(login, "en").pages
        for path, text in chinese.items():
            ours, theirs = _texts(text), _texts(english.get(path, ""))
            found += [(login, path, piece) for piece in ours & theirs if re.search(r"\b[a-z]{3,} [a-z]{3,}\b", piece)]
    assert found == []


def _texts(page: str) -> set[str]:
    bare = re.sub(r"<(script|style|svg|pre|textarea)\b.*?</\1>", "", page, flags=re.S)
    bare = re.sub(r"<[^>]*\b(?:aria-label|title|placeholder|data-word[a-z-]*)=\"([^\"]*)\"[^>]*>", r">\1<", bare)
    return {piece.strip() for piece in re.findall(r">([^<]+)<", bare) if piece.strip()}
