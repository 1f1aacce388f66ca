"""The equipment desk of `bolt_js/app.js`, as a process of node on the official @slack/bolt.

The packages are installed once, from the lock, into the Python environment (which no commit holds); nothing of them is
changed and none of their install scripts is run.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sandbox import world_file
from sandbox.client import LocalSlack
from sandbox.server import Running, Timing, running
from tests import untried
from tests.ports import free_port
from tests.sandbox.stage import APP_TOKEN, BOT_TOKEN, MANIFEST, world

APP = Path(__file__).parent / "bolt_js"
START = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)
PATIENT = Timing(ack=30, trigger=60)
"""A busy machine is not what is tried here."""
_SECRET = "local-signing-secret"
_NPM = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def packages() -> Path:
    """The folder `node_modules` with exactly what the lock says; fetched when it is not there yet."""
    manifest = [APP / name for name in ("package.json", "package-lock.json")]
    key = hashlib.sha256(b"".join(path.read_bytes() for path in manifest)).hexdigest()[:16]
    there = Path(sys.prefix) / f"bolt-js-{key}"
    if not there.exists():
        half = Path(tempfile.mkdtemp(prefix="bolt-js-", dir=sys.prefix))
        for path in manifest:
            shutil.copy(path, half)
        done = subprocess.run(_NPM, check=False, cwd=half, capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, f"npm ci failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        try:
            half.rename(there)
        except OSError:  # another process was quicker
            shutil.rmtree(half)
    return there / "node_modules"


@dataclass
class Desk:
    """The local Slack, the people at it, and the app in front of them."""

    slack: LocalSlack
    server: Running
    process: asyncio.subprocess.Process
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    async def stop(self) -> int:
        if self.process.returncode is None:
            self.process.terminate()
        return await asyncio.wait_for(self.process.wait(), 20)


@asynccontextmanager
async def desk(folder: Path, *, http: bool = False) -> AsyncIterator[Desk]:
    """Served, connected over Socket Mode (or reached over signed HTTP), and ended with the block."""
    assert not untried.node(), untried.node()
    installed = await asyncio.to_thread(packages)
    manifest = folder / "app.yaml"
    manifest.write_text(MANIFEST, encoding="utf-8")
    port = free_port() if http else 0
    reached = {"request_url": f"http://127.0.0.1:{port}/slack/events", "signing_secret": _SECRET} if http else {}
    async with (
        running(world_file.from_json(world()), manifest, folder, start=START, timing=PATIENT, **reached) as server,
        LocalSlack(server.url) as slack,
    ):
        way = {"SLACK_SIGNING_SECRET": _SECRET, "PORT": str(port)} if http else {"SLACK_APP_TOKEN": APP_TOKEN}
        process = await _node(folder / "desk.log", server, installed, way)
        opened = Desk(slack, server, process, folder / "desk.log")
        try:
            await _connected(opened)
            yield opened
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def _node(log: Path, server: Running, installed: Path, way: dict[str, str]) -> asyncio.subprocess.Process:
    settings = {
        "PATH": os.environ["PATH"],
        "NODE_PATH": str(installed),
        "SLACK_API_URL": server.api,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        **way,
    }
    with log.open("wb") as out:
        return await asyncio.create_subprocess_exec("node", APP / "app.js", env=settings, stdout=out, stderr=out)


async def _connected(opened: Desk) -> None:
    """AssertionError with what node said when it ended instead."""
    waiting = asyncio.create_task(opened.slack.connected(60))
    ended = asyncio.create_task(opened.process.wait())
    await asyncio.wait({waiting, ended}, return_when=asyncio.FIRST_COMPLETED)
    assert not ended.done(), f"node ended with {ended.result()}\n{opened.said[-3000:]}"
    ended.cancel()
    await waiting
