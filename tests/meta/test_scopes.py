"""The one table of scopes (`bot/doctor/scopes.py`) against app.yaml, the code's methods and events, and the documents.

What Slack asks for each method and event stands in `test_manifest.py`, written from Slack's pages and not from our table.
"""

from __future__ import annotations

import re

import pytest

from bot.config import Settings
from bot.doctor.scopes import OPTIONAL, SCOPES, missing, more, optional
from message_templates.catalogs import CATALOGS
from storage.mapping import ROW_OF
from storage.tables.delivery import PacingRow
from tests.meta.house import ROOT
from tests.meta.test_manifest import EVENTS, METHODS, scopes, used_methods

TABLES = {str(row.__tablename__) for row in [*ROW_OF.values(), PacingRow]}


def read(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def needs(kind: str) -> dict[str, set[str]]:
    """Method or event → its scopes, read out of our table."""
    found: dict[str, set[str]] = {}
    for scope, need in (SCOPES | OPTIONAL).items():
        for name in getattr(need, kind):
            found.setdefault(name, set()).add(scope)
    return found


def test_app_yaml_asks_for_exactly_these() -> None:
    assert set(SCOPES) == scopes()


def test_what_is_optional_is_a_commented_line_of_app_yaml_and_nothing_else_needs_it() -> None:
    lines = [line.strip() for line in (ROOT / "app.yaml").read_text(encoding="utf-8").splitlines()]
    offered = {line.removeprefix("# - ").partition(" #")[0] for line in lines if line.startswith("# - ")}
    assert offered == set(OPTIONAL)
    assert not OPTIONAL.keys() & SCOPES.keys()
    shared = [m for m, needed in METHODS.items() if needed & OPTIONAL.keys() and needed - OPTIONAL.keys()]
    assert shared == [], "without it, exactly what it is for is missing"


def test_every_method_that_the_code_calls_stands_at_its_scopes_and_no_other_does() -> None:
    assert needs("methods") == {name: needed for name, needed in METHODS.items() if needed}
    assert needs("methods").keys() <= used_methods()


def test_every_event_stands_at_its_scopes_and_no_other_does() -> None:
    assert needs("events") == {name: needed for name, needed in EVENTS.items() if needed}


def test_what_is_missing_and_what_is_too_much() -> None:
    granted = frozenset({*SCOPES, "admin", "identify"}) - {"team:read"}
    assert (missing(granted), more(granted)) == (["team:read"], ["admin"])
    assert optional(granted) == list(OPTIONAL)
    added = granted | OPTIONAL.keys()
    assert (more(added), optional(added)) == (["admin"], [])


# -- the documents -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ja", "en"])
def test_security_says_of_every_scope_what_it_is_for(language: str) -> None:
    rows = dict(re.findall(r"^\| `([a-z.:]+)` \| ([^|]+) \|", section(read("security.md"), language), re.MULTILINE))
    every = SCOPES | OPTIONAL
    words = {scope: CATALOGS[language][f"doctor.scope.{scope}"] for scope in every}
    assert {scope: said.strip() for scope, said in rows.items() if scope in every} == words


def test_security_says_of_every_table_what_is_in_it_and_of_no_other() -> None:
    for language in ("ja", "en"):
        named = re.findall(r"^\| ((?:`[a-z_]+`(?:, )?)+) \|", section(read("security.md"), language), re.MULTILINE)
        tables = [table for row in named for table in re.findall(r"`([a-z_]+)`", row) if table not in SCOPES | OPTIONAL]
        assert sorted(tables) == sorted(TABLES), language


@pytest.mark.parametrize("language", ["ja", "en"])
def test_install_names_every_setting_that_must_be_set_and_leads_to_the_others(language: str) -> None:
    text = section(read("install.md"), language)
    settings = {name.upper() for name in Settings.model_fields}
    named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", text))
    assert named <= settings | {"REMOTE_USER"}, "install.md names a setting that there is not"
    needed = {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "FIRST_ADMIN", "COMPANY_NAME"}
    assert needed | {"DATABASE_URL", "EVIDENCE_DIR", "HTTP_HOST", "HTTP_PORT"} <= named
    assert "](settings.md)" in text


@pytest.mark.parametrize("language", ["ja", "en"])
def test_security_names_every_secret(language: str) -> None:
    secret = {name.upper() for name in Settings.model_fields if "token" in name or "secret" in name}
    text = section(read("security.md"), language)
    assert secret | {"DATABASE_URL"} <= set(re.findall(r"`([A-Z_]+)`", text))


def section(text: str, language: str) -> str:
    """Both documents are Japanese first; what follows the heading `# English` is for everybody else."""
    japanese, _, english = text.partition("\n# English\n")
    assert english, "the English half begins with a line `# English`"
    return japanese if language == "ja" else english
