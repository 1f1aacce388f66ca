"""SQL and files. Rows never leave this package: what goes in and out are the values of `bot.domain`.

To add a table: a value in `bot/domain/`, a row of the same field names in `storage/tables/`, its line in
`tables/__init__.py`, and a migration (`alembic revision --autogenerate`, then read it). A parametrised test compares
the field names and round-trips a value on SQLite and PostgreSQL.
"""
