"""impossible_condition: a question that nobody is ever asked, also through the conditions of those that it depends on.

All conditions of a question must hold, and so must all conditions of every question whose answer it looks at. That is one
conjunction; it cannot be true where two demands on the same subject share no value.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.checklist_parts import ALONE, FACTS, Condition, Kind
from bot.domain.checklist_schema import Question
from bot.domain.lint.values import Hit, Reviewed, Setting

Subject = tuple[str, str]


def impossible_condition(reviewed: Reviewed, _setting: Setting) -> Iterator[Hit]:
    """A question for which no answers and no facts make all its conditions true."""
    questions = {asked.question.key: asked.question for asked in reviewed.asked}
    for asked in reviewed.asked:
        question = asked.question
        if question.minimum is not None and question.maximum is not None and question.minimum > question.maximum:
            yield Hit((*asked.loc, "minimum"), None, (question.key,))
        if not question.ask_if:
            continue
        subject = _contradiction(_demands(question, questions, set()), questions)
        if subject:
            yield Hit((*asked.loc, "ask_if"), None, (subject,))


def _demands(question: Question, questions: dict[str, Question], seen: set[str]) -> list[Condition]:
    """The question's conditions, and those of the questions they look at."""
    if question.key in seen:
        return []
    seen.add(question.key)
    found = list(question.ask_if)
    for condition in question.ask_if:
        before = questions.get(condition.answer or "")
        if before is not None:
            found += _demands(before, questions, seen)
    return found


def _contradiction(demands: list[Condition], questions: dict[str, Question]) -> str | None:
    by_subject: dict[Subject, list[Condition]] = {}
    for one in demands:
        subject = ("answer", one.answer) if one.answer else ("fact", one.fact or "")
        by_subject.setdefault(subject, []).append(one)
    for (what, name), conditions in by_subject.items():
        asked = questions.get(name) if what == "answer" else None
        if what == "answer" and asked is None:
            return name
        if what == "fact" and name not in FACTS:
            return name
        least = [one.at_least for one in conditions if one.at_least is not None]
        if least and asked is not None and asked.maximum is not None and max(least) > asked.maximum:
            return name
        wanted = [set(one.is_one_of) for one in conditions if one.is_one_of]
        if wanted and not _together(wanted, asked, FACTS.get(name, ()) if asked is None else asked.possible):
            return name
    return None


def _together(wanted: list[set[str]], asked: Question | None, possible: tuple[str, ...]) -> bool:
    """Whether one answer can satisfy all; of `many_of` several may be chosen, except those that stand alone."""
    if set.intersection(*wanted) & set(possible):
        return True
    if asked is None or asked.kind is not Kind.MANY_OF:
        return False
    return all((values & set(possible)) - ALONE for values in wanted)
