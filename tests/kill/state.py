"""What must be equal after a killed run and an unkilled one: what people received, and what the database holds.

Compared as multisets without ids and times. Left out are rows that say how often somebody tried (attempts, presses, page
tokens, the audit trail of retries): a person who presses again leaves more of them, and that is right.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

from sandbox.render.markdown import plain
from sandbox.world import World

TABLES: dict[str, str] = {
    "supplier": "name, corporate_number, state, language, paused",
    "engagement": "business, contract_type, starts_on, ends_on, personal_data, state",
    "department": "name",
    "endpoint": "channel_id, state, teams, guests",
    "supplier_team": "team_id",
    "owner": "role, until IS NULL",
    "round": "title, due_on, attest_by, state",
    "round_decision": "verdict, reason",
    "attestation": "state, cycle",
    "attestation_answer": "n, kind",
    "review": "state, reason, due_on",
    "review_item": "state, reason",
    "review_question": "scope = 'company', key, position, page, included",
    "answer": "rev, value, comment, via",
    "submission": "n, name, role, json_array_length(answers)",
    "judgement": "n, value, reason",
    "file_fetch": "state, reason",
    "evidence": "id, size",
    "evidence_link": "name",
    "notice": "kind, state, cycle, step, language",
    "live_card": "kind, ts <> '', shown = wanted",
}
# drafts that were never opened are a person's second press of the form; nothing was sent for them
ONLY = {
    "round": "state NOT IN ('draft', 'previewed', 'cancelled')",
    "round_decision": "round_id IN (SELECT id FROM round WHERE state NOT IN ('draft', 'previewed', 'cancelled'))",
}
_IDS = re.compile(r"[0-9a-f]{32}")


def database(path: Path) -> dict[str, Counter[tuple[Any, ...]]]:
    """Each table as a multiset of what matters in it."""
    with sqlite3.connect(path) as connection:
        return {
            table: Counter(
                tuple(_IDS.sub("·", v) if isinstance(v, str) else v for v in row)
                for row in connection.execute(f"SELECT {columns} FROM {table} WHERE {ONLY.get(table, '1')}")
            )
            for table, columns in TABLES.items()
        }


def received(record: list[dict[str, Any]]) -> Counter[tuple[str, bool, str]]:
    """What the bot's messages said, where, and whether in a thread: as people received them."""
    return Counter(
        (entry["channel"], bool(entry.get("thread_ts")), entry["text"])
        for entry in record
        if entry["kind"] == "posted" and entry.get("bot")
    )


def shown_last(world: World) -> Counter[tuple[str, str]]:
    """What every message of the bot shows in the end, refreshed ones too."""
    return Counter(
        (channel.id, plain(message.blocks))
        for channel in world.channels.values()
        for message in channel.messages
        if message.bot_id
    )


def difference(one: Counter[Any], other: Counter[Any]) -> list[str]:
    """What `other` has too little or too much of."""
    lost = [f"missing {n}×: {what}" for what, n in (one - other).items()]
    return lost + [f"too many {n}×: {what}" for what, n in (other - one).items()]


def unsettled(path: Path) -> int:
    """Notices that are on their way: claimed, in doubt, or waiting to be sent."""
    with sqlite3.connect(path) as connection:
        query = "SELECT count(*) FROM notice WHERE state IN ('claimed', 'in_doubt', 'pending')"
        return int(connection.execute(query).fetchone()[0])
