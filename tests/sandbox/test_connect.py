"""Slack Connect in the local Slack: ids that flip, invitations, hosts, companies that are cut off.

Each test holds one rule of the facts page (§1.1, §1.2) against what the app is told and what it can read afterwards.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox import world_file
from sandbox.client import CannotDo
from tests.sandbox import stage as stage_module
from tests.sandbox.connect_stage import GRID, Told, connected, info, refused
from tests.sandbox.stage import (
    AIKO,
    BEN,
    BOT,
    GEN,
    GENERAL,
    GUESTS,
    HOME,
    KAI,
    MIKA,
    MIRAI,
    OTHER,
    PARTNER,
    actions,
    button,
)


async def test_a_private_channel_of_the_old_kind_changes_its_id_when_a_share_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told()
    async with connected(tmp_path, told, monkeypatch) as scene:
        old = await scene.slack.create_channel("plans", [AIKO, BEN, BOT], private=True, old=True)
        assert old.startswith("G")
        ts = await scene.post(old, [actions(button("押す", "go"))])
        file = (await scene.slack.person(AIKO).say(old, "資料", files=[("a.pdf", b"%PDF")])).files[0]["id"]
        invite, new = await scene.slack.invite_shared(old, AIKO, email="kai@example.com")
        (event,) = await told.of("channel_id_changed")
        assert (event["old_channel_id"], event["new_channel_id"]) == (old, new)
        assert new.startswith("C")
        assert await refused(scene.app.client.conversations_info(channel=old)) == "channel_not_found"
        assert await refused(scene.app.client.chat_postMessage(channel=old, text="x")) == "channel_not_found"
        shown = await info(scene, new)
        assert (shown["is_pending_ext_shared"], shown["is_ext_shared"]) == (True, False)
        assert shown["pending_connected_team_ids"] == [], "Slack does not know yet whose mail address it is"
        assert "connected_team_ids" not in shown
        said = await scene.slack.person(BEN).messages(new)
        assert [m.channel for m in said] == [new, new], "the messages came along"
        assert (await scene.slack.person(BEN).press(said[0], label="押す")).ok
        await scene.app.client.chat_update(channel=new, ts=ts, text="neu", blocks=[])
        assert (await scene.app.client.files_info(file=file))["file"]["groups"] == [new]
        await scene.slack.decline(invite, KAI)
        assert (await info(scene, new))["is_pending_ext_shared"] is False
        assert (await told.of("shared_channel_invite_declined"))[0]["declining_team_id"] == OTHER
        assert await refused(scene.app.client.conversations_info(channel=old)) == "channel_not_found", "it stays C…"


async def test_invited_accepted_approved_shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told()
    async with connected(tmp_path, told, monkeypatch) as scene:
        channel = await scene.slack.create_channel("works", [AIKO, BOT])
        invite, same = await scene.slack.invite_shared(channel, AIKO, team=OTHER)
        assert same == channel, "only G… flips"
        assert (await info(scene, channel))["pending_connected_team_ids"] == [OTHER]
        with pytest.raises(CannotDo, match="not accepted"):
            await scene.slack.approve(invite, AIKO)
        with pytest.raises(CannotDo, match="cannot accept"):
            await scene.slack.accept(invite, MIKA)
        await scene.slack.accept(invite, KAI)
        accepted = (await told.of("shared_channel_invite_accepted"))[0]
        assert (accepted["approval_required"], accepted["accepting_user"]["team_id"]) == (True, OTHER)
        assert [team["id"] for team in accepted["teams_in_channel"]] == [HOME]
        assert accepted["invite"]["inviting_user"]["id"] == AIKO
        with pytest.raises(CannotDo, match="not in"):
            await scene.slack.person(KAI).messages(channel)
        with pytest.raises(CannotDo, match="no admin"):
            await scene.slack.approve(invite, BEN)
        await scene.slack.approve(invite, AIKO)
        assert (await told.of("shared_channel_invite_approved"))[0]["approving_team_id"] == HOME
        assert (await told.of("channel_shared"))[0]["connected_team_id"] == OTHER
        shown = await info(scene, channel)
        assert (shown["connected_team_ids"], shown["is_pending_ext_shared"]) == ([OTHER], False)
        assert KAI in (await scene.app.client.conversations_members(channel=channel))["members"]
        assert await scene.slack.person(KAI).messages(channel) == []


async def test_who_may_share_and_whom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with connected(tmp_path, Told(), monkeypatch) as scene:
        slack = scene.slack
        theirs = await slack.create_channel("tie-up", [MIKA, AIKO, BOT], host=PARTNER, connected=[HOME])
        for turn, why in (
            (slack.invite_shared(theirs, AIKO, team=OTHER), "only the host"),
            (slack.invite_shared(MIRAI, MIKA, team=OTHER), "only the host"),
            (slack.invite_shared(GUESTS, GEN, team=OTHER), "guests may not"),
            (slack.invite_shared(MIRAI, AIKO, team=PARTNER), "already"),
            (slack.invite_shared(MIRAI, AIKO), "whom"),
            (slack.archive(theirs, AIKO), "only the host"),
            (slack.delete_channel(theirs, AIKO), "only the host"),
            (slack.delete_channel(GENERAL, BEN), "no admin"),
            (slack.disconnect(theirs, PARTNER, by=HOME), "may not cut"),
            (slack.disconnect(MIRAI, PARTNER, by=OTHER), "may not cut"),
            (slack.disconnect(GENERAL, HOME), "not in"),
            (slack.create_channel("x", [], old=True), "private and not shared"),
        ):
            with pytest.raises(CannotDo, match=why):
                await turn
        channel = scene.server.sandbox.world.channels[MIRAI]
        channel.pending = [PARTNER] * 248
        with pytest.raises(CannotDo, match="250"):
            await slack.invite_shared(MIRAI, AIKO, team=OTHER)


async def test_a_channel_that_the_partner_hosts_and_cuts_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told()
    async with connected(tmp_path, told, monkeypatch) as scene:
        theirs = await scene.slack.create_channel("tie-up", [MIKA, AIKO, BOT], host=PARTNER, connected=[HOME])
        shown = await info(scene, theirs)
        assert (shown["conversation_host_id"], shown["connected_team_ids"]) == (GRID, [GRID])
        assert shown["shared_team_ids"] == [GRID, HOME]
        await scene.slack.rename(theirs, MIKA, "their-own-name")
        assert (await info(scene, theirs))["name"] == "tie-up", "each workspace has its own name for it"
        ts = await scene.post(theirs, [actions(button("押す", "go"))])
        ours = await scene.slack.disconnect(theirs, HOME)
        (event,) = await told.of("channel_unshared")
        assert (event["channel"], event["previously_connected_team_id"], event["is_ext_shared"]) == (
            theirs,
            GRID,
            False,
        )
        assert ours != theirs
        assert await refused(scene.app.client.conversations_info(channel=theirs)) == "channel_not_found"
        shown = await info(scene, ours)
        assert (shown["is_frozen"], shown["frozen_reason"], shown["is_archived"]) == (True, "connection_severed", True)
        assert (shown["is_ext_shared"], shown["conversation_host_id"]) == (False, HOME)
        history = await scene.app.client.conversations_history(channel=ours)
        assert [message["ts"] for message in history["messages"]] == [ts], "the messages can still be read"
        assert await refused(scene.app.client.chat_postMessage(channel=ours, text="x")) == "is_archived"
        assert await refused(scene.app.client.chat_update(channel=ours, ts=ts, text="x")) == "is_inactive"
        (mine,) = await scene.slack.person(AIKO).messages(ours)
        for doing, why in (
            (scene.slack.person(AIKO).say(ours, "x"), "archived"),
            (scene.slack.person(AIKO).press(mine), "frozen"),
            (scene.slack.unarchive(ours, AIKO), "connection_severed"),
            (scene.slack.person(AIKO).messages(theirs), "not in"),
        ):
            with pytest.raises(CannotDo, match=why):
                await doing
        await scene.slack.person(MIKA).say(theirs, "もとの ID で続く")


async def test_a_company_that_we_cut_off_keeps_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told()
    async with connected(tmp_path, told, monkeypatch) as scene:
        await scene.post(MIRAI, [actions(button("押す", "go"))])
        await scene.slack.connect(MIRAI, OTHER)
        assert await scene.slack.disconnect(MIRAI, PARTNER) == MIRAI, "the host keeps the id"
        (event,) = await told.of("channel_unshared")
        assert (event["previously_connected_team_id"], event["is_ext_shared"]) == (GRID, True)
        assert (await info(scene, MIRAI))["connected_team_ids"] == [OTHER]
        assert (await scene.app.client.conversations_members(channel=MIRAI))["members"] == [AIKO, BOT]
        assert (await scene.app.client.users_info(user=MIKA))["user"]["is_stranger"] is True
        await scene.post(MIRAI, [actions(button("あとの話", "go"))])
        (kept,) = await scene.slack.person(MIKA).everything()
        assert kept.plain() == "押す", "what was said before, and nothing after"
        with pytest.raises(CannotDo, match="frozen"):
            await scene.slack.person(MIKA).press(kept)
        assert await told.of("member_left_channel", 0) == []


async def test_a_third_company_joins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told()
    async with connected(tmp_path, told, monkeypatch) as scene:
        await scene.slack.connect(MIRAI, OTHER)
        await scene.slack.join(MIRAI, KAI)
        assert (await told.of("channel_shared"))[0] | {"event_ts": ""} == {
            "type": "channel_shared",
            "connected_team_id": OTHER,
            "channel": MIRAI,
            "event_ts": "",
        }
        assert (await info(scene, MIRAI))["connected_team_ids"] == [GRID, OTHER]
        assert KAI in (await scene.app.client.conversations_members(channel=MIRAI))["members"]
        listed = (await scene.app.client.conversations_list(types="private_channel"))["channels"]
        assert ["connected_team_ids" in row for row in listed] == [False]


async def test_post_only_people_see_and_say_but_use_no_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with connected(tmp_path, Told(), monkeypatch) as scene:
        invite, channel = await scene.slack.invite_shared(
            await scene.slack.create_channel("works", [AIKO, BOT]), AIKO, team=OTHER
        )
        await scene.slack.accept(invite, KAI, approval=False)  # external_limited is true unless said otherwise
        menu = {"type": "overflow", "action_id": "more", "options": _options("はい", "いいえ")}
        await scene.post(channel, [actions(button("押す", "go"), menu)])
        kai = scene.slack.person(KAI)
        (seen,) = await kai.messages(channel)
        assert seen.buttons()[0].label == "押す"
        for doing in (kai.press(seen, label="押す"), kai.choose("more", "はい", on=seen)):
            with pytest.raises(CannotDo, match="post only"):
                await doing
        await kai.say(channel, "書くことはできます")
        before = await info(scene, channel)
        await scene.slack.post_only(channel, OTHER, limited=False)
        assert (await kai.press(seen, label="押す")).ok
        assert await info(scene, channel) == before, "nothing that an app can read tells of it"


def _options(*names: str) -> list[dict[str, Any]]:
    return [{"text": {"type": "plain_text", "text": name}, "value": name} for name in names]


async def test_archived_opened_again_renamed_deleted_taken_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told()
    async with connected(tmp_path, told, monkeypatch) as scene:
        await scene.slack.archive(MIRAI, AIKO)
        assert await refused(scene.app.client.chat_postMessage(channel=MIRAI, text="x")) == "is_archived"
        with pytest.raises(CannotDo, match="archived"):
            await scene.slack.join(MIRAI, BEN)
        await scene.slack.unarchive(MIRAI, AIKO)
        assert [(await told.of(f"group_{what}"))[0]["channel"] for what in ("archive", "unarchive")] == [MIRAI] * 2
        await scene.post(MIRAI)
        await scene.slack.rename(MIRAI, AIKO, "mirai-2027")
        assert (await info(scene, MIRAI))["name"] == "mirai-2027"
        assert (await told.of("group_rename"))[0]["channel"]["id"] == MIRAI
        await scene.slack.kick(MIRAI, BOT, AIKO)
        left = (await told.of("member_left_channel"))[0]
        assert (left["user"], left["channel"]) == (BOT, MIRAI), "the app hears of its own removal"
        assert await refused(scene.app.client.conversations_info(channel=MIRAI)) == "channel_not_found"
        await scene.slack.kick(GENERAL, BOT, AIKO)
        assert (await info(scene, GENERAL))["is_member"] is False, "a public channel can still be seen"
        assert await refused(scene.app.client.chat_postMessage(channel=GENERAL, text="x")) == "not_in_channel"
        with pytest.raises(CannotDo, match="may not take"):
            await scene.slack.kick(GUESTS, BOT, GEN)
        file = (await scene.slack.person(AIKO).say(MIRAI, "資料", files=[("a.pdf", b"%PDF")])).files[0]["id"]
        await scene.slack.delete_channel(MIRAI, AIKO)
        assert await refused(scene.app.client.files_info(file=file)) == "file_not_found"
        group = await scene.slack.create_channel("works", [AIKO, BOT], private=True)
        await scene.slack.delete_channel(group, AIKO)
        assert (await told.of("group_deleted"))[0]["channel"] == group
        with pytest.raises(CannotDo, match="not in"):
            await scene.slack.person(AIKO).messages(MIRAI)


def test_a_world_that_slack_would_not_allow_is_refused() -> None:
    world = stage_module.world()
    world["channels"] += [
        {"id": "C0F", "name": "f", "team_id": HOME, "frozen": "connection_severed"},
        {"id": "G0P", "name": "p", "team_id": HOME, "is_private": True, "pending": [OTHER]},
        {"id": "C0L", "name": "l", "team_id": HOME, "limited": ["T0NOBODY"]},
    ]
    with pytest.raises(ValueError, match=r"frozen, but not archived\n.*share is initiated\n.*T0NOBODY is not there"):
        world_file.from_json(world)
