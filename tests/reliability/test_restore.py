"""The company that comes back: with its rows, its rights and its logins, or not at all."""

from pathlib import Path

import pytest

from altius_desktop.database.admin import AdminAddress
from altius_desktop.database.backups.archive import Archive
from altius_desktop.database.backups.clients import Reach, client_programs
from altius_desktop.database.backups.making import back_up
from altius_desktop.database.backups.restoring import prove, restore, unlock_administrator
from altius_desktop.database.embedded import EmbeddedServer
from altius_desktop.database.provisioning import create_login, ensure_roles
from altius_desktop.database.rights import expected_facts, facts_of
from altius_desktop.database.schema import SCHEMA_REVISION, migrate
from altius_desktop.domain.errors import UserError
from altius_desktop.services.demo import make_demo_company
from tests.conftest import HASTY, PREFIX, Office
from tests.db.desks import as_owner
from tests.reliability.backups import POSTGRES_15, databases, reach, rewritten, silent

pytestmark = pytest.mark.usefixtures("english")


def test_a_company_comes_back_row_for_row_with_the_rights_of_the_program(
    office: Office, folder: Path, other: AdminAddress
) -> None:
    as_owner(office, "UPDATE company SET name = 'Ёлки «и» палки'")
    seen: list[str] = []
    made = back_up(reach(office), folder / "company.altius", lambda text, *_: seen.append(text))
    assert made.proof.proved
    assert "Saving counterparty" in seen
    assert made.proof.manifest.company == "Ёлки «и» палки"
    assert made.proof.manifest.tables["counterparty"] > 0
    assert (folder / "company.altius").stat().st_mode & 0o077 == 0

    back = restore(folder / "company.altius", other, database="altius", prefix="altius", progress=silent)
    with other.connect("altius") as connection, connection.cursor() as cursor:
        version = connection.info.server_version // 10000
        expected = expected_facts("altius", version)
        assert expected is not None
        assert len(expected) > 200
        assert facts_of(cursor, "altius") == expected
        for table in made.proof.manifest.tables:
            query = f"SELECT md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM {table} AS t"
            if table == "backup":
                continue  # the note of this backup came after its snapshot
            cursor.execute(query)
            assert [cursor.fetchone()] == as_owner(office, query), table
        cursor.execute(
            """SELECT rolname FROM pg_authid WHERE rolname ~ '^altius_[a-z]'
               AND (rolcanlogin OR rolpassword IS NOT NULL)"""
        )
        assert cursor.fetchall() == []
        cursor.execute(
            """SELECT g.rolname FROM pg_auth_members AS m JOIN pg_roles AS g ON g.oid = m.roleid
               WHERE m.member = 'altius_scherbakova'::regrole ORDER BY 1"""
        )
        groups = [group for (group,) in cursor.fetchall()]
    with office.connect("gromov") as connection, connection.cursor() as cursor:
        cursor.execute(
            """SELECT g.rolname FROM pg_auth_members AS m JOIN pg_roles AS g ON g.oid = m.roleid
               WHERE m.member = 'altius_scherbakova'::regrole ORDER BY 1"""
        )
        assert groups == [group for (group,) in cursor.fetchall()]
    assert "scherbakova" in back.logins
    assert "admin" in back.logins


def test_a_backup_of_a_newer_program_is_refused(saved: Path, folder: Path, other: AdminAddress) -> None:
    newer = rewritten(saved, folder / "newer.altius", revision="9999", program="7.0")
    with pytest.raises(UserError, match=r"newer version.*7\.0"):
        restore(newer, other, database="altius", prefix="altius", progress=silent)
    assert not databases(other)


def test_a_row_that_is_missing_spoils_the_proof_and_the_restore(
    saved: Path, folder: Path, other: AdminAddress
) -> None:
    with Archive(saved) as archive:
        tables = dict(archive.manifest.tables)
    wrong = rewritten(saved, folder / "wrong.altius", tables={**tables, "region": tables["region"] + 1})
    with pytest.raises(UserError, match=f"region has {tables['region']} rows"):
        prove(wrong, silent)
    with pytest.raises(UserError, match="region"):
        restore(wrong, other, database="altius", prefix="altius", progress=silent)
    assert not databases(other)


def test_a_manifest_cannot_hand_out_roles_of_the_server(
    saved: Path, folder: Path, other: AdminAddress
) -> None:
    sly = rewritten(
        saved,
        folder / "sly.altius",
        roles=["mallory", "altius__sales"],
        logins=[
            {
                "login": "eve",
                "groups": ["owner", "accounts", "pg_execute_server_program"],
                "full_name": None,
                "locked": False,
            },
            {"login": 'x" superuser; --', "groups": [], "full_name": None, "locked": False},
        ],
    )
    assert restore(sly, other, database="altius", prefix="altius", progress=silent).logins == ("eve",)
    with other.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname !~ '^altius__|^pg_' ORDER BY 1")
        assert cursor.fetchall() == [("altius_eve",), ("postgres",)]
        cursor.execute("SELECT count(*) FROM pg_auth_members WHERE member = 'altius_eve'::regrole")
        assert cursor.fetchone() == (0,)


def test_a_company_is_not_restored_over_another(saved: Path, office: Office) -> None:
    before = as_owner(office, "SELECT count(*) FROM counterparty")
    with pytest.raises(UserError, match="not empty"):
        restore(saved, office.admin, database=office.address.database, prefix=PREFIX, progress=silent)
    with pytest.raises(UserError, match="knows the company altius already"):
        restore(saved, office.admin, database="second", prefix="second", progress=silent)
    with pytest.raises(UserError, match="belong to the database"):
        restore(saved, office.admin, database="second", prefix=PREFIX, progress=silent)
    with pytest.raises(UserError, match="cannot be the name"):
        restore(saved, office.admin, database="__x", prefix="__x", progress=silent)
    assert as_owner(office, "SELECT count(*) FROM counterparty") == before
    assert office.fetch("scherbakova", "SELECT 1") == [(1,)]


def test_a_company_comes_back_under_another_name(saved: Path, other: AdminAddress) -> None:
    restore(saved, other, database="firma", prefix="firma", progress=silent)
    with other.connect("firma") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT public.role_prefix()")
        assert cursor.fetchone() == ("firma",)
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'altius%'")
        assert cursor.fetchall() == []
        assert facts_of(cursor, "firma") == expected_facts("firma", connection.info.server_version // 10000)


def test_an_empty_database_that_is_there_is_used(saved: Path, other: AdminAddress) -> None:
    with other.connect() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE altius TEMPLATE template0")
    restore(saved, other, database="altius", prefix="altius", progress=silent)
    with other.connect("altius") as connection, connection.cursor() as cursor:
        assert facts_of(cursor, "altius") == expected_facts("altius", connection.info.server_version // 10000)


def test_an_older_backup_gets_the_schema_of_this_program(
    office: Office, folder: Path, other: AdminAddress
) -> None:
    engine = office.admin.engine(office.address.database)
    with engine.begin() as connection:
        migrate(connection, "0006")
    engine.dispose()
    made = back_up(reach(office), folder / "older.altius", silent)
    assert made.proof.manifest.revision == "0006"
    restore(made.file, other, database="altius", prefix="altius", progress=silent)
    with other.connect("altius") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT version_num FROM alembic_version")
        assert cursor.fetchone() == (SCHEMA_REVISION,)
        assert facts_of(cursor, "altius") == expected_facts("altius", connection.info.server_version // 10000)


@pytest.mark.skipif(not POSTGRES_15.is_dir(), reason="Debian's postgresql-15 is not installed")
def test_debians_postgresql_15_is_saved_with_its_own_programs_and_restored(
    folder: Path, other: AdminAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved from 15, restored into the embedded 18; the way back is refused."""
    monkeypatch.setenv("ALTIUS_PG_BIN", str(POSTGRES_15))
    with EmbeddedServer(folder / "fifteen", settings=HASTY) as server:
        old = server.start()
        make_demo_company(old, database="altius", prefix="altius", size="small")
        monkeypatch.delenv("ALTIUS_PG_BIN")
        assert client_programs(15) == POSTGRES_15
        made = back_up(Reach.of_administrator(old, "altius"), folder / "fifteen.altius", silent)
        assert made.proof.proved
        assert made.proof.manifest.server_major == 15
        restore(made.file, other, database="altius", prefix="altius", progress=silent)
        with other.connect("altius") as connection, connection.cursor() as cursor:
            major = connection.info.server_version // 10000
            assert facts_of(cursor, "altius") == expected_facts("altius", major)
        newer = back_up(Reach.of_administrator(other, "altius"), folder / "newer.altius", silent)
        assert newer.proof.manifest.server_major == major
        with old.connect() as connection, connection.cursor() as cursor:
            cursor.execute("DROP DATABASE altius WITH (FORCE)")
        with pytest.raises(UserError, match=f"made by PostgreSQL {major}, but the server is PostgreSQL 15"):
            restore(newer.file, old, database="altius", prefix="altius", progress=silent)
        restore(made.file, old, database="altius", prefix="altius", progress=silent)
        with old.connect("altius") as connection, connection.cursor() as cursor:
            assert facts_of(cursor, "altius") == expected_facts("altius", 15)


def test_a_role_that_outlived_its_company_is_locked_and_loses_what_it_was_given_later(
    saved: Path, other: AdminAddress
) -> None:
    with other.connect() as connection, connection.cursor() as cursor:
        ensure_roles(cursor, "altius")
        for login in ("fomin", "late"):
            create_login(
                connection, prefix="altius", login=login, password="longer than it", groups=("director",)
            )
    restore(saved, other, database="altius", prefix="altius", progress=silent)
    with other.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            """SELECT l.rolname, l.rolcanlogin, l.rolpassword, array_agg(DISTINCT g.rolname::text ORDER BY g.rolname::text)
               FROM pg_authid AS l JOIN pg_auth_members AS m ON m.member = l.oid JOIN pg_roles AS g ON g.oid = m.roleid
               WHERE l.rolname IN ('altius_fomin', 'altius_late') GROUP BY 1, 2, 3 ORDER BY 1"""
        )
        assert cursor.fetchall() == [
            ("altius_fomin", False, None, ["altius__supply"]),
            ("altius_late", False, None, ["altius__director"]),
        ]


@pytest.mark.parametrize("password", ["short", "admin"])
def test_a_bad_first_password_of_the_administrator_is_refused(
    saved: Path, other: AdminAddress, password: str
) -> None:
    restore(saved, other, database="altius", prefix="altius", progress=silent)
    with pytest.raises(UserError):
        unlock_administrator(other, prefix="altius", login="admin", password=password)
