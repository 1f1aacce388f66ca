"""`vendor-review doctor` as a whole: it changes nothing, keeps secrets, tells what a press would come to, and is a program."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from bot.channels.slack_inspect import Identity, Occupant, Room
from bot.doctor import channel, days, failed, lookups, scopes, settings, telling, tokens
from bot.doctor import database as kept
from bot.doctor.base import CHECKS, Around, Mark, Reading, line
from bot.domain.ledger import Endpoint, EndpointState
from bot.domain.people import PersonKind
from bot.domain.permissions import MAY, Action
from bot.domain.refusal import Code, Refusal
from bot.services.answering import Answering
from bot.services.desk import Desk
from message_templates.catalogs import LANGUAGES
from sandbox.faults import FAULTS
from storage.inspecting import DatabaseFacts
from tests.journeys.town import ANNA, BERT, CH1, CH2, GUEST, OWNER1, RIVAL, ROOT, STRANGER, SUP1, SUP2, SUP3
from tests.kit import StillClock, make_database, press, remember, seen
from tests.operating.clinic import OTHER_SUPPLIER, SUPPLIER, Clinic, clinic, template
from tests.scene import stage

READS = {
    *("auth.test", "apps.connections.open", "conversations.history", "conversations.info", "conversations.list"),
    *("conversations.members", "team.info", "usergroups.users.list", "users.info"),
}
SECRETS = {"bot": "xoxb-town", "app": "xapp-town", "database": "rosebud-77"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("doctor"))


async def run(at: Clinic, *words: str, **more: str) -> tuple[int, str]:
    """The program itself: its exit status and all that it wrote."""
    kept_ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = {**kept_, "PYTHONPATH": str(ROOT), **at.env, **more}
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "doctor", *words),
        env=environment,
        cwd=at.folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await program.communicate()
    return program.returncode or 0, out.decode()


async def test_it_writes_nothing_to_slack_and_nothing_to_the_database(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with clinic(tmp_path, made, monkeypatch) as at:
        before = at.stored()
        people = {key: list(room.members) for key, room in at.world.channels.items()}

        await at.lines(channel="ext-mikazuki")

        assert at.stored() == before
        record = await at.slack.record()
        assert {entry["method"] for entry in record if entry["kind"] == "api"} == READS
        looked = [e["args"] for e in record if e.get("method") == "conversations.history"]
        assert [bool(args.get("include_all_metadata")) for args in looked] == [True, True], "as the outbox looks"
        assert {entry["kind"] for entry in record} <= {"api", "link"}, "calls, and the connection that heard the hello"
        assert {key: list(room.members) for key, room in at.world.channels.items()} == people


async def test_the_program_says_it_in_both_languages_and_ends_with_0_or_1(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with clinic(tmp_path, made, monkeypatch) as at:
        status, said = await run(at)
        assert status == 0, said
        assert "✓ ボットトークン: ワークスペース「あおば商事」" in said

        status, said = await run(at, "--lang", "en")
        assert (status, "✓ Bot token: workspace" in said) == (0, True)
        assert "✓ Bot token" in (await run(at, LC_ALL="en_GB.UTF-8"))[1]
        assert "✓ ボットトークン" in (await run(at, LC_ALL="C.UTF-8"))[1]

        at.world.app.scopes -= {"files:read"}
        status, said = await run(at, "--lang", "en")
        assert status == 1
        assert "✗ Scopes: missing: files:read\n    · files:read: Fetch files from a hub" in said
        assert "    → api.slack.com/apps → your app → App Manifest" in said


async def test_with_nothing_set_at_all_it_still_says_everything(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with clinic(tmp_path, made, monkeypatch) as at:
        at.env = {}
        (at.folder / "bot.db").unlink()
        lines = await at.lines(channel=CH1)
        assert failed(lines)
        assert {"settings", "database", "evidence", "checklists", "holidays", "channel"} <= {x.check for x in lines}
        assert [x.params.get("name") for x in lines if x.outcome == "missing"] == ["SLACK_BOT_TOKEN"]
        assert await at.slack.record() == [], "nothing that could be asked"

        status, said = await run(at)
        assert (status, "Traceback" in said) == (1, False)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"SLACK_BOT_TOKEN": "xoxb-town-wrong"},
        {"SLACK_BOT_TOKEN": "xoxp-pasted-the-wrong-one"},
        {"SLACK_APP_TOKEN": "xapp-town-wrong"},
        {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": "0123456789abcdef-hush"},
        {"SLACK_SIGNING_SECRET": "0123456789abcdef-hush"},
        {"SLACK_SIGNING_SECRET": "hush"},
        {"DATABASE_URL": "postgresql://bot:rosebud-77@127.0.0.1:9/there"},
        {"DATABASE_URL": "postgresql://bot:rosebud-77@[half/there"},
        {"DATABASE_URL": "mysql://bot:rosebud-77@there/it"},
    ],
    ids=str,
)
async def test_no_secret_is_printed(
    broken: dict[str, str], made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with clinic(tmp_path, made, monkeypatch) as at:
        at.env |= broken
        read, lines = await at.looked(channel=CH1)
        for tongue in LANGUAGES:
            said = "\n".join(telling.told(lines, read, tongue))
            for secret in (*SECRETS.values(), *broken.values(), "hush", "pasted"):
                assert not secret or secret not in said


def test_a_secret_in_an_error_of_somebody_elses_is_masked() -> None:
    held = {"slack_bot_token": "xoxb-1-hush", "slack_app_token": "xapp-1-a"}
    read = Reading(settings.Settings(**held, database_url="postgresql://a:p%40ss@h/d"), {})  # type: ignore[arg-type]
    said = telling.told(
        [line("database", "unusable", why="no login for p@ss / p%40ss, xoxb-1-hush, xoxe.xoxp-9-zzz, xapp-1-A0-1-ff")],
        read,
        "en",
    )
    assert said[0] == "✗ Database: cannot be used (no login for *** / ***, ***, ***, ***)"


async def test_of_other_suppliers_a_look_at_a_channel_says_nothing(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with clinic(tmp_path, made, monkeypatch) as at:
        at.world.channels[CH2].members.remove("U0BOT")  # a fault of the other supplier's channel
        _, said = await run(at, "--lang", "en", "--channel", "ext-mikazuki")
        assert SUPPLIER in said
        for theirs in (OTHER_SUPPLIER, CH2, "ext-hoshizora", "ほしぞら印刷", SUP2, RIVAL, "来栖"):
            assert theirs not in said
        assert not [e for e in await at.slack.record() if e["kind"] == "api" and e["args"].get("channel") == CH2]


async def test_a_hostile_name_stays_in_its_line(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with clinic(tmp_path, made, monkeypatch) as at:
        at.world.users[ANNA].real_name = "安藤\n✓ 全部良好\x1b[2J{id}\u202e"
        at.world.teams[SUP1].name = "{0} 会社\r\n"
        _, said = await run(at, "--channel", CH1)
        assert "安藤?✓ 全部良好?[2J{id}?(U0ANNA" in said
        assert "\x1b" not in said
        assert "\u202e" not in said


@pytest.mark.parametrize("fault", [name for name, fault in FAULTS.items() if not fault.seconds])
async def test_whatever_slack_does_every_group_is_said(
    fault: str, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every call meets the fault, again and again; what cannot be known is said as such."""
    async with clinic(tmp_path, made, monkeypatch) as at:
        for method in READS:
            await at.slack.fault(fault, method, times=20)
        found = await at.look(CH1)
        assert {check for check, _ in found} >= {
            "bot_token",
            "app_token",
            "scopes",
            "admin",
            "team",
            "history",
            "database",
        }
        assert {outcome for check, outcome in found if check in {"bot_token", "app_token"}} <= {
            "unreachable",
            "refused",
        }
        assert ("channel", "unasked") in found
        await at.slack.no_faults()


async def test_a_slack_that_fails_after_the_first_call(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with clinic(tmp_path, made, monkeypatch) as at:
        for method in READS - {"auth.test"}:
            await at.slack.fault("http_503", method, times=20)
        found = dict(await at.look(CH1))
        assert (found["bot_token"], found["app_token"], found["team"]) == ("ok", "unreachable", "unreadable")
        assert (found["history"], found["channel"], found["admin"]) == ("refused", "unseen", "unasked")
        await at.slack.no_faults()


# -- what it says of a person is what happens when they press ------------------------------------------------------------


async def test_who_can_press_is_who_can_answer(tmp_path: Path) -> None:
    """Each is asked of the product's own use case, and of doctor."""
    db, clock = await make_database(f"sqlite:///{tmp_path}/bot.db"), StillClock()
    scene = await stage(db, clock, channel=CH1, team=SUP1, users=(ANNA, BERT))
    guest, confirmed = seen(GUEST, PersonKind.GUEST), seen("U0GUE2", PersonKind.GUEST)
    gone = seen("U0GONE", PersonKind.EXTERNAL, SUP1).model_copy(update={"active": False})
    others = [seen(OWNER1), guest, confirmed, seen(STRANGER, PersonKind.EXTERNAL, SUP3), gone]
    people = [*scene.answerers, *await remember(db, *others, group=f"channel:{CH1}")]
    people += await remember(db, seen(ANNA, PersonKind.EXTERNAL, SUP1), seen(BERT, PersonKind.EXTERNAL, SUP1))
    answering = Answering(Desk(db, clock, ""))
    verdicts = set()
    for state in (EndpointState.VERIFIED, EndpointState.SUSPENDED):
        endpoint = scene.endpoint.model_copy(update={"state": state, "guests": ("U0GUE2",)})
        async with db.begin("test.state") as tx:
            current = await tx.need(Endpoint, endpoint.id)
            await tx.put(endpoint.model_copy(update={"version": current.version}))
        for person in people:
            async with db.read() as tx:
                member = await channel.people.is_member(tx, f"channel:{CH1}", person.id)
            told = channel.refusal(endpoint, person, member=member)
            try:
                await answering.open(press(person.slack_user_id, person.team_id), scene.review.id, endpoint.id, 1)
                happened: Code | None = None
            except Refusal as refused:
                happened = refused.code
            assert told == happened, (state, person)
            verdicts.add(happened)
    await db.close()
    assert verdicts == {None, Code.NOT_YOURS, Code.ENDPOINT_SUSPENDED}


async def test_who_may_is_read_from_the_products_table(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were nobody allowed to answer, doctor would say so, and say that no reason of its own explains it."""
    async with clinic(tmp_path, made, monkeypatch) as at:
        monkeypatch.setitem(MAY, Action.ANSWER, frozenset())
        assert (f"person {ANNA}", "may") not in await at.look(CH1)


# -- rules that the local Slack gives no occasion for --------------------------------------------------------------------


def reading(**values: str) -> Reading:
    return Reading(settings.Settings(slack_bot_token="xoxb-1", slack_app_token="xapp-1", **values), {})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("https://slack.com/api/", "slack"),
        ("https://eu.slack.com/api/", "slack"),
        ("https://slack-gov.com/api/", "slack"),
        ("https://notslack.com/api/", "local"),
        ("https://slack.com.example.com/", "local"),
    ],
)
def test_which_slack_it_is(url: str, outcome: str) -> None:
    found = {each.check: each.outcome for each in settings.examine(reading(slack_api_url=url), Around())}
    assert found["api"] == outcome


@pytest.mark.parametrize(
    ("sizes", "outcome"),
    [
        ([(15, True)], "limited"),
        ([(16, True), (15, True)], "limited"),
        ([(15, False)], "unknown"),
        ([(16, False)], "internal"),
        ([], "unknown"),
    ],
)
def test_fifteen_messages_and_more_behind_them_are_the_tighter_terms(
    sizes: list[tuple[int, bool]], outcome: str
) -> None:
    assert lookups._terms(sizes).outcome == outcome


def test_an_older_schema_is_no_fault() -> None:
    facts = DatabaseFacts(revision="a", newest="b")
    assert kept._revision(facts).outcome == "older"
    assert kept._revision(facts.model_copy(update={"known": False})).outcome == "strange"


def identity(granted: frozenset[str] | None) -> Identity:
    return Identity(
        **dict.fromkeys(("team", "team_id", "enterprise_id", "user", "user_id", "url"), "x"), scopes=granted, date=None
    )


def test_scopes_that_slack_does_not_name_are_not_guessed() -> None:
    assert [x.outcome for x in tokens._scopes(identity(None))] == ["unreadable"]
    assert [x.outcome for x in tokens._scopes(identity(frozenset({*scopes.SCOPES, "identify"})))] == [
        "ok",
        "none",
        "absent",
    ]
    assert tokens._slack_clock(identity(None), Around()).outcome == "unasked"


def test_guests_alone_make_a_channel_of_a_supplier_too() -> None:
    occupant = Occupant(slack_user_id=GUEST, name="客", seen=seen(GUEST, PersonKind.GUEST))
    room = Room(
        channel_id=CH1,
        name="x",
        private=True,
        member=True,
        archived=False,
        frozen=False,
        host="",
        teams=(),
        pending=(),
        occupants=(occupant,),
    )
    found = {each.check: each.outcome for each in channel._about(room, {}, identity(None))}
    assert (found["channel_companies"], found["channel_host"]) == ("guests", "ours")


def test_a_signing_secret_that_is_wrong_is_not_judged() -> None:
    broken = Reading(reading().settings, {"slack_signing_secret": "is not"})
    assert tokens._http(broken)[0].outcome == "unasked"


def test_holidays_are_asked_of_the_calendar_the_product_uses() -> None:
    assert days.examine(reading(), Around())[0].outcome == "ok"


# -- words ---------------------------------------------------------------------------------------------------------------


def test_what_is_to_be_done_is_said_for_all_that_is_not_good_and_for_nothing_else() -> None:
    """Every outcome is said in both languages with the places its line fills, and never shows a place that stayed empty."""
    some = reading()
    for check, table in CHECKS.items():
        for outcome, mark in table.items():
            params = dict.fromkeys(_places(check, outcome), "files:read")
            for tongue in LANGUAGES:
                said = telling.told([line(check, outcome, **params)], some, tongue)
                assert said[0].startswith(f"{mark} ")
                assert ("    → " in said[-3]) is (mark is not Mark.GOOD)
                assert not re.search(r"[{}]", "".join(said))


def _places(check: str, outcome: str) -> set[str]:
    words = [telling.text(tongue)._words for tongue in LANGUAGES]
    keys = (f"doctor.found.{check}.{outcome}", f"doctor.do.{check}.{outcome}")
    found = {name for each in words for key in keys for name in re.findall(r"{(\w+)}", each.get(key, ""))}
    return found | ({"scopes"} if outcome == "missing" else set())
