"""The forms of the company's requisites, of how far ahead is reminded, and of an employee."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QLabel, QWidget

from altius_desktop.domain.ids import new_id
from altius_desktop.i18n import _
from altius_desktop.services.company import (
    REMIND_DAYS,
    REMIND_MINUTES,
    TEXT_LIMITS,
    CompanyFields,
    requisite_problem,
    update_company,
)
from altius_desktop.services.employees import NORMS, EmployeeFields, StaffRow, save_employee
from altius_desktop.ui.dialogs.counterparty_card.employee_lookup import find_employee
from altius_desktop.ui.dialogs.merged_form import MergedForm
from altius_desktop.ui.form import Field, LookupItem
from altius_desktop.ui.form.lookup import Find
from altius_desktop.ui.workplace import Workplace

# What the form leaves between two of its rows, with the line of an error that is not there.
_ROW_GAP = 8


def zone_names() -> dict[str, str]:
    """The time zones of Russia as people call them."""
    return {
        "Europe/Kaliningrad": _("Kaliningrad (UTC+2)"),
        "Europe/Moscow": _("Moscow (UTC+3)"),
        "Europe/Samara": _("Samara (UTC+4)"),
        "Asia/Yekaterinburg": _("Yekaterinburg (UTC+5)"),
        "Asia/Omsk": _("Omsk (UTC+6)"),
        "Asia/Krasnoyarsk": _("Krasnoyarsk, Novosibirsk (UTC+7)"),
        "Asia/Irkutsk": _("Irkutsk (UTC+8)"),
        "Asia/Yakutsk": _("Yakutsk (UTC+9)"),
        "Asia/Vladivostok": _("Vladivostok (UTC+10)"),
        "Asia/Magadan": _("Magadan (UTC+11)"),
        "Asia/Kamchatka": _("Kamchatka (UTC+12)"),
    }


class RequisitesForm(MergedForm):
    """Edits the company's requisites; a number that cannot be right is told before anything is sent."""

    def __init__(self, workplace: Workplace, parent: QWidget, *, seen: CompanyFields) -> None:
        zones = zone_names()
        zones.setdefault(seen.time_zone, seen.time_zone)
        super().__init__(
            workplace,
            parent,
            name="requisitesDialog",
            icon="company",
            title=_("Requisites"),
            subtitle=seen.name,
            fields=(
                Field("name", _("Name"), required=True, max_length=TEXT_LIMITS["name"]),
                Field("business", _("What the company does"), max_length=TEXT_LIMITS["business"]),
                Field("inn", _("INN"), max_length=TEXT_LIMITS["inn"]),
                Field("kpp", _("KPP"), max_length=TEXT_LIMITS["kpp"]),
                Field("ogrn", _("OGRN"), max_length=TEXT_LIMITS["ogrn"]),
                Field("address", _("Address"), max_length=TEXT_LIMITS["address"]),
                Field("phone", _("Phone"), max_length=TEXT_LIMITS["phone"]),
                Field("email", _("E-mail"), max_length=TEXT_LIMITS["email"]),
                Field("time_zone", _("Time zone"), "choice", required=True, choices=tuple(zones.items())),
            ),
            today=date.min,
            seen=seen,
            blank=None,
            write=update_company,
        )

    def _problem(self, key: str) -> str:
        problem = super()._problem(key)
        if not problem and key in ("inn", "kpp", "ogrn"):
            return requisite_problem(key, self.editor(key).value())
        return problem


class RemindersForm(MergedForm):
    """Edits how far ahead everybody is reminded."""

    def __init__(self, workplace: Workplace, parent: QWidget, *, seen: CompanyFields) -> None:
        super().__init__(
            workplace,
            parent,
            name="remindersDialog",
            icon="bell",
            title=_("When to remind"),
            subtitle=seen.name,
            fields=(
                Field(
                    "remind_days",
                    _("Birthdays and dates, days before"),
                    "number",
                    required=True,
                    bounds=REMIND_DAYS,
                ),
                Field(
                    "remind_minutes",
                    _("What has a time, minutes before"),
                    "number",
                    required=True,
                    bounds=REMIND_MINUTES,
                ),
            ),
            today=date.min,
            seen=seen,
            blank=None,
            write=update_company,
        )


class EmployeeForm(MergedForm):
    """Edits an employee, or enters a new one (`row` is None); without a workplace it asks who gets his reminders."""

    def __init__(self, workplace: Workplace, parent: QWidget, *, row: StaffRow | None, today: date) -> None:
        self._workplace = workplace
        self.employee_id = row.id if row is not None else new_id()
        departments = {one.id: one.name for one in workplace.directories.departments}
        if row is not None and row.fields.department_id is not None:
            departments.setdefault(row.fields.department_id, row.department_name)
        super().__init__(
            workplace,
            parent,
            name="employeeDialog",
            icon="contact",
            title=_("Employee") if row is not None else _("New employee"),
            subtitle=row.fields.full_name if row is not None else "",
            fields=(
                Field("full_name", _("Full name"), required=True, max_length=200),
                Field("position", _("Position"), max_length=200),
                Field(
                    "department_id",
                    _("Department"),
                    "choice",
                    required=True,
                    choices=tuple(departments.items()),
                ),
                Field("birthday", _("Birthday"), "date"),
                Field("phone", _("Phone"), max_length=100),
                Field("email", _("E-mail"), max_length=200),
                Field("daily_norm", _("Activities a day"), "number", required=True, bounds=NORMS),
                Field("has_workplace", _("Works at a computer with this program"), "check"),
                Field(
                    "receiver_id",
                    _("Who gets the reminders"),
                    "lookup",
                    find=colleagues(workplace, but=self.employee_id, at_workplace=True),
                    placeholder=_("a colleague with a computer"),
                ),
            ),
            today=today,
            seen=row.fields if row is not None else None,
            blank=EmployeeFields(),
            write=partial(save_employee, employee_id=self.employee_id),
        )
        self.editor("has_workplace").changed.connect(self._show_receiver)
        self._show_receiver()

    def shown_value(self, name: str, value: Any) -> Any:
        return person_item(self._workplace, value) if name == "receiver_id" else value

    def _show_receiver(self) -> None:
        editor = self.editor("receiver_id")
        wanted = not self.editor("has_workplace").value()
        if wanted and self.isVisible() and not editor.isVisible():
            self.resize(self.width(), self.height() + editor.sizeHint().height() + _ROW_GAP)
        editor.setVisible(wanted)
        for words in self.findChildren(QLabel):
            if words.buddy() is editor.inner:
                words.setVisible(wanted)
        if not wanted:
            self.clear_field_error("receiver_id")


def person_item(workplace: Workplace, employee_id: UUID | None) -> LookupItem | None:
    """What a lookup shows for an employee."""
    person = workplace.directories.employee(employee_id)
    return LookupItem(person.id, person.full_name, person.position) if person is not None else None


def colleagues(workplace: Workplace, *, but: UUID, at_workplace: bool = False) -> Find:
    """Finds employees other than one; with `at_workplace` those who have a workplace."""

    def find(text: str, deliver: Callable[[Sequence[LookupItem]], None]) -> None:
        offered = {
            person.id
            for person in workplace.directories.employees
            if person.id != but and (person.has_workplace or not at_workplace)
        }
        find_employee(workplace, text, lambda items: deliver([one for one in items if one.id in offered]))

    return find
