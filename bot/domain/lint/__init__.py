"""The linter of checklists: rules about the quality of questions (content_ja.md §8.4, §5.3). Begin with `registry.py`."""
