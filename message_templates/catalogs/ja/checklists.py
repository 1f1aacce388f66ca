"""Japanese words of the checklists that the security team keeps: their list, their versions, their working copies."""

TEXT = {
    "refusal.draft_of_other": "この点検票は、ほかの方が編集中です。その方の下書きが公開または破棄されてから、もう一度お試しください。",
}
