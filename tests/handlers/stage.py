"""One running application in which every route has something real to act on, and can be put back to exactly that.

The first supplier is being asked (its page is open at Anna's, everything is answered, nothing submitted; its owner has not
answered), the second too (its page is open at Rival's, nothing answered), the third waits for a judgement, the fourth has a
channel but no endpoint, and more of them fill the ledger's pages. A round is previewed; two messages wait for a person.
The cards and modals on which people press were made by the application itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.app import Application, build
from bot.config import Settings
from bot.domain.homes import Rehearsing
from bot.domain.ledger import Endpoint
from bot.domain.national_register import read_row
from bot.domain.people import Person, Who
from bot.domain.registering import Choice, Company, RegisterForm
from bot.domain.rounds import Review, Round
from bot.services.digests import digest_message, digest_view
from bot.services.homes import home_view
from bot.services.hubview import draw, hub_view
from message_templates import ids
from message_templates.catalogs import Text
from message_templates.home import home_tab
from message_templates.register import register_view
from sandbox.server import Running, Timing, running
from sandbox.world import Json
from sandbox.world_file import from_json
from storage import national_register
from storage.people import actor
from tests.handlers import cast
from tests.handlers.books import START, books
from tests.handlers.cast import ADMIN, ANNA, CH4, LOBBY, OWNER, RIVAL, SEC, TEAM_GROUP, mark
from tests.handlers.list_things import list_things
from tests.handlers.record_things import record_things
from tests.handlers.slackside import Card, Modal, Slackside, card
from tests.handlers.stage_checklists import checklists
from tests.handlers.stage_endpoints import endpoints_and_strangers
from tests.handlers.stage_ends import ends_things
from tests.handlers.stage_inviting import invitations
from tests.handlers.stage_merging import merging_and_knowing
from tests.handlers.stage_third import certificates_and_subcontractors
from tests.handlers.stage_transfers import ledger_files
from tests.register_imitation import number as number_of
from tests.register_imitation import row

ROOT = Path(__file__).resolve().parents[2]
NOTHING_KEPT = {"inbox", "alembic_version", "home_picture"}
"""Tables that say nothing of what anybody did: presses as they came, and which Home tab was drawn for whom."""
COMPANY = "あおば商事株式会社"

Rows = dict[str, set[tuple[Any, ...]]]


@dataclass
class Scene:
    """The running application, its Slack, and the things people press on, by name."""

    slack: Slackside
    app: Application
    path: Path
    cards: dict[str, Card]
    modals: dict[str, Modal]
    ids: dict[str, str]
    golden: Path
    rows: Callable[[], Rows]
    kept: Rows

    def restore(self) -> None:
        """Everything as it was when the stage was set."""
        copy(self.golden, self.path)

    def changes(self) -> list[str]:
        """What differs from the stage as it was set, a line a row; the inbox aside."""
        now = self.rows()
        found = []
        for table in sorted(now):
            found += [f"+ {table}: {row}"[:300] for row in sorted(now[table] - self.kept[table], key=repr)]
            found += [f"- {table}: {row}"[:300] for row in sorted(self.kept[table] - now[table], key=repr)]
        return found


def copy(source: Path, target: Path) -> None:
    """One database over another, which may be open."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        new.execute("pragma synchronous=off")
        old.backup(new)


def reader(path: Path) -> tuple[sqlite3.Connection, Callable[[], Rows]]:
    """Reads every row of every table but the inbox, without the time at which the directory last looked at somebody."""
    db = sqlite3.connect(path)
    tables = [name for (name,) in db.execute("select name from sqlite_master where type = 'table'")]
    queries = {table: _query(db, table) for table in tables if table not in NOTHING_KEPT}
    return db, lambda: {table: set(db.execute(query)) for table, query in queries.items()}


def _query(db: sqlite3.Connection, table: str) -> str:
    columns = [name for _n, name, *_rest in db.execute(f'pragma table_info("{table}")') if name != "seen_at"]
    listed = ", ".join(f'"{name}"' for name in columns)
    return f'select {listed} from "{table}"'


def settings(slack: Running, folder: Path, **more: Any) -> Settings:
    """The settings of a bot on this local Slack. The first administrator is nobody of the security team."""
    return Settings(
        _env_file=None,
        slack_bot_token="xoxb-cast",
        slack_app_token="xapp-cast",
        slack_api_url=slack.api,
        clock_url=f"{slack.url}/clock",
        database_url=f"sqlite:///{folder}/bot.db",
        evidence_dir=str(folder / "evidence"),
        first_admin=ADMIN,
        company_name=COMPANY,
        sqlite_sync="NORMAL",
        **more,
    )


@asynccontextmanager
async def scene(folder: Path, **more: Any) -> AsyncIterator[Scene]:
    """The stage, set. Nothing ticks: what is queued stays queued. `more`: other settings."""
    world = from_json(cast.world())
    patient = Timing(ack=60, trigger=600)
    async with (
        running(world, ROOT / "app.yaml", folder, start=START, timing=patient) as slack,
        AsyncExitStack() as stack,
    ):
        app = await build(settings(slack, folder, **more), stack)
        looking, rows = reader(folder / "bot.db")
        try:
            yield await _set(Slackside(slack, app), app, folder, rows)
        finally:
            looking.close()
            await app.ticker.finish()


async def _set(slack: Slackside, app: Application, folder: Path, rows: Callable[[], Rows]) -> Scene:
    await app.clock.follow()
    await app.services.people.sweep()
    found = await books(app.db)
    made = Scene(slack, app, folder / "bot.db", {}, {}, found, folder / "golden.db", rows, {})
    await _team(made)
    await app.services.people.sweep()  # who is in the channels, now that they are linked
    await _cards(made)
    await _suppliers_modals(made)
    await _owners_modals(made)
    await _security_modals(made)
    copy(made.path, made.golden)
    made.kept = rows()
    return made


# -- what people press on ------------------------------------------------------------------------------------------------


async def _team(made: Scene) -> None:
    """The first administrator names the security team, as in life."""
    body = made.slack.command(ADMIN, f"security <!subteam^{TEAM_GROUP}|@security>", LOBBY)
    done = await made.slack.send(body)
    assert "セキュリティ担当は" in done.returned, done.returned


async def _cards(made: Scene) -> None:
    """The hubs in the suppliers' channels and the owner's digest, drawn by the functions that send them."""
    async with made.app.db.read() as tx:
        for name, review, endpoint in (
            ("hub", "review", "endpoint"),
            ("second hub", "second review", "second endpoint"),
        ):
            at = await tx.need(Endpoint, made.ids[endpoint])
            view = await hub_view(tx, await tx.need(Review, made.ids[review]), at, COMPANY)
            made.cards[name] = card(draw(view), at.channel_id)
        owner = await tx.one(Person, slack_user_id=OWNER)
        assert owner
        digest = digest_message("ja", await digest_view(tx, await tx.need(Round, made.ids["round"]), owner.id))
        made.cards["digest"] = card(digest.blocks, LOBBY)


async def _opened(made: Scene, user: str, body: Json) -> Modal:
    """The modal that a press of the right person leads to."""
    done = await made.slack.send(body)
    assert not done.problems, done.problems
    if done.ack.get("view"):
        return Modal(done.ack["view"])
    return made.slack.modal_of(user)


async def _suppliers_modals(made: Scene) -> None:
    press = made.slack.press
    hub = made.cards["hub"]
    made.modals["first page"] = await _opened(made, ANNA, press(ANNA, hub, ids.Do.HUB_OPEN))
    made.modals["page"] = await _opened(made, ANNA, press(ANNA, hub, ids.Do.HUB_OPEN, nth=1))
    made.modals["submit"] = await _opened(made, ANNA, press(ANNA, hub, ids.Do.HUB_SUBMIT))
    second = made.cards["second hub"]
    made.modals["missing"] = await _opened(made, RIVAL, press(RIVAL, second, ids.Do.HUB_SUBMIT))


async def _owners_modals(made: Scene) -> None:
    for name, do in (
        ("changed", ids.Do.ATTEST_CHANGED),
        ("ended", ids.Do.ATTEST_ENDED),
        ("not mine", ids.Do.ATTEST_NOT_MINE),
    ):
        body = made.slack.press(OWNER, made.cards["digest"], do)
        made.modals[name] = await _opened(made, OWNER, body)


async def _home(made: Scene) -> None:
    """The Home tab of the security team, and what its buttons open that no command does."""
    async with made.app.db.read() as tx:
        held = await actor(tx, Who(slack_user_id=SEC), "")
        view = await home_view(tx, held, "", START)
    made.modals["home"] = Modal(home_tab(Text("ja"), view))
    rehearsing = view.model_copy(update={"rehearsal": Rehearsing(part="owner")})
    made.modals["home rehearsing"] = Modal(home_tab(Text("ja"), rehearsing))
    assert view.numbers
    run_out = view.model_copy(update={"numbers": view.numbers.model_copy(update={"tiers": 1})})
    made.modals["home tiers"] = Modal(home_tab(Text("ja"), run_out))
    waits = view.numbers.model_copy(update={"strangers": 1, "proposals": 1})
    made.modals["home waiting"] = Modal(home_tab(Text("ja"), view.model_copy(update={"numbers": waits})))
    counts = view.numbers.model_copy(update={"ledger": (("overdue", 3),)})
    made.modals["home counts"] = Modal(home_tab(Text("ja"), view.model_copy(update={"numbers": counts})))
    for name, do in (("home team", ids.Do.HOME_TEAM), ("home channels", ids.Do.HOME_CHANNELS)):
        made.modals[name] = await _opened(made, SEC, made.slack.press(SEC, made.modals["home"], do))
    with closing(sqlite3.connect(made.path)) as db:  # those presses were on a tab, so it followed; the stage has none
        db.execute("delete from home_picture")
        db.commit()


async def _propose(made: Scene) -> None:
    """The owner proposes a supplier, which waits from now on."""
    said = {"name": "提案商店", "business": "提案された業務", "contract_type": "quasi_mandate", "personal_data": "no"}
    said |= {"department": lambda place: place.element["options"][0]["value"]}
    done = await made.slack.send(made.slack.submit(OWNER, made.modals["register"], said))
    assert "提案" in done.returned, done.returned


async def _register_modals(made: Scene) -> None:
    """The register form as it is where the national register can be asked, where it found several, and for one of ours."""
    _number, entry = read_row(row(30, "みほん商会"), 1, START.date())
    async with made.app.db.begin("test.register") as tx:
        await national_register.replace(tx, [entry] if entry else [])
    companies = tuple(Company(number=number, name="みほん商会") for number in (number_of(30), number_of(31)))
    form = RegisterForm(departments=(Choice(id="0", name="物流部"),), today=START.date(), asks=True)
    asking = form.model_copy(update={"number": "7999901000001"})
    made.modals["register asking"] = Modal(register_view(Text("ja"), asking))
    ours = form.model_copy(update={"company": Company(supplier_id=made.ids["four"], name=mark(4, "株式会社"))})
    made.modals["register ours"] = Modal(register_view(Text("ja"), ours))
    found = form.model_copy(update={"found": companies, "count": 2})
    made.modals["register found"] = Modal(register_view(Text("ja"), found))


async def _security_modals(made: Scene) -> None:
    """Every form and list of the security team."""

    async def typed(text: str, channel: str = LOBBY) -> Modal:
        return await _opened(made, SEC, made.slack.command(SEC, text, channel))

    async def whispered(text: str) -> Card:
        done = await made.slack.send(made.slack.command(SEC, text, LOBBY))
        return card(done.ack["blocks"], LOBBY, alone=True)

    await _home(made)
    made.modals["department"] = await typed("department 物流部")
    made.modals["register"] = await typed("register")
    await _register_modals(made)
    await _propose(made)
    made.cards["proposals"] = await whispered("proposals")
    body = made.slack.press(SEC, made.cards["proposals"], ids.Do.PROPOSAL_REFUSE)
    made.modals["refuse"] = await _opened(made, SEC, body)
    made.modals["link"] = await typed("link", CH4)
    made.modals["round"] = await typed("round")
    await list_things(made, _opened)
    made.cards["judge list"] = await whispered("judge")
    made.cards["stuck"] = await whispered("unresolved")
    body = made.slack.press(SEC, made.cards["judge list"], ids.Do.JUDGE_OPEN)
    made.modals["judge"] = await _opened(made, SEC, body)
    body = made.slack.press(SEC, made.modals["judge"], ids.Do.JUDGE_READ)
    made.modals["answers"] = await _opened(made, SEC, body)
    first = await _opened(made, SEC, made.slack.submit(SEC, made.modals["round"], {"title": "2027年度"}))
    made.modals["preview"] = await _opened(made, SEC, made.slack.press(SEC, first, ids.Do.ROUND_NEXT))
    await _tiers_and_scope(made, await typed(f"tier {mark(1, '株式会社')}"))
    body = made.slack.press(SEC, made.cards["stuck"], ids.Do.NOTICE_THERE, value=ids.pack(made.ids["hub note"]))
    made.modals["where"] = await _opened(made, SEC, body)
    await record_things(made, _opened)
    await merging_and_knowing(made, typed, whispered, _opened)
    await certificates_and_subcontractors(made, typed, whispered, _opened)
    await ledger_files(made, _opened)
    await ends_things(made, typed, _opened)
    await endpoints_and_strangers(made, _opened)
    await invitations(made)
    await checklists(made, _opened)


async def _tiers_and_scope(made: Scene, tiers: Modal) -> None:
    """A supplier's tiers with the form, and what the previewed round leaves out."""
    made.modals["tiers"] = tiers
    made.modals["tier"] = await _opened(made, SEC, made.slack.press(SEC, tiers, ids.Do.TIER_CHANGE))
    see = made.slack.press(SEC, made.modals["preview"], ids.Do.SCOPE_SEE)
    made.modals["scope list"] = await _opened(made, SEC, see)
    turn = made.slack.press(SEC, made.modals["scope list"], ids.Do.SCOPE_TURN)
    made.modals["scope"] = await _opened(made, SEC, turn)
    letter = made.modals["preview"]
    while ids.Do.SCOPE_LEAVE.value not in str(letter.content):
        letter = await _opened(made, SEC, made.slack.press(SEC, letter, ids.Do.ROUND_NEXT))
    made.modals["letter"] = letter
    made.modals["leave"] = await _opened(made, SEC, made.slack.press(SEC, letter, ids.Do.SCOPE_LEAVE))
