"""People and workspaces that change, as the app is told of them and as it can read them (facts page §1.1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.client import CannotDo
from tests.sandbox.connect_stage import GRID, Told, connected, info
from tests.sandbox.stage import BEN, HOME, KAI, MIKA, MIRAI, NOA, OTHER, PARTNER, SORA


async def test_accounts_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told()
    async with connected(tmp_path, told, monkeypatch) as scene:
        client = scene.app.client
        await scene.slack.change_kind(SORA, "member")
        assert (await client.users_info(user=SORA))["user"]["is_restricted"] is False
        await scene.slack.change_kind(BEN, "guest")
        with pytest.raises(CannotDo, match="several channels"):
            await scene.slack.change_kind(BEN, "single_guest")
        shown = (await client.users_info(user=BEN))["user"]
        assert (shown["is_restricted"], shown["is_ultra_restricted"], shown["team_id"]) == (True, False, HOME)
        with pytest.raises(CannotDo, match="not home's"):
            await scene.slack.change_kind(MIKA, "guest")
        await scene.slack.rename_user(MIKA, real_name="三木 改")
        changed = await told.of("user_change", 3)
        assert [event["user"]["id"] for event in changed] == [SORA, BEN, MIKA]
        assert changed[2]["user"]["real_name"] == "三木 改"
        await scene.slack.rename_user(KAI, real_name="甲斐 改")
        await scene.slack.deactivate(NOA)
        await scene.slack.reactivate(NOA)
        ends = await told.of("user_change", 4)
        assert [(e["user"]["id"], e["user"]["deleted"]) for e in ends[3:]] == [(NOA, True)], (
            "nothing is told of a stranger: who is back is in no channel"
        )
        assert (await client.users_info(user=NOA))["user"]["is_stranger"] is True
        with pytest.raises(CannotDo, match="no deactivated"):
            await scene.slack.reactivate(BEN)


async def test_a_partner_that_joins_a_grid_is_named_by_its_organisation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told()
    async with connected(tmp_path, told, monkeypatch) as scene:
        await scene.slack.connect(MIRAI, OTHER)
        await scene.slack.join(MIRAI, KAI)
        assert "enterprise_user" not in (await scene.app.client.users_info(user=KAI))["user"]
        await scene.slack.join_grid(OTHER, "E0KAWA")
        assert (await told.of("user_change"))[0]["user"]["enterprise_user"]["enterprise_id"] == "E0KAWA"
        assert (await info(scene, MIRAI))["connected_team_ids"] == [GRID, "E0KAWA"]
        sister = await scene.slack.add_team("かわぐち物流", domain="kawa2", enterprise_id="E0KAWA")
        await scene.slack.change_team(KAI, sister)
        shown = (await scene.app.client.users_info(user=KAI))["user"]
        assert (shown["team_id"], shown["is_stranger"]) == (sister, False)
        nico = await scene.slack.add_user("nico", team=sister)
        await scene.slack.join(MIRAI, nico)  # another workspace of a company that is in the channel
        with pytest.raises(CannotDo, match="already"):
            await scene.slack.connect(MIRAI, sister)
        with pytest.raises(CannotDo, match="not of the organisation"):
            await scene.slack.change_team(KAI, PARTNER)
