"""The 30 columns of the national register: read as the specification says, and nothing else taken for it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.national_register import NotTheRegister, RegisterEntry, read_answer, read_row
from tests.register_imitation import MIKAZUKI, NEW, OLD, ROWS, csv_of, number, row

DAY = date(2026, 11, 25)
HEAD = ["2026-11-25", "4", "1", "1"]


def test_an_answer_with_closed_companies_last() -> None:
    answer = read_answer(csv_of([HEAD, *ROWS]), DAY)
    assert answer.count == 4
    assert [e.id for e in answer.entries] == [MIKAZUKI, number(2), NEW, OLD]
    first, *_, closed = answer.entries
    assert first == RegisterEntry(
        id=MIKAZUKI,
        name="株式会社みかづき運輸",
        name_key="みかづき運輸",
        reading="ミカヅキウンユ",
        reading_key="みかづきうんゆ",
        address="東京都架空区みほん町1丁目2番3号",
        seen_on=DAY,
    )
    assert (closed.closed_on, closed.cause, closed.successor) == (date(2025, 3, 31), "11", NEW)


def test_a_byte_order_mark_and_nothing_found_are_answers_too() -> None:
    assert read_answer(b"\xef\xbb\xbf" + csv_of([["2026-11-25", "0", "1", "1"]]), DAY).entries == ()


@pytest.mark.parametrize(
    ("more", "said"), [({"process": "99"}, (number(9), None)), ({"latest": "0"}, ("", None))], ids=["deleted", "older"]
)
def test_rows_that_say_nothing_of_a_company(more: dict[str, str], said: tuple[str, None]) -> None:
    assert read_row(row(9, "こだま製作所", **more), 1, DAY) == said


GARBAGE = {
    "nothing": b"",
    "html": "<!DOCTYPE html><p>ただいま,メンテナンス中</p>".encode(),
    "json": b'{"count": 1}',
    "shift_jis": csv_of([HEAD, ROWS[0]]).decode().encode("cp932"),
    "29 columns": csv_of([HEAD, ROWS[0][:29]]),
    "31 columns": csv_of([HEAD, [*ROWS[0], ""]]),
    "no head": csv_of(ROWS),
    "a count of another script": csv_of([["2026-11-25", "٤", "1", "1"]]),
    "an open quote": csv_of([HEAD, ROWS[0]])[:-40],
    "a wrong check digit": csv_of([HEAD, row(1, "みかづき", number="7999901000002")]),
    "no number": csv_of([HEAD, row(1, "みかづき", number="T799990100000")]),
    "no name": csv_of([HEAD, row(1, " ")]),
    "a NUL": csv_of([HEAD, row(1, "みか\x00づき")]),
    "a day that never was": csv_of([HEAD, row(1, "みかづき", closed_on="2025-02-30")]),
    "a successor that is no number": csv_of([HEAD, row(1, "みかづき", successor="123")]),
    "a cell of a megabyte": csv_of([HEAD, row(1, "み" * 1_000_000)]),
}


@pytest.mark.parametrize("content", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_a_clear_error_and_never_a_company(content: bytes) -> None:
    with pytest.raises(NotTheRegister) as wrong:
        read_answer(content, DAY)
    assert wrong.value.line >= 0


@given(st.binary(max_size=300))
def test_no_bytes_make_it_crash(content: bytes) -> None:
    with suppress(NotTheRegister):
        assert read_answer(content, DAY).count >= 0


def test_what_is_longer_than_our_records_is_cut() -> None:
    _, entry = read_row(row(1, "み" * 300, "ミ" * 500), 1, DAY)
    assert entry
    assert (len(entry.name), len(entry.reading)) == (200, 200)
