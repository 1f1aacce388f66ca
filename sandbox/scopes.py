"""What the app was granted, read from its manifest: scopes, slash commands, events, Home tab.

A method that needs a scope the manifest does not ask for is refused as Slack does: `missing_scope` with what is needed
and what was provided. Which method needs what stands beside the method, in the METHODS tables of `web_api/`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sandbox.errors import SlackError
from sandbox.world import App


@dataclass(frozen=True)
class Grant:
    """What an installation of this manifest may do."""

    scopes: frozenset[str]
    commands: tuple[str, ...]
    events: frozenset[str]
    home_tab: bool
    escaped_commands: frozenset[str] = frozenset()
    shortcuts: dict[str, str] = field(default_factory=dict)  # name -> callback_id of global ones
    hints: dict[str, str] = field(default_factory=dict)


def read_manifest(path: Path) -> Grant:
    """Reads app.yaml (or JSON): oauth_config.scopes.bot, features and settings. ValueError when it is no manifest."""
    manifest = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    if not isinstance(manifest, dict):
        raise ValueError(f"{path}: not an app manifest")
    features = manifest.get("features", {})
    commands = features.get("slash_commands", [])
    return Grant(
        scopes=frozenset(_at(manifest, "oauth_config", "scopes", "bot")),
        commands=tuple(row["command"] for row in commands),
        events=frozenset(_at(manifest, "settings", "event_subscriptions", "bot_events")),
        home_tab=bool(features.get("app_home", {}).get("home_tab_enabled", False)),
        escaped_commands=frozenset(row["command"] for row in commands if row.get("should_escape")),
        shortcuts={r["name"]: r["callback_id"] for r in features.get("shortcuts", []) if r["type"] == "global"},
        hints={row["command"]: "\n".join((row.get("description", ""), row.get("usage_hint", ""))) for row in commands},
    )


def _at(manifest: dict[str, Any], *keys: str) -> list[str]:
    """The list under these keys, empty where the manifest does not have it."""
    found: Any = manifest
    for key in keys:
        found = found.get(key) or {}
    return list(found)


def install(app: App, grant: Grant) -> None:
    """Puts what was granted on the app of a world."""
    app.scopes, app.events, app.home_tab = grant.scopes, grant.events, grant.home_tab
    app.commands, app.escaped_commands, app.hints = grant.commands, grant.escaped_commands, grant.hints
    app.shortcuts = grant.shortcuts


def require_any(app: App, needed: tuple[str, ...]) -> None:
    """Refuses with `missing_scope` unless one of `needed` was granted; no scope needed when it is empty."""
    if needed and not app.scopes.intersection(needed):
        raise SlackError("missing_scope", needed=",".join(needed), provided=",".join(sorted(app.scopes)))
