"""What must be equal after a killed run and an unkilled one: what people received, and what the database holds.

Compared as multisets without ids and times. Left out are rows that say how often somebody tried (attempts, presses, page
tokens, the audit trail of retries), and the cache of people and channels, which a bot that starts again looks up anew: a
person who presses again leaves more of them, and that is right. Who is in the security team is compared: it decides who may.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

from sandbox.render.markdown import plain
from sandbox.world import Channel, World


def _person(column: str) -> str:
    """A person as people know them, in place of our id."""
    return f"(SELECT slack_user_id FROM person WHERE person.id = {column})"


_PLACE = f"CASE WHEN place LIKE 'person:%' THEN {_person('substr(place, 8)')} ELSE place END"
_DEPUTY = "json_extract(deputy_ids, '$[0]')"
TABLES: dict[str, str] = {
    "supplier": "name, corporate_number, state, language, paused",
    "supplier_team": "team_id, until IS NULL",
    "engagement": "business, contract_type, starts_on, ends_on, personal_data, state",
    "department": f"name, {_person('primary_id')}, {_person(_DEPUTY)}, {_person('escalation_id')}",
    "endpoint": "channel_id, state, teams, guests, reason",
    "owner": f"role, until IS NULL, {_person('person_id')}",
    "change": "subject, field, cause",
    "tier_decision": "n, tier, reasons, override, cause",
    "certificate": "scheme, number, scope, expires_on, ended_on",
    "register_check": "covers, department, site, looked, number, scope",
    "certificate_warning": "what, day, step",
    "subcontract_edge": "parent_edge_id, work, data, secret_data, state, reason",
    "contact": "name, mail, may_submit",
    "invitation": "mail, state",
    "document": "title, link, sha256, file_name, removed_at IS NULL",
    "ledger_transfer": "way, state, cycle, name, reason",
    "free_field": "label_ja, kind, archived_at IS NULL",
    "setting": "id, value",
    "membership": _person("person_id"),
    "round": "title, due_on, attest_by, state",
    "round_decision": "verdict, reason",
    "attestation": f"state, cycle, {_person('owner_id')}",
    "attestation_answer": f"n, kind, {_person('by')}",
    "review": "state, reason, due_on",
    "review_item": "state, reason",
    "review_question": "scope = 'company', key, position, page, included",
    "answer": "rev, value, comment, via",
    "submission": "n, name, role, json_array_length(answers)",
    "judgement": "n, value, reason",
    "file_fetch": "purpose, title, state, reason",
    "evidence": "id, size",
    "evidence_link": "name",
    "notice": f"kind, state, cycle, step, language, {_PLACE}, CASE state WHEN 'cancelled' THEN reason END",
    "live_card": "kind, ts <> '', shown = wanted",
}
_OPENED = "state NOT IN ('draft', 'previewed', 'cancelled')"
# drafts that were never opened are a person's second press of the form; nothing was sent for them
ONLY = {
    "round": _OPENED,
    "round_decision": f"round_id IN (SELECT id FROM round WHERE {_OPENED})",
    "membership": "\"group\" = 'security'",
    # choosing the team again, because nobody answered, leaves a trail of its own; so does whoever decides on an invitation
    "change": "subject NOT IN ('setting', 'invitation')",
    "notice": "kind <> 'invitation'",  # that nobody knows is told where nobody knows
}
_INVITATION = "への招待"
_IDS = re.compile(r"[0-9a-f]{32}")
UNSETTLED = {
    "notices under way": "SELECT count(*) FROM notice WHERE state IN ('claimed', 'in_doubt', 'pending')",
    "stale cards": "SELECT count(*) FROM live_card WHERE ts <> '' AND shown < wanted",
    "events to work on": "SELECT count(*) FROM inbox WHERE NOT done",
    "ledger files under way": "SELECT count(*) FROM ledger_transfer WHERE state IN ('wanted', 'ordered', 'uploaded')",
    "invitations under way": "SELECT count(*) FROM invitation WHERE state IN ('wanted', 'claimed')",
    "files to fetch": "SELECT count(*) FROM file_fetch WHERE state = 'wanted'",
}


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


def received(record: list[dict[str, Any]], world: World) -> Counter[tuple[str, bool, str]]:
    """What the bot's messages said, where, and whether in a thread: as people received them; and whom Slack invited.

    What the team is told about an invitation depends on what is known of it, so it is left out.
    """
    messages = Counter(
        (_where(world.channels[entry["channel"]]), bool(entry.get("thread_ts")), entry["text"])
        for entry in record
        if entry["kind"] == "posted" and entry.get("bot") and _INVITATION not in entry["text"]
    )
    return messages + Counter(
        (_where(world.channels[entry["channel"]]), False, f"invited: {entry['email']}")
        for entry in record
        if entry["kind"] == "invited"
    )


def shown_last(world: World) -> Counter[tuple[str, str]]:
    """What every message of the bot shows in the end, refreshed ones too."""
    return Counter(
        (_where(channel), plain(message.blocks))
        for channel in world.channels.values()
        for message in channel.messages
        if message.bot_id and _INVITATION not in message.text
    )


def _where(channel: Channel) -> str:
    """A channel, or whose direct messages: which of them was opened first decides their ids."""
    return "DM of " + ", ".join(sorted(channel.members)) if channel.is_im else channel.id


def difference(one: Counter[Any], other: Counter[Any]) -> list[str]:
    """What `other` has too little or too much of."""
    lost = [f"missing {n}×: {what}" for what, n in (one - other).items()]
    return lost + [f"too many {n}×: {what}" for what, n in (other - one).items()]


def unsettled(path: Path) -> dict[str, int]:
    """What is on its way, and how much of it."""
    with sqlite3.connect(path) as connection:
        found = {what: int(connection.execute(query).fetchone()[0]) for what, query in UNSETTLED.items()}
    return {what: count for what, count in found.items() if count}
