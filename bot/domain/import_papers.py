"""The column of documents (関連資料) in a ledger file: a line each, as our export writes them; links come in, nothing goes out.

`契約書 https://…` is a link, `契約書［nda.pdf］` a stored file by its name, with 【会社】 before it where it is the company's.
A line that stands in the record as it is written says nothing new, nor does a link that is there under another title, nor
one that somebody took out. A line without a link cannot become a document: where no file of that name is there, the row is
named in a remark. An import never takes a document out of a record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from bot.domain.columns import PAPERS
from bot.domain.documents import Document, link, title_of
from bot.domain.import_steps import digest
from bot.domain.ledger import Engagement
from bot.domain.ledger_cells import DASHES, Said, bare, plain_cell
from bot.domain.refusal import Code, Refusal

COMPANY = "【会社】"
NAMED = 100
"""Rows that the remark names at most."""
ROOM = 30_000
"""Characters of a cell: a spreadsheet has room for 32,767."""

_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_NEXT = re.compile(r"[\r\n]+|[、,;；]\s*(?=https?://)", re.IGNORECASE)
_FILE = re.compile(r"［([^［］]+)］$")
_MORE = re.compile(r"ほか\d+件")


class Paper(NamedTuple):
    """What a line of the cell says. `link` '': it names a file (`file` '': in words only)."""

    company: bool
    title: str = ""
    link: str = ""
    file: str = ""


# -- writing and reading the cell ----------------------------------------------------------------------------------------


def line_of(document: Document) -> str:
    """A document as the export writes it."""
    what = f"{document.title}［{document.file_name}］" if document.sha256 else f"{document.title} {document.link}"
    return what if document.engagement_id else COMPANY + what


def cell_of(documents: Iterable[Document]) -> str:
    """The cell of one work: its own documents and the company's."""
    lines, room = [], ROOM
    every = [line_of(one) for one in documents]
    for line in every:
        room -= len(line) + 1
        if room < 0:
            break
        lines.append(line)
    more = len(every) - len(lines)
    return "\n".join([*lines, *([f"ほか{more}件"] if more else [])])


def put_papers(said: Said, cell: str, _name: str) -> None:
    """What the cell says. A dash says nothing: a document is taken out in the record, where it is seen."""
    if plain_cell(cell) not in DASHES:
        said.papers = bare(cell)


def _same(line: str) -> str:
    """A line as it is compared: blanks in one way."""
    return " ".join(line.split())


def _read(line: str) -> Iterator[Paper]:
    """The links of a line, each with the words before it, else the file that it names. Raises Refusal(BAD_LINK, TOO_LONG)."""
    company = line.startswith(COMPANY)
    words: list[str] = []
    links = 0
    for word in line.removeprefix(COMPANY).split():
        if not _URL.fullmatch(word):
            words.append(word)
            continue
        found = link(word, PAPERS)
        yield Paper(company, title_of(" ".join(words) or urlsplit(found).hostname or found, PAPERS), found)
        words, links = [], links + 1
    if words and not links:
        named = _FILE.search(line)
        yield Paper(company, file=named.group(1) if named else "")


# -- deciding ------------------------------------------------------------------------------------------------------------


class PaperPlan:
    """The documents of the rows of one file. `by`: whoever imports it."""

    def __init__(self, new_id: Callable[[], str], now: datetime, by: str) -> None:
        self.named: list[str] = []
        self._new_id, self._now, self._by = new_id, now, by
        self._there: Mapping[str, Sequence[Document]] = {}
        self._told: set[bytes] = set()

    def around(self, there: Mapping[str, Sequence[Document]]) -> None:
        """The documents of the suppliers that the next rows could belong to, also those that were taken out."""
        self._there = there

    def new(self, said: Said, supplier_id: str, engagement_id: str, over: Engagement | None) -> Iterator[Document]:
        """The links of a row that are not there. `over`: the work, where it has ended. Raises Refusal on the column."""
        there = [d for d in self._there.get(supplier_id, ()) if d.engagement_id in (None, engagement_id)]
        known = {_same(line_of(one)) for one in there}
        unnamed = False
        for paper in (paper for line in _lines(said.papers, known) for paper in _read(line)):
            if not paper.link:
                unnamed |= not any(d.file_name == paper.file for d in there if d.sha256)
            elif not any(d.link == paper.link for d in there) and self._first(paper, supplier_id, engagement_id):
                if over:
                    raise Refusal(Code.RECORD_KEPT, PAPERS)
                yield self._made(paper, supplier_id, engagement_id)
        if unnamed and len(self.named) < NAMED:
            self.named.append(str(said.line))

    def _first(self, paper: Paper, supplier_id: str, engagement_id: str) -> bool:
        """Whether no earlier row made it."""
        key = digest(supplier_id, "" if paper.company else engagement_id, paper.link)
        seen = key in self._told
        self._told.add(key)
        return not seen

    def _made(self, paper: Paper, supplier_id: str, engagement_id: str) -> Document:
        return Document(
            id=self._new_id(),
            supplier_id=supplier_id,
            engagement_id=None if paper.company else engagement_id,
            title=paper.title,
            link=paper.link,
            added_by=self._by,
            added_at=self._now,
        )


def _lines(cell: str, known: set[str]) -> Iterator[str]:
    """The lines that do not stand in the record as they are; one line may hold several links."""
    for whole in re.split(r"[\r\n]+", cell):
        if not whole.strip() or _same(whole) in known or _MORE.fullmatch(whole.strip()):
            continue
        yield from (part.strip() for part in _NEXT.split(whole) if part.strip() and _same(part) not in known)
