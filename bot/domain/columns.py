"""Which column of a file says what: our own headings, SecureNavi's, the usual synonyms, and what somebody decided.

A column leads to a target: the name of a field (`fields.py`), `free-<id>` for one of the security team's own fields, one of
the targets below, or nothing (it is passed over). Headings are compared without blanks, width, case and what stands in
brackets. To teach it a heading: its word in `_ALSO`. Nothing here guesses: an unknown heading is asked about.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain

from bot.domain.base import Value
from bot.domain.fields import FIELDS
from bot.domain.importing import Complaint
from bot.domain.refusal import Code
from bot.domain.tabular import Line, Table, letter

PAST_ON, PAST_VALUE, PAST_COMMENT = "past_on", "past_value", "past_comment"
WORK_ID, MAILS, PAPERS, PASSED, NEW_FREE = "engagement_id", "mails", "papers", "", "free"
WORK_ID_COLUMN, PAST_ON_COLUMN, PAST_VALUE_COLUMN = "委託業務ID", "判断日", "前回の判断"
PAPERS_COLUMN = "関連資料"
READ_ONLY = ("担当者", "窓口", "状態")
"""Columns that our export writes and an import passes over."""
MUST = ("name", "department", "business")
"""What every row needs: by these it finds its place."""
SEARCHED = 30  # lines above which the heading must stand

_ALSO: dict[str, tuple[str, ...]] = {
    "corporate_number": ("法人番号(13桁)", "法人No", "法人No.", "法人ナンバー"),
    "name": ("名前", "委託先", "委託先名", "委託先名称", "会社名", "企業名", "社名", "取引先", "取引先名", "商号"),
    "reading": ("ふりがな", "カナ", "読み", "委託先名カナ", "会社名カナ"),
    "kind": ("法人区分", "事業者区分", "委託先区分"),
    "address": ("住所", "本店所在地", "所在"),
    "subcontracts": ("再委託の有無", "再委託有無"),
    "department": ("担当", "担当部門", "担当部署", "部署", "部署名", "部門名", "主管部門", "主管部署", "所管部門"),
    "business": ("委託業務", "委託業務内容", "委託内容", "業務", "業務名", "件名"),
    "contract_type": ("契約種別", "契約類型", "契約の形態", "契約区分"),
    "starts_on": ("契約開始日", "開始", "契約開始", "契約日", "契約締結日", "委託開始日"),
    "ends_on": ("契約終了日", "終了", "契約終了", "契約満了日", "満了日", "委託終了日", "契約期限"),
    "auto_renews": ("契約の自動更新", "自動更新の有無"),
    "notice_days": ("解約予告", "予告期間"),
    "personal_data": (
        "個人情報の取り扱い",
        "個人情報の取扱い",
        "個人情報の取扱",
        "個人情報取扱",
        "個人情報",
        "個人情報の有無",
        "個人データの取扱い",
    ),
    "data_kinds": ("個人情報の種類", "取扱う個人情報"),
    "data_count": ("個人情報の件数", "取扱件数", "件数"),
    "secret_data": ("機密情報", "秘密情報の取扱い", "機密情報の取扱い"),
    "system_access": ("システム接続", "社内システム接続"),
    "tags": ("タグ名", "ラベル"),
    PAST_ON: ("最終モニタリング日", "前回モニタリング日", "モニタリング日", "最終点検日", "前回点検日", "最終評価日"),
    PAST_VALUE: ("判断", "最終判断", "評価", "評価結果", "モニタリング結果"),
    PAST_COMMENT: ("判断コメント", "モニタリングコメント", "評価コメント", "判断理由"),
    PAPERS: (PAPERS_COLUMN, "関連書類", "関連ファイル", "添付資料", "添付ファイル"),
    MAILS: ("委託先メールアドレス", "メールアドレス", "メール", "連絡先メールアドレス"),
}
_WEAK = {"供給者": "name"}
"""Headings that mean something only where no other column says it."""


class Unknown(StrEnum):
    """What becomes of columns that nobody knows."""

    REFUSE = "refuse"
    KEEP = "keep"
    IGNORE = "ignore"


class Choices(Value):
    """What somebody decided: heading → target (PASSED, NEW_FREE, a field's name), and what becomes of the others."""

    columns: dict[str, str] = {}
    unknown: Unknown = Unknown.REFUSE


AS_IS = Choices()
"""Nobody decided anything."""


def plain(heading: str) -> str:
    """A heading without what a spreadsheet or a hand may have put around it (K09)."""
    bare = unicodedata.normalize("NFKC", heading.replace("\ufeff", ""))
    bare = re.sub(r"\((?:必須|任意|\*|※)\)|[*※]+$", "", "".join(bare.split()))
    return bare.casefold()


def _known() -> dict[str, str]:
    words = {plain(f.column): f.name for f in FIELDS} | {plain(column): PASSED for column in READ_ONLY}
    words |= {plain(WORK_ID_COLUMN): WORK_ID, plain(PAST_ON_COLUMN): PAST_ON, plain(PAST_VALUE_COLUMN): PAST_VALUE}
    for target, also in _ALSO.items():
        for word in also:
            words.setdefault(plain(word), target)
    return words


KNOWN = _known()


_FREE_WORDS = frozenset(map(plain, ("自由項目", "自由", NEW_FREE)))
_PASS_WORDS = frozenset(map(plain, ("-", "取り込まない", "無視")))


def target_of(word: str) -> str | None:
    """The target that somebody names: a heading of ours, a field's name, 自由項目, or - for nothing; None where unknown."""
    bare = plain(word)
    if bare in _FREE_WORDS:
        return NEW_FREE
    if bare in _PASS_WORDS:
        return PASSED
    return bare if any(f.name == bare for f in FIELDS) else KNOWN.get(bare)


@dataclass
class Column:
    """A column of the file. `target` None: nobody knows what it says."""

    position: int
    heading: str
    target: str | None

    @property
    def letter(self) -> str:
        """Its name in a spreadsheet."""
        return letter(self.position)


@dataclass
class Heading:
    """The heading of a file, where it was found, and what is wrong with it. `lines` are those below it."""

    line: int = 1
    columns: list[Column] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)
    lines: Iterator[Line] = field(default_factory=lambda: iter(()))

    @property
    def unknown(self) -> tuple[str, ...]:
        """Headings that nobody knows."""
        return tuple(c.heading for c in self.columns if c.target is None)

    def targets(self) -> set[str]:
        """Everything that the file says something about."""
        return {c.target for c in self.columns if c.target}


def read_heading(table: Table, choices: Choices, free: Mapping[str, str]) -> Heading:
    """Find the heading, below whatever stands above it. `free`: heading → target of the team's own fields."""
    words = {**KNOWN, **{plain(h): t for h, t in free.items()}, **{plain(h): t for h, t in choices.columns.items()}}
    looked: list[Line] = []
    for line in table.lines:
        looked.append(line)
        if _is_heading(line, words) or len(looked) == SEARCHED:
            break
    if not looked:
        return Heading(complaints=[Complaint(line=1, code=Code.NO_ROWS)])
    at = next((n for n, line in enumerate(looked) if _is_heading(line, words)), 0)
    rest = chain(looked[at + 1 :], table.lines)
    heading = Heading(line=looked[at].number, lines=rest)
    cells = looked[at].cells
    if spans := table.merged.get(heading.line):
        cells, heading.lines = _two_lines(looked[at], rest, spans, words)
    heading.columns = [Column(n, c.strip(), words.get(plain(c))) for n, c in enumerate(cells) if plain(c)]
    _weak(heading)
    _decide(heading, choices)
    _check(heading)
    return heading


def _is_heading(line: Line, words: Mapping[str, str]) -> bool:
    """Two columns that are known, and one of them says whose row it is."""
    found = [target for cell in line.cells if (target := words.get(plain(cell))) is not None]
    return len(found) > 1 and any(target in MUST for target in found)


def _two_lines(
    upper: Line, rest: Iterator[Line], spans: list[tuple[int, int]], words: Mapping[str, str]
) -> tuple[list[str], Iterator[Line]]:
    """Headings of two lines (契約期間 over 開始日 and 終了日), where something is merged across in the upper one."""
    lower = next(rest, None)
    if lower is None:
        return upper.cells, iter(())
    below = {n for first, last in spans for n in range(first, last + 1)}
    under = [n for n in below if n < len(lower.cells) and plain(lower.cells[n]) in words]
    if lower.number != upper.number + 1 or not under:
        return upper.cells, chain([lower], rest)
    width = max(len(upper.cells), len(lower.cells))
    cells = [*upper.cells, *[""] * (width - len(upper.cells))]
    for n in below & set(range(len(lower.cells))):
        cells[n] = lower.cells[n] or cells[n]
    return cells, rest


def _weak(heading: Heading) -> None:
    for column in heading.columns:
        target = _WEAK.get(plain(column.heading))
        if column.target is None and target and target not in heading.targets():
            column.target = target


def _decide(heading: Heading, choices: Choices) -> None:
    for column in heading.columns:
        if column.target is None and choices.unknown is not Unknown.REFUSE:
            column.target = PASSED if choices.unknown is Unknown.IGNORE else NEW_FREE


def _check(heading: Heading) -> None:
    seen: set[str] = set()
    for column in heading.columns:
        if column.target is None:
            heading.complaints.append(_complaint(heading, column, Code.UNKNOWN_COLUMN))
        elif column.target in seen:
            heading.complaints.append(_complaint(heading, column, Code.COLUMN_TWICE))
        elif column.target not in (PASSED, NEW_FREE):
            seen.add(column.target)
    names = {f.name: f.column for f in FIELDS}
    for name in MUST:
        if name not in seen:
            complaint = Complaint(line=heading.line, column=names[name], code=Code.MISSING_COLUMN)
            heading.complaints.append(complaint)


def _complaint(heading: Heading, column: Column, code: Code) -> Complaint:
    return Complaint(line=heading.line, column=column.heading, letter=column.letter, code=code)
