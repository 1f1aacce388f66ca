"""The people of `make demo`: a made-up company with its suppliers, who act on a local Slack, and the verdict on what they got.

    python -m sandbox.demo world --dir DIR --seed N     who is there: world.json, and settings.json for the bot
    python -m sandbox.demo play --dir DIR --seed N …    act through six weeks, compare, report; exit status 1 if not as expected

Rooms: `names.py`, `people.py` who there is · `days.py` business days of our own · `plan.py` which path everyone takes ·
`world.py` the world for the local Slack · `stage.py` what acts share, `acting.py` how one acts, `words.py` what one reads
on buttons · `setting_up.py`, `owners.py`, `suppliers.py`, `judges.py` the acts · `play.py` day after day · `received.py`
messages sorted by what they say · `expect.py` what each person should have received · `verdict.py` the difference ·
`report.py` table and transcripts.

Nothing of the product is imported: what is written on its buttons is written here a second time, as a person reads it. To
add a path: its days in `plan.py`, its acts in the file of whoever takes it, its messages in `expect.py`.
"""
