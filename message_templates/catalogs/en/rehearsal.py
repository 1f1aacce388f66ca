"""Words of the rehearsal."""

TEXT = {
    "help.rehearse": "Rehearse a review all by yourself (it is never counted; `end` ends it)",
    "refusal.not_in_rehearsal": "In a rehearsal nothing can be handed on: nobody else hears of it.",
    "rehearsal.department": "Rehearsal department",
    "rehearsal.supplier": "Rehearsal supplier (sample)",
    "rehearsal.business": "Rehearsal work",
    "rehearsal.round": "Rehearsal round",
    "rehearsal.part_owner": "[Rehearsal] You play the department owner. This is what an owner gets.",
    "rehearsal.part_supplier": "[Rehearsal] You play the supplier. This is what arrives in the shared channel.",
    "rehearsal.part_security": "[Rehearsal] You play the security team. This is what the team gets.",
    "rehearsal.no_files": "Only files cannot be tried in a rehearsal.",
    "rehearsal.fallback": "[Rehearsal] {text}",
    "rehearsal.begun": "The rehearsal has begun. The card of a department owner arrives in your direct messages with this app. You can stop at any time and go on where you left off. Nobody else gets anything.",
    "rehearsal.paused": "But automatic messages are paused now. The cards arrive once `/vendor-review resume` lets them go out.",
    "rehearsal.ended": "The rehearsal has ended, and everything it made is deleted. Its cards in your direct messages cannot be used any more.",
    "rehearsal.word": "rehearse",
    "rehearsal.word_end": "end",
    "rehearsal.none": "You are not rehearsing.",
}
