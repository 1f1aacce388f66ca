"""files.info and the upload in two steps: files.getUploadURLExternal, POST to that URL, files.completeUploadExternal.

The POST itself is the server's: it hands the bytes to `receive`. Facts: slack_platform.md §1 (check_file_info), §5.
"""

from __future__ import annotations

import mimetypes
from typing import Any

from sandbox import files, messages
from sandbox.core import Sandbox
from sandbox.errors import SlackError, invalid_arguments
from sandbox.web_api import rooms
from sandbox.web_api.chat import from_app, tell
from sandbox.web_api.method import Arg, Method, optional, required
from sandbox.world import Channel, File, Json


def info(sandbox: Sandbox, args: Json) -> Json:
    """files.info, of files in conversations the bot is in, and of its own."""
    file = sandbox.world.files.get(args["file"])
    if file is None or not _seen(sandbox, file):
        raise SlackError("file_not_found")
    if file.deleted:
        raise SlackError("file_deleted")
    return {"file": files.as_json(sandbox, file), "comments": [], "response_metadata": {"next_cursor": ""}}


def _seen(sandbox: Sandbox, file: File) -> bool:
    world = sandbox.world
    channels = [world.channels[channel] for channel in file.channels]
    return file.user == world.app.bot_user or any(rooms.is_member(sandbox, channel) for channel in channels)


def get_upload_url(sandbox: Sandbox, args: Json) -> Json:
    """files.getUploadURLExternal: `length` in bytes must be what is then uploaded."""
    if args["length"] < 1:
        raise invalid_arguments("must be at least 1 [json-pointer:/length]")
    file_id = sandbox.next_id("F")
    sandbox.uploads[file_id] = {"name": args["filename"], "length": args["length"], "data": None}
    return {"upload_url": f"{sandbox.base_url}/upload/{file_id}", "file_id": file_id}


def receive(sandbox: Sandbox, file_id: str, data: bytes) -> bool:
    """Takes the bytes posted to an upload URL. False when there is no such upload or the length is another one."""
    upload = sandbox.uploads.get(file_id)
    if upload is None or len(data) != upload["length"]:
        return False
    upload["data"] = data
    return True


def complete_upload(sandbox: Sandbox, args: Json) -> Json:
    """files.completeUploadExternal: the files become real, and one message in the channel shares them."""
    ids = _uploaded(sandbox, args["files"])
    channel = rooms.joined(sandbox, args["channel_id"]) if args.get("channel_id") else None
    if channel and channel.archived:
        raise SlackError("posting_to_channel_denied")
    thread_ts = args.get("thread_ts", "")
    if channel and thread_ts:
        rooms.root_of(sandbox.world, channel, thread_ts)
    for file_id in ids:
        _keep(sandbox, file_id, channel, thread_ts)
    if channel:
        _share(sandbox, channel, ids, args.get("initial_comment", ""), thread_ts)
    return {"files": [files.as_json(sandbox, sandbox.world.files[file_id]) for file_id in ids]}


def _uploaded(sandbox: Sandbox, rows: Any) -> list[str]:
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) and row.get("id") for row in rows):
        raise invalid_arguments("must be an array of objects with an id [json-pointer:/files]")
    unknown = sorted({key for row in rows for key in row} - {"id", "title"})
    if unknown:
        raise invalid_arguments(f"invalid additional property: {unknown[0]} [json-pointer:/files]")
    ids = [row["id"] for row in rows]
    if any(sandbox.uploads.get(file_id, {}).get("data") is None for file_id in ids):
        raise SlackError("file_not_found")
    return ids


def _keep(sandbox: Sandbox, file_id: str, channel: Channel | None, thread_ts: str) -> None:
    upload = sandbox.uploads.pop(file_id)
    kind = mimetypes.guess_type(upload["name"])[0] or "application/octet-stream"
    file = File(file_id, upload["name"], sandbox.world.app.bot_user, kind, upload["data"])
    files.keep(sandbox, file, channel=channel.id if channel else "", thread_ts=thread_ts)


def _share(sandbox: Sandbox, channel: Channel, ids: list[str], text: str, thread_ts: str) -> None:
    message = from_app(sandbox, channel, text, [], thread_ts)
    message.files = ids
    messages.store(sandbox, message)
    tell(sandbox, channel, messages.as_json(sandbox, message) | {"subtype": "file_share"})


METHODS = {
    "files.info": Method(
        info,
        {"file": required(), **optional("cursor"), **optional("count", "limit", "page", kind="int")},
        scopes=("files:read",),
    ),
    "files.getUploadURLExternal": Method(
        get_upload_url,
        {
            "filename": required(),
            "length": required("int"),
            "alt_txt": Arg(refused="describe an image"),
            "snippet_type": Arg(refused="upload a snippet"),
        },
        scopes=("files:write",),
    ),
    "files.completeUploadExternal": Method(
        complete_upload,
        {
            "files": required("json"),
            **optional("channel_id", "initial_comment"),
            **optional("thread_ts", kind="ts"),
            "channels": Arg("ids", refused="share in several channels"),
            "blocks": Arg("json", refused="introduce files with blocks"),
        },
        scopes=("files:write",),
    ),
}
