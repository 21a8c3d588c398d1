"""The dialog that makes a login: for an employee, an employee who is new, an administrator or the backup."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QLabel, QWidget

from altius_desktop.domain.errors import FieldError
from altius_desktop.domain.ids import new_id
from altius_desktop.domain.logins import LOGIN_FORM
from altius_desktop.domain.new_logins import make_password, propose_login
from altius_desktop.i18n import _
from altius_desktop.services.accounts import create_account
from altius_desktop.services.employees import create_employee
from altius_desktop.ui.controls import label
from altius_desktop.ui.form import Field, FormDialog, LookupItem
from altius_desktop.ui.pages.administration.roles import RoleBoxes
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

EMPLOYEE, NEW_EMPLOYEE, ADMINISTRATOR, BACKUP = "employee", "new", "administrator", "backup"
_SHOWN = {
    EMPLOYEE: ("employee_id",),
    NEW_EMPLOYEE: ("full_name", "position", "department_id"),
    ADMINISTRATOR: (),
    BACKUP: (),
}


class AccountForm(FormDialog):
    """Accepted once the login is made; `login` and `password` are what it got."""

    def __init__(self, workplace: Workplace, taken: Collection[str], parent: QWidget | None) -> None:
        self.login = ""
        self.password = ""
        self._workplace = workplace
        self._taken = frozenset(taken)
        self._proposed = ""
        self._employee_id, self._act_id = new_id(), new_id()
        super().__init__(
            parent,
            name="accountDialog",
            icon="user_add",
            title=_("New login"),
            details=_("The program makes the first password up and shows it once"),
            save_text=_("Make the login"),
            fields=(
                Field("whose", _("Whose"), "choice", required=True, choices=_whose()),
                Field(
                    "employee_id",
                    _("Employee"),
                    "lookup",
                    find=self._find_employees,
                    placeholder=_("who has no login yet"),
                ),
                Field("full_name", _("Full name"), max_length=200),
                Field("position", _("Position"), max_length=200),
                Field(
                    "department_id",
                    _("Department"),
                    "choice",
                    choices=tuple((row.id, row.name) for row in workplace.directories.departments),
                ),
                Field("login", _("Login"), required=True, max_length=31),
            ),
            today=date.min,
            on_save=self._on_values,
            values={"whose": EMPLOYEE},
        )
        self.roles = RoleBoxes()
        self._roles_title = label(_("Roles"), role=Font.SECTION)
        place = self.body.count() - 1
        self.body.insertWidget(place, self.roles)
        self.body.insertWidget(place, self._roles_title)
        self.editor("whose").changed.connect(self._show_fields)
        for key in ("whose", "employee_id", "full_name"):
            self.editor(key).changed.connect(self._propose)
        self._show_fields()
        self.editor("employee_id").setFocus()

    def has_changes(self) -> bool:
        return super().has_changes() or len(self.roles.groups()) > 1

    def _find_employees(self, text: str, deliver: Callable[[Sequence[LookupItem]], None]) -> None:
        words = text.lower().replace("ё", "е").split()
        deliver(
            [
                LookupItem(row.id, row.full_name, row.position)
                for row in self._workplace.directories.employees
                if not row.login and all(word in row.full_name.lower().replace("ё", "е") for word in words)
            ]
        )

    def _show_fields(self) -> None:
        whose = self.editor("whose").value()
        shown = _SHOWN.get(whose, ())
        for key in ("employee_id", "full_name", "position", "department_id"):
            editor = self.editor(key)
            editor.setVisible(key in shown)
            for words in self.findChildren(QLabel):
                if words.buddy() is editor.inner:
                    words.setVisible(key in shown)
            self.clear_field_error(key)
        for widget in (self.roles, self._roles_title):
            widget.setVisible(whose in (EMPLOYEE, NEW_EMPLOYEE))

    def _propose(self) -> None:
        """Fill in a login as long as nobody has typed one."""
        edit = self.editor("login")
        if edit.value() not in ("", self._proposed):
            return
        values = self.values()
        if values["whose"] == EMPLOYEE:
            row = self._workplace.directories.employee(values["employee_id"])
            self._proposed = propose_login(row.full_name, self._taken) if row is not None else ""
        elif values["whose"] == NEW_EMPLOYEE:
            self._proposed = propose_login(values["full_name"], self._taken)
        else:
            self._proposed = values["whose"] if values["whose"] and values["whose"] not in self._taken else ""
        edit.set_value(self._proposed)

    def _problems(self, values: dict[str, Any]) -> FieldError | None:
        whose, login = values["whose"], values["login"]
        if whose == EMPLOYEE and values["employee_id"] is None:
            return FieldError("employee_id", _("Choose whose login this is."))
        if whose == NEW_EMPLOYEE and not values["full_name"]:
            return FieldError("full_name", _("Fill this in"))
        if whose == NEW_EMPLOYEE and values["department_id"] is None:
            return FieldError("department_id", _("Choose the department."))
        if not LOGIN_FORM.fullmatch(login):
            return FieldError(
                "login",
                _("A login begins with a Latin letter; letters, digits, dots and hyphens may follow."),
            )
        if login in self._taken:
            return FieldError("login", _("This login exists already."))
        return None

    def _on_values(self, values: dict[str, Any]) -> None:
        problem = self._problems(values)
        if problem is not None:
            self.show_error(problem)
            return
        whose, login, password = values["whose"], values["login"], make_password()
        groups = self.roles.groups() if whose in (EMPLOYEE, NEW_EMPLOYEE) else frozenset({whose})
        employee_id: UUID | None = {EMPLOYEE: values["employee_id"], NEW_EMPLOYEE: self._employee_id}.get(
            whose
        )
        act_id, database = self._act_id, self._workplace.database

        def write() -> None:
            with database.transaction() as session:
                if whose == NEW_EMPLOYEE:
                    create_employee(
                        session,
                        act_id=act_id,
                        employee_id=self._employee_id,
                        full_name=values["full_name"],
                        position=values["position"],
                        department_id=values["department_id"],
                    )
                create_account(
                    session, login=login, password=password, groups=groups, employee_id=employee_id
                )

        def made(_none: None) -> None:
            self.login, self.password = login, password
            self.close_saved()

        self.set_busy(True)
        self._workplace.worker.run(write, parent=self, done=made, failed=self.show_error, lane="write")


def _whose() -> tuple[tuple[str, str], ...]:
    return (
        (EMPLOYEE, _("An employee of the company card")),
        (NEW_EMPLOYEE, _("A new employee")),
        (ADMINISTRATOR, _("An administrator, who sees no business data")),
        (BACKUP, _("Backups alone")),
    )
