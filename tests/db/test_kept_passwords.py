"""Passwords in the system's keyring: kept by server and login, and the command line's way to them."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from keyring.backends.fail import Keyring as NoKeyring

from altius_desktop.database.access import from_dsn
from altius_desktop.database.connection import ServerAddress
from altius_desktop.database.kept_passwords import KeptPasswords, service_name
from altius_desktop.domain.errors import UserError
from altius_desktop.services.demo import DEMO_PASSWORD
from tests.conftest import PREFIX, Office
from tests.keyrings import FileKeyring, MemoryKeyring, keyring_of

SERVER = ServerAddress("crm-srv01", 5433, "firma")


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    with keyring_of(backend := MemoryKeyring()):
        yield backend


def test_a_password_is_kept_for_one_login_of_one_database_on_one_server(memory: MemoryKeyring) -> None:
    passwords = KeptPasswords()
    assert passwords.why_not() == ""
    passwords.keep(SERVER, "lapina", "тайна 1")
    assert passwords.get(SERVER, "lapina") == "тайна 1"
    for other in (replace(SERVER, host="x"), replace(SERVER, port=1), replace(SERVER, database="x")):
        assert passwords.get(other, "lapina") is None
    assert passwords.get(SERVER, "gromov") is None
    assert list(memory.entries) == [("Altius Desktop crm-srv01:5433/firma", "lapina")]
    passwords.forget(SERVER, "lapina")
    passwords.forget(SERVER, "lapina")
    assert memory.entries == {}


@pytest.mark.parametrize("backend", [NoKeyring(), FileKeyring()])
def test_without_a_keyring_fit_for_it_nothing_is_kept_and_the_reason_told(backend: object) -> None:
    with keyring_of(backend):  # type: ignore[arg-type]
        passwords = KeptPasswords()
        assert passwords.why_not()
        with pytest.raises(UserError):
            passwords.keep(SERVER, "lapina", "тайна")
    assert not isinstance(backend, FileKeyring) or backend.entries == {}


def test_a_locked_keyring_is_told_of_and_a_silent_one_is_not_waited_for_longer_than_wished(
    memory: MemoryKeyring,
) -> None:
    memory.locked = True
    with pytest.raises(UserError):
        KeptPasswords().get(SERVER, "lapina")
    memory.locked, memory.silent = False, True
    began = time.monotonic()
    with pytest.raises(UserError):
        KeptPasswords(seconds=0.2).get(SERVER, "lapina")
    given_up = KeptPasswords()
    given_up.give_up()
    with pytest.raises(UserError):
        given_up.get(SERVER, "lapina")
    assert time.monotonic() - began < 10


@pytest.fixture
def dsn(office: Office, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv("PGPASSWORD", raising=False)
    address = office.address
    return f"host={address.host} port={address.port} dbname={address.database}"


def never(_login: str) -> str:
    raise AssertionError("nobody is to be asked")


def test_a_command_takes_the_password_from_its_address_then_pgpassword_then_the_keyring_then_asks(
    memory: MemoryKeyring, office: Office, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def password(address: str, ask: Callable[[str], str] = never) -> str:
        return from_dsn(address, login="lapina", ask_password=ask).credentials.password

    monkeypatch.setattr(ServerAddress, "role_prefix", PREFIX)
    where = replace(office.address, prefix="")
    assert password(dsn, lambda _login: "typed") == "typed"
    memory.entries[service_name(where), "lapina"] = DEMO_PASSWORD
    assert password(dsn) == DEMO_PASSWORD
    monkeypatch.setenv("PGPASSWORD", "from outside")
    assert password(dsn) == "from outside"
    assert password(f"{dsn} password=here") == "here"
    monkeypatch.delenv("PGPASSWORD")
    memory.entries[service_name(where), "lapina"] = "outdated"
    assert password(dsn, lambda _login: "typed") == "typed"
    assert memory.entries == {}, "a refused password is forgotten"
