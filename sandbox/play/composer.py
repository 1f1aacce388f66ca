"""Where one writes: text, slash commands with suggestions, files. The script leaves it alone while the rest is redrawn.

What can be suggested is a list in the page already (commands of the app) or asked for (`suggest.py`: people, channels).
"""

from __future__ import annotations

import json

from sandbox.play.icons import icon
from sandbox.play.scene import APP, Scene
from sandbox.render.safe import tag, void
from sandbox.world import Channel, User, World


def draw(scene: Scene, room: Channel | None, thread: str = "") -> str:
    """The composer of a room (None: messages with the app before there are any) or of a thread in it."""
    if room is not None and room.frozen:
        return tag(
            "p",
            "このチャンネルの接続は解除されました。過去のメッセージは読めますが、投稿はできません。",
            cls="closed",
            role="note",
        )
    if room is not None and room.archived:
        return tag("p", "このチャンネルはアーカイブされているため、投稿できません。", cls="closed", role="note")
    where = room.id if room else APP
    called = (
        "スレッド"
        if thread
        else scene.live.sandbox.bot.real_name
        if room is None or room.is_im
        else f"#{scene.known.names.room(room.id).name}"
    )
    field = tag(
        "textarea",
        rows="1",
        placeholder="返信する…" if thread else f"{called} へのメッセージ",
        aria_label=f"{called} へのメッセージ",
        autocomplete="off",
        id=f"say-{where}-{thread.replace('.', '-')}",
    )
    pick = tag(
        "label",
        icon("clip"),
        void("input", type="file", multiple=True, aria_label="ファイルを添付"),
        cls="pick",
        title="ファイルを添付",
    )
    send = tag("button", "送信", type="button", cls="btn primary", data_role="send")
    hint = tag("small", "Enter で送信・Shift+Enter で改行")
    return tag(
        "form",
        tag("div", cls="attached chips"),
        field,
        tag("div", pick, hint, send, cls="tools"),
        cls="composer",
        id=f"composer-{where}-{thread.replace('.', '-')}",
        data_keep=True,
        data_room=where,
        data_thread=thread,
        data_commands="" if thread else json.dumps(_commands(scene.live.sandbox.world, scene.user), ensure_ascii=False),
    )


def _commands(world: World, user: User) -> list[list[str]]:
    """[command, description, usage] as Slack offers them; none to people of other workspaces or single-channel guests.

    Global shortcuts are offered behind a slash too, as in Slack.
    """
    if world.is_external(user) or user.kind == "single_guest":
        return []
    shortcuts = [[f"/{name}", "ショートカット", ""] for name in world.app.shortcuts]
    commands = [[command, *world.app.hints.get(command, "\n").split("\n", 1)] for command in world.app.commands]
    return [*commands, *shortcuts]
