"""An endpoint's life after it was proposed: verified by a person, suspended by a look that disagrees, never the reverse.

Everything here happens in a transaction of the caller's; what had to be asked of Slack was asked before it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from bot.domain.channel_check import Difference, Finding, compare
from bot.domain.delivery import NoticeKind
from bot.domain.ledger import Endpoint, EndpointState
from bot.domain.people import SYSTEM, Person
from bot.services import history
from bot.services.ports import Directory
from bot.services.recipients import person_place, security_places
from bot.services.telling.base import new_notice
from storage import endpoints, notices
from storage.tx import Tx

Companies = tuple[str, ...] | None
"""What `Directory.companies` told: None where the channel is gone, archived, or the app is not in it."""


async def names_of(directory: Directory, endpoint: Endpoint, companies: Companies) -> dict[str, str]:
    """The names that a difference would have to be told with; asks nothing where nothing differs."""
    differing = set(companies or ()) ^ set(endpoint.teams) if companies is not None else set()
    return {team: await directory.team_name(team) for team in sorted(differing)}


async def judge(
    tx: Tx,
    endpoint: Endpoint,
    companies: Companies,
    names: Mapping[str, str],
    now: datetime,
    real: datetime,
) -> None:
    """Hold a look against what was confirmed: note that it agrees, or suspend. Only a verified endpoint is judged."""
    if endpoint.state is not EndpointState.VERIFIED:
        return
    guests = (await endpoints.guests_in(tx, [endpoint.channel_id]))[endpoint.channel_id]
    finding = difference(endpoint, companies, guests)
    if finding is None:
        await endpoints.agreed(tx, [endpoint.id], real)
    else:
        await suspend(tx, endpoint, finding, names, now, real)


def difference(endpoint: Endpoint, companies: Companies, guests: Collection[str]) -> Finding | None:
    """What differs from what was confirmed, or None."""
    if companies is None:
        return Finding(reason=Difference.GONE)
    return compare(endpoint.teams, endpoint.guests, companies, guests)


async def suspend(
    tx: Tx, endpoint: Endpoint, finding: Finding, names: Mapping[str, str], now: datetime, real: datetime
) -> None:
    """Nothing is sent there and nothing taken from there until a person has confirmed it again; the team is told."""
    suspended = endpoint.model_copy(update={"state": EndpointState.SUSPENDED, "reason": finding.reason.value})
    await tx.put(suspended)
    tx.add(*history.changed(endpoint, suspended, SYSTEM, now, finding.reason.value))
    tx.audit(
        now, SYSTEM, "endpoint:suspended", "endpoint", endpoint.id, finding.reason.value, teams=list(finding.teams)
    )
    people = await tx.find(Person, slack_user_id=list(finding.guests)) if finding.guests else []
    params = {
        "why": finding.reason.value,
        "companies": [names.get(team, team) for team in finding.teams],
        "people": [person.id for person in people],
    }
    for place in await _told(tx, endpoint):
        notice = new_notice(
            NoticeKind.ENDPOINT_SUSPENDED, place, endpoint.id, real, cycle=endpoint.version, params=params
        )
        await notices.tell(tx, notice)


async def _told(tx: Tx, endpoint: Endpoint) -> list[str]:
    """The security team; where there is none (yet), whoever confirmed the endpoint."""
    places = await security_places(tx)
    if places or not endpoint.verified_by:
        return places
    return [person_place(endpoint.verified_by)]
