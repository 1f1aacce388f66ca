"""An imitation of the corporate-number Web-API, built from its specification (content_ja.md §7.1), never from the real one.

Companies are fictitious. It answers `num` and `name` as CSV in UTF-8, and misbehaves when told to (`misbehave`). What it was
asked stands in `asked`. Strict where the specification is: a wrong type, no id, more than ten numbers are refused.
"""

from __future__ import annotations

import asyncio
import csv
import io
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.domain.corporate_number import check_digit
from bot.domain.names import name_key
from tests.ports import free_port

APPLICATION = "TESTONLY00001"


FICTITIOUS = 999901000001


def number(n: int) -> str:
    """The n-th fictitious corporate number from 7999901000001 on; all begin with 7999."""
    fits = (base for base in itertools.count(FICTITIOUS) if check_digit(str(base)) == 7)
    return f"7{next(itertools.islice(fits, n - 1, None))}"


def row(n: int, name: str, reading: str = "", **more: str) -> list[str]:
    """The 30 columns of one company."""
    cells = {
        1: more.get("number", number(n)),
        2: "01",
        3: "0",
        4: "2026-04-01",
        5: "2015-10-05",
        6: name,
        8: "301",
        9: "東京都",
        10: "架空区",
        11: "みほん町1丁目2番3号",
        13: "13",
        14: "199",
        22: "2015-10-05",
        23: "1",
        28: reading,
        29: "0",
        18: more.get("closed_on", ""),
        19: more.get("cause", ""),
        20: more.get("successor", ""),
    }
    if "process" in more:
        cells[2] = more["process"]
    if "latest" in more:
        cells[23] = more["latest"]
    return [str(n), *(cells.get(i, "") for i in range(1, 30))]


def csv_of(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as the agency writes them: every text in quotes."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


MIKAZUKI, KOHAKU, OLD, NEW = number(1), number(2), number(3), number(4)
ROWS = [
    row(1, "株式会社みかづき運輸", "ミカヅキウンユ"),
    row(2, "こはく印刷株式会社", "コハクインサツ"),
    row(3, "株式会社旧みどり食品", "キュウミドリショクヒン", closed_on="2025-03-31", cause="11", successor=NEW),
    row(4, "みどり食品ホールディングス株式会社", "ミドリショクヒンホールディングス"),
]


@dataclass
class Imitation:
    """The running imitation. `misbehave`: 403, 404, 500 …, 'hang', 'html', 'columns', 'sjis', 'endless', 'cut', 'redirect'."""

    url: str = ""
    rows: list[list[str]] = field(default_factory=lambda: list(ROWS))
    misbehave: Any = None
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    hold: asyncio.Event | None = None

    async def answer(self, request: web.Request) -> web.StreamResponse:
        what, query = request.match_info["what"], dict(request.query)
        self.asked.append((what, query))
        if self.hold:
            await self.hold.wait()
        if self.misbehave:
            return await self._misbehaving(request)
        if query.get("id") != APPLICATION:
            return web.Response(status=404)
        if query.get("type") != "02" or what not in {"num", "name"}:
            return web.Response(status=400)
        return self._well(what, query)

    def _well(self, what: str, query: dict[str, str]) -> web.Response:
        wanted = query.get("number", "").split(",")
        if what == "num" and (len(wanted) > 10 or not all(len(n) == 13 for n in wanted)):
            return web.Response(status=400)
        key = name_key(query.get("name", ""))
        found = [r for r in self.rows if (r[1] in wanted if what == "num" else key in name_key(r[6]))]
        return web.Response(body=csv_of([["2026-11-25", str(len(found)), "1", "1"], *found]), content_type="text/csv")

    async def _misbehaving(self, request: web.Request) -> web.StreamResponse:
        head = ["2026-11-25", "1", "1", "1"]
        match self.misbehave:
            case int(status):
                return web.Response(status=status, text="<html>no</html>")
            case "hang":
                await asyncio.sleep(60)
            case "html":
                return web.Response(
                    text="<!DOCTYPE html><html>ただいま,メンテナンス中</html>", content_type="text/html"
                )
            case "columns":
                return web.Response(body=csv_of([head, self.rows[0][:29]]))
            case "sjis":
                return web.Response(body=csv_of([head, self.rows[0]]).decode().encode("cp932"))
            case "cut":
                return web.Response(body=csv_of([head, self.rows[0]])[:-40])
            case "redirect":
                return web.Response(status=302, headers={"Location": "https://elsewhere.example.invalid/"})
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(64):
            await response.write(b"x" * 65536)
        return response


@asynccontextmanager
async def imitation() -> AsyncIterator[Imitation]:
    """Serve it on a port of this machine."""
    made = Imitation()
    app = web.Application()
    app.router.add_get("/4/{what}", made.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    made.url = f"http://127.0.0.1:{port}/4/"
    try:
        yield made
    finally:
        await runner.cleanup()
