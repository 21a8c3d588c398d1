"""The embedded PostgreSQL under what happens to it on real PCs: several programs, kills, thefts, foreign folders."""

import os
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest

from altius_desktop.database import embedded, programs
from altius_desktop.database.admin import AdminAddress
from altius_desktop.database.embedded import EmbeddedServer, is_initialised
from altius_desktop.database.server_account import ServerAccount, choose_account, is_root
from altius_desktop.domain.errors import UserError

CHECKOUT = Path(embedded.__file__).parents[2]
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
FILES = ["cluster", "port", "server.log", "start.lock", "superuser.password", "use.lock"]
# Starts, tells the address, and leaves when its standard input ends.
PROGRAM = f"""
import sys
from pathlib import Path
from altius_desktop.database.embedded import EmbeddedServer, default_data_dir
from altius_desktop.domain.errors import UserError
data_dir = Path(sys.argv[1]) if len(sys.argv) > 1 else default_data_dir()
if len(sys.argv) > 2:
    open_file = open(sys.argv[2], "w")
programs_dir = Path(sys.argv[3]) if len(sys.argv) > 3 else None
try:
    with EmbeddedServer(data_dir, settings={HASTY!r}, programs_dir=programs_dir) as server:
        address = server.start()
        print(server.status().pid, address.port, address.password, data_dir, flush=True)
        sys.stdin.read()
except UserError as error:
    print("refused:", error, flush=True)
except KeyboardInterrupt:
    pass
"""
POSTGRES_15 = Path("/usr/lib/postgresql/15/bin")

pytestmark = pytest.mark.usefixtures("english")

only_root = pytest.mark.skipif(not is_root(), reason="only root's server runs under another account")


def nobody_can_run_this() -> bool:
    """Whether the user nobody reaches this Python, its packages and this checkout: not in root's home."""
    program = f"import sys; sys.path.insert(0, {str(CHECKOUT)!r}); import altius_desktop.assets, psycopg2"
    try:
        subprocess.run(
            [sys.executable, "-c", program], user="nobody", cwd="/", capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


as_nobody = pytest.mark.skipif(
    not is_root() or not nobody_can_run_this(),
    reason="needs root, and a checkout that the user nobody can read; else all runs as an ordinary user anyway",
)
only_linux = pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks into /proc")


class Program:
    """Another program on the same folder, in a process and a session of its own."""

    def __init__(
        self, *arguments: str, user: str | None = None, environment: dict[str, str] | None = None
    ) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd="/",
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT), **(environment or {})},
            start_new_session=True,
            user=user,
            group=None if user is None else "nogroup",
            extra_groups=None if user is None else [],
        )
        self.said = ""

    def listen(self) -> str:
        assert self.process.stdout is not None
        self.said = self.said or self.process.stdout.readline().strip()
        return self.said

    @property
    def pid_of_server(self) -> int:
        return int(self.listen().split()[0])

    @property
    def address(self) -> AdminAddress:
        _pid, port, password, _folder = self.listen().split()
        return AdminAddress("127.0.0.1", int(port), "postgres", password)

    def leave(self) -> None:
        self.process.communicate(timeout=60)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=60)


@pytest.fixture
def folder() -> Iterator[Path]:
    """An own folder that root's server account can enter; fails if a process of it is left running."""
    base = Path(tempfile.mkdtemp(prefix="altius-server-"))
    base.chmod(0o755)
    try:
        yield base
    finally:
        left = processes_naming(base)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not processes_naming(base))
        shutil.rmtree(base, ignore_errors=True)
        wait_until(lambda: not base.exists() or shutil.rmtree(base, ignore_errors=True))
    assert not left, "a server or a program was left running"


@pytest.fixture
def data_dir(folder: Path) -> Path:
    return folder / "data"


@pytest.fixture
def run_program(folder: Path) -> Iterator[Callable[..., Program]]:  # noqa: ARG001 - programs end before the folder goes
    started: list[Program] = []

    def run(*arguments: object, **how: object) -> Program:
        program = Program(*map(str, arguments), **how)  # type: ignore[arg-type]  # passed on as it is
        started.append(program)
        return program

    yield run
    for program in started:
        program.kill()


def processes_naming(folder: Path) -> list[int]:
    """Living processes (zombies have no command line) that were started with something below the folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (process / "cmdline").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue
    return found


def wait_until(condition: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def server_on(data_dir: Path) -> EmbeddedServer:
    return EmbeddedServer(data_dir, settings=HASTY)


def ask(address: AdminAddress, query: str) -> object:
    connection = psycopg2.connect(
        host=address.host,
        port=address.port,
        user=address.superuser,
        password=address.password,
        dbname="postgres",
    )
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def kill_server(data_dir: Path) -> None:
    pid = server_on(data_dir).status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def account_of(data_dir: Path) -> ServerAccount:
    return choose_account(data_dir / "cluster")


def test_the_first_start_makes_the_cluster_and_the_last_to_leave_stops_it(data_dir: Path) -> None:
    server = server_on(data_dir)
    assert not is_initialised(data_dir)
    assert not server.status().initialised
    assert not data_dir.exists(), "asking for the state must make nothing"
    address = server.start()
    assert is_initialised(data_dir)
    assert ask(address, "SELECT 1") == 1
    state = server.status()
    assert (state.running, state.in_use, state.port, state.version) == (
        True,
        True,
        address.port,
        programs.find_programs().version,
    )
    server.leave()
    state = server.status()
    assert (state.initialised, state.running, state.in_use, state.pid) == (True, False, False, None)
    server.leave()  # harmless
    with pytest.raises(psycopg2.OperationalError):
        ask(address, "SELECT 1")
    assert sorted(path.name for path in data_dir.iterdir()) == FILES


def test_a_second_program_attaches_and_the_server_stays_until_both_have_left(
    data_dir: Path, run_program: Callable[..., Program]
) -> None:
    with server_on(data_dir) as server:
        other = run_program(data_dir)
        assert other.pid_of_server == server.status().pid
        assert other.address == server.start()
    assert ask(other.address, "SELECT 1") == 1
    assert server.status().in_use
    other.leave()
    assert not server.status().running


def test_one_process_may_hold_a_folder_twice(data_dir: Path, run_program: Callable[..., Program]) -> None:
    first, second = server_on(data_dir), server_on(data_dir)
    address = first.start()
    assert second.start() == address
    second.leave()
    run_program(
        data_dir
    ).leave()  # had closing the second lock file dropped the lock, this one would stop the server
    assert ask(address, "SELECT 1") == 1
    first.leave()
    assert not first.status().running


def test_of_four_racing_programs_one_starts_the_server_and_all_use_it(
    data_dir: Path, run_program: Callable[..., Program]
) -> None:
    racers = [run_program(data_dir) for _ in range(4)]
    assert len({racer.pid_of_server for racer in racers}) == 1
    assert len({racer.address for racer in racers}) == 1
    assert "starting PostgreSQL" in (log := (data_dir / "server.log").read_text())
    assert log.count("starting PostgreSQL") == 1
    for racer in racers:
        assert server_on(data_dir).status().running
        racer.leave()
    assert not server_on(data_dir).status().running


def test_after_a_kill_of_the_program_the_server_goes_on_and_the_next_one_attaches(
    data_dir: Path, run_program: Callable[..., Program]
) -> None:
    program = run_program(data_dir)
    pid = program.pid_of_server
    program.kill()
    state = server_on(data_dir).status()
    assert (state.running, state.in_use, state.pid) == (True, False, pid)
    with server_on(data_dir) as server:
        assert server.status().pid == pid
        assert ask(server.start(), "SELECT 1") == 1
    assert not server.status().running


def test_after_a_kill_of_the_server_the_next_start_starts_it_again_with_its_data(data_dir: Path) -> None:
    with EmbeddedServer(data_dir, settings={"full_page_writes": "off"}) as server:
        address = server.start()
        ask(address, "CREATE TABLE kept AS SELECT 'Строй' AS word")
        old = server.status().pid
        kill_server(data_dir)
        again = server.start()
        assert server.status().pid != old
        assert ask(again, "SELECT word FROM kept") == "Строй"
    assert not server.status().running


def test_a_start_waits_for_what_a_killed_server_left_working(
    data_dir: Path, run_program: Callable[..., Program]
) -> None:
    with server_on(data_dir) as server:
        address = server.start()
        connection = psycopg2.connect(
            host=address.host,
            port=address.port,
            user="postgres",
            password=address.password,
            dbname="postgres",
        )
        backend = connection.info.backend_pid
        os.kill(backend, signal.SIGSTOP)  # it cannot notice that its postmaster is gone
        try:
            kill_server(data_dir)
            program = run_program(data_dir)
            wait_until(lambda: "pre-existing shared memory" in (data_dir / "server.log").read_text())
        finally:
            os.kill(backend, signal.SIGCONT)
            connection.close()
        assert ask(program.address, "SELECT 1") == 1
        assert server.start() == program.address
        program.leave()


@pytest.mark.long
def test_twenty_kills_of_the_server_in_a_row_are_survived(data_dir: Path) -> None:
    with server_on(data_dir) as server:
        for _ in range(20):
            kill_server(data_dir)
            assert ask(server.start(), "SELECT 1") == 1


@only_linux
def test_a_stale_pid_file_that_names_another_process_neither_stops_the_start_nor_harms_that_process(
    data_dir: Path,
) -> None:
    server = server_on(data_dir)
    server.start()
    account = account_of(data_dir)
    stranger = subprocess.Popen(["sleep", "300"], user=account.uid)
    try:
        kill_server(data_dir)
        pid_file = data_dir / "cluster" / "postmaster.pid"
        lines = pid_file.read_text().split("\n")
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]))
        assert not server.status().running
        assert ask(server.start(), "SELECT 1") == 1
        assert server.status().pid != stranger.pid

        kill_server(data_dir)
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]))
        server.leave()
        assert stranger.poll() is None, "stopping the server must not signal a stranger"
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.long
def test_a_program_killed_while_it_makes_the_cluster_leaves_the_way_open(
    data_dir: Path, run_program: Callable[..., Program]
) -> None:
    program = run_program(data_dir)
    wait_until(lambda: list(data_dir.glob("cluster.*/PG_VERSION")))
    program.kill()
    assert not is_initialised(data_dir)
    wait_until(lambda: not processes_naming(data_dir))  # initdb goes on by itself
    with server_on(data_dir) as server:
        assert ask(server.start(), "SELECT 1") == 1
    assert sorted(path.name for path in data_dir.iterdir()) == FILES


def test_a_port_taken_by_another_program_makes_the_server_use_the_next(data_dir: Path) -> None:
    with server_on(data_dir) as server:
        port = server.start().port
    with socket.create_server(("127.0.0.1", port)), server_on(data_dir) as server:
        assert server.start().port != port
        assert ask(server.start(), "SELECT 1") == 1


def test_cyrillic_words_have_trigrams_and_the_check_leaves_nothing_behind(data_dir: Path) -> None:
    with server_on(data_dir) as server:
        address = server.start()
        assert ask(address, "SELECT count(*) FROM pg_proc WHERE proname = 'show_trgm'") == 0
        assert ask(address, "SELECT string_agg(extname, ',') FROM pg_extension") == "plpgsql"
        ask(address, "CREATE EXTENSION pg_trgm")
        assert ask(address, "SELECT array_length(show_trgm('Строй'), 1)") == 6


def test_a_cluster_without_cyrillic_trigrams_is_refused_and_stopped(data_dir: Path) -> None:
    with server_on(data_dir) as server:
        server.start()
    shutil.rmtree(data_dir / "cluster")
    account = choose_account(data_dir)
    (data_dir / "cluster").mkdir(mode=0o700)
    account.own(data_dir / "cluster")
    initdb = programs.find_programs().program("initdb")
    shutil.copy(data_dir / "superuser.password", data_dir / "copy")
    account.own(data_dir / "copy")
    status, said = account.run(
        f"{initdb} -D {data_dir}/cluster --pwfile={data_dir}/copy -U postgres -E UTF8 --locale=C"
        " -A scram-sha-256 --no-sync".split()
    )
    assert status == 0, said
    with pytest.raises(UserError, match="trigrams"):
        server.start()
    assert not server.status().running
    assert not server.status().in_use


@pytest.mark.skipif(not POSTGRES_15.is_dir(), reason="Debian's postgresql-15 is not installed")
def test_the_oldest_supported_postgresql_serves_through_altius_pg_bin(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALTIUS_PG_BIN", str(POSTGRES_15))
    with server_on(data_dir) as server:
        address = server.start()
        assert server.status().version == 15
        ask(address, "CREATE EXTENSION pg_trgm")
        assert ask(address, "SELECT array_length(show_trgm('Строй'), 1)") == 6
    monkeypatch.delenv("ALTIUS_PG_BIN")
    with pytest.raises(UserError, match=f"15.*{programs.find_programs().version}"):
        server.start()


@pytest.mark.parametrize("wrong", ["/nowhere", "/usr/bin"])
def test_a_wrong_altius_pg_bin_is_named(data_dir: Path, monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("ALTIUS_PG_BIN", wrong)
    with pytest.raises(UserError, match=wrong):
        server_on(data_dir).start()
    assert not is_initialised(data_dir)


def test_nobody_enters_without_the_password(data_dir: Path) -> None:
    with server_on(data_dir) as server:
        address = server.start()
        for password in ("", "wrong", "postgres"):
            with pytest.raises(psycopg2.OperationalError, match="password"):
                ask(AdminAddress(address.host, address.port, address.superuser, password), "SELECT 1")
        assert (
            ask(address, "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'") == 0
        )
        assert ask(
            address, "SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid WHERE rolpassword IS NOT NULL"
        )
        secret = data_dir / "superuser.password"
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
        assert secret.stat().st_uid == os.geteuid()
        assert address.password not in repr(address)


@only_linux
def test_the_server_listens_on_loopback_only_and_on_no_socket_file(data_dir: Path) -> None:
    with server_on(data_dir) as server:
        address = server.start()
        places = []
        for table in ("/proc/net/tcp", "/proc/net/tcp6"):
            if Path(table).exists():
                rows = [line.split() for line in Path(table).read_text().splitlines()[1:]]
                places += [
                    row[1] for row in rows if row[3] == "0A" and row[1].endswith(f":{address.port:04X}")
                ]
        assert places == [f"0100007F:{address.port:04X}"]
        assert ask(address, "SHOW unix_socket_directories") == ""


@only_linux
def test_the_server_survives_ctrl_c_and_holds_no_file_of_the_program(
    folder: Path, data_dir: Path, run_program: Callable[..., Program]
) -> None:
    program = run_program(data_dir, folder / "open-file")
    with server_on(data_dir) as server:
        held = {str(handle.readlink()) for handle in Path(f"/proc/{program.pid_of_server}/fd").iterdir()}
        assert not held & {
            str(folder / "open-file"),
            str(data_dir / "start.lock"),
            str(data_dir / "use.lock"),
        }
        os.killpg(program.process.pid, signal.SIGINT)
        program.process.communicate(timeout=60)
        assert ask(server.start(), "SELECT 1") == 1
        assert server.status().pid == program.pid_of_server
        assert Path(f"/proc/{program.pid_of_server}/cwd").readlink() == data_dir / "cluster"


def test_the_users_own_postgresql_variables_have_no_say(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "PGOPTIONS": "-c search_path=nowhere -c nonsense=1",
        "PGSSLMODE": "require",
        "PGDATA": "/nowhere",
        "PGPORT": "1",
        "PGTARGETSESSIONATTRS": "standby",
        "LC_ALL": "nonsense",
    }.items():
        monkeypatch.setenv(name, value)
    with server_on(data_dir) as server:
        assert server.status().running


def test_a_server_that_does_not_start_tells_why_and_where_to_read_more(data_dir: Path) -> None:
    server = EmbeddedServer(data_dir, settings={**HASTY, "shared_buffers": "plenty"})
    with pytest.raises(UserError, match="plenty") as caught:
        server.start()
    assert str(data_dir / "server.log") in caught.value.hint
    assert "FATAL" not in caught.value.text
    assert not server.status().running
    assert not server.status().in_use


def test_settings_that_could_reach_a_shell_are_refused(data_dir: Path) -> None:
    with pytest.raises(ValueError, match="command line"):
        EmbeddedServer(data_dir, settings={"timezone": "UTC; rm"})


def test_a_folder_that_holds_something_else_is_refused_and_left_alone(data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "letter.txt").write_text("Dear Sir")
    with pytest.raises(UserError, match="does not hold a database"):
        server_on(data_dir).start()
    assert [path.name for path in data_dir.iterdir()] == ["letter.txt"]
    with pytest.raises(UserError, match="cannot be used"):
        server_on(data_dir / "letter.txt" / "deeper").start()


def test_a_folder_whose_name_a_shell_would_read_otherwise_is_refused(folder: Path) -> None:
    with pytest.raises(UserError, match="character"):
        server_on(folder / "$HOME").start()
    with server_on(folder / "Иванова's data (1)") as server:
        assert server.status().running


def test_a_cluster_of_another_version_and_a_broken_one_are_refused(data_dir: Path) -> None:
    with server_on(data_dir) as server:
        server.start()
    version = data_dir / "cluster" / "PG_VERSION"
    version.write_text("14\n")
    with pytest.raises(UserError, match=f"14.*{programs.find_programs().version}"):
        server.start()
    version.unlink()
    with pytest.raises(UserError, match="does not hold a database"):
        server.start()
    with pytest.raises(UserError, match="does not hold a database"):
        server.status()


def test_a_long_log_is_set_aside(data_dir: Path) -> None:
    with server_on(data_dir) as server:
        server.start()
    with (data_dir / "server.log").open("a") as log:
        log.write("x" * 5_000_001)
    with server_on(data_dir):
        assert (data_dir / "server.log").stat().st_size < 10_000
        assert (data_dir / "server.old.log").stat().st_size > 5_000_000


@only_root
@only_linux
def test_roots_server_runs_under_another_account_that_cannot_read_the_password(data_dir: Path) -> None:
    with server_on(data_dir) as server:
        account = account_of(data_dir)
        assert account.uid not in (0, None)
        assert Path(f"/proc/{server.status().pid}").stat().st_uid == account.uid
        assert (data_dir / "cluster").stat().st_uid == account.uid
        assert account.run(["/bin/cat", str(data_dir / "superuser.password")])[0] != 0


@only_root
def test_a_folder_on_the_way_that_the_servers_account_cannot_enter_is_named(folder: Path) -> None:
    (folder / "closed").mkdir(mode=0o700)
    (folder / "closed" / "open").mkdir()
    with pytest.raises(UserError, match=f"enter the folder {folder / 'closed'}"):
        server_on(folder / "closed" / "open" / "data").start()


@only_root
def test_roots_empty_private_folder_is_opened_just_enough(folder: Path) -> None:
    private = folder / "private"
    private.mkdir(mode=0o700)
    with server_on(private) as server:
        assert server.status().running
        assert stat.S_IMODE(private.stat().st_mode) == 0o711


@only_root
def test_programs_that_the_servers_account_cannot_read_are_copied_once(
    folder: Path, run_program: Callable[..., Program]
) -> None:
    package = programs.find_programs().bin_dir.parent.parent
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    for part in (package, package.parent / f"{package.name}.libs"):
        if part.is_dir():
            shutil.copytree(part, closed / part.name, symlinks=True)
    for path in closed.rglob("*"):  # as a strict umask would have left them
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & 0o700)
    environment = {"PYTHONPATH": f"{closed}{os.pathsep}{CHECKOUT}"}
    racers = [
        run_program(folder / name, folder / f"{name}.txt", folder / "copies", environment=environment)
        for name in ("data", "more")
    ]
    for racer in racers:
        assert ask(racer.address, "SELECT 1") == 1
        assert str(folder / "copies") in Path(f"/proc/{racer.pid_of_server}/cmdline").read_text()
    copies = sorted(path.name for path in (folder / "copies").iterdir())
    assert len(copies) == 2, copies  # the copy and its lock
    for racer in racers:
        racer.leave()


@as_nobody
def test_an_ordinary_user_has_a_server_of_his_own_that_root_can_share(
    folder: Path, run_program: Callable[..., Program]
) -> None:
    home = folder / "home"
    home.mkdir(mode=0o755)
    shutil.chown(home, "nobody", "nogroup")
    program = run_program(user="nobody", environment={"HOME": str(home)})
    assert ask(program.address, "SELECT 1") == 1
    data_dir = Path(program.said.split()[3])
    assert data_dir.is_relative_to(home)
    assert data_dir.stat().st_mode & 0o077 == 0
    with server_on(data_dir) as server:
        assert server.status().pid == program.pid_of_server
        program.leave()
        assert ask(server.start(), "SELECT 1") == 1
    again = run_program(user="nobody", environment={"HOME": str(home)})
    assert ask(again.address, "SELECT 1") == 1, "root left files that the user cannot open"
    again.leave()


@as_nobody
def test_a_database_that_root_makes_in_a_users_folder_is_the_users(
    data_dir: Path, run_program: Callable[..., Program]
) -> None:
    data_dir.mkdir(mode=0o700)
    shutil.chown(data_dir, "nobody", "nogroup")
    with server_on(data_dir) as server:
        assert Path(f"/proc/{server.status().pid}").owner() == "nobody"
    program = run_program(data_dir, user="nobody")
    assert ask(program.address, "SELECT 1") == 1
    program.leave()


@as_nobody
def test_another_users_database_is_refused_in_a_clear_sentence(
    data_dir: Path, run_program: Callable[..., Program]
) -> None:
    with server_on(data_dir) as server:
        server.start()
        said = run_program(data_dir, user="nobody").listen()
    assert said.startswith("refused:"), said
    assert str(data_dir) in said


def test_each_cluster_has_a_password_of_its_own(folder: Path) -> None:
    with server_on(folder / "one") as one, server_on(folder / "two") as two:
        assert one.start().password != two.start().password
        assert len(one.start().password) >= len(secrets.token_urlsafe(32))
