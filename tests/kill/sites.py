"""Every commit site and send site in the code, read from the code itself: what the proof must have hit.

A commit site is `….begin("name")` or `….once("name", …)`; a send site is a kind of notice that a teller can draw, or a
card that is refreshed. A new one that no scene reaches makes the proof fail.
"""

from __future__ import annotations

import ast
from pathlib import Path

from bot.services.telling import CARD, TELL

ROOT = Path(__file__).resolve().parents[2]


def commits() -> dict[str, str]:
    """Name → where it stands. ValueError for a name that is not written out or stands twice."""
    found: dict[str, str] = {}
    for path in sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "handlers").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"begin", "once"}
            ):
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Name):
                    continue  # the desk hands its caller's name on
                if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
                    raise ValueError(f"{where}: write the commit's name out")
                if first.value in found:
                    raise ValueError(f"{where}: {first.value} stands at {found[first.value]} too")
                found[first.value] = where
    return found


def sends() -> set[str]:
    """The kinds of notices that are told, and the kinds of cards that are refreshed."""
    return {f"send:{kind.value}" for kind in TELL} | {f"update:{kind.value}" for kind in CARD}


def hit(points: list[str]) -> set[str]:
    """The sites behind the points that were passed."""
    names = set()
    for point in points:
        what, name, _ = (*point.split(":"), "", "")[:3]
        names.add(name if what == "commit" else f"{what}:{name}")
    return names
