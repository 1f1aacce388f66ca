"""What happens in the workspaces besides messages: channels are shared and cut off, people come, go and are let go.

`TURNS` is the table that `client_story.py` reaches over HTTP by name. Each turn changes the world, records it and tells
the app what Slack would tell it. To add one, write a function (live, **what the client sends) and a row in the file of
its kind: `story_channels.py`, `story_connect.py`, `story_people.py`, `story_retention.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox import story_channels, story_connect, story_people, story_retention

TURNS: dict[str, Callable[..., Any]] = {
    **story_channels.TURNS,
    **story_connect.TURNS,
    **story_people.TURNS,
    **story_retention.TURNS,
}
