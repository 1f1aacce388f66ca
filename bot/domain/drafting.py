"""Edits of a checklist's working copy: each takes a whole checklist and returns another whole one, or is refused with a place.

A question's key is its identity: rewording keeps it, a new question gets one from its English words that nobody ever had.
What the forms hold is in `draft_forms.py`, what the schema says in `draft_checks.py`. Pure.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from bot.domain.checklist import Checklist, Kind
from bot.domain.draft_checks import check_question, whole
from bot.domain.draft_forms import Body, Held, new_key, number, question_body, words
from bot.domain.refusal import Code, Refusal


def set_head(checklist: Checklist, held: Held) -> Checklist:
    """Title, purpose and minutes. Raises Refusals on the inputs."""
    written = checklist.model_dump(mode="json")
    written |= {"title": words(held, "title"), "purpose": words(held, "purpose"), "minutes": number(held, "minutes")}
    return whole(written)


def set_section(checklist: Checklist, key: str, held: Held) -> Checklist:
    """Title and reason of a section. Raises Refusals on the inputs, Refusal(NOT_FOUND)."""
    written = checklist.model_dump(mode="json")
    found = _section(written, key)
    found |= {"title": words(held, "title"), "why": words(held, "why")}
    return whole(written, ("sections", written["sections"].index(found)))


def add_section(checklist: Checklist, held: Held, taken: Collection[str]) -> Checklist:
    """A section with its first question, at the end. Raises Refusals on the inputs."""
    written = checklist.model_dump(mode="json")
    written["sections"].append(_new_section(held, {s.key for s in checklist.sections}, taken))
    return whole(written, ("sections", len(written["sections"]) - 1), section_prefixed=True)


def new_checklist(held: Held, keys: Collection[str], taken: Collection[str], usual: Body) -> Checklist:
    """A checklist with its first section and question. `usual`: its source, owner, version and day. Raises Refusals."""
    written = {
        "key": new_key(held.get("title_en") or "", keys, "list"),
        "title": words(held, "title"),
        "purpose": words(held, "purpose"),
        "minutes": number(held, "minutes"),
        "sections": [_new_section(held, (), taken)],
        **usual,
    }
    return whole(written, ("sections", 0), section_prefixed=True)


def _new_section(held: Held, keys: Collection[str], taken: Collection[str]) -> Body:
    question: Body = {"key": new_key(held.get("text_en") or "", taken), "kind": Kind.YES_NO.value}
    question |= {"text": words(held, "text"), "help": words(held, "help")}
    title = words(held, "section_title")
    key = new_key(title["en"], keys, "section")
    return {"key": key, "title": title, "why": words(held, "section_why"), "questions": [question]}


def set_question(checklist: Checklist, key: str, held: Held, taken: Collection[str]) -> Checklist:
    """Reword a question, or add one ('') at the end of a section. Raises Refusals on the inputs, Refusal(NOT_FOUND)."""
    written = checklist.model_dump(mode="json")
    wanted = _section(written, str(held.get("section") or ""))
    before = next((q for q in checklist.questions if q.key == key), None)
    if key and before is None:
        raise Refusal(Code.NOT_FOUND)
    changed = question_body(before, held) | {"key": key or new_key(held.get("text_en") or "", taken)}
    check_question(changed)
    place = next((s for s in written["sections"] if any(q["key"] == key for q in s["questions"])), None)
    if place is wanted:
        wanted["questions"] = [changed if q["key"] == key else q for q in wanted["questions"]]
    else:
        if place is not None:
            _take_out(written, place, key)
        wanted["questions"].append(changed)
    at = (written["sections"].index(wanted), wanted["questions"].index(changed))
    return whole(written, ("sections", at[0], "questions", at[1]))


def remove_question(checklist: Checklist, key: str) -> Checklist:
    """Without a question; an emptied section goes too. Raises Refusal(LAST_QUESTION, QUESTION_NEEDED, NOT_FOUND)."""
    written = checklist.model_dump(mode="json")
    needing = next((q for q in checklist.questions if any(c.answer == key for c in q.ask_if)), None)
    if needing is not None:
        raise Refusal(Code.QUESTION_NEEDED, question=needing.key)
    caught = [a["caught_by"] for a in written["accidents"]]
    for keys in caught:
        keys[:] = [k for k in keys if k != key]
    written["accidents"] = [a for a in written["accidents"] if a["caught_by"]]
    place = next((s for s in written["sections"] if any(q["key"] == key for q in s["questions"])), None)
    if place is None:
        raise Refusal(Code.NOT_FOUND)
    _take_out(written, place, key)
    if not written["sections"]:
        raise Refusal(Code.LAST_QUESTION)
    return whole(written)


def move_question(checklist: Checklist, key: str, way: Literal["up", "down"]) -> Checklist:
    """One place up or down; over the edge of a section into the next one. At the end of the list: as it was."""
    written = checklist.model_dump(mode="json")
    sections: list[Body] = written["sections"]
    at = next(((i, j) for i, s in enumerate(sections) for j, q in enumerate(s["questions"]) if q["key"] == key), None)
    if at is None:
        raise Refusal(Code.NOT_FOUND)
    i, j = at
    step = -1 if way == "up" else 1
    questions = sections[i]["questions"]
    if 0 <= j + step < len(questions):
        questions[j], questions[j + step] = questions[j + step], questions[j]
    elif 0 <= i + step < len(sections):
        moved, target = questions.pop(j), sections[i + step]["questions"]
        target.insert(len(target) if way == "up" else 0, moved)
        if not questions:
            sections.pop(i)
    return whole(written)


def move_section(checklist: Checklist, key: str, way: Literal["up", "down"]) -> Checklist:
    """A whole section one place up or down."""
    written = checklist.model_dump(mode="json")
    sections: list[Body] = written["sections"]
    i = sections.index(_section(written, key))
    target = i + (-1 if way == "up" else 1)
    if 0 <= target < len(sections):
        sections[i], sections[target] = sections[target], sections[i]
    return whole(written)


def _take_out(written: Body, place: Body, key: str) -> None:
    place["questions"] = [q for q in place["questions"] if q["key"] != key]
    if not place["questions"]:
        written["sections"].remove(place)


def _section(written: Body, key: str) -> Body:
    found: Body | None = next((s for s in written["sections"] if s["key"] == key), None)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found
