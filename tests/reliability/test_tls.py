"""The way to a shared server is encrypted and the server proves who it is; the embedded one has no TLS."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from altius_desktop.database.admin import AdminAddress
from altius_desktop.database.connection import Credentials, Database, ServerAddress, open_connection
from altius_desktop.database.embedded import EmbeddedServer
from altius_desktop.database.programs import find_programs
from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import set_language
from altius_desktop.services.founding import found_company
from tests.conftest import HASTY

POSTGRES_15 = Path("/usr/lib/postgresql/15/bin")
PASSWORD = "Пароль директора 1"

pytestmark = [
    pytest.mark.skipif(not POSTGRES_15.is_dir(), reason="Debian's PostgreSQL 15 is not installed"),
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates"),
]


@dataclass(frozen=True)
class Certified:
    """A server whose certificate says `localhost`, and the authorities: its own and a stranger's."""

    admin: AdminAddress
    authority: Path
    stranger: Path

    def address(self, *, host: str = "localhost", authority: Path | None = None) -> ServerAddress:
        return ServerAddress(
            host,
            self.admin.port,
            "firma",
            sslmode="verify-full",
            sslrootcert=str(authority or self.authority),
        )


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(("openssl", *arguments), cwd=folder, check=True, capture_output=True)


def make_authority(folder: Path, name: str) -> Path:
    new = ("req", "-x509", "-new", "-nodes", "-newkey", "rsa:2048", "-days", "2", "-subj", f"/CN={name}")
    openssl(folder, *new, "-keyout", f"{name}.key", "-out", f"{name}.crt")
    return folder / f"{name}.crt"


@pytest.fixture(scope="module")
def certified() -> Iterator[Certified]:
    folder = Path(tempfile.mkdtemp(prefix="altius-test-"))
    folder.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALTIUS_PG_BIN", str(POSTGRES_15))
        programs = find_programs()
    running = EmbeddedServer(folder / "server", settings=HASTY, programs=programs)
    try:
        admin = running.start()
        authority, stranger = make_authority(folder, "firma"), make_authority(folder, "stranger")
        (folder / "names").write_text("subjectAltName=DNS:localhost")
        request = ("req", "-new", "-nodes", "-newkey", "rsa:2048", "-subj", "/CN=localhost")
        openssl(folder, *request, "-keyout", "server.key", "-out", "server.csr")
        sign = ("x509", "-req", "-in", "server.csr", "-CA", "firma.crt", "-CAkey", "firma.key", "-days", "2")
        openssl(folder, *sign, "-CAcreateserial", "-extfile", "names", "-out", "server.crt")
        owner = (folder / "server" / "cluster").stat()
        if os.geteuid() == 0:
            os.chown(folder / "server.key", owner.st_uid, owner.st_gid)
        (folder / "server.key").chmod(0o600)
        with admin.connect() as connection, connection.cursor() as cursor:
            for name, value in (
                ("ssl_cert_file", folder / "server.crt"),
                ("ssl_key_file", folder / "server.key"),
                ("ssl", "on"),
            ):
                cursor.execute(f"ALTER SYSTEM SET {name} = %s", (str(value),))
            cursor.execute("SELECT pg_reload_conf()")
        found_company(
            admin,
            company="ООО «Ромашка»",
            login="gromov",
            full_name="Громов Андрей",
            password=PASSWORD,
            database="firma",
        )
        yield Certified(admin, authority, stranger)
    finally:
        running.leave()
        shutil.rmtree(folder)


def test_the_workplace_reaches_a_server_that_proves_its_name_over_an_encrypted_line(
    certified: Certified,
) -> None:
    database = Database(certified.address(), Credentials("gromov", PASSWORD))
    try:
        database.check()
    finally:
        database.close()
    with (
        closing(open_connection(certified.address(), Credentials("gromov", PASSWORD))) as line,
        line.cursor() as cursor,
    ):
        cursor.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        assert cursor.fetchone() == (True,)


def test_a_server_that_cannot_prove_itself_is_refused_before_the_password_is_sent(
    certified: Certified,
) -> None:
    set_language("en")
    for address, said in (
        (certified.address(authority=certified.stranger), "cannot prove that it is the company's server"),
        (certified.address(host="127.0.0.1"), "made out to another name"),
        (certified.address(authority=certified.authority.with_name("nowhere.crt")), "cannot be read"),
    ):
        with pytest.raises(UserError, match=said) as refused:
            open_connection(address, Credentials("gromov", PASSWORD))
        assert PASSWORD not in str(refused.value)
