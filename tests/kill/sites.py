"""Every commit site and send site in the code, read from the code itself: what the proof must have hit.

A commit site is `….begin("name")` or `….once("name", …)`; a send site is a kind of notice that a teller can draw, or a
card that is refreshed. A new one that no scene reaches makes the proof fail (`test_detours.py`); to reach it, write a
detour, or an EXEMPT row with the reason why no scene can.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path

from bot.services.telling import CARD, TELL

ROOT = Path(__file__).resolve().parents[2]
EXEMPT: dict[str, str] = {
    "register.told": "keeps only what the public register said, and a person who asks again is told again",
    "merging.merge": "one press, one commit, nothing is sent: how a press is kept is shown by other presses",
    "merging.undo": "as above",
    "moving.sever": "one press, one commit, nothing is sent: as above",
    "moving.override": "as above",
    "register.imported": "the operator's file is taken by number, piece by piece: taken again it ends the same",
    "department.archive": "one press, one commit, nothing is sent: how a press is kept is shown by other presses",
    "department.move": "as above",
    "contract_ends.renew": "as above",
    "closing.confirm": "as above (here no round is open; what that would send is sent in the late end's scene)",
    "closing.undo": "as above",
    "people.user_group": "a cache that is read from Slack anew at the next sweep, start or event",
    "tiers.set": "one press, one commit, nothing is sent: how a press is kept is shown by other presses",
    "listing.keep": "what a list shows: pressed again it ends the same, and a list that is lost begins anew",
    "listing.save": "one press, one commit, nothing is sent: how a press is kept is shown by other presses",
    "listing.forget": "as above",
    "transfers.stop": "one press, one commit, nothing is sent: how a press is kept is shown by other presses",
    "transfers.columns": "as above",
    "transfers.failed": "counts tries: lost, it is tried once more",
    "bulk.run": "one press, one commit (what an open round asks of another owner is sent in the owners' scene)",
    "checklists.said": "one press, one commit, nothing is sent: how a press is kept is shown by other presses",
    "checklists.retire": "as above",
    "checklists.keep_own": "as above",
    "checklist_edits.begin": "as above",
    "checklist_edits.save": "as above",
    "checklist_edits.act": "as above",
    "publishing.publish": "as above: the version, what was said of meanings and the end of the draft are one commit",
    "scope.turn": "as above; the round that it is about has not left",
    "policy.apply": "the operator's command, a thousand engagements at a time: run again, it finds the rest",
}
"""Site → why no scene reaches it."""


def commits(root: Path = ROOT, verbs: Collection[str] = ("begin", "once")) -> dict[str, str]:
    """Name → where it stands. ValueError for a name that is not written out or stands twice."""
    found: dict[str, str] = {}
    for where, first in _calls(root, verbs):
        if isinstance(first, ast.Name):
            continue  # the desk hands its caller's name on
        if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
            raise ValueError(f"{where}: write the commit's name out")
        if first.value in found:
            raise ValueError(f"{where}: {first.value} stands at {found[first.value]} too")
        found[first.value] = where
    return found


@cache
def presses(root: Path = ROOT) -> set[str]:
    """The commits of presses: made at the desk, once for each press."""
    return set(commits(root, ("once",)))


def _calls(root: Path, verbs: Collection[str]) -> Iterator[tuple[str, ast.expr | None]]:
    """Where something commits, and the first argument of the call."""
    for path in sorted([*(root / "bot").rglob("*.py"), *(root / "handlers").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr in verbs:
                yield f"{path.relative_to(root)}:{node.lineno}", node.args[0] if node.args else None


def sends() -> set[str]:
    """The kinds of notices that are told, the kinds of cards that are refreshed, and invitations."""
    return {"send:invite"} | {f"send:{kind.value}" for kind in TELL} | {f"update:{kind.value}" for kind in CARD}


def every() -> set[str]:
    """What must be hit."""
    return commits().keys() | sends()


def hit(points: Iterable[str]) -> Counter[str]:
    """How often each site was passed: a site has two points, before and after."""
    return Counter(_site(point) for point in points if not point.endswith((":after", ":stored")))


def _site(point: str) -> str:
    what, _, rest = point.partition(":")
    name = rest.rpartition(":")[0]
    return name if what == "commit" else f"{what}:{name}"


def missing(wanted: Iterable[str], points: Iterable[str]) -> list[str]:
    """The sites that were never passed and are not exempt; and exemptions that are none any more."""
    passed = hit(points)
    never = [site for site in wanted if site not in passed and site not in EXEMPT]
    return sorted(never) + sorted(f"{site} is exempt, but was passed" for site in EXEMPT if site in passed)
