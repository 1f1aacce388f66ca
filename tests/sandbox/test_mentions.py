"""What becomes of names and signs that people type: only whom they know is a mention, and the text stays as it was typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox import people
from tests.sandbox.planted import AL, BEA, GUS, IDLE, LOBBY, OWN, SEC, TO_ALPHA, planted

TYPED = "@nu0bea @nu0own @nu0gus #mk-room-LOBBY-km #mk-room-BETA-km @mk-group-km @nobody"


@pytest.mark.parametrize(
    ("who", "room", "sent"),
    [
        (AL, TO_ALPHA, f"@nu0bea <@{OWN}> @nu0gus #mk-room-LOBBY-km #mk-room-BETA-km @mk-group-km @nobody"),
        (
            IDLE,
            LOBBY,
            f"@nu0bea <@{OWN}> <@{GUS}> <#{LOBBY}|mk-room-LOBBY-km> #mk-room-BETA-km <!subteam^S0GROUP|@mk-group-km> @nobody",
        ),
        (GUS, "C0GUS", TYPED.replace("@nu0gus", f"<@{GUS}>")),
    ],
)
async def test_only_whom_one_knows_can_be_named(tmp_path: Path, who: str, room: str, sent: str) -> None:
    """A mention that resolves tells that there is somebody: a supplier's people must not learn of another's that way."""
    async with planted(tmp_path) as slack:
        world = slack.sandbox.world
        await people.say(slack.live, world.users[who], room, TYPED)
        assert world.channels[room].messages[-1].text == sent


async def test_the_block_of_a_message_carries_mentions_and_the_text_as_typed(tmp_path: Path) -> None:
    async with planted(tmp_path) as slack:
        world = slack.sandbox.world
        await people.say(slack.live, world.users[SEC], "C0BETA", "a < b & c > d, @nu0bea: *x*")
        said = world.channels["C0BETA"].messages[-1]
        assert said.text == f"a &lt; b &amp; c &gt; d, <@{BEA}>: *x*"
        assert said.blocks[0]["elements"][0]["elements"] == [
            {"type": "text", "text": "a < b & c > d, "},
            {"type": "user", "user_id": BEA},
            {"type": "text", "text": ": *x*"},
        ]
