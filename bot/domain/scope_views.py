"""What the modals show in which the security team changes what a round leaves out. Values only."""

from __future__ import annotations

from typing import Literal

from bot.domain.base import Language, Value
from bot.domain.scoping import Choice

PAGE = 10
WORKS = 10
"""Slack's checkboxes hold ten; more work of one supplier than that comes in a menu of up to a hundred."""


class ScopeLine(Value):
    """One engagement that the policy would leave out, or about which somebody chose. `by`: the name of who did."""

    engagement_id: str
    supplier: str
    business: str
    inside: bool
    reason: str
    choice: Choice | None = None
    by: str = ""


class ScopePage(Value):
    """A page of them."""

    language: Language
    round_id: str
    lines: tuple[ScopeLine, ...]
    total: int
    page: int
    pages: int


class ScopeForm(Value):
    """The form: turn one engagement's decision around (`turn`), or leave out work of one supplier (`leave`).

    `works` are (id, what it is) of what can be left out.
    """

    language: Language
    round_id: str
    kind: Literal["turn", "leave"]
    subject_id: str
    supplier: str
    line: ScopeLine | None = None
    works: tuple[tuple[str, str], ...] = ()


class ScopeChanged(Value):
    """It is noted in the preview."""

    round_id: str
