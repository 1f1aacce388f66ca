"""Which service gets what: the composition of one process, apart from how it runs (`app.py`).

Services are made in `work.py` (the ledger's in `ledger.py`), what happens without a press in `ticking.py`.
"""

from __future__ import annotations

from bot.assembly.rules import checklists, hours_of, policy_of
from bot.assembly.ticking import Observer, Outside, ticker
from bot.assembly.work import services

__all__ = ["Observer", "Outside", "checklists", "hours_of", "policy_of", "services", "ticker"]
