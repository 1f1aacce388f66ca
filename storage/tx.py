"""Tx: one open transaction, and the few verbs that every story shares. Story queries take a Tx and live beside it.

`add` queues, `put` writes a changed value over its row (and fails with `Stale` where somebody else was faster), `get` and
`find` read. What a use case wrote is visible to its own later queries only after `flush`, which the queries call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import bindparam, insert
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql.dml import UpdateBase
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.base import Value
from bot.domain.delivery import AuditEvent
from bot.domain.people import Actor
from storage.ids import new_id
from storage.mapping import columns, generation, row_class, to_value
from storage.practice import HERE, narrowed
from storage.tables.base import Marked

V = TypeVar("V", bound=Value)


_FRESH = {"populate_existing": True}  # what this transaction read before may have been changed by an UPDATE since

_UNSEEN = {"synchronize_session": False}  # rows in memory need not follow an UPDATE: every read is fresh


class Stale(Exception):  # noqa: N818
    """Somebody else changed it meanwhile: load again and decide again."""


class Taken(Exception):  # noqa: N818
    """A unique key was there already (a press delivered twice, a notice told before, a number registered)."""


EVERYWHERE: None = None
"""Instead of a person: the books and every rehearsal. Only for what carries messages; nothing can be added before `enter`."""


class Tx:
    """One transaction. Made by `Database.begin` and `Database.read` only.

    It sees either the company's books (`practice_of` '') or one person's rehearsal, never both: every read is narrowed and
    every new row is marked here, so no query and no service can forget it (docs/adr/0011).
    """

    def __init__(
        self, session: AsyncSession, *, sqlite: bool, practice_of: str | None = "", writes: bool = True
    ) -> None:
        self.session = session
        self.sqlite = sqlite
        self._writes = writes
        self.practice_of = practice_of
        self.abandoned = False
        self._new: dict[type[Value], list[dict[str, Any]]] = {}
        self._rows: dict[tuple[type[Value], str], Any] = {}
        self._versions: dict[tuple[type[Value], str], int] = {}

    def enter(self, practice_of: str) -> None:
        """From here on the transaction is about somebody's rehearsal, or about the books ('')."""
        self.practice_of = practice_of

    def rehearsed_by(self, actor: Actor) -> bool:
        """Whether this is the actor's own rehearsal: there they play every part."""
        return bool(self.practice_of) and self.practice_of == actor.person_id

    def stamped(self, cls: type[Value], row: dict[str, Any]) -> dict[str, Any]:
        """A new row as it is written: marked, where its table is."""
        if not issubclass(row_class(cls), Marked):
            return row
        if self.practice_of is None:
            raise RuntimeError(f"{cls.__name__}: say whose it is (enter) before something is added")
        return row | {"practice_of": self.practice_of}

    async def forget(self) -> None:
        """What was read or written so far needs not be put again: a long transaction stays as small as a short one."""
        await self.flush()
        self._rows.clear()
        self._versions.clear()

    def abandon(self) -> None:
        """Nothing of this transaction is to be kept; it ends without a commit."""
        self.abandoned = True

    def add(self, *values: Value) -> None:
        """Queue new rows. The next flush writes them: one INSERT a table, parents before what refers to them."""
        for value in values:
            self._new.setdefault(type(value), []).append(self.stamped(type(value), columns(value)))

    async def put(self, value: Value) -> None:
        """Write a changed value over its row.

        For a Root, the version must be the stored one or the one this transaction loaded first (it may put twice), else
        Stale.
        """
        cls = type(value)
        key = (cls, value.id)  # type: ignore[attr-defined]
        queued = next((new for new in self._new.get(cls, ()) if new["id"] == key[1]), None)
        if queued is not None:
            queued.update({name: item for name, item in columns(value).items() if name != "practice_of"})
            return
        row = self._rows.get(key) or await self.session.get(row_class(cls), key[1])
        if row is None:
            raise Stale(f"{cls.__name__} {key[1]} is gone")
        stored = getattr(row, "version", None)
        if getattr(value, "version", None) not in (stored, self._versions.setdefault(key, stored or 0)):
            raise Stale(f"{cls.__name__} {key[1]} was changed meanwhile")
        self._rows[key] = row
        for name, item in columns(value).items():
            if name not in {"version", "practice_of"} and getattr(row, name) != item:
                setattr(row, name, item)

    async def get(self, cls: type[V], key: str) -> V | None:
        """The value with this id, or None."""
        return await self.one(cls, id=key)

    async def need(self, cls: type[V], key: str) -> V:
        """The value with this id; LookupError where there is none (a broken reference, not a person's mistake)."""
        found = await self.get(cls, key)
        if found is None:
            raise LookupError(f"{cls.__name__} {key}")
        return found

    async def find(self, cls: type[V], order: str = "id", **equals: Any) -> list[V]:
        """All values whose fields equal (a list or set: are among) what is given, in the order of one field."""
        params = {name: wanted for name, wanted in equals.items() if wanted is not None}
        for name, wanted in params.items():
            if isinstance(wanted, list | tuple | set | frozenset):
                params[name] = [getattr(w, "value", w) for w in wanted]
        shape = tuple((name, type(params.get(name)) is list, name in params) for name in equals)
        return await self.values(cls, _select_where(cls, order, shape), **params)

    async def one(self, cls: type[V], **equals: Any) -> V | None:
        """The only value with these fields, or None."""
        found = await self.find(cls, **equals)
        return found[0] if found else None

    def version(self, cls: type[Value], key: str) -> int | None:
        """The version of a row as this transaction knows it; None where it has not met it."""
        row = self._rows.get((cls, key))
        return None if row is None else int(row.version)

    async def values(self, cls: type[V], query: Any, **params: Any) -> list[V]:
        """Run a select of whole rows and map them. `params`: its bind parameters, where it is a constant with some."""
        rows = await self.rows(query, **params)
        return [self._value(cls, row) for row in rows]

    async def rows(self, query: Any, **params: Any) -> Sequence[Any]:
        """Run a select of columns (a read query). `params`: as above."""
        await self.flush()
        if self.practice_of is not None:
            query, params = narrowed(query), params | {HERE: self.practice_of}
        with _in_our_words():  # a select can wait for rows too, and lose
            found: Sequence[Any] = (await self.session.exec(query, params=params, execution_options=_FRESH)).all()
        return found

    async def run(self, statement: UpdateBase) -> int:
        """Run an UPDATE, INSERT or DELETE; the number of rows it touched."""
        await self.flush()
        with _in_our_words():
            result: Any = await self.session.exec(statement, execution_options=_UNSEEN)
        return int(result.rowcount)

    async def flush(self) -> None:
        """Write what is queued. Raises Taken or Stale in words of ours."""
        with _in_our_words():
            while self._new:
                cls = min(self._new, key=generation)
                await self.session.exec(_insert_into(cls), params=self._new.pop(cls))
            if self.session.new or self.session.dirty:
                await self.session.flush()

    def audit(
        self, now: datetime, actor: Actor, action: str, subject: str, subject_id: str, reason: str = "", **detail: Any
    ) -> None:
        """Queue an audit event: ids and codes only, never a name or a text somebody typed."""
        self.add(
            AuditEvent(
                id=new_id(),
                at=now,
                actor_id=actor.person_id or actor.who.slack_user_id,
                action=action,
                subject=subject,
                subject_id=subject_id,
                reason=reason,
                detail=detail,
            )
        )

    def _value(self, cls: type[V], row: Any) -> V:
        value = to_value(cls, row)
        if not self._writes:
            return value  # nothing can be put, so no row is remembered: a look may go through the whole ledger
        key = (cls, getattr(value, "id", ""))
        self._rows[key] = row
        self._versions.setdefault(key, getattr(row, "version", 0))
        return value


@cache
def _insert_into(cls: type[Value]) -> Any:
    """The INSERT of a table. Past the ORM, whose unit of work costs several times the statement."""
    table: Any = row_class(cls)
    return insert(table.__table__)


@cache
def _select_where(cls: type[Value], order: str, shape: tuple[tuple[str, bool, bool], ...]) -> Any:
    """The select of `Tx.find`, made once for each shape: (field, is it a list, is it given at all).

    Building a statement and its cache key costs as much as running it.
    """
    table: Any = row_class(cls)
    query = select(table).order_by(getattr(table, order))
    for name, many, given in shape:
        column = getattr(table, name)
        if not given:
            query = query.where(column.is_(None))
        else:
            query = query.where(column.in_(bindparam(name, expanding=True)) if many else column == bindparam(name))
    return query


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Database errors that mean "somebody was faster" as Taken and Stale; the rest stays what it is.

    40001 and 40P01 are PostgreSQL's serialization failure and deadlock: the loser loads again and decides again.
    """
    try:
        yield
    except IntegrityError as error:
        raise Taken(str(error.orig)) from error
    except StaleDataError as error:
        raise Stale(str(error)) from error
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", "") in {"40001", "40P01"}:
            raise Stale(str(error.orig)) from error
        raise
