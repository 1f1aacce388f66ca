"""The linter of checklists: what is wrong, and how to mend it."""

TEXT = {
    "lint.open_question": "This cannot be answered by choosing: {found}. Ask for yes or no, or offer choices with an optional comment.",
    "lint.two_questions": "Two points with one answer: {found}. Make two questions of it, each with its own key.",
    "lint.jargon": "Not everybody knows: {found}. Explain it in brackets, use a plain word, or enter it into glossary.yaml.",
    "lint.no_way_out": "Whoever does not know is stuck ({found}). Add a choice `dont_know`; let a free answer be left out with `required: false`.",
    "lint.evidence_no_alternative": "Something is to be handed in, but not what to do when it may not leave the company. {found}"
    "Say it in `evidence.if_confidential`: an extract, a look at the screen, or just the date and the number.",
    "lint.stale": "Last reviewed on {found}, more than twelve months ago. Read every question again, then set `reviewed_on`.",
    "lint.product_or_certification": "Names a product or makes a certification a condition: {found}. Ask for what it achieves, so that "
    "another way of achieving it counts too.",
    "lint.office_only": "Assumes an office of their own: {found}. Ask what holds at home and in the cloud too, or say what to answer "
    "where there is none.",
    "lint.threat_or_price": "A consequence or a price is held over the supplier: {found}. Leave it out; costs are talked over and "
    "written down apart from the checklist.",
    "lint.vague_quantity": "How often, how soon or how much is left open: {found}. Write the number: once a year, within 24 hours, 100 records.",
    "lint.excess_personal_data": "Asks for data about their people that is not needed: {found}. Ask for roles, numbers, or whether they checked.",
    "lint.too_heavy": "More than this tier justifies: {found}. Leave questions out, put them behind `ask_if`, or ask for less evidence.",
    "lint.unknown_reference": "There is no {found}. Look the number up in the standard, or take the reference out.",
    "lint.duplicate_key": "The key `{found}` stands for something else already. Take over that question word for word, or choose another key.",
    "lint.impossible_condition": "Nobody will ever be asked this: the conditions on `{found}` cannot be true together. Loosen one of them.",
    "lint.same_question": "Asks nearly the same as `{found}`. Use one key and one text for both, or ask something else.",
    "lint.burden.questions": "{count} questions, at most {most}",
    "lint.burden.attachments": "{count} things to attach, at most {most}",
    "lint.burden.written": "{count} answers to write, at most {most}",
    "lint.in_file": "{key} in {file}",
    "lint.error": "error",
    "lint.warning": "warning",
    "lint.clean": "Files: {files}. Nothing to mend.",
    "lint.sum": "Files: {files}. Errors: {errors}. Warnings: {warnings}.",
}
