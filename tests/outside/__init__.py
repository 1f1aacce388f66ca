"""The local Slack held against programs that others wrote. Each needs something of its own: see `tests/untried.py`."""
