"""The rules of Slack's manifest schema, in our own words: which keys, of which kind, how long, how many, no others.

They follow slackapi/manifest-schema `schemas/manifest.schema.2.0.0.json` as of commit 085a10465ae92ca3215ab53c6bfab7768941fd50
(slack_platform.md §5). The schema itself is not in this repository: no licence for it could be read. What a run-on-Slack
app alone declares (functions, workflows, datastores, types) is refused here, as everything that this app has no use for.
A new part of Slack's schema is a row in a table below, and a manifest in `test_manifest_schema.py` that breaks it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sandbox.limits.shapes import Check, Place, boolean, choice, integer, items, shape, string

_URL = r"https?://.*"
_PART = r"([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])"
_RANGE = rf"({_PART}\.){{3}}{_PART}(/(3[0-2]|[12]?[0-9]))?"


def violations(manifest: Any) -> list[str]:
    """A sentence for each thing that Slack would refuse; none when it takes the manifest."""
    return list(_MANIFEST(manifest, Place("message")))


def _url(most: int) -> Check:
    return string(most, pattern=_URL, says="an http or https address")


def _unique(each: Check, least: int, most: int) -> Check:
    """A list that names nothing twice."""

    def check(value: Any, place: Place) -> Iterator[str]:
        wrong = list(items(each, least, most)(value, place))
        yield from wrong
        if not wrong and len({repr(one) for one in value}) < len(value):
            yield place.wrong("items must be unique")

    return check


def _urls_go_with_the_way(value: Any, place: Place) -> Iterator[str]:
    """Socket Mode needs no address; HTTP needs one for what it subscribes to ([SM]; docs.slack.dev app-manifest)."""
    parts = [value.get(key, {}) for key in ("event_subscriptions", "interactivity")]
    wanted = [bool(parts[0].get("bot_events")), bool(parts[1].get("is_enabled"))]
    for key, part, needed in zip(("event_subscriptions", "interactivity"), parts, wanted, strict=True):
        if needed and not value.get("socket_mode_enabled") and "request_url" not in part:
            yield place.at(key).wrong("missing required field: request_url, because socket_mode_enabled is not true")


def _colour(value: Any, place: Place) -> Iterator[str]:
    yield from string(7, least=4)(value, place)
    if isinstance(value, str) and not re.fullmatch(r"#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?", value):
        yield place.wrong("must be a colour such as #24504f")


_text = string
_scopes = items(string(50), 0, 255)
_events = _unique(string(50), 0, 100)
_METADATA = shape({}, dict.fromkeys(("schema_version", "min_version", "major_version", "minor_version"), integer(0)))
_DISPLAY = shape(
    {"name": _text(35)},
    {"description": _text(140), "background_color": _colour, "long_description": _text(4000, least=175)},
)
_HOME = shape(
    {}, dict.fromkeys(("home_tab_enabled", "messages_tab_enabled", "messages_tab_read_only_enabled"), boolean)
)
_SHORTCUT = shape(
    {"name": _text(24), "type": choice("message", "global"), "callback_id": _text(255), "description": _text(150)}
)
_COMMAND = shape(
    {"command": string(32, least=2, pattern="/.*", says="a command with its slash"), "description": _text(2000)},
    {"url": _url(3000), "usage_hint": _text(1000), "should_escape": boolean},
)
_FEATURES = shape(
    {},
    {
        "app_home": _HOME,
        "bot_user": shape({"display_name": _text(80)}, {"always_online": boolean}),
        "shortcuts": items(_SHORTCUT, 1, 10),
        "slash_commands": items(_COMMAND, 1, 50),
        "unfurl_domains": _unique(string(255, pattern=r"(?![.-])[-a-z0-9.]+[a-z0-9]", says="a domain"), 1, 5),
    },
)
_OAUTH = shape(
    {},
    {
        "redirect_urls": _unique(string(2500), 0, 1000),
        "scopes": shape({}, dict.fromkeys(("bot", "user", "bot_optional", "user_optional"), _scopes)),
        "token_management_enabled": boolean,
        "pkce_enabled": boolean,
    },
)
_SUBSCRIPTIONS = shape(
    {},
    {
        "request_url": _url(3500),
        "bot_events": _events,
        "user_events": _events,
        "metadata_subscriptions": _unique(shape({"app_id": string(), "event_type": string(50)}), 1, 20),
    },
)
_INTERACTIVITY = shape({"is_enabled": boolean}, {"request_url": _url(3500), "message_menu_options_url": _url(3500)})
_SWITCHES = ("org_deploy_enabled", "socket_mode_enabled", "token_rotation_enabled", "is_hosted", "is_mcp_enabled")
_SETTINGS = shape(
    {},
    {
        "allowed_ip_address_ranges": _unique(string(pattern=_RANGE, says="an address or range"), 1, 50),
        "event_subscriptions": _SUBSCRIPTIONS,
        "incoming_webhooks": shape({}, {"incoming_webhooks_enabled": boolean}),
        "interactivity": _INTERACTIVITY,
        "function_runtime": string(),
        **dict.fromkeys(_SWITCHES, boolean),
    },
    _urls_go_with_the_way,
)
_MANIFEST = shape(
    {"display_information": _DISPLAY},
    {"$schema": string(), "_metadata": _METADATA, "features": _FEATURES, "oauth_config": _OAUTH, "settings": _SETTINGS},
)
