"""python -m sandbox serve --world FILE --manifest app.yaml --dir DIR [--port 0] [--clock ISO] [--run-clock]
[--rate-limits off|slack|FACTOR] [--request-url URL --signing-secret SECRET] [--retry-after 0,60,300]
"""

from __future__ import annotations

import argparse
import asyncio
import math
import sys
from datetime import datetime
from pathlib import Path

from sandbox.server import Timing, serve


def main() -> int:
    """Exit status 0 after SIGTERM, 2 with one line for a world or manifest in error."""
    options = _parser().parse_args()
    options.dir.mkdir(parents=True, exist_ok=True)
    work = serve(
        options.world,
        options.manifest,
        options.dir,
        port=options.port,
        start=options.clock,
        run_clock=options.run_clock,
        timing=Timing(retry_after=options.retry_after),
        request_url=options.request_url,
        signing_secret=options.signing_secret,
        rate_limits=options.rate_limits,
    )
    try:
        asyncio.run(work)
    except (ValueError, OSError) as error:
        print(f"local Slack: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A local Slack.")
    command = parser.add_subparsers(required=True).add_parser("serve", help="until SIGTERM")
    command.add_argument("--world", type=Path, required=True, help="who and where (JSON)")
    command.add_argument("--manifest", type=Path, required=True, help="the app's manifest")
    command.add_argument("--dir", type=Path, required=True, help="for sandbox.json and record.jsonl")
    command.add_argument("--port", type=int, default=0, help="0: any free port")
    command.add_argument("--clock", type=_moment, help="first business time, ISO with zone; now by default")
    command.add_argument("--run-clock", action="store_true", help="business time goes on with real time")
    limits = "off (default), slack, or a factor: 60 lets a second stand for a minute"
    command.add_argument("--rate-limits", type=_factor, default=0.0, metavar="off|slack|FACTOR", help=limits)
    command.add_argument(
        "--request-url", default="", help="HTTP delivery: payloads are posted there, not sent through sockets"
    )
    command.add_argument("--signing-secret", default="", help="of HTTP delivery")
    command.add_argument(
        "--retry-after", type=_seconds, metavar="S,S,S", help="before each retry of an event; Slack's: 0,60,300"
    )
    return parser


def _factor(text: str) -> float:
    named = {"off": 0.0, "slack": 1.0}
    factor = named[text] if text in named else float(text)
    if not 0 <= factor < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is no factor")
    return factor


def _seconds(text: str) -> tuple[float, ...]:
    return tuple(float(each) for each in text.split(","))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text} has no time zone")
    return moment


if __name__ == "__main__":
    sys.exit(main())
