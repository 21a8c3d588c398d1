"""An employee leaves: who takes his work over is asked first."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from altius_desktop.i18n import _
from altius_desktop.services.accounts import AccountRow, Dismissal, dismiss_employee, lock_account
from altius_desktop.ui.controls import label, set_tone
from altius_desktop.ui.form import Field, FormDialog, LookupItem
from altius_desktop.ui.messages import confirm
from altius_desktop.ui.workplace import Workplace


class LeavingDialog(FormDialog):
    """Accepted once he has left; `handed_over` says what his successor got."""

    def __init__(self, workplace: Workplace, account: AccountRow, parent: QWidget | None) -> None:
        self.handed_over = Dismissal(0, 0)
        self._workplace = workplace
        self._account = account
        super().__init__(
            parent,
            name="leavingDialog",
            icon="logout",
            title=_("The employee leaves"),
            subtitle=account.full_name,
            details=_("Login: {login}").format(login=account.login),
            save_text=_("Let go"),
            fields=(Field("successor_id", _("Who takes over"), "lookup", required=True, find=self._find),),
            today=date.min,
            on_save=self._on_values,
        )
        set_tone(self.save_button, "kind", "danger")
        for text in (
            _("What is planned for him goes to this colleague, and so do the counterparties he looks after."),
            _("The login is locked and open windows are closed at once. History keeps his name."),
        ):
            self.body.insertWidget(self.body.count() - 1, label(text, tone="text2", wrap=True))

    def _find(self, text: str, deliver: Callable[[Sequence[LookupItem]], None]) -> None:
        words = text.lower().replace("ё", "е").split()
        deliver(
            [
                LookupItem(row.id, row.full_name, row.position)
                for row in self._workplace.directories.employees
                if row.id != self._account.employee_id
                and all(word in row.full_name.lower().replace("ё", "е") for word in words)
            ]
        )

    def _on_values(self, values: dict[str, Any]) -> None:
        successor_id: UUID = values["successor_id"]
        successor = self._workplace.directories.employee(successor_id)
        leaver_id, login, database = self._account.employee_id, self._account.login, self._workplace.database
        assert leaver_id is not None
        sure = confirm(
            self,
            _("Let {name} go?").format(name=self._account.full_name),
            _("{name} takes over. This cannot be taken back in the program.").format(
                name=successor.full_name if successor is not None else "—"
            ),
            _("Let go"),
            _("Cancel"),
            danger=True,
        )
        if not sure:
            return

        def write() -> Dismissal:
            with database.transaction() as session:
                given = dismiss_employee(session, employee_id=leaver_id, successor_id=successor_id)
            # Once more: somebody may have got in between the end of his session and the commit.
            with database.transaction() as session:
                lock_account(session, login=login)
            return given

        def left(given: Dismissal) -> None:
            self.handed_over = given
            self.close_saved()

        self.set_busy(True)
        self._workplace.worker.run(write, parent=self, done=left, failed=self.show_error, lane="write")
