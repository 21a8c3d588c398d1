"""What opens in a cell of the plan's grid: a day with its calendar, a text of several lines, lists to choose from."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from altius_desktop.domain.texts import clean_text
from altius_desktop.domain.typed_dates import parse_day
from altius_desktop.i18n import _
from altius_desktop.services.counterparties import ContactPersonRow
from altius_desktop.services.directories import Directories
from altius_desktop.services.identity import Identity
from altius_desktop.ui import icons, theme
from altius_desktop.ui.calendar import CalendarPopup
from altius_desktop.ui.dialogs.plan.lines import plan_day
from altius_desktop.ui.dialogs.plan.model import DAILY, PRIORITIES, priority_name
from altius_desktop.ui.icons import known
from altius_desktop.ui.picker import Choice
from altius_desktop.ui.theme import Font

_ICON = 16
_NOTE_LINES = 4


class DayCellEdit(QLineEdit):
    """A day as it is typed; F4 or the icon opens the calendar, and `done` is called when a day was picked there."""

    def __init__(self, *, today: date, done: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        self._today = today
        self._done = done
        self._calendar: CalendarPopup | None = None
        self.setTextMargins(0, 0, _ICON + 6, 0)

    @property
    def calendar_open(self) -> bool:
        return self._calendar is not None and self._calendar.isVisible()

    def open_list(self) -> None:
        """Show the calendar below the cell."""
        day = parse_day(self.text(), self._today) or self._today
        if self._calendar is None:
            # A child of the cell's editor: to the grid the focus has not left the cell then.
            self._calendar = CalendarPopup(self)
            self._calendar.picked.connect(self._on_picked)
        below = self.mapToGlobal(QPoint(0, self.height() + 3))
        self._calendar.open_at(below, day=day, today=self._today)

    def _on_picked(self, day: date) -> None:
        self.setText(plan_day(day))
        self._done()

    def _icon_place(self) -> QRect:
        return QRect(self.width() - _ICON - 9, (self.height() - _ICON) // 2, _ICON, _ICON)

    def event(self, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_F4
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        opening = event.key() == Qt.Key.Key_Down and modifiers == Qt.KeyboardModifier.AltModifier
        if event.key() == Qt.Key.Key_F4 and modifiers == Qt.KeyboardModifier.ShiftModifier:
            self.clear()
        elif opening or (event.key() == Qt.Key.Key_F4 and modifiers == Qt.KeyboardModifier.NoModifier):
            self.open_list()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._icon_place().adjusted(-5, -5, 5, 5).contains(event.position().toPoint()):
            self.open_list()
        else:
            super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        place = self._icon_place()
        icons.draw(QPainter(self), "calendar", place.x(), place.y())


class NoteCellEdit(QPlainTextEdit):
    """A text of several lines, larger than its cell: Enter ends it, Shift+Enter begins a new line."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)

    def sizeHint(self) -> QSize:
        metrics = theme.metrics(Font.TABLE)
        return QSize(metrics.averageCharWidth() * 46, metrics.lineSpacing() * _NOTE_LINES + 20)

    def text(self) -> str:
        return clean_text(self.toPlainText())


def kind_choices(directories: Directories) -> list[Choice]:
    """The kinds of contact in their order, and the daily task."""
    kinds = [Choice(row.id, row.name, icon=known(row.icon)) for row in directories.activity_kinds]
    return [*kinds, Choice(DAILY, _("Daily task"), icon="daily")]


def assignee_choices(directories: Directories, identity: Identity) -> list[Choice]:
    """Oneself, then the colleagues by department, then the departments as a whole."""
    choices = []
    me = directories.employee(identity.employee_id)
    if me is not None:
        choices.append(Choice(("employee", me.id), me.full_name, _("myself"), icon="contact"))
    for department in directories.departments:
        people = [row for row in directories.employees if row.department_id == department.id and row != me]
        if people:
            choices.append(Choice(("heading", department.id), department.name, heading=True))
            choices += [Choice(("employee", row.id), row.full_name, row.position) for row in people]
    if directories.departments:
        choices.append(Choice(("heading", None), _("To a whole department"), heading=True))
    choices += [
        Choice(("department", row.id), _("{name} (department)").format(name=row.name), icon="department")
        for row in directories.departments
    ]
    return choices


def priority_choices() -> list[Choice]:
    return [Choice(number, priority_name(number), icon=icon) for number, icon in PRIORITIES.items()]


def person_choices(persons: tuple[ContactPersonRow, ...]) -> list[Choice]:
    return [Choice(row.id, row.full_name, row.position) for row in persons]
