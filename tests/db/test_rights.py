"""What the database itself refuses, whatever program somebody brings: tried through bare connections."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import psycopg2
import pytest
from psycopg2 import errors

from altius_desktop.domain.ids import new_id
from altius_desktop.services.demo import DEMO_LOGINS, DEMO_PASSWORD
from altius_desktop.services.demo.making import make_demo_company
from tests.conftest import PREFIX, TEMPLATE, Cluster, Office
from tests.db.desks import Desk, as_owner, employee_id
from tests.db.rights_matrix import (
    ACCOUNTS_ROLE,
    CALLABLE,
    CALLABLE_BY,
    COLUMNS,
    GROUPS,
    OF_TRIGGERS,
    OWNED_BY_ACCOUNTS,
    PARTS_OF_ACCOUNTS,
    TABLES,
)

LOGINS = tuple(login.login for login in DEMO_LOGINS)
EMPLOYEES = tuple(login for login in LOGINS if login != "admin")
LETTERS = {"SELECT": "s", "INSERT": "i", "UPDATE": "u"}
NEVER = ("DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


def refuses(
    connection: Any, statement: str, error: type[psycopg2.Error] = errors.InsufficientPrivilege
) -> None:
    with pytest.raises(error), connection.cursor() as cursor:
        cursor.execute(statement)


def public_tables(office: Office) -> set[str]:
    rows = as_owner(
        office,
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r','p','v','m','f')",
    )
    return {name for (name,) in rows}


def public_functions(office: Office) -> set[str]:
    rows = as_owner(
        office,
        """SELECT p.oid::regprocedure::text FROM pg_proc AS p WHERE pronamespace = 'public'::regnamespace
           AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')""",
    )
    return {name for (name,) in rows}


def test_every_table_and_function_stands_in_the_matrix(office: Office) -> None:
    assert public_tables(office) == set(TABLES)
    assert public_functions(office) == CALLABLE | set(CALLABLE_BY) | PARTS_OF_ACCOUNTS | OF_TRIGGERS


@pytest.mark.parametrize("group", GROUPS)
def test_each_group_has_the_rights_of_the_matrix_and_no_others(office: Office, group: str) -> None:
    role = f"{PREFIX}__{group}"
    found: dict[str, str] = {}
    columns: dict[tuple[str, str], set[str]] = {}
    for table in TABLES:
        cell = ""
        for privilege, letter in LETTERS.items():
            ((whole, some),) = as_owner(
                office,
                "SELECT has_table_privilege(%s, %s, %s), has_any_column_privilege(%s, %s, %s)",
                *(role, table, privilege) * 2,
            )
            cell += letter.upper() if whole else letter if some else ""
            if some and not whole:
                columns[table, privilege] = {
                    name
                    for (name,) in as_owner(
                        office,
                        """SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0
                           AND NOT attisdropped AND has_column_privilege(%s, attrelid, attnum, %s)""",
                        *(table, role, privilege),
                    )
                }
        found[table] = cell
    assert found == {table: cells[group] for table, cells in TABLES.items()}
    assert columns == {
        key: set(names) for key, names in COLUMNS.items() if LETTERS[key[1]] in TABLES[key[0]][group]
    }
    forbidden = as_owner(
        office,
        """SELECT t, p FROM unnest(%s) AS t, unnest(%s) AS p WHERE has_table_privilege(%s, t, p)""",
        *(list(TABLES), list(NEVER), role),
    )
    assert forbidden == []


def test_each_function_is_called_by_the_groups_of_the_matrix_and_those_of_triggers_by_nobody(
    office: Office,
) -> None:
    for function in public_functions(office):
        allowed = {
            role.removeprefix(f"{PREFIX}__")
            for (role,) in as_owner(
                office,
                """SELECT rolname FROM pg_roles WHERE NOT rolsuper AND rolname !~ '^pg_' AND rolname LIKE %s
                   AND has_function_privilege(rolname, %s::regprocedure, 'EXECUTE')""",
                *(f"{PREFIX}\\_\\_%", function),
            )
        } - {"owner", "accounts"}
        expected = set(GROUPS) if function in CALLABLE else CALLABLE_BY.get(function, frozenset())
        assert allowed == expected, function
    assert as_owner(
        office,
        """SELECT count(*) FROM pg_proc AS p, aclexplode(proacl) AS a WHERE a.grantee = 0
           AND p.pronamespace = 'public'::regnamespace
           AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')""",
    ) == [(0,)]


def test_nobody_has_anything_to_do_with_a_sequence(office: Office) -> None:
    assert (
        as_owner(
            office,
            """SELECT c.relname, r.rolname FROM pg_class AS c, pg_roles AS r
           WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S' AND r.rolname = ANY (%s)
           AND has_sequence_privilege(r.oid, c.oid, 'SELECT, USAGE, UPDATE')""",
            [f"{PREFIX}__{group}" for group in (*GROUPS, "accounts")],
        )
        == []
    )


def test_the_keeper_of_accounts_may_no_more_than_its_functions_need(office: Office) -> None:
    role = f"{PREFIX}__accounts"
    found: dict[tuple[str, str], frozenset[str]] = {}
    for table, privilege, whole, columns in as_owner(
        office,
        """SELECT t, p, has_table_privilege(%s, t, p),
                  ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = t::regclass AND attnum > 0
                        AND NOT attisdropped AND has_column_privilege(%s, attrelid, attnum, p))
           FROM unnest(%s) AS t, unnest(%s) AS p""",
        *(role, role, list(TABLES), list(LETTERS)),
    ):
        if whole or columns:
            found[table, privilege] = frozenset() if whole else frozenset(columns)
    assert found == ACCOUNTS_ROLE
    assert {
        name
        for (name,) in as_owner(
            office, "SELECT oid::regprocedure::text FROM pg_proc WHERE pg_get_userbyid(proowner) = %s", role
        )
    } == OWNED_BY_ACCOUNTS
    members = """SELECT m.member::regrole::text FROM pg_auth_members AS m WHERE m.roleid = %s::regrole"""
    assert as_owner(office, members, role) == []
    own = "SELECT rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles WHERE rolname = %s"
    assert as_owner(office, own, role) == [(False, False, True, False, False)]


def test_the_backup_group_reads_everything_and_does_nothing(office: Office) -> None:
    role = f"{PREFIX}__backup"
    for privilege in ("INSERT", "UPDATE", *NEVER):
        query = "SELECT t FROM unnest(%s) AS t WHERE has_any_column_privilege(%s, t, %s)"
        if privilege in ("DELETE", "TRUNCATE", "TRIGGER"):
            query = "SELECT t FROM unnest(%s) AS t WHERE has_table_privilege(%s, t, %s)"
        assert as_owner(office, query, list(TABLES), role, privilege) == []
    assert (
        as_owner(
            office,
            "SELECT t FROM unnest(%s) AS t WHERE NOT has_table_privilege(%s, t, 'SELECT')",
            *(list(TABLES), role),
        )
        == []
    )


@pytest.mark.parametrize("login", LOGINS)
def test_a_demo_login_is_an_ordinary_one_and_may_take_nothing_away(office: Office, login: str) -> None:
    with office.connect(login) as connection:
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT session_user, current_user, r.rolsuper, r.rolcreaterole, r.rolcreatedb, r.rolbypassrls,
                          r.rolreplication, pg_get_userbyid(d.datdba)
                   FROM pg_roles AS r, pg_database AS d
                   WHERE r.rolname = session_user AND d.datname = current_database()"""
            )
            session, current, *powers, owner = cursor.fetchone()
        assert session == current == f"{PREFIX}_{login}" != owner
        assert powers == [False] * 5
        for table in TABLES:
            refuses(connection, f"DELETE FROM {table}")
            refuses(connection, f"TRUNCATE {table} CASCADE")
        refuses(connection, "CREATE TABLE public.mine (x int)")
        refuses(connection, "CREATE TEMP TABLE mine (x int)")
        refuses(connection, "CREATE SCHEMA mine")
        refuses(connection, "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        refuses(connection, f"SET ROLE {owner}")
        refuses(connection, f"SET SESSION AUTHORIZATION {owner}")
        refuses(connection, "CREATE ROLE mine LOGIN")
        refuses(connection, f"ALTER ROLE {PREFIX}_lapina PASSWORD 'stolen'") if login != "lapina" else None
        refuses(connection, "COPY activity TO PROGRAM 'id'")
        refuses(connection, "SELECT pg_read_file('PG_VERSION')")
        refuses(connection, "SELECT lo_create(0)")
        refuses(connection, "SELECT rolpassword FROM pg_authid")
        refuses(connection, "SET session_replication_role = replica")
        refuses(connection, "ALTER TABLE activity DISABLE TRIGGER stamp")
        refuses(connection, "DROP TRIGGER stamp ON activity")


@pytest.fixture
def call(desk: Callable[[str], Desk]) -> Iterator[tuple[Desk, UUID]]:
    scherbakova = desk("scherbakova")
    yield scherbakova, scherbakova.plan()


def test_the_author_of_an_activity_stays_whoever_changes_it(office: Office, call: tuple[Desk, UUID]) -> None:
    scherbakova, activity = call
    query = "SELECT author_id::text, planned_at FROM activity WHERE id = %s"
    before = scherbakova.sql(query, activity)
    for login in ("scherbakova", "gromov"):
        office.fetch(
            login,
            "UPDATE activity SET author_id = %s, planned_at = planned_at - interval '9 days' WHERE id = %s",
            *(str(employee_id(office, "petrova")), str(activity)),
        )
    assert scherbakova.sql(query, activity) == before == [(str(scherbakova.me.employee_id), before[0][1])]


def test_nobody_plans_in_the_name_of_somebody_else(office: Office, call: tuple[Desk, UUID]) -> None:
    scherbakova, _activity = call
    gromov, forged = employee_id(office, "gromov"), new_id()
    scherbakova.sql(
        """INSERT INTO activity (id, section, assignee_id, author_id, planned_at, due_on, topic)
           VALUES (%s, 'daily', %s, %s, '2001-01-01', current_date, 'Тема')""",
        *(forged, gromov, gromov),
    )
    assert scherbakova.sql(
        "SELECT author_id::text, planned_at > now() - interval '1 hour' FROM activity WHERE id = %s", forged
    ) == [(str(scherbakova.me.employee_id), True)]
    with pytest.raises(errors.InsufficientPrivilege):
        scherbakova.sql("INSERT INTO plan (id, author_id) VALUES (%s, %s)", new_id(), gromov)


def test_an_attempt_is_always_that_of_the_one_who_makes_it(office: Office, call: tuple[Desk, UUID]) -> None:
    scherbakova, activity = call
    gromov, forged = employee_id(office, "gromov"), new_id()
    scherbakova.sql(
        """INSERT INTO attempt (id, activity_id, outcome, attempted_by, attempted_at, withdrawn_at, withdrawn_by)
           VALUES (%s, %s, 'talked', %s, '2001-01-01', now(), %s)""",
        *(forged, activity, gromov, gromov),
    )
    assert scherbakova.sql(
        """SELECT attempted_by::text, attempted_at > now() - interval '1 hour', withdrawn_at, withdrawn_by
           FROM attempt WHERE id = %s""",
        forged,
    ) == [(str(scherbakova.me.employee_id), True, None, None)]


@pytest.mark.parametrize(
    "column", ["outcome = 'talked'", "attempted_by = attempted_by", "attempted_at = now()"]
)
def test_what_an_attempt_was_cannot_be_rewritten(call: tuple[Desk, UUID], column: str) -> None:
    scherbakova, _activity = call
    with pytest.raises(errors.InsufficientPrivilege):
        scherbakova.sql(f"UPDATE attempt SET {column}")


@pytest.mark.parametrize("login", EMPLOYEES)
def test_nobody_gives_himself_another_login(office: Office, login: str) -> None:
    for statement in (
        "UPDATE employee SET login = 'boss'",
        "INSERT INTO employee (id, full_name, department_id, login) "
        "SELECT gen_random_uuid(), 'Некто', id, 'nobody' FROM department LIMIT 1",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            office.fetch(login, statement)


def test_an_instant_that_would_break_every_list_is_not_stored(
    office: Office, call: tuple[Desk, UUID]
) -> None:
    scherbakova, activity = call
    for instant in ("infinity", "-infinity", "9999-12-31", "0500-01-01 BC"):
        with pytest.raises(errors.CheckViolation):
            as_owner(
                office,
                "UPDATE activity SET status = 'done', finished_at = %s WHERE id = %s",
                instant,
                activity,
            )
        with pytest.raises(errors.CheckViolation):
            scherbakova.sql("UPDATE activity SET due_at = %s WHERE id = %s", instant, activity)


@pytest.mark.parametrize("zone", ["Nowhere/Atlantis", "", "XYZ+5", "'; DROP TABLE act; --", "+03"])
def test_a_time_zone_that_nobody_knows_does_not_become_the_offices(office: Office, zone: str) -> None:
    with pytest.raises((errors.InvalidParameterValue, errors.CheckViolation)):
        office.fetch("gromov", "UPDATE company SET time_zone = %s", zone)
    assert office.fetch("gromov", "SELECT office_zone()") == [("Europe/Moscow",)]


@pytest.mark.parametrize("zone", ["Asia/Vladivostok", "America/Argentina/Buenos_Aires", "UTC", "Etc/GMT+5"])
def test_the_director_sets_the_offices_time_zone(office: Office, zone: str) -> None:
    office.fetch("gromov", "UPDATE company SET time_zone = %s", zone)
    assert office.fetch("petrova", "SELECT office_zone()") == [(zone,)]


@pytest.mark.parametrize("role", ["owner", "accounts", "backup", *GROUPS])
def test_the_owner_and_the_groups_cannot_log_in(office: Office, role: str) -> None:
    with (
        pytest.raises(psycopg2.OperationalError),
        psycopg2.connect(
            host=office.address.host,
            port=office.address.port,
            dbname=office.address.database,
            user=f"{PREFIX}__{role}",
            password=DEMO_PASSWORD,
        ),
    ):
        pass
    assert as_owner(office, "SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", f"{PREFIX}__{role}") == [
        (False,)
    ]


def test_somebody_of_another_company_on_the_server_does_not_get_in(office: Office) -> None:
    """Databases of several companies lie on one server; CONNECT is not PUBLIC's."""
    with office.admin.connect() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE ROLE stranger LOGIN PASSWORD 'demo'")
    try:
        with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
            psycopg2.connect(
                host=office.address.host,
                port=office.address.port,
                dbname=office.address.database,
                user="stranger",
                password="demo",
            )
    finally:
        with office.admin.connect() as connection, connection.cursor() as cursor:
            cursor.execute("DROP ROLE stranger")


def test_a_colleagues_session_cannot_be_ended(office: Office) -> None:
    with office.connect("lapina") as theirs, office.connect("petrova") as mine:
        pid = theirs.info.backend_pid
        refuses(mine, f"SELECT pg_terminate_backend({pid})")
        refuses(mine, f"SELECT pg_cancel_backend({pid})")


def test_making_the_demo_again_takes_nobody_new_in(cluster: Cluster, office: Office) -> None:
    before = as_owner(office, "SELECT rolname, rolpassword FROM pg_authid ORDER BY 1")
    make_demo_company(cluster.admin, database=TEMPLATE, prefix=PREFIX, size="small")
    assert as_owner(office, "SELECT rolname, rolpassword FROM pg_authid ORDER BY 1") == before
    assert all(password.startswith("SCRAM-SHA-256$") for _role, password in before if password is not None)


# Whose activity it is


CHANGES = {
    "topic": "topic = 'Чужое'",
    "assignee": "assignee_id = current_employee_id()",
    "status": "status = 'cancelled'",
    "department": "department_id = (SELECT department_id FROM employee WHERE id = current_employee_id())",
    "author": "author_id = current_employee_id()",
    "colour and more": "highlight = 2, priority = 1",
}


@pytest.mark.parametrize(
    "way", ["", "SET ROLE altius__employee; ", "SELECT set_config('app.user', 'scherbakova', false); "]
)
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_somebody_elses_activity_is_not_changed(
    office: Office, desk: Callable[[str], Desk], way: str, change: str
) -> None:
    scherbakova = desk("scherbakova")
    call = scherbakova.plan(assignee_id=scherbakova.me.employee_id)
    before = as_owner(office, "SELECT activity::text FROM activity WHERE id = %s", call)
    with pytest.raises(errors.InsufficientPrivilege) as refused:
        office.fetch("petrova", f"{way}UPDATE activity SET {change} WHERE id = %s", str(call))
    assert refused.value.diag.message_detail == scherbakova.me.full_name
    assert as_owner(office, "SELECT activity::text FROM activity WHERE id = %s", call) == before


def test_those_whom_an_activity_concerns_change_it_and_everybody_colours_it(
    office: Office, desk: Callable[[str], Desk]
) -> None:
    lapina, scherbakova = desk("lapina"), desk("scherbakova")
    sales = scherbakova.me.department_id
    for_her = lapina.plan(assignee_id=scherbakova.me.employee_id)
    for_all = lapina.plan(department_id=sales)
    may = {
        "scherbakova": {for_her, for_all},
        "timofeev": {for_all},
        "petrova": set(),
        "gromov": {for_her, for_all},
    }
    may["lapina"] = {for_her, for_all}
    for login, activities in may.items():
        for activity in (for_her, for_all):
            office.fetch(login, "UPDATE activity SET highlight = 3 WHERE id = %s", str(activity))
            update = f"UPDATE activity SET topic = '{login}' WHERE id = %s"
            if activity in activities:
                office.fetch(login, update, str(activity))
            else:
                with pytest.raises(errors.InsufficientPrivilege):
                    office.fetch(login, update, str(activity))


def test_who_finished_it_and_when_is_the_servers_word(office: Office, desk: Callable[[str], Desk]) -> None:
    scherbakova, gromov = desk("scherbakova"), employee_id(office, "gromov")
    call = scherbakova.plan()
    forged = "finished_at = '2001-01-01', finished_by = %s"
    query = "SELECT finished_by::text, finished_at > now() - interval '1 hour' FROM activity WHERE id = %s"
    mine = [(str(scherbakova.me.employee_id), True)]
    scherbakova.sql(f"UPDATE activity SET status = 'done', {forged} WHERE id = %s", gromov, call)
    assert scherbakova.sql(query, call) == mine
    scherbakova.sql(f"UPDATE activity SET {forged} WHERE id = %s", gromov, call)
    assert scherbakova.sql(query, call) == mine
    scherbakova.sql("UPDATE activity SET status = 'planned' WHERE id = %s", call)
    assert scherbakova.sql(query, call) == [(None, None)]
    scherbakova.sql(f"UPDATE activity SET status = 'done', {forged} WHERE id = %s", gromov, call)
    assert scherbakova.sql(query, call) == mine


def test_a_task_is_shown_to_oneself_alone_and_an_import_is_ones_own(
    office: Office, desk: Callable[[str], Desk]
) -> None:
    scherbakova = desk("scherbakova")
    task, batch = scherbakova.plan(section="daily"), new_id()
    show = "INSERT INTO daily_showing (activity_id, employee_id, shown_on) VALUES (%s, %s, current_date)"
    with pytest.raises(errors.InsufficientPrivilege):
        scherbakova.sql(show, task, employee_id(office, "gromov"))
    scherbakova.sql(show, task, scherbakova.me.employee_id)
    scherbakova.sql("INSERT INTO import_batch (id, kind, file_name) VALUES (%s, 'persons', 'f')", batch)
    line = "INSERT INTO import_row (batch_id, line, outcome) VALUES (%s, %s, 'refused')"
    scherbakova.sql(line, batch, 1)
    with pytest.raises(errors.InsufficientPrivilege):
        office.fetch("lapina", line, str(batch), 2)


@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize("database", ["postgres", "template1"])
def test_what_a_login_finds_in_the_servers_other_databases_is_nothing(
    office: Office, login: str, database: str
) -> None:
    with (
        pytest.raises(psycopg2.OperationalError, match="permission denied for database"),
        psycopg2.connect(
            host=office.address.host,
            port=office.address.port,
            dbname=database,
            user=f"{PREFIX}_{login}",
            password=DEMO_PASSWORD,
        ),
    ):
        pass
