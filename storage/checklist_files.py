"""Checklists from YAML files, all or nothing, with line and column for whatever has to be mended.

`load_checklist(path)` reads one, `load_all(folder)` every `*.yaml` of a folder and holds them against each other.
`python -m storage.checklist_files` writes `checklists/schema.json` anew after a change of the schema. The meaning of
the fields is in `bot/domain/checklist_schema.py`, the way to write one in `checklists/README.md`.
"""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.domain import checklist_schema
from bot.domain.base import Value
from bot.domain.checklist import Checklist, Question, places
from storage.strict_yaml import Document, Loc, Place, StrictYamlError, read

FOLDER = Path(__file__).parent.parent / "checklists"
_LANGUAGES = {"ja": "Japanese", "en": "English"}
_FIELDS = sorted(
    {
        name
        for model in vars(checklist_schema).values()
        if isinstance(model, type) and issubclass(model, Value)
        for name in model.model_fields
    }
)


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
    try:
        document = read(path)
    except StrictYamlError as error:
        raise ChecklistError(error.path, error.line, error.column, error.message) from error
    try:
        checklist = Checklist.model_validate(document.data)
    except ValidationError as error:
        raise _first(document, error) from error
    if checklist.key != path.stem:
        raise _error(document, document.place(("key",)), f"the key has to be the file's name: `{path.stem}`")
    return checklist, document


def _first(document: Document, error: ValidationError) -> ChecklistError:
    """The problem that stands first in the file, and how many more there are."""
    errors = error.errors(include_url=False)
    # pydantic counts only the sound items, so it calls a tuple with a bad item too short as well
    real = [one for one in errors if one["type"] != "too_short" or not _contains_another(one["loc"], errors)]
    found = sorted((_place(document, one), _advice(document, one)) for one in real)
    place, message = found[0]
    return _error(document, place, message + (f" (and {len(found) - 1} more below)" if len(found) > 1 else ""))


def _contains_another(loc: Loc, errors: list[Any]) -> bool:
    return any(len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in errors)


def _error(document: Document, place: Place, message: str) -> ChecklistError:
    return ChecklistError(document.path, *place, message)


def _place(document: Document, error: Any) -> Place:
    loc: Loc = error["loc"]
    return document.keys.get(loc, (1, 1)) if error["type"] == "extra_forbidden" else document.place(loc)


def _advice(document: Document, error: Any) -> str:
    loc: Loc = error["loc"]
    name = loc[-1] if loc else "file"
    if error["type"] == "missing":
        return _missing_advice(loc)
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(name), _FIELDS, n=1)
        return f"`{name}` is not a field here" + (f": did you mean `{near[0]}`?" if near else ": remove it")
    if error["type"] == "repeated_key":
        first: Loc = error["ctx"]["first"]  # as seen from the value that found it, which may be inside a section
        line, _ = document.place((*loc[: len(loc) - len(first)], *first))
        return f"the key `{error['ctx']['key']}` is used twice, here and on line {line}: rename one"
    if error["type"] == "string_type" and isinstance(error["input"], bool):
        word = str(error["input"]).lower()
        return f'text is expected for `{name}`, not a switch: write "{word}" in quotes'
    if error["type"] in ("string_type", "model_type", "model_attributes_type", "tuple_type", "bool_type"):
        return f"`{name}`: {error['msg'].lower()}: see checklists/README.md"
    return f"`{name}`: {error['msg']}"


def _missing_advice(loc: Loc) -> str:
    name, parent = loc[-1], next((part for part in reversed(loc[:-1]) if isinstance(part, str)), "the file")
    if name in _LANGUAGES:
        return f"the {_LANGUAGES[str(name)]} text of `{parent}` is missing: add `{name}: …` under it"
    return f"`{name}` is missing: add `{name}: …` to {parent}"


def schema_text() -> str:
    """The JSON Schema of a checklist file, as it is kept in `checklists/schema.json` for editors."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Checklist.model_json_schema()}
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    (FOLDER / "schema.json").write_text(schema_text(), encoding="utf-8")
