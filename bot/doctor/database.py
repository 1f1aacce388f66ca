"""The database, the evidence folder, the checklists, the policy: can they be used? Nothing is created, migrated or kept."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

from bot.assembly import checklists, policy_of
from bot.doctor.base import Around, Line, Reading, line, space
from storage.checklist_files import ChecklistError
from storage.inspecting import DatabaseFacts, inspect, sqlite_file, try_writing
from storage.migrate import Unusable
from storage.policy_file import PolicyError

OLDEST_SERVER = 15


async def examine(reading: Reading, around: Around) -> tuple[list[Line], bool]:
    """The lines about what is kept, and whether the database can be read with the newest schema."""
    lines, readable = await _database(reading, around)
    return [*lines, *_evidence(reading, around), _checklists(reading), _policy(reading)], readable


async def _database(reading: Reading, around: Around) -> tuple[list[Line], bool]:
    url = reading.settings.database_url
    if not reading.usable("database_url"):
        return [], False  # said among the settings
    try:
        file = sqlite_file(url)
        if file and not file.exists():
            return [_not_there(file)], False
        facts = await asyncio.to_thread(inspect, url)
    except Unusable as error:
        return [line("database", "unusable", why=str(error))], False
    kind = "SQLite" if file else f"PostgreSQL {facts.version}"
    lines = [line("database", "ok", kind=kind), await _writing(url), _revision(facts)]
    lines += _sqlite(reading, facts, file, around) if file else [_server(facts)]
    return lines, facts.revision == facts.newest


def _not_there(file: Path) -> Line:
    """The start makes the file, not the folder."""
    folder = file.parent
    if folder.is_dir() and os.access(folder, os.W_OK):
        return line("database", "new", file=str(file))
    return line("database", "unusable", why=f"{folder}: no such folder, or it cannot be written")


async def _writing(url: str) -> Line:
    try:
        await asyncio.to_thread(try_writing, url)
    except Unusable as error:
        return line("db_write", "refused", why=str(error))
    return line("db_write", "ok")


def _revision(facts: DatabaseFacts) -> Line:
    if facts.revision == facts.newest:
        return line("revision", "newest", revision=facts.revision)
    if not facts.revision:
        return line("revision", "empty", newest=facts.newest)
    return line("revision", "older" if facts.known else "strange", revision=facts.revision, newest=facts.newest)


def _sqlite(reading: Reading, facts: DatabaseFacts, file: Path, around: Around) -> list[Line]:
    sync = "normal" if reading.settings.sqlite_sync == "NORMAL" else "full"
    wal = line("wal", "on" if facts.journal == "wal" else "off", mode=facts.journal)
    return [wal, line("sync", sync), space("db_space", file.resolve().parent, around)]


def _server(facts: DatabaseFacts) -> Line:
    if facts.encoding != "UTF8":
        return line("server", "encoding", encoding=facts.encoding)
    return line(
        "server", "ok" if facts.version >= OLDEST_SERVER else "old", version=facts.version, oldest=OLDEST_SERVER
    )


def _evidence(reading: Reading, around: Around) -> list[Line]:
    """As the start looks at it, except that a missing folder is not made."""
    folder = Path(reading.settings.evidence_dir)
    if not folder.exists():
        above = next(parent for parent in folder.resolve().parents if parent.exists())
        if above.is_dir() and os.access(above, os.W_OK):
            return [line("evidence", "new", folder=str(folder)), space("evidence_space", above, around)]
        return [line("evidence", "refused", folder=str(folder), why=str(above))]
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        return [line("evidence", "refused", folder=str(folder), why=error.strerror or type(error).__name__)]
    return [line("evidence", "ok", folder=str(folder)), space("evidence_space", folder, around)]


def _policy(reading: Reading) -> Line:
    """What it names in a folder of checklists that cannot be read is that folder's fault, which is said already."""
    try:
        known = checklists(reading.settings)
    except (ChecklistError, OSError):
        known = {}
    try:
        policy = policy_of(reading.settings, known or None)
    except PolicyError as error:
        return line("policy", "broken", why=str(error).split("\n")[0])
    return line("policy", "ok", count=len(policy.tiers))


def _checklists(reading: Reading) -> Line:
    try:
        known = checklists(reading.settings)
    except (ChecklistError, OSError) as error:
        return line("checklists", "broken", why=str(error).split("\n")[0])
    count = sum(c.audience == "supplier" for c in known.values())
    return line("checklists", "ok", count=count) if count else line("checklists", "none")
