"""The bare app as a process of its own, over as many connections as the product: what `crowd.py` is held against."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks.bare import bare


async def main() -> None:
    """Until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    async with bare(Path(os.environ["BARE_FOLDER"])) as against:
        handlers = [
            AsyncSocketModeHandler(against.app, os.environ["SLACK_APP_TOKEN"], web_client=client)
            for _ in range(int(os.environ["SOCKET_CONNECTIONS"]))
        ]
        for handler in handlers:
            await handler.connect_async()  # type: ignore[no-untyped-call]
        await stop.wait()
        for handler in handlers:
            await handler.close_async()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    asyncio.run(main())
