"""The reminder of closing lists: Slack takes it whatever it holds, and each list has its way in."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.closing_list import Unsettled
from message_templates import ids
from message_templates.catalogs import Text
from message_templates.closing_reminder import reminder_blocks, reminder_text
from sandbox.limits import check_message


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("text", ["倉庫の清掃", "<!channel> &lt;", "あ" * 3000, "\u202e逆"])
def test_slack_takes_it(language: str, text: str) -> None:
    ends = [date(2026, 11, 30), None]
    found = [
        Unsettled(engagement_id=f"{n:032x}", supplier=text, business=text, ends_on=ends[n % 2], open_items=5)
        for n in range(10)
    ]
    blocks = reminder_blocks(Text(language), found, 40)
    assert check_message(blocks) == []
    buttons = [b["accessory"] for b in blocks if "accessory" in b]
    assert [b["action_id"] for b in buttons] == [ids.Do.CLOSING_OPEN] * 10
    assert len({b["value"] for b in buttons}) == 10
    assert "40" in reminder_text(Text(language), 40)
