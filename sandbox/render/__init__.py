"""Drawings for people: Block Kit as HTML (`html`), as Markdown and plain text (`markdown`), and transcripts of a record.

Pure functions: JSON in, text out; no I/O but the style sheet. Layers, each on the one before: `safe` (escaping), `spans`
(formatted text) with its notations `mrkdwn`, `rich_text`, `commonmark`; `state` and `elements` (inputs), `html` and `markdown`
(blocks); `story`, `reader` (a record read), `page` and `listing` (drawn), `transcript` (the way in).
"""
