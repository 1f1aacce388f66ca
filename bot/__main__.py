"""`python -m bot` is the `vendor-review` command."""

from bot.cli import main

main()
