"""Every route of the product. To add a story: its module in STORIES; help lists subcommands in this order."""

from __future__ import annotations

from handlers.slack import (
    answers,
    attest,
    certificates,
    departments,
    ends,
    events,
    free_fields,
    home,
    judge,
    knowing,
    link,
    listing,
    merging,
    owners,
    pausing,
    proposals,
    reading,
    record,
    record_edit,
    register,
    rehearse,
    resolving,
    rounds,
    scope,
    subcontractors,
    team,
    tiers,
    transfers,
)
from handlers.slack.commands import command_routes
from handlers.slack.registry import Route, Subcommand, merge

SUBCOMMANDS: tuple[tuple[Subcommand, ...], ...] = (
    team.SUBCOMMANDS,
    departments.SUBCOMMANDS,
    owners.SUBCOMMANDS,
    register.SUBCOMMANDS,
    proposals.SUBCOMMANDS,
    link.SUBCOMMANDS,
    rehearse.SUBCOMMANDS,
    rounds.SUBCOMMANDS,
    tiers.SUBCOMMANDS,
    judge.SUBCOMMANDS,
    listing.SUBCOMMANDS,
    reading.SUBCOMMANDS,
    merging.SUBCOMMANDS,
    free_fields.SUBCOMMANDS,
    ends.SUBCOMMANDS,
    pausing.SUBCOMMANDS,
    resolving.SUBCOMMANDS,
    certificates.SUBCOMMANDS,
    subcontractors.SUBCOMMANDS,
    transfers.SUBCOMMANDS,
)
STORIES = (
    answers,
    attest,
    certificates,
    departments,
    ends,
    events,
    free_fields,
    home,
    judge,
    knowing,
    link,
    listing,
    merging,
    owners,
    pausing,
    proposals,
    reading,
    record,
    record_edit,
    register,
    rehearse,
    resolving,
    rounds,
    scope,
    subcontractors,
    team,
    tiers,
    transfers,
)


def all_routes() -> dict[tuple[str, str], Route]:
    """The merged table; two routes for one id are an error."""
    return merge(command_routes(*SUBCOMMANDS), *(story.ROUTES for story in STORIES))
