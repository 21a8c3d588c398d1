"""What is done on the company's page: each act is told with its way back, and lets the page read anew."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from altius_desktop.domain import rights
from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _, ngettext
from altius_desktop.services.company import CompanyCard
from altius_desktop.services.covers import AbsenceRow, RouteRow, end_absence, end_route
from altius_desktop.ui import messages
from altius_desktop.ui.dialogs.leaving import LeavingDialog
from altius_desktop.ui.dialogs.merged_form import MergedForm
from altius_desktop.ui.form import DirectoryRequest
from altius_desktop.ui.pages.company.covering import AbsenceDialog, CoverForm, ReferentDialog, RouteDialog
from altius_desktop.ui.pages.company.forms import EmployeeForm, RemindersForm, RequisitesForm
from altius_desktop.ui.pages.company.people import ShownEmployee
from altius_desktop.ui.undoing import Undoing
from altius_desktop.ui.workplace import Workplace


class CompanyActs(QObject):
    """Acts on the company as it was read last and on the selected employee; `page` is the parent of dialogs."""

    done = Signal(object)  # the id of the employee to select, or None

    def __init__(
        self,
        workplace: Workplace,
        page: QWidget,
        *,
        card: Callable[[], CompanyCard | None],
        chosen: Callable[[], ShownEmployee | None],
    ) -> None:
        super().__init__(page)
        self._workplace = workplace
        self._page = page
        self._card = card
        self._chosen = chosen
        self.undoing = Undoing(workplace, page, done=lambda: self.done.emit(None))

    def why_not(self, act: str) -> str:
        """Why `act` (add, change, absence, leave) cannot be done with the selected employee; "" if it can."""
        groups = self._workplace.identity.groups
        if act == "add":
            return rights.why_not_company(groups)
        row = self._chosen()
        if row is None:
            return _("Select an employee in the table")
        own = row.id == self._workplace.identity.employee_id
        reason = {
            "change": lambda: rights.why_not_company(groups),
            "absence": lambda: rights.why_not_absence(groups, own=own),
            "leave": lambda: rights.why_not_dismiss(groups, own=own),
        }[act]()
        return reason or ("" if row.staff.active else _("This employee has left the company."))

    def why_not_absence(self, row: ShownEmployee) -> str:
        me = self._workplace.identity
        return rights.why_not_absence(me.groups, own=row.id == me.employee_id)

    def why_not_referent(self, row: ShownEmployee) -> str:
        me = self._workplace.identity
        return rights.why_not_referent(me.groups, own=row.id == me.employee_id)

    def change_requisites(self) -> None:
        card = self._card()
        if card is not None and not self.why_not("add"):
            form = RequisitesForm(self._workplace, self._page, seen=card.company.fields)
            self._open(form, _("The requisites are saved"))

    def change_reminders(self) -> None:
        card = self._card()
        if card is not None and not self.why_not("add"):
            form = RemindersForm(self._workplace, self._page, seen=card.company.fields)
            self._open(form, _("The reminders are saved"))

    def add(self) -> None:
        """Enter a new employee; he is selected afterwards."""
        card = self._card()
        if card is not None and not self.why_not("add"):
            form = EmployeeForm(self._workplace, self._page, row=None, today=card.today)
            self._open(form, _("The employee is entered"), select=form.employee_id, undo=False)

    def change(self) -> None:
        card, row = self._card(), self._chosen()
        if card is not None and row is not None and not self.why_not("change"):
            form = EmployeeForm(self._workplace, self._page, row=row.staff, today=card.today)
            self._open(form, _("The employee is saved"))

    def add_absence(self) -> None:
        card, row = self._card(), self._chosen()
        if card is not None and row is not None and not self.why_not("absence"):
            dialog = AbsenceDialog(
                self._workplace,
                self._page,
                employee_id=row.id,
                full_name=row.name,
                today=card.today,
                absences=row.absences,
            )
            self._open(dialog, _("The absence is entered"))

    def end_absence(self, absence: AbsenceRow) -> None:
        """Take an absence off."""
        self._act(end_absence, _("The absence is taken off"), absence_id=absence.id)

    def add_route(self) -> None:
        card, row = self._card(), self._chosen()
        if card is not None and row is not None and not self.why_not("change"):
            dialog = RouteDialog(
                self._workplace, self._page, employee_id=row.id, full_name=row.name, today=card.today
            )
            self._open(dialog, _("The receiver is entered"))

    def end_route(self, route: RouteRow) -> None:
        """Take a receiver off."""
        self._act(end_route, _("The receiver is taken off"), route_id=route.id)

    def name_referent(self) -> None:
        card, row = self._card(), self._chosen()
        if card is not None and row is not None and not self.why_not_referent(row):
            dialog = ReferentDialog(self._workplace, self._page, referent_id=card.company.referent_id)
            self._open(dialog, _("The referent is saved"), undo=False)

    def leave(self) -> None:
        """Let the selected employee go and hand his work over."""
        row = self._chosen()
        if row is None or self.why_not("leave"):
            return
        dialog = LeavingDialog(
            self._workplace, self._page, employee_id=row.id, full_name=row.name, login=row.staff.login
        )

        def left() -> None:
            given = dialog.handed_over
            planned = ngettext("{count} activity", "{count} activities", given.activities)
            firms = ngettext("{count} counterparty", "{count} counterparties", given.counterparties)
            text = _("Handed over: {activities}, {counterparties}").format(
                activities=planned.format(count=given.activities),
                counterparties=firms.format(count=given.counterparties),
            )
            self.done.emit(None)
            messages.show_toast(self._page, text)

        dialog.accepted.connect(left)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def show_departments(self) -> None:
        """Open the directory of the departments."""
        self._workplace.directory_asked.emit(DirectoryRequest("department", self._page))

    def _open(
        self, dialog: MergedForm | CoverForm, told: str, *, select: UUID | None = None, undo: bool = True
    ) -> None:
        def saved() -> None:
            if not dialog.changed:
                return
            self.done.emit(select)
            if undo:
                self.undoing.tell(told)
            else:
                messages.show_toast(self._page, told)

        dialog.accepted.connect(saved)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _act(self, operation: Any, told: str, **what: Any) -> None:
        def finish(_acted: Any) -> None:
            self.done.emit(None)
            self.undoing.tell(told)

        self._workplace.act(
            lambda session, act: operation(session, act_id=act, **what),
            parent=self,
            done=finish,
            failed=self._on_failed,
        )

    def _on_failed(self, error: UserError) -> None:
        self.done.emit(None)
        messages.show_error(self._page, error)
