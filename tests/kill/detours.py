"""Everything that the line of one review does not reach, as legs of their own: short, from the rest of another leg.

To reach a new commit or send site: a scene in one of these files, and its row in that file's DETOURS.
"""

from __future__ import annotations

from tests.kill import (
    detours_endpoints,
    detours_ends,
    detours_faults,
    detours_files,
    detours_first_run,
    detours_inviting,
    detours_owners,
    detours_record,
    detours_register,
    detours_suppliers,
    detours_third,
)
from tests.kill.play import Leg

DETOURS: tuple[Leg, ...] = (
    *(*detours_owners.DETOURS, *detours_suppliers.DETOURS, *detours_faults.DETOURS, *detours_first_run.DETOURS),
    *detours_register.DETOURS,
    *detours_record.DETOURS,
    *detours_third.DETOURS,
    *detours_ends.DETOURS,
    *detours_endpoints.DETOURS,
    *detours_inviting.DETOURS,
    *detours_files.DETOURS,
)
