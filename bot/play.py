"""`vendor-review play`: a local Slack with sample data and the bot, and a page on which somebody acts as anybody.

Begins afresh in its folder each time: world, set-up by the people of the sample (`sandbox.demo.sample`), and then it serves
until Ctrl-C. The product imports nothing of the local Slack: its programs are only started (`local.py`).
"""

from __future__ import annotations

import json
import shlex
import subprocess
import time
from pathlib import Path

from bot.local import PYTHON, ROOT, LocalError, bot_settings, clear, environment, part, slack_command, where

__all__ = ["LocalError", "play"]


def play(out: Path, *, port: int = 0) -> None:
    """Serves until it is interrupted. `port` 0 takes a free one. Raises LocalError where a part fails or ends by itself."""
    started = time.monotonic()
    out = out.resolve()
    clear(out, "play")
    print("The local Slack is set up (a company, its suppliers, a round):", flush=True)
    about = ["--dir", str(out), "--csv", str(ROOT / "docs" / "examples" / "suppliers.csv")]
    _sample(out, "world", about)
    told = json.loads((out / "settings.json").read_text(encoding="utf-8"))
    command = slack_command(out, "--clock", told["clock"], "--run-clock", "--port", str(port))
    with part("the local Slack", command, environment(), out, "slack.log") as slack:
        found = where(out, slack)
        settings = bot_settings(out, told, found)
        with part("the bot", [*PYTHON, "bot", "run"], settings, out, "bot.log") as bot:
            importing = shlex.join([*PYTHON, "bot", "import", told["import"]])
            _sample(out, "set-up", [*about, "--import-command", importing], settings)
            print(f"\nReady after {time.monotonic() - started:.0f} s. Open this in a browser; Ctrl-C ends it all:")
            print(f"\n    {found['url']}/\n", flush=True)
            _watch({"the local Slack": slack, "the bot": bot}, out)


def _sample(out: Path, what: str, about: list[str], settings: dict[str, str] | None = None) -> None:
    command = [*PYTHON, "sandbox.demo.sample", what, *about]
    if subprocess.run(command, env=settings or environment(), cwd=out, check=False).returncode:  # noqa: S603 - our own
        raise LocalError(f"the sample could not be set up; see above, {out / 'bot.log'} and {out / 'slack.log'}")


def _watch(parts: dict[str, subprocess.Popen[bytes]], out: Path) -> None:
    """Returns never: until Ctrl-C, or until a part has ended."""
    while True:
        for name, process in parts.items():
            if process.poll() is not None:
                raise LocalError(f"{name} has ended with status {process.returncode}; see the logs in {out}")
        time.sleep(0.5)
