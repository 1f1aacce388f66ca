"""The same questions as SQL that somebody wrote by hand for this one purpose: what the product's list is measured against.

Written as well as we could: the shapes that were the fastest of those tried on these rows.
Placeholders are `?`; PostgreSQL gets `%s`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.ledger_rows import TODAY

Sql = tuple[str, tuple[Any, ...]]

TOTAL: Sql = ("SELECT count(*) FROM engagement WHERE practice_of = ''", ())
_FROM = "FROM engagement e JOIN supplier s ON s.id = e.supplier_id WHERE e.practice_of = '' AND s.practice_of = ''"
_LATEST = """(SELECT value FROM (
    SELECT j.value, j.at, j.n, j.id FROM judgement j JOIN review_item i ON i.id = j.item_id
    WHERE i.engagement_id = e.id AND j.practice_of = '' AND i.practice_of = ''
    UNION ALL SELECT p.value, p.reviewed_at, 0, p.id FROM past_review p
    WHERE p.engagement_id = e.id AND p.practice_of = '') x ORDER BY at DESC, n DESC, id DESC LIMIT 1)"""
_JUDGED = """LEFT JOIN review_item i ON i.engagement_id = e.id AND i.practice_of = ''
    LEFT JOIN judgement j ON j.item_id = i.id AND j.practice_of = ''
    LEFT JOIN past_review p ON p.engagement_id = e.id AND p.practice_of = ''"""
_NEWEST = """CASE WHEN max(j.at) IS NULL OR max(p.reviewed_at) > max(j.at) THEN max(p.reviewed_at) ELSE max(j.at) END"""
_TIER = """(SELECT CASE WHEN t.override IS NOT NULL AND t.override_until >= ? THEN t.override ELSE t.tier END
    FROM tier_decision t WHERE t.engagement_id = e.id AND t.practice_of = '' ORDER BY t.n DESC LIMIT 1)"""
_NAME = "s.name_key, s.id, e.id LIMIT 15"
_NAMED = """(e.supplier_id IN (SELECT id FROM supplier WHERE practice_of = '' AND search LIKE ?)
    OR e.search LIKE ?)"""
_ALONE = "FROM engagement e WHERE e.practice_of = ''"
_MANY = (
    f"{_NAMED} AND e.personal_data = ? AND e.state IN ('proposed', 'active', 'closing') AND e.ends_on BETWEEN ? AND ? "
    f"AND {_LATEST} IN ('watch')"
)
_JOINED = _FROM.replace("WHERE", f"{_JUDGED} WHERE")
_BY_JUDGEMENT = f"GROUP BY e.id, s.id, s.name_key ORDER BY {_NEWEST} IS NOT NULL, {_NEWEST}, {_NAME}"
_VERIFIED = "x.state = 'verified' AND x.practice_of = ''"


def plain() -> list[Sql]:
    """The list as it opens."""
    return [TOTAL, (f"SELECT e.id {_FROM} ORDER BY {_NAME}", ())]


def search(part: str) -> list[Sql]:
    """By a part of a name."""
    like = (f"%{part}%", f"%{part}%")
    counted = (f"SELECT count(*) {_ALONE} AND {_NAMED}", like)
    return [TOTAL, counted, (f"SELECT e.id {_FROM} AND {_NAMED} ORDER BY {_NAME}", like)]


def filtered(part: str, *, yes: Any) -> list[Sql]:
    """Five conditions and the order of the last judgement."""
    said = (f"%{part}%", f"%{part}%", yes, str(TODAY), str(TODAY + timedelta(days=365)))
    counted = (f"SELECT count(*) {_ALONE} AND {_MANY}", said)
    return [TOTAL, counted, (f"SELECT e.id {_JOINED} AND {_MANY} {_BY_JUDGEMENT}", said)]


def by_judgement() -> list[Sql]:
    """Everything, in the order of the last judgement."""
    return [TOTAL, (f"SELECT e.id {_JOINED} {_BY_JUDGEMENT}", ())]


def of_tier(tier: str) -> list[Sql]:
    """In a tier today."""
    said = (str(TODAY), tier)
    counted = (f"SELECT count(*) {_ALONE} AND {_TIER} = ?", said)
    return [TOTAL, counted, (f"SELECT e.id {_FROM} AND {_TIER} = ? ORDER BY {_NAME}", said)]


def unjudged(days: int) -> list[Sql]:
    """Not judged for so many days."""
    since = datetime(2026, 11, 24, 15, tzinfo=UTC) - timedelta(days=days - 1)
    where = """NOT EXISTS (SELECT 1 FROM judgement j JOIN review_item i ON i.id = j.item_id
        WHERE i.engagement_id = e.id AND j.at >= ? AND j.practice_of = '' AND i.practice_of = '')
        AND NOT EXISTS (SELECT 1 FROM past_review p WHERE p.engagement_id = e.id AND p.reviewed_at >= ?
        AND p.practice_of = '')"""
    said = (since, since)
    counted = (f"SELECT count(*) {_ALONE} AND {where}", said)
    return [TOTAL, counted, (f"SELECT e.id {_FROM} AND {where} ORDER BY {_NAME}", said)]


def details(ids: tuple[str, ...]) -> Sql:
    """Everything that a page shows of its rows."""
    marks = ", ".join("?" for _ in ids)
    query = f"""SELECT e.*, s.*, d.name, n.name, {_LATEST},
        (SELECT x.state FROM endpoint x WHERE x.supplier_id = e.supplier_id AND {_VERIFIED} ORDER BY x.id LIMIT 1)
        FROM engagement e JOIN supplier s ON s.id = e.supplier_id JOIN department d ON d.id = e.department_id
        LEFT JOIN owner o ON o.engagement_id = e.id AND o.role = 'primary' AND o.until IS NULL AND o.practice_of = ''
        LEFT JOIN person_name n ON n.id = o.person_id WHERE e.id IN ({marks})"""
    return query, ids


def home() -> list[Sql]:
    """What the Home tab counts of the ledger."""
    alive = "e.state IN ('proposed', 'active', 'closing')"
    query = f"""SELECT
        (SELECT count(*) FROM engagement e WHERE e.practice_of = '' AND e.id IN (SELECT i.engagement_id
            FROM review_item i JOIN review r ON r.id = i.review_id WHERE i.state = 'open' AND r.due_on < ?
            AND r.state IN ('preparing', 'awaiting_owner', 'sent', 'answering', 'returned')
            AND i.practice_of = '' AND r.practice_of = '')),
        (SELECT count(*) FROM engagement e WHERE e.practice_of = '' AND {alive} AND NOT (
            EXISTS (SELECT 1 FROM endpoint x WHERE x.id = e.endpoint_id AND {_VERIFIED}) OR (e.endpoint_id IS NULL
            AND EXISTS (SELECT 1 FROM endpoint x WHERE x.supplier_id = e.supplier_id AND {_VERIFIED})))),
        (SELECT count(*) FROM engagement e WHERE e.practice_of = '' AND {alive} AND e.ends_on BETWEEN ? AND ?)"""
    return [(query, (str(TODAY), str(TODAY), str(TODAY + timedelta(days=60))))]
