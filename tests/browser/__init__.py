"""The page of `make play` in a real browser: Debian's Chromium, headless, with mouse and keyboard only.

What a test knows it has read on the screen; the record of the local Slack is only asked whether anything went wrong.

Rooms: `browser.py` the browser and its logs · `window.py` one person's window · `form.py` the modal on top of it · `stage.py`
the local Slack and the bot behind it · `conftest.py` who sits where, and what is held against every test: nothing on the
console, nothing blocked, no problem in the record. To add a test: a function that takes `seats` and opens a stage before them.
"""
