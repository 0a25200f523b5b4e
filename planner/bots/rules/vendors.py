"""What each vendor asks of a message: address, signature, form and size, and what its answers mean. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlsplit

from planner.kernel.text import clean_line


class Vendor(StrEnum):
    """Whose group it is."""

    FEISHU = "feishu"
    DINGTALK = "dingtalk"
    WECOM = "wecom"


class Fault(StrEnum):
    """Why a message was not taken, as far as the answer tells."""

    SIGN = "sign"
    CLOCK = "clock"
    KEYWORD = "keyword"
    SOURCE = "source"
    ADDRESS = "address"
    LIMITED = "limited"
    TOO_LONG = "too_long"
    AWAY = "away"
    OTHER = "other"

    @property
    def needs_a_person(self) -> bool:
        """Whether trying again alone mends nothing."""
        return self in (Fault.SIGN, Fault.CLOCK, Fault.KEYWORD, Fault.SOURCE, Fault.ADDRESS)


@dataclass(frozen=True)
class Called:
    """Somebody whom a line calls (@): the name, and the ids by which vendors know them, if any."""

    name: str
    handles: Mapping[Vendor, str] = field(default_factory=dict[Vendor, str])


@dataclass(frozen=True)
class Line:
    """One piece of news as it is pushed: plain words, whom it calls, and where it leads; no link where no address is
    known. The words name everybody by themselves: a vendor that knows somebody by no id calls nobody."""

    text: str
    link: str = ""
    called: tuple[Called, ...] = ()

    def handles(self, vendor: Vendor) -> list[str]:
        """The ids by which this vendor calls those of the line, each once."""
        return list(dict.fromkeys(c.handles[vendor] for c in self.called if c.handles.get(vendor)))


HOSTS = {"open.feishu.cn": Vendor.FEISHU, "oapi.dingtalk.com": Vendor.DINGTALK, "qyapi.weixin.qq.com": Vendor.WECOM}
LONGEST_LINE = 240
MOST_LINES = 20
MOST_BYTES = {Vendor.FEISHU: 19_000, Vendor.DINGTALK: 18_000, Vendor.WECOM: 4096}
"""Of 飞书 and 钉钉 the whole body (both take 20 kB), of 企业微信 the markdown in it."""

_PATHS = {
    Vendor.FEISHU: re.compile(r"/open-apis/bot/v2/hook/[\w-]{8,}"),
    Vendor.DINGTALK: re.compile(r"/robot/send"),
    Vendor.WECOM: re.compile(r"/cgi-bin/webhook/send"),
}
_TOKENS = {Vendor.DINGTALK: "access_token", Vendor.WECOM: "key"}
_MOBILE = re.compile(r"(\+\d{1,3}-)?1\d{10}")
"""钉钉 knows people by the number of their phone, too."""
_HARMLESS = {ord(mark): chr(ord(mark) + 0xFEE0) for mark in "<>@&[]*_`~#|\\"}
"""Marks that mean something to a vendor become their wide twins, which read the same and mean nothing."""


def plain(text: str, most: int = LONGEST_LINE) -> str:
    """What people wrote, so that no vendor reads markup, a link or a call for everybody in it."""
    line = clean_line(text).translate(_HARMLESS)
    return line if len(line) <= most else line[: most - 1] + "…"


def vendor_at(host: str) -> Vendor | None:
    """Whose host this is; None of one that an operator has added."""
    return HOSTS.get(host)


def tidy(vendor: Vendor, address: str) -> str | None:
    """The address with nothing but its token, as the vendor's group shows it; None where it is none of this vendor."""
    try:
        parts = urlsplit(address)
        asked = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    except ValueError:
        return None
    if not _PATHS[vendor].fullmatch(parts.path):
        return None
    base = f"{parts.scheme}://{parts.netloc}{parts.path}"
    if vendor is Vendor.FEISHU:
        return base
    name = _TOKENS[vendor]
    token = asked.get(name, [""])[0]
    return f"{base}?{name}={token}" if re.fullmatch(r"[\w-]{8,200}", token) else None


def _hmac(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def sign_feishu(secret: str, seconds: int) -> str:
    """The signature that stands in the body: the text is the key, and nothing is signed."""
    return _hmac(f"{seconds}\n{secret}", "")


def sign_dingtalk(secret: str, milliseconds: int) -> str:
    """The signature that stands in the address, before it is quoted."""
    return _hmac(secret, f"{milliseconds}\n{secret}")


def signed(
    vendor: Vendor, address: str, secret: str, body: Mapping[str, Any], now: datetime
) -> tuple[str, dict[str, Any]]:
    """The address and the body as they are sent at this moment."""
    sent = dict(body)
    if vendor is Vendor.FEISHU and secret:
        seconds = int(now.timestamp())
        sent = {"timestamp": str(seconds), "sign": sign_feishu(secret, seconds), **sent}
    if vendor is Vendor.DINGTALK and secret:
        stamp = int(now.timestamp() * 1000)
        address = f"{address}&timestamp={stamp}&sign={quote_plus(sign_dingtalk(secret, stamp))}"
    return address, sent


def body_of(vendor: Vendor, head: str, lines: Sequence[Line], more: str, chinese: bool) -> dict[str, Any]:
    """A message of these lines under a head; `more` is the word of the links. All of it is harmless text by now."""
    if vendor is Vendor.FEISHU:
        rows = [_feishu_row(line, more) for line in lines]
        told = {"zh_cn" if chinese else "en_us": {"title": head, "content": rows}}
        return {"msg_type": "post", "content": {"post": told}}
    sign = "<@{}>" if vendor is Vendor.WECOM else "@{}"

    def mark(line: Line) -> str:
        calls = [sign.format(handle) for handle in line.handles(vendor)]
        return " ".join([line.text, *calls, *([f"[{more}]({line.link})"] if line.link else [])])

    marked = [mark(line) for line in lines]
    if vendor is Vendor.DINGTALK:
        text = "\n\n".join([f"**{head}**", *(f"- {line}" for line in marked)])
        title = plain(lines[0].text, 60) if len(lines) == 1 else head
        told = {"title": title, "text": text}
        ids = list(dict.fromkeys(h for line in lines for h in line.handles(vendor)))
        phones = [h for h in ids if _MOBILE.fullmatch(h)]
        at = {"atMobiles": phones, "atUserIds": [h for h in ids if h not in phones], "isAtAll": False}
        return {"msgtype": "markdown", "markdown": told, "at": at}
    text = "\n".join([f"**{head}**", *(f"> {line}" for line in marked)])
    return {"msgtype": "markdown", "markdown": {"content": text}}


def _feishu_row(line: Line, more: str) -> list[dict[str, str]]:
    calls = [{"tag": "at", "user_id": handle} for handle in line.handles(Vendor.FEISHU)]
    text = {"tag": "text", "text": f"{line.text} " if line.link or calls else line.text}
    return [text, *calls, *([{"tag": "a", "text": more, "href": line.link}] if line.link else [])]


def size_of(vendor: Vendor, body: Mapping[str, Any]) -> int:
    """The bytes that the vendor counts."""
    if vendor is Vendor.WECOM:
        return len(body["markdown"]["content"].encode())
    return len(json.dumps(body, ensure_ascii=False).encode())


def fits(vendor: Vendor, body: Mapping[str, Any], lines: int) -> bool:
    """Whether it is one message: few enough lines to read, and small enough, with room for the signature."""
    return lines <= MOST_LINES and size_of(vendor, body) <= MOST_BYTES[vendor]


_FEISHU = {
    19001: Fault.ADDRESS, 19021: Fault.SIGN, 19022: Fault.SOURCE, 19024: Fault.KEYWORD, 11232: Fault.LIMITED,
    19036: Fault.ADDRESS, 11246: Fault.OTHER,
}  # fmt: skip
_DINGTALK = {
    300001: Fault.ADDRESS, 300005: Fault.ADDRESS, 400013: Fault.ADDRESS, 400101: Fault.ADDRESS, 400102: Fault.ADDRESS,
    400106: Fault.ADDRESS, 130101: Fault.LIMITED, 410100: Fault.LIMITED, 40014: Fault.ADDRESS,
}  # fmt: skip
_WECOM = {
    93000: Fault.ADDRESS, 93004: Fault.ADDRESS, 93006: Fault.ADDRESS, 45009: Fault.LIMITED, 45033: Fault.LIMITED,
    40058: Fault.TOO_LONG, 45002: Fault.TOO_LONG, 60020: Fault.SOURCE,
}  # fmt: skip
_CODES = {Vendor.FEISHU: _FEISHU, Vendor.DINGTALK: _DINGTALK, Vendor.WECOM: _WECOM}
_SAID = (
    ("sign not match", Fault.SIGN),
    ("sign match fail", Fault.SIGN),
    ("timestamp", Fault.CLOCK),
    ("keyword", Fault.KEYWORD),
    ("key words", Fault.KEYWORD),
    ("whitelist", Fault.SOURCE),
    ("ip not allowed", Fault.SOURCE),
    ("too many request", Fault.LIMITED),
    ("too fast", Fault.LIMITED),
    ("freq", Fault.LIMITED),
    ("token is not exist", Fault.ADDRESS),
    ("exceed max length", Fault.TOO_LONG),
)


def verdict(vendor: Vendor, status: int, told: Mapping[str, Any]) -> tuple[Fault, str] | None:
    """None where the message was taken, else why not, and the vendor's own number of it."""
    name, words = ("code", "msg") if vendor is Vendor.FEISHU else ("errcode", "errmsg")
    code, said = told.get(name), str(told.get(words, "")).lower()
    if status == 200 and code == 0:
        return None
    number = str(code)[:12] if isinstance(code, int) else f"HTTP {status}"
    if isinstance(code, int) and code in _CODES[vendor]:
        return _CODES[vendor][code], number
    for part, fault in _SAID:
        if isinstance(code, int) and part in said:
            return fault, number
    if status == 429:
        return Fault.LIMITED, number
    if status in (400, 401, 403, 404) and not isinstance(code, int):
        return Fault.ADDRESS, number
    return (Fault.AWAY if status >= 500 else Fault.OTHER), number
