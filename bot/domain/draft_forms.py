"""The forms over a checklist's working copy: what they show to begin with, and what a question is that was entered.

What a form held comes as texts by field name, or lists of codes. What has no input stays as it was. To add a field to a
question's form: in `held_of_question` and `question_body`, an input in the form's template, its label in the catalogs. Pure.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bot.domain.checklist import YES_NO, Checklist, Kind, Question, Section
from bot.domain.refusal import Code, Refusal

Held = Mapping[str, Any]
"""A form's inputs by name: a text, or a list of codes."""
Body = dict[str, Any]

WORDS = ("text", "help", "example", "why")
FLAGS = ("required", "critical", "legal_minimum")
SEP = "|"
KEY_LENGTH = 40
_SMALL = frozenset(
    {"a", "an", "the", "do", "does", "is", "are", "you", "your", "of", "to", "in", "and", "or", "have", "has"}
)


def digest(shown: Any) -> str:
    """What a form remembers of what it showed, so that it notices when somebody was faster."""
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]


def new_key(english: str, taken: Collection[str], prefix: str = "q") -> str:
    """A key from English words that nobody has, nor ever had."""
    words = [w for w in re.findall(r"[a-z0-9]+", english.lower()) if w not in _SMALL]
    stem = "_".join(words)[:KEY_LENGTH].strip("_") or prefix
    stem = stem if stem[0].isalpha() and len(stem) > 1 else f"{prefix}_{stem}"
    found, n = stem, 1
    while found in taken:
        n += 1
        found = f"{stem}_{n}"
    return found


def held_of_question(checklist: Checklist, question: Question | None, section: str = "") -> dict[str, Any]:
    """The inputs of a question's form as they are now; of a new one where it is None."""
    if question is None:
        return {"kind": Kind.YES_NO.value, "scope": "company", "weight": "1", "flags": ["required"], "section": section}
    written = question.model_dump(mode="json")
    held: dict[str, Any] = {
        f"{name}_{lang}": (written[name] or {}).get(lang, "") for name in WORDS for lang in ("ja", "en")
    }
    how = written["evidence"]
    held |= {f"confidential_{lang}": (how["if_confidential"] or {}).get(lang, "") for lang in ("ja", "en")}
    held |= {name: written[name] for name in ("kind", "scope")} | {"weight": str(written["weight"])}
    held |= {name: "" if written[name] is None else str(written[name]) for name in ("minimum", "maximum")}
    held["choices"] = "\n".join(
        f" {SEP} ".join((c["key"], c["text"]["ja"], c["text"]["en"])) for c in written["choices"]
    )
    held["flags"] = [name for name in FLAGS if written[name]]
    held |= {"evidence": how["need"], "evidence_kinds": how["kinds"], "protects": written["protects"]}
    held["conditions"] = [f"{c.answer}={code}" for c in question.ask_if if c.answer for code in c.is_one_of]
    held["section"] = next(s.key for s in checklist.sections if question in s.questions)
    return held


def held_of_section(section: Section | None) -> dict[str, Any]:
    """The inputs of a section's form."""
    if section is None:
        return {}
    return {
        f"{name}_{lang}": getattr(getattr(section, name), lang) for name in ("title", "why") for lang in ("ja", "en")
    }


def held_of_head(checklist: Checklist) -> dict[str, Any]:
    """The inputs of the form of the list itself."""
    words = {
        f"{name}_{lang}": getattr(getattr(checklist, name), lang)
        for name in ("title", "purpose")
        for lang in ("ja", "en")
    }
    return words | {"minutes": str(checklist.minutes)}


def earlier_closed(checklist: Checklist, key: str, section: str) -> list[Question]:
    """The questions that a condition may look at: closed, and asked before this one (or before the end of a section)."""
    found: list[Question] = []
    for one in checklist.sections:
        for question in one.questions:
            if question.key == key:
                return found
            found += [question] if question.possible else []
        if not key and one.key == section:
            return found
    return found


# -- from inputs to a question -------------------------------------------------------------------------------------------


def question_body(before: Question | None, held: Held) -> Body:
    """What the form has no input for stays as it was."""
    kind = str(held.get("kind") or Kind.YES_NO.value)
    written: Body = before.model_dump(mode="json") if before else {}
    written |= {"text": words(held, "text"), "help": words(held, "help")}
    written |= {"example": _some_words(held, "example"), "why": _some_words(held, "why")}
    chosen = kind in (Kind.ONE_OF, Kind.MANY_OF)
    written |= {"kind": kind, "choices": choices_of(str(held.get("choices") or "")) if chosen else []}
    for name in ("minimum", "maximum"):
        written[name] = _some_number(held, name) if kind == Kind.NUMBER else None
    written |= {"scope": held.get("scope") or "company", "weight": number(held, "weight")}
    written |= {name: name in (held.get("flags") or []) for name in FLAGS}
    written["protects"] = list(held.get("protects") or [])
    written["evidence"] = _evidence(held)
    possible = YES_NO if kind == Kind.YES_NO else [c["key"] for c in written["choices"]]
    if before is not None and before.risky is not None:
        written["risky"] = [code for code in before.risky if code in possible]
    kept = [c.model_dump(mode="json") for c in (before.ask_if if before else ()) if not (c.answer and c.is_one_of)]
    written["ask_if"] = kept + conditions_of(held.get("conditions") or [])
    return written


def choices_of(text: str) -> list[Body]:
    """Choices, one a line: `key | Japanese | English`, or without a key for a new one. Raises Refusal(CHOICE_LINE)."""
    lines = [line.strip() for line in text.replace("｜", SEP).splitlines() if line.strip()]
    parted = [[part.strip() for part in line.split(SEP)] for line in lines]
    keys = {parts[0] for parts in parted if len(parts) == 3}
    found = []
    for line, parts in zip(lines, parted, strict=True):
        if len(parts) not in (2, 3) or not all(parts):
            raise Refusal(Code.CHOICE_LINE, "choices", line=line[:60])
        ja, en = parts[-2:]
        key = parts[0] if len(parts) == 3 else new_key(en, keys, "choice")
        keys.add(key)
        found.append({"key": key, "text": {"ja": ja, "en": en}})
    return found


def conditions_of(chosen: Sequence[str]) -> list[Body]:
    """`question=code` pairs as conditions: one a question, all of which must hold."""
    codes: dict[str, list[str]] = {}
    for pair in chosen:
        key, _, code = pair.partition("=")
        codes.setdefault(key, []).append(code)
    return [{"answer": key, "is_one_of": many} for key, many in codes.items()]


def _evidence(held: Held) -> Body:
    need = held.get("evidence") or "none"
    kinds = list(held.get("evidence_kinds") or [])
    how = _some_words(held, "confidential")
    if need != "none" and not kinds:
        raise Refusal(Code.EVIDENCE_KINDS, "evidence_kinds")
    if need != "none" and how is None:
        raise Refusal(Code.EVIDENCE_HOW, "confidential_ja")
    return {"need": need, "kinds": kinds, "if_confidential": how}


def words(held: Held, name: str) -> Body:
    """A text in both languages, as it was entered."""
    return {lang: str(held.get(f"{name}_{lang}") or "").strip() for lang in ("ja", "en")}


def _some_words(held: Held, name: str) -> Body | None:
    found = words(held, name)
    return found if any(found.values()) else None


def number(held: Held, name: str) -> int:
    """A whole number. Raises Refusal(EMPTY, BAD_VALUE) on its input."""
    found = _some_number(held, name)
    if found is None:
        raise Refusal(Code.EMPTY, name)
    return found


def _some_number(held: Held, name: str) -> int | None:
    text = str(held.get(name) or "").strip()
    if not text:
        return None
    if not re.fullmatch(r"-?\d{1,9}", text, re.ASCII):
        raise Refusal(Code.BAD_VALUE, name)
    return int(text)
