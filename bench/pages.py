"""The requests that are measured: pages that must show what was changed a moment ago, and writes, each another one."""

from __future__ import annotations

import re
import secrets
import statistics
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NoReturn

from bench.client import Answer, Client, forms
from bench.database import COPIED, COPIED_WEEK, FULL_WEEK, LINES, QUEUE, TONIGHT, Database
from bench.server import Server

LIST_PAGE = "/sessions?view=list&rows=200"
STEP_LIST = "/plan/steps?rows=200"
RENAME_EVERY = 10

Request = Callable[[int], Answer]


def refuse(line: str) -> NoReturn:
    """A number that would mislead is not printed."""
    sys.exit(f"bench: {line}")


def sign_in(server: Server, login: str, password: str) -> Client:
    """Go through the login form."""
    client = Client(server.port)
    start = client.get("/")
    while start.status in (302, 303):
        path = start.place
        start = client.get(path)
    action, held = next(entry for entry in forms(start.text) if "password" in entry[1])
    name = next(name for name in ("login", "username", "name") if name in held)
    answer = client.post(action or path, {**held, name: login, "password": password})
    if answer.status != 303:
        refuse(f"signing in as {login} answered {answer.status}")
    return client


def first_session(text: str) -> int:
    """A session that the list shows."""
    found = re.search(r'href="/sessions/(\d+)"', text)
    return int(found[1]) if found else refuse("the list of sessions shows none")


def page_request(
    client: Client, database: Database, path: str, row_id: int | None, what: str = "session"
) -> Callable[[int], Answer]:
    """Ask for a page; every few requests its session or step has a new name, which must be there."""

    def request(number: int) -> Answer:
        theme = ""
        if row_id is not None and number % RENAME_EVERY == 0:
            theme = f"改名 {secrets.token_hex(4)}"
            database.rename(what, row_id, theme)
        answer = client.get(path)
        if answer.status != 200:
            refuse(f"{path} answered {answer.status}")
        if theme and theme not in answer.text:
            refuse(f"{path} shows an old name: a cache does not notice the change")
        return answer

    return request


def tick_request(client: Client, text: str) -> Callable[[int], Answer]:
    """Tick one item after the other as the phone does, each with an id of its own; the next round opens them again."""
    items = [entry for entry in forms(text) if "client_id" in entry[1] and entry[0].endswith("/tick")]
    opened = set[str]()
    if not items:
        refuse("no page shows a tick box")

    def request(number: int) -> Answer:
        action, held = items[number % len(items)]
        if action in opened:
            opened.discard(action)
            action = action.removesuffix("/tick") + "/untick"
        else:
            opened.add(action)
        fields = {**held, "client_id": secrets.token_hex(12), "note": "相册第 1 张"}
        if "once" in fields:
            fields["once"] = secrets.token_hex(16)
        answer = client.post(action, fields, **{"X-Requested-With": "tick"})
        if answer.status not in (200, 303):
            refuse(f"a tick answered {answer.status}: {answer.text[:300]}")
        return answer

    return request


def calendar_requests(client: Client, database: Database, session_id: int) -> dict[str, Callable[[int], Answer]]:
    """The week and the studios of a session's day, and its page once it is on air."""
    hub = client.get(f"/sessions/{session_id}").text
    day = re.search(r'href="/sessions\?day=([\d-]+)"', hub)
    start = next((form for action, form in forms(client.get(f"/sessions/{session_id}?phase=air").text)
                  if action.endswith("/air")), None)  # fmt: skip
    if day is None or start is None:
        return refuse("the session page shows neither its day nor a way to go live")
    client.post(f"/sessions/{session_id}/air", start)
    database.fill_weeks()
    pages = {
        "week": f"/sessions?day={day[1]}",
        "studios": f"/sessions?view=studios&day={day[1]}",
        "full week": f"/sessions?day={FULL_WEEK}",
        "full studios": f"/sessions?view=studios&day={FULL_WEEK}",
        "live page": f"/sessions/{session_id}?phase=air",
    }
    shown: dict[str, int] = dict.fromkeys(pages, session_id)
    for name in ("full week", "full studios"):
        shown[name] = first_session(client.get(pages[name]).text)
    return {name: page_request(client, database, path, shown[name]) for name, path in pages.items()}


def evening_requests(client: Client, database: Database) -> dict[str, Callable[[int], Answer]]:
    """The wall of ten shows, and the list of forty lines of one of them."""
    shown = database.fill_evening()
    wall, path = client.get("/wall").text, f"/sessions/{shown}/checklist?show=all"
    rows = client.get(path).text.count("data-tick-row")
    if wall.count("今晚 ") < TONIGHT or rows < LINES:
        return refuse(f"the wall shows not all of {TONIGHT} shows, or a list only {rows} of {LINES} lines")
    return {
        f"list of {LINES}": page_request(client, database, path, shown),
        f"wall of {TONIGHT}": page_request(client, database, "/wall", shown),
    }


def step_requests(client: Client, database: Database) -> dict[str, Callable[[int], Answer]]:
    """The board and the list of 200 unfinished steps, one of them, my work, and a card that moves."""
    board = client.get("/plan/board").text
    found = re.search(r'data-card="(\d+)"', board)
    if found is None:
        return refuse("the board shows no card")
    step_id = int(found[1])
    pages = {"board": "/plan/board", "step list": STEP_LIST, "step page": f"/plan/steps/{step_id}"}
    requests = {name: page_request(client, database, path, step_id, "step") for name, path in pages.items()}
    return {
        **requests,
        "my work": page_request(client, database, "/work", None),
        "move card": move_request(client, step_id),
    }


def move_request(client: Client, step_id: int) -> Callable[[int], Answer]:
    """Put a card into the next column and back, each time from the version it has now."""
    place = f"/plan/steps/{step_id}/place"
    held: dict[str, Any] = {}

    def look() -> None:
        # Only now: the pages that were measured before have renamed the step, so it has another version.
        page = client.get(f"{place}?by=state").text
        fields = next(found for action, found in forms(page) if action == place)
        ways = ["doing", "open"] if 'value="doing"' in page else ["open", "doing"]
        held.update(fields=fields, version=fields["version"], ways=ways)

    def request(number: int) -> Answer:
        if not held:
            look()
        held["ways"] = held["ways"][::-1]
        fields = {**held["fields"], "once": secrets.token_hex(16), "version": str(held["version"])}
        sent = {**fields, "by": "state", "to": held["ways"][1]}
        answer = client.post(place, sent, **{"X-Requested-With": "cell"})
        if answer.status != 200 or '"ok":true' not in answer.text:
            refuse(f"moving a card answered {answer.status}: {answer.text[:300]}")
        held["version"] = int(held["version"]) + 1
        return answer

    return request


def money_requests(server: Server, password: str, database: Database) -> dict[str, Callable[[int], Answer]]:
    """What waits for a manager, one of it, what they have decided; and a lead who says yes to one after the other."""
    queue, manager = "/requests?tab=waiting", sign_in(server, "manager", password)
    text = manager.get(queue).text
    shown = [int(found) for found in re.findall(r'name="request" value="(\d+)"', text)]
    waiting = database.waiting()
    if not shown or waiting < QUEUE:
        return refuse(f"only {waiting} of {QUEUE} requests wait for the manager")
    return {
        f"queue of {QUEUE}": page_request(manager, database, queue, shown[0], "request"),
        "request page": page_request(manager, database, f"/requests/{shown[0]}", shown[0], "request"),
        "decided": page_request(manager, database, "/requests?tab=done", None),
        "approve": approve_request(server, password, database),
    }


def approve_request(server: Server, password: str, database: Database) -> Callable[[int], Answer]:
    """Say yes, each time to another request; the money is committed, and it can be taken back for ten seconds."""
    waiting, held = list[tuple[int, str]](), dict[str, str]()
    client = Client(server.port)

    def prepare() -> None:
        waiting.extend(database.fill_approvals())
        browser = sign_in(server, "lead", password)
        client.cookies = browser.cookies
        held.update(next(found for _action, found in forms(browser.get("/requests").text) if "csrf_token" in found))

    def request(number: int) -> Answer:
        if not held:
            prepare()
        request_id, seen = waiting.pop()
        sent = {"csrf_token": held["csrf_token"], "once": secrets.token_hex(16), "seen": seen}
        answer = client.post(f"/requests/{request_id}/approve", sent)
        if answer.status != 303:
            refuse(f"an approval answered {answer.status}: {answer.text[:300]}")
        return answer

    return request


def copying(client: Client, rounds: int = 3) -> float:
    """Seconds until a week of 28 shows with crew and checklists is planned once more: from the tap to the answer."""
    spent = list[float]()
    for ahead in range(1, rounds + 1):
        onto = COPIED_WEEK + timedelta(days=7 * ahead)
        page = client.get(f"/sessions/copy-week?week={COPIED_WEEK}&onto={onto}").text
        held = next(held for _action, held in forms(page) if "crew" in held)
        sent = {name: value for name, value in held.items() if not name.startswith("take_")}
        sent |= {"week": str(COPIED_WEEK), "onto": str(onto), "step": "confirm", "override_reason": "试算"}
        answer = client.post("/sessions/copy-week", sent)
        if answer.status != 303:
            refuse(f"copying a week answered {answer.status}")
        spent.append(answer.seconds)
        planned = client.get(f"/sessions?day={onto}").text
        if len(set(re.findall(r'href="/sessions/(\d+)"', planned))) < COPIED:
            refuse("a copied week shows fewer shows than it was copied from")
    return statistics.median(spent)


def checklist_page(client: Client, session_id: int) -> str:
    """The page of a session, or one it leads to, that holds tick boxes."""
    page = client.get(f"/sessions/{session_id}").text
    paths = [f"/sessions/{session_id}", *re.findall(r'href="(/[^"]*checklist[^"]*)"', page)]
    for path in paths:
        text = client.get(path).text
        if any("client_id" in held for _action, held in forms(text)):
            return text
    refuse("no checklist with tick boxes was found")
