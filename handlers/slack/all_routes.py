"""Every route of the product. To add a story: its module's ROUTES and SUBCOMMANDS in this list."""

from __future__ import annotations

from handlers.slack import answers, events, judge, link, resolving
from handlers.slack.registry import Route, merge


def all_routes() -> dict[tuple[str, str], Route]:
    """The merged table; two routes for one id are an error."""
    return merge(answers.ROUTES, events.ROUTES, link.ROUTES, judge.ROUTES, resolving.ROUTES)
