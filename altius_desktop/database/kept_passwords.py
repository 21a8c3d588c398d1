"""Passwords in the system's keyring, by server with database and login; never anywhere else on this PC.

A locked keyring may wait for its owner as long as he likes, so every call runs on a thread of its own
and is left behind after `seconds` or when give_up() says so. Not for the GUI thread all the same.
"""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from altius_desktop.database.connection import ServerAddress
from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _

T = TypeVar("T")

# What the keyring package itself calls recommended; below lie files that anybody can read.
_TRUSTWORTHY = 1


class KeptPasswords:
    """One window's or one command's way to the keyring. `get` and the rest raise UserError where there is none."""

    def __init__(self, *, seconds: float = 60.0) -> None:
        self._seconds = seconds
        self._waiting: set[threading.Event] = set()
        self._given_up = False

    def give_up(self) -> None:
        """Nobody waits for the keyring any more: calls that are under way return at once."""
        self._given_up = True
        for event in tuple(self._waiting):
            event.set()

    def why_not(self) -> str:
        """Why no password can be kept here; "" if it can."""
        try:
            self._ask(lambda _backend: None)
        except UserError as error:
            return error.text
        return ""

    def get(self, address: ServerAddress, login: str) -> str | None:
        """The kept password, or None."""
        found = self._ask(lambda backend: backend.get_password(service_name(address), login))
        return found if isinstance(found, str) and found else None

    def keep(self, address: ServerAddress, login: str, password: str) -> None:
        self._ask(lambda backend: backend.set_password(service_name(address), login, password))

    def forget(self, address: ServerAddress, login: str) -> None:
        """Without effect where nothing is kept."""

        def delete(backend: Any) -> None:
            # Not every keyring can tell "nothing there" from a failure.
            if backend.get_password(service_name(address), login) is not None:
                backend.delete_password(service_name(address), login)

        self._ask(delete)

    def _ask(self, op: Callable[[Any], T]) -> T:
        """What `op` returns, given the keyring; UserError if it fails or does not answer."""
        answers: list[T] = []
        failures: list[BaseException] = []
        done = threading.Event()

        def run() -> None:
            try:
                answers.append(op(_backend()))
            except BaseException as error:
                failures.append(error)
            finally:
                done.set()

        self._waiting.add(done)
        if not self._given_up:
            threading.Thread(target=run, name="altius-keyring", daemon=True).start()
            done.wait(self._seconds)
        self._waiting.discard(done)
        if answers:
            return answers[0]
        if failures:
            raise _told(failures[0]) from failures[0]
        raise UserError(_("The keyring of this computer does not answer."), _("Unlock it and try again."))


def service_name(address: ServerAddress) -> str:
    """Under which name the keyring's own window lists the entry."""
    return f"Altius Desktop {address.host}:{address.port}/{address.database}"


def _backend() -> Any:
    import keyring
    from keyring.errors import NoKeyringError

    found = keyring.get_keyring()
    # A chain of several hands on to the next where one fails: each must be fit to keep a password.
    for one in getattr(found, "backends", None) or (found,):
        if one.priority < _TRUSTWORTHY:
            raise NoKeyringError(type(one).__module__)
    return found


def _told(error: BaseException) -> UserError:
    from keyring.errors import KeyringLocked, NoKeyringError

    if isinstance(error, UserError):
        return error
    if isinstance(error, NoKeyringError | ImportError):
        return UserError(_("This computer has no keyring that could keep the password."))
    if isinstance(error, KeyringLocked):
        return UserError(_("The keyring of this computer is locked."), _("Unlock it and try again."))
    return UserError(_("The keyring of this computer refuses to work."), _("Enter the password by hand."))
