"""SlackUploads against the local Slack: three steps, shared once, and looked for before it is shared again."""

from __future__ import annotations

import pytest

from bot.channels.slack_uploads import SlackUploads
from bot.services.ports import SendFailed
from tests.channels.conftest import Place
from tests.journeys.town import SEC1, SEC2


async def test_uploaded_seen_by_nobody_then_shared_once(place: Place) -> None:
    uploads = SlackUploads(place.posting)
    file = await uploads.upload("台帳 2026.xlsx", b"PK content")
    assert file not in place.running.sandbox.world.files, "before it is shared it is nowhere"
    for _ in range(3):  # killed after sharing, before that was written down
        await uploads.share(file, f"user:{SEC1}", "台帳", "どうぞ")
    held = place.running.sandbox.world.files[file]
    assert (held.data, len(held.channels)) == (b"PK content", 1)
    assert len(await place.api("files.completeUploadExternal")) == 1
    said = [m for m in await place.slack.person(SEC1).dm_with_bot() if m.files]
    assert [m.files[0]["id"] for m in said] == [file]
    assert await place.slack.person(SEC2).dm_with_bot() == []


async def test_an_upload_that_never_came_is_a_failure(place: Place) -> None:
    with pytest.raises(SendFailed) as failed:
        await SlackUploads(place.posting).share("F0NONE", f"user:{SEC1}", "x", "y")
    assert failed.value.permanent
