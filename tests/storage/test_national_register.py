"""The look-up of the national register alike on both databases: by name, reading and number, replaced by number."""

from __future__ import annotations

import io
import resource
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from bot.domain.national_register import RegisterEntry, read_row
from bot.services.desk import Desk
from bot.services.register_file import RegisterFile
from storage import national_register
from storage.db import Database
from tests.kit import StillClock
from tests.register_imitation import MIKAZUKI, NEW, OLD, ROWS, csv_of, number, row
from tests.services.ledger_stage import TOKYO

DAY = date(2026, 11, 25)


def entries(*rows: list[str]) -> list[RegisterEntry]:
    return [e for _, e in (read_row(r, 1, DAY) for r in rows) if e]


async def take(db: Database, content: bytes) -> Any:
    file = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
    return await RegisterFile(Desk(db, StillClock(), ""), TOKYO).take(file)


async def found(db: Database, key: str, digits: str = "") -> list[str]:
    async with db.read() as tx:
        return [e.name for e in await national_register.beginning_with(tx, key, digits, 10)]


async def test_beginnings_of_name_reading_and_number(both: Database) -> None:
    await take(both, csv_of([*ROWS, row(5, "ABC Vietnam%合同会社", "エービーシー")]))
    assert await found(both, "みかづき") == ["株式会社みかづき運輸"]
    assert await found(both, "こはくい") == ["こはく印刷株式会社"]  # its reading
    assert await found(both, "abc") == ["ABC Vietnam%合同会社"]
    assert await found(both, "%") == []
    assert await found(both, "", MIKAZUKI[:12]) == ["株式会社みかづき運輸"]
    assert len(await found(both, "", "7999")) == 5
    assert (await found(both, "", "7999"))[-1] == "株式会社旧みどり食品"  # closed ones stand last
    assert await found(both, "", "8") == []


async def test_a_differential_file_replaces_and_forgets_and_twice_is_the_same(both: Database) -> None:
    whole = csv_of([*ROWS, row(9, "のちに削除", process="01")])
    assert (await take(both, whole)).stored == 5
    changed = csv_of(
        [
            row(1, "株式会社みかづき物流", latest="0"),
            row(1, "株式会社みかづき物流", process="11"),
            row(9, "のちに削除", process="99"),
            row(8, "こだま製作所"),
            row(8, "株式会社こだま製作所", process="11"),
        ]
    )
    for _ in range(2):
        done = await take(both, changed)
        assert (done.stored, done.gone, done.older, done.wrong_line) == (2, 1, 1, 0)
        async with both.read() as tx:
            known = await national_register.known(tx, [MIKAZUKI, number(8), number(9), OLD, NEW])
        assert {e.id: e.name for e in known.values()} == {
            MIKAZUKI: "株式会社みかづき物流",
            number(8): "株式会社こだま製作所",
            OLD: "株式会社旧みどり食品",
            NEW: "みどり食品ホールディングス株式会社",
        }


@pytest.mark.parametrize(
    "broken",
    [b"<html>\n", csv_of([ROWS[0][:29]]), b'"' + b"x" * 100_000, b"x" * 100_000],
    ids=["html", "29 columns", "open quote", "endless line"],
)
async def test_what_cannot_be_read_is_named_by_its_line_and_what_stood_before_it_is_kept(
    both: Database, broken: bytes
) -> None:
    done = await take(both, csv_of(ROWS) + broken)
    assert (done.stored, done.wrong_line) == (4, 5)


async def test_a_file_in_shift_jis_is_none(both: Database) -> None:
    done = await take(both, csv_of(ROWS).decode().encode("cp932"))
    assert (done.stored, done.wrong_line) == (0, 1)


async def test_the_indexes_are_used_on_sqlite(both: Database) -> None:
    """A part of five million rows is a range of an index: a scan would miss the acknowledgement."""
    if not both.sqlite:
        assert both.url.startswith("postgresql")  # there the range needs the C collation, which the next line holds
        async with both.read() as tx:
            query = "select collation_name from information_schema.columns where table_name = 'register_entry'"
            held = (await tx.session.exec(text(f"{query} and column_name like '%_key'"))).all()  # type: ignore[call-overload]
            assert [one for (one,) in held] == ["C", "C"]
        return
    async with both.read() as tx:
        plan = "explain query plan select * from register_entry where name_key >= 'a' and name_key < 'b' limit 5"
        assert "USING INDEX" in str((await tx.session.exec(text(plan))).all())  # type: ignore[call-overload]


async def test_memory_stays_flat(both: Database) -> None:
    """Twelve thousand rows after two thousand need no more than a few megabytes; a list of them would."""

    async def many(first: int, count: int) -> None:
        cells = row(1, "株式会社みかづき運輸", "ミカヅキウンユ", number="{n}")
        line = csv_of([cells]).decode()
        bases = range(100_000_000_000 + first, 100_000_000_000 + first + count)
        content = "".join(line.replace("{n}", f"{_digit(base)}{base}") for base in bases)
        assert (await take(both, content.encode())).stored == count

    await many(0, 2000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    await many(2000, 12_000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000  # kB; the file itself has 2 MB


def _digit(base: int) -> int:
    from bot.domain.corporate_number import check_digit

    return check_digit(str(base))
