"""Every macro, layout and error page renders strictly, in both languages, without styles or scripts of its own."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask, render_template
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    DecimalField,
    Form,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from tests.ui.kit import ROOT, Served, make_app

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr", "circle", "path", "rect", "use"}

ALL = """{% extends "layouts/base.html" %}
{% from "ui/form.html" import hidden, errors, field, segments, checks, check, money, input, pick, submit %}
{% from "ui/actions.html" import primary, secondary, quiet, danger, post, menu, menu_link, menu_post %}
{% from "ui/table.html" import table, sort_link %}{% from "ui/chips.html" import chip_of %}{% from "ui/empty.html" import empty %}
{% from "ui/pager.html" import pager %}{% from "ui/timeline.html" import timeline, event %}{% from "ui/progress.html" import bar, ring %}
{% from "ui/facts.html" import facts, figure, money_cell %}{% from "ui/tabs.html" import tabs %}{% from "ui/stale.html" import stale %}
{% from "ui/toolbar.html" import toolbar %}{% from "ui/avatar.html" import avatar, person %}{% from "ui/countdown.html" import countdown %}
{% from "ui/strip.html" import strip %}{% from "ui/funnel.html" import funnel, spark %}{% from "ui/steps.html" import steps %}{% from "ui/note.html" import note %}
{% block title %}Everything{% endblock %}{% block crumbs %}<a href="/">Home</a>{% endblock %}{% block sub %}sub{% endblock %}
{% block status %}{{ chip_of('live', 'live') }}{% endblock %}{% block primary %}{{ primary('/x', 'New', 'plus', new=True) }}{% endblock %}
{% block more %}{{ secondary('/x', 'Edit', edit=True) }}{{ quiet('/x', 'Q') }}{{ danger('/x', 'D', 'x') }}{% call menu('M', text=True) %}{{ menu_link('/x', 'L', 'x', on=True) }}{{ menu_post('/x', 'P', 'x', danger=True, fields={'a': 1}, confirm='Sure?') }}{{ menu_post('/x', 'P') }}{% endcall %}{% endblock %}
{% block tabs %}{{ tabs([{'label': 'One', 'url': '/x', 'on': True, 'count': 3, 'icon': 'list'}, {'label': 'Two', 'url': '/y'}], 'Views') }}{% endblock %}
{% block content %}
{{ steps(['a', 'b', 'c'], 2) }}
<form method="post" class="form">{{ hidden(form, next='/there') }}{{ errors(form) }}{{ field(form.name, help='Helps', unit='kg', autofocus=True, placeholder='p', autocomplete='off', attrs={'data-x': '1'}) }}
{{ field(form.at) }}{{ field(form.count) }}{{ field(form.room) }}{{ field(form.note) }}{{ segments(form.weight, help='W') }}{{ checks(form.posts) }}{{ check(form.yes, help='Y') }}{{ money(form.amount) }}
{{ input('login', 'Login', error='Wrong', help='Short', attrs={'autocomplete': 'username'}) }}{{ input('words', 'Words', '<b>', 'textarea') }}{{ pick('sort', 'Sort', [('a', 'A'), ('b', 'B')], 'b', help='h', autosubmit=True) }}
{% call submit(cancel='/x', sticky=True, busy='Busy') %}<span>more</span>{% endcall %}</form>
{{ post('/x', 'Go', 'check', fields={'a': 'b'}) }}{{ post('/x', 'Del', 'trash-2', 'danger', confirm='Sure?', label_hidden=True) }}
{{ toolbar('/x', q='<q>', filters=[{'label': 'All', 'url': '/x', 'on': True, 'count': 0}, {'label': 'Mine', 'url': '/y'}], sorts=[{'label': 'Time', 'url': '/x'}], keep={'f': 'x'}) }}
{% call table('T', [{'label': 'A', 'sort_url': '/x', 'sort': 'asc'}, {'label': 'B', 'num': True, 'hide': 'phone'}, {'label': 'C', 'sr': True}]) %}<tr data-row><td>1</td><td class="num">2</td><td></td></tr>{% endcall %}
{% call table('Empty', [{'label': 'A'}], empty='None yet') %}{% endcall %}
{% for kind in ('ok', 'warn', 'bad', 'live', 'mute', 'accent') %}{{ chip_of(kind, kind) }}{% endfor %}
{{ empty('Nothing', 'Why', '/x', 'Do') }}{% call empty('Nothing', 'Why') %}<p>more</p>{% endcall %}{{ pager('/n', '/p', 20, 60) }}{{ pager(shown=1) }}
{% call timeline() %}{{ event('0:42', 'x', 'bad', who='w', icon_name='mic', iso='2026-01-01T00:00:00Z') }}{% call event('1:00', 'y') %}z{% endcall %}{% endcall %}
{{ bar(3, 4, '3/4', 'ok') }}{{ bar(none, 0, 'none') }}{{ ring(0, 0, 'r') }}{{ ring(5, 5, 'r') }}{{ facts([('a', 'b'), ('c', none)]) }}
{{ figure('8万', '元', 'GMV', exact='¥80,000.00', sub='s') }}{{ money_cell('¥1.00', '¥1.00') }}{{ avatar('林小雨') }}{{ person('Ann', 'host') }}
{{ stale([('Name', 'theirs', '<mine>', True), ('Room', none, 'x', False)], ('Ann', 'today'), '/x', {'name': '<mine>'}) }}
{{ countdown(later, now) }}{{ countdown(earlier, now, label='since', big=True) }}{{ countdown(earlier, now, mode='up') }}{{ countdown(far, now, reload=True) }}
{{ strip('Done', undo_url='/u') }}{{ funnel([('a', 100, '100'), ('b', none, ''), ('c', amount, '5'), ('d', 0, '0')], 'F') }}{{ funnel([('a', none, '')], 'F') }}
{{ spark([1, none, 3, amount], 'S', target=2) }}{{ spark([none, 1], 'S') }}{{ spark([2, 2], 'S') }}{{ note('warn', 'T') }}{% call note() %}x{% endcall %}
{% endblock %}
{% block aside %}<p>aside</p>{% endblock %}{% block sticky %}<p>sticky</p>{% endblock %}
"""
BARE = '{% extends "layouts/base.html" %}{% block title %}Bare{% endblock %}{% block content %}<p>only this</p>{% endblock %}'


class Everything(Form):
    """One field of each kind."""

    version = HiddenField(default="3")
    name = StringField("Name", [InputRequired()])
    at = DateTimeLocalField("At", [InputRequired()])
    count = IntegerField("Count", [InputRequired()])
    room = SelectField("Room", choices=[SelectChoice("1", "One"), SelectChoice("2", "Two")])
    note = TextAreaField("Note", description="Described")
    weight = RadioField("Weight", choices=[SelectChoice("d", "Daily"), SelectChoice("b", "Big")], default="b")
    posts = SelectMultipleField(
        "Posts", choices=[SelectChoice("h", "Host"), SelectChoice("c", "Control")], default=["c"]
    )
    yes = BooleanField("Yes")
    amount = DecimalField("Amount", [Optional()])


class Reader(HTMLParser):
    """Collects what the tests ask about, and complains about tags that do not close."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.wrong.append(f"<{tag}> repeats an attribute: {names}")
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing that is open")


def read(html: str) -> Reader:
    """The tags of a page."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """The kit's application with a page that uses everything."""
    return make_app(Served(), tmp_path, {"all.html": ALL, "bare.html": BARE})


def values(valid: bool) -> dict[str, object]:
    """What the page of everything shows."""
    now = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
    form = Everything(
        data={
            "name": "<script>alert(1)</script>",
            "count": 2,
            "weight": "b",
            "posts": ["c"],
            "version": "3",
            "room": "2",
        }
    )
    if not valid:
        form.name.errors, form.room.errors, form.weight.errors = ["Too <long>"], ["Taken"], ["Choose"]
        form.version.errors = ["Somebody was faster"]
    return {
        "form": form,
        "now": now,
        "later": now + dt.timedelta(hours=2, minutes=13, seconds=5),
        "earlier": now - dt.timedelta(minutes=9),
        "far": now + dt.timedelta(days=3, hours=1),
        "amount": Decimal("5.5"),
    }


def render(app: Flask, name: str, language: str, **given: object) -> str:
    """A template as a request in this language gets it."""
    with app.test_request_context(f"/?lang={language}"):
        return render_template(name, **given)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("valid", [True, False])
def test_every_macro_renders_whole_and_clean(app: Flask, language: str, valid: bool) -> None:
    page = read(render(app, "all.html", language, **values(valid)))
    assert page.wrong == []
    assert page.open == []
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert sorted(ids) == sorted(set(ids))
    for tag, attrs in page.tags:
        assert "style" not in attrs, tag
        assert not [name for name in attrs if name.startswith("on")], tag
        if tag == "script":
            assert attrs["src"]
        if tag in ("input", "select", "textarea") and attrs.get("type") != "hidden":
            named = attrs.get("aria-label") or attrs.get("id") in {a.get("for") for t, a in page.tags if t == "label"}
            assert named or attrs.get("type") == "checkbox", attrs
        for tie in ("aria-describedby", "aria-labelledby", "aria-controls"):
            for target in (attrs.get(tie) or "").split():
                assert target in ids, (tag, tie, target)
        if tag == "form" and attrs.get("method") == "post":
            assert attrs.get("action") != ""


def test_what_was_typed_is_shown_again_and_escaped(app: Flask) -> None:
    html = render(app, "all.html", "en", **values(valid=False))
    assert "<script>alert" not in html
    assert 'value="&lt;script&gt;alert(1)&lt;/script&gt;"' in html
    assert "Too &lt;long&gt;" in html
    page = read(html)
    by_id = {attrs["id"]: attrs for _, attrs in page.tags if "id" in attrs}
    assert by_id["name"]["aria-invalid"] == "true"
    assert by_id["name"]["aria-describedby"] == "name-error name-help"
    assert by_id["name"]["class"] == "input"
    assert by_id["room"]["class"] == "select"
    checked = [attrs["value"] for tag, attrs in page.tags if tag == "input" and "checked" in attrs]
    assert checked == ["b", "c"]
    assert "Somebody was faster" in html
    hidden = [(attrs.get("name"), attrs.get("value")) for _, attrs in page.tags if attrs.get("type") == "hidden"]
    assert ("version", "3") in hidden
    assert ("next", "/there") in hidden
    for link in (
        attrs["href"] for tag, attrs in page.tags if tag == "a" and (attrs.get("href") or "#x").startswith("#")
    ):
        assert link[1:] in by_id or link == "#main", link


def test_every_post_form_carries_the_guard_fields(app: Flask) -> None:
    html = render(app, "all.html", "en", **values(valid=True))
    forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", html, re.DOTALL)
    assert len(forms) > 8
    for form in forms:
        assert 'name="csrf_token"' in form, form[:120]
        assert 'name="once"' in form, form[:120]


def test_countdowns_are_right_without_a_script(app: Flask) -> None:
    texts = re.findall(
        r"<time class=\"count-digits.*?>(.*?)</time>", render(app, "all.html", "en", **values(valid=True))
    )
    assert texts == ["2:13:05", "+0:09:00", "0:09:00", "3 d 1:00:00"]


def test_a_page_needs_nothing_but_a_title(app: Flask) -> None:
    """A reader without team, navigation or messages gets a page too."""
    app.template_context_processors[None].clear()
    html = render(app, "bare.html", "en")
    assert "<p>only this</p>" in html
    assert "bottombar" not in html
    assert "<aside" not in html
    assert read(html).wrong == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 422, 429, 500, 503])
def test_error_pages_stand_alone(app: Flask, code: int, language: str) -> None:
    """No database, no user, no shell: they are shown when everything else failed."""
    app.template_context_processors[None].clear()
    html = render(app, f"errors/{code}.html", language, lang="en" if language == "en" else "zh-Hans")
    page = read(html)
    assert page.wrong == []
    assert [tag for tag, _ in page.tags].count("h1") == 1
    assert any(tag == "a" and "btn-primary" in (attrs.get("class") or "") for tag, attrs in page.tags)
    words = re.sub(r"<[^>]*>", " ", html)
    chinese = re.findall(r"[一-鿿]", words)
    assert (len(chinese) > 20) == (language == "zh")
    shown = render(app, f"errors/{code}.html", language, request_id="a1b2", message="<why>")
    assert "a1b2" in shown
    assert "&lt;why&gt;" in shown


def test_the_wait_is_told(app: Flask) -> None:
    assert "Wait 1 second," in render(app, "errors/429.html", "en", retry_after=1)
    assert "请等 40 秒" in render(app, "errors/429.html", "zh", retry_after=40)


def test_strips_say_and_undo(app: Flask) -> None:
    strips = [
        {"text": "Watch <out>", "kind": "warn", "undo_url": None},
        {"text": "Moved", "kind": "ok", "undo_url": "/undo/7"},
    ]
    html = render(app, "bare.html", "en", strips=strips)
    assert "note-warn" in html
    assert "Watch &lt;out&gt;" in html
    assert re.search(r'<div class="undo" role="status".*?Moved.*?action="/undo/7"', html, re.DOTALL)


def sources() -> list[Path]:
    """Every template of the program."""
    return sorted((ROOT / "templates").rglob("*.html"))


def test_every_icon_named_is_in_the_sprite() -> None:
    names = set((ROOT / "assets/icons.txt").read_text().split()) | {"mark"}
    used = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in sources()
        for name in re.findall(r"""\bicon\('([a-z0-9-]+)'\)|icon_name='([a-z0-9-]+)'""", path.read_text())
        for name in name
        if name
    }
    assert len(used) > 20
    assert {(path, name) for path, name in used if name not in names} == set()


def test_the_icon_list_is_sorted_and_each_exists_once() -> None:
    names = (ROOT / "assets/icons.txt").read_text().split()
    assert names == sorted(set(names))


def test_the_kit_speaks_chinese_completely() -> None:
    with (ROOT / "planner/translations/src/ui.po").open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans_CN")
    empty = [message.id for message in catalogue if message.id and not message.string]
    assert empty == []
    for message in catalogue:
        if isinstance(message.id, str) and isinstance(message.string, str):
            assert sorted(re.findall(r"%\(\w+\)s", message.id)) == sorted(re.findall(r"%\(\w+\)s", message.string))
