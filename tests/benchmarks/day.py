"""Opening a day: the program's way beside a hand-written query for the same rows."""

from collections.abc import Iterator

from altius_desktop.database.connection import Database
from altius_desktop.services.day import get_day
from altius_desktop.services.identity import get_cover, get_identity
from tests.benchmarks.measure import Bench, Figure, interleaved

ROUNDS = 60
DAY_ROWS = 60

# The reference: what somebody who knows the tables would write for the same columns of the same rows.
REFERENCE = """
    WITH bounds AS (
        SELECT %(day)s::timestamp AT TIME ZONE 'Europe/Moscow' AS day_start,
               (%(day)s::date + 1)::timestamp AT TIME ZONE 'Europe/Moscow' AS day_end),
    picked AS (
        SELECT a.* FROM activity a WHERE a.assignee_id = %(me)s AND a.due_on = %(day)s
            AND a.section <> 'daily' AND a.status <> 'cancelled'
        UNION ALL
        SELECT a.* FROM activity a WHERE a.assignee_id IS NULL AND a.department_id = %(department)s
            AND a.due_on = %(day)s AND a.section <> 'daily' AND a.status <> 'cancelled'
        UNION ALL
        SELECT a.* FROM activity a WHERE a.assignee_id = %(me)s AND a.status = 'planned'
            AND a.due_on < %(day)s AND a.section <> 'daily'
        UNION ALL
        SELECT a.* FROM activity a WHERE a.assignee_id IS NULL AND a.department_id = %(department)s
            AND a.status = 'planned' AND a.due_on < %(day)s AND a.section <> 'daily'
        UNION ALL
        SELECT a.* FROM activity a, bounds b WHERE a.assignee_id = %(me)s AND a.status = 'done'
            AND a.section <> 'daily' AND a.finished_at >= b.day_start AND a.finished_at < b.day_end
            AND a.due_on <> %(day)s
        UNION ALL
        SELECT a.* FROM activity a WHERE a.assignee_id = %(me)s AND a.section = 'daily'
            AND a.status = 'planned' AND a.due_on <= %(day)s
        UNION ALL
        SELECT a.* FROM activity a WHERE a.assignee_id IS NULL AND a.department_id = %(department)s
            AND a.section = 'daily' AND a.status = 'planned' AND a.due_on <= %(day)s
        UNION ALL
        SELECT a.* FROM activity a, bounds b WHERE a.assignee_id = %(me)s AND a.section = 'daily'
            AND a.status = 'done' AND a.finished_at >= b.day_start AND a.due_on <= %(day)s)
    SELECT a.*, k.name, k.icon, c.name, p.full_name, assignee.full_name, d.name, author.full_name,
           r.name, finisher.full_name, changer.full_name,
           coalesce(a.phone, (SELECT t.value FROM contact_point t
                              WHERE t.counterparty_id = a.counterparty_id AND t.kind = 'phone'
                              ORDER BY t.is_main DESC LIMIT 1)),
           (SELECT min(f.due_on) FROM activity f WHERE f.follows_id = a.id),
           (SELECT count(*) FILTER (WHERE t.outcome = 'no_answer') FROM attempt t
            WHERE t.activity_id = a.id AND t.withdrawn_at IS NULL AND t.attempted_at >= b.day_start),
           (SELECT count(*) FROM daily_showing s WHERE s.activity_id = a.id)
    FROM picked a CROSS JOIN bounds b
    JOIN employee author ON author.id = a.author_id
    LEFT JOIN activity_kind k ON k.id = a.kind_id
    LEFT JOIN counterparty c ON c.id = a.counterparty_id
    LEFT JOIN contact_person p ON p.id = a.contact_person_id
    LEFT JOIN employee assignee ON assignee.id = a.assignee_id
    LEFT JOIN employee finisher ON finisher.id = a.finished_by
    LEFT JOIN employee changer ON changer.id = a.changed_by
    LEFT JOIN department d ON d.id = a.department_id
    LEFT JOIN result_kind r ON r.id = a.result_kind_id
"""


def fill_day(bench: Bench) -> None:
    """Make today's day 60 rows, some of them the department's."""
    with bench.admin.connect(bench.address.database) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id, department_id FROM employee WHERE login = %s", (bench.credentials.login,))
        me, department = cursor.fetchone()
        cursor.execute(
            "INSERT INTO activity (id, section, kind_id, counterparty_id, assignee_id, department_id, author_id,"
            " due_on, due_at, topic)"
            " SELECT gen_random_uuid(), 'call', (SELECT id FROM activity_kind WHERE section = 'call' LIMIT 1),"
            " c.id, CASE WHEN n %% 8 = 0 THEN NULL ELSE %s::uuid END, CASE WHEN n %% 8 = 0 THEN %s::uuid END, %s,"
            " office_today(), (office_today() + time '09:00' + n * interval '7 minutes')"
            " AT TIME ZONE office_zone(), 'Тема ' || n"
            " FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM counterparty"
            " ORDER BY id LIMIT greatest(0, %s - (SELECT count(*) FROM activity WHERE assignee_id = %s"
            " AND due_on = office_today() AND section <> 'daily')) ) AS c",
            (me, department, me, DAY_ROWS, me),
        )
        cursor.execute("ANALYZE activity")


def open_day(bench: Bench) -> Iterator[Figure]:
    """Data of a day of 60 rows, a department in play, against the reference in the same run."""
    fill_day(bench)
    database = Database(bench.address, bench.credentials)
    connection = bench.connect()
    with database.transaction() as session:
        identity = get_identity(session)
        cover = get_cover(session, identity.employee_id)
    parameters = {"me": identity.employee_id, "department": identity.department_id, "day": bench.today}

    def ours() -> int:
        with database.transaction() as session:
            return len(get_day(session, cover=cover, day=bench.today, overdue=True).rows)

    def bare() -> int:
        with connection.cursor() as cursor:
            cursor.execute(REFERENCE, {key: str(value) for key, value in parameters.items()})
            return len(cursor.fetchall())

    assert ours() == bare()
    mine, reference = interleaved(ours, bare, rounds=ROUNDS)
    connection.close()
    database.close()
    yield Figure(f"day of {DAY_ROWS} rows: data, times bare SQL", mine / reference, "x", 3.0, reference)
