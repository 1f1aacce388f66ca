"""The cast as a world of the local Slack (world.json), and what else the run needs to know (settings.json)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sandbox.demo import days, names
from sandbox.demo.people import (
    ALL,
    BOT,
    HOME,
    LOBBY,
    SECURITY_CHANNEL,
    SECURITY_GROUP,
    STRANGER_TEAM,
    Cast,
    Someone,
    Supplier,
)

OPENING = 10  # o'clock on day 0
BOT_TOKEN, APP_TOKEN = "xoxb-demo", "xapp-demo"


def write(cast: Cast, folder: Path) -> None:
    """Writes both files into the folder; and, for a demo of fewer suppliers, the part of the CSV that is imported."""
    file = cast.file.resolve()
    if len(cast.suppliers) < ALL:
        file = folder / "suppliers.csv"
        file.write_text(_part(cast), encoding="utf-8")
    (folder / "world.json").write_text(json.dumps(world(cast), ensure_ascii=False, indent=1), encoding="utf-8")
    (folder / "settings.json").write_text(json.dumps(settings(cast, file), ensure_ascii=False, indent=1), "utf-8")


def settings(cast: Cast, file: Path) -> dict[str, Any]:
    """The bot's environment that follows from the world, the first business time, and the file to import."""
    environment = {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "FIRST_ADMIN": cast.admin.id,
        "COMPANY_NAME": names.COMPANY,
    }
    return {"environment": environment, "clock": days.moment(days.START, OPENING).isoformat(), "import": str(file)}


def _part(cast: Cast) -> str:
    """The lines of the file that are about suppliers of the cast."""
    wanted = {supplier.name for supplier in cast.suppliers}
    header, *lines = cast.file.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    return header + "".join(line for line in lines if line.split(",")[1] in wanted)


def world(cast: Cast) -> dict[str, Any]:
    """Everybody and every channel, as world_file.py reads it."""
    return {
        "app": {
            "app_id": "A0REVIEW1",
            "bot_id": "B0REVIEW1",
            "bot_user": BOT,
            "bot_token": BOT_TOKEN,
            "app_token": APP_TOKEN,
            "team_id": HOME,
        },
        "teams": _teams(cast),
        "users": [_bot(), *(_user(person, "ja-JP") for person in _ours(cast)), *_outsiders(cast)],
        "channels": [*_rooms(cast), *(_channel(cast, supplier) for supplier in cast.suppliers if supplier.channel)],
        "groups": [
            {
                "id": SECURITY_GROUP,
                "handle": "security",
                "name": "情報セキュリティ室",
                "users": [person.id for person in cast.security],
            }
        ],
    }


def _teams(cast: Cast) -> list[dict[str, Any]]:
    teams = [
        {"id": HOME, "name": names.COMPANY, "domain": "aoba-demo"},
        {"id": STRANGER_TEAM, "name": "くろしお台企画株式会社", "domain": "kuroshio-demo"},
    ]
    return teams + [{"id": s.team, "name": s.name, "domain": s.team.lower()} for s in cast.suppliers if s.team]


def _ours(cast: Cast) -> list[Someone]:
    people = [cast.admin, *cast.security, cast.successor, cast.bystander]
    for department in cast.departments:
        people += [p for p in (department.primary, department.stands_in, department.escalation) if p]
    return people


def _outsiders(cast: Cast) -> list[dict[str, Any]]:
    suppliers = [_user(p, "en-GB" if s.language == "en" else "ja-JP") for s in cast.suppliers for p in s.people]
    return [_user(cast.stranger, "ja-JP"), *suppliers]


def _user(person: Someone, locale: str) -> dict[str, Any]:
    return {
        "id": person.id,
        "team_id": person.team,
        "name": person.id.lower(),
        "real_name": person.name,
        "email": f"{person.id.lower()}@example.invalid",
        "kind": person.kind,
        "locale": locale,
    }


def _bot() -> dict[str, Any]:
    return {
        "id": BOT,
        "team_id": HOME,
        "name": "vendor-review",
        "real_name": "Vendor Review",
        "kind": "bot",
        "is_bot": True,
    }


def _rooms(cast: Cast) -> list[dict[str, Any]]:
    team = [person.id for person in cast.security]
    everybody = [person.id for person in _ours(cast)]
    return [
        {"id": LOBBY, "name": "general", "team_id": HOME, "members": [*everybody, BOT]},
        {
            "id": SECURITY_CHANNEL,
            "name": "security-room",
            "team_id": HOME,
            "is_private": True,
            "members": [*team, cast.admin.id, BOT],
        },
    ]


def _channel(cast: Cast, supplier: Supplier) -> dict[str, Any]:
    return {
        "id": supplier.channel,
        "name": supplier.channel_name,
        "team_id": HOME,
        "is_private": True,
        "members": [*(person.id for person in cast.readers(supplier)), BOT],
        "connected": [supplier.team] if supplier.team else [],
    }
