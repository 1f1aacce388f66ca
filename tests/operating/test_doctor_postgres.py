"""`vendor-review doctor` on PostgreSQL: the same lines, nothing left behind."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from bot.doctor import database as kept
from bot.doctor.base import Around, Reading
from bot.doctor.settings import Settings
from storage.inspecting import DatabaseFacts
from storage.migrate import upgrade
from tests.postgres import Server, server


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    with server() as running:
        yield running


async def look(url: str) -> dict[str, str]:
    held = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1"}
    reading = Reading(Settings(**held, database_url=url), {})  # type: ignore[arg-type]
    lines, _ = await kept._database(reading, Around())
    return {line.check: line.outcome for line in lines}


async def test_a_server_that_is_as_it_should_be(postgres: Server) -> None:
    url = postgres.fresh("healthy")
    assert await look(url) == {"database": "ok", "db_write": "ok", "revision": "empty", "server": "ok"}
    upgrade(url)
    assert (await look(url))["revision"] == "newest"
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'vendor_review%'").fetchone()
    assert found == (0,), "the table that was tried is rolled back"


async def test_a_user_who_may_only_read(postgres: Server) -> None:
    url = postgres.fresh("locked")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER DATABASE locked SET default_transaction_read_only = on")
    assert (await look(url))["db_write"] == "refused"


async def test_a_server_that_is_not_there_and_an_encoding_that_cannot_hold_our_words(postgres: Server) -> None:
    nowhere = postgres.url("nobody_made_this")
    assert await look(nowhere) == {"database": "unusable"}
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS narrow")
        connection.execute("CREATE DATABASE narrow ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    assert (await look(postgres.url("narrow")))["server"] == "encoding"


def test_an_old_server_was_not_tried() -> None:
    facts = DatabaseFacts(version=14, encoding="UTF8")
    assert kept._server(facts).outcome == "old"
    assert kept._server(facts.model_copy(update={"version": 15})).outcome == "ok"
