"""Markdown of comments: what is kept of it, and that nothing in it can do harm; people by number instead of name."""

from __future__ import annotations

import html
import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.discussions import prose, rules

NAMES = {3: "小<米>", 12: "Mia Chen"}
ALLOWED = prose.TAGS | {"span"}


class Reader(HTMLParser):
    """Collects tags and attributes as a browser would."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def read(text: str) -> Reader:
    found = Reader()
    found.feed(str(prose.to_html(text, NAMES)))
    found.close()
    return found


def is_harmless(text: str) -> None:
    for tag, attributes in read(text).tags:
        assert tag in ALLOWED, (text, tag)
        for name, value in attributes.items():
            if (tag, name) == ("span", "class"):
                assert value == "mention"
            elif (tag, name) == ("a", "href"):
                assert re.match(r"(?i)(https?|mailto):", value or ""), (text, value)
            else:
                assert (tag, name, value) == ("a", "rel", "noopener nofollow ugc"), (text, tag, name, value)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**粗** 和 *斜*", "<p><strong>粗</strong> 和 <em>斜</em></p>"),
        ("一\n二", "<p>一<br>\n二</p>"),
        ("- 价格\n- 赠品", "<ul>\n<li>价格</li>\n<li>赠品</li>\n</ul>"),
        ("> 引用", "<blockquote>\n<p>引用</p>\n</blockquote>"),
        ("~~不要~~ `码`", "<p><s>不要</s> <code>码</code></p>"),
        ("# 大标题", "<p># 大标题</p>"),
        ("你好 <@3>", '<p>你好 <span class="mention">@小&lt;米&gt;</span></p>'),
        ("<@99>", '<p><span class="mention">@…</span></p>'),
        ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>"),
        (
            "看 https://a.cn/x?y=1，对吧",
            '<p>看 <a href="https://a.cn/x?y=1" rel="noopener nofollow ugc">https://a.cn/x?y=1</a>，对吧</p>',
        ),
        (
            "[表](https://a.cn/1) [写信](mailto:a@b.cn)",
            '<p><a href="https://a.cn/1" rel="noopener nofollow ugc">表</a> '
            '<a href="mailto:a@b.cn" rel="noopener nofollow ugc">写信</a></p>',
        ),
        ("", ""),
    ],
)
def test_what_people_write_is_shown(text: str, shown: str) -> None:
    assert str(prose.to_html(text, NAMES)).strip() == shown


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<b onclick=x>b</b>", "<a href='javascript:1'>x</a>",
        "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](java\tscript:alert(1))", "[x](data:text/html,<script>)",
        "[x](vbscript:x)", "[x](//evil.example)", "[x](/undo/1)", "[x](#a)", "[x](file:///etc/passwd)",
        "![x](https://a.cn/x.png)", "[a]: javascript:alert(1)\n\n[a]", "<javascript:alert(1)>", "<style>*{}</style>",
        "[t](http://e/ '<@3>')", "[t](http://e/ \"onmouseover=x\")", "[<@3>](http://e/<@3>)", "`<@3>`", "    <@3>",
        "```html\n<script>\n```", "&lt;script&gt;", "&#60;script&#62;", "<@3><script>", "https://a.cn/<script>alert(1)</script>",
        "https://a.cn/\"onmouseover=\"x", "<!-- x --><iframe src=x>", "<svg/onload=x>", "\x00<b>", "[x](http://a.cn\"onclick=x)",
    ],
)  # fmt: skip
def test_nothing_can_do_harm(text: str) -> None:
    is_harmless(text)


@given(st.text(alphabet="<>@&;#[](){}*_~`!-\"'=/:.x3 \n\thtpsjavcri", max_size=60))
def test_nothing_made_of_the_same_letters_can_do_harm(text: str) -> None:
    is_harmless(text)


@pytest.mark.parametrize("piece", ["[", "*a", ">", "`", "<@3>", "(", "[a](", "~~", "- ", "_*", "https://a."])
def test_no_comment_takes_long(piece: str) -> None:
    began = time.perf_counter()
    prose.to_html((piece * rules.LONGEST)[: rules.LONGEST], NAMES)
    assert time.perf_counter() - began < 5


PEOPLE = {"小米": 3, "小米粒": 4, "Mia Chen": 12, "mia": 5}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("@小米 你看", "<@3> 你看"),
        ("@小米你看", "<@3>你看"),
        ("问@小米粒，@小米", "问<@4>，<@3>"),
        ("@Mia Chen!", "<@12>!"),
        ("@MIA", "<@5>"),
        ("@Miami", "@Miami"),
        ("a@mia.cn", "a@mia.cn"),
        ("@谁也不是", "@谁也不是"),
        ("没有人", "没有人"),
    ],
)
def test_names_are_kept_as_numbers_and_come_back(typed: str, kept: str) -> None:
    assert rules.fold(typed, PEOPLE) == kept
    back = {3: "小米", 4: "小米粒", 12: "Mia Chen", 5: "MIA"}
    assert rules.unfold(kept, back) == typed


def test_nobody_known_changes_nothing() -> None:
    assert rules.fold("@小米", {}) == "@小米"
    assert rules.named_in(["<@3> <@12>", "<@3>", "<@x>"]) == {3, 12}


def test_an_excerpt_is_one_line_without_markup() -> None:
    assert rules.excerpt("**要**：\n\n- 价格\n- 赠品") == "要： 价格 赠品"
    assert len(rules.excerpt("长" * 500)) == rules.EXCERPT
    assert html.escape(rules.excerpt("a_b 2 > 1")) == "a_b 2 &gt; 1"


@pytest.mark.parametrize(
    ("kept", "names"),
    [
        ("@林 看一下", ["林"]),
        ("<@3> 和 @Nobody. 还有 @Nobody", ["Nobody"]),
        ("写信到 a@b.cn 或 <@12>", []),
        ("@ 8 点", []),
        (" ".join(f"@n{n}" for n in range(9)), ["n0", "n1", "n2", "n3", "n4"]),
    ],
)
def test_names_that_are_nobodys_are_found(kept: str, names: list[str]) -> None:
    assert rules.unheard(kept) == names
