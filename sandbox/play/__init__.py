"""The page on which somebody sits in front of the local Slack: `make play`, or any running local Slack in a browser.

Contract: what is sent to a window of a person holds only what that person would see in Slack (`known.py`, `sight.py`), and
what a window does goes through `people.ACTS`: there is no second idea here of who may do what. HTML comes from the server in
parts (an element with an id each); an open window is sent a part again when it has changed (`pulse.py`). Who one is stands in
the path, without a password: a toy on 127.0.0.1 that holds made-up people only (`guard.py` keeps other pages out).

Rooms: `routes.py` what is served · `guard.py` who may ask · `asked.py` the shape of what is sent · `scene.py` what a drawing
needs · `known.py` whom a person knows · `unread.py` read marks, business time of messages · `chooser.py` who to be · `page.py`
the parts put together · `sidebar.py`, `room.py`, `lines.py`, `thread.py`, `composer.py`, `windows.py`, `home.py`, `clockbar.py`
one part each · `acts.py` what a window does · `suggest.py` lists to search in · `icons.py` · `words.py` refusals in Japanese ·
`pulse.py` live · `static/` style, script (its rooms: `play.js`).

To add a part: a file with `draw(scene)`, its row in `page.PARTS`. To add something to do: a row in `acts.DOINGS`, its shape in
`asked.ACTS`, and what calls it in `static/play.js`. To bring an element to life: its drawing in `sandbox/render/elements.py`.
"""
