"""A local Slack and what belongs to it as processes of their own: started with an environment of their own, ended for sure.

`make demo` and `make play` are made of these. The product imports nothing of the local Slack: its programs are only started.
To start one more program, use `part`; it is gone when the block ends, whatever happens in it.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
EVIDENCE = "evidence"
FILES = (
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
"""What every run leaves in its folder."""
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


class LocalError(Exception):
    """It could not be played at all; the text is one line."""


def slack_command(out: Path, *more: str) -> list[str]:
    """The local Slack with the world and the record of a folder."""
    world, manifest = str(out / "world.json"), str(ROOT / "app.yaml")
    return [*PYTHON, "sandbox", "serve", "--world", world, "--manifest", manifest, "--dir", str(out), *more]


def where(out: Path, slack: subprocess.Popen[bytes]) -> dict[str, str]:
    """Where the local Slack listens, once it does. Raises LocalError."""
    found = out / "sandbox.json"
    until = time.monotonic() + STARTING
    while not found.exists():
        if slack.poll() is not None or time.monotonic() > until:
            raise LocalError(f"the local Slack did not start; see {out / 'slack.log'}")
        time.sleep(0.05)
    return dict(json.loads(found.read_text(encoding="utf-8")))


def bot_settings(out: Path, told: dict[str, Any], found: dict[str, str]) -> dict[str, str]:
    """The bot's environment: of the run (`told`, settings.json), and where the local Slack is (`found`)."""
    return {
        **environment(),
        **told["environment"],
        **SHORT,
        "SLACK_API_URL": found["api"],
        "CLOCK_URL": found["clock"],
        "DATABASE_URL": f"sqlite:///{out / 'vendor-review.db'}",
        "EVIDENCE_DIR": str(out / EVIDENCE),
    }


@contextmanager
def part(
    name: str, command: Sequence[str], settings: dict[str, str], out: Path, log: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is gone when the block ends, whatever happens in it. Raises LocalError where it cannot be started."""
    with (out / log).open("ab") as written:
        process = _start(name, command, settings, out, written)
        try:
            yield process
        finally:
            if process.poll() is None:
                _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kindly at first; at once when it takes too long, or Ctrl-C is pressed again."""
    process.terminate()
    try:
        process.wait(STOPPING)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        process.kill()
        process.wait()


def _start(
    name: str, command: Sequence[str], settings: dict[str, str], folder: Path, log: IO[Any]
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(command, env=settings, cwd=folder, stdout=log, stderr=log)  # noqa: S603 - our own
    except OSError as error:
        raise LocalError(f"{name} cannot be started: {error}") from error


def end_kindly() -> None:
    """SIGTERM ends a run like Ctrl-C does: with all its parts."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def environment() -> dict[str, str]:
    """Our environment as far as the parts may know it, and where their code is."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])}


def mark_of(what: str) -> str:
    """The name of the file that says whose folder it is."""
    return f".vendor-review-{what}"


def clear(out: Path, what: str, files: Sequence[str] = FILES) -> IO[bytes]:
    """An empty folder for a run: what an earlier run left there goes, and nothing else. Raises LocalError.

    `what` (demo, play) is whose folder it is; a file in it says so. No other run takes the folder while what is given back
    is open.
    """
    if out.exists() and not out.is_dir():
        raise LocalError(f"{out} is no folder")
    try:
        out.mkdir(parents=True, exist_ok=True)
        if not (out / mark_of(what)).exists() and any(out.iterdir()):
            raise LocalError(f"{out} holds files that no {what} has made; choose another folder with --out")
        mine = _taken(out, what)
        for name in files:
            (out / name).unlink(missing_ok=True)
        shutil.rmtree(out / EVIDENCE, ignore_errors=True)
    except OSError as error:
        raise LocalError(f"{out} cannot be written ({error.strerror}); choose another folder with --out") from error
    return mine


def _taken(out: Path, what: str) -> IO[bytes]:
    """The lock of a folder. It goes with the process, however that ends."""
    mine = (out / mark_of(what)).open("ab")
    try:
        fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        mine.close()
        raise LocalError(
            f"a {what} is running in {out} already; end it with Ctrl-C there, or choose another folder with --out"
        ) from None
    return mine


def check_port(port: int) -> None:
    """Raises LocalError where nothing can listen on 127.0.0.1:`port`; 0 is always free."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
            tried.listen()
        except OSError as error:
            raise LocalError(f"port {port} cannot be used ({error.strerror}); choose another one") from error
