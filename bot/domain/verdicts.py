"""The verdicts of an import, one a row, packed: a report of fifty thousand rows takes less than two megabytes.

They are in the order of the file. Looking at them unpacks a few hundred at a time.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import overload

from bot.domain.importing import RowVerdict

PACKED = 500


class Verdicts(Sequence[RowVerdict]):
    """Verdicts that are added and looked at, never changed."""

    def __init__(self) -> None:
        self._packs: list[bytes] = []
        self._last: list[RowVerdict] = []

    def append(self, row: RowVerdict) -> None:
        """One more."""
        self._last.append(row)
        if len(self._last) == PACKED:
            self._packs.append(zlib.compress(pickle.dumps(self._last, pickle.HIGHEST_PROTOCOL), 1))
            self._last = []

    def __iter__(self) -> Iterator[RowVerdict]:
        packs = (pickle.loads(zlib.decompress(pack)) for pack in self._packs)  # noqa: S301  packed by us, never stored
        return chain(chain.from_iterable(packs), self._last)

    def __len__(self) -> int:
        return len(self._packs) * PACKED + len(self._last)

    @overload
    def __getitem__(self, place: int) -> RowVerdict: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[RowVerdict]: ...
    def __getitem__(self, place: int | slice) -> RowVerdict | Sequence[RowVerdict]:
        if isinstance(place, slice):
            return list(self)[place]
        first = place + len(self) if place < 0 else place
        for row in islice(self, first, first + 1):
            return row
        raise IndexError(place)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or len(self) != len(other):
            return False
        return all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]
