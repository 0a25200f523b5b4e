"""A browser without a screen: cookies, forms, keep-alive, and a stopwatch."""

from __future__ import annotations

import http.client
import http.cookies
import re
import time
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode, urlsplit

INPUT = re.compile(r"<input\b[^>]*>")
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
IDLE_SECONDS = 15
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str
    place: str
    seconds: float

    @property
    def size(self) -> int:
        """Bytes of the page before compression."""
        return len(self.text.encode())

    @property
    def rows(self) -> int:
        """How many rows and list items a reader sees."""
        return len(re.findall(r"<(?:tr|li)\b", self.text))


class Client:
    """One keep-alive connection with a cookie jar."""

    def __init__(self, port: int) -> None:
        self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.used = 0.0

    def ask(
        self, method: str, path: str, form: dict[str, str] | None = None, /, raw: str | None = None, **headers: str
    ) -> Answer:
        """One request, timed until the last byte; `raw` is a body of JSON."""
        body = urlencode(form) if form is not None else None
        sent = {"Accept-Language": "zh-CN", **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        if raw is not None:
            body, sent["Content-Type"] = raw, "application/json"
        if time.perf_counter() - self.used > IDLE_SECONDS:
            self.link.close()  # the server has closed it by now, or is about to
        began = time.perf_counter()
        self.link.request(method, path, body, sent)
        came = self.link.getresponse()
        data = came.read()
        self.used = time.perf_counter()
        seconds = self.used - began
        for line in came.headers.get_all("Set-Cookie") or []:
            for name, morsel in http.cookies.SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        place = urlsplit(came.headers.get("Location", "")).path
        return Answer(came.status, data.decode("utf-8", "replace"), place, seconds)

    def get(self, path: str) -> Answer:
        """A page."""
        return self.ask("GET", path)

    def post(self, path: str, form: dict[str, str], **headers: str) -> Answer:
        """A form that is sent."""
        return self.ask("POST", path, form, **headers)


def forms(text: str) -> list[tuple[str, dict[str, str]]]:
    """Every form of a page: where it goes and what it already holds."""
    found = []
    for form in FORM.findall(text):
        head = dict(ATTRIBUTE.findall(form[: form.index(">")]))
        fields = (dict(ATTRIBUTE.findall(tag)) for tag in INPUT.findall(form))
        held = {item["name"]: unescape(item.get("value", "")) for item in fields if "name" in item}
        found.append((unescape(head.get("action", "")), held))
    return found
