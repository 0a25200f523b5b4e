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
    at text not null default current_timestamp, client_id text unique)
"""
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
