"""Every block and element in a few lines each, for the tests of the drawings. A new block or element gets a row in `gallery`."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
NAMES = {"U1": "佐藤 花子", "C1": "security-team", "S1": "infosec"}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def mark(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str = "v") -> Json:
    return {"text": plain(text), "value": value, "description": plain("説明 " + text)}


def button(text: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": "press", "value": "x", **more}


def entry(kind: str, label: str = "質問", **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": "q",
        "label": plain(label),
        "element": {"type": kind, "action_id": "a", **more},
    }


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "block_id": "s", "text": mark(text), **more}


def gallery(text: str) -> list[Json]:
    """Every block and element, `text` in every place that a text can be."""
    two = [option(text, "1"), option("別", text)]
    rich = {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": text, "style": {"bold": True}}]},
            {
                "type": "rich_text_list",
                "style": "ordered",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "link", "url": text, "text": text}]}],
            },
            {
                "type": "rich_text_quote",
                "elements": [{"type": "user", "user_id": text}, {"type": "emoji", "name": text}],
            },
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]},
        ],
    }
    menus = ("static_select", "radio_buttons", "external_select")
    many = ("multi_static_select", "checkboxes", "multi_external_select")
    who = {"users_select": "user", "conversations_select": "conversation", "channels_select": "channel"}
    typed = ("plain_text_input", "email_text_input", "url_text_input", "number_input", "datepicker", "timepicker")
    return [
        section(text, fields=[mark(text), plain(text)], accessory=button(text, style="primary", url=text)),
        section(text, accessory={"type": "image", "image_url": text, "alt_text": text}),
        {"type": "header", "text": plain(text), "block_id": text},
        {"type": "divider"},
        {
            "type": "context",
            "elements": [mark(text), plain(text), {"type": "image", "image_url": text, "alt_text": text}],
        },
        {
            "type": "actions",
            "block_id": text,
            "elements": [
                button(text, style=text, confirm={"title": plain(text), "text": mark(text)}),
                {"type": "overflow", "action_id": text, "options": two},
            ],
        },
        *(entry(kind, text, options=two, initial_option=two[1], placeholder=plain(text)) for kind in menus),
        *(entry(kind, text, options=two, initial_options=two, placeholder=plain(text)) for kind in many),
        *(entry(kind, text, **{f"initial_{what}": text}) for kind, what in who.items()),
        *(entry(f"multi_{kind}", text, **{f"initial_{what}s": [text]}) for kind, what in who.items()),
        *(entry(kind, text, placeholder=plain(text)) for kind in typed),
        entry("plain_text_input", text, initial_value=text, multiline=True),
        entry("datetimepicker", text, initial_date_time=1797560580),
        entry("rich_text_input", text, initial_value=rich),
        entry("file_input", text, filetypes=[text]),
        {"type": "image", "title": plain(text), "image_url": text, "alt_text": text},
        rich,
        {
            "type": "markdown",
            "text": f"# {text}\n- {text}\n**{text}** [{text}](https://example.com) `{text}`\n> {text}",
        },
        {"type": "table", "rows": [[{"type": "raw_text", "text": text}], [{**rich}]]},
        {"type": "alert", "level": text, "text": mark(text)},
        {"type": text},
        section("未知の要素", accessory={"type": text}),
    ]
