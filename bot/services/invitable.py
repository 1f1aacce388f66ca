"""Whether anybody can be invited to a channel: who is in it, whose it is, what waits there. Used before a person confirms, and
again just before it is sent."""

from __future__ import annotations

from bot.domain.inviting import unfit
from bot.domain.people import PersonKind
from bot.domain.refusal import Code
from bot.domain.settings import SECURITY_TEAM, SecurityTeam, Setting
from bot.services.linking import CROWD
from bot.services.ports import ChannelFacts, Directory
from storage import endpoints, inviting
from storage.tx import Tx


async def seen(directory: Directory, channel_id: str) -> ChannelFacts | Code:
    """The channel with its people, or why not: a channel of everybody's is no place for a supplier. Raises SendFailed."""
    if await directory.companies(channel_id) is None:
        return Code.CHANNEL_UNSEEN
    if len(await directory.group(channel_id)) > CROWD:
        return Code.CHANNEL_CROWD
    facts = await directory.channel(channel_id)
    return Code.CHANNEL_UNSEEN if facts is None or facts.archived else facts


def outsiders(facts: ChannelFacts) -> bool:
    """Whether anybody from outside is in the channel: a company, somebody of one, a guest of ours."""
    strange = {PersonKind.EXTERNAL, PersonKind.GUEST}
    return bool(facts.teams) or any(m.active and m.kind in strange for m in facts.members)


async def why_not(tx: Tx, channel_id: str, supplier_id: str, *, outside: bool, pending: bool) -> Code | None:
    """Why nobody can be invited to the channel for this supplier: the team's own, an endpoint, outsiders; None where they can."""
    chosen = await tx.get(Setting, SECURITY_TEAM)
    if chosen and SecurityTeam.model_validate(chosen.value).source == channel_id:
        return Code.TEAM_CHANNEL
    if here := await endpoints.at(tx, channel_id):
        return Code.CHANNEL_IS_ENDPOINT if here.supplier_id == supplier_id else Code.CHANNEL_TAKEN
    here_too = {one.supplier_id for one in await inviting.open_in(tx, channel_id)}
    return unfit(outsiders=outside, pending=pending, invited_here=here_too, supplier_id=supplier_id)
