"""What an import is about to write, kept in a temporary file while its rows are judged, so that memory stays flat.

The file has no name (the system forgets it with the process) and is read by nobody else.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import Any, NamedTuple

from bot.domain.base import Value


class Batch(NamedTuple):
    """New rows by class, as columns; changed values in the order of their changes; work whose tier is decided anew."""

    new: dict[type[Value], list[dict[str, Any]]]
    changed: list[Value]
    retier: list[Value]


class Spool:
    """Batches in the order in which they were put."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed by __exit__
        self.batches = 0

    def put(self, batch: Batch) -> None:
        """One more."""
        if batch.new or batch.changed:
            pickle.dump(tuple(batch), self._file, protocol=pickle.HIGHEST_PROTOCOL)
            self.batches += 1

    def __iter__(self) -> Iterator[Batch]:
        self._file.seek(0)
        for _ in range(self.batches):
            yield Batch(*pickle.load(self._file))  # noqa: S301  our own file: nobody else can write it

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._file.close()
