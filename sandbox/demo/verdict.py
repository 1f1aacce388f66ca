"""The difference between what each person should have received and what the record says they did. Empty: all is well.

Compared is who, what kind, about what, on which day and where, each with its number; then what must stand in the text,
how the cards look in the end, everything the local Slack recorded as a problem, and what went wrong while acting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sandbox.demo.days import day_of
from sandbox.demo.expect import Expected, expected, last_words
from sandbox.demo.people import BOT, Cast
from sandbox.demo.received import UNKNOWN, Received, last_versions, received
from sandbox.demo.stage import Stage
from sandbox.world import Json

Key = tuple[str, str, str, str, str]


@dataclass
class Verdict:
    """`wrong` is what is not as it should be, a sentence each, in order of gravity; the counts are messages × readers."""

    wrong: list[str] = field(default_factory=list)
    expected: int = 0
    received: int = 0
    kinds: dict[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.wrong


def judge(stage: Stage, entries: list[Json]) -> Verdict:
    """The verdict on a run, from the record and from what people noticed."""
    wanted, got = expected(stage), received(entries, BOT)
    names = Names(stage.plan.cast)
    wrong = [f"while acting: {trouble}" for trouble in stage.troubles]
    if stage.gone:
        reached = day_of(entries[-1]["clock"])
        later = sum(row.on > reached for row in wanted)
        wrong.append(f"the run ended on {reached}; {later} messages of later days were not waited for")
        wanted = [row for row in wanted if row.on <= reached]
    wrong += _problems(entries, names)
    wrong += _unreadable(got, names)
    wrong += differences(wanted, got, names)
    wrong += _wrong_words(wanted, got, names)
    wrong += [] if stage.gone else _wrong_ends(stage, entries)
    kinds = Counter(row.kind for row in got)
    return Verdict(wrong, len(wanted), len(got), dict(kinds.most_common()))


class Names:
    """Ids in words."""

    def __init__(self, cast: Cast) -> None:
        ours = [cast.admin, *cast.security, cast.successor, cast.bystander, cast.stranger]
        ours += [p for d in cast.departments for p in (d.primary, d.stands_in, d.escalation) if p]
        self._people = {person.id: person.name for person in ours}
        for supplier in cast.suppliers:
            self._people |= {p.id: f"{p.name} ({supplier.name})" for p in supplier.people}
        self._rooms = {s.channel: f"#{s.channel_name}" for s in cast.suppliers}

    def person(self, who: str) -> str:
        return f"{self._people.get(who, who)} [{who}]"

    def row(self, key: Key) -> str:
        """A kind of message in words."""
        _who, kind, about, on, where = key
        place = f" in {self._rooms.get(where, where)}" if where else ""
        return f"“{kind}”{f' about {about}' if about else ''}{place} on {on}"


def _problems(entries: Iterable[Json], names: Names) -> Iterator[str]:
    for entry in entries:
        if entry["kind"] == "problem":
            whom = f" (seen by {names.person(entry['user'])})" if entry.get("user") else ""
            yield f"{entry['what']}{whom}: {entry['detail'][:400]} — record {entry['n']}"


def _unreadable(got: Iterable[Received], names: Names) -> Iterator[str]:
    for row in got:
        if row.kind == UNKNOWN:
            what = f"fits {row.about}" if row.about else "is of no known kind"
            yield f"a message to {names.person(row.who)} {what}: “{row.text[:120]}” — record {row.n}"


def differences(wanted: list[Expected], got: list[Received], names: Names) -> Iterator[str]:
    """Missing, doubled and unexpected messages, a sentence each; the same thing for several readers is one sentence."""
    due = Counter(_key(row) for row in wanted)
    there = Counter(_key(row) for row in got if row.kind != UNKNOWN)
    for word, found in (
        ("missing", due - there),
        ("doubled", Counter({key: n for key, n in (there - due).items() if key in due})),
        ("unexpected", Counter({key: n for key, n in (there - due).items() if key not in due})),
    ):
        readers: dict[tuple[Key, int], list[str]] = {}
        for key, n in found.items():
            readers.setdefault((("", *key[1:]), n), []).append(names.person(key[0]))
        for (key, n), people in readers.items():
            times = f" ({n}×)" if n > 1 else ""
            yield f"{word}: {names.row(key)}{times} to {', '.join(people)}"


def _key(row: Expected | Received) -> Key:
    return row.who, row.kind, row.about, row.on.isoformat(), row.where


def _wrong_words(wanted: list[Expected], got: list[Received], names: Names) -> Iterator[str]:
    """Messages that came, but without something that should stand in them."""
    texts: dict[Key, list[str]] = {}
    for seen in got:
        texts.setdefault(_key(seen), []).append(seen.text)
    for row in wanted:
        for part in row.says:
            if _key(row) in texts and not any(part in text for text in texts[_key(row)]):
                yield f"{names.row(_key(row))} to {names.person(row.who)} does not say “{part}”"


def _wrong_ends(stage: Stage, entries: list[Json]) -> Iterator[str]:
    """Cards that do not look in the end as they should."""
    texts = last_versions(entries)
    for one in stage.plan.suppliers:
        sentence = last_words(stage.plan, one)
        in_channel = [text for key, text in texts.items() if key.startswith(f"{one.supplier.channel}/")]
        if sentence and not any(sentence in text for text in in_channel):
            yield f"the card of {one.supplier.name} does not say “{sentence}” in the end"
