"""The policy that this process works by. Read once, at the start; the one that ships until somebody names another.

A free function, because rules are asked for in the middle of other stories' transactions. To try another policy in a test:
`with working_by(policy):`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bot.domain.policy import Policy
from storage.policy_file import shipped

_CHOSEN: list[Policy] = []


def policy() -> Policy:
    """The company's rules."""
    return _CHOSEN[-1] if _CHOSEN else shipped()


def work_by(chosen: Policy) -> None:
    """From here on these rules count."""
    _CHOSEN[:] = [chosen]


@contextmanager
def working_by(chosen: Policy) -> Iterator[None]:
    """These rules, for a while."""
    before = list(_CHOSEN)
    work_by(chosen)
    try:
        yield
    finally:
        _CHOSEN[:] = before
