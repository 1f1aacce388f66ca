"""Every route as Bolt has it, and for each one a payload that the right person may send.

The routes are read out of the listeners that are registered with Bolt, so one that is added without a row here is noticed.
To add a row: the route's name as `routes_of` writes it, who may press it (`needs`, in the words of `cast.py`), a person who
may, and a payload on something that stands on the stage.
"""

from __future__ import annotations

import inspect
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from slack_bolt.async_app import AsyncApp

from bot.domain.permissions import Action
from handlers.slack.all_routes import SUBCOMMANDS, all_routes
from handlers.slack.commands import HELP
from handlers.slack.registry import register
from message_templates import ids
from sandbox import event_shapes
from sandbox.elements import Place, places
from sandbox.world import Json
from tests.handlers.books import HUB_TS
from tests.handlers.cast import (
    ANNA,
    CH1,
    CH4,
    LOBBY,
    MARK,
    NEW,
    OTHER,
    OTHER_GROUP,
    OWNER,
    RIVAL,
    SEC,
    TEAM_GROUP,
    mark,
)
from tests.handlers.slackside import Slackside
from tests.handlers.stage import Scene
from tests.handlers.stage_merging import TWINS
from tests.handlers.stage_third import LOOKED
from tests.register_imitation import number

KINDS = {
    "command": "command",
    "action": "action",
    "options": "options",
    "global_shortcut": "shortcut",
    "view_submission": "view",
    "view_closed": "closed",
    "event": "event",
}
"""Bolt's builders of matchers → our word for the kind of route."""


def routes_of(bolt: AsyncApp) -> list[str]:
    """`kind id` of every registered listener, in Bolt's order; the one command once for each of its subcommands."""
    found = []
    for listener in bolt._async_listeners:
        matcher: Any = listener.matchers[0]
        asked = inspect.getclosurevars(matcher.func).nonlocals["func"]
        kind = KINDS[asked.__qualname__.partition(".")[0]]
        (wanted,) = (v for v in inspect.getclosurevars(asked).nonlocals.values() if isinstance(v, str | re.Pattern))
        name = str(wanted) if isinstance(wanted, str) else _plain(wanted.pattern)
        words = [s.name for s in itertools.chain(*SUBCOMMANDS)] + [HELP] if kind == "command" else [name]
        found += [f"{kind} {word}" for word in words]
    return found


def _plain(pattern: str) -> str:
    """The id at the start of the pattern that `registry.register` makes of it."""
    found = re.fullmatch(r"\^([^(]+)(\(.+\)\?)?\$", pattern)
    assert found, f"an action is registered under a pattern that this test cannot read: {pattern}"
    return re.sub(r"\\(.)", r"\1", found[1])


def collected() -> list[str]:
    """The routes at the time tests are collected: the same registration, with services that are never asked."""
    bolt = AsyncApp(token="xoxb-collect", process_before_response=True)
    register(bolt, cast("Any", SimpleNamespace()), all_routes())
    return routes_of(bolt)


ROUTES = collected()

Make = Callable[[Scene, str, str], Json]
"""(scene, user, place) → the payload of this user."""


@dataclass(frozen=True)
class Try:
    """One way to use a route. `needs`: what somebody must be, any of these. `writes`: a press of the right one changes rows.

    `quiet`: Slack shows nobody anything for this kind, so a refusal has no words (a modal that is closed already).
    `shows`: something is seen to happen; False for a menu of a form, which shows by itself what was chosen.
    """

    action: Action
    needs: frozenset[str]
    right: str
    make: Make
    writes: bool = True
    quiet: bool = False
    shows: bool = True


def typed(text: str, channel: str = LOBBY) -> Make:
    """A slash command, typed in this channel whoever it is."""
    return lambda scene, user, _place: scene.slack.command(user, text, channel)


def pressed(card: str, do: str, **how: Any) -> Make:
    """A press on a card; `value` may name something on the stage."""

    def make(scene: Scene, user: str, place: str) -> Json:
        value = ids.pack(scene.ids[how["value"]]) if "value" in how else ""
        return scene.slack.press(user, scene.cards[card], do, **(how | {"place": place, "value": value}))

    return make


def old_list(do: str) -> Make:
    """A press under a list that was a message, as they still stand in channels; their values have no id in them."""
    return lambda scene, user, place: scene.slack.press(user, scene.cards["old list"], do, place=place)


def in_modal(modal: str, do: str, **how: Any) -> Make:
    """A press in a modal; `value` may name something on the stage."""

    def make(scene: Scene, user: str, _place: str) -> Json:
        value = {"value": ids.pack(scene.ids[how["value"]])} if how.get("value") in scene.ids else {}
        return scene.slack.press(user, scene.modals[modal], do, **(how | value))

    return make


def submitted(modal: str, **values: Any) -> Make:
    """A submitted modal."""
    return lambda scene, user, _place: scene.slack.submit(user, scene.modals[modal], values)


def first(place: Place) -> str:
    """The first option of a menu."""
    return str(place.element["options"][0]["value"])


def fourth(scene: Scene, user: str, _place: str) -> Json:
    """The form that makes a channel an endpoint, for the fourth supplier."""
    return scene.slack.submit(user, scene.modals["link"], {"supplier": scene.ids["four"]})


def different(place: Place) -> str | None:
    """Another answer than the one that stands there; None for an input that is no choice."""
    options = place.element.get("options") or []
    chosen = (place.element.get("initial_option") or {}).get("value")
    return next((o["value"] for o in options if o["value"] != chosen), None)


def edge_chosen(scene: Scene, user: str, _place: str) -> Json:
    """One of the tree of sub-contractors, chosen in its menu."""
    return scene.slack.press(user, scene.modals["subs"], ids.Do.SUB_EDGE, choose=scene.ids["edge"])


def turned(what: str, arg: str = "") -> Make:
    """A way to look at a checklist, by the first part of its button's value."""

    def make(scene: Scene, user: str, _place: str) -> Json:
        modal = scene.modals["checklist"]
        wanted = next(
            p.element["value"]
            for p in places(modal.content["blocks"])
            if p.element.get("value", "").startswith(f"1.{what}.") and arg in p.element["value"]
        )
        return scene.slack.press(user, modal, ids.Do.CHECKLIST_TURN, value=wanted)

    return make


def closed(scene: Scene, user: str, _place: str) -> Json:
    return scene.slack.close(user, scene.modals["page"], {"question": different})


def elsewhere(scene: Scene, user: str, _place: str) -> Json:
    """The new channel of an endpoint; most people cannot choose it in Slack, but a payload can say anything."""
    theirs = scene.slack.submit(SEC, scene.modals["move"], {"channel": CH4})
    mine = scene.slack.submit(user, scene.modals["stranger no"], {"reason": "-"})
    return mine | {"view": theirs["view"]}


def invited(scene: Scene, user: str, _place: str) -> Json:
    """Which supplier is invited to which channel."""
    theirs = scene.slack.submit(
        SEC, scene.modals["invite"], {"supplier": scene.ids["first supplier"], "channel": LOBBY}
    )
    mine = scene.slack.submit(user, scene.modals["stranger no"], {"reason": "-"})
    return mine | {"view": theirs["view"]}


def of(*who: str) -> frozenset[str]:
    return frozenset(who)


def searched(scene: Scene, user: str, _place: str) -> Json:
    """Typing into the searching menu of the register form: everybody of ours finds our suppliers by name."""
    return scene.slack.suggest(user, scene.modals["register"], ids.Do.REGISTER_COMPANY, MARK)


def searched_place(scene: Scene, user: str, _place: str) -> Json:
    """Typing where a dropped file belongs."""
    return scene.slack.suggest(user, scene.modals["dropped"], ids.Do.DOCUMENT_WHERE, MARK)


def filed(scene: Scene, user: str, _place: str) -> Json:
    """A dropped file put into a record."""
    where = {"text": {"type": "plain_text", "text": "-"}, "value": ids.pack("c", scene.ids["first supplier"])}
    return scene.slack.submit(user, scene.modals["dropped"], {"where": where})


def shortcut(scene: Scene, user: str, _place: str) -> Json:
    return scene.slack.shortcut(user, ids.Shortcut.REGISTER)


TEAM, ANYBODY, OWNERS = of("security"), of("employee"), of("owner")
PEOPLE, PAGE = of("supplier"), of("page")
SECOND_PEOPLE, SECOND_PAGE = of("second's person"), of("second's page")
REGISTER = {"name": "株式会社こだま製作所", "department": first, "business": "部品の加工", "starts_on": "2026-12-01"}
NUMBER = ids.pack("n", number(30))
REGISTER |= {"corporate_number": "7999901000001", "personal_data": "no", "contract_type": "quasi_mandate"}
JUDGED = {"value": "ok", "reason": "確認しました"}
FILE = {"id": "F0PROOF001", "name": "proof.pdf", "mimetype": "application/pdf", "mode": "hosted"}
WHOSE = {"person": SEC, "note": "異動"}
A = Action

TRIES: dict[str, list[Try]] = {
    # -- the command, by its first word
    "command help": [
        Try(A.HELP, ANYBODY, OWNER, typed("help"), writes=False),
        Try(A.ASK, ANYBODY, OWNER, typed(mark(1, "株式会社")), writes=False),
    ],
    "command merge": [
        Try(A.MERGE, TEAM, SEC, typed("merge"), writes=False),
        Try(A.MERGE, TEAM, SEC, typed(f"merge {mark(1, '株式会社')}"), writes=False),
    ],
    "command security": [
        Try(A.SET_TEAM, of("security", "first admin"), SEC, typed(f"security <!subteam^{OTHER_GROUP}|@next>"))
    ],
    "command department": [Try(A.EDIT_DEPARTMENTS, TEAM, SEC, typed("department 物流部"), writes=False)],
    "command register": [Try(A.PROPOSE, ANYBODY, OWNER, typed("register"), writes=False)],
    "command proposals": [Try(A.REGISTER, TEAM, SEC, typed("proposals"), writes=False)],
    "command link": [Try(A.LINK, TEAM, SEC, typed("link", CH4))],
    "command rehearse": [
        Try(A.REHEARSE, TEAM, SEC, typed("rehearse")),
        Try(A.REHEARSE, TEAM, SEC, typed("rehearse end"), writes=False),
    ],
    "command round": [Try(A.OPEN_ROUND, TEAM, SEC, typed("round"), writes=False)],
    "command tier": [
        Try(A.SET_TIER, TEAM, SEC, typed(f"tier {mark(1, '株式会社')}"), writes=False),
        Try(A.SET_TIER, TEAM, SEC, typed("tier"), writes=False),
    ],
    "command judge": [
        Try(A.JUDGE, TEAM, SEC, typed("judge"), writes=False),
        Try(A.JUDGE, TEAM, SEC, typed(f"judge {mark(3, '株式会社')}"), writes=False),
    ],
    "command list": [
        Try(A.READ_LEDGER, TEAM, SEC, typed("list 2")),
        Try(A.READ_LEDGER, TEAM, SEC, typed("list 担当者なし みかづき")),
    ],
    "command show": [Try(A.READ_LEDGER, TEAM, SEC, typed(f"show {mark(1, '株式会社')}"), writes=False)],
    "command fields": [Try(A.EDIT_RECORD, TEAM, SEC, typed("fields"), writes=False)],
    "command pause": [
        Try(A.PAUSE, TEAM, SEC, typed("pause")),
        Try(A.PAUSE, TEAM, SEC, typed(f"pause {mark(1, '株式会社')}")),
    ],
    "command resume": [Try(A.PAUSE, TEAM, SEC, typed("resume"), writes=False)],
    "command unresolved": [Try(A.RESOLVE_NOTICE, TEAM, SEC, typed("unresolved"), writes=False)],
    "command certs": [
        Try(A.READ_LEDGER, TEAM, SEC, typed("certs"), writes=False),
        Try(A.READ_LEDGER, TEAM, SEC, typed(f"certs {mark(1, '株式会社')}"), writes=False),
    ],
    "command subs": [Try(A.READ_LEDGER, TEAM, SEC, typed(f"subs {mark(1, '株式会社')}"), writes=False)],
    # -- the Home tab
    "action vr1.home_team": [
        Try(A.SET_TEAM, of("security", "first admin"), SEC, in_modal("home", ids.Do.HOME_TEAM), writes=False)
    ],
    "view vr1.team": [
        Try(A.SET_TEAM, of("security", "first admin"), SEC, submitted("home team", group=OTHER_GROUP)),
    ],
    "action vr1.home_department": [
        Try(A.EDIT_DEPARTMENTS, TEAM, SEC, in_modal("home", ids.Do.HOME_DEPARTMENT), writes=False)
    ],
    "action vr1.home_register": [Try(A.PROPOSE, ANYBODY, OWNER, in_modal("home", ids.Do.HOME_REGISTER), writes=False)],
    "action vr1.home_channels": [Try(A.LINK, TEAM, SEC, in_modal("home", ids.Do.HOME_CHANNELS), writes=False)],
    "action vr1.home_link": [Try(A.LINK, TEAM, SEC, in_modal("home channels", ids.Do.HOME_LINK))],
    "action vr1.home_rehearse": [Try(A.REHEARSE, TEAM, SEC, in_modal("home", ids.Do.HOME_REHEARSE))],
    "action vr1.home_end": [Try(A.REHEARSE, TEAM, SEC, in_modal("home rehearsing", ids.Do.HOME_END), writes=False)],
    "action vr1.home_round": [Try(A.OPEN_ROUND, TEAM, SEC, in_modal("home", ids.Do.HOME_ROUND), writes=False)],
    "action vr1.home_skip": [Try(A.SET_UP, TEAM, SEC, in_modal("home", ids.Do.HOME_SKIP))],
    "action vr1.home_guide": [Try(A.SET_UP, TEAM, SEC, in_modal("home", ids.Do.HOME_GUIDE))],
    "action vr1.home_list": [Try(A.READ_LEDGER, TEAM, SEC, in_modal("home", ids.Do.HOME_LIST))],
    "action vr1.home_count": [Try(A.READ_LEDGER, TEAM, SEC, in_modal("home counts", ids.Do.HOME_COUNT))],
    "action vr1.home_judge": [Try(A.JUDGE, TEAM, SEC, in_modal("home", ids.Do.HOME_JUDGE), writes=False)],
    "action vr1.home_stuck": [Try(A.RESOLVE_NOTICE, TEAM, SEC, in_modal("home", ids.Do.HOME_STUCK), writes=False)],
    # -- departments, owners, contracts that end
    "command owners": [Try(A.EDIT_OWNERS, TEAM, SEC, typed("owners"), writes=False)],
    "command ends": [Try(A.LIST_ENDS, ANYBODY, OWNER, typed("ends"), writes=False)],
    "action vr1.home_owners": [Try(A.EDIT_OWNERS, TEAM, SEC, in_modal("home", ids.Do.HOME_OWNERS), writes=False)],
    "action vr1.home_ends": [Try(A.LIST_ENDS, ANYBODY, OWNER, in_modal("home", ids.Do.HOME_ENDS), writes=False)],
    "action vr1.dept_new": [Try(A.EDIT_DEPARTMENTS, TEAM, SEC, in_modal("departments", ids.Do.DEPT_NEW), writes=False)],
    "action vr1.dept_edit": [
        Try(A.EDIT_DEPARTMENTS, TEAM, SEC, in_modal("departments", ids.Do.DEPT_EDIT), writes=False)
    ],
    "action vr1.dept_move": [
        Try(A.EDIT_DEPARTMENTS, TEAM, SEC, in_modal("departments", ids.Do.DEPT_MOVE), writes=False)
    ],
    "action vr1.dept_archive": [
        Try(A.EDIT_DEPARTMENTS, TEAM, SEC, in_modal("departments", ids.Do.DEPT_ARCHIVE, value="idle"))
    ],
    "action vr1.dept_page": [
        Try(A.EDIT_DEPARTMENTS, TEAM, SEC, in_modal("departments 2", ids.Do.DEPT_PAGE), writes=False)
    ],
    "view vr1.dept_move": [Try(A.EDIT_DEPARTMENTS, TEAM, SEC, submitted("department move", to=first))],
    "action vr1.owner_page": [Try(A.EDIT_OWNERS, TEAM, SEC, pressed("owner left", ids.Do.OWNER_PAGE), writes=False)],
    "action vr1.owner_change": [Try(A.EDIT_OWNERS, TEAM, SEC, in_modal("owners", ids.Do.OWNER_CHANGE), writes=False)],
    "view vr1.owner_change": [Try(A.EDIT_OWNERS, TEAM, SEC, submitted("owner", person=OTHER))],
    "action vr1.end_renew": [Try(A.ANSWER_END, OWNERS | TEAM, OWNER, pressed("ends", ids.Do.END_RENEW), writes=False)],
    "action vr1.end_ends": [Try(A.ANSWER_END, OWNERS | TEAM, OWNER, pressed("ends", ids.Do.END_ENDS), writes=False)],
    "action vr1.end_page": [Try(A.LIST_ENDS, ANYBODY, OWNER, pressed("unanswered", ids.Do.END_PAGE), writes=False)],
    "view vr1.end_renew": [Try(A.ANSWER_END, OWNERS | TEAM, OWNER, submitted("renew", ends_on="2027-12-01"))],
    "view vr1.end_ends": [Try(A.ANSWER_END, OWNERS | TEAM, OWNER, submitted("end form", ends_on="2026-12-01"))],
    "action vr1.closing_open": [
        Try(A.SETTLE_END, OWNERS | TEAM, OWNER, pressed("closing", ids.Do.CLOSING_OPEN), writes=False)
    ],
    "action vr1.closing_item": [
        Try(A.SETTLE_END, OWNERS | TEAM, OWNER, in_modal("closing", ids.Do.CLOSING_ITEM), writes=False)
    ],
    "view vr1.closing_item": [
        Try(A.SETTLE_END, OWNERS | TEAM, OWNER, submitted("closing item", state="done", note="証明書 No.12"))
    ],
    "view vr1.closing": [Try(A.CONFIRM_END, TEAM, SEC, submitted("settled"))],
    "action vr1.closing_undo": [Try(A.SETTLE_END, OWNERS | TEAM, OWNER, in_modal("closing", ids.Do.CLOSING_UNDO))],
    # -- endpoints, and outside people whom nobody registered
    "action vr1.endpoint_list": [Try(A.LINK, TEAM, SEC, pressed("endpoints", ids.Do.ENDPOINT_LIST), writes=False)],
    "action vr1.endpoint_sever": [Try(A.LINK, TEAM, SEC, in_modal("endpoints", ids.Do.ENDPOINT_SEVER), writes=False)],
    "view vr1.endpoint_sever": [Try(A.LINK, TEAM, SEC, submitted("sever", why="severed_over", then="wait"))],
    "action vr1.endpoint_move": [Try(A.LINK, TEAM, SEC, in_modal("endpoints", ids.Do.ENDPOINT_MOVE), writes=False)],
    "view vr1.endpoint_move": [Try(A.LINK, TEAM, SEC, elsewhere)],
    "view vr1.endpoint_move_confirm": [Try(A.LINK, TEAM, SEC, submitted("move confirm"))],
    "action vr1.endpoint_own": [Try(A.LINK, TEAM, SEC, pressed("endpoints", ids.Do.ENDPOINT_OWN), writes=False)],
    "view vr1.endpoint_own": [Try(A.LINK, TEAM, SEC, submitted("own", endpoint=different))],
    "command invite": [Try(A.INVITE, TEAM, SEC, typed("invite"), writes=False)],
    "action vr1.invite_open": [Try(A.INVITE, TEAM, SEC, in_modal("endpoints", ids.Do.INVITE_OPEN), writes=False)],
    "view vr1.invite": [Try(A.INVITE, TEAM, SEC, invited)],
    "view vr1.invite_to": [Try(A.INVITE, TEAM, SEC, submitted("invite to", typed="other@example.com"), writes=False)],
    "view vr1.invite_confirm": [Try(A.INVITE, TEAM, SEC, submitted("invite confirm"))],
    "action vr1.invite_arrived": [Try(A.INVITE, TEAM, SEC, in_modal("invitations", ids.Do.INVITE_ARRIVED))],
    "action vr1.invite_again": [Try(A.INVITE, TEAM, SEC, pressed("invitation", ids.Do.INVITE_AGAIN))],
    "action vr1.invite_withdraw": [Try(A.INVITE, TEAM, SEC, in_modal("invitations", ids.Do.INVITE_WITHDRAW))],
    "command strangers": [Try(A.LINK, TEAM, SEC, typed("strangers"), writes=False)],
    "action vr1.stranger_page": [Try(A.LINK, TEAM, SEC, in_modal("strangers 2", ids.Do.STRANGER_PAGE), writes=False)],
    "action vr1.stranger_yes": [
        Try(A.ANSWER_STRANGER, OWNERS | TEAM, OWNER, pressed("strangers", ids.Do.STRANGER_YES))
    ],
    "action vr1.stranger_no": [
        Try(A.ANSWER_STRANGER, OWNERS | TEAM, OWNER, pressed("strangers", ids.Do.STRANGER_NO), writes=False)
    ],
    "view vr1.stranger_no": [Try(A.ANSWER_STRANGER, OWNERS | TEAM, OWNER, submitted("stranger no", reason="顧客"))],
    "action vr1.stranger_unsure": [
        Try(A.ANSWER_STRANGER, OWNERS | TEAM, OWNER, pressed("strangers", ids.Do.STRANGER_UNSURE))
    ],
    # -- suppliers' people
    "action vr1.hub_open": [Try(A.ANSWER, PEOPLE, ANNA, pressed("hub", ids.Do.HUB_OPEN, nth=1))],
    "action vr1.hub_submit": [
        Try(A.SUBMIT, PEOPLE, ANNA, pressed("hub", ids.Do.HUB_SUBMIT), writes=False),
        Try(A.SUBMIT, SECOND_PEOPLE, RIVAL, pressed("second hub", ids.Do.HUB_SUBMIT)),
    ],
    "action vr1.page_choose": [Try(A.ANSWER, PAGE, ANNA, in_modal("page", ids.Do.PAGE_CHOOSE, choose="no"))],
    "action vr1.page_back": [Try(A.ANSWER, PAGE, ANNA, in_modal("page", ids.Do.PAGE_BACK))],
    "action vr1.page_jump": [
        Try(A.ANSWER, PAGE, ANNA, in_modal("page", ids.Do.PAGE_JUMP, choose="1")),
        Try(A.ANSWER, SECOND_PAGE, RIVAL, in_modal("missing", ids.Do.PAGE_JUMP)),
    ],
    "view vr1.page": [Try(A.ANSWER, PAGE, ANNA, submitted("page", question=different))],
    "view vr1.submit": [Try(A.SUBMIT, PEOPLE, ANNA, submitted("submit", name="安藤 花", role="部長"))],
    "closed vr1.page": [Try(A.ANSWER, PAGE, ANNA, closed, quiet=True)],
    # -- owners
    "action vr1.attest_same": [Try(A.ATTEST, OWNERS, OWNER, pressed("digest", ids.Do.ATTEST_SAME))],
    "action vr1.attest_changed": [Try(A.ATTEST, OWNERS, OWNER, pressed("digest", ids.Do.ATTEST_CHANGED), writes=False)],
    "action vr1.attest_ended": [Try(A.ATTEST, OWNERS, OWNER, pressed("digest", ids.Do.ATTEST_ENDED), writes=False)],
    "action vr1.attest_not_mine": [
        Try(A.ATTEST, OWNERS, OWNER, pressed("digest", ids.Do.ATTEST_NOT_MINE), writes=False)
    ],
    "view vr1.attest_changed": [Try(A.ATTEST, OWNERS, OWNER, submitted("changed", what=["work"], personal_data="yes"))],
    "view vr1.attest_ended": [Try(A.ATTEST, OWNERS, OWNER, submitted("ended", ends_on="2026-11-20"))],
    "view vr1.attest_not_mine": [Try(A.ATTEST, OWNERS, OWNER, submitted("not mine", **WHOSE))],
    # -- the security team
    "view vr1.department": [
        Try(A.EDIT_DEPARTMENTS, TEAM, SEC, submitted("department", name="物流推進部", deputies=[OTHER]))
    ],
    "view vr1.register": [Try(A.PROPOSE, ANYBODY, OWNER, submitted("register", **REGISTER))],
    "shortcut vr1.register": [Try(A.PROPOSE, ANYBODY, OWNER, shortcut, writes=False)],
    "options vr1.register_company": [Try(A.PROPOSE, ANYBODY, OWNER, searched, writes=False, quiet=True)],
    "action vr1.register_company": [
        Try(A.PROPOSE, ANYBODY, OWNER, in_modal("register", ids.Do.REGISTER_COMPANY), writes=False)
    ],
    "action vr1.register_found": [
        Try(A.PROPOSE, ANYBODY, OWNER, in_modal("register found", ids.Do.REGISTER_FOUND, choose=NUMBER), writes=False)
    ],
    "action vr1.register_ask": [
        Try(A.PROPOSE, ANYBODY, OWNER, in_modal("register asking", ids.Do.REGISTER_ASK), writes=False)
    ],
    "command export": [Try(A.READ_LEDGER, TEAM, SEC, typed("export csv"))],
    "action vr1.file_import": [Try(A.REGISTER, TEAM, SEC, pressed("file ready", ids.Do.FILE_IMPORT))],
    "action vr1.file_stop": [Try(A.REGISTER, TEAM, SEC, pressed("file ready", ids.Do.FILE_STOP))],
    "action vr1.file_columns": [Try(A.REGISTER, TEAM, SEC, pressed("file asking", ids.Do.FILE_COLUMNS), writes=False)],
    "view vr1.file_columns": [Try(A.REGISTER, TEAM, SEC, submitted("file columns", column0="free"))],
    "action vr1.proposal_confirm": [Try(A.REGISTER, TEAM, SEC, pressed("proposals", ids.Do.PROPOSAL_CONFIRM))],
    "action vr1.proposal_refuse": [
        Try(A.REGISTER, TEAM, SEC, pressed("proposals", ids.Do.PROPOSAL_REFUSE), writes=False)
    ],
    "view vr1.proposal_refuse": [Try(A.REGISTER, TEAM, SEC, submitted("refuse", reason="既存の契約で足りるため"))],
    "view vr1.link": [Try(A.LINK, TEAM, SEC, fourth)],
    "view vr1.round": [Try(A.OPEN_ROUND, TEAM, SEC, submitted("round", title="2028年度"))],
    "view vr1.round_preview": [Try(A.OPEN_ROUND, TEAM, SEC, submitted("preview"))],
    "action vr1.round_previous": [
        Try(A.OPEN_ROUND, TEAM, SEC, in_modal("preview", ids.Do.ROUND_PREVIOUS), writes=False)
    ],
    "action vr1.round_next": [Try(A.OPEN_ROUND, TEAM, SEC, in_modal("preview", ids.Do.ROUND_NEXT), writes=False)],
    "action vr1.round_cancel": [Try(A.OPEN_ROUND, TEAM, SEC, in_modal("preview", ids.Do.ROUND_CANCEL))],
    "action vr1.home_strangers": [
        Try(A.LINK, TEAM, SEC, in_modal("home waiting", ids.Do.HOME_STRANGERS), writes=False)
    ],
    "action vr1.home_proposals": [
        Try(A.REGISTER, TEAM, SEC, in_modal("home waiting", ids.Do.HOME_PROPOSALS), writes=False)
    ],
    "action vr1.ledger_export": [
        Try(A.READ_LEDGER, TEAM, SEC, in_modal("home", ids.Do.LEDGER_EXPORT)),
        Try(A.READ_LEDGER, TEAM, SEC, in_modal("list", ids.Do.LEDGER_EXPORT)),
    ],
    "action vr1.home_tiers": [Try(A.SET_TIER, TEAM, SEC, in_modal("home tiers", ids.Do.HOME_TIERS), writes=False)],
    "action vr1.tier_change": [Try(A.SET_TIER, TEAM, SEC, in_modal("tiers", ids.Do.TIER_CHANGE), writes=False)],
    "view vr1.tier": [
        Try(A.SET_TIER, TEAM, SEC, submitted("tier", tier="high", reason="監督官庁の指摘", until="2026-12-31"))
    ],
    "action vr1.questions_why": [
        Try(A.OPEN_ROUND, TEAM, SEC, in_modal("letter", ids.Do.QUESTIONS_WHY), writes=False),
        Try(A.JUDGE, TEAM, SEC, in_modal("judge", ids.Do.QUESTIONS_WHY), writes=False),
    ],
    "action vr1.scope_see": [Try(A.OPEN_ROUND, TEAM, SEC, in_modal("preview", ids.Do.SCOPE_SEE), writes=False)],
    "action vr1.scope_turn": [Try(A.OPEN_ROUND, TEAM, SEC, in_modal("scope list", ids.Do.SCOPE_TURN), writes=False)],
    "action vr1.scope_leave": [Try(A.OPEN_ROUND, TEAM, SEC, in_modal("letter", ids.Do.SCOPE_LEAVE), writes=False)],
    "view vr1.scope": [
        Try(A.OPEN_ROUND, TEAM, SEC, submitted("scope", note="個人データがあるため")),
        Try(A.OPEN_ROUND, TEAM, SEC, submitted("leave", note="来月に点検するため")),
    ],
    "view vr1.merge": [Try(A.MERGE, TEAM, SEC, submitted("merge", words=TWINS[1], kept="other"), writes=False)],
    "view vr1.merge_confirm": [Try(A.MERGE, TEAM, SEC, submitted("merge confirm", language="gone"))],
    "action vr1.merge_undo": [Try(A.MERGE, TEAM, SEC, pressed("merges", ids.Do.MERGE_UNDO))],
    "action vr1.known_open": [Try(A.ASK, ANYBODY, OWNER, pressed("several", ids.Do.KNOWN_OPEN), writes=False)],
    "action vr1.known_same": [Try(A.ASK, ANYBODY, OWNER, pressed("known", ids.Do.KNOWN_SAME), writes=False)],
    "action vr1.known_new": [Try(A.ASK, ANYBODY, OWNER, pressed("known", ids.Do.KNOWN_NEW), writes=False)],
    "view vr1.need": [Try(A.ASK, ANYBODY, OWNER, submitted("need", personal_data="no"), writes=False)],
    "action vr1.known_register": [
        Try(A.ASK, ANYBODY, OWNER, in_modal("meaning", ids.Do.KNOWN_REGISTER), writes=False),
        Try(A.ASK, ANYBODY, OWNER, pressed("nobody", ids.Do.KNOWN_REGISTER), writes=False),
    ],
    "action vr1.judge_open": [Try(A.JUDGE, TEAM, SEC, pressed("judge list", ids.Do.JUDGE_OPEN), writes=False)],
    "action vr1.judge_read": [
        Try(A.JUDGE, TEAM, SEC, in_modal("judge", ids.Do.JUDGE_READ), writes=False),
        Try(A.JUDGE, TEAM, SEC, in_modal("answers", ids.Do.JUDGE_READ), writes=False),
    ],
    "view vr1.judge": [Try(A.JUDGE, TEAM, SEC, submitted("judge", **JUDGED))],
    "action vr1.list_page": [Try(A.READ_LEDGER, TEAM, SEC, old_list(ids.Do.LIST_PAGE))],
    "action vr1.list_back": [Try(A.READ_LEDGER, TEAM, SEC, old_list(ids.Do.LIST_BACK))],
    "action vr1.list_turn": [Try(A.READ_LEDGER, TEAM, SEC, in_modal("list", ids.Do.LIST_TURN))],
    "action vr1.list_tick": [Try(A.READ_LEDGER, TEAM, SEC, in_modal("list", ids.Do.LIST_TICK, choose="選ぶ"))],
    "action vr1.list_filter_set": [
        Try(
            A.READ_LEDGER,
            TEAM,
            SEC,
            in_modal("list filter", ids.Do.LIST_FILTER_SET, choose="担当者なし"),
            writes=False,
            shows=False,
        )
    ],
    "action vr1.list_choose": [Try(A.READ_LEDGER, TEAM, SEC, in_modal("list", ids.Do.LIST_CHOOSE))],
    "action vr1.list_reset": [Try(A.READ_LEDGER, TEAM, SEC, in_modal("list narrowed", ids.Do.LIST_RESET))],
    "action vr1.list_saved": [
        Try(A.READ_LEDGER, TEAM, SEC, in_modal("list narrowed", ids.Do.LIST_SAVED, choose="個人データ(共有)"))
    ],
    "action vr1.list_filter": [Try(A.READ_LEDGER, TEAM, SEC, in_modal("list", ids.Do.LIST_FILTER), writes=False)],
    "view vr1.list_filter": [Try(A.READ_LEDGER, TEAM, SEC, submitted("list filter", words="みかづき"))],
    "action vr1.list_save": [Try(A.READ_LEDGER, TEAM, SEC, in_modal("list", ids.Do.LIST_SAVE), writes=False)],
    "view vr1.list_save": [Try(A.READ_LEDGER, TEAM, SEC, submitted("list save", name="年次"))],
    "action vr1.list_forget": [Try(A.READ_LEDGER, TEAM, SEC, in_modal("list save", ids.Do.LIST_FORGET))],
    "view vr1.list_open": [Try(A.EDIT_RECORD, TEAM, SEC, submitted("list", pick=["yes"]), writes=False)],
    "view vr1.list_bulk": [
        Try(A.EDIT_RECORD, TEAM, SEC, submitted("list bulk", what="tag", tag="東京")),
        Try(A.EDIT_RECORD, TEAM, SEC, submitted("list bulk", what="owner", person=OTHER)),
        Try(A.OPEN_ROUND, TEAM, SEC, submitted("list bulk", what="rounds"), writes=False),
    ],
    "action vr1.cert_list": [
        Try(A.READ_LEDGER, TEAM, SEC, pressed("certs soon", ids.Do.CERT_LIST), writes=False),
        Try(A.READ_LEDGER, TEAM, SEC, pressed("third parties", ids.Do.CERT_LIST), writes=False),
    ],
    "action vr1.cert_new": [Try(A.EDIT_CERTIFICATES, TEAM, SEC, in_modal("certs", ids.Do.CERT_NEW), writes=False)],
    "action vr1.cert_edit": [Try(A.EDIT_CERTIFICATES, TEAM, SEC, in_modal("certs", ids.Do.CERT_EDIT), writes=False)],
    "action vr1.cert_check": [Try(A.EDIT_CERTIFICATES, TEAM, SEC, in_modal("certs", ids.Do.CERT_CHECK), writes=False)],
    "view vr1.cert": [Try(A.EDIT_CERTIFICATES, TEAM, SEC, submitted("cert", expires_on="2029-12-31"))],
    "view vr1.cert_check": [Try(A.EDIT_CERTIFICATES, TEAM, SEC, submitted("cert check", engagement=first, **LOOKED))],
    "action vr1.sub_tree": [Try(A.READ_LEDGER, TEAM, SEC, pressed("third parties", ids.Do.SUB_TREE), writes=False)],
    "action vr1.sub_new": [Try(A.EDIT_SUBCONTRACTORS, TEAM, SEC, in_modal("subs", ids.Do.SUB_NEW), writes=False)],
    "action vr1.sub_edge": [Try(A.EDIT_SUBCONTRACTORS, TEAM, SEC, edge_chosen, writes=False)],
    "view vr1.sub_new": [
        Try(A.EDIT_SUBCONTRACTORS, TEAM, SEC, submitted("sub new", parent=first, name="うみべ商会", work="印刷")),
        Try(
            A.EDIT_SUBCONTRACTORS,
            TEAM,
            SEC,
            submitted("sub new", parent=first, name="さざなみ(同)", work="印刷"),
            writes=False,  # which company is meant is asked first
        ),
    ],
    "view vr1.sub_edge": [
        Try(A.EDIT_SUBCONTRACTORS, TEAM, SEC, submitted("sub edge", state="refused", reason="海外の拠点のため"))
    ],
    "action vr1.record_open": [Try(A.READ_LEDGER, TEAM, SEC, pressed("glance", ids.Do.RECORD_OPEN), writes=False)],
    "action vr1.record_page": [
        Try(A.READ_LEDGER, TEAM, SEC, in_modal("record", ids.Do.RECORD_PAGE, choose="変更履歴"), writes=False)
    ],
    "action vr1.record_turn": [
        Try(A.READ_LEDGER, TEAM, SEC, in_modal("record then", ids.Do.RECORD_TURN), writes=False)
    ],
    "action vr1.record_day": [
        Try(A.READ_LEDGER, TEAM, SEC, in_modal("record", ids.Do.RECORD_DAY, choose="2026-11-01"), writes=False)
    ],
    "action vr1.record_edit": [
        Try(A.EDIT_RECORD, TEAM, SEC, in_modal("record work", ids.Do.RECORD_EDIT), writes=False),
        Try(A.ADD_DOCUMENT, OWNERS | TEAM, OWNER, in_modal("closing", ids.Do.RECORD_EDIT), writes=False),
    ],
    "view vr1.record_edit": [
        Try(A.EDIT_RECORD, TEAM, SEC, submitted("record edit", business="別の業務")),
        Try(A.EDIT_RECORD, TEAM, SEC, submitted("document form", title="覚書", file=[FILE])),
        Try(A.ADD_DOCUMENT, OWNERS | TEAM, OWNER, submitted("proof", title="消去証明書", file=[FILE])),
    ],
    "action vr1.document_get": [
        Try(A.READ_LEDGER, TEAM, SEC, in_modal("record papers", ids.Do.DOCUMENT_GET, value="document"))
    ],
    "action vr1.document_file": [Try(A.EDIT_RECORD, TEAM, SEC, pressed("dropped", ids.Do.DOCUMENT_FILE), writes=False)],
    "options vr1.document_where": [Try(A.EDIT_RECORD, TEAM, SEC, searched_place, writes=False, quiet=True)],
    "view vr1.document_file": [Try(A.EDIT_RECORD, TEAM, SEC, filed)],
    "action vr1.record_remove": [Try(A.EDIT_RECORD, TEAM, SEC, in_modal("record papers", ids.Do.RECORD_REMOVE))],
    "action vr1.cloud": [Try(A.EDIT_RECORD, TEAM, SEC, in_modal("record work", ids.Do.CLOUD), writes=False)],
    "view vr1.cloud": [
        Try(A.EDIT_RECORD, TEAM, SEC, submitted("cloud", terms_entrust="yes", basis="第11条", checked_on="2026-11-25"))
    ],
    "action vr1.free_field": [Try(A.EDIT_RECORD, TEAM, SEC, in_modal("fields", ids.Do.FREE_FIELD), writes=False)],
    "view vr1.free_field": [
        Try(A.EDIT_RECORD, TEAM, SEC, submitted("field", label_ja="契約書の保管場所", kind="line"))
    ],
    "command checklists": [Try(A.EDIT_CHECKLISTS, TEAM, SEC, typed("checklists"), writes=False)],
    "action vr1.checklist_turn": [
        Try(A.EDIT_CHECKLISTS, TEAM, SEC, in_modal("checklists", ids.Do.CHECKLIST_TURN), writes=False),
        Try(A.EDIT_CHECKLISTS, TEAM, SEC, turned("see"), writes=False),
        Try(A.EDIT_CHECKLISTS, TEAM, SEC, turned("versions"), writes=False),
        Try(A.EDIT_CHECKLISTS, TEAM, SEC, turned("learning"), writes=False),
        Try(A.EDIT_CHECKLISTS, TEAM, SEC, turned("differs", "file"), writes=False),
        Try(A.EDIT_CHECKLISTS, TEAM, SEC, in_modal("checklist draft", ids.Do.CHECKLIST_TURN), writes=False),
    ],
    "action vr1.checklist_same": [
        Try(A.EDIT_CHECKLISTS, TEAM, SEC, in_modal("checklist difference", ids.Do.CHECKLIST_SAME))
    ],
    "action vr1.checklist_retire": [
        Try(A.EDIT_CHECKLISTS, TEAM, SEC, in_modal("checklist", ids.Do.CHECKLIST_RETIRE), writes=False)
    ],
    "view vr1.checklist_retire": [Try(A.EDIT_CHECKLISTS, TEAM, SEC, submitted("checklist retire", reason="使わない"))],
    "action vr1.checklist_draft": [Try(A.EDIT_CHECKLISTS, TEAM, SEC, in_modal("checklist 2", ids.Do.CHECKLIST_DRAFT))],
    "action vr1.checklist_keep": [Try(A.EDIT_CHECKLISTS, TEAM, SEC, in_modal("checklist", ids.Do.CHECKLIST_KEEP))],
    "action vr1.checklist_edit": [
        Try(A.EDIT_CHECKLISTS, TEAM, SEC, in_modal("checklist draft", ids.Do.CHECKLIST_EDIT, nth=n), writes=False)
        for n in (0, 1, 2, 3)
    ],
    "view vr1.checklist_edit": [
        Try(A.EDIT_CHECKLISTS, TEAM, SEC, submitted("checklist question", text_ja="端末を社外に持ち出しますか。"))
    ],
    "action vr1.checklist_act": [Try(A.EDIT_CHECKLISTS, TEAM, SEC, in_modal("checklist draft", ids.Do.CHECKLIST_ACT))],
    "action vr1.checklist_publish": [
        Try(A.EDIT_CHECKLISTS, TEAM, SEC, in_modal("checklist draft", ids.Do.CHECKLIST_PUBLISH), writes=False)
    ],
    "view vr1.checklist_publish": [
        Try(A.EDIT_CHECKLISTS, TEAM, SEC, submitted("checklist publish", reason="年次見直し"))
    ],
    "action vr1.notice_there": [
        Try(A.RESOLVE_NOTICE, TEAM, SEC, pressed("stuck", ids.Do.NOTICE_THERE, value="note")),
        Try(A.RESOLVE_NOTICE, TEAM, SEC, pressed("stuck", ids.Do.NOTICE_THERE, value="hub note"), writes=False),
    ],
    "action vr1.notice_again": [Try(A.RESOLVE_NOTICE, TEAM, SEC, pressed("stuck", ids.Do.NOTICE_AGAIN, value="note"))],
    "view vr1.notice_there": [
        Try(
            A.RESOLVE_NOTICE,
            TEAM,
            SEC,
            submitted("where", link=f"https://aoba.example.com/archives/{CH1}/p1700000000000100"),
        )
    ],
}

# -- events --------------------------------------------------------------------------------------------------------------

Happen = Callable[[Slackside, str], Json]
"""(slack, whose doing it is) → the event."""


def _group(slack: Slackside, user: str) -> Json:
    group = slack.live.sandbox.world.groups[TEAM_GROUP]
    inner = event_shapes.group_members_changed(slack.live.sandbox, group, [user])
    return slack.event(inner | {"added_users": [user], "added_users_count": 1})


def _changed(slack: Slackside, user: str) -> Json:
    """Somebody is said to be a full member of ours from now on."""
    ours = {"id": user, "team_id": slack.live.sandbox.world.home, "deleted": False, "is_restricted": False}
    return slack.event(event_shapes.user_change(slack.live.sandbox, ours))


def _in_channel(build: Callable[..., Json], *more: str) -> Happen:
    def happen(slack: Slackside, user: str) -> Json:
        sandbox = slack.live.sandbox
        inner = build(sandbox, sandbox.world.users[user], sandbox.world.channels[CH1], *more)
        return slack.event(inner, CH1)

    return happen


def _company(build: Callable[..., Json]) -> Happen:
    def happen(slack: Slackside, user: str) -> Json:
        sandbox = slack.live.sandbox
        return slack.event(build(sandbox, sandbox.world.channels[CH1], sandbox.world.users[user].team_id), CH1)

    return happen


def _gone(kind: str) -> Happen:
    def happen(slack: Slackside, user: str) -> Json:
        inner = event_shapes.archived(slack.live.sandbox, slack.live.sandbox.world.channels[CH1], user)
        return slack.event(inner | {"type": kind}, CH1)

    return happen


def _moved(slack: Slackside, user: str) -> Json:
    inner = {"type": "channel_id_changed", "old_channel_id": CH1, "new_channel_id": "C0ELSE", "event_ts": "1.1"}
    return slack.event(inner, CH1)


def _home(slack: Slackside, user: str) -> Json:
    """The tab of messages: nothing is drawn for it. What the Home tab shows to whom is tested in `test_home_tab.py`."""
    world = slack.live.sandbox.world
    inner = event_shapes.app_home_opened(slack.live.sandbox, world.users[user], world.channels[LOBBY], "messages", None)
    return slack.event(inner)


EVENTS: dict[str, Happen] = {
    "event app_home_opened": _home,
    "event member_joined_channel": _in_channel(event_shapes.member_joined, NEW),
    "event member_left_channel": _in_channel(event_shapes.member_left),
    "event channel_shared": _company(event_shapes.shared),
    "event channel_unshared": _company(event_shapes.unshared),
    "event channel_archive": _gone("channel_archive"),
    "event group_archive": _gone("group_archive"),
    "event channel_deleted": _gone("channel_deleted"),
    "event group_deleted": _gone("group_deleted"),
    "event channel_id_changed": _moved,
    "event user_change": _changed,
    "event subteam_members_changed": _group,
    "event message": lambda slack, user: slack.said(user, CH1, HUB_TS),
}

ADVICE = (
    "{route} is registered with Bolt, but this test cannot press it: add a row to TRIES (for an event to EVENTS) in "
    "tests/handlers/tries.py with who may, one person who may, and a payload on something that stands in stage.py."
)


def tries_of(route: str) -> list[Try]:
    """The payloads of a route. AssertionError that says what to add, where there is none."""
    assert route in TRIES, ADVICE.format(route=route)
    return TRIES[route]
