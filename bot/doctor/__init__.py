"""`vendor-review doctor`: can this installation work, and what has to be done where it cannot.

It only reads. In Slack it calls look-ups and opens one WebSocket for its hello; in the database its one write is rolled
back; no file stays. It goes on with whatever is missing and says everything at once. One file a group of checks:
`settings`, `tokens`, `web`, `people`, `lookups`, `database`, `days`, `channel`; what they can say is the table in `base`,
how it is said is `telling`. To add a check: its row in `base.CHECKS`, its function in the group's file, its words.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from contextlib import AsyncExitStack

import aiohttp

from bot.channels.clients import posting_client, reading_client
from bot.channels.slack_directory import SlackDirectory
from bot.channels.slack_inspect import Identity, SlackInspect
from bot.doctor import channel as one_channel
from bot.doctor import database, days, lookups, people, settings, tokens, web
from bot.doctor.base import Around, Line, Mark, Reading, line
from storage.db import Database


async def examine(*, channel: str = "", url: str = "", around: Around | None = None) -> tuple[Reading, list[Line]]:
    """Look at everything; `channel` by id or name, `url` the public address in HTTP mode. The settings go along, to mask."""
    around = around or Around()
    reading = settings.read()
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)))
        token, api = reading.settings.slack_bot_token.get_secret_value(), reading.settings.slack_api_url
        slow = reading_client(token, api, session)
        slack, directory = SlackInspect(slow, posting_client(token, api, session), session), SlackDirectory(slow)
        lines = settings.examine(reading, around)
        about_tokens, identity = await tokens.examine(reading, slack, around)
        lines += about_tokens
        if url:
            lines += await _try("--url", web.examine(url, reading, session))
        kept, readable = await database.examine(reading, around)
        db = Database(reading.settings.database_url) if readable else None
        if db:
            stack.push_async_callback(db.close)
        lines += await _try("team", people.examine(reading, directory if identity else None, db))
        only = channel.removeprefix("#")
        about = await _try("--channel", _channel(channel, slack, directory, identity, db)) if channel else []
        found = next(
            (str(each.params["id"]) for each in about if each.check == "channel" and "id" in each.params), only
        )
        lines += await _try("history", lookups.examine(reading, slack if identity else None, db, found))
        lines += [*kept, *days.examine(reading, around), *about]
    return reading, lines


async def _try(group: str, looking: Awaitable[list[Line]]) -> list[Line]:
    """The lines of a group; one line where the look itself breaks (a table that is gone), so that the others are said."""
    try:
        return await looking
    except Exception as error:  # noqa: BLE001 - whatever it is, it is one fault among others, and is said as one
        return [line("doctor", "failed", group=group, error=type(error).__name__)]


def failed(lines: Iterable[Line]) -> bool:
    """Whether something must be mended."""
    return any(each.mark is Mark.BAD for each in lines)


async def _channel(
    named: str, slack: SlackInspect, directory: SlackDirectory, identity: Identity | None, db: Database | None
) -> list[Line]:
    if identity is None:
        return [line("channel", "unasked", named=named)]
    return await one_channel.examine(named, slack, directory, identity, db)
