"""What the Web API answers when it accepts, and what the record then says."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from sandbox.web_api import METHODS
from sandbox.web_api.files import receive
from tests.sandbox.blockkit import actions, button, modal, plain, section, typed
from tests.sandbox.conftest import APP_TOKEN, Slack

NOW = datetime(2026, 11, 25, 1, tzinfo=UTC)


# --- who and where


def test_auth_and_connection(slack: Slack):
    me = slack.call("auth.test")
    assert (me["ok"], me["team_id"], me["user_id"], me["bot_id"]) == (True, "THOME", "UBOT", "B1")
    assert slack.call("apps.connections.open", APP_TOKEN)["url"].startswith("ws://")


def test_team_info_of_home_and_partner(slack: Slack):
    assert slack.call("team.info")["team"]["name"] == "Aoba"
    assert slack.call("team.info", team="TPART")["team"]["domain"] == "midori"


def test_arguments_may_come_as_strings(slack: Slack):
    """The SDK sends most methods as a form: "1", digits and JSON in strings."""
    metadata = {"event_type": "x", "event_payload": {"id": "1"}}
    slack.post(blocks=json.dumps([section()]), unfurl_links="0", link_names="false", metadata=json.dumps(metadata))
    found = slack.call("conversations.history", channel="C1", limit="5", include_all_metadata="1")
    assert found["messages"][0]["blocks"][0]["type"] == "section"
    assert found["messages"][0]["metadata"] == metadata


# --- people


def test_user_at_home(slack: Slack):
    user = slack.call("users.info", user="U1", include_locale=True)["user"]
    assert (user["team_id"], user["locale"], user["is_restricted"]) == ("THOME", "ja-JP", False)
    assert user["profile"]["email"] == "sato@example.com"
    assert "is_stranger" not in user
    assert "locale" not in slack.call("users.info", user="U1")["user"]


def test_guest(slack: Slack):
    """slack_platform §1.1: guests belong to the host team."""
    user = slack.call("users.info", user="U2")["user"]
    assert (user["team_id"], user["is_restricted"], user["is_ultra_restricted"]) == ("THOME", True, True)


def test_outsider(slack: Slack):
    """slack_platform §1.1: is_stranger, no locale even with include_locale."""
    user = slack.call("users.info", user="UEXT", include_locale=True)["user"]
    assert (user["team_id"], user["is_stranger"]) == ("TPART", False)
    assert "locale" not in user
    assert "email" not in user["profile"]
    assert slack.call("users.info", user="USTRANGER")["user"]["is_stranger"] is True


def test_mail_needs_its_scope(slack_with):
    user = slack_with("users:read").call("users.info", user="U1")["user"]
    assert "email" not in user["profile"]


def test_users_list_is_home_only(slack: Slack):
    """slack_platform §1.1: users.list does not include externals; the deactivated are there, marked."""
    found = {user["id"]: user for user in slack.call("users.list")["members"]}
    assert found.keys() == {"U1", "U2", "UGONE", "UBOT"}
    assert found["UGONE"]["deleted"] is True
    assert slack.call("users.lookupByEmail", email="SATO@example.com")["user"]["id"] == "U1"


def test_user_groups(slack: Slack):
    assert slack.call("usergroups.users.list", usergroup="S1")["users"] == ["U1"]
    listed = slack.call("usergroups.list", include_users=True)["usergroups"]
    assert [(group["handle"], group["users"]) for group in listed] == [("security", ["U1"])]


# --- conversations


def test_connect_channel(slack: Slack):
    channel = slack.call("conversations.info", channel="CEXT", include_num_members=True)["channel"]
    assert (channel["is_ext_shared"], channel["is_private"], channel["num_members"]) == (True, True, 4)
    assert channel["connected_team_ids"] == ["TPART"]
    assert channel["shared_team_ids"] == ["THOME", "TPART"]
    assert (channel["conversation_host_id"], channel["context_team_id"]) == ("THOME", "THOME")


def test_own_channel(slack: Slack):
    channel = slack.call("conversations.info", channel="C1")["channel"]
    assert (channel["is_ext_shared"], channel["is_member"], channel["is_archived"]) == (False, True, False)
    assert slack.call("conversations.info", channel="CNOBOT")["channel"]["is_member"] is False


def test_list_has_no_connected_teams(slack: Slack):
    """slack_platform §1.1; a private channel without the bot is not listed."""
    rows = slack.call("conversations.list", types="public_channel,private_channel", exclude_archived=True)["channels"]
    assert {row["id"] for row in rows} == {"C1", "CNOBOT", "CEXT"}
    assert not any("connected_team_ids" in row for row in rows)


def test_members_by_pages(slack: Slack):
    """slack_platform §1.1: members include externals; §3: cursor pagination."""
    first = slack.call("conversations.members", channel="CEXT", limit=3)
    cursor = first["response_metadata"]["next_cursor"]
    rest = slack.call("conversations.members", channel="CEXT", limit=3, cursor=cursor)
    assert first["members"] + rest["members"] == ["U1", "U2", "UEXT", "UBOT"]
    assert rest["response_metadata"]["next_cursor"] == ""


def test_one_dm_per_person(slack: Slack):
    """slack_platform §1: DMs to people of connected workspaces."""
    for user in ("U1", "UEXT"):
        opened = slack.call("conversations.open", users=user, return_im=True)
        again = slack.call("conversations.open", users=user)
        dm = opened["channel"]
        assert dm["id"].startswith("D")
        assert (dm["is_im"], dm["user"]) == (True, user)
        assert "already_open" not in opened
        assert (again["channel"]["id"], again["already_open"]) == (dm["id"], True)
        posted = slack.call("chat.postMessage", channel=user, text="x")
        assert posted["channel"] == dm["id"]
        assert slack.entries("posted")[-1]["sees"] == [user]


# --- messages


def test_a_post_is_recorded_with_who_sees_and_whom_it_rings(slack: Slack):
    answer = slack.call("chat.postMessage", channel="CEXT", text="<!here> hi", blocks=[actions(button())])
    (posted,) = slack.entries("posted")
    assert posted["sees"] == ["U1", "U2", "UEXT"]
    assert posted["rings"] == ["<!here>"]
    assert (posted["user"], posted["bot"], posted["ts"]) == ("UBOT", True, answer["ts"])
    assert posted["blocks"] == answer["message"]["blocks"]
    assert answer["message"]["blocks"][0]["block_id"]


def test_ts_is_unique_and_rising(slack: Slack):
    stamps = [slack.post() for _ in range(50)]
    assert sorted(set(stamps)) == stamps


def test_metadata_and_who_asks_for_it(slack: Slack):
    """slack_platform §3.2: without include_all_metadata only event_type returns."""
    metadata = {"event_type": "notice", "event_payload": {"outbox_id": "1"}}
    ts = slack.post(metadata=metadata)
    bare = slack.call("conversations.history", channel="C1")["messages"][0]
    whole = slack.call("conversations.history", channel="C1", include_all_metadata=True)["messages"][0]
    assert bare["metadata"] == {"event_type": "notice"}
    assert whole["metadata"] == metadata
    slack.call("chat.update", channel="C1", ts=ts, text="new")
    assert slack.entries("updated")[-1]["metadata"] == metadata
    slack.call("chat.update", channel="C1", ts=ts, text="new", metadata={})
    assert slack.entries("updated")[-1]["metadata"] is None


def test_history_lists_roots_newest_first(slack: Slack):
    """slack_platform §3.2: history lists roots only, replies the thread; oldest is exclusive."""
    first = slack.post(text="one")
    reply = slack.post(text="reply", thread_ts=first)
    second = slack.post(text="two")
    roots = slack.call("conversations.history", channel="C1")["messages"]
    assert [message["ts"] for message in roots] == [second, first]
    assert (roots[1]["reply_count"], roots[1]["latest_reply"]) == (1, reply)
    thread = slack.call("conversations.replies", channel="C1", ts=first)["messages"]
    assert [message["text"] for message in thread] == ["one", "reply"]
    later = slack.call("conversations.history", channel="C1", oldest=first)["messages"]
    assert [message["ts"] for message in later] == [second]
    both = slack.call("conversations.history", channel="C1", oldest=first, latest=second, inclusive=True)
    assert len(both["messages"]) == 2


def test_history_by_pages(slack: Slack):
    stamps = [slack.post() for _ in range(5)]
    seen, cursor = [], ""
    while True:
        page = slack.call("conversations.history", channel="C1", limit=2, cursor=cursor)
        seen += [message["ts"] for message in page["messages"]]
        if not page["has_more"]:
            break
        cursor = page["response_metadata"]["next_cursor"]
    assert seen == stamps[::-1]


def test_update_replaces_blocks_with_text(slack: Slack):
    """[K:chat.update]: text without blocks removes the blocks."""
    ts = slack.post(blocks=[section()])
    slack.call("chat.update", channel="C1", ts=ts, text="x", blocks=[section(), section()])
    assert len(slack.entries("updated")[-1]["blocks"]) == 2
    answer = slack.call("chat.update", channel="C1", ts=ts, text="only text")
    assert slack.entries("updated")[-1]["blocks"] == []
    assert "blocks" not in answer["message"]


def test_delete(slack: Slack):
    ts = slack.post()
    slack.call("chat.delete", channel="C1", ts=ts)
    assert slack.entries("deleted")[0]["ts"] == ts
    assert slack.call("conversations.history", channel="C1")["messages"] == []


def test_ephemeral_is_in_no_history(slack: Slack):
    answer = slack.call("chat.postEphemeral", channel="CEXT", user="UEXT", text="for you")
    (shown,) = slack.entries("ephemeral")
    assert (shown["user"], shown["ts"]) == ("UEXT", answer["message_ts"])
    assert slack.call("conversations.history", channel="CEXT")["messages"] == []


def test_permalink(slack: Slack):
    ts = slack.post()
    link = slack.call("chat.getPermalink", channel="C1", message_ts=ts)["permalink"]
    assert link == f"https://aoba.slack.com/archives/C1/p{ts.replace('.', '')}"


def test_the_app_hears_of_its_own_messages(slack: Slack):
    ts = slack.post()
    slack.call("chat.update", channel="C1", ts=ts, text="new")
    slack.call("chat.delete", channel="C1", ts=ts)
    assert [event.get("subtype") for event in slack.heard] == [None, "message_changed", "message_deleted"]
    assert {event["channel_type"] for event in slack.heard} == {"channel"}


# --- views


def test_open_and_update_keep_what_was_typed(slack: Slack):
    """slack_platform §2.1 [MOD]: input stays iff block_id AND action_id are the same."""
    shown = slack.open(modal(typed() | {"block_id": "b"}, callback_id="c", private_metadata="p"))
    view = slack.sandbox.world.views[shown["id"]]
    view.values = {"b": {"a": {"type": "plain_text_input", "value": "typed"}}}
    same = modal(section(), typed() | {"block_id": "b"})
    answer = slack.call("views.update", view_id=view.id, hash=shown["hash"], view=same)["view"]
    assert answer["state"]["values"]["b"]["a"]["value"] == "typed"
    assert answer["hash"] != shown["hash"]
    other = modal(typed() | {"block_id": "other"})
    answer = slack.call("views.update", view_id=view.id, view=other)["view"]
    assert answer["state"]["values"]["other"]["a"]["value"] is None
    assert [entry["op"] for entry in slack.entries("view")] == ["open", "update", "update"]


def test_update_by_external_id(slack: Slack):
    slack.open(modal(external_id="mine"))
    answer = slack.call("views.update", external_id="mine", view=modal(external_id="mine", title=plain("new")))
    assert answer["view"]["title"]["text"] == "new"


def test_push_knows_its_root(slack: Slack):
    root = slack.open(modal())
    pushed = slack.call("views.push", trigger_id=slack.triggers.issue("U1"), view=modal())["view"]
    assert (pushed["root_view_id"], pushed["previous_view_id"]) == (root["id"], root["id"])
    assert (root["app_installed_team_id"], root["previous_view_id"]) == ("THOME", None)


def test_home_tab(slack: Slack):
    """slack_platform §1: for an outsider views.publish returns ok and nothing is shown."""
    home = {"type": "home", "blocks": [section()]}
    first = slack.call("views.publish", user_id="U1", view=home)["view"]
    second = slack.call("views.publish", user_id="U1", view=home)["view"]
    assert (first["id"], first["type"]) == (second["id"], "home")
    assert slack.call("views.publish", user_id="UEXT", view=home)["ok"] is True
    assert [entry["user"] for entry in slack.entries("view")] == ["U1", "U1"]


# --- files


def test_upload_in_two_steps(slack: Slack):
    root = slack.post()
    begun = slack.call("files.getUploadURLExternal", filename="proof.pdf", length="5")
    assert begun["upload_url"].endswith(begun["file_id"])
    assert receive(slack.sandbox, begun["file_id"], b"too long") is False
    assert receive(slack.sandbox, begun["file_id"], b"bytes") is True
    files = json.dumps([{"id": begun["file_id"], "title": "Proof"}])
    slack.call("files.completeUploadExternal", files=files, channel_id="C1", thread_ts=root, initial_comment="here")
    (kept,) = slack.entries("file")
    assert (kept["name"], kept["size"], kept["thread_ts"]) == ("proof.pdf", 5, root)
    thread = slack.call("conversations.replies", channel="C1", ts=root)["messages"]
    shown = thread[1]["files"][0]
    assert (shown["id"], shown["mimetype"]) == (begun["file_id"], "application/pdf")
    assert slack.call("files.info", file=shown["id"])["file"]["size"] == 5


def test_a_deleted_file(slack: Slack):
    begun = slack.call("files.getUploadURLExternal", filename="a.txt", length=1)
    receive(slack.sandbox, begun["file_id"], b"x")
    slack.call("files.completeUploadExternal", files=[{"id": begun["file_id"]}])
    slack.sandbox.world.files[begun["file_id"]].deleted = True
    with pytest.raises(Exception, match="file_deleted"):
        slack.call("files.info", file=begun["file_id"])


def test_every_method_has_a_description():
    assert len(METHODS) >= 24
    assert all(method.fn.__doc__ for method in METHODS.values())
