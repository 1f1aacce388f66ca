"""`vendor-review demo`: the whole journey with nobody at the keyboard, each part a process of its own.

A local Slack, the bot on a SQLite file, the people who act (they also judge), and the operator's import and export. The
product imports nothing of the local Slack: its programs are only started. What a run leaves behind is in its folder; the
next run clears exactly that. `bot` is the command that starts the bot: tests pass a broken one.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
MARK = ".vendor-review-demo"
FILES = (
    "ledger.csv",
    "transcript.md",
    "transcript.html",
    "summary.json",
    "vendor-review.db",
    "vendor-review.db-wal",
    "vendor-review.db-shm",
    "record.jsonl",
    "world.json",
    "settings.json",
    "sandbox.json",
    "suppliers.csv",
    "bot.log",
    "slack.log",
)
EVIDENCE = "evidence"
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TERM", "COLUMNS", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV")
"""What the parts get of our environment; settings of a real installation must not reach them."""
SHORT = {
    "TICK_SECONDS": "0.05",
    "POST_SPACING_SECONDS": "0",
    "HOLD_SECONDS": "0.1",
    "CHANNEL_CHECK_SECONDS": "5",
    "LOG_LEVEL": "WARNING",
}
"""Times of real time, short: in a demo six weeks pass in two minutes."""
STARTING, STOPPING = 30.0, 30.0
PYTHON = (sys.executable, "-m")


class DemoError(Exception):
    """The demo could not be played at all; the text is one line."""


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
        clear(self.out)
        self._call([*PYTHON, "sandbox.demo", "world", *self._about], environment())
        told = json.loads((self.out / "settings.json").read_text(encoding="utf-8"))
        with self._part("the local Slack", self._slack(told["clock"]), environment(), "slack.log") as slack:
            where = self._where(slack)
            settings = environment() | told["environment"] | SHORT | self._settings(where)
            with self._part("the bot", [*self._bot, "run"], settings, "bot.log") as bot:
                judged = self._play(told["import"], settings)
                ended = self._stop(bot)
            exported = self._export(settings)
        ok = judged == 0 and ended and exported
        self._closing_words(time.monotonic() - started, ok=ok)
        return 0 if ok else 1

    # -- the parts ---------------------------------------------------------------------------------------------------

    def _slack(self, clock: str) -> list[str]:
        world, manifest = str(self.out / "world.json"), str(ROOT / "app.yaml")
        command = [*PYTHON, "sandbox", "serve", "--world", world, "--manifest", manifest]
        return [*command, "--dir", str(self.out), "--clock", clock]

    def _where(self, slack: subprocess.Popen[bytes]) -> dict[str, str]:
        """Where the local Slack listens, once it does."""
        found = self.out / "sandbox.json"
        until = time.monotonic() + STARTING
        while not found.exists():
            if slack.poll() is not None or time.monotonic() > until:
                raise DemoError(f"the local Slack did not start; see {self.out / 'slack.log'}")
            time.sleep(0.05)
        return dict(json.loads(found.read_text(encoding="utf-8")))

    def _settings(self, where: dict[str, str]) -> dict[str, str]:
        return {
            "SLACK_API_URL": where["api"],
            "CLOCK_URL": where["clock"],
            "DATABASE_URL": f"sqlite:///{self.out / 'vendor-review.db'}",
            "EVIDENCE_DIR": str(self.out / EVIDENCE),
        }

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
        status = bot.wait(STOPPING)
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

    @contextmanager
    def _part(
        self, name: str, command: Sequence[str], settings: dict[str, str], log: str
    ) -> Iterator[subprocess.Popen[bytes]]:
        """A process that is gone when the block ends, whatever happens in it."""
        with (self.out / log).open("ab") as written:
            process = _start(name, command, settings, self.out, written)
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.terminate()
                    try:
                        process.wait(STOPPING)
                    except subprocess.TimeoutExpired:
                        process.kill()
                        process.wait()

    def _closing_words(self, seconds: float, *, ok: bool) -> None:
        shown = os.path.relpath(self.out)
        print(f"{'✓' if ok else '✗'} demo (seed {self._seed}) in {seconds:.0f} s; what is left is in {shown}/:")
        print("  ledger.csv  transcript.html  transcript.md  summary.json  vendor-review.db  record.jsonl")
        if ok:
            print(f"Read {shown}/transcript.html in a browser; next: make test")
        else:
            print(f"The bot's own words are in {shown}/bot.log.")


def _start(
    name: str, command: Sequence[str], settings: dict[str, str], folder: Path, log: IO[Any]
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(command, env=settings, cwd=folder, stdout=log, stderr=log)  # noqa: S603 - our own
    except OSError as error:
        raise DemoError(f"{name} cannot be started: {error}") from error


def end_kindly() -> None:
    """SIGTERM ends the demo like Ctrl-C does: with all its parts."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def environment() -> dict[str, str]:
    """Our environment as far as the parts may know it, and where their code is."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])}


def clear(out: Path) -> None:
    """An empty folder for a run: what an earlier run left there goes, and nothing else. Raises DemoError."""
    if out.exists() and not out.is_dir():
        raise DemoError(f"{out} is no folder")
    out.mkdir(parents=True, exist_ok=True)
    mark = out / MARK
    if not mark.exists() and any(out.iterdir()):
        raise DemoError(f"{out} holds files that no demo has made; choose another folder with --out")
    mark.touch()
    for name in FILES:
        (out / name).unlink(missing_ok=True)
    shutil.rmtree(out / EVIDENCE, ignore_errors=True)
