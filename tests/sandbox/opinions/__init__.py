"""Two opinions on the same blocks: the local Slack's own limits, and slackblocks, which we did not write.

`cases.py` makes blocks at, below and above every limit, on every surface; `differences.py` lists where the two disagree,
each with an explanation and a source; docs/local-slack.md shows that list.
"""
