"""What the doctor finds: one disease at a time in a healthy company."""

import re
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from altius_desktop.database import doctor
from altius_desktop.database.backups.clients import Reach
from altius_desktop.database.connection import Credentials, ServerAddress
from altius_desktop.database.doctor import Check, examine
from altius_desktop.database.embedded import EmbeddedServer
from altius_desktop.database.programs import find_programs
from altius_desktop.database.provisioning import create_company_database, create_login
from altius_desktop.database.server_account import choose_account
from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import set_language
from altius_desktop.services.backups import last_backup
from altius_desktop.services.demo import DEMO_PASSWORD
from tests.conftest import HASTY, PREFIX, Office
from tests.db.desks import as_owner


@pytest.fixture(autouse=True)
def _english() -> None:
    set_language("en")


def checks(office: Office) -> dict[str, Check]:
    found = examine(Reach.of_administrator(office.admin, office.address.database))
    return {check.name: check for check in found}


def look(office: Office, name: str) -> Check:
    """One check alone: comparing the rights costs a server."""
    connection = Reach.of_administrator(office.admin, office.address.database).connect()
    try:
        with connection.cursor() as cursor:
            company = doctor._look(cursor)
            return doctor._run(name, dict(doctor._CHECKS)[name], company)
    finally:
        connection.close()


@contextmanager
def server_role(office: Office, name: str, *statements: str) -> Iterator[None]:
    """A role beside those of the company, gone at the end: roles outlive a test's database."""
    as_owner(office, f'CREATE ROLE "{name}"')
    try:
        for statement in statements:
            as_owner(office, statement)
        yield
    finally:
        as_owner(office, f'DROP OWNED BY "{name}"')
        as_owner(office, f'DROP ROLE "{name}"')


def test_a_company_just_made_is_healthy_but_for_the_backup_that_is_missing(office: Office) -> None:
    found = checks(office)
    assert {name: check.state for name, check in found.items() if check.state != "ok"} == {
        "backup": "warning"
    }
    assert set(found) == {
        *("server", "programs", "locale", "schema", "rights", "clock"),
        *("backup", "connections", "logins", "encryption"),
    }
    assert not any(re.search(r"[{}]", check.text) for check in found.values())


@pytest.mark.parametrize(
    ("disease", "told"),
    [
        ("GRANT DELETE ON activity TO {p}__employee", "+ table activity {p}__employee DELETE"),
        ("GRANT UPDATE (login) ON employee TO {p}__director", "+ column employee.login {p}__director UPDATE"),
        ("GRANT SELECT ON act TO {p}_scherbakova", "+ table act {p}_scherbakova SELECT"),
        ("REVOKE SELECT ON company FROM {p}__employee", "- table company {p}__employee SELECT"),
        ("GRANT CREATE ON SCHEMA public TO PUBLIC", "+ schema public PUBLIC CREATE"),
        ("GRANT TEMP ON DATABASE {d} TO PUBLIC", "+ database this one PUBLIC TEMPORARY"),
        (
            "ALTER TABLE activity DISABLE TRIGGER stamp",
            "+ trigger public.activity.stamp enabled D",
        ),
        (
            "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "+ function public.mine() PUBLIC EXECUTE",
        ),
        (
            "GRANT EXECUTE ON FUNCTION lo_import(text) TO {p}__employee",
            "+ function lo_import(text) {p}__employee EXECUTE",
        ),
        (
            "CREATE OR REPLACE FUNCTION office_today() RETURNS date LANGUAGE sql AS 'SELECT DATE ''2000-01-01'''",
            "- function public.office_today() belongs to {p}__owner",
        ),
        (
            "ALTER TABLE region ENABLE ROW LEVEL SECURITY",
            "+ table region belongs to {p}__owner, row security",
        ),
    ],
)
def test_rights_that_differ_are_a_fault_and_are_named(office: Office, disease: str, told: str) -> None:
    names = {"p": PREFIX, "d": office.address.database}
    as_owner(office, disease.format(**names))
    found = look(office, "rights")
    assert found.state == "fault"
    assert any(detail.startswith(told.format(**names)) for detail in found.details), found.details


@pytest.mark.parametrize(
    ("disease", "cure", "told"),
    [
        (
            "GRANT {p}__owner TO {p}_fomin",
            "REVOKE {p}__owner FROM {p}_fomin",
            "+ role {p}_fomin member of {p}__owner",
        ),
        (
            "GRANT pg_read_server_files TO {p}_fomin",
            "REVOKE pg_read_server_files FROM {p}_fomin",
            "+ role {p}_fomin member of pg_read_server_files",
        ),
        (
            "GRANT {p}__director TO {p}__employee",
            "REVOKE {p}__director FROM {p}__employee",
            "+ role {p}__employee member of {p}__director",
        ),
        (
            "ALTER ROLE {p}_fomin CREATEROLE",
            "ALTER ROLE {p}_fomin NOCREATEROLE",
            "+ role {p}_fomin has powers of the server",
        ),
        ("ALTER ROLE {p}__owner LOGIN", "ALTER ROLE {p}__owner NOLOGIN", "+ role {p}__owner LOGIN"),
    ],
)
def test_roles_with_more_power_than_they_should_have_are_a_fault(
    office: Office, disease: str, cure: str, told: str
) -> None:
    if "TO {p}__employee" in disease:  # a circle is refused by the server: take the way out first
        as_owner(office, f"REVOKE {PREFIX}__employee FROM {PREFIX}__director")
        cure = cure + "; GRANT {p}__employee TO {p}__director"
    as_owner(office, disease.format(p=PREFIX))
    try:
        found = look(office, "rights")
    finally:
        as_owner(office, cure.format(p=PREFIX))
    assert found.state == "fault"
    assert told.format(p=PREFIX) in found.details


def test_a_login_that_is_nobodys_is_a_fault(office: Office) -> None:
    assert look(office, "logins").state == "ok"
    connect = f"GRANT CONNECT ON DATABASE {office.address.database} TO mallory"
    with server_role(office, "mallory", "ALTER ROLE mallory LOGIN", connect):
        found = look(office, "logins")
        assert (found.state, "mallory" in found.text) == ("fault", True)
        as_owner(office, "ALTER ROLE mallory NOLOGIN")
        assert look(office, "logins").state == "ok"
    employee = f"GRANT {PREFIX}__employee TO {PREFIX}_ghost"
    with server_role(office, f"{PREFIX}_ghost", f"ALTER ROLE {PREFIX}_ghost LOGIN", employee):
        found = look(office, "logins")
        assert (found.state, f"{PREFIX}_ghost" in found.text) == ("fault", True)


def test_an_employee_who_left_and_can_still_log_in_is_a_warning(office: Office) -> None:
    as_owner(office, "UPDATE employee SET active = false WHERE login = 'fomin'")
    found = look(office, "logins")
    assert (found.state, "fomin" in found.text) == ("warning", True)


def note(office: Office, *, days: int, proved: bool) -> None:
    as_owner(
        office,
        "SELECT note_backup(now() - make_interval(days => %s), 'x.altius', 1000, %s)",
        *(days, proved),
    )


def test_the_age_of_the_last_good_backup_is_told_and_two_days_are_too_many(office: Office) -> None:
    assert look(office, "backup").text == "There is no backup yet."
    note(office, days=0, proved=False)
    assert (look(office, "backup").state, "never tried" in look(office, "backup").text) == ("warning", True)
    note(office, days=3, proved=True)
    assert look(office, "backup").state == "warning"
    assert "3 days old" in look(office, "backup").text
    note(office, days=1, proved=True)
    assert look(office, "backup").state == "ok"
    assert "1 day old" in look(office, "backup").text


@pytest.mark.parametrize("login", ["admin", "gromov"])
def test_administrator_and_director_see_the_last_good_backup(office: Office, login: str) -> None:
    database = office.database(login)
    try:
        with database.transaction() as session:
            assert last_backup(session) is None
        note(office, days=3, proved=True)
        note(office, days=0, proved=False)
        with database.transaction() as session:
            seen = last_backup(session)
        assert seen is not None
        assert (seen.proved, seen.age.days, seen.file_name, seen.size_bytes) == (True, 3, "x.altius", 1000)
    finally:
        database.close()


def test_nobody_puts_off_the_warning_with_a_backup_of_tomorrow(office: Office) -> None:
    note(office, days=-30, proved=True)
    assert as_owner(office, "SELECT made_at <= now() FROM backup") == [(True,)]


def test_a_schema_of_another_version_is_a_fault(office: Office) -> None:
    as_owner(office, "UPDATE alembic_version SET version_num = '0003'")
    assert look(office, "schema").state == "fault"
    assert "server upgrade" in look(office, "schema").text
    assert look(office, "rights").state == "warning"
    as_owner(office, "UPDATE alembic_version SET version_num = '9999'")
    assert "newer program" in look(office, "schema").text


def test_without_trigrams_the_search_is_ill(office: Office) -> None:
    as_owner(office, "DROP EXTENSION pg_trgm CASCADE")
    assert look(office, "locale").state == "fault"


def test_a_clock_that_is_off_is_a_warning(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert look(office, "clock").state == "ok"
    monkeypatch.setattr(doctor, "utc_now", lambda: datetime.now(UTC) - timedelta(minutes=7))
    found = look(office, "clock")
    assert (found.state, "7 min" in found.text) == ("warning", True)


def test_each_connection_is_one_less_that_is_free(office: Office) -> None:
    def free() -> int:
        (number,) = re.findall(r"\d+", look(office, "connections").text)
        return int(number)

    before = free()
    with office.connect("fomin"), office.connect("lapina"):
        assert free() == before - 2


def test_whoever_may_not_look_is_told_so_and_the_rest_is_done(office: Office) -> None:
    found = examine(Reach.of_login(office.address, Credentials("scherbakova", DEMO_PASSWORD)))
    assert {check.name for check in found if check.state != "ok"} == {"backup"}
    (backup,) = [check for check in found if check.name == "backup"]
    assert "may not look" in backup.text


def test_a_database_that_is_no_company_is_told_from_a_sick_one(office: Office) -> None:
    with pytest.raises(UserError, match="not a company"):
        examine(Reach.of_administrator(office.admin, "postgres"))


def own_address() -> str | None:
    """This computer's address on its network; None without one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            return None
        address: str = probe.getsockname()[0]
    return None if address.startswith("127.") else address


@pytest.mark.skipif(own_address() is None, reason="this computer has no network")
def test_a_connection_over_the_network_without_tls_is_a_fault() -> None:
    """A server that listens on the network as a careless administrator would set it up."""
    address = own_address()
    assert address is not None
    folder = Path(tempfile.mkdtemp(prefix="altius-open-"))
    folder.chmod(0o755)
    server = EmbeddedServer(folder / "server", settings=HASTY)
    try:
        admin = server.start()
        create_company_database(admin, database="altius", prefix="altius")
        with admin.connect() as connection:
            create_login(
                connection, prefix="altius", login="boss", password="longer than it", groups=["employee"]
            )
        server.leave()
        cluster = folder / "server" / "cluster"
        with (cluster / "pg_hba.conf").open("a") as rules:
            rules.write("host all all all scram-sha-256\n")
        account = choose_account(cluster)
        pg_ctl = str(find_programs().program("pg_ctl"))
        options = f"-c listen_addresses=* -c port={admin.port} -c unix_socket_directories="
        status, said = account.run(
            [pg_ctl, "start", "-w", "-D", str(cluster), "-l", str(cluster / "open.log"), "-o", options]
        )
        assert status == 0, said
        try:
            for host, state in ((address, "fault"), ("127.0.0.1", "ok")):
                found = examine(
                    Reach.of_login(
                        ServerAddress(host, admin.port, "altius"), Credentials("boss", "longer than it")
                    )
                )
                assert {check.name: check.state for check in found}["encryption"] == state
        finally:
            account.run([pg_ctl, "stop", "-w", "-m", "immediate", "-D", str(cluster)])
    finally:
        server.leave()
        shutil.rmtree(folder)
