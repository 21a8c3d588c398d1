"""What is done with an account; each act tells what came of it and lets the page read anew."""

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from altius_desktop.domain import rights
from altius_desktop.domain.new_logins import make_password
from altius_desktop.i18n import _, ngettext
from altius_desktop.services.accounts import (
    AccountRow,
    lock_account,
    reinstate_employee,
    set_account_password,
    unlock_account,
)
from altius_desktop.ui import messages
from altius_desktop.ui.dialogs.leaving import LeavingDialog
from altius_desktop.ui.pages.administration.account_form import AccountForm
from altius_desktop.ui.pages.administration.first_password import FirstPasswordDialog
from altius_desktop.ui.pages.administration.roles import RolesDialog
from altius_desktop.ui.workplace import Workplace

T = TypeVar("T")


class AccountActs(QObject):
    """Acts on the account that `chosen` gives; `page` is the parent of dialogs and toasts."""

    done = Signal(str)  # the login that was touched

    def __init__(
        self,
        workplace: Workplace,
        page: QWidget,
        chosen: Callable[[], AccountRow | None],
        taken: Callable[[], frozenset[str]],
    ) -> None:
        super().__init__(page)
        self._workplace = workplace
        self._page = page
        self._chosen = chosen
        self._taken = taken

    def why_not(self, act: str) -> str:
        """Why `act` (add, roles, lock, unlock, password, leave, reinstate) cannot be done with the chosen account; "" if it can."""
        groups = self._workplace.identity.groups
        account = self._chosen()
        if act == "add":
            return rights.why_not_accounts(groups)
        if account is None:
            return _("Select a login in the table")
        own = account.login == self._workplace.identity.login
        if act == "lock":
            return rights.why_not_lock(groups, own=own)
        reason = rights.why_not_accounts(groups)
        if reason:
            return reason
        if act in ("roles", "leave", "reinstate") and account.employee_id is None:
            return _("This login belongs to no employee.")
        if act in ("unlock", "leave") and not account.active:
            return _("This employee has left the company.")
        if act == "password" and own:
            return _("Your own password is changed in your menu, at the top right.")
        return ""

    def add(self) -> None:
        """Make a login and show its first password."""
        if self.why_not("add"):
            return
        dialog = AccountForm(self._workplace, self._taken(), self._page)

        def made() -> None:
            self.done.emit(dialog.login)
            self._open(FirstPasswordDialog(dialog.login, dialog.password, self._page))

        dialog.accepted.connect(made)
        self._open(dialog)

    def change_roles(self) -> None:
        account = self._chosen()
        if account is None or self.why_not("roles"):
            return
        dialog = RolesDialog(self._workplace, account, self._page)
        dialog.accepted.connect(lambda: self.done.emit(account.login))
        self._open(dialog)

    def toggle_lock(self) -> None:
        """Lock the login and end its sessions, or let it in again."""
        account = self._chosen()
        if account is None:
            return
        if not account.can_login:
            self._unlock(account)
        elif not self.why_not("lock"):
            self._lock(account)

    def _lock(self, account: AccountRow) -> None:
        here = ngettext(
            "{count} open session is ended at once; what is not saved there is lost.",
            "{count} open sessions are ended at once; what is not saved there is lost.",
            account.sessions,
        ).format(count=account.sessions)
        sure = messages.confirm(
            self._page,
            _("Lock the login {login}?").format(login=account.login),
            here if account.sessions else _("Nobody is logged in with it right now."),
            _("Lock"),
            _("Cancel"),
            danger=True,
        )
        if not sure:
            return
        database = self._workplace.database

        def write() -> int:
            ended = 0
            # Twice: somebody may have got in between the end of his session and the commit.
            for _time in range(2):
                with database.transaction() as session:
                    ended += lock_account(session, login=account.login)
            return ended

        def locked(_ended: int) -> None:
            self._say(account.login, _("The login {login} is locked").format(login=account.login))

        self._run(write, locked)

    def _unlock(self, account: AccountRow) -> None:
        if self.why_not("unlock"):
            return
        self._run(
            self._in_transaction(lambda session: unlock_account(session, login=account.login)),
            lambda _none: self._say(
                account.login, _("The login {login} can log in again.").format(login=account.login)
            ),
        )

    def new_password(self) -> None:
        """Give the login a new password and show it once."""
        account = self._chosen()
        if account is None or self.why_not("password"):
            return
        sure = messages.confirm(
            self._page,
            _("Give {login} a new password?").format(login=account.login),
            _("The present password is no longer taken; open windows stay open."),
            _("New password"),
            _("Cancel"),
            danger=True,
        )
        if not sure:
            return
        password = make_password()

        def given(_none: None) -> None:
            self.done.emit(account.login)
            self._open(FirstPasswordDialog(account.login, password, self._page))

        self._run(
            self._in_transaction(
                lambda session: set_account_password(session, login=account.login, password=password)
            ),
            given,
        )

    def reinstate(self) -> None:
        """Take back an employee who had left."""
        account = self._chosen()
        if account is None or account.employee_id is None or self.why_not("reinstate"):
            return
        employee_id, name = account.employee_id, account.full_name
        if messages.confirm(
            self._page,
            _("Take {name} back?").format(name=name),
            _("He is an employee again. His login stays locked until the administrator lets it in."),
            _("Take back"),
            _("Cancel"),
        ):
            self._run(
                self._in_transaction(lambda session: reinstate_employee(session, employee_id=employee_id)),
                lambda _none: self._say(
                    account.login, _("{name} is with the company again").format(name=name)
                ),
            )

    def leave(self) -> None:
        """Let the employee go and hand his work over, or take back one who had left."""
        account = self._chosen()
        if account is not None and not account.active:
            self.reinstate()
            return
        if account is None or account.employee_id is None or self.why_not("leave"):
            return
        dialog = LeavingDialog(
            self._workplace,
            self._page,
            employee_id=account.employee_id,
            full_name=account.full_name,
            login=account.login,
        )

        def left() -> None:
            given = dialog.handed_over
            planned = ngettext("{count} activity", "{count} activities", given.activities)
            firms = ngettext("{count} counterparty", "{count} counterparties", given.counterparties)
            self._say(
                account.login,
                _("Handed over: {activities}, {counterparties}").format(
                    activities=planned.format(count=given.activities),
                    counterparties=firms.format(count=given.counterparties),
                ),
            )

        dialog.accepted.connect(left)
        self._open(dialog)

    def _in_transaction(self, op: Callable[[Any], T]) -> Callable[[], T]:
        database = self._workplace.database

        def run() -> T:
            with database.transaction() as session:
                return op(session)

        return run

    def _run(self, op: Callable[[], T], done: Callable[[T], None]) -> None:
        self._workplace.worker.run(op, parent=self, done=done, failed=self._on_failed, lane="write")

    def _on_failed(self, error: Any) -> None:
        messages.show_error(self._page, error)

    def _say(self, login: str, text: str) -> None:
        self.done.emit(login)
        messages.show_toast(self._page, text)

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
