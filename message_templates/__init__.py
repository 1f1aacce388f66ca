"""Values in, Block Kit out. Pure: no I/O, no clock, no session; nothing of Slack's libraries.

`kit.py` knows the limits and the escaping, `ids.py` the wire ids, `catalogs/` the words. One file per card or modal.
To add a card: a function `(t: Text, value) -> blocks`, its words in both languages, a test that renders it with hostile
and with endless input.
"""
