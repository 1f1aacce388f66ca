"""Slack's user and channel objects with their traps: Grid, strangers, guests, invitations (slack_platform §1.1)."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels import slack_shapes as shapes
from bot.domain.channel_check import UNKNOWN_TEAM
from bot.domain.people import PersonKind

HOME = frozenset({"T0HOME", "E0HOME"})


def user(**more: Any) -> dict[str, Any]:
    return {"id": "U1", "team_id": "T0HOME", "name": "sato", "real_name": "佐藤 花子", "deleted": False, **more}


def channel(**more: Any) -> dict[str, Any]:
    return {"id": "C1", "name": "ext", "is_member": True, "is_ext_shared": False, "is_private": True, **more}


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({}, PersonKind.EMPLOYEE),
        ({"is_restricted": True}, PersonKind.GUEST),
        ({"is_restricted": True, "is_ultra_restricted": True}, PersonKind.GUEST),
        ({"team_id": "T0OTHER", "is_stranger": False}, PersonKind.EXTERNAL),
        ({"team_id": "T0OTHER", "is_restricted": True}, PersonKind.EXTERNAL),
        ({"is_stranger": True}, PersonKind.EXTERNAL),
        ({"team_id": "E0PARTNER"}, PersonKind.EXTERNAL),
        ({"team_id": "E0HOME"}, PersonKind.EMPLOYEE),
        ({"team_id": "T0SISTER", "enterprise_user": {"enterprise_id": "E0HOME"}}, PersonKind.EMPLOYEE),
        (
            {"team_id": "T0SISTER", "enterprise_user": {"enterprise_id": "E0HOME"}, "is_restricted": True},
            PersonKind.GUEST,
        ),
        ({"team_id": ""}, PersonKind.EXTERNAL),
    ],
)
def test_kinds(more: dict[str, Any], kind: PersonKind) -> None:
    seen = shapes.seen(user(**more), HOME)
    assert seen
    assert seen.kind is kind


@pytest.mark.parametrize("more", [{"is_bot": True}, {"id": "USLACKBOT"}])
def test_bots_are_nobody(more: dict[str, Any]) -> None:
    assert shapes.seen(user(**more), HOME) is None


@pytest.mark.parametrize(
    ("locale", "language"), [("ja-JP", "ja"), ("ja", "ja"), ("en-US", "en"), ("de-DE", "en"), ("", ""), (None, "")]
)
def test_languages(locale: str | None, language: str) -> None:
    seen = shapes.seen(user(locale=locale), HOME)
    assert seen
    assert seen.language == language


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"profile": {"real_name": "佐藤 花子", "display_name": "はな"}}, "佐藤 花子"),
        ({"real_name": "", "profile": {"real_name": "", "display_name": "はな"}}, "はな"),
        ({"real_name": "", "profile": {}}, "sato"),
        ({"real_name": "", "name": "", "profile": None}, ""),
        ({"profile": {"real_name": "  <!channel>  "}}, "<!channel>"),
    ],
)
def test_names(more: dict[str, Any], name: str) -> None:
    seen = shapes.seen(user(**more), HOME)
    assert seen
    assert seen.name == name


def test_a_grid_partner_carries_the_id_under_which_the_channel_knows_the_company() -> None:
    person = user(team_id="T0WORK", enterprise_user={"enterprise_id": "E0PARTNER"})
    found = [shapes.seen(person, HOME, teams) for teams in ((), ("E0PARTNER",), ("T0WORK",), ("T0ELSE",))]
    assert [s.team_id for s in found if s] == ["E0PARTNER", "E0PARTNER", "T0WORK", "E0PARTNER"]


def test_partners_are_the_others_whoever_hosts_the_channel() -> None:
    ours = channel(
        is_ext_shared=True, conversation_host_id="T0HOME", connected_team_ids=["T0A"], shared_team_ids=["T0HOME", "T0A"]
    )
    theirs = channel(
        is_ext_shared=True, conversation_host_id="T0B", connected_team_ids=[], shared_team_ids=["T0HOME", "T0A"]
    )
    assert shapes.partners(ours, HOME) == ("T0A",)
    assert shapes.partners(theirs, HOME) == ("T0A", "T0B")


def test_workspaces_of_our_own_organisation_are_no_partners() -> None:
    inside = channel(is_shared=True, is_org_shared=True, shared_team_ids=["T0HOME", "T0SISTER"])
    both = channel(
        is_ext_shared=True, shared_team_ids=["T0HOME", "T0SISTER", "E0P"], internal_team_ids=["T0HOME", "T0SISTER"]
    )
    assert shapes.partners(inside, HOME) == ()
    assert shapes.partners(both, HOME) == ("E0P",)


def test_invitations_count_also_where_slack_does_not_say_whose() -> None:
    assert shapes.invited(channel(), HOME) == ()
    assert shapes.invited(channel(pending_shared=["T0A"], pending_connected_team_ids=["T0B"]), HOME) == ("T0A", "T0B")
    assert shapes.invited(channel(is_pending_ext_shared=True, pending_shared=[]), HOME) == (UNKNOWN_TEAM,)


@pytest.mark.parametrize(
    ("more", "gone"),
    [
        ({}, False),
        ({"is_archived": True}, True),
        ({"frozen_reason": "connection_severed"}, True),
        ({"is_frozen": True}, True),
    ],
)
def test_archived_or_cut_off(more: dict[str, Any], gone: bool) -> None:
    assert shapes.gone(channel(**more)) is gone
