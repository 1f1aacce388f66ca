"""The bot with one card that cannot be drawn, the owners' outcome: `python -m tests.journeys.bot_without_a_card run`."""

from __future__ import annotations

from typing import Any

from bot.cli import main
from message_templates import outcomes


def broken(*_: Any) -> list[dict[str, Any]]:
    """A template that asks the catalog for a word it does not have."""
    raise KeyError("outcome.owner_line_that_nobody_wrote")


if __name__ == "__main__":
    outcomes.owner = broken
    main()
