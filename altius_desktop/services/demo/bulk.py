"""Many activities for measuring: made inside PostgreSQL, around the people and firms that are there."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from psycopg2 import sql

from altius_desktop.services.demo.words import around, words

_FIRST, _LAST = "01920000-0000-7000-8000-000000000000", "01920000-0000-7000-8000-ffffffffffff"
# Everybody's day holds some sixty of them, however many there are.
_A_DAY = 60

_INSERT = """
WITH firm AS MATERIALIZED (
    SELECT row_number() OVER (ORDER BY c.id) - 1 AS n, c.id, person.id AS person
    FROM counterparty AS c
    LEFT JOIN (SELECT DISTINCT ON (counterparty_id) counterparty_id, id FROM contact_person
               ORDER BY counterparty_id, id) AS person ON person.counterparty_id = c.id),
worker AS MATERIALIZED (
    SELECT row_number() OVER (ORDER BY id) - 1 AS n, id, department_id FROM employee WHERE has_workplace),
kind AS MATERIALIZED (
    SELECT row_number() OVER (PARTITION BY section ORDER BY position) - 1 AS n, section, id,
           count(*) OVER (PARTITION BY section) AS kinds FROM activity_kind),
result AS MATERIALIZED (
    SELECT row_number() OVER (ORDER BY position) - 1 AS n, id FROM result_kind WHERE NOT postpones),
number AS (
    -- A number scrambled twice, so that its parts do not go together; 64 bits hold both products.
    SELECT g, (x # (x >> 15)) * 1540483477 %% 4294967296 / 8 AS h
    FROM (SELECT g, g * 2654435761 %% 4294967296 AS x
          FROM generate_series(%(start)s + 1, %(start)s + %(count)s::bigint) AS g) AS scrambled),
raw AS (
    SELECT g, h, (g %% workers)::bigint AS w, (h / 7 %% firms)::bigint AS f, (h / 13 %% results)::bigint AS r,
           CASE WHEN h / 11 %% 100 < 62 THEN 'call' ELSE 'event' END AS section,
           %(today)s::date - past + ((h / 3) %% (past + future + 1))::int AS day,
           h / 17 %% 100 < 4 AS of_department, h / 19 %% 1000 AS fate,
           540 + (h / 23 %% 34)::int * 15 AS minute
    FROM number, (SELECT (SELECT count(*) FROM worker) AS workers, (SELECT count(*) FROM firm) AS firms,
                         (SELECT count(*) FROM result) AS results,
                         greatest(30, %(total)s / days.full * 9 / 10)::int AS past,
                         greatest(4, %(total)s / days.full / 10)::int AS future
                  FROM (SELECT %(a_day)s * count(*) AS full FROM worker) AS days) AS counts),
planned AS (
    -- Today keeps the plan that it has.
    SELECT g, h, w, f, r, section, of_department, fate, minute, past_or_coming.day,
           past_or_coming.day < %(today)s::date AS gone_by,
           (past_or_coming.day + make_interval(mins => minute)) AT TIME ZONE 'Europe/Moscow' AS due_at
    FROM raw CROSS JOIN LATERAL
         (SELECT CASE WHEN raw.day = %(today)s::date THEN raw.day - 1 ELSE raw.day END AS day) AS past_or_coming)
INSERT INTO activity (id, section, kind_id, counterparty_id, contact_person_id, assignee_id, department_id,
                      author_id, planned_at, due_on, due_at, topic, description, priority, highlight, status,
                      result_kind_id, result_text, finished_at, finished_by)
SELECT ('01920000-0000-7000-8000-' || lpad(to_hex(p.g), 12, '0'))::uuid, p.section, kind.id, firm.id, firm.person,
       CASE WHEN NOT of_department THEN worker.id END, CASE WHEN of_department THEN worker.department_id END,
       worker.id, due_at - interval '3 days', day, due_at,
       (%(topics)s::text[])[1 + p.h / 47 %% cardinality(%(topics)s::text[])],
       (%(descriptions)s::text[])[1 + p.h / 47 %% cardinality(%(topics)s::text[])], 1 + (p.h / 29 %% 3)::int,
       CASE WHEN p.h / 31 %% 10 = 0 THEN 1 + (p.h / 37 %% 6)::int END,
       fates.status,
       CASE WHEN fates.status = 'done' THEN result.id END,
       CASE WHEN fates.status = 'done' THEN (%(results)s::text[])[1 + p.h / 43 %% cardinality(%(results)s::text[])]
                                            || ', № ' || p.h %% 9000 ELSE '' END,
       CASE WHEN fates.status = 'done' THEN due_at + interval '20 minutes' END,
       CASE WHEN fates.status = 'done' THEN worker.id END
FROM planned AS p
JOIN firm ON firm.n = p.f JOIN worker ON worker.n = p.w JOIN result ON result.n = p.r
JOIN kind ON kind.section = p.section AND kind.n = p.h / 41 %% kind.kinds
CROSS JOIN LATERAL (SELECT CASE WHEN NOT gone_by THEN 'planned' WHEN fate < 45 THEN 'cancelled'
                                WHEN p.h %% 5000 = 0 AND NOT of_department THEN 'planned' ELSE 'done' END AS status) AS fates
"""

_ATTEMPTS = """
INSERT INTO attempt (id, activity_id, outcome, attempted_at, attempted_by)
SELECT overlay(a.id::text placing '01930000' from 1 for 8)::uuid, a.id,
       (ARRAY['no_answer', 'not_reached', 'talked'])[1 + a.priority %% 3], a.due_at + interval '9 minutes', a.author_id
FROM activity AS a
WHERE a.id BETWEEN %(first)s::uuid AND %(last)s::uuid AND a.section = 'call' AND a.status = 'done' AND a.priority = 1
ON CONFLICT DO NOTHING
"""


def fill_bulk(connection: Any, *, activities: int, today: date) -> None:
    """Add `activities` past and coming ones (psycopg2, administrator), a third of the calls with an attempt.

    Everybody with a workplace gets some sixty a day, so that more activities mean more days; one in twenty-five is
    a department's. Today stays as it is.
    """
    with as_owner_without_triggers(connection) as cursor:
        cursor.execute(
            "SELECT count(*) FROM activity WHERE id BETWEEN %s::uuid AND %s::uuid", (_FIRST, _LAST)
        )
        insert_activities(cursor, start=cursor.fetchone()[0], count=activities, total=activities, today=today)
        cursor.execute(_ATTEMPTS, {"first": _FIRST, "last": _LAST})
        cursor.execute("ANALYZE activity, attempt")


def insert_activities(cursor: Any, *, start: int, count: int, total: int, today: date) -> None:
    """`count` activities after the first `start`; the `total` decides over how many days they are spread."""
    work = [topic for kind in words("work").values() for topic in kind["call_topics"]]
    texts = [(topic, description) for topic, descriptions in work for description in descriptions]
    results = [text for _kind, _weight, found in words("results")["call"] for text in found if text]
    cursor.execute(
        _INSERT,
        {
            "start": start,
            "count": count,
            "total": total,
            "today": today,
            "a_day": _A_DAY,
            "topics": [around(topic, today) for topic, _description in texts],
            "descriptions": [around(description, today) for _topic, description in texts],
            "results": [around(text.replace("{n}", "40"), today) for text in results],
        },
    )


@contextmanager
def as_owner_without_triggers(connection: Any) -> Iterator[Any]:
    """A cursor in one transaction of the owner's, committed at the end, in which all triggers rest.

    Those of the foreign keys too: every reference must come from a row that is there.
    """
    autocommit, connection.autocommit = connection.autocommit, False
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(
                "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
            )
            cursor.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(cursor.fetchone()[0])))
            yield cursor
    finally:
        connection.autocommit = autocommit
