"""What is broken of events, history, what is kept, and of one channel, and which lines then turn."""

from __future__ import annotations

from bot.domain.ledger import EndpointState
from tests.journeys.town import (
    ANNA,
    BERT,
    BOT,
    CH1,
    GUEST,
    LOBBY,
    STRANGER,
    SUP3,
)
from tests.operating.breaking import (
    NO_DATABASE,
    NO_ROOM,
    NO_SLACK,
    NOT_READABLE,
    Case,
    both,
    checklist_folder,
    crowd,
    emptied,
    endpoint,
    env,
    everybody,
    machine,
    posts,
    remove,
    room,
    sql,
    theirs,
    without,
)
from tests.operating.clinic import GIB, later

CASES = [
    # -- events, history
    Case("no events", sql("DELETE FROM inbox"), {"events": "none"}),
    Case("no linked channel", sql("DELETE FROM endpoint"), {"history": "none"}),
    Case("no DM yet", sql("DELETE FROM notice"), {"history_dm": "none"}),
    Case("a bot that was removed", room(lambda c: c.members.remove(BOT)), {"history": "refused"}),
    Case("a lively channel", posts, {"terms": "internal"}),
    # -- what is kept
    Case("no database", remove("bot.db"), {"database": "new", **NO_DATABASE}),
    Case(
        "a database nowhere",
        env(DATABASE_URL="sqlite:////nowhere/at/all.db"),
        {"database": "unusable", **NO_DATABASE},
    ),
    Case(
        "a file that is no database",
        lambda at: at.database.write_bytes(b"not a database at all " * 100) and None,
        {"database": "unusable", **NO_DATABASE},
    ),
    Case(
        "a URL that is none",
        env(DATABASE_URL="mysql://there"),
        {"settings": "malformed", "database": "", **NO_DATABASE},
    ),
    Case("an empty database", lambda at: emptied(at.database), {"revision": "empty", "wal": "off", **NOT_READABLE}),
    Case(
        "a database of the future",
        sql("UPDATE alembic_version SET version_num = 'ffffffffffff'"),
        {"revision": "strange", **NOT_READABLE},
    ),
    Case(
        "a table that is gone",
        sql("DROP TABLE setting"),
        {"doctor": "failed", "admin": "", "team": "", "team_members": ""},
    ),
    Case("no WAL", sql("PRAGMA journal_mode=delete"), {"wal": "off"}),
    Case("a table in the way", sql("CREATE TABLE vendor_review_doctor (n INTEGER)"), {"db_write": "refused"}),
    Case("little room", machine(free=lambda _: GIB // 2), {"db_space": "low", "evidence_space": "low"}),
    Case("no room", machine(free=lambda _: 1), {"db_space": "full", "evidence_space": "full"}),
    Case("no evidence folder yet", remove("evidence"), {"evidence": "new"}),
    Case(
        "evidence that cannot be written",
        lambda at: at.env.update(EVIDENCE_DIR=f"{at.database}/evidence"),
        {"evidence": "refused", "evidence_space": ""},
    ),
    Case("a checklist in error", checklist_folder("key: [unclosed"), {"checklists": "broken"}),
    Case("no checklist", checklist_folder(""), {"checklists": "none"}),
    Case("a policy that is not there", env(POLICY_FILE="/nowhere/policy.yaml"), {"policy": "broken"}),
    Case(
        "a year without holidays",
        machine(now=later(days=365 * 40)),
        {"slack_clock": "far", "holidays": "missing"},
    ),
    # -- one channel
    Case("the channel by its name", env(), {}, "#ext-mikazuki"),
    Case("a channel nobody has", env(), {"channel": "unseen", **NO_ROOM, "history": "none"}, "nowhere"),
    Case(
        "a channel without the bot",
        room(lambda c: c.members.remove(BOT)),
        {"channel": "unseen", **NO_ROOM, "history": "refused"},
        CH1,
    ),
    Case("a public one without the bot", env(), {"channel": "outside", **NO_ROOM, "history": "none"}, LOBBY),
    Case(
        "a channel without a token",
        env(SLACK_BOT_TOKEN="xoxb-nobody"),
        {"bot_token": "refused", **NO_SLACK, "channel": "unasked", **NO_ROOM},
        CH1,
    ),
    Case(
        "an archived channel",
        room(lambda c: setattr(c, "archived", True)),
        {"channel_state": "archived", "channel_changes": "channel_gone"},
        CH1,
    ),
    Case(
        "a channel that was cut off",
        room(lambda c: (setattr(c, "archived", True), setattr(c, "frozen", "connection_severed"))),
        {"channel_state": "frozen", "channel_changes": "channel_gone"},
        CH1,
    ),
    Case(
        "a company more",
        room(lambda c: (c.connected.append(SUP3), c.members.append(STRANGER))),
        {
            "channel_companies": "several",
            "channel_changes": "company_new",
            f"person {STRANGER}": "company_new",
        },
        CH1,
    ),
    Case(
        "a company invited",
        room(lambda c: c.pending.append(SUP3)),
        {"channel_pending": "some", "channel_changes": "company_new"},
        CH1,
    ),
    Case(
        "the company left",
        room(lambda c: (c.connected.clear(), c.members.remove(ANNA), c.members.remove(BERT))),
        {
            "channel_companies": "none",
            "channel_changes": "company_left",
            "post_only": "nobody",
            **everybody(""),
        },
        CH1,
    ),
    Case(
        "a guest more",
        room(lambda c: c.members.append(GUEST)),
        {"channel_changes": "guest_new", f"person {GUEST}": "guest_new"},
        CH1,
    ),
    Case(
        "somebody who left the company",
        lambda at: setattr(at.world.users[BERT], "deleted", True),
        {f"person {BERT}": "inactive"},
        CH1,
    ),
    Case("somebody the bot does not know", sql("DELETE FROM membership"), {**everybody("may_soon")}, CH1),
    Case(
        "a suspended endpoint",
        endpoint(state=EndpointState.SUSPENDED, reason="company_new"),
        {"channel_link": "suspended", **everybody("suspended")},
        CH1,
    ),
    Case(
        "a channel that is not linked",
        sql("DELETE FROM endpoint"),
        {"channel_link": "none", "channel_changes": "", "history": "none", **everybody("unlinked")},
        CH1,
    ),
    Case(
        "a channel without a database",
        remove("bot.db"),
        {
            "database": "new",
            **NO_DATABASE,
            "channel_link": "unasked",
            "channel_changes": "",
            **everybody("listed"),
        },
        CH1,
    ),
    Case("their channel", room(theirs), {"channel_host": "theirs"}, CH1),
    Case("a crowd", crowd, {"channel_crowd": "cut"}, CH1),
    Case(
        "nobody left of the guests",
        both(endpoint(teams=(), guests=(GUEST,)), room(lambda c: (c.connected.clear(), without(c, ANNA, BERT)))),
        {"channel_companies": "none", "channel_changes": "nobody_left", "post_only": "nobody", **everybody("")},
        CH1,
    ),
]
