"""Text as a person types it -> text as Slack sends it to the app.

Slack escapes `&`, `<` and `>`, and turns what the person picked from its lists (@name, #channel, @group) into
`<…>`. Facts: slack_platform.md §6 ("Incoming"). Names are the world's; a name that nobody has stays as typed.
"""

from __future__ import annotations

import re

from sandbox.world import Channel, World

_NAMED = re.compile(r"(?<![\w@#])([@#])([\w][\w.\-]*)")


def escape(text: str) -> str:
    """Exactly the three characters that Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_sent(world: World, typed: str, *, with_names: bool) -> str:
    """`with_names` as in commands: `<@U1|name>`; without as in messages: `<@U1>`."""

    def replaced(match: re.Match[str]) -> str:
        return _mention(world, match[1], match[2], with_names=with_names) or match[0]

    return _NAMED.sub(replaced, escape(typed))


def _mention(world: World, sign: str, name: str, *, with_names: bool) -> str | None:
    if sign == "#":
        channel = _channel(world, name)
        return f"<#{channel.id}|{channel.name}>" if channel else None
    user = next((u for u in world.users.values() if u.name == name and not u.deleted), None)
    if user:
        return f"<@{user.id}|{user.name}>" if with_names else f"<@{user.id}>"
    group = next((g for g in world.groups.values() if g.handle == name), None)
    return f"<!subteam^{group.id}|@{group.handle}>" if group else None


def _channel(world: World, name: str) -> Channel | None:
    return next((c for c in world.channels.values() if c.name == name and not c.is_im), None)
