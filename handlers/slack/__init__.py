"""Slack's side. One file per user story, each with its ROUTES; `registry.py` merges them.

To add a press: a member in `message_templates/ids.py`, a handler and a Route in the story's file. To add a subcommand:
a Subcommand in the story's file and its help line in both catalogs.
"""
