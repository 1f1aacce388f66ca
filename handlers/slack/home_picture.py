"""Publishing a Home tab: one person's pictures in order, none of them older than the one that is there.

`publish` describes it as an effect (after the acknowledgement), `carry_out` does it. Slack answers `hash_conflict` where
somebody else has published meanwhile, or where an earlier answer was lost; then the tab is drawn anew and published
without a hash, and looked at once more, so that what changed in between is not left out.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.people import Who
from bot.services import Services
from bot.slack_answers import error_name
from handlers.slack.persistence import IN_A_MODAL, again
from handlers.slack.replies import Json, PublishHome, Reply

log = logging.getLogger(__name__)

TRIES = 4


def publish(services: Services, who: Who, seen_hash: str = "", *, opened: bool = False) -> PublishHome:
    """Draw this person's tab, and publish it if it differs from what is there (`seen_hash`, where Slack told it)."""
    return PublishHome(
        who=who,
        make=lambda: services.homes.picture(who, seen_hash, opened=opened),
        again=lambda: services.homes.picture(who),
        kept=lambda picture, new_hash: services.homes.published(who, picture, new_hash),
    )


def followed(services: Services, reply: Reply, who: Who, seen_hash: str) -> Reply:
    """The same reply, after which the Home tab of whoever pressed shows what the press has changed.

    `seen_hash`: that of the tab, where it was pressed on; it is there then, also where nobody noted it before we died.
    """
    tab = publish(services, who, seen_hash, opened=bool(seen_hash))
    return replace(reply, effects=(*reply.effects, tab))


async def carry_out(client: AsyncWebClient, effect: PublishHome) -> None:
    """Publish until what is there is what the database says. Whoever calls sees to one at a time for each person."""
    make, blind = effect.make, False
    for _ in range(TRIES):
        picture = await make()
        if picture is None:
            return
        named: Json = {"hash": picture.hash} if picture.hash and not blind else {}
        user, view = picture.user, picture.view
        try:
            answer = await again(lambda: client.views_publish(user_id=user, view=view, **named), IN_A_MODAL)  # noqa: B023
        except SlackApiError as error:
            if error_name(error) != "hash_conflict":
                raise
            blind = True
            continue
        await effect.kept(picture, str(answer["view"]["hash"]))
        if named:
            return
        make, blind = effect.again, False
    log.warning("the Home tab of %s is published by others at the same time; it is drawn when it is opened", effect.who)
