"""All words for people, Japanese and English, one module a story in each language. The keys must match (tested).

`Text(language)` looks a key up and fills the `{named}` places; a missing key raises KeyError at once, in tests, never
shows a key to a person. Dates are written by Babel in the recipient's language: `2026年12月18日(金)`, `Fri, 18 Dec 2026`.
To add words: the same key in `ja/<story>.py` and `en/<story>.py`.
"""

from __future__ import annotations

import importlib
import pkgutil
from datetime import date
from functools import lru_cache

from babel.dates import format_date

LANGUAGES = ("ja", "en")


def _load(language: str) -> dict[str, str]:
    package = importlib.import_module(f"{__name__}.{language}")
    words: dict[str, str] = {}
    for found in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{found.name}")
        twice = words.keys() & module.TEXT.keys()
        if twice:
            raise ValueError(f"{language}/{found.name}: keys defined twice: {sorted(twice)}")
        words.update(module.TEXT)
    return words


CATALOGS: dict[str, dict[str, str]] = {language: _load(language) for language in LANGUAGES}


class Text:
    """The words of one language. An unknown or empty language is Japanese: the product's first one."""

    def __init__(self, language: str = "ja") -> None:
        self.language = "en" if language.lower().startswith("en") else "ja"
        self._words = CATALOGS[self.language]

    def __call__(self, key: str, /, **params: str | int) -> str:
        """The sentence of a key with its places filled. Values are put in as they are: `kit` escapes."""
        return self._words[key].format(**params)

    def has(self, key: str) -> bool:
        """Whether there is such a sentence; for what other stories may name or not."""
        return key in self._words

    def date(self, day: date) -> str:
        """A day with its weekday."""
        if self.language == "ja":
            return format_date(day, "y年M月d日(EEE)", locale="ja")
        return format_date(day, "EEE, d MMM y", locale="en_GB")


@lru_cache(maxsize=8)
def text(language: str) -> Text:
    """The (shared) words of a language."""
    return Text(language)
