"""Whom a message would ring: every mention in it that Slack turns into a notification.

Channel-wide mentions, people and user groups; in mrkdwn also a bare `@here`, which Slack parses even where the text was
escaped, unless the text object says `verbatim` (facts: slack_platform.md §6). plain_text never rings. To add a place
where a mention can hide, add a case to `_in_object`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sandbox.world import Json

_EXPLICIT = re.compile(
    r"<!(?:channel|here|everyone)(?:\|[^>]*)?>|<@[UW][A-Z0-9]+(?:\|[^>]*)?>|<!subteam\^S[A-Z0-9]+[^>]*>"
)
_BARE = re.compile(r"(?<![\w<!@])@(channel|here|everyone)\b")


def rings(text: str, blocks: list[Json], link_names: bool = False) -> list[str]:
    """The mentions as written in mrkdwn, e.g. `<!here>` or `<@U1>`, each once, in order of appearance."""
    found = [*_in_text(text, bare=link_names), *_in_value(blocks)]
    return list(dict.fromkeys(re.sub(r"\|[^>]*", "", mention) for mention in found))


def _in_text(text: str, bare: bool) -> Iterator[str]:
    yield from _EXPLICIT.findall(text)
    if bare:
        yield from (f"<!{word}>" for word in _BARE.findall(text))


def _in_value(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _in_value(item)
    elif isinstance(value, dict):
        yield from _in_object(value)
        for child in value.values():
            yield from _in_value(child)


def _in_object(value: Json) -> Iterator[str]:
    match value:
        case {"type": "mrkdwn", "text": str(text)}:
            yield from _in_text(text, bare=not value.get("verbatim", False))
        case {"type": "markdown", "text": str(text)}:
            yield from _in_text(text, bare=True)
        case {"type": "user", "user_id": str(user)}:
            yield f"<@{user}>"
        case {"type": "usergroup", "usergroup_id": str(group)}:
            yield f"<!subteam^{group}>"
        case {"type": "broadcast", "range": str(reach)}:
            yield f"<!{reach}>"
