"""The box that lets the system's keyring keep the password, and what it keeps for whoever is entered."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from altius_desktop.database.connection import Credentials, ServerAddress
from altius_desktop.database.kept_passwords import KeptPasswords
from altius_desktop.i18n import _
from altius_desktop.settings import Settings
from altius_desktop.ui.tick_box import TickBox
from altius_desktop.ui.worker import Worker

Kept = tuple[ServerAddress, Credentials]


class RememberBox(TickBox):
    """Disabled with the reason where there is no keyring; unticking forgets.

    `entered` gives the server and login of now, or None. The keyring is asked on the worker's read lane.
    """

    kept_changed = Signal(bool)  # whether the keyring has a password for who is entered
    hinted = Signal(object)  # UserError: the keyring does not give it
    failed = Signal(object)  # UserError: the keyring does not forget

    def __init__(
        self,
        settings: Settings,
        passwords: KeptPasswords,
        worker: Worker,
        entered: Callable[[], tuple[ServerAddress, str] | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(_("Remember the password"), parent)
        self.kept: Kept | None = None
        self._settings = settings
        self._passwords = passwords
        self._worker = worker
        self._entered = entered
        self.setObjectName("rememberPasswordBox")
        self.setChecked(settings.remember_password)
        self.setEnabled(False)
        self.setToolTip(_("Looking for the keyring of this computer…"))
        self.clicked.connect(self._on_clicked)
        worker.run(passwords.why_not, parent=self, done=self._on_keyring, key="keyring")

    def remembers(self) -> bool:
        return self.isEnabled() and self.isChecked()

    def look(self) -> None:
        """Ask for the password of who is entered; somebody else's is no longer meant."""
        entered = self._entered()
        if self.kept is not None and (entered is None or entered != (self.kept[0], self.kept[1].login)):
            self._set_kept(None)
        if entered is None or self.kept is not None or not self.remembers():
            return
        address, login = entered

        def found(password: str | None) -> None:
            if password is not None and self.remembers() and self._entered() == entered:
                self._set_kept((address, Credentials(login, password)))

        self._worker.run(
            lambda: self._passwords.get(address, login),
            parent=self,
            done=found,
            failed=self.hinted.emit,
            key="kept",
        )

    def forget(self) -> None:
        """Take what is kept for who is entered out of the keyring."""
        if self.kept is None:
            return
        address, login = self.kept[0], self.kept[1].login
        self._set_kept(None)
        self._worker.run(
            lambda: self._passwords.forget(address, login),
            parent=self,
            done=lambda _none: None,
            failed=self.failed.emit,
        )

    def _on_keyring(self, why_not: str) -> None:
        self.setEnabled(not why_not)
        self.setToolTip(why_not or _("The keyring of this computer keeps it, encrypted"))
        if why_not:
            self.setChecked(False)
        self.look()

    def _set_kept(self, kept: Kept | None) -> None:
        self.kept = kept
        self.kept_changed.emit(kept is not None)

    def _on_clicked(self, on: bool) -> None:
        self._settings.remember_password = on
        self._settings.save()
        if on:
            self.look()
        else:
            self.forget()
