"""Making backups under what happens to them: damage, full disks, kills, lost servers."""

import hashlib
import json
import os
import resource
import signal
import sys
import zipfile
from pathlib import Path

import psycopg2
import pytest

from altius_desktop.database.admin import AdminAddress
from altius_desktop.database.backups.archive import DUMP, MANIFEST, Archive
from altius_desktop.database.backups.clients import Reach, client_programs
from altius_desktop.database.backups.making import back_up, before_upgrade
from altius_desktop.database.backups.restoring import prove, restore
from altius_desktop.database.backups.scratch import swept_if_killed
from altius_desktop.database.connection import Credentials
from altius_desktop.domain.errors import UserError
from altius_desktop.services.demo import DEMO_PASSWORD
from tests.conftest import PREFIX, Office
from tests.db.desks import as_owner
from tests.reliability.backups import (
    databases,
    dump_of,
    keeper,
    only_linux,
    reach,
    rewritten,
    silent,
)

pytestmark = pytest.mark.usefixtures("english")


def test_the_company_knows_of_its_backup(office: Office, folder: Path) -> None:
    back_up(reach(office), folder / "monday.altius", silent)
    ((name, size, proved, fresh),) = as_owner(
        office, "SELECT file_name, size_bytes, proved, now() - made_at < interval '2 min' FROM backup"
    )
    assert (name, size, proved, fresh) == (
        "monday.altius",
        (folder / "monday.altius").stat().st_size,
        True,
        True,
    )


def test_a_login_of_the_group_backup_saves_everything_and_sees_to_it_that_it_is_noted(
    office: Office, folder: Path
) -> None:
    with keeper(office):
        made = back_up(
            Reach.of_login(office.address, Credentials("keeper", DEMO_PASSWORD)),
            folder / "by-login.altius",
            silent,
        )
    assert made.proof.proved
    assert as_owner(office, "SELECT file_name, noted_by FROM backup") == [
        ("by-login.altius", f"{PREFIX}_keeper")
    ]


@pytest.mark.parametrize("login", ["scherbakova", "gromov", "admin"])
def test_others_make_no_backups_and_note_none(office: Office, folder: Path, login: str) -> None:
    with pytest.raises(UserError, match="may not make backups"):
        back_up(
            Reach.of_login(office.address, Credentials(login, DEMO_PASSWORD)), folder / "mine.altius", silent
        )
    assert [path.name for path in folder.iterdir()] == ["tmp"]
    with office.connect(login) as connection, connection.cursor() as cursor:
        for statement in (
            "SELECT note_backup(now(), 'x', 1, true)",
            "INSERT INTO backup (made_at, file_name, size_bytes, proved, noted_by) VALUES (now(), 'x', 1, true, 'x')",
        ):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(statement)


def test_every_table_of_the_dump_is_counted_in_the_same_snapshot(office: Office, folder: Path) -> None:
    """Somebody works while the backup is made: counts and dump agree all the same, or it would not be proved."""
    grown = False

    def work(text: str, _done: int, _total: int) -> None:
        nonlocal grown
        # The snapshot is taken, pg_dump has not begun.
        if text.startswith("Counting"):
            grown = True
            as_owner(office, "INSERT INTO region (id, name) VALUES (gen_random_uuid(), 'Новый край')")

    before = as_owner(office, "SELECT count(*) FROM region")[0][0]
    made = back_up(reach(office), folder / "busy.altius", work)
    assert grown
    assert made.proof.proved
    assert made.proof.manifest.tables["region"] == before


def test_a_truncated_file_is_reported_bad(saved: Path, folder: Path, other: AdminAddress) -> None:
    whole = saved.read_bytes()
    for length in (0, 10, 45, len(whole) // 2, len(whole) - 100, len(whole) - 1):
        cut = folder / "cut.altius"
        cut.write_bytes(whole[:length])
        with pytest.raises(UserError, match=r"damaged|no backup"):
            prove(cut, silent)
        with pytest.raises(UserError, match=r"damaged|no backup"):
            restore(cut, other, database="altius", prefix="altius", progress=silent)
    assert not databases(other)


def test_a_flipped_byte_is_reported_bad_or_changes_nothing(saved: Path, folder: Path) -> None:
    whole = saved.read_bytes()
    good = Archive(saved)
    manifest = good.manifest
    with good, good.dump() as dump:
        content = hashlib.sha256(dump.read()).digest()
    places = [
        *range(0, 60),  # the head of the zip
        *range(60, len(whole), len(whole) // 200),
        *range(len(whole) - 600, len(whole)),  # the end of the manifest and the directory of the zip
    ]
    reported = 0
    for place in places:
        spoilt = folder / "spoilt.altius"
        spoilt.write_bytes(whole[:place] + bytes([whole[place] ^ 0x20]) + whole[place + 1 :])
        try:
            with Archive(spoilt) as archive, archive.dump() as dump:
                assert archive.manifest == manifest
                assert hashlib.sha256(dump.read()).digest() == content
        except UserError as error:
            assert "damaged" in str(error) or "no backup" in str(error)
            reported += 1
    assert reported > len(places) * 0.8


def test_a_foreign_file_is_no_backup(folder: Path) -> None:
    foreign = folder / "foreign.zip"
    with zipfile.ZipFile(foreign, "w") as made:
        made.writestr("letter.txt", "Dear Sir")
    for content in (foreign.read_bytes(), b"", b"PGDMP" + b"\0" * 100, b"\xff" * 1000):
        foreign.write_bytes(content)
        with pytest.raises(UserError, match="no backup"):
            prove(foreign, silent)
    with pytest.raises(UserError, match="cannot be read"):
        prove(folder / "nowhere.altius", silent)
    with pytest.raises(UserError, match="cannot be read"):
        prove(folder, silent)
    # A zip with our names and somebody else's content.
    with zipfile.ZipFile(foreign, "w") as made:
        made.writestr(DUMP, b"PGDMP")
        made.writestr(MANIFEST, json.dumps({"form": 1, "company": "x"}))
    with pytest.raises(UserError, match="damaged"):
        prove(foreign, silent)


def test_a_dump_that_is_not_the_manifests_is_reported_bad(saved: Path, folder: Path) -> None:
    with pytest.raises(UserError, match="damaged"):
        prove(rewritten(saved, folder / "shorter.altius", dump_end=-1), silent)
    with pytest.raises(UserError, match="damaged"):
        prove(rewritten(saved, folder / "other.altius", dump_sha256="0" * 64), silent)


def test_rows_that_row_security_hides_from_everybody_are_saved_too(office: Office, folder: Path) -> None:
    for statement in (
        "CREATE TABLE hidden (x int)",
        "INSERT INTO hidden VALUES (1), (2)",
        f"ALTER TABLE hidden OWNER TO {PREFIX}__owner",
        "ALTER TABLE hidden ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE hidden FORCE ROW LEVEL SECURITY",
    ):
        as_owner(office, statement)
    with keeper(office):
        login = Reach.of_login(office.address, Credentials("keeper", DEMO_PASSWORD))
        made = back_up(login, folder / "hidden.altius", silent)
    assert made.proof.proved
    assert made.proof.manifest.tables["hidden"] == 2


def test_a_file_that_is_no_backup_is_never_replaced_and_an_old_backup_is(
    office: Office, saved: Path, folder: Path
) -> None:
    letter = folder / "letter.txt"
    letter.write_text("Dear Sir")
    with pytest.raises(UserError, match="is no backup; it stays"):
        back_up(reach(office), letter, silent)
    assert letter.read_text() == "Dear Sir"
    old = folder / "old.altius"
    old.write_bytes(saved.read_bytes()[:1000])
    assert back_up(reach(office), old, silent).proof.proved
    prove(old, silent)
    with pytest.raises(UserError, match="no folder"):
        back_up(reach(office), folder / "nowhere" / "x.altius", silent)


def test_an_upgrade_begins_with_a_backup(office: Office, folder: Path) -> None:
    made = before_upgrade(
        office.admin, database=office.address.database, folder=folder / "kept", progress=silent
    )
    assert made.file.parent == folder / "kept"
    assert made.file.name.startswith(f"{office.address.database}-00")
    assert made.proof.proved


def test_a_database_that_is_no_company_is_not_saved(office: Office, folder: Path) -> None:
    with pytest.raises(UserError, match="not a company"):
        back_up(Reach.of_administrator(office.admin, "postgres"), folder / "x.altius", silent)


def test_a_full_disk_is_told_and_leaves_no_half_file(office: Office, folder: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(UserError, match="cannot be written"):
            back_up(reach(office), folder / "full.altius", silent)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [path.name for path in folder.iterdir()] == ["tmp"]
    assert as_owner(office, "SELECT count(*) FROM backup") == [(0,)]


@only_linux
def test_a_killed_pg_dump_is_told_and_leaves_no_half_file(office: Office, folder: Path) -> None:
    def kill(text: str, _done: int, _total: int) -> None:
        if text.startswith("Saving"):
            for pid in dump_of(office):
                os.kill(pid, signal.SIGKILL)

    with pytest.raises(UserError, match="ended from outside"):
        back_up(reach(office), folder / "killed.altius", kill)
    assert [path.name for path in folder.iterdir()] == ["tmp"]


def test_a_lost_server_is_told_and_leaves_no_half_file(office: Office, folder: Path) -> None:
    def cut(text: str, _done: int, _total: int) -> None:
        if text.startswith("Saving"):
            as_owner(
                office,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pg_dump'"
                " AND datname = current_database()",
            )

    with pytest.raises(UserError, match="connection to the server broke"):
        back_up(reach(office), folder / "lost.altius", cut)
    assert [path.name for path in folder.iterdir()] == ["tmp"]


def test_missing_programs_are_named_with_the_package_to_install() -> None:
    with pytest.raises(UserError, match="postgresql-client-99"):
        client_programs(99)


def test_a_backup_of_a_server_newer_than_any_program_here_is_kept_but_not_called_proved(
    saved: Path, folder: Path
) -> None:
    proof = prove(rewritten(saved, folder / "future.altius", server_major=99), silent)
    assert not proof.proved
    assert "PostgreSQL 99" in proof.why_not


@pytest.mark.skipif(sys.platform == "win32", reason="nobody sweeps up there")
def test_what_a_program_of_ours_still_writes_as_it_ends_is_swept_up(tmp_path: Path) -> None:
    folder = tmp_path / "scratch"
    with swept_if_killed(folder):
        folder.mkdir()
        (folder / "late").touch()
    assert not folder.exists()
