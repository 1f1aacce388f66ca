"""`/vendor-review security <user group or private channel>`: the choice before the ack, the members after it."""

from __future__ import annotations

from bot.services import Services
from bot.services.team import TeamSettled
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import Later, Reply, Whisper, whisper
from handlers.slack.requests import Command
from message_templates import kit
from message_templates.catalogs import Text


async def on_security(services: Services, request: Command) -> Reply:
    """Store the choice; then ask Slack who that is, and tell how many, or why it cannot be."""
    chosen = await services.team.choose(request.press, request.words[1:])
    t = Text(await services.people.language(request.who))

    async def settle() -> Reply:
        sentence = settled_sentence(t, await services.team.settle(chosen))
        said = Whisper(request.press.response_url, kit.fallback(sentence), [kit.section(kit.plain(sentence))])
        return Reply(effects=(said,))

    sentence = t("team.chosen")
    return Reply(ack=whisper(sentence, [kit.section(kit.plain(sentence))]).ack, effects=(Later(settle),))


def settled_sentence(t: Text, settled: TeamSettled) -> str:
    """How many people are in the team; that Slack did not answer; or why the choice was withdrawn."""
    if settled.unfit:
        return t(f"team.{settled.unfit}")
    if settled.members is None:
        return t("team.later")
    return t("team.members", members=settled.members)


ROUTES: tuple[Route, ...] = ()

SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("security", on_security),)
