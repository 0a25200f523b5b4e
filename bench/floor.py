"""The floor: what the same page costs a bare Flask program with the same safety and nothing else.

Raw sqlite3, Jinja looping over tuples, the same number of rows read and bytes sent, the same fsync, the same server
settings (`gc.freeze` included). `make bench` runs it in turn with the program and compares server time per request.
"""

from __future__ import annotations

import os
import sqlite3
import threading

from flask import Flask, Response, redirect, render_template, request

WORDS = "场次 开播 目标 成交 复盘 检查 主播 直播间 "
PAGE = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{{ title }}</title></head><body><table>
{% for id, name, state, start, end, owner, count, amount in rows %}<tr><td><a href="/s/{{ id }}">{{ name }}</a></td>\
<td>{{ state }}</td><td>{{ start }}–{{ end }}</td><td>{{ owner }}</td><td>{{ count }}</td><td>{{ amount }}</td>\
<td>{{ filler }}</td></tr>
{% endfor %}</table>{{ tail }}</body></html>"""
SCHEMA = """
create table if not exists row (id integer primary key, name text, state text, start text, finish text, owner text,
    count integer, amount integer);
create table if not exists tick (id integer primary key, row_id integer not null references row (id), by integer,
    at text not null default current_timestamp, client_id text unique);
create table if not exists person (id integer primary key, token text unique, name text, role text);
create table if not exists budget (id integer primary key, allocated integer, reserved integer, committed integer);
create table if not exists request (id integer primary key, title text, total integer, seen text, state text,
    budget_id integer not null references budget (id), asker integer not null references person (id), decided text,
    version integer);
create table if not exists line (id integer primary key, request_id integer not null references request (id),
    item text, quantity integer, price integer);
create index if not exists line_request on line (request_id);
create table if not exists seat (id integer primary key, request_id integer not null references request (id),
    person_id integer not null references person (id), state text, seen text, at text);
create index if not exists seat_request on seat (request_id);
create unique index if not exists seat_once on seat (request_id, person_id) where state = 'approved';
create table if not exists once (key text primary key, result text);
create table if not exists trail (id integer primary key, request_id integer not null references request (id),
    act text, by integer, at text, amount integer, seen text, before text);
create table if not exists ledger (id integer primary key, budget_id integer not null references budget (id),
    reserved integer, committed integer, key text unique, request_id integer, at text, by integer);
create index if not exists ledger_request on ledger (request_id);
create table if not exists audit (id integer primary key, at text, by integer, what text, changes text);
create table if not exists notice (id integer primary key, person_id integer not null references person (id),
    key text, about integer, words text, at text, seen text);
create index if not exists notice_open on notice (about) where seen is null;
create table if not exists news (id integer primary key, at text, name text, about integer, facts text);
"""
DECISIONS = 5000
"""So many requests of the floor wait for a yes."""
HEAD_BYTES = 130
ROW_BYTES = 150

app = Flask(__name__)
app.secret_key = "floor"
TEMPLATE = app.jinja_env.from_string(PAGE)
local = threading.local()


def link() -> sqlite3.Connection:
    """One connection a thread, with the durability the program has."""
    if not hasattr(local, "link"):
        local.link = sqlite3.connect(os.environ["FLOOR_DATABASE"], isolation_level=None, timeout=10)
        for line in ("journal_mode=wal", "synchronous=full", "foreign_keys=on"):
            local.link.execute(f"pragma {line}")
    return local.link


def fill(path: str, rows: int) -> None:
    """A database with as many rows as the program has sessions."""
    with sqlite3.connect(path) as made:
        made.executescript(SCHEMA)
        made.executemany(
            "insert into row values (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (n, f"{WORDS[:6]}{n}", "scheduled", "2026-01-01 20:00", "23:00", f"主播{n % 9}", n % 100, n * 100)
                for n in range(1, rows + 1)
            ],
        )
        made.execute("insert into person values (1, 'token', '组长', 'lead'), (2, 'other', '主播', 'host')")
        made.execute("insert into budget values (1, ?, ?, 0)", (10**12, 10**11))
        numbers = range(1, DECISIONS + 1)
        made.executemany(
            "insert into request values (?, '补光灯', 10000, 'seen', 'pending', 1, 2, null, 1)", [(n,) for n in numbers]
        )
        made.executemany(
            "insert into line (request_id, item, quantity, price) values (?, '灯', 1, 10000)", [(n,) for n in numbers]
        )
        made.executemany("insert into seat values (?, ?, 1, 'asked', null, null)", [(n, n) for n in numbers])


@app.get("/healthz")
def alive() -> str:
    """The server answers."""
    return "ok"


@app.get("/page/<int:count>/<int:size>")
def page(count: int, size: int) -> str:
    """A page of `count` rows and about `size` bytes; half of what is missing stands in the rows, half below them."""
    found = link().execute("select * from row where id <= ? order by id desc limit ?", (count, count)).fetchall()
    missing = max(0, size - HEAD_BYTES - ROW_BYTES * len(found))
    inside = missing // (2 * len(found)) if found else 0
    below = missing - inside * len(found)
    return render_template(TEMPLATE, title="floor", rows=found, filler="x" * inside, tail="y" * below)


@app.post("/tick/<int:row_id>")
def tick(row_id: int) -> Response:
    """One durable write and the way back."""
    connection = link()
    connection.execute("begin immediate")
    connection.execute(
        "insert into tick (row_id, by, client_id) values (?, 1, ?)",
        (row_id, request.form["client_id"]),
    )
    connection.execute("commit")
    return redirect("/healthz", 303)  # type: ignore[return-value]


@app.post("/decide/<int:request_id>")
def decide(request_id: int) -> Response:
    """A yes to a request for money, and the way back: the reads and writes no approval of this product can do without.

    Who it is; the key that keeps a double tap from counting twice; the request with its seat and its lines, by which
    what was seen is compared, what the ledger has of it, and whether those who sign and are told are still here; seat,
    request and, under its limit, the budget; the trail, the ledger, the audit; what the asker is told and who is asked
    no more; the news that waits to be handed on. One transaction, one fsync.
    """
    connection, key, at = link(), request.form["client_id"], "2026-01-01 20:00:00"
    who = connection.execute("select id, name, role from person where token = 'token'").fetchone()
    connection.execute("begin immediate")
    connection.execute("insert into once values (?, null) on conflict do nothing", (key,))
    total, seen, budget_id, asker, seat_id = connection.execute(
        "select r.total, r.seen, r.budget_id, r.asker, s.id from request r join seat s on s.request_id = r.id"
        " where r.id = ? and s.person_id = ? and s.state = 'asked' and r.state = 'pending'",
        (request_id, who[0]),
    ).fetchone()
    connection.execute("select item, quantity, price from line where request_id = ?", (request_id,)).fetchall()
    connection.execute(
        "select sum(reserved), sum(committed) from ledger where request_id = ?", (request_id,)
    ).fetchone()
    connection.execute("select id, role from person where id in (?, ?)", (who[0], asker)).fetchall()
    connection.execute("update seat set state = 'approved', seen = ?, at = ? where id = ?", (seen, at, seat_id))
    booked = connection.execute(
        "update budget set reserved = reserved - ?, committed = committed + ? where id = ? and reserved >= ?"
        " and allocated - committed >= ?",
        (total, total, budget_id, total, total),
    )
    if booked.rowcount != 1:
        connection.execute("rollback")
        return Response(status=409)
    connection.execute(
        "insert into ledger (budget_id, reserved, committed, key, request_id, at, by) values (?, ?, ?, ?, ?, ?, ?)",
        (budget_id, -total, total, key, request_id, at, who[0]),
    )
    connection.execute(
        "update request set state = 'approved', decided = ?, version = version + 1 where id = ?", (at, request_id)
    )
    connection.execute(
        "insert into trail (request_id, act, by, at, amount, seen, before) values (?, 'approve', ?, ?, ?, ?, '{}')",
        (request_id, who[0], at, total, seen),
    )
    connection.execute("insert into audit (at, by, what, changes) values (?, ?, 'approve', '{}')", (at, who[0]))
    connection.execute("select id from notice where about = ? and seen is null", (request_id,)).fetchall()
    connection.execute(
        "insert into notice (person_id, key, about, words, at) values (?, ?, ?, '已同意', ?)",
        (asker, key, request_id, at),
    )
    connection.execute("insert into news (at, name, about, facts) values (?, 'moved', ?, '{}')", (at, request_id))
    connection.execute("update once set result = '{}' where key = ?", (key,))
    connection.execute("commit")
    return redirect("/healthz", 303)  # type: ignore[return-value]
