"""An employee leaves: who takes his work over is asked first."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from altius_desktop.domain import rights
from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _, ngettext
from altius_desktop.services.accounts import Dismissal, dismiss_employee, lock_account
from altius_desktop.services.employees import OpenWork, count_open_work
from altius_desktop.ui.controls import label, set_tone
from altius_desktop.ui.form import Field, FormDialog, LookupItem
from altius_desktop.ui.messages import confirm
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace


class LeavingDialog(FormDialog):
    """Accepted once he has left; `handed_over` says what his successor got. `login` is None if he has none."""

    def __init__(
        self,
        workplace: Workplace,
        parent: QWidget | None,
        *,
        employee_id: UUID,
        full_name: str,
        login: str | None,
    ) -> None:
        self.handed_over = Dismissal(0, 0)
        self._workplace = workplace
        self._employee_id, self._full_name, self._login = employee_id, full_name, login
        super().__init__(
            parent,
            name="leavingDialog",
            icon="logout",
            title=_("The employee leaves"),
            subtitle=full_name,
            details=_("Login: {login}").format(login=login) if login else "",
            save_text=_("Let go"),
            fields=(Field("successor_id", _("Who takes over"), "lookup", required=True, find=self._find),),
            today=date.min,
            on_save=self._on_values,
        )
        set_tone(self.save_button, "kind", "danger")
        told = [
            _("What is planned for him goes to this colleague, and so do the counterparties he looks after.")
        ]
        if login:
            told.append(_("The login is locked and open windows are closed at once. History keeps his name."))
        for text in told:
            self.body.insertWidget(self.body.count() - 1, label(text, tone="text2", wrap=True))
        self._work = label(role=Font.STRONG, wrap=True, name="openWork")
        self._work.hide()
        self.body.insertWidget(self.body.count() - 1, self._work)
        # An administrator does not see anybody's activities, nor how many there are.
        if rights.has_workplace(workplace.identity.groups):
            workplace.read(
                lambda session: count_open_work(session, employee_id=employee_id),
                parent=self,
                done=self._show_work,
                failed=self._leave_work_out,
            )

    def _show_work(self, work: OpenWork) -> None:
        planned = ngettext("{count} activity", "{count} activities", work.activities)
        firms = ngettext("{count} counterparty", "{count} counterparties", work.counterparties)
        self._work.setText(
            _("To be handed over: {activities}, {counterparties}").format(
                activities=planned.format(count=work.activities),
                counterparties=firms.format(count=work.counterparties),
            )
        )
        self._work.show()

    def _leave_work_out(self, _error: UserError) -> None:
        """How much it is would be good to know, but nothing hangs on it."""

    def _find(self, text: str, deliver: Callable[[Sequence[LookupItem]], None]) -> None:
        words = text.lower().replace("ё", "е").split()
        deliver(
            [
                LookupItem(row.id, row.full_name, row.position)
                for row in self._workplace.directories.employees
                if row.id != self._employee_id
                and all(word in row.full_name.lower().replace("ё", "е") for word in words)
            ]
        )

    def _on_values(self, values: dict[str, Any]) -> None:
        successor_id: UUID = values["successor_id"]
        successor = self._workplace.directories.employee(successor_id)
        leaver_id, login, database = self._employee_id, self._login, self._workplace.database
        sure = confirm(
            self,
            _("Let {name} go?").format(name=self._full_name),
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
            if login:
                # Once more: somebody may have got in between the end of his session and the commit.
                with database.transaction() as session:
                    lock_account(session, login=login)
            return given

        def left(given: Dismissal) -> None:
            self.handed_over = given
            self.close_saved()

        self.set_busy(True)
        self._workplace.worker.run(write, parent=self, done=left, failed=self.show_error, lane="write")
