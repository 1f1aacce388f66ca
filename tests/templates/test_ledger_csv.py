"""The ledger as a file: it opens in Excel with Japanese intact, and can be read again (K07)."""

import csv
import io
from datetime import date
from typing import Any

import pytest

from bot.domain.columns import Choices
from bot.domain.fields import COLUMNS
from bot.domain.ledger import ContractType, EndpointState, SupplierKind
from bot.domain.ledger_cells import Said
from bot.domain.ledger_csv import LedgerFile
from bot.domain.rounds import JudgementValue
from message_templates.ledger_csv import BESIDE, ledger_csv, ledger_xlsx
from tests.ledger_rows import ledger_row


def read(content: bytes) -> list[Said]:
    file = LedgerFile(content, Choices(), (), lambda: "x")
    rows = list(file.rows())
    assert file.complaints == []
    return rows


def test_written_for_excel_in_japanese() -> None:
    seen = {"endpoint": EndpointState.VERIFIED, "judgement": JudgementValue.WATCH, "judged_on": date(2026, 8, 1)}
    content = ledger_csv([ledger_row(**seen)])
    assert content.startswith(b"\xef\xbb\xbf")
    header, row = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert header == [*COLUMNS.values(), *BESIDE]
    assert row[:4] == ["7-9999-0100-0001", "株式会社みかづき運輸", "", "法人"]
    assert row[-7:-1] == ["高橋 一郎", "確認済み", "委託中", "経過観察", "2026-08-01", ""]


@pytest.mark.parametrize("name", ["Café☕商会", "𠮷田運送", "みかづき—運輸", "=1+1", "@x", "'=1", 'a"b,c'])
@pytest.mark.parametrize("write", [ledger_csv, ledger_xlsx])
def test_what_is_written_is_read_again(name: str, write: Any) -> None:
    rows = [ledger_row(), ledger_row(supplier=name, corporate_number=None), ledger_row(business=name)]
    found = read(write(rows))
    assert [(r.name, r.engagement["business"]) for r in found] == [
        (r.supplier.name, r.engagement.business) for r in rows
    ]
    assert {r.engagement["personal_data"] for r in found} == {True}


@pytest.mark.parametrize("kind", SupplierKind)
@pytest.mark.parametrize("contract", ContractType)
@pytest.mark.parametrize("personal", [True, False])
def test_every_word_that_is_written_is_understood(kind: SupplierKind, contract: ContractType, personal: bool) -> None:
    written = ledger_row(
        kind=kind, contract_type=contract, personal_data=personal, corporate_number=None, language="en"
    )
    [row] = read(ledger_csv([written]))
    said = row.supplier | row.engagement
    wanted = {"kind": kind, "contract_type": contract, "personal_data": personal, "language": "en"}
    assert {name: said[name] for name in wanted} == wanted
