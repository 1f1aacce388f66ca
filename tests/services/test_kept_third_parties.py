"""Work that has ended is read only for sub-contractors and looks into the register too."""

import pytest

from bot.domain.ledger import EngagementState
from bot.domain.refusal import Code, Refusal
from storage.db import Database
from tests.chase_stage import change
from tests.kit import StillClock, press
from tests.services.ledger_stage import SEC
from tests.services.test_certificates import LOOKED
from tests.services.test_subcontracting import added
from tests.services.third_stage import Third, third


@pytest.fixture
async def stage(db: Database, clock: StillClock) -> Third:
    return await third(db, clock)


async def test_what_has_ended_is_kept_as_it_is(stage: Third) -> None:
    edge = (await added(stage, "さざなみ合同会社")).works[0].lines[0].edge
    kept = await stage.certified()
    await change(stage.db, stage.engagement, state=EngagementState.ENDED)
    looked = LOOKED | {"engagement": stage.engagement.id}
    for attempt in (
        stage.subcontracting.decide(press(SEC), edge.id, edge.version, {"state": "approved"}),
        stage.certificates.check(press(SEC), kept.id, kept.version, looked),
    ):
        with pytest.raises(Refusal) as refused:
            await attempt
        assert refused.value.code is Code.RECORD_KEPT
