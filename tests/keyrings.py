"""A keyring in the place of the system's: it remembers, and may be locked, refuse or keep silent."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked


class MemoryKeyring(KeyringBackend):
    """Keeps passwords while the test runs; `silent` makes every call wait for `unlocked`."""

    priority = 5  # type: ignore[assignment]  # a class property upstream

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}
        self.threads: set[str] = set()
        self.locked = False
        self.silent = False
        self.unlocked = threading.Event()

    def _called(self) -> None:
        self.threads.add(threading.current_thread().name)
        if self.silent:
            self.unlocked.wait(60)
        if self.locked:
            raise KeyringLocked("locked")

    def get_password(self, service: str, username: str) -> str | None:
        self._called()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._called()
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._called()
        del self.entries[service, username]


class FileKeyring(MemoryKeyring):
    """Such as writes passwords into a file: the keyring package rates it below what it recommends."""

    priority = 0.5  # type: ignore[assignment]


@contextmanager
def keyring_of(backend: KeyringBackend) -> Iterator[None]:
    """Inside, this is the system's keyring."""
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    try:
        yield
    finally:
        if isinstance(backend, MemoryKeyring):
            backend.unlocked.set()
        keyring.set_keyring(before)
