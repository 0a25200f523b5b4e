"""Servers that ask of a message what 飞书, 钉钉 and 企业微信 ask, and answer as they do."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from planner.bots.rules import Vendor
from tests.far import Asked, Far

TOKEN = "5f0e8b1c-77aa-4d1e-9c3f-2b6d1a9e4c11"
SECRET = "SEC-of-the-group-00917"
PATHS = {
    Vendor.FEISHU: f"/open-apis/bot/v2/hook/{TOKEN}",
    Vendor.DINGTALK: f"/robot/send?access_token={TOKEN}",
    Vendor.WECOM: f"/cgi-bin/webhook/send?key={TOKEN}",
}
HOUR = 3600


@dataclass
class Group:
    """One group with its bot: how it is secured, and what was said in it."""

    vendor: Vendor
    secret: str = ""
    keyword: str = ""
    sources_listed: bool = False
    gone: bool = False
    broken: bool = False
    now: Callable[[], float] = time.time
    taken_at: list[float] = field(default_factory=list)
    said: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    before_answer: Callable[[], None] | None = None
    may_call: frozenset[str] = frozenset()
    """Whom a message may call by an id; nobody else, and never everybody."""

    def answer(self, asked: Asked) -> tuple[int, bytes]:
        """Check everything, in the vendor's own words."""
        if self.before_answer:
            self.before_answer()
        if self.broken:
            return 502, b"<html>bad gateway</html>"
        ask = {Vendor.FEISHU: self._feishu, Vendor.DINGTALK: self._dingtalk, Vendor.WECOM: self._wecom}[self.vendor]
        told = ask(urlsplit(asked.path), asked)
        if told is None:
            self.taken_at.append(self.now())
            self.said.append(json.loads(asked.body))
            ok = (
                {"code": 0, "msg": "success", "data": {}}
                if self.vendor is Vendor.FEISHU
                else {"errcode": 0, "errmsg": "ok"}
            )
            return 200, json.dumps(ok).encode()
        self.faults.append(str(told))
        return 200, json.dumps(told).encode()

    def _within(self, seconds: float) -> int:
        return sum(1 for at in self.taken_at if at > self.now() - seconds)

    def text(self, number: int = -1) -> str:
        """The words of a message as the group reads them."""
        body = self.said[number]
        if self.vendor is Vendor.FEISHU:
            told = next(iter(body["content"]["post"].values()))
            rows = ["".join(piece.get("text") or f"@{piece['user_id']}" for piece in row) for row in told["content"]]
            return "\n".join([told["title"], *rows])
        return body["markdown"].get("text") or body["markdown"]["content"]

    def _feishu(self, parts: Any, asked: Asked) -> dict[str, Any] | None:
        def no(code: int, words: str) -> dict[str, Any]:
            return {"code": code, "msg": words, "data": {}}

        body = json.loads(asked.body)
        if self.gone or parts.path != PATHS[Vendor.FEISHU]:
            return no(19001, "param invalid: incoming webhook access token invalid")
        if len(asked.body) > 20 * 1024:
            return no(9499, "Bad Request")
        if self._within(1) >= 5 or self._within(60) >= 100:
            return no(11232, "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]")
        if self.secret:
            stamp = body.get("timestamp")
            key = f"{stamp}\n{self.secret}".encode()
            right = base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
            fresh = isinstance(stamp, str) and stamp.isdigit() and abs(self.now() - int(stamp)) <= HOUR
            if not fresh or body.get("sign") != right:
                return no(19021, "sign match fail or timestamp is not within one hour from current time")
        if self.sources_listed:
            return no(19022, "Ip Not Allowed")
        if self.keyword and self.keyword not in json.dumps(body, ensure_ascii=False):
            return no(19024, "Key Words Not Found")
        if body.get("msg_type") != "post" or not isinstance(body["content"]["post"], dict):
            return no(9499, "Bad Request")
        for told in body["content"]["post"].values():
            for row in told["content"]:
                calls = {piece["user_id"] for piece in row if piece["tag"] == "at"}
                assert calls <= self.may_call
                assert all(piece["tag"] in ("text", "a", "at") for piece in row)
        return None

    def _dingtalk(self, parts: Any, asked: Asked) -> dict[str, Any] | None:
        def no(code: int, words: str) -> dict[str, Any]:
            return {"errcode": code, "errmsg": words}

        query, body = parse_qs(parts.query), json.loads(asked.body)
        if self.gone or parts.path != "/robot/send" or query.get("access_token") != [TOKEN]:
            return no(300005, "token is not exist")
        if self._within(60) >= 20:
            return no(130101, "send too fast, exceed 20 times per minute")
        if self.secret:
            stamp = query.get("timestamp", ["0"])[0]
            text = f"{stamp}\n{self.secret}".encode()
            right = base64.b64encode(hmac.new(self.secret.encode(), text, hashlib.sha256).digest()).decode()
            if abs(self.now() * 1000 - int(stamp)) > HOUR * 1000:
                return no(310000, "invalid timestamp, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]")
            if query.get("sign") != [right]:
                return no(310000, "sign not match, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]")
        if self.sources_listed:
            return no(310000, "ip 203.0.113.9 not in whitelist, more: [https://ding-doc.dingtalk.com/doc]")
        markdown = body.get("markdown", {})
        if self.keyword and self.keyword not in markdown.get("text", "") + markdown.get("title", ""):
            return no(310000, "keywords not in content, more: [https://ding-doc.dingtalk.com/doc]")
        if body.get("msgtype") != "markdown" or not markdown.get("title") or len(asked.body) > 20_000:
            return no(40035, "缺少参数 json")
        assert body["at"]["isAtAll"] is False
        assert {*body["at"]["atMobiles"], *body["at"]["atUserIds"]} <= self.may_call
        return None

    def _wecom(self, parts: Any, asked: Asked) -> dict[str, Any] | None:
        def no(code: int, words: str) -> dict[str, Any]:
            return {"errcode": code, "errmsg": f"{words}, hint: [1700000000], from ip: 203.0.113.9"}

        query, body = parse_qs(parts.query), json.loads(asked.body)
        if self.gone or parts.path != "/cgi-bin/webhook/send" or query.get("key") != [TOKEN]:
            return no(93000, "invalid webhook url")
        if self._within(60) >= 20:
            return no(45009, "api freq out of limit")
        if body.get("msgtype") != "markdown":
            return no(40008, "invalid message type")
        content = body["markdown"]["content"]
        if len(content.encode()) > 4096:
            return no(40058, "markdown.content exceed max length 4096. invalid Request Parameter")
        assert set(re.findall(r"<@([^>]*)>?", content)) <= self.may_call
        return None


def host(far: Far) -> str:
    """The name under which tests call it."""
    return f"https://bots.example.test:{far.port}"


def each_vendor() -> Iterator[Vendor]:
    """All three."""
    yield from Vendor
