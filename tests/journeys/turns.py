"""What can happen to a supplier's channel, as a table: each turn with the channel it needs and what must come of it.

`TURNS` is played by test_turns.py at every stage of a review. To add a turn: a coroutine (town, one) and a row. `why` is
the beginning of what `/vendor-review show` says afterwards, "" where the channel goes on as it was.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.journeys.town import ADMIN, BOT, GUEST2, HOME, SEC1, STRANGER, SUP3, Town


@dataclass
class One:
    """A supplier of its own for one turn. `channel` is where it was linked; `person` is of its company or a guest."""

    n: int
    name: str
    team: str = ""
    person: str = ""
    colleague: str = ""
    channel: str = ""
    since: int = 0


@dataclass(frozen=True)
class Turn:
    """`hosted`: the supplier hosts the channel; `guest`: a guest's channel, of the old kind with a G… id.

    `heard`: an event tells the app of it at once; else it is seen when something is about to be sent.
    """

    do: Callable[[Town, One], Awaitable[None]]
    why: tuple[str, ...] = ()
    hosted: bool = False
    guest: bool = False
    heard: bool = True


NEW, LEFT, GONE = "確認していない会社が参加または招待", "確認した会社が外れ", "チャンネルがアーカイブ・削除されたか"


async def third_company(t: Town, one: One) -> None:
    await t.slack.connect(one.channel, SUP3)
    await t.slack.join(one.channel, STRANGER)


async def company_invited(t: Town, one: One) -> None:
    await t.slack.invite_shared(one.channel, SEC1, team=SUP3)


async def somebody_invited_by_mail(t: Town, one: One) -> None:
    await t.slack.invite_shared(one.channel, SEC1, email="someone@example.com")


async def cut_off_by_us(t: Town, one: One) -> None:
    await t.slack.disconnect(one.channel, one.team)


async def cut_off_by_the_host(t: Town, one: One) -> None:
    await t.slack.disconnect(one.channel, HOME)


async def archived(t: Town, one: One) -> None:
    await t.slack.archive(one.channel, SEC1)


async def archived_and_opened_again(t: Town, one: One) -> None:
    """Between the two the bot has looked: it stays closed until a person has looked too."""
    await t.slack.archive(one.channel, SEC1)
    await t.settle()
    await t.slack.unarchive(one.channel, SEC1)


async def bot_taken_out(t: Town, one: One) -> None:
    await t.slack.kick(one.channel, BOT, SEC1)


async def deleted(t: Town, one: One) -> None:
    await t.slack.delete_channel(one.channel, ADMIN)


async def guest_joins(t: Town, one: One) -> None:
    await t.slack.join(one.channel, GUEST2)


async def partner_joins_a_grid(t: Town, one: One) -> None:
    await t.slack.join_grid(one.team, f"E0GRID{one.n:02}")


async def shared_for_the_first_time(t: Town, one: One) -> None:
    """The id changes from G… to C… with the invitation."""
    await t.slack.invite_shared(one.channel, SEC1, team=SUP3)


async def renamed(t: Town, one: One) -> None:
    await t.slack.rename(one.channel, SEC1, f"renamed-{one.n}")


async def colleague_joins(t: Town, one: One) -> None:
    await t.slack.join(one.channel, one.colleague)


async def names_change(t: Town, one: One) -> None:
    await t.slack.rename_user(one.person, real_name="改名 済")


TURNS: dict[str, Turn] = {
    "third_company": Turn(third_company, (NEW,)),
    "company_invited": Turn(company_invited, (NEW,), heard=False),
    "somebody_invited_by_mail": Turn(somebody_invited_by_mail, (NEW,), heard=False),
    "cut_off_by_us": Turn(cut_off_by_us, (LEFT,)),
    "cut_off_by_the_host": Turn(cut_off_by_the_host, (GONE,), hosted=True),
    "archived": Turn(archived, (GONE,)),
    "archived_and_opened_again": Turn(archived_and_opened_again, (GONE,)),
    "bot_taken_out": Turn(bot_taken_out, (GONE,)),
    "deleted": Turn(deleted, (GONE,)),
    "guest_joins": Turn(guest_joins, ("確認していないゲスト",)),
    "partner_joins_a_grid": Turn(partner_joins_a_grid, (NEW,), heard=False),
    "shared_for_the_first_time": Turn(shared_for_the_first_time, (NEW, GONE), guest=True),
    "renamed": Turn(renamed),
    "colleague_joins": Turn(colleague_joins),
    "names_change": Turn(names_change),
}


async def cast(t: Town) -> dict[str, One]:
    """A supplier with people and a channel for every turn; nothing is registered or linked yet."""
    made = {}
    for n, (key, turn) in enumerate(TURNS.items()):
        one = One(n, f"架空{n:02}商会")
        if turn.guest:
            one.person = await t.slack.add_user(f"g{n}", team=HOME, real_name=f"客 {n}", kind="guest")
        else:
            one.team = await t.slack.add_team(f"架空{n:02}", domain=f"kaku{n}")
            one.person = await t.slack.add_user(f"p{n}", team=one.team, real_name=f"担当 {n}")
            one.colleague = await t.slack.add_user(f"q{n}", team=one.team, real_name=f"同僚 {n}")
        one.channel = await t.slack.create_channel(
            f"ext-kaku{n}",
            [SEC1, one.person, BOT],
            private=True,
            connected=[] if turn.guest else [HOME] if turn.hosted else [one.team],
            host=one.team if turn.hosted else "",
            old=turn.guest,
        )
        made[key] = one
    return made
