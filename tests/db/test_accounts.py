"""Accounts of the company: made, changed and locked by its administrator, and by nobody in any other way."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from typing import Any
from uuid import UUID

import psycopg2
import pytest
import sqlalchemy as sa
from psycopg2 import errors
from psycopg2.extensions import encrypt_password

from altius_desktop.database.connection import Credentials, Database
from altius_desktop.domain.errors import FieldError, PlanRejected, UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.services.accounts import (
    Dismissal,
    create_account,
    dismiss_employee,
    list_account_events,
    list_accounts,
    lock_account,
    reinstate_employee,
    set_account_groups,
    set_account_password,
    set_own_password,
    unlock_account,
)
from altius_desktop.services.demo import DEMO_LOGINS
from altius_desktop.services.demo.office import DEMO_PASSWORD
from tests.conftest import PREFIX, Cluster, Office
from tests.db.desks import Desk, as_owner, at_once, employee_id
from tests.explained import explain
from tests.roles import roles_kept

LOGINS = tuple(demo.login for demo in DEMO_LOGINS)
PASSWORD = "Длинный пароль 1"
VERIFIER = (
    "SCRAM-SHA-256$4096:c2FsdHNhbHRzYWx0c2FsdA==$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
)


def connect(office: Office, login: str, password: str = DEMO_PASSWORD) -> Any:
    return psycopg2.connect(
        host=office.address.host,
        port=office.address.port,
        dbname=office.address.database,
        user=f"{PREFIX}_{login}",
        password=password,
    )


class Seat:
    """Somebody logged in who need not be an employee."""

    def __init__(self, office: Office, login: str, password: str = DEMO_PASSWORD) -> None:
        self.office = office
        self.login = login
        self.password = password
        self.database = Database(office.address, Credentials(login, password))

    def ask(self, operation: Callable[..., Any], **arguments: Any) -> Any:
        with self.database.transaction() as session:
            return operation(session, **arguments)

    def sql(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """The rows of a statement through a bare autocommitting connection."""
        with closing(connect(self.office, self.login, self.password)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(query, [str(p) if isinstance(p, UUID) else p for p in parameters])
                return cursor.fetchall() if cursor.description else []


@pytest.fixture
def seat(office: Office) -> Iterator[Callable[..., Seat]]:
    """`seat("admin")` is somebody's way in; roles are the whole server's, so they are put back afterwards."""
    seats: list[Seat] = []

    def take(login: str, password: str = DEMO_PASSWORD) -> Seat:
        seats.append(Seat(office, login, password))
        return seats[-1]

    with roles_kept(office):
        yield take
        for one in seats:
            one.database.close()


def without_login(office: Office) -> tuple[UUID, str]:
    """An employee who has no login yet."""
    ((id_, name),) = as_owner(
        office, "SELECT id::text, full_name FROM employee WHERE login IS NULL AND active ORDER BY 1 LIMIT 1"
    )
    return UUID(id_), name


@pytest.fixture
def anna(office: Office, seat: Callable[..., Seat]) -> Seat:
    """A manager whose account the administrator has just made."""
    who, _name = without_login(office)
    seat("admin").ask(create_account, login="anna", password=PASSWORD, groups=["manager"], employee_id=who)
    return seat("anna", PASSWORD)


def refused(seat: Seat, query: str, *parameters: object, code: type[psycopg2.Error]) -> psycopg2.Error:
    with pytest.raises(code) as error:
        seat.sql(query, *parameters)
    return error.value


# What an administrator does


def test_an_account_is_made_used_changed_locked_and_unlocked(
    office: Office, seat: Callable[..., Seat], anna: Seat
) -> None:
    admin = seat("admin")
    assert anna.sql(
        "SELECT current_login(), session_has_group('manager'), session_has_group('director')"
    ) == [("anna", True, False)]
    (row,) = [row for row in admin.ask(list_accounts) if row.login == "anna"]
    assert row.full_name == without_login_name(office, "anna")
    assert (row.groups, row.can_login, row.sessions) == (("employee", "manager"), True, 0)
    admin.ask(set_account_groups, login="anna", groups=["secretary", "accountant"])
    assert anna.sql("SELECT session_has_group('manager'), session_has_group('secretary')") == [(False, True)]
    assert refused(anna, "SELECT 1/(session_has_group('secretary')::int - 1)", code=errors.DivisionByZero)
    admin.ask(set_account_password, login="anna", password="Другой пароль 2")
    with pytest.raises(UserError, match="парол"):
        anna.ask(lambda session: session.execute(sa.text("SELECT 1")))
    again = seat("anna", "Другой пароль 2")
    with closing(connect(office, "anna", "Другой пароль 2")) as open_one:
        assert admin.ask(lock_account, login="anna") == 1
        with pytest.raises(psycopg2.OperationalError), open_one.cursor() as cursor:
            cursor.execute("SELECT 1")
    with pytest.raises(UserError, match="заблокирован"):
        again.ask(lambda session: session.execute(sa.text("SELECT 1")))
    admin.ask(unlock_account, login="anna")
    again.ask(lambda session: session.execute(sa.text("SELECT 1")))
    told = [(event.login, event.what, event.whom) for event in admin.ask(list_account_events, login="anna")]
    assert told == [
        ("admin", what, "anna") for what in ("unlocked", "locked", "password", "groups", "created")
    ]


def without_login_name(office: Office, login: str) -> str:
    return str(as_owner(office, "SELECT full_name FROM employee WHERE login = %s", login)[0][0])


def test_everybody_changes_his_own_password(anna: Seat, seat: Callable[..., Seat]) -> None:
    anna.ask(set_own_password, password="'; ALTER ROLE x SUPERUSER; --")
    assert (
        seat("anna", "'; ALTER ROLE x SUPERUSER; --").ask(
            lambda session: session.scalar(sa.text("SELECT current_login()"))
        )
        == "anna"
    )
    for poor in ("short", "", "anna", "с нулём\x00 внутри"):
        with pytest.raises(FieldError) as told:
            seat("anna", "'; ALTER ROLE x SUPERUSER; --").ask(set_own_password, password=poor)
        assert told.value.field == "password"


def test_an_administrator_is_made_by_an_administrator_and_has_no_business_data(
    office: Office, seat: Callable[..., Seat]
) -> None:
    seat("admin").ask(
        create_account, login="second", password=PASSWORD, groups=["administrator"], employee_id=None
    )
    second = seat("second", PASSWORD)
    assert "second" in {row.login for row in second.ask(list_accounts)}
    assert office.fetch("gromov", "SELECT count(*) FROM employee WHERE login = 'second'") == [(0,)]
    for table in ("activity", "counterparty", "attempt"):
        with pytest.raises(UserError, match="права"):
            second.ask(lambda session, t=table: session.execute(sa.text(f"SELECT 1 FROM {t}")))


def test_the_demos_own_accounts_are_managed_as_any_other(seat: Callable[..., Seat]) -> None:
    """They were made by the server's administrator, not through the functions."""
    admin = seat("admin")
    admin.ask(set_account_groups, login="petrova", groups=["supply"])
    assert seat("petrova").sql("SELECT session_has_group('accountant'), session_has_group('supply')") == [
        (False, True)
    ]
    admin.ask(lock_account, login="fomin")
    assert [row.can_login for row in admin.ask(list_accounts) if row.login == "fomin"] == [False]


# What nobody does

CALLS = {
    "create_account": "SELECT create_account('evil', %s, ARRAY['administrator'])",
    "set_account_groups": "SELECT set_account_groups(current_login(), ARRAY['director'])",
    "set_account_password": "SELECT set_account_password('gromov', %s)",
    "lock_account": "SELECT lock_account('fomin')",
    "unlock_account": "SELECT unlock_account('fomin')",
    "list_accounts": "SELECT * FROM list_accounts()",
    "dismiss_employee": "SELECT * FROM dismiss_employee((SELECT id FROM employee WHERE login = 'fomin'), "
    "(SELECT id FROM employee WHERE login = 'vlasova'))",
    "reinstate_employee": "SELECT reinstate_employee((SELECT id FROM employee WHERE login = 'fomin'))",
    "grant_account_groups": "SELECT grant_account_groups('altius_fomin', ARRAY['director'])",
    "end_account_sessions": "SELECT end_account_sessions('altius_gromov')",
    "note_account_event": "SELECT note_account_event('locked', 'gromov', '')",
    "begin_account_change": "SELECT begin_account_change('employee')",
}


@pytest.mark.parametrize("login", LOGINS)
def test_who_may_call_what(office: Office, login: str) -> None:
    allowed = {
        "admin": {*list(CALLS)[:8]},
        "gromov": {"lock_account", "list_accounts", "dismiss_employee", "reinstate_employee"},
    }.get(login, set())
    for name, call in CALLS.items():
        with closing(connect(office, login)) as connection, connection.cursor() as cursor:
            try:
                cursor.execute(call, (VERIFIER,) if "%s" in call else None)
                refusal = None
            except errors.InsufficientPrivilege as error:
                refusal = error
            except errors.CheckViolation:
                refusal = None
            connection.rollback()
        assert (refusal is None) == (name in allowed), (name, refusal)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER ROLE altius_admin SUPERUSER",
        "ALTER ROLE altius_admin CREATEROLE",
        "ALTER ROLE altius_admin BYPASSRLS",
        "GRANT altius__director TO altius_admin",
        "GRANT altius__owner TO altius_admin",
        "GRANT altius__accounts TO altius_admin",
        "GRANT altius__administrator TO altius_fomin",
        "GRANT pg_execute_server_program TO altius_admin",
        "GRANT pg_read_all_data TO altius_admin",
        "GRANT pg_write_all_data TO altius_admin",
        "GRANT pg_signal_backend TO altius_admin",
        "SET ROLE altius__accounts",
        "SET ROLE altius__owner",
        "SET ROLE altius__director",
        "SET SESSION AUTHORIZATION altius_gromov",
        "CREATE ROLE altius_evil LOGIN",
        "DROP ROLE altius_fomin",
        "ALTER ROLE altius_gromov PASSWORD 'stolen'",
        "ALTER ROLE altius_gromov SET search_path = evil",
        "ALTER FUNCTION list_accounts() OWNER TO altius_admin",
        "CREATE OR REPLACE FUNCTION role_prefix() RETURNS text LANGUAGE sql AS $$SELECT 'evil'$$",
        "UPDATE account_event SET login = 'gromov'",
        "INSERT INTO account_event (login, what, whom) VALUES ('gromov', 'locked', 'fomin')",
        "BEGIN; LOCK TABLE account_event IN SHARE MODE",
        "UPDATE employee SET login = 'gromov'",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'altius_gromov'",
        "COPY (SELECT 1) TO PROGRAM 'id'",
        "COPY employee TO '/var/tmp/stolen'",
        "SELECT pg_read_file('postgresql.conf')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT lo_from_bytea(0, 'x')",
        "CREATE TEMP TABLE evil (x int)",
        "CREATE SCHEMA evil",
        "CREATE TABLE evil (x int)",
        "CREATE DATABASE evil",
        "CREATE EXTENSION dblink",
        "ALTER SYSTEM SET log_statement = 'all'",
        "ALTER DATABASE postgres SET search_path = evil",
        "SET session_replication_role = replica",
        "SET log_statement = 'none'",
        "SELECT rolpassword FROM pg_authid",
        "DO $$ BEGIN EXECUTE 'CREATE ROLE altius_evil'; END $$",
    ],
)
def test_an_administrator_gives_himself_nothing_past_the_functions(
    office: Office, seat: Callable[..., Seat], statement: str
) -> None:
    with office.connect("gromov"):
        refused(seat("admin"), statement, code=errors.InsufficientPrivilege)


@pytest.mark.parametrize(
    "login",
    [
        'x" superuser; --',
        "x' SUPERUSER; --",
        "x_y",
        "_owner",
        "_director",
        "X",
        "иван",
        "",
        "1x",
        "x\n",
        "x y",
        "x%I",
        "a" * 32,
        None,
    ],
)
def test_a_hostile_login_makes_no_role(office: Office, seat: Callable[..., Seat], login: str | None) -> None:
    before = as_owner(office, "SELECT count(*) FROM pg_roles")
    admin = seat("admin")
    for call in (
        "SELECT create_account(%s, %s, ARRAY['administrator'])",
        "SELECT set_account_password(%s, %s)",
    ):
        refused(admin, call, login, VERIFIER, code=errors.CheckViolation)
    for call in ("SELECT lock_account(%s)", "SELECT unlock_account(%s)"):
        refused(admin, call, login, code=errors.CheckViolation)
    refused(admin, "SELECT set_account_groups(%s, ARRAY['backup'])", login, code=errors.CheckViolation)
    assert as_owner(office, "SELECT count(*) FROM pg_roles") == before


@pytest.mark.parametrize(
    "groups",
    [
        ["owner"],
        ["accounts"],
        ["pg_execute_server_program"],
        ["altius__director"],
        ["administrator", "director"],
        ["administrator", "owner"],
        ["backup", "administrator"],
        [None],
        ["administrator", None],
        [],
        None,
        ["director"],
        ['administrator" WITH ADMIN OPTION; --'],
    ],
)
def test_a_hostile_group_is_not_granted(seat: Callable[..., Seat], groups: list[str | None] | None) -> None:
    admin = seat("admin")
    query = "SELECT create_account('evil', %s, %s::text[])"
    refused(admin, query, VERIFIER, groups, code=errors.CheckViolation)
    if groups != ["director"]:
        refused(admin, "SELECT set_account_groups('petrova', %s::text[])", groups, code=errors.CheckViolation)
    refused(admin, "SELECT set_account_groups('admin', %s::text[])", groups, code=errors.CheckViolation)


@pytest.mark.parametrize(
    "verifier",
    [
        "secret",
        "",
        None,
        "md5d41d8cd98f00b204e9800998ecf8427e",
        VERIFIER + "\n",
        VERIFIER[:-1],
        VERIFIER.replace("4096", "0"),
        VERIFIER.replace("4096", "4096000"),
        VERIFIER.replace("SCRAM-SHA-256", "scram-sha-256"),
        VERIFIER + "' SUPERUSER; --",
        " " + VERIFIER,
    ],
)
def test_a_clear_password_is_not_taken(seat: Callable[..., Seat], verifier: str | None) -> None:
    admin = seat("admin")
    for setting in ("on", "off"):
        for call in (
            "SELECT create_account('evil', %s, ARRAY['administrator'])",
            "SELECT set_account_password('fomin', %s)",
        ):
            refused(
                admin,
                f"SET standard_conforming_strings = {setting}; {call}",
                verifier,
                code=errors.CheckViolation,
            )


def test_a_login_that_exists_on_the_server_is_not_taken_over(
    office: Office, seat: Callable[..., Seat]
) -> None:
    """Roles are the whole server's: another company's, or one that the server's administrator made."""
    foreign = (f"{PREFIX}_ghost", f"{PREFIX}two_anna", f"{PREFIX}_two_anna", "ghost")
    for role in foreign:
        as_owner(office, f'CREATE ROLE "{role}" LOGIN PASSWORD %s', "verysecret")
    query = "SELECT rolname, rolcanlogin, rolpassword FROM pg_authid WHERE rolname = ANY (%s) ORDER BY 1"
    before = as_owner(office, query, list(foreign))
    try:
        admin = seat("admin")
        make = "SELECT create_account(%s, %s, ARRAY['administrator'])"
        refused(admin, make, "ghost", VERIFIER, code=errors.CheckViolation)
        for login in ("two_anna", "two-anna", "postgres", "nobody"):
            refused(admin, "SELECT lock_account(%s)", login, code=errors.CheckViolation)
            refused(admin, "SELECT set_account_password(%s, %s)", login, VERIFIER, code=errors.CheckViolation)
        assert as_owner(office, query, list(foreign)) == before
        assert {row.login for row in admin.ask(list_accounts)} == {*LOGINS, "ghost"}
    finally:
        for role in foreign:
            as_owner(office, f'DROP ROLE "{role}"')


def test_a_superuser_with_a_name_of_the_companys_is_out_of_reach(
    office: Office, seat: Callable[..., Seat]
) -> None:
    as_owner(office, f"CREATE ROLE {PREFIX}_root SUPERUSER LOGIN")
    try:
        admin = seat("admin")
        for call in ("SELECT lock_account('root')", f"SELECT set_account_password('root', '{VERIFIER}')"):
            refused(admin, call, code=errors.InsufficientPrivilege)
    finally:
        as_owner(office, f"DROP ROLE {PREFIX}_root")


@pytest.mark.usefixtures("anna")
def test_an_employee_has_one_account_and_a_login_one_employee(
    office: Office, seat: Callable[..., Seat]
) -> None:
    admin = seat("admin")
    with_login = employee_id(office, "anna")
    for who in (with_login, employee_id(office, "gromov"), new_id()):
        with pytest.raises(FieldError) as told:
            admin.ask(create_account, login="boris", password=PASSWORD, groups=["manager"], employee_id=who)
        assert told.value.field == "employee_id"
    free, _name = without_login(office)
    with pytest.raises(FieldError) as told:
        admin.ask(create_account, login="anna", password=PASSWORD, groups=["manager"], employee_id=free)
    assert told.value.field == "login"


def test_the_settings_of_the_caller_change_nothing(office: Office, seat: Callable[..., Seat]) -> None:
    settings = [
        "SET search_path = evil, public",
        "SET quote_all_identifiers = on",
        "SET client_encoding = 'SQL_ASCII'",
        "SET password_encryption = md5",
    ]
    if int(as_owner(office, "SHOW server_version_num")[0][0]) >= 160000:
        settings.append("SET createrole_self_grant = 'set, inherit'")
    call = f"SELECT public.create_account('evil', '{VERIFIER}', ARRAY['administrator'])"
    seat("admin").sql("; ".join([*settings, call]))
    assert as_owner(
        office,
        """SELECT m.member::regrole::text, pg_has_role(m.member, m.roleid, 'usage') FROM pg_auth_members AS m
           WHERE m.roleid = 'altius_evil'::regrole AND m.member <> 10""",
    ) in ([("altius__accounts", False)], [])
    assert as_owner(
        office,
        """SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication, rolpassword = %s
           FROM pg_authid WHERE rolname = 'altius_evil'""",
        VERIFIER,
    ) == [(False, False, False, False, False, True)]


def test_an_older_view_of_the_accounts_is_no_ground_to_act_on(seat: Callable[..., Seat]) -> None:
    for level in ("REPEATABLE READ", "SERIALIZABLE"):
        refused(
            seat("admin"),
            f"BEGIN ISOLATION LEVEL {level}; SELECT lock_account('fomin')",
            code=errors.ObjectNotInPrerequisiteState,
        )


# The last administrator


def test_the_only_administrator_stays_one_and_nobody_locks_himself(seat: Callable[..., Seat]) -> None:
    admin, director = seat("admin"), seat("gromov")
    for who, act, arguments in (
        (director, lock_account, {"login": "admin"}),
        (admin, lock_account, {"login": "admin"}),
        (director, lock_account, {"login": "gromov"}),
        (admin, set_account_groups, {"login": "admin", "groups": ["backup"]}),
    ):
        with pytest.raises(FieldError) as told:
            who.ask(act, **arguments)
        assert told.value.field == "login"
    admin.ask(create_account, login="second", password=PASSWORD, groups=["administrator"], employee_id=None)
    director.ask(lock_account, login="admin")
    with pytest.raises(FieldError):
        director.ask(lock_account, login="second")


def test_two_administrators_who_lock_each_other_at_once_leave_one(
    office: Office, seat: Callable[..., Seat]
) -> None:
    seat("admin").ask(
        create_account, login="second", password=PASSWORD, groups=["administrator"], employee_id=None
    )
    one, other = seat("admin"), seat("second", PASSWORD)
    at_once(partial(one.ask, lock_account, login="second"), partial(other.ask, lock_account, login="admin"))
    left = as_owner(
        office,
        "SELECT count(*) FROM pg_roles WHERE rolcanlogin AND pg_has_role(oid, 'altius__administrator', 'member') AND NOT rolsuper",
    )
    assert left == [(1,)]


@pytest.mark.usefixtures("anna")
def test_a_director_locks_and_does_nothing_else(seat: Callable[..., Seat]) -> None:
    director = seat("gromov")
    director.ask(lock_account, login="anna")
    with pytest.raises(UserError, match="права"):
        director.ask(unlock_account, login="anna")
    assert [event.what for event in director.ask(list_account_events, login="anna")] == ["locked", "created"]


# Leaving


@pytest.mark.parametrize("login", ["admin", "gromov"])
def test_who_leaves_hands_over_what_is_planned_and_is_locked(
    office: Office, seat: Callable[..., Seat], desk: Callable[[str], Desk], login: str
) -> None:
    scherbakova, timofeev = desk("scherbakova"), employee_id(office, "timofeev")
    leaver, today = scherbakova.me.employee_id, office.today()
    call, task, done = scherbakova.plan(), scherbakova.plan(section="daily"), scherbakova.plan()
    scherbakova.sql("UPDATE activity SET status = 'done' WHERE id = %s", done)
    planned = "SELECT count(*) FROM activity WHERE assignee_id = %s AND status = 'planned'"
    responsible = "SELECT count(*) FROM counterparty WHERE responsible_id = %s"
    (mine,), (clients,) = as_owner(office, planned, leaver)[0], as_owner(office, responsible, leaver)[0]
    told = seat(login).ask(dismiss_employee, employee_id=leaver, successor_id=timofeev)
    assert (told.activities, told.counterparties) == (mine, clients)
    assert mine > 2
    assert as_owner(office, planned, leaver) == as_owner(office, responsible, leaver) == [(0,)]
    query = "SELECT assignee_id::text FROM activity WHERE id = ANY (%s::uuid[]) ORDER BY status, section"
    who = as_owner(office, query, [str(call), str(task), str(done)])
    assert who == [(str(leaver),), (str(timofeev),), (str(timofeev),)]
    assert as_owner(office, "SELECT active, login FROM employee WHERE id = %s", leaver) == [
        (False, "scherbakova")
    ]
    with pytest.raises(UserError):
        scherbakova.day()
    admin = seat("admin")
    with pytest.raises(FieldError):
        admin.ask(unlock_account, login="scherbakova")
    with pytest.raises(FieldError):
        seat(login).ask(dismiss_employee, employee_id=leaver, successor_id=timofeev)
    assert [e.what for e in admin.ask(list_account_events, login="scherbakova")] == ["locked", "dismissed"]
    with pytest.raises(PlanRejected):
        desk("petrova").plan(assignee_id=leaver, due_on=today)


@pytest.mark.parametrize("login", ["admin", "gromov"])
def test_who_comes_back_is_an_employee_again_and_gets_in_once_he_is_let(
    office: Office, seat: Callable[..., Seat], desk: Callable[[str], Desk], login: str
) -> None:
    fomin, vlasova = employee_id(office, "fomin"), employee_id(office, "vlasova")
    seat(login).ask(dismiss_employee, employee_id=fomin, successor_id=vlasova)
    for _time in range(2):
        seat(login).ask(reinstate_employee, employee_id=fomin)
    admin = seat("admin")
    assert [e.what for e in admin.ask(list_account_events, login="fomin")] == [
        "reinstated",
        "locked",
        "dismissed",
    ]
    with pytest.raises(UserError):
        desk("fomin")
    admin.ask(unlock_account, login="fomin")
    assert desk("petrova").plan(assignee_id=fomin) in {row.id for row in desk("fomin").day().rows}


def test_leaving_needs_a_successor_who_stays(office: Office, seat: Callable[..., Seat]) -> None:
    fomin, gone = employee_id(office, "fomin"), employee_id(office, "vlasova")
    as_owner(office, "UPDATE employee SET active = false WHERE id = %s", gone)
    for successor in (fomin, gone, new_id()):
        with pytest.raises(FieldError) as told:
            seat("admin").ask(dismiss_employee, employee_id=fomin, successor_id=successor)
        assert told.value.field == "successor_id"
    with pytest.raises(FieldError):
        seat("gromov").ask(dismiss_employee, employee_id=employee_id(office, "gromov"), successor_id=fomin)
    assert as_owner(office, "SELECT active FROM employee WHERE id = %s", fomin) == [(True,)]


def test_what_is_planned_for_the_leaver_at_that_moment_is_handed_over_too(
    office: Office, seat: Callable[..., Seat], desk: Callable[[str], Desk]
) -> None:
    fomin, vlasova, petrova = employee_id(office, "fomin"), employee_id(office, "vlasova"), desk("petrova")
    rows = [new_id() for _ in range(20)]

    def plan_all() -> int:
        planned = 0
        for row in rows:
            try:
                petrova.plan(activity_id=row, assignee_id=fomin)
                planned += 1
            except UserError:
                break
        return planned

    planned, told = at_once(
        plan_all, partial(seat("admin").ask, dismiss_employee, employee_id=fomin, successor_id=vlasova)
    )
    assert isinstance(told, Dismissal), told
    query = "SELECT count(*) FROM activity WHERE id = ANY (%s::uuid[]) AND assignee_id = %s"
    assert as_owner(office, query, [str(row) for row in rows], fomin) == [(0,)]
    assert as_owner(office, query, [str(row) for row in rows], vlasova) == [(planned,)]


@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE employee SET active = false WHERE login = 'fomin'",
        "UPDATE employee SET phone = '1', active = active WHERE login = 'fomin'",
        "INSERT INTO employee (id, full_name, department_id, active) "
        "SELECT gen_random_uuid(), 'Некто', id, false FROM department LIMIT 1",
    ],
)
def test_nobody_leaves_past_the_function_that_locks_and_hands_over(
    office: Office, login: str, statement: str
) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        office.fetch(login, statement)


def test_who_writes_the_company_card_changes_the_rest_of_an_employee_and_the_function_still_lets_him_go(
    office: Office, seat: Callable[..., Seat]
) -> None:
    fomin, vlasova = employee_id(office, "fomin"), employee_id(office, "vlasova")
    for login in ("lapina", "gromov", "admin"):
        seat(login).sql("UPDATE employee SET phone = %s, position = 'Снабженец' WHERE id = %s", login, fomin)
        assert as_owner(office, "SELECT phone FROM employee WHERE id = %s", fomin) == [(login,)]
    refused(
        seat("lapina"), "SELECT dismiss_employee(%s, %s)", fomin, vlasova, code=errors.InsufficientPrivilege
    )
    seat("gromov").ask(dismiss_employee, employee_id=fomin, successor_id=vlasova)
    assert as_owner(
        office,
        "SELECT e.active, r.rolcanlogin FROM employee AS e JOIN pg_roles AS r ON r.rolname = %s WHERE e.id = %s",
        f"{PREFIX}_fomin",
        fomin,
    ) == [(False, False)]


# What it costs


def test_the_list_of_accounts_costs_no_more_after_years_of_acts(
    office: Office, seat: Callable[..., Seat]
) -> None:
    """The administrator's page asks for it again and again."""
    admin = seat("admin")
    admin.ask(list_accounts)
    young = explain(admin.database, list_accounts).buffers
    as_owner(
        office,
        """INSERT INTO act (id, login, acted_at)
           SELECT gen_random_uuid(), (%s::text[])[1 + n %% 9], now() + interval '1 day' - n * interval '1 minute'
           FROM generate_series(1, 100000) AS n""",
        list(LOGINS[:9]),
    )
    as_owner(office, "ANALYZE act")
    old = explain(admin.database, list_accounts).buffers
    assert old < young + 10 * len(LOGINS)
    last = dict(
        as_owner(office, "SELECT login, max(acted_at AT TIME ZONE office_zone()) FROM act GROUP BY 1")
    )
    assert {row.login: row.last_act_at for row in admin.ask(list_accounts)} == {
        login: last.get(login) for login in LOGINS
    }


# What is written down


def test_no_clear_password_reaches_the_servers_log(
    cluster: Cluster, office: Office, seat: Callable[..., Seat], caplog: pytest.LogCaptureFixture
) -> None:
    as_owner(office, f"ALTER DATABASE {office.address.database} SET log_statement = 'all'")
    log = cluster.data_dir / "server.log"
    start = log.stat().st_size
    who, _name = without_login(office)
    secrets = ("Pass-word-1-anna", "Pass-word-2-anna", "Pass-word-3-anna")
    admin = seat("admin")
    admin.ask(create_account, login="anna", password=secrets[0], groups=["manager"], employee_id=who)
    admin.ask(set_account_password, login="anna", password=secrets[1])
    seat("anna", secrets[1]).ask(set_own_password, password=secrets[2])
    written = log.read_bytes()[start:].decode("utf-8", "replace")
    assert "create_account" in written
    assert "ALTER ROLE" in written
    for secret in secrets:
        assert secret not in written
        assert secret not in caplog.text


def test_forged_news_in_any_number_keep_nobody_from_the_real_ones(
    office: Office, desk: Callable[[str], Desk]
) -> None:
    from altius_desktop.database.listener import News, parse_news

    with office.connect("lapina") as listening, listening.cursor() as cursor:
        cursor.execute("LISTEN altius_news")
        payloads = ["", "{}", "[" * 5000, json.dumps({"table": "activity", "ids": ["x"]}), "null"]
        for payload in payloads:
            office.fetch(
                "petrova",
                "SELECT pg_notify('altius_news', %s || repeat(' ', n)) FROM generate_series(1, 300) AS n",
                payload,
            )
        call = desk("scherbakova").plan()
        cursor.execute("SELECT 1")
        heard = [parse_news(notice.payload) for notice in listening.notifies]
    assert len(heard) > 1000
    real = [news for news in heard if isinstance(news, News)]
    assert any(news.ids and call in news.ids for news in real)


def test_a_verifier_made_by_the_driver_is_one_that_the_function_takes(seat: Callable[..., Seat]) -> None:
    admin = seat("admin")
    with closing(connect(admin.office, "admin", DEMO_PASSWORD)) as connection:
        for password in ("x", "длинный пароль", "a" * 500):
            verifier = encrypt_password(password, "any", scope=connection, algorithm="scram-sha-256")
            admin.sql("SELECT set_account_password('fomin', %s)", verifier)
