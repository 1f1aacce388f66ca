"""The rules of this house that ruff, mypy and import-linter do not know; `test_house.py` runs them.

To add one: a function that yields places, its row in RULES with the advice for whoever meets it, and the file in which
the bad sample of `test_house.py` breaks it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("bot", "handlers", "storage", "message_templates")
CODE = (*PRODUCT, "sandbox", "benchmarks")
LONGEST_FUNCTION = 50
LONGEST_FILE = 300

Function = ast.FunctionDef | ast.AsyncFunctionDef
Place = str
"""`file:line  what`."""


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def walked(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree_of(path)))


@cache
def files(*folders: str) -> tuple[Path, ...]:
    """The Python files of these folders; migrations are written by a program."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return tuple(path for path in found if "versions" not in path.parts)


def place(path: Path, node: ast.AST | int, what: str) -> Place:
    line = node if isinstance(node, int) else getattr(node, "lineno", 1)
    return f"{path.relative_to(ROOT)}:{line}  {what}"


def nodes(*folders: str) -> Iterator[tuple[Path, ast.AST]]:
    for path in files(*folders):
        yield from ((path, node) for node in walked(path))


def within(path: Path, *folders: str) -> bool:
    return path.relative_to(ROOT).as_posix().startswith(folders)


def called(node: ast.AST) -> str:
    """The last name of what is called: `chat_update` of `self._client.chat_update(…)`."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


# -- sizes and shapes ----------------------------------------------------------------------------------------------------


def long_functions() -> Iterator[Place]:
    for path, node in nodes(*CODE):
        if isinstance(node, Function):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            if size > LONGEST_FUNCTION:
                yield place(path, node, f"{node.name} has {size} lines")


def long_files() -> Iterator[Place]:
    for path in files(*CODE):
        size = len(path.read_text(encoding="utf-8").splitlines())
        if size > LONGEST_FILE:
            yield place(path, 1, f"{size} lines")


def files_without_a_contract() -> Iterator[Place]:
    for path in files(*CODE, "tests"):
        if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(tree_of(path)):
            yield place(path, 1, "opens without a docstring")


def public_things_without_a_word() -> Iterator[Place]:
    """Public functions and classes at the top of a file of the product; a method of theirs may be told by its name."""
    for path in files(*PRODUCT):
        for node in tree_of(path).body:
            if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
                short = isinstance(node, ast.ClassDef) and all(
                    isinstance(b, ast.Assign | ast.AnnAssign) for b in node.body
                )
                if not ast.get_docstring(node) and not short:
                    yield place(path, node, node.name)


# -- time, Slack, SQL ----------------------------------------------------------------------------------------------------

CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "time_ns", "monotonic_ns", "perf_counter"}
PURE = ("bot/domain", "bot/services", "message_templates")


def clock_reads() -> Iterator[Place]:
    for path, node in nodes("bot", "message_templates"):
        if not within(path, *PURE) or not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
            continue
        if node.attr in CLOCKS and node.value.id in {"datetime", "date", "time"}:
            yield place(path, node, f"{node.value.id}.{node.attr}")


SLACKS = {"body", "payload", "view", "action", "event", "act", "inner"}
"""What Slack's dictionaries are called in this house."""


def slack_dictionaries() -> Iterator[Place]:
    for path, node in nodes("bot", "handlers"):
        if path.name == "payloads.py" or within(path, "bot/channels"):
            continue
        held = None
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            held = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            held = node.func.value
        if isinstance(held, ast.Name) and held.id in SLACKS:
            yield place(path, node, ast.unparse(node)[:40])


ONLY_HERE = {
    "chat_postMessage": ("bot/channels/slack.py",),
    "chat_update": ("bot/channels/slack.py",),
    "chat_postEphemeral": (),
    "chat_delete": (),
    "views_open": ("handlers/slack/effects.py",),
    "views_push": ("handlers/slack/effects.py",),
    "views_update": ("handlers/slack/effects.py",),
    "views_publish": ("handlers/slack/home_picture.py",),
    "users_info": ("bot/channels/slack_directory.py", "bot/channels/slack_inspect.py"),
    "conversations_info": ("bot/channels/slack_directory.py", "bot/channels/slack_inspect.py"),
    "files_info": ("bot/channels/slack_files.py", "bot/channels/slack_uploads.py"),
}
"""Methods of the Web API → the files that may name them."""


def calls_to_slack() -> Iterator[Place]:
    for path, node in nodes(*PRODUCT):
        allowed = ONLY_HERE.get(node.attr) if isinstance(node, ast.Attribute) else None
        if allowed is not None and path.relative_to(ROOT).as_posix() not in allowed:
            yield place(path, node, ast.unparse(node)[:40])


SQL = re.compile(r"\s*(SELECT .* FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM|CREATE TABLE|PRAGMA) ")
DRIVERS = {"sqlalchemy", "sqlmodel", "sqlite3", "psycopg", "aiosqlite"}


def sql_outside_storage() -> Iterator[Place]:
    for path, node in nodes("bot", "handlers", "message_templates"):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        if any(name.split(".")[0] in DRIVERS for name in names):
            yield place(path, node, f"imports {', '.join(names)}")
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value):
            yield place(path, node, node.value.strip()[:40])


def commits_outside_services() -> Iterator[Place]:
    for path, node in nodes(*PRODUCT):
        name = called(node)
        if name == "commit" and not within(path, "storage/db.py"):
            yield place(path, node, "commit()")
        if name == "begin" and not within(path, "bot/services", "storage/db.py", "bot/operating.py"):
            yield place(path, node, "begin(…)")


JAPANESE = re.compile("[\u3041-\u3096\u30a1-\u30fa\u3400-\u9fff]")


def words_outside_the_catalogs() -> Iterator[Place]:
    """Japanese in a string that is no docstring; words that people type or that stand in files are data."""
    for path in files(*PRODUCT):
        here = path.relative_to(ROOT).as_posix()
        if "catalogs" in path.parts or here in DATA or here.startswith(LANGUAGE):
            continue
        docs = {id(s.value) for n in walked(path) for s in _body(n) if isinstance(s, ast.Expr)}
        strings = (n for n in walked(path) if isinstance(n, ast.Constant) and isinstance(n.value, str))
        for node in strings:
            if id(node) not in docs and JAPANESE.search(str(node.value)):
                yield place(path, node, repr(node.value)[:40])


def _body(node: ast.AST) -> list[ast.stmt]:
    body = getattr(node, "body", [])
    return body if isinstance(body, list) else []


LANGUAGE = "bot/domain/lint/"
"""What questions are made of is the very subject of these files."""

DATA = {
    "bot/domain/names.py",  # forms of company names
    "bot/domain/fields.py",  # what people write in the columns of a file
    "bot/domain/columns.py",  # the columns, also those of others
    "bot/domain/import_papers.py",  # how documents stand in a cell
    "bot/domain/ledger_cells.py",  # what stands for nothing in a cell
    "bot/domain/past.py",  # judgements as files write them
    "bot/domain/entered.py",  # what people write for "none"
}


# -- honesty -------------------------------------------------------------------------------------------------------------


def swallowed_errors() -> Iterator[Place]:
    for path, node in nodes(*CODE):
        if isinstance(node, ast.ExceptHandler) and all(isinstance(s, ast.Pass | ast.Continue) for s in node.body):
            caught = ast.unparse(node.type) if node.type else "everything"
            if caught in {"everything", "Exception", "BaseException"}:
                yield place(path, node, f"except {caught}: nothing")


def ignores_without_a_reason() -> Iterator[Place]:
    for path in files(*CODE, "tests"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"#\s*(type:\s*ignore(?!\[)|noqa(?!:))", line):
                yield place(path, number, line.strip()[-60:])


def unfinished() -> Iterator[Place]:
    words = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b|NotImplemented" + "Error")
    for path in files(*CODE, "tests"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if words.search(line):
                yield place(path, number, line.strip()[:60])


ASSERTS = ("raises", "assert", "check", "expect", "verify", "must", "warns", "fail")


@cache
def asserting() -> frozenset[str]:
    """The names of functions in the tests that can fail: with an assertion of their own, or through one they call."""
    calls: dict[str, set[str]] = {}
    found = set()
    for _path, node in nodes("tests"):
        if isinstance(node, Function | ast.ClassDef):
            inside = list(ast.walk(node))
            calls.setdefault(node.name, set()).update(called(n) for n in inside)
            if any(isinstance(n, ast.Assert | ast.Raise) or called(n).startswith(ASSERTS) for n in inside):
                found.add(node.name)
    while more := {name for name, names in calls.items() if name not in found and names & found}:
        found |= more
    return frozenset(found)


def hollow_tests() -> Iterator[Place]:
    for path, node in nodes("tests"):
        if isinstance(node, Function) and node.name.startswith("test_") and node.name not in asserting():
            yield place(path, node, node.name)


def skipped_tests() -> Iterator[Place]:
    skips = {"skip", "skipif", "xfail", "importorskip"}
    for path, node in nodes("tests"):
        if isinstance(node, ast.Attribute) and node.attr in skips:
            held = ast.unparse(node.value)
            if held in {"pytest", "pytest.mark"}:
                yield place(path, node, f"{held}.{node.attr}")


def mocks() -> Iterator[Place]:
    """A mock of Slack's SDK agrees with whatever the code believes of Slack."""
    for path, node in nodes("tests"):
        module = node.module if isinstance(node, ast.ImportFrom) else ""
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        if (module or "").startswith("unittest") or any(n.startswith("unittest") for n in names):
            yield place(path, node, "unittest.mock")
        if called(node) == "setattr" and "slack_sdk" in ast.unparse(node):
            yield place(path, node, "a patched slack_sdk")


Rule = Callable[[], Iterator[Place]]

RULES: list[tuple[Rule, str]] = [
    (long_functions, f"functions over {LONGEST_FUNCTION} lines: name the steps inside, or move the table out"),
    (long_files, f"files over {LONGEST_FILE} lines: which two rooms is this one?"),
    (files_without_a_contract, "a file opens with its contract and how to extend it"),
    (public_things_without_a_word, "say what it means, in which unit, what it raises: a docstring"),
    (clock_reads, "a clock is read inside a rule: take `now` (business time) or `real` as a parameter"),
    (
        slack_dictionaries,
        "a dictionary of Slack's is read outside payloads.py: parse it there into a request with names",
    ),
    (calls_to_slack, "this method of the Web API belongs to another file: go through bot/channels or an effect"),
    (sql_outside_storage, "SQL stays in storage/: write a function there that takes a Tx"),
    (commits_outside_services, "only services open a unit of work, and only storage/db.py commits it"),
    (words_outside_the_catalogs, "words for people stand in message_templates/catalogs, in ja and en, under one key"),
    (swallowed_errors, "an error is swallowed whole: catch what you expect, and leave a trace"),
    (ignores_without_a_reason, "an ignore without a code: name what is ignored"),
    (unfinished, "finish it, or take it out and write it into the issue"),
    (hollow_tests, "a test that asserts nothing passes whatever happens: say what must hold"),
    (skipped_tests, "a skipped test proves nothing: make it run everywhere, or take it out"),
    (mocks, "use the local Slack (tests/journeys/town.py, tests/handlers/stage.py): it refuses what Slack refuses"),
]


def forget() -> None:
    """The next scan reads everything anew."""
    for kept in (tree_of, walked, files, asserting):
        kept.cache_clear()
