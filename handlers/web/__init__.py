"""Slack by HTTP: signed requests in, answers out. Used where a signing secret is set; `handlers/slack` does the rest.

server.py      the listening server: /slack/events, /health, /ready
incoming.py    a request is read and checked, or refused with a status and a reason without content
payload_text.py  the text of a body → the payload as Bolt and our parsers take it
"""
