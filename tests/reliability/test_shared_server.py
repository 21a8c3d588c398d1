"""A company on a PostgreSQL of its own, set up and kept by its administrator's verbs, on each version at hand."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from altius_desktop.__main__ import main
from altius_desktop.database.admin import AdminAddress
from altius_desktop.database.backups.clients import client_programs
from altius_desktop.database.embedded import EmbeddedServer
from altius_desktop.database.programs import find_programs
from altius_desktop.database.schema import SCHEMA_REVISION, migrate
from altius_desktop.i18n import set_language
from tests.conftest import HASTY
from tests.roles import drop_company

POSTGRES_15 = Path("/usr/lib/postgresql/15/bin")
COMPANY = ("--company", "ООО «Проба»", "--login", "ivanov", "--name", "Иванов Иван")
PASSWORD = "Пароль директора 1"
ADMIN_PASSWORD = "Пароль администратора 1"
USER_PASSWORD = "Пароль сотрудника 1"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module", params=["embedded", "debian"])
def server(request: pytest.FixtureRequest) -> Iterator[AdminAddress]:
    """A server as somebody might have set it up; its superuser's password is known here alone."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "debian":
            if not POSTGRES_15.is_dir():
                pytest.skip("Debian's PostgreSQL 15 is not installed")
            patch.setenv("ALTIUS_PG_BIN", str(POSTGRES_15))
        programs = find_programs()
    folder = Path(tempfile.mkdtemp(prefix="altius-test-"))
    folder.chmod(0o755)
    running = EmbeddedServer(folder / "server", settings=HASTY, programs=programs)
    try:
        yield running.start()
    finally:
        running.leave()
        shutil.rmtree(folder)


@pytest.fixture
def firma(server: AdminAddress) -> Iterator[str]:
    """The name of a company that is not there yet; nothing of it is left afterwards."""
    yield "firma"
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS ander WITH (FORCE)")
        drop_company(cursor, "firma")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Run]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("ALTIUS_DSN", raising=False)

    def run_verb(*arguments: object) -> tuple[int, str, str]:
        status = main([*(str(item) for item in arguments), "--lang", "en"])
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return status, printed.out, printed.err

    yield run_verb
    set_language("ru")


def address(server: AdminAddress, database: str, user: str = "postgres", password: str = "") -> str:
    return f"postgresql://{user}:{password or server.password}@{server.host}:{server.port}/{database}"


@pytest.fixture
def found(server: AdminAddress, firma: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> str:
    """A company made on this server."""
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    monkeypatch.setenv("ALTIUS_ADMIN_PASSWORD", ADMIN_PASSWORD)
    status, out, err = run("server", "init", "--dsn", address(server, firma), *COMPANY)
    assert (status, err) == (0, "")
    assert f"postgresql://ivanov@{server.host}:{server.port}/{firma}" in out
    return firma


def log_in(server: AdminAddress, user: str, password: str, database: str = "firma") -> Any:
    connection = psycopg2.connect(
        host=server.host, port=server.port, dbname=database, user=user, password=password
    )
    connection.autocommit = True
    return connection


def ask(server: AdminAddress, user: str, password: str, query: str) -> list[tuple[Any, ...]]:
    with closing(log_in(server, user, password)) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def superuser(server: AdminAddress, database: str, query: str) -> list[tuple[Any, ...]]:
    with server.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall() if cursor.description else []


def test_a_company_is_founded_with_its_director_and_its_administrator(
    server: AdminAddress, found: str, run: Run
) -> None:
    who = "SELECT e.full_name, session_has_group('director') FROM employee AS e WHERE e.id = current_employee_id()"
    assert ask(server, f"{found}_ivanov", PASSWORD, who) == [("Иванов Иван", True)]
    assert ask(server, f"{found}_admin", ADMIN_PASSWORD, "SELECT login FROM list_accounts()") == [
        ("admin",),
        ("ivanov",),
    ]
    status, _out, err = run("server", "init", "--dsn", address(server, found), *COMPANY)
    assert status == 1
    assert "already" in err
    owner = (
        "SELECT pg_get_userbyid(datdba), has_database_privilege('public', oid, 'CONNECT') FROM pg_database"
    )
    assert superuser(server, found, f"{owner} WHERE datname = '{found}'") == [(f"{found}__owner", False)]


def test_accounts_are_managed_from_the_command_line(
    server: AdminAddress, found: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(
        server,
        f"{found}_ivanov",
        PASSWORD,
        """INSERT INTO employee (id, full_name, department_id)
           SELECT gen_random_uuid(), 'Петрова Анна', id FROM department RETURNING id""",
    )
    dsn = address(server, found, "admin", "x")
    monkeypatch.setenv("PGPASSWORD", ADMIN_PASSWORD)
    dsn = dsn.replace(":x@", "@")
    monkeypatch.setenv("ALTIUS_USER_PASSWORD", USER_PASSWORD)
    add = (
        "user",
        "add",
        "anna",
        "--employee",
        "петрова  анна",
        "--groups",
        "manager,accountant",
        "--dsn",
        dsn,
    )
    assert run(*add)[0] == 0
    assert run(*add)[0] == 1
    assert run("user", "add", "petr", "--employee", "Кто-то", "--dsn", dsn)[0] == 1
    newcomer = ("user", "add", "kto", "--employee", "Кто-то Новый", "--department", "Продажи", "--dsn", dsn)
    assert run(*newcomer, "--position", "менеджер")[0] == 0
    entered = "SELECT e.position, d.name FROM employee AS e JOIN department AS d ON d.id = e.department_id"
    assert ask(server, f"{found}_kto", USER_PASSWORD, f"{entered} WHERE login = current_login()") == [
        ("менеджер", "Продажи")
    ]
    assert run("user", "add", "petr", "--employee", "Петрова Анна", "--groups", "owner", "--dsn", dsn)[0] == 1
    assert run("user", "add", "x_y", "--apart", "backup", "--dsn", dsn)[0] == 1
    assert run("user", "add", "keeper", "--apart", "backup", "--dsn", dsn)[0] == 0
    groups = (
        "SELECT session_has_group('manager'), session_has_group('accountant'), session_has_group('director')"
    )
    assert ask(server, f"{found}_anna", USER_PASSWORD, groups) == [(True, True, False)]
    status, out, _err = run("user", "list", "--dsn", dsn)
    assert status == 0
    assert out.splitlines()[1] == "anna\tmay log in\taccountant,employee,manager\t0\tПетрова Анна"
    with closing(log_in(server, f"{found}_anna", USER_PASSWORD)) as theirs:
        status, out, _err = run("user", "lock", "anna", "--dsn", dsn)
        assert (status, "1 session" in out) == (0, True)
        with pytest.raises(psycopg2.OperationalError), theirs.cursor() as cursor:
            cursor.execute("SELECT 1")
    with pytest.raises(psycopg2.OperationalError, match="not permitted to log in"):
        log_in(server, f"{found}_anna", USER_PASSWORD)
    assert run("user", "lock", "admin", "--dsn", dsn)[0] == 1
    monkeypatch.setenv("ALTIUS_USER_PASSWORD", "Другой пароль 2")
    status, out, _err = run("user", "password", "anna", "--dsn", dsn)
    assert (status, "unlock" in out) == (0, True)
    assert run("user", "unlock", "anna", "--dsn", dsn)[0] == 0
    assert ask(server, f"{found}_anna", "Другой пароль 2", "SELECT current_login()") == [("anna",)]
    # The server's superuser stands in where the administrator has lost his password.
    assert run("user", "password", "admin", "--dsn", address(server, found))[0] == 0
    assert ask(server, f"{found}_admin", "Другой пароль 2", "SELECT current_login()") == [("admin",)]


def test_an_employee_has_no_business_with_accounts_on_the_command_line(
    server: AdminAddress, found: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALTIUS_USER_PASSWORD", USER_PASSWORD)
    dsn = address(server, found, "ivanov", "x").replace(":x@", "@")
    status, out, err = run("user", "add", "evil", "--apart", "administrator", "--dsn", dsn)
    assert (status, out) == (1, "")
    assert "no right" in err


def test_groups_change_on_a_login_that_provisioning_made(server: AdminAddress, found: str) -> None:
    """From 16 on a grant can be taken back only in the name of whoever gave it."""
    call = "SELECT set_account_groups('ivanov', ARRAY['employee', 'secretary'])"
    ask(server, f"{found}_admin", ADMIN_PASSWORD, call)
    groups = "SELECT session_has_group('director'), session_has_group('secretary')"
    assert ask(server, f"{found}_ivanov", PASSWORD, groups) == [(False, True)]


def test_the_backups_login_reads_everything_under_its_own_role(
    server: AdminAddress, found: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALTIUS_USER_PASSWORD", USER_PASSWORD)
    assert run("user", "add", "keeper", "--apart", "backup", "--dsn", address(server, found))[0] == 0
    query = f"SET ROLE {found}__backup; SELECT count(*) FROM employee"
    assert ask(server, f"{found}_keeper", USER_PASSWORD, query) == [(1,)]
    for statement in ("UPDATE employee SET active = false", "SELECT * FROM list_accounts()"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(server, f"{found}_keeper", USER_PASSWORD, statement)


SHAPE = """
    SELECT 'function', p.oid::regprocedure::text, pg_get_userbyid(proowner) || prosecdef || proacl::text
    FROM pg_proc AS p WHERE pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')
    UNION ALL SELECT 'table', relname, pg_get_userbyid(relowner) || array_to_string(ARRAY(SELECT unnest(relacl)::text ORDER BY 1), ' ')
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    ORDER BY 1, 2
"""


def test_who_owns_and_may_call_what_outlives_a_copy_and_a_restore(
    server: AdminAddress, found: str, tmp_path: Path
) -> None:
    before = superuser(server, found, SHAPE)
    superuser(server, "postgres", f"CREATE DATABASE ander TEMPLATE {found} OWNER {found}__owner")
    assert superuser(server, "ander", SHAPE) == before
    superuser(server, "postgres", "DROP DATABASE ander")
    with server.connect() as connection:
        programs = client_programs(connection.server_version // 10000)
    env = {"PGPASSWORD": server.password, "PATH": "/usr/bin:/bin", "LC_ALL": "C"}
    where = ["-h", server.host, "-p", str(server.port), "-U", server.superuser]
    dump = tmp_path / "dump"
    subprocess.run(
        [programs / "pg_dump", *where, "-Fc", "-f", dump, found], env=env, check=True, capture_output=True
    )
    superuser(server, "postgres", f"CREATE DATABASE ander TEMPLATE template0 OWNER {found}__owner")
    subprocess.run(
        [programs / "pg_restore", *where, "-e", "-d", "ander", dump], env=env, check=True, capture_output=True
    )
    assert superuser(server, "ander", SHAPE) == before


# Where no company can be made


@pytest.mark.parametrize(
    ("stage", "user", "told"),
    [
        ("CREATE DATABASE firma; CREATE TABLE x (y int)", "postgres", "not empty"),
        (
            "CREATE DATABASE firma TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'",
            "postgres",
            "Russian letters",
        ),
        (
            "CREATE DATABASE firma TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'",
            "postgres",
            "Russian letters",
        ),
        ("CREATE ROLE firma_ghost LOGIN", "postgres", "ghost"),
        ("CREATE ROLE firma__owner; CREATE DATABASE ander OWNER firma__owner", "postgres", "ander"),
        ("CREATE ROLE firma_simple LOGIN PASSWORD 'secret'", "firma_simple", "superuser|no access"),
    ],
)
def test_a_place_that_will_not_do_is_refused_with_the_way_out(
    server: AdminAddress,
    firma: str,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    stage: str,
    user: str,
    told: str,
) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    for statement in stage.split("; "):
        superuser(server, firma if "TABLE" in statement else "postgres", statement)
    dsn = address(server, firma, user, "secret" if user != "postgres" else "")
    status, out, err = run("server", "init", "--dsn", dsn, *COMPANY)
    assert (status, out) == (1, "")
    (line,) = err.splitlines()
    assert re.search(told, line)


@pytest.mark.parametrize(
    "name", ["Firma", "firma__x", "firma_", "f" * 31, "1x", "фирма", 'x"; DROP ROLE y; --']
)
def test_a_name_that_would_mix_up_companies_is_refused(
    server: AdminAddress, run: Run, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    from urllib.parse import quote

    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    status, _out, err = run("server", "init", "--dsn", address(server, quote(name)), *COMPANY)
    assert status == 1
    assert "Latin letters" in err


def test_a_server_that_is_not_there_or_lets_nobody_in_is_told_of_in_words(
    server: AdminAddress, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    for dsn in (
        address(server, "firma", password="wrong"),
        "postgresql://postgres:x@127.0.0.1:1/firma",
        address(server, "firma") + "?sslmode=require",
    ):
        for verb in (("server", "init", *COMPANY), ("server", "upgrade"), ("user", "list")):
            status, out, err = run(*verb, "--dsn", dsn)
            assert (status, out) == (1, "")
            assert len(err.splitlines()) == 1


def test_founding_that_was_broken_off_goes_on(
    server: AdminAddress, firma: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    init = ("server", "init", "--dsn", address(server, firma))
    assert run(*init, *COMPANY[:-1], "x" * 300)[0] == 1
    from altius_desktop.database.provisioning import create_company_database, create_login

    create_company_database(server, database=firma, prefix=firma)
    with server.connect() as connection:
        create_login(connection, prefix=firma, login="ivanov", password="half", groups=("director",))
    assert run(*init, *COMPANY)[0] == 0
    assert ask(server, f"{firma}_ivanov", PASSWORD, "SELECT name FROM company") == [("ООО «Проба»",)]


# Upgrade


def test_an_upgrade_waits_for_older_programs_saves_first_and_then_goes_through(
    server: AdminAddress, found: str, run: Run, tmp_path: Path
) -> None:
    upgrade = ("server", "upgrade", "--dsn", address(server, found), "--backup-dir", tmp_path / "saved")
    assert "up to date" in run(*upgrade)[1]
    engine = server.engine(found)
    with engine.begin() as connection:
        migrate(connection, "0007")
    engine.dispose()
    with closing(log_in(server, f"{found}_ivanov", PASSWORD)) as theirs, theirs.cursor() as cursor:
        cursor.execute("SET application_name = 'altius-desktop 0007'")
        status, out, err = run(*upgrade)
        assert (status, out) == (1, "")
        assert "Иванов Иван" in err
        assert superuser(server, found, "SELECT version_num FROM alembic_version") == [("0007",)]
    status, out, err = run(*upgrade)
    assert (status, err) == (0, "")
    assert superuser(server, found, "SELECT version_num FROM alembic_version") == [(SCHEMA_REVISION,)]
    (saved,) = (tmp_path / "saved").iterdir()
    assert str(saved) in out
    assert ask(server, f"{found}_admin", ADMIN_PASSWORD, "SELECT count(*) FROM list_accounts()") == [(2,)]


def test_a_database_of_another_kind_or_of_a_newer_program_is_not_upgraded(
    server: AdminAddress, found: str, run: Run
) -> None:
    assert run("server", "upgrade", "--dsn", address(server, "postgres"))[0] == 1
    superuser(server, found, "UPDATE alembic_version SET version_num = '9999'")
    status, _out, err = run("server", "upgrade", "--dsn", address(server, found))
    assert status == 1
    assert "newer version of the program" in err
