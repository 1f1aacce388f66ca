"""`vendor-review play`: a local Slack with sample data and the bot, and a page on which somebody acts as anybody.

Begins afresh in its folder each time: world, set-up by the people of the sample (`sandbox.demo.sample`), and then it serves
until Ctrl-C. The product imports nothing of the local Slack: its programs are only started (`local.py`).
"""

from __future__ import annotations

import json
import shlex
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bot.local import PYTHON, ROOT, LocalError, bot_settings, check_port, clear, environment, part, slack_command, where

__all__ = ["LocalError", "play"]


class Part(NamedTuple):
    """A program that must not end by itself, and where it writes."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


def play(out: Path, *, port: int = 0) -> None:
    """Serves until it is interrupted. `port` 0 takes a free one. Raises LocalError where a part fails or ends by itself."""
    out = out.resolve()
    check_port(port)
    with clear(out, "play"):
        _serve(out, port)


def _serve(out: Path, port: int) -> None:
    started = time.monotonic()
    print("The local Slack is set up (a company, its suppliers, a round):", flush=True)
    about = ["--dir", str(out), "--csv", str(ROOT / "docs" / "examples" / "suppliers.csv")]
    _sample(out, "world", about)
    told = json.loads((out / "settings.json").read_text(encoding="utf-8"))
    command = slack_command(out, "--clock", told["clock"], "--run-clock", "--port", str(port))
    with part("the local Slack", command, environment(), out, "slack.log") as slack:
        found = where(out, slack)
        settings = bot_settings(out, told, found) | {"POST_SPACING_SECONDS": "1", "TICK_SECONDS": "0.5"}
        with part("the bot", [*PYTHON, "bot", "run"], settings, out, "bot.log") as bot:
            importing = shlex.join([*PYTHON, "bot", "import", told["import"]])
            parts = [Part("the local Slack", slack, out / "slack.log"), Part("the bot", bot, out / "bot.log")]
            _sample(out, "set-up", [*about, "--import-command", importing], settings, parts)
            print(f"\nReady after {time.monotonic() - started:.0f} s. Open this in a browser; Ctrl-C ends it all:")
            print(f"\n    {found['url']}/\n", flush=True)
            while True:
                check_parts(parts)
                time.sleep(0.5)


def _sample(
    out: Path, what: str, about: list[str], settings: dict[str, str] | None = None, parts: Sequence[Part] = ()
) -> None:
    """People of the sample do their part, beside `parts`. In a session of its own: Ctrl-C is for us, and we end it."""
    command = [*PYTHON, "sandbox.demo.sample", what, *about]
    acting = subprocess.Popen(command, env=settings or environment(), cwd=out, start_new_session=True)  # noqa: S603 - our own
    try:
        while acting.poll() is None:
            check_parts(parts)
            time.sleep(0.1)
    finally:
        acting.kill()
        acting.wait()
    if acting.returncode:
        raise LocalError(f"the sample could not be set up; see above, {out / 'bot.log'} and {out / 'slack.log'}")


def check_parts(parts: Sequence[Part]) -> None:
    """Raises LocalError where one has ended by itself, with the last line that it wrote."""
    for one in parts:
        if one.process.poll() is not None:
            written = one.log.read_text(encoding="utf-8", errors="replace").splitlines() or ["without a word"]
            raise LocalError(
                f"{one.name} has ended with status {one.process.returncode} ({written[-1].strip()}); see {one.log}"
            )
