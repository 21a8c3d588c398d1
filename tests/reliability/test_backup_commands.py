"""The verbs `backup`, `restore` and `doctor` as cron and administrators run them."""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from altius_desktop.database.admin import AdminAddress
from altius_desktop.database.connection import Credentials, Database, ServerAddress, open_connection
from altius_desktop.database.embedded import EmbeddedServer
from altius_desktop.domain.errors import UserError
from altius_desktop.services.demo import DEMO_PASSWORD
from tests.conftest import PREFIX, Office
from tests.db.desks import as_owner
from tests.reliability.backups import (
    command,
    dsn,
    dump_of,
    environment,
    keeper,
    only_linux,
    processes,
    run,
    wait_until,
)

pytestmark = pytest.mark.usefixtures("english")


def start_backup(office: Office, folder: Path, file: str) -> subprocess.Popen[str]:
    """The program itself, as cron runs it for the login keeper."""
    return subprocess.Popen(
        command("backup", folder / file, "--dsn", dsn(office, "keeper")),
        env=environment(folder, PGPASSWORD=DEMO_PASSWORD),
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


STAGES: dict[str, Callable[[Office, Path], object]] = {
    "while pg_dump works": lambda office, _folder: dump_of(office),
    "while the scratch cluster is made": lambda _office, folder: list((folder / "tmp").iterdir()),
    "while the scratch server runs": lambda _office, folder: list(
        (folder / "tmp").glob("*/server/cluster/postmaster.pid")
    ),
}


@only_linux
@pytest.mark.parametrize("stage", STAGES)
def test_a_killed_backup_leaves_no_server_no_scratch_cluster_and_no_half_file(
    company: Office, folder: Path, stage: str
) -> None:
    with keeper(company):
        program = start_backup(company, folder, "killed.altius")
        try:
            wait_until(lambda: STAGES[stage](company, folder) or program.poll() is not None)
            assert program.poll() is None, program.communicate()
            for pid in dump_of(company):
                os.kill(pid, signal.SIGSTOP)  # it cannot have ended before its parent
            program.kill()
            program.communicate()
            for pid in dump_of(company):
                os.kill(pid, signal.SIGCONT)
        finally:
            program.kill()
            program.communicate()
        wait_until(lambda: not list((folder / "tmp").iterdir()))
        wait_until(lambda: not dump_of(company))
        wait_until(lambda: not [line for _pid, line in processes() if str(folder / "tmp") in line])
        # Who sweeps up after a killed backup lives on for a moment.
        wait_until(lambda: sorted(path.name for path in folder.iterdir()) == ["other", "tmp"])
        # The login's sessions end with their process.
        wait_until(
            lambda: (
                as_owner(
                    company,
                    "SELECT count(*) FROM pg_stat_activity WHERE usename = %s AND datname = current_database()",
                    f"{PREFIX}_keeper",
                )
                == [(0,)]
            )
        )


@only_linux
def test_ctrl_c_and_sigterm_leave_nothing_behind_either(company: Office, folder: Path) -> None:
    with keeper(company):
        for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            program = start_backup(company, folder, "broken.altius")
            wait_until(lambda: list((folder / "tmp").iterdir()) or program.poll() is not None)  # noqa: B023 - at once
            program.send_signal(number)
            _said, complaint = program.communicate(timeout=60)
            assert program.returncode == status, complaint
            assert complaint == ""
            assert sorted(path.name for path in folder.iterdir()) == ["other", "tmp"]
            wait_until(lambda: not list((folder / "tmp").iterdir()))


def run_watched(folder: Path, *arguments: object, **more: str) -> tuple[str, set[str], dict[str, set[str]]]:
    """What it says, every command line that was seen meanwhile, and the environment of PostgreSQL's programs by name."""
    lines: set[str] = set()
    surroundings: dict[str, set[str]] = {}
    program = subprocess.Popen(
        command(*arguments),
        env=environment(folder, **more),
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while program.poll() is None:
        for pid, line in processes():
            lines.add(line)
            name = Path(line.split(" ")[0]).name
            if name in ("initdb", "pg_ctl", "pg_dump", "pg_restore", "postgres"):
                with suppress(OSError):
                    inside = Path(f"/proc/{pid}/environ").read_bytes().decode("utf-8", "replace")
                    # Other tests run programs of this name as well.
                    if str(folder) in inside or str(folder) in line:
                        surroundings.setdefault(name, set()).add(inside)
    said, complaint = program.communicate()
    assert (program.returncode, complaint) == (0, "")
    return said, lines, surroundings


@only_linux
def test_no_password_stands_in_the_list_of_processes(saved: Path, folder: Path, other: AdminAddress) -> None:
    """Each is told through the environment and handed on to the one program that needs it."""
    mine, admins, users, keepers = (f"Very-Secret-471{number}" for number in range(4))
    place = f"127.0.0.1:{other.port}/firma"
    as_admin = ("--dsn", f"postgresql://admin@{place}")
    with other.connect() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE ROLE chief SUPERUSER LOGIN PASSWORD %s", (mine,))
    runs = (
        (("restore", saved, "--dsn", f"postgresql://chief@{place}"), {"ALTIUS_ADMIN_PASSWORD": admins}, mine),
        (
            ("user", "add", "keeper", "--apart", "backup", *as_admin),
            {"ALTIUS_USER_PASSWORD": keepers},
            admins,
        ),
        (("user", "password", "scherbakova", *as_admin), {"ALTIUS_USER_PASSWORD": users}, admins),
        (("backup", folder / "quiet.altius", "--dsn", f"postgresql://keeper@{place}"), {}, keepers),
        (("restore", saved, "--data-dir", folder / "data"), {"ALTIUS_ADMIN_PASSWORD": admins}, mine),
    )
    names: set[str] = set()
    for arguments, given, password in runs:
        _said, lines, surroundings = run_watched(folder, *arguments, PGPASSWORD=password, **given)
        assert any(str(arguments[0]) in line and "altius_desktop" in line for line in lines)
        assert not [line for line in lines if "Very-Secret-" in line or other.password in line]
        names |= set(surroundings)
        for name, seen in surroundings.items():
            allowed = {password} if name in ("pg_dump", "pg_restore") else set()
            found = {
                secret for secret in (mine, admins, users, keepers) if any(secret in one for one in seen)
            }
            assert found <= allowed, (arguments, name)
    assert names == {"initdb", "pg_ctl", "pg_dump", "pg_restore", "postgres"}


def test_a_company_on_this_pc_is_saved_and_restored_from_the_command_line(saved: Path, folder: Path) -> None:
    """From the backup to the first login of the administrator, and what monitoring says of it."""
    data = folder / "data"
    checked = run(folder, "restore", "--check", saved)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "is good" in checked.stdout
    assert not data.exists()
    back = run(folder, "restore", saved, "--data-dir", data, ALTIUS_ADMIN_PASSWORD="long enough")
    assert (back.returncode, back.stderr) == (0, "")
    assert "The administrator admin can log in" in back.stdout
    assert f"user password scherbakova --data-dir {data}" in back.stdout
    assert "user password admin" not in back.stdout
    assert "user unlock scherbakova" in back.stdout

    again = run(folder, "restore", saved, "--data-dir", data)
    assert again.returncode == 1
    assert "already" in again.stderr
    made = run(folder, "backup", folder / "again.altius", "--data-dir", data)
    assert (made.returncode, made.stderr) == (0, "")
    doctor = run(folder, "doctor", "--json", "--data-dir", data)
    assert doctor.returncode == 0, doctor.stdout
    assert {check["name"]: check["state"] for check in json.loads(doctor.stdout)}["backup"] == "ok"

    with EmbeddedServer(data) as server:
        admin = server.start()
        address = ServerAddress(admin.host, admin.port, "altius", sslmode="disable")
        database = Database(address, Credentials("admin", "long enough"))
        database.check()
        database.close()
        with pytest.raises(UserError, match="wrong"):  # without a password the server tells no lock
            open_connection(address, Credentials("scherbakova", DEMO_PASSWORD))
        with admin.connect("altius") as connection, connection.cursor() as cursor:
            cursor.execute("GRANT DELETE ON activity TO altius__employee")
    ill = run(folder, "doctor", "--data-dir", data)
    assert ill.returncode == 1
    assert "FAULT" in ill.stdout
    assert "activity altius__employee DELETE" in ill.stdout


def test_a_company_on_a_shared_server_comes_back_and_is_saved_by_a_login_of_its_own(
    saved: Path, folder: Path, other: AdminAddress
) -> None:
    """What an administrator does after the loss of a server, from the command line alone."""
    place = f"127.0.0.1:{other.port}/firma"
    superuser = f"postgresql://postgres:{other.password}@{place}"
    back = run(folder, "restore", saved, "--dsn", superuser, ALTIUS_ADMIN_PASSWORD="long enough")
    assert (back.returncode, back.stderr) == (0, "")
    assert f'user unlock scherbakova --dsn "postgresql://admin@{place}"' in back.stdout
    assert other.password not in back.stdout

    admin = {"PGPASSWORD": "long enough"}
    as_admin = ("--dsn", f"postgresql://admin@{place}")
    keeper = run(
        folder,
        "user",
        "add",
        "keeper",
        "--apart",
        "backup",
        *as_admin,
        ALTIUS_USER_PASSWORD="hold the fort",
        **admin,
    )
    assert keeper.returncode == 0, keeper.stderr
    made = run(
        folder,
        "backup",
        folder / "x.altius",
        "--dsn",
        f"postgresql://keeper@{place}",
        PGPASSWORD="hold the fort",
    )
    assert (made.returncode, made.stderr) == (0, "")
    by_root = run(folder, "backup", folder / "y.altius", "--dsn", superuser)
    assert (by_root.returncode, by_root.stderr) == (0, "")
    for arguments, more in ((as_admin, admin), (("--dsn", superuser), {})):
        doctor = run(folder, "doctor", "--json", *arguments, **more)
        states = {check["name"]: check["state"] for check in json.loads(doctor.stdout)}
        assert set(states.values()) == {"ok"}, doctor.stdout
        assert doctor.returncode == 0
    for verb in ("password", "unlock"):
        done = run(
            folder, "user", verb, "scherbakova", *as_admin, ALTIUS_USER_PASSWORD="again and again", **admin
        )
        assert done.returncode == 0, done.stderr
    address = ServerAddress("127.0.0.1", other.port, "firma")
    open_connection(address, Credentials("scherbakova", "again and again")).close()


def test_a_bad_first_password_is_told_before_anything_is_done(saved: Path, folder: Path) -> None:
    back = run(folder, "restore", saved, "--data-dir", folder / "data", ALTIUS_ADMIN_PASSWORD="short")
    assert back.returncode == 1
    assert "shorter" in back.stderr
    assert not (folder / "data").exists()


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("backup", "x.altius"), 1, "which company"),
        (("backup",), 2, "FILE"),
        (("restore", "nowhere.altius", "--check"), 1, "cannot be read"),
        (("doctor", "--data-dir", "nowhere"), 1, "no company"),
        (("backup", "x.altius", "--dsn", "postgresql://x@127.0.0.1:1/altius"), 1, "does not answer"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_the_right_status(
    folder: Path, arguments: tuple[str, ...], status: int, told: str
) -> None:
    ended = run(folder, *arguments, PGPASSWORD="x")
    assert ended.returncode == status
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr
    assert status == 2 or ended.stderr.count("\n") == 1
