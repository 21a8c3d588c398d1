"""A demo that somebody works in, opened on a later day: plans are added, nothing of the user's is touched."""

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random
from typing import Any

from psycopg2.extras import execute_values

from altius_desktop.services.demo.contacts import choose_final_result
from altius_desktop.services.demo.days import coming_days, department_plans, fresh_tasks, plans_of_day
from altius_desktop.services.demo.filling import note_filling
from altius_desktop.services.demo.office import Office
from altius_desktop.services.demo.rows import FIRST_ID, LAST_ID, Rows
from altius_desktop.services.demo.workdays import at

_VERSIONED = """
    SELECT c.relname FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
    WHERE a.attname = 'changed_by' AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
    ORDER BY c.relname
"""

# Planned by the demo, its day gone by, and no login has ever touched it.
_UNTOUCHED = """
    SELECT a.id::text, a.section, coalesce(k.name, ''), coalesce(a.deadline_on, a.due_on),
           coalesce(a.assignee_id, (SELECT e.id FROM employee AS e WHERE e.department_id = a.department_id
                                    ORDER BY e.id LIMIT 1), a.author_id)::text
    FROM activity AS a LEFT JOIN activity_kind AS k ON k.id = a.kind_id
    WHERE a.id BETWEEN %(first)s AND %(last)s AND a.status = 'planned' AND a.changed_by IS NULL
      AND CASE WHEN a.section = 'daily' THEN a.deadline_on ELSE a.due_on END < %(today)s
      AND NOT EXISTS (SELECT FROM attempt AS t
                      WHERE t.activity_id = a.id AND t.id NOT BETWEEN %(first)s AND %(last)s)
    ORDER BY a.id
"""
_WORKED_OFF = """
    UPDATE activity AS a
    SET status = 'done', result_kind_id = v.kind::uuid, result_text = v.text,
        finished_at = v.finished::timestamptz, finished_by = v.finisher::uuid
    FROM (VALUES %s) AS v (id, kind, text, finished, finisher) WHERE a.id = v.id::uuid
"""
# Of what is worked off, one in so many of the last days stays late, as in any office.
_STAYS_LATE, _LATE_DAYS = 8, timedelta(days=5)


def nobody_worked(cursor: Any) -> bool:
    """Whether no login has written anything: no act but the demo's own, no row changed, nothing imported."""
    cursor.execute("SELECT EXISTS (SELECT FROM act WHERE id NOT BETWEEN %s AND %s)", (FIRST_ID, LAST_ID))
    if cursor.fetchone()[0]:
        return False
    cursor.execute(_VERSIONED)
    tables = [table for (table,) in cursor.fetchall()]
    changes = " OR ".join(f"EXISTS (SELECT FROM {table} WHERE changed_by IS NOT NULL)" for table in tables)
    cursor.execute(f"SELECT {changes} OR EXISTS (SELECT FROM import_batch)")
    return not cursor.fetchone()[0]


def freshen(cursor: Any, today: date) -> None:
    """Work off the demo's own days gone by and plan ahead from today, in the owner's transaction.

    Triggers are on: open windows hear of it.
    """
    office = Office(cursor)
    _work_off(cursor, office, today)
    rows = Rows()
    tasks = [task for _colleague, task in fresh_tasks(office, today)]
    _add_missing(cursor, rows, tasks)
    for day in coming_days(today):
        plans = [contact for _colleague, contact in plans_of_day(office, day, today)]
        _add_missing(cursor, rows, [*plans, *department_plans(day, today, office)])
    note_filling(rows, today)
    rows.copy(cursor)


def _add_missing(cursor: Any, rows: Rows, activities: Iterable[dict[str, Any]]) -> None:
    wanted = {activity["id"]: activity for activity in activities}
    cursor.execute("SELECT id::text FROM activity WHERE id = ANY(%s::uuid[])", (list(wanted),))
    for (known,) in cursor.fetchall():
        del wanted[known]
    for activity in wanted.values():
        rows.add("activity", **activity)


def _work_off(cursor: Any, office: Office, today: date) -> None:
    cursor.execute(_UNTOUCHED, {"first": FIRST_ID, "last": LAST_ID, "today": today})
    values = []
    for activity, section, kind, day, employee in cursor.fetchall():
        rng = Random(activity)
        if day >= today - _LATE_DAYS and rng.randrange(_STAYS_LATE) == 0:
            continue
        colleague = office.by_id.get(employee, office.by_key["lapina"])
        name, text = choose_final_result(rng, colleague, section, kind, day)
        result = (None, "") if section == "daily" else (office.result_kinds.get(name), text)
        finished = at(day, rng.randrange(10 * 60, 18 * 60))
        values.append((activity, *result, finished, colleague.receiver_id))
    if values:
        execute_values(cursor, _WORKED_OFF, values, page_size=1000)
