"""The Home tab: the guide of the first run, what the team has on its plate, and what waits for an owner.

Values in, blocks out; a part that a person may not see is not in the value. At most 100 blocks: rounds and cards are cut.
To add a part: a function that returns blocks, its place in `home_tab`, its words `home.…` in both catalogs.
"""

from __future__ import annotations

from typing import Any

from bot.domain.first_run import SKIPPABLE, Guide, Step, StepLine, StepState
from bot.domain.homes import HomeView, MyCards, Numbers, OpenRound, Rehearsing
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]

CARDS = 10
NAME = 80

DO: dict[Step, ids.Do] = {
    Step.TEAM: ids.Do.HOME_TEAM,
    Step.DEPARTMENTS: ids.Do.HOME_DEPARTMENT,
    Step.SUPPLIERS: ids.Do.HOME_REGISTER,
    Step.LINK: ids.Do.HOME_CHANNELS,
    Step.REHEARSAL: ids.Do.HOME_REHEARSE,
    Step.ROUND: ids.Do.HOME_ROUND,
}
MARK = {StepState.DONE: "✅", StepState.SKIPPED: "⏭", StepState.LEFT: "⬜"}


def home_tab(t: Text, view: HomeView) -> Json:
    """The whole tab, as views.publish takes it."""
    return {"type": "home", "blocks": _blocks(t, view)[: kit.VIEW_BLOCKS]}


def _blocks(t: Text, view: HomeView) -> list[Json]:
    if not view.insider:
        return [kit.section(kit.plain(t("home.outside")))]
    parts = [
        *(_guide(t, view.guide, view.rehearsal, closable=view.closable) if view.guide else []),
        *(_numbers(t, view.numbers) if view.numbers else []),
        *(_tools(t, view) if view.numbers else []),
        *([kit.divider(), *_rehearsal(t, view.rehearsal)] if view.rehearsal and not view.guide else []),
        *_cards(t, view),
    ]
    if view.begin is not None:
        parts += _begin(t, view.begin)
    parts = parts or [kit.section(kit.plain(t("home.hello"))), kit.context(kit.plain(t("home.hello_how")))]
    return parts if view.numbers or view.guide or view.begin is not None else [*parts, _propose(t)]


def _propose(t: Text) -> Json:
    """Everybody of ours may propose a supplier; the team has its own button for it."""
    return kit.actions([kit.button(t("home.propose"), ids.Do.HOME_REGISTER)], block_id="vr1.home.propose")


# -- the guide -----------------------------------------------------------------------------------------------------------


def _guide(t: Text, guide: Guide, rehearsal: Rehearsing | None, *, closable: bool) -> list[Json]:
    done = sum(line.state is StepState.DONE for line in guide.lines)
    intro = t("home.guide_finished" if guide.finished else "home.guide_intro")
    progress = t("home.guide_progress", bar=kit.bar(done, len(guide.lines)), done=done, total=len(guide.lines))
    blocks = [kit.header(t("home.guide_title")), kit.section(kit.plain(intro)), kit.context(kit.plain(progress))]
    for number, line in enumerate(guide.lines, 1):
        blocks += [kit.divider(), *_step(t, number, line, rehearsal, primary=line.step is guide.next)]
    if closable:
        close = kit.button(t("home.guide_close"), ids.Do.HOME_GUIDE, ids.pack("close"))
        blocks += [kit.divider(), kit.actions([close], block_id="vr1.home.guide")]
    return [*blocks, kit.context(kit.plain(t("home.guide_leave")))]


def _step(t: Text, number: int, line: StepLine, rehearsal: Rehearsing | None, *, primary: bool) -> list[Json]:
    """Its state, why it is there, and its button (or what it waits for)."""
    running = rehearsal if line.step is Step.REHEARSAL and line.state is not StepState.DONE else None
    name, state = t(f"home.step.{line.step.value}"), t("home.running" if running else f"home.state.{line.state.value}")
    counted = t(f"home.count.{line.step.value}", count=line.count) if line.count and line.step not in _UNCOUNTED else ""
    head = kit.md(t, "home.line", mark=MARK[line.state], number=number, name=name, state=state, count=counted)
    blocks = [kit.section(head), kit.context(kit.plain(t(f"home.why.{line.step.value}")))]
    if line.step is Step.REHEARSAL and rehearsal:
        return [*blocks, *_rehearsal(t, rehearsal)]
    if not line.may:
        return [*blocks, kit.context(kit.plain(t("home.not_yours")))]
    if line.waits_for:
        return [*blocks, kit.context(kit.plain(t("home.first", step=t(f"home.step.{line.waits_for.value}"))))]
    return [*blocks, kit.actions(_buttons(t, line, primary=primary), block_id=f"vr1.home.{line.step.value}")]


_UNCOUNTED = {Step.REHEARSAL}


def _buttons(t: Text, line: StepLine, *, primary: bool) -> list[Json]:
    label = t(f"home.again.{line.step.value}" if line.state is StepState.DONE else f"home.do.{line.step.value}")
    buttons = [kit.button(label, DO[line.step], style="primary" if primary else "")]
    if line.step in SKIPPABLE and line.state is StepState.LEFT:
        buttons.append(kit.button(t("home.skip"), ids.Do.HOME_SKIP, ids.pack(line.step.value)))
    return buttons


def _rehearsal(t: Text, rehearsal: Rehearsing) -> list[Json]:
    """Whose part somebody plays in their own rehearsal, and the way out of it."""
    ended = "home.rehearsal_over" if rehearsal.judged else "home.rehearsal_stopped"
    key = ended if rehearsal.over else f"home.rehearsal_{rehearsal.part}"
    sure = kit.confirm(t("home.end"), t("home.end_sure"), t("home.end_yes"), t("common.cancel"))
    end = kit.button(
        t("home.end"),
        ids.Do.HOME_END,
        style="primary" if rehearsal.over else "",
        confirm=None if rehearsal.over else sure,
    )
    return [kit.section(kit.plain(t(key))), kit.actions([end], block_id="vr1.home.rehearsing")]


# -- what the team has on its plate ----------------------------------------------------------------------------------------


def _numbers(t: Text, numbers: Numbers) -> list[Json]:
    blocks = [kit.header(t("home.now"))]
    if numbers.paused:
        blocks.append(kit.section(kit.md(t, "home.paused")))
    blocks += [kit.section(kit.plain(_round(t, one))) for one in numbers.rounds]
    if numbers.more_rounds:
        blocks.append(kit.context(kit.plain(t("home.more_rounds", count=numbers.more_rounds))))
    if not numbers.rounds:
        blocks.append(kit.section(kit.plain(t("home.no_round"))))
    counts = [
        kit.md(t, "home.waiting", count=numbers.waiting),
        kit.md(t, "home.stuck", count=numbers.stuck),
        kit.md(t, "home.suspended", count=numbers.suspended),
        *([kit.md(t, "tier.home", count=numbers.tiers)] if numbers.tiers else []),
        *([kit.md(t, "owners.home", count=numbers.unowned)] if numbers.unowned else []),
        *([kit.md(t, "ends.home", count=numbers.ends_passed)] if numbers.ends_passed else []),
        *([kit.md(t, "closing.home", count=numbers.closing_late)] if numbers.closing_late else []),
        *([kit.md(t, "proposal.home", count=numbers.proposals)] if numbers.proposals else []),
        *([kit.md(t, "strangers.home", count=numbers.strangers)] if numbers.strangers else []),
    ]
    blocks.append(kit.fields(counts))
    if numbers.suspended:
        blocks.append(kit.context(kit.md(t, "home.suspended_how")))
    return blocks + _ledger(t, numbers)


def _ledger(t: Text, numbers: Numbers) -> list[Json]:
    """What of the ledger needs a look, each a press away as a list."""
    buttons = [
        kit.button(t(f"list.home.{name}", count=count), f"{ids.Do.HOME_COUNT}.{name}", ids.pack(name))
        for name, count in numbers.ledger
        if count
    ]
    return [kit.section(kit.plain(t("list.home"))), kit.actions(buttons, block_id="vr1.home.ledger")] if buttons else []


def _round(t: Text, one: OpenRound) -> str:
    return t(
        "home.round",
        title=kit.cut(one.title, NAME),
        due=t.date(one.due_on),
        bar=kit.bar(one.ended, one.reviews),
        ended=one.ended,
        reviews=one.reviews,
        handed_in=one.handed_in,
    )


def _tools(t: Text, view: HomeView) -> list[Json]:
    """The ways to what is there; what waits for somebody comes first and stands out."""
    numbers = view.numbers or Numbers()
    first = [
        kit.button(t("home.judge"), ids.Do.HOME_JUDGE, style="primary" if numbers.waiting else ""),
        kit.button(t("home.unresolved"), ids.Do.HOME_STUCK),
        kit.button(t("home.list"), ids.Do.HOME_LIST),
        kit.button(t("ends.list_title"), ids.Do.HOME_ENDS),
        kit.button(t("owners.title_short"), ids.Do.HOME_OWNERS),
        *([kit.button(t("tier.todo_title"), ids.Do.HOME_TIERS)] if numbers.tiers else []),
        *([kit.button(t("proposal.title"), ids.Do.HOME_PROPOSALS)] if numbers.proposals else []),
        *([kit.button(t("strangers.list_title"), ids.Do.HOME_STRANGERS)] if numbers.strangers else []),
        kit.button(t("transfer.export"), ids.Do.LEDGER_EXPORT),
    ]
    if view.guide:  # the guide has the others
        return [kit.actions(first, block_id="vr1.home.tools")]
    later = [step for step in _LATER if step is not Step.REHEARSAL or not view.rehearsal]
    more = [kit.button(t(f"home.again.{step.value}"), DO[step]) for step in later]
    if view.closable:
        more.append(kit.button(t("home.guide_open"), ids.Do.HOME_GUIDE, ids.pack("open")))
    return [kit.actions(first, block_id="vr1.home.tools"), kit.actions(more, block_id="vr1.home.more")]


_LATER = (Step.ROUND, Step.SUPPLIERS, Step.DEPARTMENTS, Step.LINK, Step.REHEARSAL)


# -- owners and everybody else -----------------------------------------------------------------------------------------------


def _cards(t: Text, view: HomeView) -> list[Json]:
    """What waits for this person's answer as an owner: how much, until when, and where its card is."""
    if not view.cards:
        return []
    blocks = [kit.header(t("home.mine"))]
    blocks += [kit.section(_card(t, view.team_id, one)) for one in view.cards[:CARDS]]
    return [*blocks, kit.context(kit.plain(t("home.mine_how")))]


def _card(t: Text, team_id: str, one: MyCards) -> Json:
    title, due = kit.cut(one.title, NAME), t.date(one.attest_by)
    line = kit.md(t, "home.card", title=title, count=one.count, due=due)
    if one.channel:  # Slack's own address of a conversation ("deep linking"); it opens the DM, not the message in it
        url = f"https://slack.com/app_redirect?team={team_id}&amp;channel={one.channel}"
        line["text"] += f"\n<{url}|{t('home.card_open')}>"
    return line


def _begin(t: Text, admin: str) -> list[Json]:
    """Nobody has begun yet: who may, and how."""
    who = kit.md(t, "home.begin_nobody")
    if admin:
        who["text"] = t("home.begin_who", who=f"<@{kit.esc(admin)}>")
    return [kit.section(kit.plain(t("home.begin"))), kit.section(who)]
