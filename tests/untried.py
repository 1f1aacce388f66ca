"""Tests that need a program which not every machine has. Where it is missing the run says so loudly, at its end.

This is no skip: a folder in NEEDS is left out as a whole, and the last lines of the run name it as NOT TRIED. Where the
program is there the tests run, and who asks for the folder by its own name gets a failure. `.ci/run` installs the
programs where it may, and names what it could not. To add a folder (or a file) that needs one, write what says whether
it is missing, and add a row.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NODE = (18, 0)


@cache
def node() -> str:
    """What is missing for running a package of npm; empty when nothing is."""
    if not shutil.which("node") or not shutil.which("npm"):
        return "node and npm are not installed (Debian: nodejs npm)"
    said = subprocess.run(["node", "--version"], check=True, capture_output=True, text=True).stdout
    version = tuple(int(part) for part in re.findall(r"\d+", said)[:2])
    return "" if version >= NODE else f"node {said.strip()} is older than {NODE[0]}"


@cache
def browser() -> str:
    """What is missing for looking at pages as a browser does."""
    missing = [name for name in ("chromium", "chromedriver") if not Path("/usr/bin", name).exists()]
    missing += [] if any(Path("/usr/share/fonts").rglob("NotoSansCJK*")) else ["Japanese letters"]
    return f"{', '.join(missing)}: not here (Debian: chromium chromium-driver fonts-noto-cjk)" if missing else ""


NEEDS: dict[str, Callable[[], str]] = {"tests/outside": node, "tests/browser": browser}
"""Folder or file -> what says in a sentence what is missing for it, or nothing."""


def untried() -> dict[str, str]:
    """What of NEEDS cannot be tried on this machine, and why."""
    return {name: why for name, missing in NEEDS.items() if (why := missing())}


def left_out(path: Path) -> bool:
    """Whether pytest should not look into this path."""
    return any(path == ROOT / name for name in untried())


def last_words(asked: list[str]) -> list[str]:
    """A line for each thing left out of what was `asked` for: the paths on pytest's command line."""
    paths = [Path(ROOT, arg.partition("::")[0]) for arg in asked]
    missed = {name: why for name, why in untried().items() if any(path in (ROOT / name).parents for path in paths)}
    return [f"NOT TRIED: {name}: {why}" for name, why in missed.items()]


if __name__ == "__main__":  # `python -m tests.untried tests/browser`: 0 where it is to be left out, and why is said
    told = untried().get(sys.argv[1], "")
    print(f"NOT TRIED: {sys.argv[1]}: {told}" if told else f"{sys.argv[1]}: everything is there")
    sys.exit(0 if told else 1)
