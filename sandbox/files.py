"""Files: storing what was uploaded and how Slack shows a file to an app.

Both halves use this: the Web API for the app's uploads, the people for theirs. `url_private` is served by the server,
to a bearer of the bot token. To show one more field of a file, add it to `as_json`.
"""

from __future__ import annotations

import hashlib
from pathlib import PurePath

from sandbox.core import Sandbox
from sandbox.world import File, Json


def keep(sandbox: Sandbox, file: File, *, channel: str, thread_ts: str = "") -> None:
    """A new file, shared in `channel`; recorded with its size in bytes and its sha256."""
    sandbox.world.files[file.id] = file
    file.created = file.created or int(sandbox.clock.now().timestamp())
    if channel:
        file.channels.append(channel)
    sandbox.record.write(
        "file",
        id=file.id,
        user=file.user,
        channel=channel or None,
        thread_ts=thread_ts or None,
        name=file.name,
        size=len(file.data),
        sha256=hashlib.sha256(file.data).hexdigest(),
    )


def as_json(sandbox: Sandbox, file: File) -> Json:
    """The file object of files.info, history and events. Previews (thumb_…) and `shares` are not made here."""
    url = f"{sandbox.base_url}/files/{file.id}/{file.name}"
    world = sandbox.world
    shared = [world.channels[channel] for channel in file.channels]
    suffix = PurePath(file.name).suffix.lstrip(".").lower()
    created = file.created or int(sandbox.clock.now().timestamp())
    return {
        "id": file.id,
        "created": created,
        "timestamp": created,
        "name": file.name,
        "title": file.name,
        "mimetype": file.mimetype,
        "filetype": suffix,
        "pretty_type": suffix.upper() or "Binary",
        "user": file.user,
        "user_team": world.users[file.user].team_id,
        "mode": "hosted",
        "editable": False,
        "size": len(file.data),
        "is_external": False,
        "external_type": "",
        "is_public": any(not c.is_private and not c.is_im for c in shared),
        "channels": [c.id for c in shared if not c.is_private and not c.is_im],
        "groups": [c.id for c in shared if c.is_private and not c.is_im],
        "ims": [c.id for c in shared if c.is_im],
        "url_private": url,
        "url_private_download": url,
        "permalink": f"{sandbox.base_url}/files/{file.id}",
        "permalink_public": f"{sandbox.base_url}/files/{file.id}/public",
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "comments_count": 0,
        "is_starred": False,
        "has_rich_preview": False,
    }
