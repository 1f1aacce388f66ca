"""python -m sandbox.demo world|play: who is there, and acting it out. `make demo` calls both (bot/demo.py)."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from sandbox.client import LocalSlack
from sandbox.demo import people, plan, report, verdict, world
from sandbox.demo.play import play, steps
from sandbox.demo.stage import Stage
from sandbox.world import Json

CONNECTING = 30.0


def main() -> int:
    """Exit status 0 where everybody received what they should, 1 where not, 2 for a wrong command line."""
    options = _parser().parse_args()
    try:
        made = plan.make(people.cast(options.seed, options.csv, options.suppliers))
    except (OSError, ValueError, KeyError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2
    if options.command == "world":
        world.write(made.cast, options.dir)
        return 0
    return asyncio.run(_play(made, options))


async def _play(made: plan.Plan, options: argparse.Namespace) -> int:
    started = time.monotonic()
    console = Console()
    where = json.loads((options.dir / "sandbox.json").read_text(encoding="utf-8"))
    async with LocalSlack(where["url"]) as slack:
        with _progress(console, steps(made)) as (said, step):
            stage = Stage(slack, made, said, step)
            try:
                await slack.connected(CONNECTING)
            except TimeoutError as error:
                stage.trouble("waiting for the bot", error)
            else:
                await play(stage, options.import_command)
    entries = _entries(options.dir / "record.jsonl")
    found = verdict.judge(stage, entries)
    report.write(options.dir, made, entries, report.summary(made, found, time.monotonic() - started))
    report.show(console, made, found)
    return 0 if found.ok else 1


def _entries(path: Path) -> list[Json]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


class _progress:  # noqa: N801 - reads as a function where it is used
    """A bar on a terminal, plain lines otherwise. Gives (say a line, one step more)."""

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, console=console, transient=True) if console.is_terminal else None
        self._task = self._bar.add_task("", total=total) if self._bar else None

    def __enter__(self) -> tuple[Callable[[str], None], Callable[[str], None]]:
        if self._bar:
            self._bar.start()
        return self._say, self._step

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def _say(self, line: str) -> None:
        if self._bar and self._task is not None:
            self._bar.update(self._task, description=line[:60])
        else:
            self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    def _step(self, _what: str) -> None:
        if self._bar and self._task is not None:
            self._bar.advance(self._task)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox.demo", description="The people of the demo.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, what in (("world", "write who is there"), ("play", "act, compare, report")):
        command = commands.add_parser(name, help=what)
        command.add_argument("--dir", type=Path, required=True, help="of the run; holds world.json and record.jsonl")
        command.add_argument("--csv", type=Path, required=True, help="the suppliers that are imported")
        command.add_argument("--seed", type=int, default=1, help="varies names, paths, answers and order")
        command.add_argument("--suppliers", type=int, default=people.ALL, help="fewer make a shorter run")
        if name == "play":
            command.add_argument("--import-command", required=True, help="what the operator types to import the file")
    return parser


if __name__ == "__main__":
    sys.exit(main())
