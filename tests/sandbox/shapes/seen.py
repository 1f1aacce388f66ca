"""Everything that the local Slack sends to an app and answers it, at least once, with real sockets.

To see one more payload, do in `_interactions`, `_events` or `_calls` what makes it.
"""

from __future__ import annotations

from pathlib import Path

import aiohttp

from sandbox.client import LocalSlack
from tests.sandbox import stage
from tests.sandbox.shapes.scene import Json, Scene, Seen, scene, until
from tests.sandbox.stage import AIKO, BEN, GENERAL, KAI, MIKA, MIRAI, OTHER


async def everything(directory: Path) -> Seen:
    """By name, every payload and answer. AssertionError when the local Slack found fault with this app itself."""
    async with scene(directory) as made:
        await _calls(made)
        await _interactions(made)
        await _events(made)
        assert await made.slack.problems() == []
    return dict(made.seen)


async def _calls(scene: Scene) -> None:
    for channel in (GENERAL, MIRAI):
        root = await scene.call(
            "chat.postMessage", channel=channel, text="root", blocks=_message(), metadata=_metadata()
        )
        ts = root["ts"]
        await scene.call("chat.postMessage", channel=channel, text="reply", thread_ts=ts)
        await scene.call("chat.update", channel=channel, ts=ts, text="changed")
        await scene.call("chat.postEphemeral", channel=channel, user=AIKO, text="only you")
        await scene.call("chat.getPermalink", channel=channel, message_ts=ts)
        await scene.call("conversations.history", channel=channel, limit=1)
        await scene.call("conversations.history", channel=channel, include_all_metadata=True)
        await scene.call("conversations.replies", channel=channel, ts=ts)
        await scene.call("conversations.info", channel=channel, include_num_members=True, include_locale=True)
        await scene.call("conversations.members", channel=channel)
    gone = await scene.call("chat.postMessage", channel=GENERAL, text="soon gone")
    await scene.call("chat.delete", channel=GENERAL, ts=gone["ts"])
    for user in (AIKO, MIKA, KAI, stage.GEN, stage.BOT):
        await scene.call("users.info", user=user, include_locale=True)
    for more in ({}, {"return_im": True}):
        opened = await scene.call("conversations.open", users=BEN, **more)
    room = await scene.client.conversations_info(channel=opened["channel"]["id"])
    scene.seen["conversations.info im"].append(dict(room.data))
    await scene.call("conversations.list", types="public_channel,private_channel", limit=2)
    await scene.call("users.list", limit=2)
    await scene.call("users.lookupByEmail", email="aiko@example.com")
    await scene.call("usergroups.users.list", usergroup="S0SEC")
    await scene.call("auth.test")
    await scene.call("team.info")
    await _upload(scene)


async def _upload(scene: Scene) -> None:
    for channel in (GENERAL, MIRAI):
        place = await scene.call("files.getUploadURLExternal", filename="stock.txt", length=3)
        async with aiohttp.ClientSession() as session, session.post(place["upload_url"], data=b"abc") as answer:
            assert answer.status == 200
        rows = [{"id": place["file_id"]}]
        await scene.call("files.completeUploadExternal", files=rows, channel_id=channel)
        await scene.call("files.info", file=place["file_id"])
        await scene.call("conversations.history", channel=channel)


async def _interactions(scene: Scene) -> None:
    aiko, mika = scene.slack.person(AIKO), scene.slack.person(MIKA)
    await scene.call("chat.postMessage", channel=MIRAI, text="press", blocks=_message())
    posted = await mika.wait_message("press me", channel=MIRAI)
    await mika.press(posted, label="press me")
    await scene.call("chat.postMessage", channel=MIRAI, text="t", blocks=_message(), thread_ts=posted.ts)
    await aiko.press((await aiko.thread(posted))[-1], label="press me")
    for more in ({}, {"thread_ts": posted.ts}):
        await scene.call("chat.postEphemeral", channel=MIRAI, user=AIKO, text="e", blocks=_message(), **more)
        await aiko.press((await aiko.ephemerals(MIRAI))[-1], label="press me")
    await scene.call("chat.postMessage", channel=MIRAI, text="search", blocks=[_search_here()])
    await mika.choose("search", "monitor", on=(await mika.messages(MIRAI))[-1], query="mon")
    await mika.press(posted, label="press me")
    await scene.call("views.open", trigger_id=scene.trigger, view=_modal())
    await mika.choose("search", "monitor", query="mon")
    await mika.press(label="press me")
    await scene.call("views.push", trigger_id=scene.trigger, view=_modal())
    await mika.close()
    shown = await mika.modal()
    assert shown
    await scene.call("views.update", view_id=shown.id, hash=shown.hash, view=_modal())
    await mika.choose("search", "monitor", query="mon")
    await mika.fill("paper", [("paper.txt", b"signed")])
    await mika.submit()
    await _home_and_command(scene)
    scene.seen["uploaded_file"] = [_file_of(one["view"]) for one in scene.seen["view_submission"]]


async def _home_and_command(scene: Scene) -> None:
    aiko = scene.slack.person(AIKO)
    await aiko.command("/review", "hello", channel=GENERAL)
    await aiko.command("/review", "hello")
    await scene.call("views.open", trigger_id=scene.trigger, view=_modal())
    await aiko.close(everything=True)
    await aiko.open_home()
    await scene.call("views.publish", user_id=AIKO, view={"type": "home", "blocks": _message()})
    home = await aiko.open_home()
    await aiko.press(home, label="press me")


def _file_of(view: Json) -> Json:
    (file,) = view["state"]["values"]["paper"]["paper"]["files"]
    return dict(file)


async def _events(scene: Scene) -> None:
    slack = scene.slack
    aiko, mika = slack.person(AIKO), slack.person(MIKA)
    said = await aiko.say(GENERAL, "hello @bot", files=[("a.txt", b"a")])
    await aiko.say(GENERAL, "@bot in a thread", thread_ts=said.ts)
    await mika.say(MIRAI, "@bot look", files=[("b.txt", b"b")])
    await mika.say(MIRAI, "plain")
    await slack.join(GENERAL, stage.GEN, inviter=AIKO)
    await slack.leave(GENERAL, stage.GEN)
    await _shared(slack)
    await slack.group_members("S0SEC", [BEN])
    await slack.rename_user(BEN, real_name="Ben")
    await slack.deactivate(stage.SORA)
    await slack.add_user("new", team=stage.HOME, real_name="New")
    for private in (False, True):
        made = await slack.create_channel(f"gone-{private}".lower(), [AIKO, stage.BOT], private=private)
        await slack.archive(made, AIKO)
        await slack.unarchive(made, AIKO)
        await slack.rename(made, AIKO, f"gone-{private}-renamed".lower())
        await slack.delete_channel(made, AIKO)
    await until(lambda: all(scene.seen[f"event {last}"] for last in ("group_deleted", "user_change", "team_join")))
    await until(lambda: len(scene.seen["event app_mention"]) == 3)


async def _shared(slack: LocalSlack) -> None:
    """Invited and declined, invited and approved, cut off; a channel whose id flips."""
    await slack.add_user("sato", team=OTHER, real_name="Sato", kind="admin")
    for answer in ("decline", "accept"):
        invite, _ = await slack.invite_shared(GENERAL, AIKO, team=OTHER)
        await getattr(slack, answer)(invite, KAI)
    await slack.approve(invite, AIKO)
    await slack.disconnect(GENERAL, OTHER)
    old = await slack.create_channel("old", [AIKO, stage.BOT], private=True, old=True)
    await slack.connect(old, OTHER)


def _metadata() -> Json:
    return {"event_type": "kept", "event_payload": {"id": "1"}}


def _message() -> list[Json]:
    return [stage.actions(stage.button("press me", "press"))]


def _search_here() -> Json:
    return stage.actions({"type": "external_select", "action_id": "search", "min_query_length": 1})


def _modal() -> Json:
    label = {"type": "plain_text", "text": "search"}
    search = {"type": "external_select", "action_id": "search", "min_query_length": 1}
    paper = {"type": "file_input", "action_id": "paper"}
    return stage.modal(
        {"type": "input", "block_id": "search", "label": label, "element": search, "optional": True},
        {"type": "input", "block_id": "paper", "label": label | {"text": "paper"}, "element": paper, "optional": True},
        *_message(),
        notify_on_close=True,
    )
