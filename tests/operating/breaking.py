"""Ways to break a healthy installation (`clinic.py`), one at a time, and what doctor says in health.

Each is a function of what to break that gives a function of the clinic. To add one: another such function.
"""

from __future__ import annotations

import inspect
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.ledger import Endpoint
from bot.domain.settings import SECURITY_TEAM, Setting
from sandbox.world import Channel, Message
from tests.journeys.town import (
    ANNA,
    BERT,
    BOT,
    CH1,
    OWNER1,
    SEC1,
    TEAM_GROUP,
)
from tests.operating.clinic import Clinic

HEALTHY: dict[str, str] = {
    "settings": "complete",
    "mode": "socket",
    "api": "local",
    "business_clock": "machine",
    "zone": "same",
    "company": "named",
    "bot_token": "ok",
    "app_token": "ok",
    "hello": "ok",
    "scopes": "ok",
    "scopes_more": "none",
    "scopes_optional": "absent",
    "slack_clock": "ok",
    "admin": "ok",
    "team": "ok",
    "team_members": "ok",
    "events": "seen",
    "history": "ok",
    "history_dm": "ok",
    "terms": "unknown",
    "database": "ok",
    "db_write": "ok",
    "revision": "newest",
    "wal": "on",
    "sync": "full",
    "db_space": "ok",
    "evidence": "ok",
    "evidence_space": "ok",
    "checklists": "ok",
    "policy": "ok",
    "holidays": "ok",
}
CHANNEL: dict[str, str] = {
    **HEALTHY,
    "channel": "found",
    "channel_state": "live",
    "channel_host": "ours",
    "channel_companies": "one",
    "channel_pending": "none",
    "channel_link": "verified",
    "channel_changes": "none",
    f"person {SEC1}": "employee",
    f"person {OWNER1}": "employee",
    f"person {ANNA}": "may",
    f"person {BERT}": "may",
    f"person {BOT}": "bot",
    "post_only": "unknown",
}


@dataclass(frozen=True)
class Case:
    """`turned`: check → its outcome now; '' where the line is gone. `channel`: what --channel names."""

    name: str
    break_it: Callable[[Clinic], Any]
    turned: dict[str, str]
    channel: str = ""


def env(**values: str) -> Callable[[Clinic], None]:
    """Other settings; an empty string takes one away."""

    def change(at: Clinic) -> None:
        at.env.update(values)
        for name in [name for name, value in at.env.items() if value == "-"]:
            del at.env[name]

    return change


def machine(**changes: Any) -> Callable[[Clinic], None]:
    return lambda at: at.machine(**changes)


def scopes(*, without: str = "", extra: str = "") -> Callable[[Clinic], None]:
    def change(at: Clinic) -> None:
        at.world.app.scopes = (at.world.app.scopes - {without}) | ({extra} - {""})

    return change


def team(**value: Any) -> Callable[[Clinic], Awaitable[None]]:
    return lambda at: at.write(lambda tx: tx.put(Setting(id=SECURITY_TEAM, value=value)))


def group(*users: str) -> Callable[[Clinic], None]:
    def change(at: Clinic) -> None:
        at.world.groups[TEAM_GROUP].users = list(users)

    return change


def endpoint(**changes: Any) -> Callable[[Clinic], Awaitable[None]]:
    async def change(tx: Any) -> None:
        await tx.put((await tx.need(Endpoint, "e1")).model_copy(update=changes))

    return lambda at: at.write(change)


def room(change: Callable[[Channel], Any], channel: str = CH1) -> Callable[[Clinic], None]:
    return lambda at: change(at.world.channels[channel])


def sql(*statements: str) -> Callable[[Clinic], None]:
    def change(at: Clinic) -> None:
        connection = sqlite3.connect(at.database)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    return change


def both(*changes: Callable[[Clinic], Any]) -> Callable[[Clinic], Awaitable[None]]:
    async def change(at: Clinic) -> None:
        for each in changes:
            await settled(each(at))

    return change


async def settled(broken: Any) -> None:
    """Some things are broken at once, some in a transaction."""
    if inspect.isawaitable(broken):
        await broken


def remove(name: str) -> Callable[[Clinic], None]:
    return lambda at: (at.folder / name).unlink() if (at.folder / name).is_file() else (at.folder / name).rmdir()


def posts(at: Clinic) -> None:
    messages = at.world.channels[CH1].messages
    messages += [Message(channel=CH1, ts=f"1700000{n:03}.000100", user=SEC1, text="…") for n in range(20)]


def checklist_folder(content: str) -> Callable[[Clinic], None]:
    def change(at: Clinic) -> None:
        folder = at.folder.parent / "checklists"
        folder.mkdir()
        if content:
            (folder / "bad.yaml").write_text(content, encoding="utf-8")
        at.env["CHECKLIST_DIR"] = str(folder)

    return change


def unreadable_env(at: Clinic) -> None:
    (at.folder / ".env").write_bytes(b"COMPANY_NAME=\xff\xfe\n")


def crowd(at: Clinic) -> None:
    """The bot's own account, seen again and again: who is in a channel of hundreds is cut off."""
    at.world.channels[CH1].members += [BOT] * 200


def theirs(channel: Channel) -> None:
    channel.connected.append(channel.team_id)
    channel.team_id = channel.connected.pop(0)


def without(channel: Channel, *users: str) -> None:
    channel.members[:] = [member for member in channel.members if member not in users]


def emptied(path: Path) -> None:
    path.unlink()
    sqlite3.connect(path).close()
    path.touch()


NO_DATABASE = {
    **dict.fromkeys(("wal", "sync", "db_space", "db_write", "revision", "team_members", "terms"), ""),
    **dict.fromkeys(("team", "events", "history", "history_dm"), "unasked"),
}
NOT_READABLE = {
    "team_members": "",
    "terms": "",
    **dict.fromkeys(("team", "events", "history", "history_dm"), "unasked"),
}
NO_SLACK = {
    **dict.fromkeys(("scopes", "slack_clock", "admin", "team", "history", "history_dm"), "unasked"),
    **dict.fromkeys(("scopes_more", "scopes_optional", "team_members", "terms"), ""),
}
NO_ROOM = {check: "" for check in CHANNEL if check not in HEALTHY and check != "channel"}
OUTSIDE = (f"person {ANNA}", f"person {BERT}")


def everybody(outcome: str) -> dict[str, str]:
    """The two people of the supplier."""
    return dict.fromkeys(OUTSIDE, outcome)
