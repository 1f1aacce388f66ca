"""YAML as people mean it: every unquoted scalar is the text that was written, and what is ambiguous is refused.

`read(path)` returns the data with the line and column of every key and value, so that a later check can point at
them. Only `true` and `false` become booleans; a bare Yes, no, on, off is refused with the way to mend it, and so are
a key written twice, an empty value, anchors, tags and files beyond a size no such file needs. Numbers and dates stay
text: pydantic reads them where the schema says so, therefore `version: 1.10` is "1.10".
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

SIZE_LIMIT = 500_000
"""Bytes. The largest shipped checklist is a tenth of it."""

Loc = tuple[str | int, ...]
Place = tuple[int, int]

_SWITCHES = {"true": True, "false": False}
_AMBIGUOUS = frozenset({"yes", "no", "on", "off", "y", "n", "true", "false"})
_EMPTY = frozenset({"", "~", "null"})
_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp", "merge", "value")
)


class StrictYamlError(Exception):
    """Something in the file has to be mended. `line` and `column` count from 1, as editors do."""

    def __init__(self, path: Path, line: int, column: int, message: str) -> None:
        super().__init__(f"{path}:{line}:{column}: {message}")
        self.path = path
        self.line = line
        self.column = column
        self.message = message


class Document:
    """The data of one file, and where each piece of it stands."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.data: Any = None
        self.keys: dict[Loc, Place] = {}
        self.values: dict[Loc, Place] = {}

    def place(self, loc: Loc) -> Place:
        """Line and column of the value at `loc`, or of the nearest thing around it that was written."""
        if loc in self.values:
            return self.values[loc]
        while loc and loc not in self.keys and loc not in self.values:
            loc = loc[:-1]
        return self.keys.get(loc) or self.values.get(loc) or (1, 1)

    def error(self, place: Place, message: str) -> StrictYamlError:
        return StrictYamlError(self.path, *place, message)


def read(path: Path) -> Document:
    """Read one file; raises StrictYamlError when it is not a mapping written as described above."""
    document = Document(path)
    root = _compose(document, _text(document))
    if not isinstance(root, MappingNode):
        raise document.error((1, 1), "the file is empty or not a mapping: begin with `key: …`")
    _refuse_tricks(document, root)
    document.data = _mapping(document, root, ())
    return document


def _text(document: Document) -> str:
    raw = document.path.read_bytes()
    if len(raw) > SIZE_LIMIT:
        raise document.error((1, 1), f"the file has {len(raw):,} bytes, more than {SIZE_LIMIT:,}: split it")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise document.error((line, 1), "this is not UTF-8: save the file as UTF-8") from error


def _compose(document: Document, text: str) -> Node | None:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 2)
    try:
        node: Node | None = yaml.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise document.error(place, f"{error.problem}: check colons, quotes and indentation") from error
    except RecursionError as error:
        raise document.error((1, 1), "the file is nested too deeply") from error
    except YAMLError as error:
        raise document.error((1, 1), f"this is not YAML: {error}") from error
    return node


def _place(node: Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _convert(document: Document, node: Node, loc: Loc) -> Any:
    document.values[loc] = _place(node)
    _refuse_tricks(document, node)
    if isinstance(node, ScalarNode):
        return _scalar(document, node, loc)
    if isinstance(node, SequenceNode):
        return [_convert(document, item, (*loc, i)) for i, item in enumerate(node.value)]
    assert isinstance(node, MappingNode)
    return _mapping(document, node, loc)


def _refuse_tricks(document: Document, node: Node) -> None:
    """An anchor makes two places one, and a tag makes text something else; neither is needed here."""
    if node.anchor is not None:
        raise document.error(_place(node), f"anchors (&{node.anchor}) are not used here: write the text out")
    if str(node.tag) not in _TAGS:
        raise document.error(_place(node), f"tags ({node.tag}) are not used here: write the text in quotes")


def _mapping(document: Document, node: MappingNode, loc: Loc) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        place = _place(key_node)
        key = _key(document, key_node)
        if key in result:
            first = document.keys[*loc, key][0]
            raise document.error(place, f"`{key}` is written twice, here and on line {first}: keep one of them")
        document.keys[*loc, key] = place
        result[key] = _convert(document, value_node, (*loc, key))
    return result


def _key(document: Document, node: Node) -> str:
    if not isinstance(node, ScalarNode):
        raise document.error(_place(node), "a key has to be a single word")
    _refuse_tricks(document, node)
    if node.style is None and node.value.lower() in _AMBIGUOUS:
        raise document.error(_place(node), f'the key {node.value} may be read as true/false: write "{node.value}"')
    return str(node.value)


def _scalar(document: Document, node: ScalarNode, loc: Loc) -> Any:
    text = str(node.value)
    if node.style is not None:
        return text
    if text in _SWITCHES:
        return _SWITCHES[text]
    if text.lower() in _AMBIGUOUS:
        message = f'a bare {text} may be read as true/false: write "{text}" for text, true or false for a switch'
        raise document.error(_place(node), message)
    if text.lower() in _EMPTY:
        name = next((part for part in reversed(loc) if isinstance(part, str)), "this entry")
        place = document.keys.get(loc) or _place(node)  # an empty node claims to stand where the next one begins
        raise document.error(place, f"nothing is written for `{name}`: write the text or remove the line")
    return text
