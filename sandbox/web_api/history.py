"""conversations.history and conversations.replies: reading messages back.

Facts: slack_platform.md §3.2: history lists roots only; metadata comes whole with include_all_metadata, else only its
event type; both need the history scope of the kind of conversation, and the bot in it.
"""

from __future__ import annotations

from sandbox import messages
from sandbox.core import Sandbox
from sandbox.web_api import rooms
from sandbox.web_api.method import Method, optional, page, required
from sandbox.world import Channel, Json, Message

_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")


def history(sandbox: Sandbox, args: Json) -> Json:
    """conversations.history: messages that are not replies, the newest first."""
    channel = _readable(sandbox, args)
    roots = [m for m in channel.messages if not m.thread_ts and _within(m, args)]
    found, metadata = page(sorted(roots, key=lambda m: m.ts, reverse=True), args, most=999)
    return _answer(sandbox, found, args, metadata) | {"pin_count": 0}


def replies(sandbox: Sandbox, args: Json) -> Json:
    """conversations.replies: the root, then its replies, the oldest first; one message where there is no thread."""
    channel = _readable(sandbox, args)
    root = rooms.root_of(sandbox.world, channel, args["ts"])
    thread = [m for m in channel.messages if m.thread_ts == root.ts and _within(m, args)]
    found, metadata = page([root, *sorted(thread, key=lambda m: m.ts)], args, most=1000, default=1000)
    return _answer(sandbox, found, args, metadata)


def _readable(sandbox: Sandbox, args: Json) -> Channel:
    channel = rooms.joined(sandbox, args["channel"])
    rooms.require_scope(sandbox, channel, "history")
    return channel


def _within(message: Message, args: Json) -> bool:
    """Between `oldest` and `latest`; those very messages only with `inclusive`."""
    moment, inclusive = float(message.ts), args.get("inclusive", False)
    oldest, latest = float(args.get("oldest", 0)), float(args.get("latest", "inf"))
    return oldest <= moment <= latest if inclusive else oldest < moment < latest


def _answer(sandbox: Sandbox, found: list[Message], args: Json, metadata: Json) -> Json:
    whole = args.get("include_all_metadata", False)
    shown = [messages.as_json(sandbox, message, all_metadata=whole) for message in found]
    more = bool(metadata["next_cursor"])
    return {"messages": shown, "has_more": more, **({"response_metadata": metadata} if more else {})}


_COMMON = {
    "channel": required(),
    **optional("cursor"),
    **optional("oldest", "latest", kind="ts"),
    **optional("limit", kind="int"),
    **optional("inclusive", "include_all_metadata", kind="bool"),
}

METHODS = {
    "conversations.history": Method(history, _COMMON, scopes=_HISTORY),
    "conversations.replies": Method(replies, {**_COMMON, "ts": required("ts")}, scopes=_HISTORY),
}
