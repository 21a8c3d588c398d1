"""Pictures of reminders, of a colleague's activities in somebody's day, and of the congratulations."""

from PySide6.QtWidgets import QWidget

from altius_desktop.services.day import ActivityRow
from altius_desktop.services.reminders import Reminder
from altius_desktop.ui.dialogs.congratulations import CongratulationsDialog
from altius_desktop.ui.gallery.showing import Scene, settle
from altius_desktop.ui.main_window import MainWindow


def _first_open(window: MainWindow) -> ActivityRow:
    page = window.contacts
    rows = [row for section in page.sections for row in section.rows()]
    return next(row for row in rows if row.status == "planned" and row.counterparty_id is not None)


def _reminders(window: MainWindow) -> QWidget:
    """One that has a time, and what a day begins with."""
    row, today = _first_open(window), window.contacts.day.today
    colleague = window.workplace.directories.employees[0]
    timed = Reminder(
        "timed",
        "timed",
        today,
        subject=row.topic,
        minutes=15,
        kind_name=row.kind_name,
        activity_id=row.id,
        counterparty_id=row.counterparty_id,
        counterparty_name=row.counterparty_name,
    )
    person = Reminder(
        "person",
        "person",
        today,
        subject=row.contact_person_name or colleague.full_name,
        days=1,
        counterparty_id=row.counterparty_id,
        counterparty_name=row.counterparty_name,
    )
    window.reminders.show_due(
        [
            Reminder("overdue", "overdue", today, count=3),
            Reminder("employee", "employee", today, subject=colleague.full_name),
            person,
            timed,
        ]
    )
    return window


def _standing_in(window: MainWindow) -> QWidget:
    """The day of the director, who stands in for whoever has no computer and nobody else named for him."""
    director = next(row for row in window.workplace.directories.employees if row.login == "gromov")
    window.contacts.day.show(day=None, person=director.id)
    settle(window)
    return window


def _congratulations(window: MainWindow) -> QWidget:
    return CongratulationsDialog(window.workplace, window)


REMINDER_SCENES = (
    Scene("reminders", _reminders),
    Scene("congratulations", _congratulations),
    Scene("standing-in", _standing_in),
)
