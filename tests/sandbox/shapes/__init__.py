"""Shapes of what Slack sends and answers, and of what the local Slack does: key paths and types, never values.

`types.json` is what Slack's official packages for JavaScript declare (`from_types.js` writes it), `recorded.json` single
payloads and merged samples that others have published; each names its source. `seen.py` gathers what the local Slack
sends to the bare app of `scene.py`, `compare.py` holds it against both, `reasons.py` says why where it knowingly differs.
"""
