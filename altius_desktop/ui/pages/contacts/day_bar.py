"""Which day is shown and whose: arrows, today, the calendar, the overdue switch, the choice of a colleague."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from PySide6.QtCore import QEvent, QPoint, QSize, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QWidget, QWidgetAction

from altius_desktop.domain.dates import FIRST_DAY, LAST_DAY
from altius_desktop.domain.names import with_initial
from altius_desktop.i18n import _
from altius_desktop.services.directories import Directories
from altius_desktop.ui.calendar import CalendarPopup
from altius_desktop.ui.controls import Button, Switch, label, set_tone
from altius_desktop.ui.formats import long_day, number
from altius_desktop.ui.theme import Font


class DayBar(QWidget):
    """Shows what the page tells it and asks for another day, person or range; it reads nothing by itself."""

    day_asked = Signal(object)  # date, or None for the office's today
    overdue_toggled = Signal(bool)
    person_asked = Signal(object)  # employee id
    busy_days_asked = Signal(object, object)  # first, last day of the calendar's month

    def __init__(self, *, overdue: bool, me: UUID) -> None:
        super().__init__()
        self._me = me
        self._day = self._today = date.min
        self._calendar: CalendarPopup | None = None
        back = Button(
            icon="chevron_left",
            name="previousDayButton",
            tip=_("The day before"),
            hint="Alt+←",
            on_click=lambda: self.step(-1),
        )
        self.today_button = Button(
            _("Today"), name="todayButton", tip=_("Back to today"), hint="", on_click=self.go_today
        )
        self.today_button.setToolTip(_("Back to today (Alt+T)"))
        forth = Button(
            icon="chevron_right",
            name="nextDayButton",
            tip=_("The day after"),
            hint="Alt+→",
            on_click=lambda: self.step(1),
        )
        self.date_button = Button(
            long_day(date(2026, 11, 24)),
            icon="calendar",
            arrow=True,
            name="dateEdit",
            on_click=self.open_calendar,
        )
        self.overdue = Switch(_("Overdue"), name="overdueToggle")
        self.overdue.setChecked(overdue)
        self.overdue.setToolTip(_("Show what is not done from earlier days"))
        self.overdue.toggled.connect(self.overdue_toggled)
        self._late = QLabel()
        self._late.setProperty("chip", "danger")
        self._late.setObjectName("overdueCount")
        self._late.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._late.hide()
        self.person_button = Button(
            _("My day"), icon="contact", arrow=True, name="personButton", tip=_("Whose day is shown")
        )
        self._people = QMenu(self.person_button)
        self._people.setObjectName("personMenu")
        self.person_button.setMenu(self._people)
        self._title = label(_("Contacts"), role=Font.TITLE)
        self._title.setContentsMargins(0, 0, 10, 0)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        row.addWidget(self._title)
        for widget in (back, self.today_button, forth):
            row.addWidget(widget)
        row.addSpacing(3)
        row.addWidget(self.date_button)
        row.addSpacing(5)
        row.addWidget(self.overdue)
        row.addWidget(self._late)
        row.addSpacing(5)
        row.addWidget(self.person_button)

    def sizeHint(self) -> QSize:
        words = QSize(self._title_width() if self._title.isHidden() else 0, 0)
        return self._row.sizeHint() + words

    def minimumSizeHint(self) -> QSize:
        words = QSize(0 if self._title.isHidden() else self._title_width(), 0)
        return self._row.minimumSize() - words

    def _title_width(self) -> int:
        return self._title.sizeHint().width() + self._row.spacing()

    def event(self, event: QEvent) -> bool:
        # The window is another, or the day's words are longer now.
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            # Where it is narrow, the rail alone names the page.
            self._title.setVisible(self.width() >= self.sizeHint().width())
        return super().event(event)

    def show_day(self, day: date, today: date, late: int) -> None:
        """The day shown, the office's today, and how much is overdue in all."""
        self._day, self._today = day, today
        self.date_button.setText(long_day(day))
        self.date_button.setAccessibleName(_("Day: {day}").format(day=long_day(day)))
        self.today_button.setEnabled(day != today)
        self._late.setText(number(late))
        self._late.setVisible(late > 0)

    def show_people(self, directories: Directories, shown: UUID) -> None:
        """Fill the list of colleagues, by department, and name the one whose day is shown."""
        self._people.clear()
        group = QActionGroup(self._people)
        self._add_person(group, _("My day"), self._me, shown)
        for department in directories.departments:
            people = [
                person
                for person in directories.employees
                if person.department_id == department.id and person.id != self._me
            ]
            if people:
                self._add_heading(department.name)
            for person in people:
                self._add_person(group, person.full_name, person.id, shown)
        colleague = directories.employee(shown) if shown != self._me else None
        self.person_button.setText(with_initial(colleague.full_name) if colleague else _("My day"))
        set_tone(self.person_button, "kind", "primary" if colleague else "secondary")

    def show_busy_days(self, days: Any) -> None:
        """The answer to busy_days_asked, a sequence of BusyDay."""
        if self._calendar is not None:
            self._calendar.set_busy(days)

    def step(self, days: int) -> None:
        day = self._day + timedelta(days=days)
        if FIRST_DAY <= day <= LAST_DAY:
            self.day_asked.emit(day)

    def go_today(self) -> None:
        self.day_asked.emit(None)

    def open_calendar(self) -> None:
        if self._calendar is None:
            self._calendar = CalendarPopup(self)
            self._calendar.month_shown.connect(self.busy_days_asked)
            self._calendar.picked.connect(self.day_asked)
        self._calendar.open_at(
            self.date_button.mapToGlobal(QPoint(0, self.date_button.height() + 2)),
            day=self._day,
            today=self._today,
        )

    def _add_heading(self, text: str) -> None:
        # A section of QMenu shows no text under a style sheet.
        heading = QWidgetAction(self._people)
        words = label(text, role=Font.CAPTION_STRONG, tone="muted")
        words.setContentsMargins(10, 7, 10, 3)
        heading.setDefaultWidget(words)
        heading.setEnabled(False)
        self._people.addAction(heading)

    def _add_person(self, group: QActionGroup, text: str, person_id: UUID, shown: UUID) -> None:
        action = QAction(text, self._people, checkable=True)
        action.setChecked(person_id == shown)
        action.triggered.connect(lambda: self.person_asked.emit(person_id))
        group.addAction(action)
        self._people.addAction(action)
