"""Texts that exist in both languages, in the sizes Slack has room for.

To add a size: an annotated string and a subclass of `Words` that narrows `ja` and `en` to it.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from bot.domain.base import Language, Value

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=75)]
Heading = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=24)]


class Words(Value):
    """A text in both languages. Neither is optional: the reader of one must not need the other."""

    ja: Text
    en: Text

    def in_language(self, language: Language) -> str:
        """The text for a recipient."""
        return self.ja if language == "ja" else self.en


class SentenceWords(Words):
    """The text of a question: short enough to be read before it is answered (Slack's label would take 2,000)."""

    ja: Sentence
    en: Sentence


class LabelWords(Words):
    """A choice: Slack's option text is 75 characters at most."""

    ja: Label
    en: Label


class HeadingWords(Words):
    """A section's title: it becomes the title of a modal, 24 characters at most."""

    ja: Heading
    en: Heading
