"""Checklists from YAML files, all or nothing, with line and column for whatever has to be mended.

`load_checklist(path)` reads one, `load_all(folder)` every `*.yaml` of a folder and holds them against each other.
`python -m storage.checklist_files` writes `checklists/schema.json` anew after a change of the schema. The meaning of
the fields is in `bot/domain/checklist_schema.py`, the way to write one in `checklists/README.md`.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from bot.domain.checklist import Checklist, Question, places
from storage.strict_yaml import Document, Place, StrictYamlError, read
from storage.yaml_values import checked

FOLDER = Path(__file__).parent.parent / "checklists"
MANUAL = "checklists/README.md"
GLOSSARY = "glossary.yaml"
"""The one YAML file of the folder that is no checklist (`glossary_file.py`)."""


class ChecklistError(StrictYamlError):
    """A checklist file has to be mended; `message` says how, `line` and `column` count from 1."""


def load_checklist(path: Path) -> Checklist:
    """The checklist in one file. Its key has to be the file's name. Raises ChecklistError."""
    return _load(path)[0]


def load_all(folder: Path = FOLDER) -> dict[str, Checklist]:
    """Every checklist of a folder by key, in the order of the file names. Raises ChecklistError for the first bad file.

    A question key that two files share has to stand for the same question: merged, it is asked once.
    """
    checklists: dict[str, Checklist] = {}
    asked: dict[str, tuple[Path, Question]] = {}
    for path in sorted(folder.glob("*.y*ml")):
        if path.name == GLOSSARY:
            continue
        if path.suffix != ".yaml":
            raise ChecklistError(path, 1, 1, f"name it {path.stem}.yaml: only *.yaml is read")
        checklist, document = _load(path)
        for loc, question in places(checklist):
            other, first = asked.setdefault(question.key, (path, question))
            if not _same_question(first, question):
                message = f"`{question.key}` asks something else in {other.name}: use that text, or another key"
                raise _error(document, document.place((*loc, "key")), message)
        checklists[checklist.key] = checklist
    return checklists


def _same_question(one: Question, other: Question) -> bool:
    fields = {"text", "help", "example", "kind", "scope", "choices"}
    return one.model_dump(include=fields) == other.model_dump(include=fields)


def _load(path: Path) -> tuple[Checklist, Document]:
    """One file. The same content is read once a process: the strict reading of all that ship takes seconds."""
    try:
        content = path.read_bytes()
    except OSError:
        content = b""
    return _parsed(path, hashlib.sha256(content).digest())


@lru_cache(maxsize=128)
def _parsed(path: Path, _content: bytes) -> tuple[Checklist, Document]:
    try:
        document = read(path)
        checklist = checked(document, Checklist, MANUAL)
    except StrictYamlError as error:
        raise ChecklistError(error.path, error.line, error.column, error.message) from error
    if checklist.key != path.stem:
        raise _error(document, document.place(("key",)), f"the key has to be the file's name: `{path.stem}`")
    return checklist, document


def _error(document: Document, place: Place, message: str) -> ChecklistError:
    return ChecklistError(document.path, *place, message)


def schema_text() -> str:
    """The JSON Schema of a checklist file, as it is kept in `checklists/schema.json` for editors."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Checklist.model_json_schema()}
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    (FOLDER / "schema.json").write_text(schema_text(), encoding="utf-8")
