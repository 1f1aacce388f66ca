"""Who takes part in the tests of every route: our company, four suppliers, and everybody who has no business there.

`WORLD` is what the local Slack is started with; `ACTORS` is everybody who tries every route. What somebody *may* do stands
here in words of its own (`holds`), never read from the product's table, so that a wrong row there is noticed. To add a
wrong person: a user in WORLD, what the database knows of them in `stage.py`, and a row in ACTORS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

HOME, MIKA, HOSHI, SORA, NAMI, KURO = "T0HOME", "T0MIKA", "T0HOSHI", "T0SORA", "T0NAMI", "T0KURO"
BOT = "U0BOT"

ADMIN, SEC, SEC_GONE = "U0ADMIN", "U0SEC", "U0SECGONE"
OWNER, OTHER, EMPLOYEE, GONE = "U0OWNER", "U0OTHER", "U0EMP", "U0GONE"
ANNA, BERT, CHIE, DORA = "U0ANNA", "U0BERT", "U0CHIE", "U0DORA"  # of the first supplier; Dora's account is closed
RIVAL, SPY = "U0RIVAL", "U0SPY"  # of the second supplier; the spy sits in the first one's channel too
GUEST, FRIEND = "U0GUEST", "U0FRIEND"  # guests of ours; Friend is the third supplier's confirmed one
STRANGER, NEW = "U0STRANGER", "U0NEW"  # of a company that is no supplier; nobody has met New

LOBBY, CH1, CH2, CH3, CH4 = "C0LOBBY", "C0MIKA", "C0HOSHI", "C0SORA", "C0NAMI"
TEAM_GROUP, OTHER_GROUP = "S0SEC", "S0NEXT"

MARK = "極秘"
"""Every name, piece of work and answer of a supplier carries this and the supplier's number: 極秘1, 極秘2, … No id of
Slack's or of ours can contain it by chance."""


def mark(n: int, what: str) -> str:
    """A text that belongs to one supplier and must never be read by another's people."""
    return f"{MARK}{n}{what}"


def _user(key: str, team: str, name: str, **more: Any) -> dict[str, Any]:
    return {"id": key, "team_id": team, "name": key.lower(), "real_name": name, **more}


def _channel(key: str, connected: list[str], *members: str) -> dict[str, Any]:
    return {
        "id": key,
        "name": key.lower(),
        "team_id": HOME,
        "is_private": True,
        "members": [BOT, SEC, *members],
        "connected": connected,
    }


def world() -> dict[str, Any]:
    """Everybody and every channel, as the local Slack reads it."""
    return {
        "app": {
            "app_id": "A0VR",
            "bot_id": "B0VR",
            "bot_user": BOT,
            "bot_token": "xoxb-cast",
            "app_token": "xapp-cast",
            "team_id": HOME,
        },
        "teams": [
            {"id": HOME, "name": "あおば商事", "domain": "aoba"},
            {"id": MIKA, "name": mark(1, "みかづき運輸"), "domain": "mikazuki"},
            {"id": HOSHI, "name": mark(2, "ほしぞら印刷"), "domain": "hoshizora"},
            {"id": SORA, "name": mark(3, "そらまめ企画"), "domain": "soramame"},
            {"id": NAMI, "name": mark(4, "なみかぜ清掃"), "domain": "namikaze"},
            {"id": KURO, "name": "くろしお倉庫", "domain": "kuroshio"},
        ],
        "users": [
            _user(ADMIN, HOME, "管理 始", kind="admin"),
            _user(SEC, HOME, "佐藤 守"),
            _user(SEC_GONE, HOME, "元 守", deleted=True),
            _user(OWNER, HOME, "高橋 物流"),
            _user(OTHER, HOME, "田中 総務"),
            _user(EMPLOYEE, HOME, "山本 無関", locale="en-US"),
            _user(GONE, HOME, "退職 済", deleted=True),
            _user(ANNA, MIKA, mark(1, "安藤")),
            _user(BERT, MIKA, mark(1, "別当")),
            _user(CHIE, MIKA, mark(1, "千代")),
            _user(DORA, MIKA, mark(1, "土良"), deleted=True),
            _user(RIVAL, HOSHI, mark(2, "来栖")),
            _user(SPY, HOSHI, mark(2, "間者")),
            _user(GUEST, HOME, "客野 別人", kind="guest"),
            _user(FRIEND, HOME, mark(3, "客野"), kind="guest"),
            _user(STRANGER, KURO, "黒潮 渡"),
            _user(NEW, KURO, "初見 新"),
        ],
        "channels": [
            {"id": LOBBY, "name": "general", "team_id": HOME, "members": [BOT, ADMIN, SEC, OWNER, OTHER, EMPLOYEE]},
            _channel(CH1, [MIKA, HOSHI], OWNER, ANNA, BERT, DORA, SPY, GUEST),
            _channel(CH2, [HOSHI], RIVAL, SPY),
            _channel(CH3, [], FRIEND),
            _channel(CH4, [NAMI]),
        ],
        "groups": [
            {"id": TEAM_GROUP, "handle": "security", "name": "情報セキュリティ室", "users": [SEC, SEC_GONE]},
            {"id": OTHER_GROUP, "handle": "next", "name": "次の担当", "users": [SEC, ADMIN]},
        ],
    }


@dataclass(frozen=True)
class Actor:
    """Somebody who tries a route. `holds`: what they are to the first supplier's things. `place`: where they press.

    `unknown`: nobody has met them yet, so the answer is "we are checking who you are" and only then the refusal.
    """

    who: str
    user: str
    holds: frozenset[str] = frozenset()
    place: str = ""
    unknown: bool = False


def _holds(*what: str) -> frozenset[str]:
    return frozenset(what)


ACTORS: tuple[Actor, ...] = (
    Actor("another-suppliers-person-in-their-channel", RIVAL, _holds("second's person", "second's page"), CH2),
    Actor("another-suppliers-person-sitting-here-unconfirmed", SPY, _holds("second's person"), CH1),
    Actor("colleague-who-is-not-in-the-channel", CHIE, place=CH1),
    Actor("colleague-with-a-closed-account", DORA, place=CH1),
    Actor("colleague-with-somebody-elses-page", BERT, _holds("supplier"), CH1),
    Actor("the-suppliers-own-person", ANNA, _holds("supplier", "page"), CH1),
    Actor("stranger", STRANGER, place=CH1),
    Actor("unknown-person", NEW, place=CH1, unknown=True),
    Actor("guest-who-sits-here", GUEST, place=CH1),
    Actor("another-suppliers-confirmed-guest", FRIEND, place=CH3),
    Actor("employee-of-another-department", OTHER, _holds("employee"), LOBBY),
    Actor("employee-of-nothing", EMPLOYEE, _holds("employee"), LOBBY),
    Actor("deactivated-deputy", GONE, place=LOBBY),
    Actor("deactivated-security-member", SEC_GONE, place=LOBBY),
    Actor("first-administrator", ADMIN, _holds("employee", "first admin"), LOBBY),
    Actor("owner", OWNER, _holds("employee", "owner"), CH1),
    Actor("security-member", SEC, _holds("employee", "security"), CH1),
)
BY_USER = {actor.user: actor for actor in ACTORS}
