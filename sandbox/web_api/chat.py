"""chat.*: what the app says. Blocks pass the limits and a second opinion, or are refused with `invalid_blocks`.

Facts: slack_platform.md §2.1 (limits), §3.2 (metadata), §6 (mentions). What Slack can do and this does not is listed in
`_MESSAGE` with what it would do, and refused.
"""

from __future__ import annotations

from sandbox import messages
from sandbox.core import Sandbox
from sandbox.errors import SlackError
from sandbox.web_api import contents, rooms
from sandbox.web_api.method import Arg, Method, optional, required
from sandbox.world import Channel, Json, Message


def post_message(sandbox: Sandbox, args: Json) -> Json:
    """chat.postMessage. `channel` is an id: of a conversation, or of a person, which opens the DM."""
    channel = _target(sandbox, args["channel"])
    text, blocks = contents.read(contents.shortened(sandbox, args), contents.MAX_TEXT)
    metadata = contents.metadata(args.get("metadata"))
    thread_ts = args.get("thread_ts", "")
    if thread_ts:
        rooms.root_of(sandbox.world, channel, thread_ts)
    message = from_app(sandbox, channel, text, blocks, thread_ts)
    message.metadata, message.mrkdwn = metadata, args.get("mrkdwn", True)
    messages.store(sandbox, message, link_names=_links_names(args))
    tell(sandbox, channel, messages.as_json(sandbox, message))
    shown = messages.as_json(sandbox, message, all_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


def update(sandbox: Sandbox, args: Json) -> Json:
    """chat.update: text without blocks removes the blocks; metadata stays unless given, `{}` removes it."""
    channel = rooms.joined(sandbox, args["channel"])
    message = _own(sandbox, channel, args["ts"], "cant_update_message")
    if channel.archived:
        raise SlackError("is_inactive")
    text, blocks = contents.read(args, contents.MAX_UPDATED_TEXT)
    if "metadata" in args:
        message.metadata = contents.metadata(args["metadata"]) if args["metadata"] != {} else None
    previous = messages.as_json(sandbox, message)
    message.blocks, message.text = blocks, text
    message.edited = message.edited or not blocks  # no "(edited)" where blocks are given [K:chat.update]
    messages.changed(sandbox, message, link_names=_links_names(args))
    shown = messages.as_json(sandbox, message, all_metadata=True)
    changed = {"subtype": "message_changed", "hidden": True, "message": shown, "previous_message": previous}
    tell(sandbox, channel, changed)
    return {"channel": channel.id, "ts": message.ts, "text": text, "message": shown}


def delete(sandbox: Sandbox, args: Json) -> Json:
    """chat.delete."""
    channel = rooms.joined(sandbox, args["channel"])
    message = _own(sandbox, channel, args["ts"], "cant_delete_message")
    previous = messages.as_json(sandbox, message)
    messages.remove(sandbox, message)
    gone = {"subtype": "message_deleted", "hidden": True, "deleted_ts": message.ts, "previous_message": previous}
    tell(sandbox, channel, gone)
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(sandbox: Sandbox, args: Json) -> Json:
    """chat.postEphemeral: seen by `user` alone, who must be in the channel. In a thread it shows only where there are
    replies already; else Slack answers ok all the same, which is a problem of the run [K:chat.postEphemeral].
    """
    channel = rooms.joined(sandbox, args["channel"])
    if channel.archived:
        raise SlackError("is_archived")
    if args["user"] not in channel.members:
        raise SlackError("user_not_in_channel")
    text, blocks = contents.read(args, contents.MAX_TEXT)
    thread_ts = args.get("thread_ts", "")
    if thread_ts:
        rooms.root_of(sandbox.world, channel, thread_ts)
    message = from_app(sandbox, channel, text, blocks, thread_ts)
    message.only_for = args["user"]
    if thread_ts and not any(m.thread_ts == thread_ts for m in channel.messages):
        sandbox.record.problem("unseen_ephemeral", f"{channel.id}: no replies to {thread_ts} yet", args["user"])
    else:
        messages.show_only(sandbox, message)
    return {"message_ts": message.ts}


def permalink(sandbox: Sandbox, args: Json) -> Json:
    """chat.getPermalink."""
    channel = rooms.visible(sandbox, args["channel"])
    message = sandbox.world.message(channel.id, args["message_ts"])
    if message is None:
        raise SlackError("message_not_found")
    domain = sandbox.world.teams[sandbox.world.home].domain
    thread = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.thread_ts else ""
    link = f"https://{domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}{thread}"
    return {"channel": channel.id, "permalink": link}


def _target(sandbox: Sandbox, channel_id: str) -> Channel:
    """Where a post goes. A name such as #general is no target: the app has to know the id."""
    world = sandbox.world
    if channel_id in world.users:
        user = world.users[channel_id]
        if user.is_bot or user.deleted or not rooms.may_reach(world, user):
            raise SlackError("channel_not_found")
        return rooms.dm_with(sandbox, user)
    channel = rooms.joined(sandbox, channel_id)
    if channel.archived or (channel.is_im and rooms.partner(world, channel).deleted):
        raise SlackError("is_archived")
    if channel.is_im and not rooms.may_reach(world, rooms.partner(world, channel)):
        raise SlackError("channel_not_found")
    return channel


def _own(sandbox: Sandbox, channel: Channel, ts: str, refusal: str) -> Message:
    message = sandbox.world.message(channel.id, ts)
    if message is None:
        raise SlackError("message_not_found")
    if message.bot_id != sandbox.world.app.bot_id:
        raise SlackError(refusal)
    return message


def _links_names(args: Json) -> bool:
    """Whether a bare @here in the text becomes a mention."""
    return bool(args.get("link_names")) or args.get("parse") == "full"


def from_app(sandbox: Sandbox, channel: Channel, text: str, blocks: list[Json], thread_ts: str) -> Message:
    app = sandbox.world.app
    return Message(
        channel=channel.id,
        ts=sandbox.next_ts(),
        user=app.bot_user,
        text=text,
        blocks=blocks,
        thread_ts=thread_ts,
        bot_id=app.bot_id,
        app_id=app.app_id,
    )


def tell(sandbox: Sandbox, channel: Channel, event: Json) -> None:
    """The app hears of its own messages too, as in Slack; Bolt is what ignores them."""
    kinds = {"channels": "channel", "groups": "group", "im": "im"}
    head = {"type": "message", "channel": channel.id, "channel_type": kinds[rooms.kind_of(channel)]}
    ts = event.get("ts") or sandbox.next_ts()
    sandbox.emit({**event, **head, "ts": ts, "event_ts": ts}, channel=channel, actor=sandbox.bot)


_CONTENT = {**optional("text"), **optional("blocks", "attachments", kind="json"), **optional("link_names", kind="bool")}
_LOOKS = "post under another name or icon (chat:write.customize)"
_MESSAGE = {
    **_CONTENT,
    **optional("parse"),
    "markdown_text": Arg(refused="post Markdown"),
    "as_user": Arg("bool", refused="post as the authed user (classic apps)"),
    "username": Arg(refused=_LOOKS),
    "icon_emoji": Arg(refused=_LOOKS),
    "icon_url": Arg(refused=_LOOKS),
}

METHODS = {
    "chat.postMessage": Method(
        post_message,
        {
            "channel": required(),
            **_MESSAGE,
            **optional("thread_ts", kind="ts"),
            **optional("metadata", kind="json"),
            **optional("mrkdwn", "unfurl_links", "unfurl_media", "unfurl_app_links", kind="bool"),
            "reply_broadcast": Arg("bool", refused="show a reply in the channel too"),
        },
        scopes=("chat:write",),
    ),
    "chat.update": Method(
        update,
        {
            "channel": required(),
            "ts": required("ts"),
            **_CONTENT,
            **optional("parse"),
            **optional("metadata", kind="json"),
            "markdown_text": Arg(refused="post Markdown"),
            "as_user": Arg("bool", refused="update as the authed user"),
            "file_ids": Arg("json", refused="change the files of a message"),
            "reply_broadcast": Arg("bool", refused="show a reply in the channel too"),
        },
        scopes=("chat:write",),
    ),
    "chat.delete": Method(
        delete,
        {
            "channel": required(),
            "ts": required("ts"),
            "as_user": Arg("bool", refused="delete as the authed user"),
        },
        scopes=("chat:write",),
    ),
    "chat.postEphemeral": Method(
        post_ephemeral,
        {"channel": required(), "user": required(), **_MESSAGE, **optional("thread_ts", kind="ts")},
        scopes=("chat:write",),
    ),
    "chat.getPermalink": Method(permalink, {"channel": required(), "message_ts": required("ts")}),
}
