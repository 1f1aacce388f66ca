"""Whatever is listed, counted, exported, matched, planned or reminded is the same with a rehearsal and without one.

Each reader of the product is asked while a rehearsal is at each of its steps, and must answer as if there were none. And
every statement that those readers send is looked at: each marked table in it is narrowed, under the name it has there. To
hold one more reader: its line in `READERS`.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import func, select

from bot.domain.ledger import Endpoint
from bot.domain.listing import ALL, AT_HOME, Filter, Sort
from bot.domain.people import SYSTEM
from bot.domain.registration import Entry
from bot.domain.rounds import Round
from bot.services.calendars import TOKYO
from bot.services.chase_plans import Planner
from bot.services.companies import Companies
from bot.services.departments import Departments
from bot.services.exporting import Exporting
from bot.services.importing import Importing
from bot.services.listing import when_of
from bot.services.pausing import Pausing
from bot.services.reading import Reading
from bot.services.registering import Registering
from bot.services.resolving import Resolving
from bot.services.sending import Sending
from bot.services.watching import Watching
from storage import (
    attestations,
    candidates,
    chasing,
    contract_ends,
    endpoints,
    homes,
    judging,
    ledger,
    ledger_queries,
    listing,
    notices,
    owning,
    practice,
    resolving,
    reviews,
    rounds,
    tiers,
)
from storage.db import Database
from storage.tx import Tx
from tests.kit import START, PaperDirectory, StillClock, press
from tests.ledger_scene import Books, make_rounds, small_books
from tests.services.rehearsal_stage import STEPS, Rehearsal, stage
from tests.services.test_rounds import WISH

Reader = Callable[["House"], Awaitable[Any]]
FILE = (
    "名称,部門,業務内容,契約形態,開始日,個人データ\n"
    "練習用の委託先(サンプル),物流部,練習用の業務,準委任,2026-12-01,なし\n"
    "有限会社ほしぞら印刷,練習用の部門,会社案内の印刷,請負,2026-04-01,なし\n"
)


class House:
    """A company with real work, a real round under way, and a colleague who rehearses."""

    def __init__(self, r: Rehearsal, books: Books) -> None:
        self.r, self.db, self.clock, self.books = r, r.db, r.clock, books
        self.desk = r.made.desk
        self.reading, self.importing = Reading(self.desk, TOKYO), Importing(self.desk, TOKYO)
        self.exporting = Exporting(self.desk, TOKYO)
        self.watching = Watching(self.db, self.clock, PaperDirectory())

    async def ask(self, query: Callable[..., Awaitable[Any]], *args: Any, **more: Any) -> Any:
        async with self.db.read() as tx:
            return await query(tx, *args, **more)


def _service(cls: Any, method: str, *args: Any) -> Reader:
    async def read(house: House) -> Any:
        return await getattr(cls(house.desk), method)(press("U0SEC"), *args)

    return read


def _query(query: Callable[..., Awaitable[Any]], *args: Any, **more: Any) -> Reader:
    return lambda house: house.ask(query, *args, **more)


async def _listed(tx: Any) -> Any:
    """Every count of the Home tab, and the list by each of its orders."""
    when = when_of(START, TOKYO)
    pages = [await listing.page(tx, Filter(sort=sort), when, 15, 0) for sort in Sort]
    return pages, await listing.counted(tx, [ALL, *AT_HOME.values()], when)


async def _draft(house: House) -> Any:
    """What a new round would be about: put together and looked at, then taken back."""
    async with house.db.begin("test.draft") as tx:
        found = await candidates.candidates(tx, START.date())
        tx.abandon()
    return sorted(map(repr, found))


async def _plan(house: House) -> Any:
    far = house.clock.now().replace(year=house.clock.now().year + 1)
    async with house.db.read() as tx:
        plan = await Planner(house.r.made.hours, 5).plan(tx, far, far)
    return [(r.notice.key, r.due) for r in plan.reminders], plan.silent, plan.lapsing, plan.finished


async def _import(house: House) -> Any:
    return await house.importing.import_suppliers(FILE.encode(), dry_run=True, actor=SYSTEM)


async def _linkable(house: House) -> Any:
    return await house.ask(endpoints.candidates, "C0NEW")


async def _register_form(house: House) -> Any:
    return await Companies(house.desk, TOKYO).form(press("U0SEC"))


async def _twins(house: House) -> Any:
    return await house.ask(ledger.alike, "練習用の委託先(サンプル)", 5)


async def _show(house: House) -> Any:
    return await house.reading.show(press("U0SEC"), "みかづき")


async def _due_endpoints(house: House) -> Any:
    now = house.clock.now()
    return await house.ask(notices.due_endpoints, now, now)


async def _home(house: House, user: str) -> Any:
    found = await house.r.home(user)
    return found.model_copy(update={"rehearsal": None})


async def _every_table(house: House) -> Any:
    async with house.db.read() as tx:
        counts = {
            row.__tablename__: (await tx.rows(select(func.count()).select_from(row)))[0] for row in practice.marked()
        }
    counts.pop("audit_event")  # that somebody rehearsed stands in the company's trail
    return counts


async def _whole_ledger(tx: Tx) -> list[Any]:
    return [row async for piece in ledger_queries.everything(tx) for row in piece]


READERS: dict[str, Reader] = {
    "every table": _every_table,
    "tiers in force": _query(tiers.tiers_in_force, START.date()),
    "tiers that need a look": _query(tiers.attention, START.date(), 10),
    "tiers by other rules": _query(tiers.by_other_rules, "other"),
    "a thousand to decide anew": _query(tiers.batch, ""),
    "ledger count": _query(ledger_queries.count),
    "ledger rows": _query(_whole_ledger),
    "ledger list": _query(_listed),
    "ledger record": _show,
    "export": lambda h: h.exporting.ledger(),
    "import matching": _import,
    "import: changed since": _query(ledger.mark),
    "names that are taken": _query(ledger.keys_taken, {"練習用の委託先(サンプル)"}),
    "twins": _twins,
    "search": _query(ledger.matching, "練習", None, 10),
    "supplier without number": _query(ledger.unnumbered, {"練習用の委託先(サンプル)"}),
    "linked channels": _query(ledger.linked_channels),
    "suppliers to link": _linkable,
    "departments": _query(rounds.departments),
    "department form": _service(Departments, "form", "練習用の部門"),
    "department list": _service(Departments, "page", 1),
    "who has left": _query(owning.left),
    "work without an owner": _query(owning.unowned, 10),
    "how much work is without an owner": _query(owning.count_unowned),
    "ends that are near": _query(contract_ends.ending, date(2030, 1, 1)),
    "the list of ends": _query(contract_ends.lines, date(2030, 1, 1), date(2030, 1, 1), 10, 0),
    "how many ends": _query(contract_ends.counts, date(2030, 1, 1), date(2030, 1, 1)),
    "register form": _register_form,
    "round form": lambda h: make_rounds(h.db, h.clock).form(press("U0SEC")),
    "a round's scope": _draft,
    "what is due": _plan,
    "unanswered owners": _query(chasing.unanswered),
    "waiting endpoints": _query(chasing.waiting),
    "finished rounds": _query(chasing.finished_rounds),
    "held reviews": _query(reviews.waiting_for_endpoint),
    "what is to be judged": _query(judging.waiting, 50),
    "what is to be judged, by name": _query(judging.waiting, 50, "練習", "練習"),
    "messages to look at": _query(resolving.stuck, 50),
    "how many messages to look at": _query(resolving.counts),
    "unresolved": _service(Resolving, "stuck"),
    "endpoints to look at": _due_endpoints,
    "stale endpoints": lambda h: h.ask(_all_ids_older, h.clock),
    "facts of the guide": _query(homes.facts),
    "open rounds": _query(homes.open_rounds, 10),
    "suspended endpoints": _query(homes.suspended),
    "the rehearser's Home": lambda h: _home(h, "U0SEC"),
    "a colleague's Home": lambda h: _home(h, "U0SEC2"),
    "an owner's Home": lambda h: _home(h, "U0OWNER"),
}


async def _all_ids_older(tx: Any, clock: StillClock) -> Any:
    ids = [e.id for e in await tx.find(Endpoint)]
    return await endpoints.older(tx, ids, clock.now().replace(year=2030))


@pytest.fixture
async def house(db: Database, clock: StillClock) -> House:
    books = await small_books(db)
    r = await stage(db, clock)
    await books.write()
    service = make_rounds(db, clock)
    drafted = await service.draft(press("U0SEC"), WISH)
    await service.open(press("U0SEC"), drafted.round_id)
    await r.send()
    return House(r, books)


async def everything(house: House) -> dict[str, Any]:
    return {name: await read(house) for name, read in READERS.items()}


async def test_every_reader_says_the_same_with_a_rehearsal_and_without(house: House) -> None:
    before = await everything(house)
    assert before["ledger count"] == 4
    for step in STEPS:
        await getattr(house.r, step)()
        now = await everything(house)
        different = {name: (before[name], now[name]) for name in READERS if before[name] != now[name]}
        assert not different, f"after {step}: {different}"
    await house.r.end()
    after = await everything(house)
    after["facts of the guide"] = after["facts of the guide"].model_copy(update={"rehearsed": False})
    for name in READERS:
        if "Home" not in name:  # the guide ticks the step off: the one thing that stays
            assert after[name] == before[name], name


async def test_presses_in_earnest_write_the_same_beside_a_rehearsal(house: House) -> None:
    """A supplier of the same name may be registered and paused while somebody rehearses, who goes on untouched."""
    before = len(house.r.channel.posted)
    await house.r.play("submit")
    written = {
        "name": "練習用の委託先(サンプル)",
        "department": (await house.ask(rounds.departments))[0][0],
        "business": "練習用の業務",
        "contract_type": "quasi_mandate",
        "starts_on": "2026-12-01",
        "personal_data": "no",
        "kind": "company",
        "language": "ja",
    }
    entry = Entry(written=written)
    done = await Registering(house.desk).submit(press("U0SEC2"), entry)
    assert (done.added, done.twins) == (False, ())
    paused = await Pausing(house.desk).switch(press("U0SEC2"), "練習用の委託先(サンプル)", on=True)
    assert paused.supplier == "練習用の委託先(サンプル)"
    await house.r.judge()
    assert {place for place, *_rest in house.r.channel.posted[before:]} == {"user:U0SEC"}


async def test_the_clockwork_of_the_company_does_not_touch_it(house: House) -> None:
    """Looks at channels, what waits for an endpoint, files, events: none of them is about a rehearsal."""
    await house.r.play("attest")
    now = house.clock.now()
    await house.watching.check_due(0)
    await Sending(house.db, house.clock).run_due(now)
    (endpoint,) = await house.r.mine(Endpoint)
    assert (endpoint.state.value, endpoint.reason) == ("verified", "")
    assert len(await house.r.mine(Round)) == 1


# -- every statement is narrowed -------------------------------------------------------------------------------------------

TABLE = re.compile(r"(?:FROM|JOIN|,)\s+\"?(\w+)\"?(?:\s+AS\s+\"?(\w+)\"?)?")
WHOSE = re.compile(r"\(SELECT \w+\.practice_of\s+FROM \w+\s+WHERE \w+\.id = \?\)")


def wide(statement: str) -> list[str]:
    """The marked tables of a select that are not narrowed, under the names they have in it."""
    marked = {str(row.__tablename__) for row in practice.marked()}
    names = {alias or table for table, alias in TABLE.findall(WHOSE.sub("", statement)) if table in marked}
    return sorted(name for name in names if f"{name}.practice_of = ?" not in statement)


async def test_every_statement_of_every_reader_is_narrowed(house: House) -> None:
    sent: list[str] = []
    listen = lambda _c, _cursor, statement, *_rest: sent.append(statement)  # noqa: E731
    event.listen(house.db.reader.sync_engine, "before_cursor_execute", listen)
    await everything(house)
    await house.ask(attestations.orphans, "r", "s", 5)
    selects = [one for one in sent if one.lstrip().startswith("SELECT")]
    assert len(selects) > 60
    assert {one: wide(one) for one in selects if wide(one)} == {}


def test_a_statement_that_is_not_narrowed_is_noticed() -> None:
    assert wide("SELECT supplier.id FROM supplier JOIN review AS review_1 ON review_1.practice_of = ?") == ["supplier"]
    assert wide("SELECT person.id FROM person") == []
