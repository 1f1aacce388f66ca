"""Slack would take app.yaml: it keeps the rules of Slack's manifest schema 2.0.0 (`manifest_rules.py`).

Each rule is tried on a manifest that breaks it, and on one that keeps it just so. To try one more, add a row.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.meta.manifest_rules import violations
from tests.meta.test_manifest import MANIFEST

COMMAND = "features.slash_commands.0"
EVENTS = "settings.event_subscriptions"
SHORTCUT = {"name": "s", "type": "global", "callback_id": "c", "description": "d"}
URL = "https://reviews.example.invalid/slack"


def changed(path: str, value: Any) -> dict[str, Any]:
    """app.yaml with one thing changed; `...` takes it out."""
    manifest = copy.deepcopy(MANIFEST)
    *parents, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    node: Any = manifest
    for key in parents:
        node = node.setdefault(key, {}) if isinstance(node, dict) else node[key]
    if value is ...:
        del node[last]
    else:
        node[last] = value
    return manifest


def test_slack_takes_the_manifest() -> None:
    assert violations(MANIFEST) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("display_information", ...),
        ("display_information.name", ...),
        ("display_information.name", ""),
        ("display_information.name", "n" * 36),
        ("display_information.description", "d" * 141),
        ("display_information.long_description", "too short"),
        ("display_information.long_description", "d" * 4001),
        ("display_information.background_color", "24504f"),
        ("display_information.background_color", "#24504"),
        ("display_information.colour", "#24504f"),
        ("_metadata.major_version", "2"),
        ("_metadata.version", 2),
        ("features.app_home.home_tab_enabled", "yes"),
        ("features.app_home.home_tab", True),
        ("features.bot_user.display_name", ...),
        ("features.bot_user.display_name", "n" * 81),
        ("features.slash_commands", []),
        ("features.slash_commands", [{"command": "/a", "description": "d"}] * 51),
        (f"{COMMAND}.command", "vendor-review"),
        (f"{COMMAND}.command", "/"),
        (f"{COMMAND}.command", "/" + "c" * 32),
        (f"{COMMAND}.description", ...),
        (f"{COMMAND}.description", ""),
        (f"{COMMAND}.usage_hint", "h" * 1001),
        (f"{COMMAND}.should_escape", "true"),
        (f"{COMMAND}.url", "reviews.example.invalid"),
        (f"{COMMAND}.hint", "help"),
        ("features.shortcuts", [SHORTCUT] * 11),
        ("features.shortcuts", [SHORTCUT | {"type": "channel"}]),
        ("features.shortcuts", [SHORTCUT | {"name": "n" * 25}]),
        ("features.unfurl_domains", ["a.example.com", "a.example.com"]),
        ("features.commands", []),
        ("oauth_config.scopes.bot", "chat:write"),
        ("oauth_config.scopes.bot", ["s" * 51]),
        ("oauth_config.scopes.bot", ["chat:write"] * 256),
        ("oauth_config.scopes.app", []),
        ("oauth_config.redirect_urls", [URL, URL]),
        (f"{EVENTS}.bot_events", [f"event_{number}" for number in range(101)]),
        (f"{EVENTS}.bot_events", ["app_home_opened", "app_home_opened"]),
        (f"{EVENTS}.events", []),
        (f"{EVENTS}.request_url", "ftp://reviews.example.invalid"),
        (f"{EVENTS}.metadata_subscriptions", [{"app_id": "A1"}]),
        ("settings.interactivity", {}),
        ("settings.interactivity.is_enabled", 1),
        ("settings.interactivity.url", URL),
        ("settings.socket_mode_enabled", "true"),
        ("settings.socket_mode_enabled", False),
        ("settings.socket_mode_enabled", ...),
        ("settings.socket_mode", True),
        ("settings.allowed_ip_address_ranges", ["10.0.0.256"]),
        ("settings.allowed_ip_address_ranges", ["10.0.0.0/33"]),
        ("functions", {}),
        ("name", "Vendor Review"),
    ],
)
def test_slack_refuses_what_breaks_a_rule(path: str, value: Any) -> None:
    refused = violations(changed(path, value))
    assert refused
    assert all("[json-pointer:" in sentence for sentence in refused)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("display_information.name", "n" * 35),
        ("display_information.description", "d" * 140),
        ("display_information.long_description", "d" * 175),
        ("display_information.background_color", "#fff"),
        ("features.bot_user.display_name", "n" * 80),
        ("features.slash_commands", [{"command": "/" + "c" * 31, "description": "d"}] * 50),
        ("features.shortcuts", [SHORTCUT] * 10),
        ("oauth_config.scopes.user", ["search:read"] * 255),
        (f"{EVENTS}.bot_events", [f"event_{number}" for number in range(100)]),
        ("settings.allowed_ip_address_ranges", ["10.0.0.0/32", "192.0.2.1"]),
        ("features", ...),
        ("settings", ...),
    ],
)
def test_slack_takes_what_keeps_a_rule_just_so(path: str, value: Any) -> None:
    assert violations(changed(path, value)) == []


def test_over_http_each_part_needs_its_address() -> None:
    manifest = changed("settings.socket_mode_enabled", False)
    assert len(violations(manifest)) == 2
    manifest["settings"]["event_subscriptions"]["request_url"] = URL
    assert [each for each in violations(manifest) if "interactivity" in each] == violations(manifest) != []
    manifest["settings"]["interactivity"]["request_url"] = URL
    assert violations(manifest) == []
