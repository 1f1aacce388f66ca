"""The glossary: terms that may stand in a question without being explained there, because everybody can look them up."""

from __future__ import annotations

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from bot.domain.base import Value
from bot.domain.words import Label, Words


class Term(Value):
    """One notion: how it is called in each language, and what it means in words that need no glossary."""

    ja: tuple[Label, ...] = Field(min_length=1, max_length=10)
    en: tuple[Label, ...] = Field(min_length=1, max_length=10)
    meaning: Words


class Glossary(Value):
    """All terms; each spelling stands for one notion."""

    terms: tuple[Term, ...] = Field(max_length=500)

    @property
    def words(self) -> frozenset[str]:
        """Every spelling in both languages."""
        return frozenset(word for term in self.terms for word in (*term.ja, *term.en))

    @model_validator(mode="after")
    def _once(self) -> Glossary:
        seen: set[str] = set()
        for term in self.terms:
            for word in {*term.ja, *term.en}:
                if word in seen:
                    raise PydanticCustomError("glossary", "`{word}` is explained twice", {"word": word})
                seen.add(word)
        return self
