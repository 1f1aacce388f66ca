"""Japanese sentences cut into words, for the linter. SudachiPy and its dictionary are loaded at the first sentence.

To use another analyser: a function from a text to `Token`s; the rules look at parts of speech by their UniDic names.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from bot.domain.lint.values import Token


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    from sudachipy import Dictionary, SplitMode

    return Dictionary(dict="small").tokenizer(mode=SplitMode.C)


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[Token, ...]:
    """The words of a text."""
    found = []
    for word in _tokenizer().tokenize(text):
        speech = word.part_of_speech()
        found.append(
            Token(
                word.surface(),
                word.dictionary_form(),
                word.normalized_form(),
                speech[0],
                speech[2] if speech[2] != "*" else speech[1],
                speech[5],
                tuple(word.synonym_group_ids()),
            )
        )
    return tuple(found)
