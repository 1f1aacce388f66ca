"""`make bench`: measures, prints the table, and writes `results.json` beside this file. `--quick` only shows that it works."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from benchmarks.bare import bare
from benchmarks.crowd import crowd
from benchmarks.measuring import measure_all
from benchmarks.report import show, write
from benchmarks.rows import Size
from benchmarks.stage import stage

RESULTS = Path(__file__).parent / "results.json"
QUICK = Size(rounds=2, one=16, many=32, other=8)


async def main() -> None:
    """Everything in one run, in a folder that is gone afterwards."""
    size = QUICK if "--quick" in sys.argv[1:] else Size()
    *asked, waiting = size.places
    with tempfile.TemporaryDirectory() as folder:
        async with stage(Path(folder), sum(asked), waiting) as on, bare(Path(folder)) as against:
            found = await measure_all(on, against, size)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bare").mkdir()
        people = await crowd(Path(folder), **({"many": 500, "starts": 1} if size is QUICK else {}))
    show(found, people)
    if size is not QUICK:
        write(found, people, RESULTS)


asyncio.run(main())
