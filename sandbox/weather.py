"""Which fault meets which call: those a driver has armed for the next calls, and a seeded mix of them, the weather.

In a weather every call draws from a generator of (seed, method, running number of that method): the same seed gives the
same faults to the same sequence of calls of a method, whatever other methods are called in between. What a fault does
is in `faults.FAULTS`. Besides the methods of the Web API, `PATHS` are the other things that an app calls.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sandbox.faults import FAULTS
from sandbox.web_api import METHODS

PATHS = ("response_url", "download", "upload")
"""A POST to a response_url, GET of a file, POST of a file's bytes."""


@dataclass(frozen=True)
class Struck:
    """The fault that a call meets, by its name in FAULTS; `seconds` of a delay or of Retry-After."""

    what: str
    seconds: float


@dataclass
class _Armed:
    what: str
    method: str
    left: int
    seconds: float


@dataclass
class Weather:
    """`mix` is name -> probability, `methods` where it blows, `seconds` the longest delay."""

    seed: int
    mix: dict[str, float]
    methods: frozenset[str]
    seconds: float
    calls: Counter[str] = field(default_factory=Counter)

    def draw(self, method: str) -> Struck | None:
        """One draw for one call: which fault, and how long. What cannot happen to a path leaves that call alone."""
        if method not in self.methods:
            return None
        self.calls[method] += 1
        dice = random.Random(f"{self.seed}/{method}/{self.calls[method]}")  # noqa: S311 - it must be repeatable
        point, seconds = dice.random(), dice.uniform(0, self.seconds)
        for what, probability in sorted(self.mix.items()):
            point -= probability
            if point < 0:
                return Struck(what, seconds) if _happens(what, method) else None
        return None


class Faults:
    """The oldest armed fault of a method strikes first; where none is armed, the weather decides."""

    def __init__(self) -> None:
        self._armed: list[_Armed] = []
        self._weather: Weather | None = None

    def arm(self, what: str, method: str, times: int = 1, seconds: float | None = None) -> None:
        """`what` strikes at the next `times` calls of `method`. ValueError for a fault or a method that there is not."""
        _check([what], [method])
        if not _happens(what, method):
            raise ValueError(f"{what} does not happen to {method}")
        self._armed.append(_Armed(what, method, times, FAULTS[what].seconds if seconds is None else seconds))

    def set_weather(
        self, seed: int, mix: dict[str, float], methods: Iterable[str] | None = None, seconds: float = 0.2
    ) -> None:
        """From now on, until `calm`; counts calls anew. ValueError where the mix is no mix."""
        where = frozenset(methods) if methods is not None else frozenset((*METHODS, *PATHS))
        _check(mix, where)
        if any(not 0 <= share <= 1 for share in mix.values()) or sum(mix.values()) > 1 + 1e-9:
            raise ValueError(f"probabilities are from 0 to 1, and 1 at most together: {mix}")
        self._weather = Weather(seed, dict(mix), where, seconds)

    def clear(self) -> None:
        """Disarms; the weather stays."""
        self._armed.clear()

    def calm(self) -> None:
        """Ends the weather, and disarms."""
        self._weather = None
        self.clear()

    def strike(self, method: str) -> Struck | None:
        """What this call meets, counted down; None for a calm call."""
        armed = next((fault for fault in self._armed if fault.method == method and fault.left > 0), None)
        if armed is not None:
            armed.left -= 1
            return Struck(armed.what, armed.seconds)
        return self._weather.draw(method) if self._weather else None


def _happens(what: str, method: str) -> bool:
    return method not in PATHS or not FAULTS[what].api_only


def _check(faults: Iterable[str], methods: Iterable[str]) -> None:
    for what in faults:
        if what not in FAULTS:
            raise ValueError(f"no fault {what!r}; there are {', '.join(FAULTS)}")
    for method in methods:
        if method not in METHODS and method not in PATHS:
            raise ValueError(f"no method {method!r} that an app calls")
