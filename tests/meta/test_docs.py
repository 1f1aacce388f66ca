"""The documents against the code: every command, subcommand, setting and make target stands in them, and no other.

Each message says which line to write where. To document something of a new kind, compare it here with where it comes from.
"""

from __future__ import annotations

import inspect
import itertools
import os
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import typer
from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from bot.cli import cli
from bot.config import Settings
from handlers.slack.all_routes import SUBCOMMANDS
from handlers.slack.commands import COMMAND, HELP
from message_templates import ids

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("checklists/*.md"), *ROOT.glob("sandbox/*.md")]
)

_LINK = re.compile(r"\[[^\]\[]*(?:\[[^\]]*\][^\]\[]*)*\]\(([^()\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|yaml|toml|json|md|csv|css|lock|jsonl))`")
MADE = {
    *("summary.json", "ledger.csv", "transcript.md", "transcript.html", "record.jsonl", "sandbox.json", "world.json"),
    *("benchmarks/results.json", "uv.lock", "design.md", "data_model.md"),
    "kit.md",
}
"""Named in the documents, but not in the repository: what a run leaves behind, what a text argues about, a function."""


def read(name: str) -> str:
    path = ROOT / name
    assert path.is_file(), f"{name} is missing"
    return path.read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def check_both(documented: set[str], existing: set[str], where: str, what: str) -> None:
    """AssertionError that says what to add and what to take out."""
    assert not existing - documented, f"{where} says nothing about {what} {', '.join(sorted(existing - documented))}"
    assert not documented - existing, (
        f"{where} describes {what} {', '.join(sorted(documented - existing))}, which is not there"
    )


# -- make ----------------------------------------------------------------------------------------------------------------


def targets() -> set[str]:
    """What one can ask make for; `help` only lists them."""
    return set(re.findall(r"^([a-z]+):(?!=)", read("Makefile"), re.MULTILINE)) - {"help"}


def test_readmes_first_commands_are_demo_and_test_and_exist() -> None:
    commands = re.findall(r"^make ([a-z]+)", read("README.md"), re.MULTILINE)
    assert commands[:2] == ["demo", "test"], "README's first command plays the journey, its second one tests"
    assert set(commands) <= targets()


def test_every_make_target_is_documented_and_no_other() -> None:
    words = read("README.md") + read("CONTRIBUTING.md")
    check_both(set(re.findall(r"`make ([a-z]+)", words)), targets(), "README.md or CONTRIBUTING.md", "make target")


def test_make_alone_lists_what_can_be_made() -> None:
    listed = set(re.findall(r"^## make ([a-z]+)", read("Makefile"), re.MULTILINE))
    assert targets() - {"clean"} <= listed, (
        f"a line `## make {sorted(targets() - listed)} …` above the target says what it is"
    )


def test_every_target_is_phony_so_that_a_file_of_that_name_does_not_hide_it() -> None:
    phony = set(re.findall(r"[a-z]+", read("Makefile").partition(".PHONY:")[2].partition("\n")[0]))
    assert targets() <= phony, f"add to .PHONY in the Makefile: {sorted(targets() - phony)}"


def test_the_build_machine_calls_what_the_documents_say() -> None:
    assert {"check", "test", "proofs"} <= set(re.findall(r'make PY="\$PY" ([a-z]+)', read(".ci/run")))


# -- commands ------------------------------------------------------------------------------------------------------------


def test_every_subcommand_is_documented_and_no_other() -> None:
    known = {s.name for s in itertools.chain(*SUBCOMMANDS)} | {HELP}
    rows = set(re.findall(rf"^\| `{COMMAND} ([a-z]+)", read("docs/commands.md"), re.MULTILINE))
    check_both(rows, known, "docs/commands.md", "the subcommand")


def commands() -> dict[str, list[str]]:
    """The command line's commands with their options, as typer has them."""
    group = typer.main.get_command(cli)
    found: dict[str, list[str]] = {}
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        below = getattr(command, "commands", {}).values()
        params = [p for one in (command, *below) for p in one.params]
        found[name] = [p.opts[0] for p in params if p.opts[0].startswith("--")]
    return found


def test_every_command_of_the_command_line_is_documented_with_its_options_and_no_other() -> None:
    text = read("docs/commands.md")
    sections = re.split(r"^### `vendor-review ", text, flags=re.MULTILINE)[1:]
    found = {re.split(r"[ `]", section, maxsplit=1)[0]: section for section in sections}
    check_both(set(found), set(commands()), "docs/commands.md", "the command `vendor-review …`")
    for name, options in commands().items():
        missing = [option for option in options if option not in found[name]]
        assert not missing, f"docs/commands.md, `vendor-review {name}`, says nothing about {missing}"
        strange = set(re.findall(r"--[a-z][a-z-]+", found[name])) - set(options)
        assert not strange, f"docs/commands.md, `vendor-review {name}`, names {strange}, which it does not take"


def test_every_command_says_in_one_line_what_it_does() -> None:
    for command in cli.registered_commands:
        assert command.callback
        assert inspect.getdoc(command.callback), f"{command.name or command.callback.__name__} has no help text"


# -- settings ------------------------------------------------------------------------------------------------------------


def documented_settings() -> dict[str, str]:
    rows = re.findall(r"^\| `([A-Z_]+)` \| ([^|]+) \| ", read("docs/settings.md"), re.MULTILINE)
    names = [name for name, _ in rows]
    assert len(set(names)) == len(names), "docs/settings.md describes a setting twice"
    return {name: default.strip() for name, default in rows}


def test_every_setting_is_documented_with_its_default_and_no_other() -> None:
    rows = documented_settings()
    check_both(set(rows), {name.upper() for name in Settings.model_fields}, "docs/settings.md", "the setting")
    for name, field in Settings.model_fields.items():
        required = field.default is PydanticUndefined
        expected = "required" if required else "empty" if field.default in ("", SecretStr("")) else f"`{field.default}`"
        assert rows[name.upper()] == expected, (
            f"docs/settings.md: the default of {name.upper()} is {expected}, not {rows[name.upper()]}"
        )


def test_every_setting_says_what_it_is_and_a_secret_is_masked() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, f"{name} has no description in bot/config.py"
        if "token" in name or "secret" in name:
            assert field.annotation is SecretStr, f"{name} would be shown in full in a log"


# -- wire ids, decisions, links ------------------------------------------------------------------------------------------


def test_every_wire_id_is_explained_and_no_other() -> None:
    known = {member.value for cls in (ids.Do, ids.View, ids.Field) for member in cls}
    found = set(re.findall(r"`(vr1\.[a-z_]+)`", read("docs/wire-ids.md")))
    check_both(found, known, "docs/wire-ids.md", "the id")


def test_every_decision_is_linked_from_the_architecture() -> None:
    decisions = {f"adr/{path.name}" for path in (ROOT / "docs/adr").glob("*.md")}
    linked = {target for target in _LINK.findall(read("docs/architecture.md")) if target.startswith("adr/")}
    check_both({link for link in linked if link.endswith(".md")}, decisions, "docs/architecture.md", "the decision")
    numbers = sorted(int(Path(name).name[:4]) for name in decisions)
    assert numbers == list(range(1, len(numbers) + 1)), "decisions are numbered one after another"


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_leads_somewhere(document: Path) -> None:
    text = _FENCE.sub("", document.read_text(encoding="utf-8"))
    for target in _LINK.findall(text):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        there = (document.parent / path).resolve() if path else document
        assert there.exists(), f"{name_of(document)} links to {target}, which is not there"
        if anchor:
            assert anchor in anchors(there), f"{name_of(document)} links to {target}: no such heading"


def anchors(document: Path) -> set[str]:
    """The headings of a document as links to them are written."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", document.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@cache
def repository() -> set[str]:
    """Every file and folder of the project, from its root."""
    found = set()
    for top, folders, files in os.walk(ROOT):
        folders[:] = [f for f in folders if not f.startswith(".") and f not in {"demo-out", "__pycache__"}]
        found |= {name_of(Path(top) / name) for name in (*folders, *files)}
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_file_that_is_named_exists(document: Path) -> None:
    """`bot/domain/rounds.py`, `rounds.py` and `bot/domain/`, from the root or from the folder that is being talked about."""
    text = _FENCE.sub("", document.read_text(encoding="utf-8"))
    for named in _PATH.findall(text):
        path = named.rstrip("/")
        looks_like_one = named.endswith("/") or "." in path.rpartition("/")[2]
        there = any(f"/{known}".endswith(f"/{path}") for known in repository())
        made = path in MADE or path.startswith(("demo-out", "var/"))
        assert there or made or not looks_like_one, f"{name_of(document)} names {named}, which is not there"


def test_the_change_log_opens_with_what_is_not_released_or_the_current_version() -> None:
    first = re.search(r"^## (.+)$", read("CHANGELOG.md"), re.MULTILINE)
    version = re.search(r'^version = "([^"]+)"', read("pyproject.toml"), re.MULTILINE)
    assert first
    assert version
    assert "unreleased" in first[1].lower() or version[1] in first[1], f"CHANGELOG.md opens with {first[1]}"


# -- these tests can fail ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("check", "line"),
    [
        (test_readmes_first_commands_are_demo_and_test_and_exist, "make demo "),
        (test_every_make_target_is_documented_and_no_other, "`make bench`"),
        (test_every_subcommand_is_documented_and_no_other, f"| `{COMMAND} pause`"),
        (
            test_every_command_of_the_command_line_is_documented_with_its_options_and_no_other,
            "### `vendor-review export",
        ),
        (test_every_setting_is_documented_with_its_default_and_no_other, "| `QUIET_HOURS`"),
        (test_every_wire_id_is_explained_and_no_other, "| `vr1.hub_submit`"),
        (test_every_decision_is_linked_from_the_architecture, "adr/0003-ack-path.md"),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_a_line_that_is_missing_is_noticed(
    check: Callable[[], None], line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = read

    def without(name: str) -> str:
        return "\n".join(row for row in whole(name).split("\n") if line not in row)

    monkeypatch.setattr(sys.modules[__name__], "read", without)
    with pytest.raises(AssertionError):
        check()
