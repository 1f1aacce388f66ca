"""One supplier's whole record as it is read: page by page, today or as of a day. Values only.

The record has these pages: the company, each engagement, contacts, documents, history. Sections of other stories hang on
`parts`, by the name of their loader (`bot/services/record_parts.py`).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import SerializeAsAny

from bot.domain.base import Value
from bot.domain.contacts import Contact
from bot.domain.documents import Document
from bot.domain.free_fields import FreeField
from bot.domain.reading import SupplierRecord

HISTORY_PAGE = 20


class Page(StrEnum):
    """A page of the record."""

    COMPANY = "company"
    WORK = "work"
    PEOPLE = "people"
    PAPERS = "papers"
    HISTORY = "history"


class Spot(Value):
    """Where somebody is in the record. `key`: the engagement of a WORK page, the number of a HISTORY page. `on`: as of."""

    supplier_id: str
    page: Page = Page.COMPANY
    key: str = ""
    on: date | None = None


class Record(SupplierRecord):
    """Everything that the page at `spot` needs. `absent`: the company was not registered on that day.

    `changes` are those of one page of the history, which has `pages` pages and `total` changes. `names`: person id → name.
    `coming`: titles of files that were handed in and are not stored yet.
    """

    spot: Spot
    contacts: tuple[Contact, ...] = ()
    documents: tuple[Document, ...] = ()
    coming: tuple[str, ...] = ()
    free_fields: tuple[FreeField, ...] = ()
    parts: dict[str, SerializeAsAny[Value]] = {}
    names: dict[str, str] = {}
    absent: bool = False
    pages: int = 1
    total: int = 0
