"""Counts who was refused where, for the lines at the end of the run (`tests/conftest.py` prints them)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Tally:
    """`refused`: route → who → on how many payloads."""

    refused: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, route: str, who: str, payloads: int) -> None:
        """Somebody was refused at a route (0: they are one of those who may)."""
        self.refused.setdefault(route, {})[who] = payloads

    def lines(self) -> list[str]:
        """The sum first, then a line for each kind of route: how many were wrong at each."""
        actors = {who for whose in self.refused.values() for who in whose}
        counts = {route: sum(1 for n in whose.values() if n) for route, whose in self.refused.items()}
        payloads = sum(n for whose in self.refused.values() for n in whose.values())
        head = f"{len(self.refused)} routes × {len(actors)} actors: {sum(counts.values())} wrong pairs, {payloads} payloads"
        kinds = dict.fromkeys(route.split()[0] for route in counts)
        return [head, *(f"  {kind}: {self._of(kind, counts)}" for kind in kinds)]

    def _of(self, kind: str, counts: dict[str, int]) -> str:
        return ", ".join(f"{route.split()[1]} {n}" for route, n in counts.items() if route.startswith(f"{kind} "))


TALLY = Tally()
