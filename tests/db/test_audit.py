"""Every change leaves a trace that says who, when and what; the traces are nobody's to write or to rewrite."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from psycopg2 import errors

from altius_desktop.domain.ids import new_id
from altius_desktop.services.attempts import record_attempt
from tests.conftest import PREFIX, Office
from tests.db.desks import Desk, as_owner, at_once
from tests.db.rights_matrix import GROUPS
from tests.db.test_rights import EMPLOYEES, LOGINS, public_tables

# Written by machines or of one employee's own: no trace is kept of them.
NOT_AUDITED = {
    "account_event",
    "act",
    "activity_private",
    "alembic_version",
    "audit",
    "backup",
    "counterparty_search",
    "daily_showing",
    "employee_layout",
    "erasure",
    "import_batch",
    "import_row",
    "notice",
    "presence",
    "reminder_shown",
    "saved_view",
}


def traces(office: Office, **wanted: object) -> list[tuple[Any, ...]]:
    """The audit's rows with these values, oldest first: table, action, login, old, new."""
    conditions = " AND ".join(f"{name} = %s" for name in wanted)
    return as_owner(
        office,
        f"SELECT table_name, action, login, old, new FROM audit WHERE {conditions} ORDER BY id",
        *wanted.values(),
    )


def a_firm(desk: Desk) -> UUID:
    return UUID(desk.sql("SELECT id::text FROM counterparty WHERE NOT archived ORDER BY id LIMIT 1")[0][0])


def test_every_business_table_is_audited_on_insert_and_on_update(office: Office) -> None:
    found = as_owner(
        office,
        """SELECT tgrelid::regclass::text, count(*) FROM pg_trigger
           WHERE tgfoid = 'record_changes'::regproc AND tgenabled = 'O' GROUP BY 1""",
    )
    assert dict(found) == dict.fromkeys(public_tables(office) - NOT_AUDITED, 2)


def test_a_change_is_kept_with_the_login_the_servers_time_and_the_changed_columns_alone(
    office: Office, desk: Callable[[str], Desk]
) -> None:
    scherbakova = desk("scherbakova")
    firm = a_firm(scherbakova)
    ((site, before),) = scherbakova.sql(
        "SELECT site, clock_timestamp() FROM counterparty WHERE id = %s", firm
    )
    scherbakova.sql("UPDATE counterparty SET site = 'новый.рф', note = note WHERE id = %s", firm)
    assert traces(office, row_id=firm, login="scherbakova") == [
        ("counterparty", "update", "scherbakova", {"site": site}, {"site": "новый.рф"})
    ]
    assert as_owner(
        office,
        "SELECT at BETWEEN %s AND clock_timestamp(), counterparty_id = row_id FROM audit WHERE row_id = %s",
        before,
        firm,
    ) == [(True, True)]


def test_a_change_that_changes_nothing_leaves_no_trace(office: Office, desk: Callable[[str], Desk]) -> None:
    scherbakova = desk("scherbakova")
    firm = a_firm(scherbakova)
    scherbakova.sql("UPDATE counterparty SET name = name WHERE id = %s", firm)
    scherbakova.sql("UPDATE counterparty SET name = 'Никто' WHERE false")
    assert traces(office, row_id=firm) == []


def test_of_a_new_row_the_trace_keeps_that_it_was_made_and_no_values(
    office: Office, desk: Callable[[str], Desk]
) -> None:
    scherbakova = desk("scherbakova")
    activity = scherbakova.plan()
    attempt = new_id()
    scherbakova.act(record_attempt, attempt_id=attempt, activity_id=activity, outcome="talked")
    assert traces(office, activity_id=activity) == [
        ("activity", "insert", "scherbakova", None, None),
        ("attempt", "insert", "scherbakova", None, None),
    ]


def test_one_statement_on_many_rows_leaves_a_trace_of_each(
    office: Office, desk: Callable[[str], Desk]
) -> None:
    gromov = desk("gromov")
    ((firms,),) = gromov.sql("SELECT count(*) FROM counterparty WHERE highlight IS DISTINCT FROM 4")
    gromov.sql("UPDATE counterparty SET highlight = 4")
    assert as_owner(office, "SELECT count(*) FROM audit WHERE new = '{\"highlight\": 4}'") == [(firms,)]


def test_rows_without_an_id_of_their_own_are_told_apart(office: Office, desk: Callable[[str], Desk]) -> None:
    lapina = desk("lapina")
    firm = a_firm(lapina)
    lapina.sql("UPDATE legend SET name = 'Срочно' WHERE highlight = 2")
    lapina.sql("UPDATE company SET business = 'Печать'")
    lapina.sql(
        """INSERT INTO counterparty_role (counterparty_id, role) VALUES (%s, 'agency')
           ON CONFLICT (counterparty_id, role) DO UPDATE SET archived = true""",
        firm,
    )
    assert as_owner(office, "SELECT table_name, row_id::text, row_part FROM audit ORDER BY id") == [
        ("legend", None, "2"),
        ("company", None, "1"),
        ("counterparty_role", str(firm), "agency"),
    ]


@pytest.mark.parametrize("table", ["contact_point", "counterparty_role"])
def test_nobody_slips_past_the_trace_by_changing_a_rows_key(
    office: Office, desk: Callable[[str], Desk], table: str
) -> None:
    scherbakova = desk("scherbakova")
    change = {
        "contact_point": "id = gen_random_uuid(), value = 'подменён'",
        "counterparty_role": "role = 'partner'",
    }[table]
    with pytest.raises((errors.CheckViolation, errors.UniqueViolation)):
        scherbakova.sql(f"UPDATE {table} SET {change}")
    with pytest.raises(errors.CheckViolation):
        scherbakova.sql(
            f"UPDATE {table} SET {change} WHERE ctid = (SELECT min(ctid) FROM {table} AS t WHERE NOT EXISTS "
            "(SELECT FROM counterparty_role AS r WHERE r.counterparty_id = t.counterparty_id AND r.role = 'partner'))"
        )
    assert as_owner(office, "SELECT count(*) FROM audit") == [(0,)]


@pytest.mark.parametrize("login", LOGINS)
def test_no_login_writes_rewrites_or_takes_away_a_trace(office: Office, login: str) -> None:
    as_owner(
        office, "INSERT INTO audit (login, table_name, row_part, action) VALUES ('x', 'y', 'z', 'insert')"
    )
    with office.connect(login) as connection, connection.cursor() as cursor:
        for statement in (
            "INSERT INTO audit (login, table_name, row_part, action) VALUES ('gromov', 'plan', 'z', 'insert')",
            "INSERT INTO audit (id, at, login, table_name, row_part, action) OVERRIDING SYSTEM VALUE "
            "VALUES (1, '2001-01-01', 'gromov', 'plan', 'z', 'insert')",
            "UPDATE audit SET login = 'gromov'",
            "DELETE FROM audit",
            "TRUNCATE audit",
            "COPY audit FROM STDIN",
            "DO $$ BEGIN LOCK TABLE audit IN EXCLUSIVE MODE; END $$",
            "ALTER TABLE activity DISABLE TRIGGER audit_of_update",
            "DROP TRIGGER audit_of_update ON activity",
            "SET session_replication_role = replica",
            "SELECT set_config('session_replication_role', 'replica', false)",
            "SELECT nextval('audit_id_seq')",
            "SELECT setval('audit_id_seq', 1)",
            "CREATE TRIGGER mine AFTER INSERT ON activity FOR EACH STATEMENT EXECUTE FUNCTION record_changes()",
            "SELECT record_changes()",
            "INSERT INTO erasure (login, counterparty_id, contact_person_id, kinds, reason) "
            "SELECT 'gromov', counterparty_id, id, '{}', 'так' FROM contact_person LIMIT 1",
            "UPDATE erasure SET reason = 'иначе'",
            f"SET ROLE {PREFIX}__owner",
            f"SET SESSION AUTHORIZATION {PREFIX}__owner",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                cursor.execute(statement)
    assert as_owner(office, "SELECT login, table_name FROM audit") == [("x", "y")]


@pytest.mark.parametrize("login", EMPLOYEES)
def test_the_trace_names_whoever_logged_in_whatever_he_calls_himself(office: Office, login: str) -> None:
    """SET ROLE to a group, settings of any name and a search_path of one's own change nothing."""
    with office.connect(login) as connection, connection.cursor() as cursor:
        cursor.execute(
            """SELECT rolname FROM pg_roles WHERE rolname LIKE %s AND pg_has_role(session_user, oid, 'member')""",
            (f"{PREFIX}\\_\\_%",),
        )
        groups = [name for (name,) in cursor.fetchall()]
        assert f"{PREFIX}__employee" in groups
        for group in groups:
            cursor.execute(f"SET ROLE {group}")
            cursor.execute(
                "SELECT set_config('app.user', 'gromov', false), set_config('altius.login', 'gromov', false)"
            )
            cursor.execute(
                "SET search_path = pg_temp, public; SET TimeZone = 'Asia/Tokyo'; SET DateStyle = 'SQL, MDY'"
            )
            cursor.execute(
                "UPDATE public.counterparty SET note = %s WHERE id = (SELECT min(id::text)::uuid FROM public.counterparty)",
                (group,),
            )
    assert as_owner(office, "SELECT login, new ->> 'note' FROM audit ORDER BY id") == [
        (login, group) for group in groups
    ]


@pytest.mark.parametrize("login", LOGINS)
def test_the_audit_as_a_whole_is_read_by_the_director_alone(office: Office, login: str) -> None:
    if login == "gromov":
        assert office.fetch(login, "SELECT count(*) FROM audit") == [(0,)]
        return
    with pytest.raises(errors.InsufficientPrivilege):
        office.fetch(login, "SELECT count(*) FROM audit")


@pytest.mark.parametrize("login", LOGINS)
def test_the_history_of_a_card_is_every_employees_and_not_the_administrators(
    office: Office, login: str
) -> None:
    firm = office.fetch("scherbakova", "SELECT id::text FROM counterparty ORDER BY id LIMIT 1")[0][0]
    office.fetch("scherbakova", "UPDATE counterparty SET site = 'новый.рф' WHERE id = %s", firm)
    ask = "SELECT login, changed_table, new FROM history_of('counterparty', %s)"
    if login == "admin":
        with pytest.raises(errors.InsufficientPrivilege):
            office.fetch(login, ask, firm)
    else:
        assert office.fetch(login, ask, firm) == [("scherbakova", "counterparty", {"site": "новый.рф"})]


def test_the_history_of_a_directory_row_is_asked_by_its_table(desk: Callable[[str], Desk]) -> None:
    lapina = desk("lapina")
    region = lapina.sql("SELECT id::text FROM region ORDER BY position LIMIT 1")[0][0]
    lapina.sql("UPDATE region SET name = 'Край света' WHERE id = %s", region)
    ask = "SELECT new FROM history_of(%s, %s)"
    assert lapina.sql(ask, "region", region) == [({"name": "Край света"},)]
    assert lapina.sql(ask, "employee", region) == []
    assert lapina.sql(ask, "region' OR true --", region) == []


def test_two_hundred_attempts_at_once_all_arrive_with_a_trace_each(
    office: Office, desk: Callable[[str], Desk]
) -> None:
    desks = [desk(login) for login in ("scherbakova", "gromov", "lapina", "fomin")]
    activity = desks[0].plan()

    def press(one: Desk) -> None:
        for _time in range(50):
            one.act(record_attempt, attempt_id=new_id(), activity_id=activity, outcome="no_answer")

    assert at_once(*(lambda one=one: press(one) for one in desks)) == [None] * 4
    assert as_owner(office, "SELECT count(*) FROM attempt WHERE activity_id = %s", activity) == [(200,)]
    assert as_owner(
        office,
        "SELECT login, count(*) FROM audit WHERE activity_id = %s AND table_name = 'attempt' GROUP BY 1 ORDER BY 1",
        activity,
    ) == [(one.login, 50) for one in sorted(desks, key=lambda one: one.login)]


def test_the_matrix_gives_the_audit_to_the_director_and_its_history_to_the_groups(office: Office) -> None:
    """What the tests above try through logins holds for groups that no demo login has as well."""
    readers = as_owner(
        office,
        "SELECT g FROM unnest(%s) AS g WHERE has_table_privilege(%s || g, 'audit', 'SELECT') ORDER BY 1",
        list(GROUPS),
        f"{PREFIX}__",
    )
    assert readers == [("director",)]


def test_the_history_is_read_by_an_index_however_much_there_is(
    office: Office, desk: Callable[[str], Desk]
) -> None:
    scherbakova = desk("scherbakova")
    firm = a_firm(scherbakova)
    activity = scherbakova.plan()
    as_owner(
        office,
        """INSERT INTO audit (login, table_name, row_id, counterparty_id, activity_id, action, old, new)
           SELECT 'x', CASE WHEN g %% 2 = 0 THEN 'activity' ELSE 'counterparty' END, ('01920000-0000-7000-8000-' || lpad(to_hex(g %% 5000), 12, '0'))::uuid,
                  ('01920000-0000-7000-8000-' || lpad(to_hex(g %% 5000), 12, '0'))::uuid,
                  CASE WHEN g %% 2 = 0 THEN ('01920000-0000-7000-8000-' || lpad(to_hex(g %% 5000), 12, '0'))::uuid END,
                  'update', '{}', '{}' FROM generate_series(1, 20000) AS g""",
    )
    as_owner(office, "ANALYZE audit")
    for place, index in (
        ("counterparty_id = %s AND activity_id IS NULL", "ix_audit_card"),
        ("activity_id = %s", "ix_audit_activity"),
        (
            "row_id = %s AND counterparty_id IS NULL AND activity_id IS NULL AND table_name = 'region'",
            "ix_audit_row",
        ),
    ):
        plan = as_owner(office, f"EXPLAIN SELECT * FROM audit WHERE {place} ORDER BY id DESC LIMIT 200", firm)
        assert any(index in line for (line,) in plan), plan
    assert scherbakova.sql("SELECT action FROM history_of('activity', %s)", activity) == [("insert",)]
