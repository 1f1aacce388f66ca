"""The small parts of a checklist: its source, kinds of answers, choices, evidence, conditions, accidents. Values only.

What they are put together to, and how to add a field, is in `checklist_schema.py`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, StringConstraints, model_validator

from bot.domain.base import Value
from bot.domain.words import Label, LabelWords, Sentence, Words

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,49}$")]

Reference = Annotated[
    str,
    StringConstraints(
        pattern=r"^(iso27001:2022 [4-9](\.\d{1,2}){1,2}|scs [1-7]-\d-\d(-\d{1,2})?|appi 3-4-4|appi 10-[1-7](\(\d\))?"
        r"|jisq15001:2017 A\.3\.4\.3\.4\([a-h]\)|csf2 [A-Z]{2}\.[A-Z]{2}-\d\d|sp800-53r5 [A-Z]{2}-\d{1,2})$"
    ),
]
"""`iso27001:2022 8.13` (Annex A), `scs 4-4-4-2`, `appi 10-6(3)` (PPC guideline, annex), `jisq15001:2017 A.3.4.3.4(c)` (what a
P-mark contract holds), `csf2 GV.SC-05`, `sp800-53r5 SR-6`."""

Certificate = Literal["isms", "p_mark", "scs_3", "scs_4"]
Protects = Literal["personal_data", "secret_data", "network_access", "work_stops"]
"""What of the work a question guards, as facts of it."""

YES_NO = ("yes", "partly", "no", "not_applicable", "dont_know")
ALONE = frozenset({"none", "not_applicable", "dont_know"})
"""Choice keys that contradict every other choice of the same question."""

FACTS: dict[str, tuple[str, ...]] = {
    "personal_data": ("yes", "no"),
    "special_care_data": ("yes", "no"),
    "my_number": ("yes", "no"),
    "secret_data": ("yes", "no"),
    "network_access": ("yes", "no"),
    "work_stops": ("yes", "no"),
    "subcontracting": ("yes", "no"),
    "overseas": ("yes", "no"),
    "contract_type": ("contract", "quasi_mandate", "mandate"),
    "supplier_kind": ("company", "sole_trader", "foreign", "public"),
    "devices": ("none", "lent", "own", "both"),
    "workplace": ("theirs", "ours", "home", "data_centre", "several"),
    "record_count": (),
}
"""Facts of the work a condition may look at, with the values they can take; () is a number (`checklist_facts.py` fills them)."""


class Source(Value):
    """Where the subject matter comes from, shown with the checklist. `modified`: our words, not the source's."""

    title: Words
    url: str | None = None
    version: Label
    licence: Sentence
    modified: StrictBool


class Kind(StrEnum):
    """How a question is answered; also the kind of the value (see `checklist.check_value`)."""

    YES_NO = "yes_no"
    ONE_OF = "one_of"
    MANY_OF = "many_of"
    DATE = "date"
    NUMBER = "number"
    TEXT = "text"
    FILE = "file"


class Scope(StrEnum):
    """Asked once per supplier, or once for each engagement."""

    COMPANY = "company"
    ENGAGEMENT = "engagement"


class Choice(Value):
    """One choice of `one_of` or `many_of`."""

    key: Key
    text: LabelWords


EvidenceKind = Literal["policy", "contract", "record", "list", "screenshot", "photo", "certificate", "diagram"]


class EvidenceRequest(Value):
    """What to attach, and what to do instead when it may not leave the supplier's company (content_ja.md §8.4 Q6)."""

    need: Literal["none", "optional", "required"] = "none"
    kinds: tuple[EvidenceKind, ...] = ()
    if_confidential: Words | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.need != "none" and not (self.kinds and self.if_confidential):
            raise ValueError("evidence that is asked for needs `kinds` and `if_confidential`")
        return self


class Condition(Value):
    """True when an earlier answer, or a fact of the engagement, is one of the values, or is at least the number."""

    answer: Key | None = None
    fact: Key | None = None
    is_one_of: tuple[Label, ...] = ()
    at_least: int | None = None

    @model_validator(mode="after")
    def _one_subject_one_test(self) -> Self:
        if (self.answer is None) == (self.fact is None):
            raise ValueError("a condition looks at either `answer` or `fact`")
        if bool(self.is_one_of) == (self.at_least is not None):
            raise ValueError("a condition has either `is_one_of` or `at_least`")
        return self


class Accident(Value):
    """An accident typical of the trade, and the questions of this file whose honest answer would have warned of it."""

    what: Words
    caught_by: tuple[Key, ...] = Field(min_length=1, max_length=5)
