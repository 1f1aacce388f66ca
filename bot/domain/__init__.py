"""The rules: frozen values in, values out. Standard library and pydantic only; no I/O, no clock, no async.

To add a rule: a function here that takes values (and `now`, when time matters) and returns a value or raises a
`Refusal`; a table of cases in `tests/domain/`; then a service that loads, calls it and saves.
"""
