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
from tests.db.rights_matrix import CALLABLE, COLUMNS, GROUPS, OF_TRIGGERS, TABLES

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
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r','p','v','m','f','S')",
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
    assert public_functions(office) == CALLABLE | OF_TRIGGERS


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


def test_functions_are_called_by_the_companys_people_alone_and_those_of_triggers_by_nobody(
    office: Office,
) -> None:
    everybody = {f"{PREFIX}__{group}" for group in GROUPS}
    for function in CALLABLE | OF_TRIGGERS:
        allowed = {
            role
            for (role,) in as_owner(
                office,
                """SELECT rolname FROM pg_roles WHERE NOT rolsuper AND rolname !~ '^pg_' AND rolname LIKE %s
                   AND has_function_privilege(rolname, %s::regprocedure, 'EXECUTE')""",
                *(f"{PREFIX}\\_\\_%", function),
            )
        } - {f"{PREFIX}__owner"}
        assert allowed == (everybody if function in CALLABLE else set()), function
    assert as_owner(
        office,
        """SELECT count(*) FROM pg_proc AS p, aclexplode(proacl) AS a WHERE a.grantee = 0
           AND p.pronamespace = 'public'::regnamespace
           AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')""",
    ) == [(0,)]


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
    for login in ("scherbakova", "petrova"):
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


def test_an_instant_that_would_break_every_list_is_not_stored(call: tuple[Desk, UUID]) -> None:
    scherbakova, activity = call
    for instant in ("infinity", "-infinity", "9999-12-31", "0500-01-01 BC"):
        with pytest.raises(errors.CheckViolation):
            scherbakova.sql(
                "UPDATE activity SET status = 'done', finished_at = %s WHERE id = %s", instant, activity
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


@pytest.mark.parametrize("role", ["owner", *GROUPS])
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
