"""What vendors ask, held by arithmetic: limits in every window, whole lines in every message, no mark that calls anybody."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.bots import rules
from planner.bots.rules import Fault, Line, Topic, Vendor

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
VENDORS = st.sampled_from(Vendor)
TOKEN = "0123456789abcdef-XYZ"


def test_signatures_are_those_of_the_vendors() -> None:
    """Worked out with openssl: `printf '' | openssl dgst -sha256 -hmac $'1599360473\\ndemo'`, and for 钉钉 the other way round."""
    assert rules.sign_feishu("demo", 1599360473) == "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="
    assert rules.sign_dingtalk("this is secret", 1577262236757) == "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="


def test_where_the_signature_stands() -> None:
    address, body = rules.signed(Vendor.FEISHU, "https://h/x", "s", {"a": 1}, NOW)
    assert (address, body["timestamp"], body["a"]) == ("https://h/x", str(int(NOW.timestamp())), 1)
    address, body = rules.signed(Vendor.DINGTALK, "https://h/robot/send?access_token=t", "s", {"a": 1}, NOW)
    asked = parse_qs(urlsplit(address).query, strict_parsing=True)
    stamp = int(NOW.timestamp() * 1000)
    assert asked == {"access_token": ["t"], "timestamp": [str(stamp)], "sign": [rules.sign_dingtalk("s", stamp)]}
    assert body == {"a": 1}
    for vendor in Vendor:
        assert rules.signed(vendor, "https://h/x?k=1", "", {"a": 1}, NOW) == ("https://h/x?k=1", {"a": 1})
    assert rules.signed(Vendor.WECOM, "https://h/x?k=1", "s", {"a": 1}, NOW) == ("https://h/x?k=1", {"a": 1})


@given(VENDORS, st.lists(st.floats(0, 3), min_size=1, max_size=150))
def test_no_window_ever_holds_more_than_the_vendor_takes(vendor: Vendor, gaps: list[float]) -> None:
    """Somebody always has something to tell: each leaves when it may, and arrives up to a second late."""
    sent: list[datetime] = []
    now = NOW
    for gap in gaps:
        now = rules.free_at(vendor, sent, now + timedelta(seconds=gap))
        sent.append(now)
    for limit in rules.LIMITS[vendor]:
        for late in (timedelta(0), timedelta(seconds=1)):
            arrived = [at + (late if number % 2 else timedelta(0)) for number, at in enumerate(sent)]
            for at in arrived:
                held = sum(1 for other in arrived if at <= other < at + timedelta(seconds=limit.seconds))
                assert held <= limit.count, (vendor, limit, late)


def test_the_pace_does_not_wait_for_nothing() -> None:
    assert rules.free_at(Vendor.WECOM, [], NOW) == NOW
    assert rules.free_at(Vendor.WECOM, [NOW - timedelta(seconds=s) for s in range(19)], NOW) == NOW
    full = [NOW - timedelta(seconds=s) for s in range(20)]
    assert NOW < rules.free_at(Vendor.WECOM, full, NOW) <= NOW + rules.LOOK_BACK


TEXTS = st.text(st.characters(codec="utf-8"), max_size=400)


@given(VENDORS, st.lists(TEXTS, min_size=1, max_size=60), st.booleans())
def test_messages_keep_their_size_and_hold_every_line_whole_once_and_in_order(
    vendor: Vendor, texts: list[str], linked: bool
) -> None:
    link = "https://plan.example.com/sessions/1" if linked else ""
    lines = [Line(f"{number}·{rules.plain(text)}", link) for number, text in enumerate(texts)]
    left, messages = list(lines), list[list[Line]]()

    def body(rows: object) -> dict[str, object]:
        return rules.body_of(vendor, "晨光", rows, "打开", True)  # type: ignore[arg-type]

    while left:
        count = rules.first_that_fit(left, lambda rows: rules.fits(vendor, body(rows), len(rows)))
        messages.append(left[:count])
        left = left[count:]
    assert [line for message in messages for line in message] == lines
    for message in messages:
        made = body(message)
        assert rules.size_of(vendor, made) <= rules.MOST_BYTES[vendor]
        assert len(message) <= rules.MOST_LINES
        told = json.dumps(made, ensure_ascii=False)
        assert all(json.dumps(line.text, ensure_ascii=False)[1:-1] in told for line in message)


MARKS = st.text(st.sampled_from(list("<>@[]()*_`~#|\\&at allAL所有人\n\r\t\u2028\x00ab/:.")), max_size=80)


@given(MARKS)
def test_nothing_people_write_is_a_mark_a_link_or_a_call_for_everybody(text: str) -> None:
    line = rules.plain(text)
    assert not re.search(r"[<>@&\[\]*_`~#|\\\n\r\u2028\x00]", line)
    for vendor in Vendor:
        told = json.dumps(rules.body_of(vendor, line, [Line(line)], "打开", True), ensure_ascii=False)
        assert "<at" not in told
        assert "<@" not in told
        assert "@" not in told.replace('"at": {"atMobiles": [], "atUserIds": [], "isAtAll": false}', "")


def test_names_that_were_made_to_call_everybody() -> None:
    for bad in ('<at user_id="all">所有人</at>', "@all", "@所有人", "<@all>", "[免费领](https://evil.example)"):
        line = rules.plain(bad)
        for vendor in Vendor:
            made = json.dumps(rules.body_of(vendor, "晨光", [Line(line)], "打开", True), ensure_ascii=False)
            assert "](https://evil" not in made
            assert "<at" not in made
            assert "@all" not in made
            assert "@所有人" not in made


def test_a_long_line_is_cut_and_says_so() -> None:
    assert rules.plain("长" * 500).endswith("…")
    assert len(rules.plain("长" * 500)) == 240
    assert rules.plain("a\nb\tc") == "a b c" or rules.plain("a\nb\tc") == "ab c"


@pytest.mark.parametrize(
    ("vendor", "address", "kept"),
    [
        (Vendor.FEISHU, f"https://open.feishu.cn/open-apis/bot/v2/hook/{TOKEN}?x=1", f"/open-apis/bot/v2/hook/{TOKEN}"),
        (Vendor.FEISHU, f"https://open.feishu.cn/open-apis/bot/hook/{TOKEN}", None),
        (Vendor.FEISHU, "https://open.feishu.cn/open-apis/bot/v2/hook/../../x", None),
        (Vendor.DINGTALK, f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}&timestamp=1&sign=2", f"/robot/send?access_token={TOKEN}"),
        (Vendor.DINGTALK, "https://oapi.dingtalk.com/robot/send", None),
        (Vendor.DINGTALK, "https://oapi.dingtalk.com/robot/send?access_token=a%26b%3Dcdefghij", None),
        (Vendor.WECOM, f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={TOKEN}", f"/cgi-bin/webhook/send?key={TOKEN}"),
        (Vendor.WECOM, f"https://qyapi.weixin.qq.com/cgi-bin/webhook/upload_media?key={TOKEN}", None),
    ],
)  # fmt: skip
def test_an_address_is_kept_with_nothing_but_its_token(vendor: Vendor, address: str, kept: str | None) -> None:
    found = rules.tidy(vendor, address)
    assert (found is None) is (kept is None)
    if found is not None and kept is not None:
        assert found.endswith(kept)
        assert rules.vendor_at(urlsplit(found).hostname or "") is vendor


@pytest.mark.parametrize(
    ("vendor", "status", "told", "fault"),
    [
        (Vendor.FEISHU, 200, {"code": 0, "msg": "success"}, None),
        (Vendor.FEISHU, 200, {"code": 19021, "msg": "sign match fail"}, Fault.SIGN),
        (Vendor.FEISHU, 200, {"code": 9499, "msg": "too many request"}, Fault.LIMITED),
        (Vendor.FEISHU, 200, {"code": 9499, "msg": "Bad Request"}, Fault.OTHER),
        (Vendor.FEISHU, 200, {}, Fault.OTHER),
        (Vendor.FEISHU, 200, {"code": "0"}, Fault.OTHER),
        (Vendor.FEISHU, 429, {}, Fault.LIMITED),
        (Vendor.FEISHU, 404, {}, Fault.ADDRESS),
        (Vendor.FEISHU, 503, {"code": 0}, Fault.AWAY),
        (Vendor.DINGTALK, 200, {"errcode": 0, "errmsg": "ok"}, None),
        (Vendor.DINGTALK, 200, {"errcode": 310000, "errmsg": "sign not match, more"}, Fault.SIGN),
        (Vendor.DINGTALK, 200, {"errcode": 310000, "errmsg": "invalid timestamp"}, Fault.CLOCK),
        (Vendor.DINGTALK, 200, {"errcode": 310000, "errmsg": "keywords not in content"}, Fault.KEYWORD),
        (Vendor.DINGTALK, 200, {"errcode": 310000, "errmsg": "ip 1.2.3.4 not in whitelist"}, Fault.SOURCE),
        (Vendor.DINGTALK, 200, {"errcode": 130101, "errmsg": "send too fast"}, Fault.LIMITED),
        (Vendor.WECOM, 200, {"errcode": 93000, "errmsg": "invalid webhook url"}, Fault.ADDRESS),
        (Vendor.WECOM, 200, {"errcode": 45009, "errmsg": "api freq out of limit"}, Fault.LIMITED),
        (Vendor.WECOM, 200, {"errcode": 40058, "errmsg": "exceed max length"}, Fault.TOO_LONG),
    ],
)  # fmt: skip
def test_answers_mean_what_the_vendors_say(
    vendor: Vendor, status: int, told: dict[str, object], fault: Fault | None
) -> None:
    found = rules.verdict(vendor, status, told)
    assert (found[0] if found else None) is fault


def test_failures_wait_longer_and_then_pause() -> None:
    waits = [rules.after_failure(Vendor.FEISHU, Fault.AWAY, fails) for fails in range(1, 7)]
    assert waits[-1] is None
    told = [wait for wait in waits if wait is not None]
    assert told == sorted(told)
    assert rules.after_failure(Vendor.FEISHU, Fault.SIGN, 3) is None
    for fails in (1, 5, 50):
        assert rules.after_failure(Vendor.DINGTALK, Fault.LIMITED, fails) == timedelta(minutes=10)


def test_topics_of_news() -> None:
    def state(before: str, after: str) -> Topic | None:
        return rules.topic_of("live.StateChanged", {"before": before, "after": after})

    assert state("scheduled", "cancelled") is Topic.CANCELLED
    assert state("cancelled", "scheduled") is Topic.CANCELLED
    assert state("live", "ended") is Topic.ENDED
    assert state("scheduled", "preparing") is None
    assert rules.topic_of("live.SessionMoved", {}) is Topic.MOVED
    assert rules.topic_of("outcomes.FiguresStored", {}) is Topic.RESULT
    assert rules.topic_of("people.RoleChanged", {}) is None
