"""Text as a person types it -> text as Slack sends it to the app.

Slack escapes `&`, `<` and `>`, and turns what the person picked from its lists (@name, #channel, @group) into
`<…>`. Facts: slack_platform.md §6 ("Incoming"). Names are the world's; a name that nobody has stays as typed.
"""

from __future__ import annotations

import re

from sandbox import acquainted
from sandbox.world import Json, User, World

_SENT = re.compile(r"(<[@#][A-Z0-9]+(?:\|[^<>]*)?>|<!subteam\^[A-Z0-9]+(?:\|[^<>]*)?>)")
_KINDS = {"user": ("<@", "user_id"), "channel": ("<#", "channel_id"), "usergroup": ("<!subteam^", "usergroup_id")}
_NAMED = re.compile(r"(?<![\w@#])([@#])([\w][\w.\-]*)")


def escape(text: str) -> str:
    """Exactly the three characters that Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_sent(world: World, typed: str, by: User, *, with_names: bool) -> str:
    """`with_names` as in commands: `<@U1|name>`; without as in messages: `<@U1>`.

    Only whom and what `by` knows becomes a mention: Slack offers nobody else, and tells nobody that there is somebody.
    """

    def replaced(match: re.Match[str]) -> str:
        return _mention(world, by, match[1], match[2], with_names=with_names) or match[0]

    return _NAMED.sub(replaced, escape(typed))


def rich_text(sent: str) -> Json:
    """The block that Slack makes of a message as sent (without names): text as it was typed, mentions as elements."""
    parts = [part for part in _SENT.split(sent) if part]
    section = {"type": "rich_text_section", "elements": [_element(part) for part in parts]}
    return {"type": "rich_text", "block_id": "said", "elements": [section]}


def _element(part: str) -> Json:
    for kind, (sign, key) in _KINDS.items():
        if part.startswith(sign) and part.endswith(">"):
            return {"type": kind, key: part[len(sign) : -1].partition("|")[0]}
    return {"type": "text", "text": part.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")}


def _mention(world: World, by: User, sign: str, name: str, *, with_names: bool) -> str | None:
    if sign == "#":
        known = acquainted.channels(world, by)
        channel = next(
            (world.channels[key] for key in known if acquainted.called(world.channels[key], by) == name), None
        )
        return f"<#{channel.id}|{name}>" if channel and not channel.is_im else None
    people = acquainted.people(world, by)
    user = next((u for u in world.users.values() if u.name == name and not u.deleted and u.id in people), None)
    if user:
        return f"<@{user.id}|{user.name}>" if with_names else f"<@{user.id}>"
    groups = acquainted.groups(world, by)
    group = next((g for g in world.groups.values() if g.handle == name and g.id in groups), None)
    return f"<!subteam^{group.id}|@{group.handle}>" if group else None
