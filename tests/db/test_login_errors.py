"""Why nobody gets in, told in words: a server that cannot prove itself, one that starts, another version."""

import socket
import ssl
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from altius_desktop.database.connection import ServerAddress
from altius_desktop.database.shared_server import administrator_transactions
from altius_desktop.domain.errors import ConnectionLost, LoginRefused, UserError
from altius_desktop.i18n import _
from tests.conftest import PREFIX, Office
from tests.db.desks import as_owner
from tests.db.refusals import refusal


@contextmanager
def peer(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """Somebody who listens and answers each caller in his own way; his port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)

        def serve() -> None:
            while True:
                try:
                    caller, _address = listening.accept()
                except OSError:
                    return
                with caller:
                    caller.settimeout(10)
                    try:
                        answer(caller)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def make_certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate for this name that nobody signed but itself, and its key."""
    certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
    request = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={name}".split()
    subprocess.run(
        ["openssl", *request, "-keyout", key, "-out", certificate], check=True, capture_output=True
    )
    return certificate, key


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"), "crm-srv01")


def speaking_tls(certificate: tuple[Path, Path]) -> Callable[[socket.socket], None]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    def answer(caller: socket.socket) -> None:
        caller.recv(8)
        caller.sendall(b"S")
        with context.wrap_socket(caller, server_side=True) as safe:
            assert safe.recv(1) == b"", "nothing is said to a server that has not proved itself"

    return answer


def test_a_server_with_a_certificate_of_its_own_making_is_not_trusted(
    certificate: tuple[Path, Path], tmp_path: Path
) -> None:
    other, _key = make_certificate(tmp_path, "other")
    with peer(speaking_tls(certificate)) as port:
        address = ServerAddress("127.0.0.1", port, sslmode="verify-full", sslrootcert=str(other))
        told = refusal(address)
        wrong_name = refusal(replace(address, sslrootcert=str(certificate[0])))
        missing = refusal(replace(address, sslrootcert=str(tmp_path / "none.crt")))
    server = f"127.0.0.1:{port}"
    assert told.text == _("The server {server} cannot prove that it is the company's server.").format(
        server=server
    )
    assert wrong_name.text == _("The certificate of the server {server} is made out to another name.").format(
        server=server
    )
    assert missing.text == _("The certificate file for the server {server} cannot be read.").format(
        server=server
    )
    assert all(error.hint and not isinstance(error, ConnectionLost) for error in (told, wrong_name, missing))


def test_a_server_without_encryption_is_not_entered_where_it_is_demanded(office: Office) -> None:
    told = refusal(replace(office.address, sslmode="require"))
    assert told.text == _("The server {server} does not encrypt the connection.").format(
        server=office.address.title
    )


@pytest.mark.parametrize("state", ["starting up", "shutting down"])
def test_a_server_that_starts_or_stops_is_to_be_tried_again(state: str) -> None:
    fields = {"S": "FATAL", "V": "FATAL", "C": "57P03", "M": f"the database system is {state}"}
    body = b"".join(key.encode() + value.encode() + b"\0" for key, value in fields.items()) + b"\0"

    def answer(caller: socket.socket) -> None:
        caller.recv(1000)
        caller.sendall(b"E" + struct.pack("!i", len(body) + 4) + body)

    with peer(answer) as port:
        told = refusal(ServerAddress("127.0.0.1", port, sslmode="disable"))
    assert isinstance(told, ConnectionLost)
    assert told.text == _("The server {server} is just starting or stopping.").format(
        server=f"127.0.0.1:{port}"
    )


def test_refused_locked_and_missing_are_three_answers_of_a_real_server(office: Office) -> None:
    wrong = refusal(office.address, password="wrong")
    assert isinstance(wrong, LoginRefused)
    as_owner(office, f"ALTER ROLE {PREFIX}_vlasova NOLOGIN")
    try:
        locked = refusal(office.address, "vlasova")
    finally:
        as_owner(office, f"ALTER ROLE {PREFIX}_vlasova LOGIN")
    missing = refusal(replace(office.address, database="nowhere", prefix=PREFIX))
    assert len({wrong.text, locked.text, missing.text}) == 3
    assert not isinstance(locked, LoginRefused) and not isinstance(missing, LoginRefused)


def test_an_older_and_a_newer_company_each_say_what_to_do(office: Office) -> None:
    as_owner(office, "UPDATE alembic_version SET version_num = '0001'")
    older = refusal(office.address)
    as_owner(office, "UPDATE alembic_version SET version_num = '9999'")
    newer = refusal(office.address)
    as_owner(office, "UPDATE alembic_version SET version_num = 'abc'")
    strange = refusal(office.address)
    assert len({error.text for error in (older, newer, strange)}) == 3
    assert older.hint and newer.hint and strange.hint


def test_an_administrator_who_waits_in_vain_for_a_row_is_not_said_to_be_refused(office: Office) -> None:
    transaction = administrator_transactions(office.admin, office.address.database)
    with office.admin.connect(office.address.database) as connection, connection.cursor() as cursor:
        cursor.execute("BEGIN; LOCK TABLE employee")
        with pytest.raises(UserError) as told, transaction() as session:
            session.execute(sa.text("SET LOCAL lock_timeout = '100ms'"))
            session.execute(sa.text("UPDATE employee SET position = position"))
    assert told.value.text == _("A colleague is saving the same row right now.")
    wrong = administrator_transactions(replace(office.admin, password="wrong"), office.address.database)
    with pytest.raises(LoginRefused), wrong() as session:
        session.execute(sa.text("SELECT 1"))
