"""The server's verbs of the command line, as scripts see them: what is printed where, and the exit status."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from altius_desktop.__main__ import main
from altius_desktop.database import access, embedded
from altius_desktop.database.access import EMBEDDED_DATABASE, from_dsn
from altius_desktop.database.embedded import EmbeddedServer
from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import set_language
from altius_desktop.services.demo import make_demo_company
from tests.conftest import HASTY, Cluster

DIRECTOR = ("--company", "ООО «Проба»", "--login", "ivanov", "--name", "Иванов Иван")


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(embedded, "SETTINGS", {**embedded.SETTINGS, **HASTY})
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in ("PGPASSWORD", "ALTIUS_DSN"):
        monkeypatch.delenv(name, raising=False)
    yield
    set_language("ru")


@pytest.fixture
def folder(cluster: Cluster, tmp_path: Path) -> Iterator[Path]:
    """Where an embedded server may lie: the server's account must reach it, which tmp_path does not allow."""
    place = cluster.data_dir.parent / tmp_path.name
    yield place
    assert not EmbeddedServer(place).status().running, "a server was left running"


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = main([*(str(item) for item in arguments), "--lang", "en"])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """The one line that a refused verb prints."""
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (1, "")
    (line,) = err.splitlines()
    assert "Traceback" not in line
    return line


def test_a_folder_without_a_company_is_said_to_be_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for verb in ("url", "run"):
        assert str(folder) in refused(capsys, "server", verb, "--data-dir", folder)
    assert not folder.exists()
    status, out, err = run(capsys, "server", "status", "--data-dir", folder)
    assert status == 1
    assert str(folder) in out + err


def test_a_company_is_founded_its_director_gets_in_and_it_is_not_founded_twice(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    init = ("server", "init", "--embedded", "--data-dir", folder, *DIRECTOR)
    monkeypatch.setenv("PGPASSWORD", "пароль с пробелом")
    status, out, err = run(capsys, *init)
    assert (status, err) == (0, "")
    assert str(folder) in out
    assert "already" in refused(capsys, *init)
    status, out, _err = run(capsys, "server", "status", "--data-dir", folder)
    assert status == 0
    assert "stopped" in out
    with EmbeddedServer(folder):
        status, out, _err = run(capsys, "server", "status", "--data-dir", folder)
        assert status == 0
        assert "running" in out
        assert "--as" in refused(capsys, "server", "url", "--data-dir", folder)
        status, out, _err = run(capsys, "server", "url", "--data-dir", folder, "--as", "ivanov")
        assert status == 0
        with psycopg2.connect(out.strip()) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.name, e.full_name, c.is_demo FROM company AS c, employee AS e WHERE e.id = current_employee_id()"
            )
            assert cursor.fetchall() == [("ООО «Проба»", "Иванов Иван", False)]
        connection.close()


@pytest.mark.parametrize(
    ("wrong", "password"),
    [
        ({"--login": "Иванов"}, "secret"),
        ({"--login": "Ivanov"}, "secret"),
        ({"--company": "  "}, "secret"),
        ({"--company": "ж" * 201}, "secret"),
        ({"--name": ""}, "secret"),
        ({}, ""),
    ],
)
def test_a_founding_that_was_refused_can_be_tried_again(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    wrong: dict[str, str],
    password: str,
) -> None:
    right = dict(zip(DIRECTOR[::2], DIRECTOR[1::2], strict=True))
    init = ("server", "init", "--embedded", "--data-dir", folder)
    monkeypatch.setenv("PGPASSWORD", password)
    monkeypatch.setattr(sys, "stdin", open("/dev/null", encoding="utf-8"))  # noqa: PTH123, SIM115 - closed with the test
    refused(capsys, *init, *(part for pair in {**right, **wrong}.items() for part in pair))
    sys.stdin.close()
    assert "server init" in refused(capsys, "server", "url", "--data-dir", folder, "--as", "ivanov")
    monkeypatch.setenv("PGPASSWORD", "secret")
    assert run(capsys, *init, *DIRECTOR)[0] == 0


def test_the_address_of_a_demo_is_that_of_its_director_or_of_whoever_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with EmbeddedServer(folder) as server:
        make_demo_company(server.start(), database=EMBEDDED_DATABASE, prefix=EMBEDDED_DATABASE, size="small")
        for arguments, user in (((), "gromov"), (("--as", "lapina"), "lapina")):
            status, out, _err = run(capsys, "server", "url", "--data-dir", folder, *arguments)
            assert status == 0
            (url,) = out.splitlines()
            assert urlsplit(url).hostname == "127.0.0.1"
            connection = psycopg2.connect(url)
            with connection.cursor() as cursor:
                cursor.execute("SELECT session_user")
                assert cursor.fetchone() == (f"altius_{user}",)
            connection.close()


@pytest.mark.parametrize(
    "arguments",
    [
        ["server"],
        ["server", "init", "--embedded"],
        ["server", "init", "--company", "x", "--login", "y", "--name", "z"],
        ["server", "nonsense"],
        ["nonsense"],
        ["--lang", "de"],
        ["server", "status", "--dsn", "x"],
        ["import", "counterparties"],
    ],
)
def test_wrong_usage_ends_with_status_two(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_the_version_is_told_by_the_installed_program() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "altius_desktop", "--version"], capture_output=True, text=True, check=True
    )
    assert told.stdout.startswith("Altius Desktop ")


def ask(_login: str) -> str:
    return "asked"


@pytest.mark.parametrize(
    ("dsn", "login", "expected"),
    [
        ("postgresql://altius_fomin:p@server/altius", None, ("server", 5432, "altius", "fomin", "p")),
        ("postgresql://fomin@server:5433/firm", None, ("server", 5433, "firm", "fomin", "asked")),
        ("host=server dbname=firm user=firm_fomin", None, ("server", 5432, "firm", "fomin", "asked")),
        ("postgresql://a:p@server/altius", "lapina", ("server", 5432, "altius", "lapina", "p")),
        ("postgresql://x@server", None, ("server", 5432, "altius", "x", "asked")),
        ("postgresql://x:%D0%BF@server", None, ("server", 5432, "altius", "x", "п")),
    ],
)
def test_an_address_may_name_the_role_or_the_login(
    dsn: str, login: str | None, expected: tuple[str, int, str, str, str]
) -> None:
    found = from_dsn(dsn, login=login, ask_password=ask)
    address, credentials = found.address, found.credentials
    assert (
        address.host,
        address.port,
        address.database,
        credentials.login,
        credentials.password,
    ) == expected
    assert "asked" not in repr(found)


@pytest.mark.parametrize(
    "dsn",
    [
        "nonsense",
        "postgresql://server/altius",
        "postgresql://x@server:99999/altius",
        "postgresql://x@server:0/altius",
        "postgresql://x@server:port/altius",
        "postgresql://x@server/altius?nonsense=1",
        "\ud83d",
    ],
)
def test_an_address_that_cannot_be_read_is_told_of_in_words(dsn: str) -> None:
    with pytest.raises(UserError):
        from_dsn(dsn, login=None, ask_password=ask)


def test_a_server_whose_founding_was_broken_off_holds_no_company(cluster: Cluster) -> None:
    with cluster.admin.connect() as connection, connection.cursor() as cursor:
        assert not access.has_company(cluster.admin)
        cursor.execute(f"CREATE DATABASE {EMBEDDED_DATABASE}")
        try:
            assert not access.has_company(cluster.admin)
        finally:
            cursor.execute(f"DROP DATABASE {EMBEDDED_DATABASE}")
