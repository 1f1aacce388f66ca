"""Limits of the rich_text block: sections, lists, quotes, preformatted text and what they hold.

Facts: slack_platform.md §2.1; slackblocks 3.0.0 `rich_text`. To add an inline element, add a row to `_INLINE`.
"""

from __future__ import annotations

from sandbox.limits.objects import identifier
from sandbox.limits.shapes import Check, boolean, choice, integer, items, one_of, shape, string, typed, url

_STYLE = shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean))
_MENTION_STYLE = shape(
    {}, dict.fromkeys(("bold", "italic", "strike", "highlight", "client_highlight", "unlink"), boolean)
)
_INLINE: dict[str, Check] = {
    "text": typed("text", {"text": string()}, {"style": _STYLE}),
    "link": typed("link", {"url": url()}, {"text": string(), "unsafe": boolean, "style": _STYLE}),
    "emoji": typed("emoji", {"name": string(255)}, {"unicode": string(255), "skin_tone": integer(1, 6)}),
    "user": typed("user", {"user_id": string(255)}, {"style": _MENTION_STYLE}),
    "usergroup": typed("usergroup", {"usergroup_id": string(255)}, {"style": _MENTION_STYLE}),
    "channel": typed("channel", {"channel_id": string(255)}, {"style": _MENTION_STYLE}),
    "broadcast": typed("broadcast", {"range": choice("here", "channel", "everyone")}),
    "date": typed("date", {"timestamp": integer(1), "format": string(255)}, {"url": url(), "fallback": string(255)}),
    "color": typed("color", {"value": string(7, pattern="#[0-9a-fA-F]{6}", says="a colour such as #1d9bd1")}),
}
_inline = items(one_of(_INLINE), 1)
_BORDER: dict[str, Check] = {"border": integer(0, 1)}
_section = typed("rich_text_section", {"elements": _inline})
_PARTS: dict[str, Check] = {
    "rich_text_section": _section,
    "rich_text_list": typed(
        "rich_text_list",
        {"style": choice("bullet", "ordered"), "elements": items(_section, 1)},
        {**_BORDER, "indent": integer(0, 8), "offset": integer(0)},
    ),
    "rich_text_quote": typed("rich_text_quote", {"elements": _inline}, _BORDER),
    "rich_text_preformatted": typed("rich_text_preformatted", {"elements": _inline}, _BORDER),
}
rich_text = typed("rich_text", {"elements": items(one_of(_PARTS), 1)}, {"block_id": identifier})
