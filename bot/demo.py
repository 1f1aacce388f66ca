"""`vendor-review demo`: the whole journey with nobody at the keyboard, each part a process of its own.

A local Slack, the bot on a SQLite file, the people who act (they also judge), and the operator's import and export. The
product imports nothing of the local Slack: its programs are only started. What a run leaves behind is in its folder; the
next run clears exactly that. `bot` is the command that starts the bot: tests pass a broken one.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from bot import local
from bot.local import PYTHON, ROOT, LocalError, bot_settings, end_kindly, environment, part, slack_command, where

__all__ = ["MARK", "ROOT", "Demo", "DemoError", "clear", "end_kindly"]

MARK = local.mark_of("demo")
FILES = ("ledger.csv", "transcript.md", "transcript.html", "summary.json", *local.FILES)
DemoError = LocalError


class Demo:
    """One run. `out` is made where it is not there, and refused where it holds what no demo has made."""

    def __init__(self, out: Path, *, seed: int = 1, suppliers: int = 54, bot: Sequence[str] = (*PYTHON, "bot")) -> None:
        self.out = out.resolve()
        self._about = ["--dir", str(self.out), "--seed", str(seed), "--suppliers", str(suppliers)]
        self._about += ["--csv", str(ROOT / "docs" / "examples" / "suppliers.csv")]
        self._bot = list(bot)
        self._seed = seed

    def run(self) -> int:
        """Play it; 0 where everybody received what they should and every part ended well, else 1. Raises DemoError."""
        started = time.monotonic()
        with clear(self.out):
            return self._played(started)

    def _played(self, started: float) -> int:
        self._call([*PYTHON, "sandbox.demo", "world", *self._about], environment())
        told = json.loads((self.out / "settings.json").read_text(encoding="utf-8"))
        command = slack_command(self.out, "--clock", told["clock"])
        with part("the local Slack", command, environment(), self.out, "slack.log") as slack:
            settings = bot_settings(self.out, told, where(self.out, slack))
            with part("the bot", [*self._bot, "run"], settings, self.out, "bot.log") as bot:
                judged = self._play(told["import"], settings)
                ended = self._stop(bot)
            exported = self._export(settings)
        ok = judged == 0 and ended and exported
        self._closing_words(time.monotonic() - started, ok=ok)
        return 0 if ok else 1

    # -- the parts ---------------------------------------------------------------------------------------------------

    def _play(self, file: str, settings: dict[str, str]) -> int:
        """The people; they draw the progress and the table themselves."""
        importing = shlex.join([*PYTHON, "bot", "import", file])
        command = [*PYTHON, "sandbox.demo", "play", *self._about, "--import-command", importing]
        return subprocess.run(command, env=settings, cwd=self.out, check=False).returncode  # noqa: S603 - our own

    def _stop(self, bot: subprocess.Popen[bytes]) -> bool:
        """End the bot kindly; False where it had ended by itself, or does not end well."""
        if bot.poll() is not None:
            print(f"✗ the bot ended before the demo did, with status {bot.returncode}; see {self.out / 'bot.log'}")
            return False
        bot.terminate()
        status = bot.wait(local.STOPPING)
        if status:
            print(f"✗ the bot, asked to stop, ended with status {status}; see {self.out / 'bot.log'}")
        return status == 0

    def _export(self, settings: dict[str, str]) -> bool:
        """The operator writes the ledger out."""
        command = [*PYTHON, "bot", "export", str(self.out / "ledger.csv")]
        done = subprocess.run(command, env=settings, cwd=self.out, check=False, stdout=subprocess.DEVNULL)  # noqa: S603
        if done.returncode:
            print(f"✗ the export ended with status {done.returncode}")
        return done.returncode == 0

    def _call(self, command: Sequence[str], settings: dict[str, str]) -> None:
        if subprocess.run(command, env=settings, cwd=self.out, check=False).returncode:  # noqa: S603 - our own
            raise DemoError(f"{shlex.join(command[2:4])} failed")

    def _closing_words(self, seconds: float, *, ok: bool) -> None:
        shown = os.path.relpath(self.out)
        print(f"{'✓' if ok else '✗'} demo (seed {self._seed}) in {seconds:.0f} s; what is left is in {shown}/:")
        print("  ledger.csv  transcript.html  transcript.md  summary.json  vendor-review.db  record.jsonl")
        if ok:
            print(f"Read {shown}/transcript.html in a browser; next: make test")
        else:
            print(f"The bot's own words are in {shown}/bot.log.")


def clear(out: Path) -> IO[bytes]:
    """An empty folder for a run, ours while what is given back is open: what an earlier demo left there goes, and nothing else.

    Raises DemoError.
    """
    return local.clear(out, "demo", FILES)
