"""Scores and proposals."""

TEXT = {
    "score.proposal": "The answers suggest: {value} ({percent} points of 100)\n{reasons}\nThe judgement is yours.",
    "score.none": "The answers suggest nothing.\n{reasons}",
    "score.sections": "Points by section: {sections}",
    "score.section": "{title} {percent}",
    "score.section_none": "{title} none",
    "score.separator": "; ",
    "score.reason_good": "The points are in the range that counts as good.",
    "score.reason_fair": "The points are somewhat below what counts as good.",
    "score.reason_poor": "The points are well below what counts as good.",
    "score.reason_critical": "Critical questions with an answer that deserves a look: {count}. They limit the points.",
    "score.reason_dont_know": 'Answers of "Don\'t know": {count}.',
    "score.reason_not_applicable": 'Answers of "Not applicable": {count}. That is many, so little was really looked at.',
    "score.reason_unanswered": "Questions without an answer, which are not in the points: {count}.",
    "score.reason_nothing": "No answer counts towards the points.",
}
