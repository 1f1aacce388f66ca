"""What an import works with: what the ledger holds around some rows, what a row makes, and how records compare with rows."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bot.domain.base import Value
from bot.domain.documents import Document
from bot.domain.entered import folded
from bot.domain.ledger import Department, Engagement, Supplier
from bot.domain.ledger_cells import Said
from bot.domain.names import name_key


@dataclass
class Around:
    """What the ledger holds around some rows: everything that they could belong to."""

    suppliers: Iterable[Supplier] = ()
    engagements: Iterable[Engagement] = ()
    names: Mapping[str, str] = field(default_factory=dict)  # name key → name
    pasts: Mapping[str, Mapping[date, Any]] = field(
        default_factory=dict
    )  # engagement → day → value that came in before
    judged: Mapping[str, set[tuple[date, Any]]] = field(default_factory=dict)  # engagement → our own judgements
    mails: Mapping[str, set[str]] = field(default_factory=dict)  # supplier → addresses of its contacts
    documents: Mapping[str, Sequence[Document]] = field(default_factory=dict)  # supplier → also those taken out
    kept: Mapping[str, str] = field(default_factory=dict)  # merged record → the one that stands for it
    former: Mapping[str, Collection[str]] = field(default_factory=dict)  # record → name keys of those merged into it


@dataclass
class Step:
    """What one row makes: new records with parents first, and changes (before, after)."""

    supplier: Supplier
    department: Department
    new_supplier: bool = False
    new_engagement: Engagement | None = None
    changes: list[tuple[Value, Value]] = field(default_factory=list)
    added: list[Value] = field(default_factory=list)


def same(name: str, one: Any, other: Any) -> bool:
    """Whether two values of a field are the same; names of companies that are alike are."""
    return one == other or (name == "name" and name_key(one) == name_key(other))


def changed(supplier: Supplier, news: Mapping[str, Any]) -> Supplier:
    """The supplier with some fields changed. A name that is only spelled otherwise stays as it is."""
    news = {n: v for n, v in news.items() if not same(n, getattr(supplier, n), v)}
    if "name" in news:
        news["name_key"] = name_key(news["name"])
    return supplier.model_copy(update=news) if news else supplier


def new_supplier(key: str, said: Mapping[str, Any], now: datetime) -> Supplier:
    """A new record of what was said."""
    return Supplier(id=key, name_key=name_key(said["name"]), created_at=now, **said)


def news_of(stored: Engagement, said: Said) -> dict[str, Any]:
    """What a row says that the engagement does not."""
    news = {n: v for n, v in said.engagement.items() if getattr(stored, n) != v and not _same_work(n, stored, v)}
    free = {key: value for key, value in said.free.items() if stored.free.get(key, "") != value}
    if free:
        news["free"] = {key: value for key, value in {**stored.free, **free}.items() if value}
    return news


def _same_work(name: str, stored: Engagement, value: Any) -> bool:
    return name == "business" and folded(stored.business) == folded(value)


def digest(*parts: str) -> bytes:
    """A short print of some texts, to compare rows by."""
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()
