"""What the table of the employees shows."""

from altius_desktop.i18n import _
from altius_desktop.ui.formats import full_day
from altius_desktop.ui.pages.company.people import (
    BIRTHDAY_DAYS,
    ShownEmployee,
    absence_text,
    receivers_mark,
    receivers_tip,
)
from altius_desktop.ui.table import Column, Mark, RowStyle


def columns() -> tuple[Column, ...]:
    return (
        Column(
            "name",
            _("Employee"),
            27,
            _name,
            stretch=True,
            strong=True,
            keeps_chars=25,
            sort=lambda row: row.name.lower(),
            tooltip=_name_tip,
            optional=False,
        ),
        Column(
            "position", _("Position"), 19, lambda row: row.staff.fields.position, yields=0.5, sort=_position
        ),
        Column(
            "department",
            _("Department"),
            12,
            lambda row: row.staff.department_name,
            yields=0.85,
            sort=lambda row: row.staff.department_name.lower(),
        ),
        Column("phone", _("Phone"), 18, lambda row: row.staff.fields.phone, yields=0.4),
        Column("birthday", _("Birthday"), 13, _birthday, sort=lambda row: row.days_left),
        Column(
            "login",
            _("Login name"),
            11,
            lambda row: row.staff.login or _("none"),
            yields=0.7,
            sort=lambda row: row.staff.login,
        ),
        Column("workplace", _("Computer"), 5, _workplace, kind="icon", icon="workplace"),
        Column(
            "receivers",
            _("Gets the reminders"),
            20,
            receivers_mark,
            yields=0.7,
            tooltip=receivers_tip,
            sort=lambda row: receivers_mark(row).text,
        ),
        Column(
            "norm",
            _("Norm"),
            6,
            lambda row: str(row.staff.fields.daily_norm),
            align="right",
            tooltip=lambda row: _("Activities a day: {count}").format(count=row.staff.fields.daily_norm),
            sort=lambda row: row.staff.fields.daily_norm,
        ),
    )


def style(row: ShownEmployee) -> RowStyle:
    return RowStyle(done=not row.staff.active)


def _name(row: ShownEmployee) -> str | Mark:
    return Mark("absence", row.name) if row.absence is not None else row.name


def _name_tip(row: ShownEmployee) -> str:
    if not row.staff.active:
        return _("has left")
    if row.absence is None:
        return ""
    days = _("Away: {days}").format(days=absence_text(row.absence))
    if not row.absence.substitute_name:
        return days
    return f"{days}\n" + _("Stands in: {name}").format(name=row.absence.substitute_name)


def _position(row: ShownEmployee) -> str:
    return row.staff.fields.position.lower()


def _birthday(row: ShownEmployee) -> str | Mark:
    text = full_day(row.staff.fields.birthday)
    near = row.staff.active and row.days_left is not None and row.days_left <= BIRTHDAY_DAYS
    return Mark("birthday", text, "warn") if near else text


def _workplace(row: ShownEmployee) -> Mark:
    if row.staff.fields.has_workplace:
        return Mark("workplace", _("has a computer"), "ok")
    return Mark("no_workplace", _("no computer"), "muted")
