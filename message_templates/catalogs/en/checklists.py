"""English words of the checklists that the security team keeps: their list, their versions, their working copies."""

TEXT = {
    "refusal.draft_of_other": "Somebody else is editing this checklist. Try again once their draft is published or discarded.",
}
