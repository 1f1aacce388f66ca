"""Calls that the local Slack refuses, a row each: the request, Slack's error, and the line of the facts page
(slack_platform.md) that says so. Blocks and views are in `test_refused_blocks.py` and `test_refused_sizes.py`. To add a
refusal, add a row.
"""

from __future__ import annotations

import pytest

from tests.sandbox.blockkit import Json, modal, mrkdwn, section
from tests.sandbox.conftest import APP_TOKEN, BOT_TOKEN, Slack, refusal
from tests.sandbox.test_refused_blocks import WRONG_BLOCKS, WRONG_VIEWS
from tests.sandbox.test_refused_sizes import MESSAGE_LIMITS, VIEW_LIMITS

# --- method, token, arguments, error, source

HELLO = {"channel": "C1", "text": "x"}
Call = tuple[str, str, Json, str, str]
CALLS: list[Call] = [
    ("chat.postMessage", "", HELLO, "not_authed", "§0 [K:common] not_authed"),
    ("chat.postMessage", "xoxb-other", HELLO, "invalid_auth", "§0 [K:common] invalid_auth"),
    ("chat.postMessage", APP_TOKEN, HELLO, "not_allowed_token_type", "§0 [K:common] not_allowed_token_type"),
    ("apps.connections.open", BOT_TOKEN, {}, "not_allowed_token_type", "§4.1 app_token for apps.connections.open"),
    ("chat.shout", BOT_TOKEN, HELLO, "unknown_method", "§7 unknown fields refused"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"client_msg_id": "1"}, "invalid_arguments", "§3.2 not documented"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"colour": "red"}, "invalid_arguments", "§7 unknown fields refused"),
    ("chat.postMessage", BOT_TOKEN, {"text": "x"}, "invalid_arguments", "[K:chat.postMessage] channel required"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"mrkdwn": "maybe"}, "invalid_arguments", "[K:chat.postMessage] boolean"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"as_user": True}, "invalid_arguments", "[K:chat.postMessage] as_user"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"username": "x"}, "invalid_arguments", "[K:chat.postMessage] username"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"attachments": [{}]}, "invalid_arguments", "§2.1 attachments"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"attachments": [{}] * 101}, "too_many_attachments", "§2.1 ≤100"),
    ("chat.postMessage", BOT_TOKEN, {"channel": "C1"}, "no_text", "[K:chat.postMessage] no_text"),
    ("chat.postMessage", BOT_TOKEN, {"channel": "C1", "text": " "}, "no_text", "[K:chat.postMessage] no_text"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"channel": "#general"}, "channel_not_found", "§1 ids, no names"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"channel": "CNONE"}, "channel_not_found", "[K:chat.postMessage]"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"channel": "CPRIV"}, "channel_not_found", "[K:chat.postMessage]"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"channel": "CNOBOT"}, "not_in_channel", "[K:chat.postMessage]"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"channel": "COLD"}, "is_archived", "[K:chat.postMessage]"),
    (
        "chat.postMessage",
        BOT_TOKEN,
        HELLO | {"channel": "USTRANGER"},
        "channel_not_found",
        "§1 if they share a channel",
    ),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"channel": "UGONE"}, "channel_not_found", "§1 DM from bot"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"thread_ts": "1.000001"}, "thread_not_found", "§3.2 threads"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"thread_ts": "soon"}, "invalid_arguments", "§3.2 threads"),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"blocks": "{"}, "invalid_blocks_format", "[K:chat.postMessage]"),
    (
        "chat.postMessage",
        BOT_TOKEN,
        HELLO | {"blocks": {"type": "divider"}},
        "invalid_blocks_format",
        "[K:chat.postMessage]",
    ),
    ("chat.postMessage", BOT_TOKEN, HELLO | {"metadata": {"event_type": "x"}}, "invalid_metadata_format", "§3.2 [MD]"),
    (
        "chat.postMessage",
        BOT_TOKEN,
        HELLO | {"metadata": {"event_type": "x", "event_payload": {}, "more": 1}},
        "invalid_metadata_format",
        "§3.2 [MD]",
    ),
    (
        "chat.postMessage",
        BOT_TOKEN,
        HELLO | {"metadata": {"event_type": "x", "event_payload": {"a": "x" * 20_000}}},
        "metadata_too_large",
        "[K:chat.postMessage] metadata_too_large",
    ),
    ("chat.update", BOT_TOKEN, HELLO | {"ts": "1.000001"}, "message_not_found", "[K:chat.update]"),
    ("chat.update", BOT_TOKEN, HELLO, "invalid_arguments", "[K:chat.update] ts required"),
    ("chat.delete", BOT_TOKEN, {"channel": "C1", "ts": "1.000001"}, "message_not_found", "[K:chat.delete]"),
    ("chat.postEphemeral", BOT_TOKEN, HELLO | {"user": "U2"}, "user_not_in_channel", "§1 user_not_in_channel"),
    ("chat.postEphemeral", BOT_TOKEN, HELLO, "invalid_arguments", "[K:chat.postEphemeral] user required"),
    (
        "chat.postEphemeral",
        BOT_TOKEN,
        HELLO | {"user": "U1", "metadata": {"event_type": "x", "event_payload": {}}},
        "invalid_arguments",
        "§3.2 chat.postEphemeral has no metadata",
    ),
    (
        "chat.getPermalink",
        BOT_TOKEN,
        {"channel": "C1", "message_ts": "1.000001"},
        "message_not_found",
        "[K:chat.getPermalink]",
    ),
    ("conversations.info", BOT_TOKEN, {"channel": "CPRIV"}, "channel_not_found", "[K:conversations.info]"),
    (
        "conversations.members",
        BOT_TOKEN,
        {"channel": "C1", "cursor": "zzz"},
        "invalid_cursor",
        "[K:conversations.members]",
    ),
    (
        "conversations.members",
        BOT_TOKEN,
        {"channel": "C1", "limit": 1001},
        "invalid_arguments",
        "[K:conversations.members]",
    ),
    ("conversations.list", BOT_TOKEN, {"types": "dm"}, "invalid_types", "[K:conversations.list]"),
    ("conversations.list", BOT_TOKEN, {"types": "mpim"}, "missing_scope", "[K:conversations.list] mpim:read"),
    ("conversations.history", BOT_TOKEN, {"channel": "CNOBOT"}, "not_in_channel", "§3.2 needs bot in channel"),
    (
        "conversations.replies",
        BOT_TOKEN,
        {"channel": "C1", "ts": "1.000001"},
        "thread_not_found",
        "[K:conversations.replies]",
    ),
    ("conversations.open", BOT_TOKEN, {"users": "UNONE"}, "user_not_found", "[K:conversations.open]"),
    ("conversations.open", BOT_TOKEN, {"users": "UGONE"}, "user_disabled", "[K:conversations.open]"),
    (
        "conversations.open",
        BOT_TOKEN,
        {"users": "USTRANGER"},
        "invalid_user_combination",
        "§1 invalid_user_combination",
    ),
    ("conversations.open", BOT_TOKEN, {}, "users_list_not_supplied", "[K:conversations.open]"),
    (
        "conversations.open",
        BOT_TOKEN,
        {"channel": "C1"},
        "method_not_supported_for_channel_type",
        "[K:conversations.open]",
    ),
    ("conversations.open", BOT_TOKEN, {"users": "U1,U2"}, "invalid_arguments", "README: when in doubt, it refuses"),
    ("users.info", BOT_TOKEN, {"user": "UNONE"}, "user_not_found", "§1.1 users.info"),
    ("users.lookupByEmail", BOT_TOKEN, {"email": "kato@example.com"}, "users_not_found", "§1.1 externals"),
    ("usergroups.users.list", BOT_TOKEN, {"usergroup": "S9"}, "no_such_subteam", "§5 usergroups.users.list [K]"),
    ("views.open", BOT_TOKEN, {"trigger_id": "1.2.3", "view": modal()}, "invalid_trigger_id", "§2.2 trigger_id"),
    ("views.open", BOT_TOKEN, {"view": modal()}, "invalid_arguments", "[K:views.open] trigger_id"),
    ("views.update", BOT_TOKEN, {"view_id": "V9", "view": modal()}, "not_found", "[K:views.update] not_found"),
    ("views.update", BOT_TOKEN, {"view": modal()}, "invalid_arguments", "[K:views.update] view_id or external_id"),
    ("views.publish", BOT_TOKEN, {"user_id": "U1", "view": modal()}, "invalid_arguments", "§2.1 Home"),
    ("files.info", BOT_TOKEN, {"file": "F9"}, "file_not_found", "[K:files.info]"),
    (
        "files.completeUploadExternal",
        BOT_TOKEN,
        {"files": [{"id": "F9"}]},
        "file_not_found",
        "[K:files.completeUploadExternal]",
    ),
    (
        "files.getUploadURLExternal",
        BOT_TOKEN,
        {"filename": "a.pdf"},
        "invalid_arguments",
        "[K:files.getUploadURLExternal]",
    ),
    ("team.info", BOT_TOKEN, {"team": "TNONE"}, "team_not_found", "[K:team.info]"),
]


@pytest.mark.parametrize(("method", "token", "args", "name", "source"), CALLS)
def test_call_refused(slack: Slack, method, token, args, name, source):
    error = refusal(slack, method, token, args)
    assert error.name == name, source
    recorded = slack.entries("api")[-1]
    assert (recorded["method"], recorded["ok"], recorded["error"]) == (method, False, name)
    assert bool(slack.entries("problem")) == error.is_app_fault
    assert not slack.entries("posted")


# --- scopes: method, arguments, the scope that is needed

SCOPES = [
    ("chat.postMessage", HELLO, "chat:write"),
    ("chat.postEphemeral", HELLO | {"user": "U1"}, "chat:write"),
    ("users.info", {"user": "U1"}, "users:read"),
    ("users.lookupByEmail", {"email": "sato@example.com"}, "users:read.email"),
    ("usergroups.users.list", {"usergroup": "S1"}, "usergroups:read"),
    ("conversations.open", {"users": "U1"}, "im:write"),
    ("conversations.info", {"channel": "C1"}, "channels:read"),
    ("conversations.members", {"channel": "CEXT"}, "groups:read"),
    ("conversations.history", {"channel": "C1"}, "channels:history"),
    ("conversations.replies", {"channel": "CEXT", "ts": "1.000001"}, "groups:history"),
    ("files.info", {"file": "F1"}, "files:read"),
    ("files.getUploadURLExternal", {"filename": "a", "length": 1}, "files:write"),
    ("team.info", {}, "team:read"),
    ("conversations.inviteShared", {"channel": "C1", "emails": "abe@example.com"}, "conversations.connect:write"),
]


@pytest.mark.parametrize("others", [(), ("im:read", "im:history", "commands")], ids=["none", "others"])
@pytest.mark.parametrize(("method", "args", "needed"), SCOPES)
def test_missing_scope(slack_with, others, method, args, needed):
    """slack_platform §7: missing scopes; §3.2 `*:history`; §1.1 users:read.email."""
    error = refusal(slack_with(*others), method, BOT_TOKEN, args)
    assert error.name == "missing_scope"
    assert needed in error.extra["needed"].split(",")
    assert error.extra["provided"] == ",".join(sorted(others))


# --- refusals that need a history


def test_a_reply_is_no_root(slack: Slack):
    """[K:chat.postMessage] thread_ts: "Avoid using a reply's ts value"."""
    reply = slack.post(thread_ts=slack.post())
    assert refusal(slack, "chat.postMessage", BOT_TOKEN, HELLO | {"thread_ts": reply}).name == "cannot_reply_to_message"


def test_update_text_over_4000(slack: Slack):
    """slack_platform §2.1: chat.update text ≤4,000 chars."""
    ts = slack.post()
    slack.call("chat.update", channel="C1", ts=ts, text="x" * 4000)
    assert refusal(slack, "chat.update", BOT_TOKEN, HELLO | {"ts": ts, "text": "x" * 4001}).name == "msg_too_long"


def test_trigger_works_once(slack: Slack):
    """slack_platform §2.2: single use (`exchanged_trigger_id`)."""
    args = {"trigger_id": slack.triggers.issue("U1"), "view": modal()}
    slack.call("views.open", **args)
    assert refusal(slack, "views.open", BOT_TOKEN, args).name == "exchanged_trigger_id"


def test_stack_of_three(slack: Slack):
    """slack_platform §2.2: Stack ≤3 (`push_limit_reached`); a push without anything open is not_found."""
    args = {"trigger_id": slack.triggers.issue("U1"), "view": modal()}
    assert refusal(slack, "views.push", BOT_TOKEN, args).name == "not_found"
    slack.open(modal())
    for _ in range(2):
        slack.call("views.push", trigger_id=slack.triggers.issue("U1"), view=modal())
    args = {"trigger_id": slack.triggers.issue("U1"), "view": modal()}
    assert refusal(slack, "views.push", BOT_TOKEN, args).name == "push_limit_reached"


def test_stale_hash(slack: Slack):
    """slack_platform §2.2: pass `hash` → `hash_conflict` on stale; views.publish also takes it."""
    view = slack.open(modal())
    args = {"view_id": view["id"], "hash": view["hash"], "view": modal()}
    slack.call("views.update", **args)
    assert refusal(slack, "views.update", BOT_TOKEN, args).name == "hash_conflict"
    home = {"user_id": "U1", "view": {"type": "home", "blocks": [section()]}}
    shown = slack.call("views.publish", **home)["view"]
    slack.call("views.publish", **home, hash=shown["hash"])
    assert refusal(slack, "views.publish", BOT_TOKEN, home | {"hash": shown["hash"]}).name == "hash_conflict"


def test_external_id_twice(slack: Slack):
    """slack_platform §2.1: external_id unique per team."""
    slack.open(modal(external_id="one"))
    args = {"trigger_id": slack.triggers.issue("U2"), "view": modal(external_id="one")}
    assert refusal(slack, "views.open", BOT_TOKEN, args).name == "duplicate_external_id"


def test_view_of_250_kb(slack: Slack):
    """slack_platform §2.1: View JSON ≤250 kB `view_too_large`."""
    view = modal(*(section(text=mrkdwn("x" * 3000)) for _ in range(84)))
    args = {"trigger_id": slack.triggers.issue("U1"), "view": view}
    assert refusal(slack, "views.open", BOT_TOKEN, args).name == "view_too_large"
    slack.open(modal(*view["blocks"][:80]))


def test_home_tab_that_the_manifest_lacks(slack_with):
    """[K:views.publish] not_enabled."""
    args = {"user_id": "U1", "view": {"type": "home", "blocks": [section()]}}
    assert refusal(slack_with(home_tab=False), "views.publish", BOT_TOKEN, args).name == "not_enabled"


def test_messages_of_others(slack: Slack):
    """[K:chat.update] cant_update_message, [K:chat.delete] cant_delete_message."""
    ts = slack.post()
    slack.sandbox.world.channels["C1"].messages[0].bot_id = ""
    assert refusal(slack, "chat.update", BOT_TOKEN, HELLO | {"ts": ts}).name == "cant_update_message"
    assert refusal(slack, "chat.delete", BOT_TOKEN, {"channel": "C1", "ts": ts}).name == "cant_delete_message"


def test_dm_to_an_outsider_who_left(slack: Slack):
    """slack_platform §1: DM from bot: yes, if they share a channel."""
    dm = slack.call("conversations.open", users="UEXT")["channel"]["id"]
    slack.post(dm)
    slack.sandbox.world.channels["CEXT"].members.remove("UEXT")
    assert refusal(slack, "chat.postMessage", BOT_TOKEN, HELLO | {"channel": dm}).name == "channel_not_found"
    assert refusal(slack, "conversations.open", BOT_TOKEN, {"users": "UEXT"}).name == "invalid_user_combination"


def test_at_least_sixty_refusals():
    rows = [*MESSAGE_LIMITS, *VIEW_LIMITS, *WRONG_BLOCKS, *WRONG_VIEWS, *CALLS]
    assert len(rows) >= 60
    assert all(row[-1].startswith(("§", "[K", "README", "sb")) for row in rows)
