"""What there is to think about before a channel is linked, and which suppliers the menu offers."""

from __future__ import annotations

import pytest

from bot.domain.linking import MOST, Candidate, Warn, candidates, warnings
from bot.domain.names import name_key


@pytest.mark.parametrize(
    ("teams", "pending", "guests", "outsiders", "private", "expected"),
    [
        (["T1"], [], [], 2, True, []),
        ([], [], ["U1"], 0, True, []),
        ([], [], [], 0, True, [Warn.UNFIT]),
        (["T1"], [], [], 0, True, [Warn.NOBODY_OUTSIDE]),
        (["T1", "T2"], [], [], 3, True, [Warn.SEVERAL_COMPANIES]),
        (["T1"], ["T2"], [], 1, True, [Warn.SEVERAL_COMPANIES, Warn.PENDING]),
        ([], ["T2"], [], 0, True, [Warn.NOBODY_OUTSIDE, Warn.PENDING]),
        (["T1"], [], [], 1, False, [Warn.PUBLIC]),
        ([], [], [], 0, False, [Warn.UNFIT, Warn.PUBLIC]),
    ],
)
def test_warnings(
    teams: list[str], pending: list[str], guests: list[str], outsiders: int, private: bool, expected: list[Warn]
) -> None:
    assert list(warnings(teams, pending, guests, outsiders, private=private)) == expected


def suppliers(*names: str) -> list[Candidate]:
    return [Candidate(id=f"s{n}", name=name, key=name_key(name)) for n, name in enumerate(names)]


def test_words_narrow_in_any_spelling() -> None:
    everyone = suppliers("株式会社みかづき運輸", "ほしぞら印刷", "ミカヅキ倉庫")
    assert [c.name for c in candidates(everyone, ["みかづき"]).shown] == ["ミカヅキ倉庫", "株式会社みかづき運輸"]
    assert [c.name for c in candidates(everyone, ["ﾐｶﾂﾞｷ", "運輸"]).shown] == ["株式会社みかづき運輸"]


def test_words_that_fit_nobody_hide_nobody_and_say_so() -> None:
    found = candidates(suppliers("ほしぞら印刷"), ["みかづき"])
    assert (len(found.shown), found.narrowed) == (1, False)


def test_a_menu_holds_a_hundred_and_tells_of_the_rest() -> None:
    found = candidates(suppliers(*(f"会社{n:04}" for n in range(250))), [])
    assert (len(found.shown), found.total, found.narrowed) == (MOST, 250, True)


@pytest.mark.parametrize("words", [[], ["あおば"]])
def test_a_channel_that_is_somebodys_is_offered_to_nobody_else(words: list[str]) -> None:
    first, *others = suppliers("わかば", "あおば", "かえで")
    found = candidates([*others, first.model_copy(update={"here": True})], words)
    assert ([c.name for c in found.shown], found.total, found.narrowed) == (["わかば"], 1, True)
