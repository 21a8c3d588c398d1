"""A month to choose a day from: weekends red, today ringed, dots under the days that are busy."""

import calendar
from collections.abc import Iterable
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QLocale, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from altius_desktop.domain.dates import FIRST_DAY, LAST_DAY
from altius_desktop.i18n import _
from altius_desktop.services.day import BusyDay
from altius_desktop.ui import theme
from altius_desktop.ui.controls import Button, label
from altius_desktop.ui.formats import locale, long_day
from altius_desktop.ui.theme import Font

_WEEKS = 6
_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -7,
    Qt.Key.Key_Down: 7,
}


def month_title(day: date) -> str:
    """«Ноябрь 2026» in the user's language."""
    name = locale().standaloneMonthName(day.month)
    return f"{name[:1].upper()}{name[1:]} {day.year}"


def _within(day: date) -> date:
    return max(FIRST_DAY, min(LAST_DAY, day))


def month_later(day: date, months: int) -> date:
    """The same day of another month, or its last one; kept within what the office can store."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        return _within(FIRST_DAY if months < 0 else LAST_DAY)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


class CalendarView(QWidget):
    """A month grid with its title, arrows and legend; one selected day, moved by mouse and keys."""

    picked = Signal(object)  # date: clicked, or Enter
    day_changed = Signal(object)  # date: the selected day, also while arrows move it
    month_shown = Signal(object, object)  # first and last date that can be seen

    def __init__(
        self,
        *,
        day: date,
        today: date,
        legend: bool = True,
        focus_ring: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._grid = _MonthGrid(_within(day), today, focus_ring=focus_ring)
        self._grid.picked.connect(self.picked)
        self._grid.day_changed.connect(self.day_changed)
        self._grid.turned.connect(self._on_turned)
        self._title = label(role=Font.SECTION, name="calendarTitle")
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        # As wide as the widest month, so that the arrows stay where they are.
        widest = max(
            theme.metrics(Font.SECTION).horizontalAdvance(month_title(date(2000, month, 1)))
            for month in range(1, 13)
        )
        self._title.setMinimumWidth(widest + 8)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._arrow("chevron_left", _("Previous month"), "PgUp", -1, "previousMonthButton"))
        head.addWidget(self._title, 1)
        head.addWidget(self._arrow("chevron_right", _("Next month"), "PgDn", 1, "nextMonthButton"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        whole.addLayout(head)
        whole.addWidget(self._grid, 1)
        if legend:
            marks = QHBoxLayout()
            marks.setSpacing(14)
            marks.addWidget(_LegendMark("accent", _("something planned")))
            marks.addWidget(_LegendMark("danger", _("something overdue")))
            marks.addStretch()
            whole.addLayout(marks)
        self.setFocusProxy(self._grid)
        self._title.setText(month_title(day))

    @property
    def day(self) -> date:
        return self._grid.day

    @property
    def shown(self) -> tuple[date, date]:
        """The first and the last day that can be seen."""
        return self._grid.shown

    def set_day(self, day: date) -> None:
        """Select a day and turn to its month; tells `day_changed` if it is another one."""
        self._grid.select(_within(day))

    def set_today(self, today: date) -> None:
        self._grid.today = today
        self._grid.update()

    def set_busy(self, days: Iterable[BusyDay]) -> None:
        """Put dots under these days and take away all others."""
        self._grid.busy = {busy.day: busy.overdue for busy in days}
        self._grid.update()

    def turn_month(self, months: int) -> None:
        """Show another month; the selected day stays selected."""
        self._grid.turn(month_later(self._grid.month, months))

    def _arrow(self, icon: str, tip: str, hint: str, months: int, name: str) -> Button:
        button = Button(icon=icon, kind="flat", small=True, tip=f"{tip} ({hint})", name=name)
        button.clicked.connect(lambda: self.turn_month(months))
        return button

    def _on_turned(self) -> None:
        self._title.setText(month_title(self._grid.month))
        self.month_shown.emit(*self.shown)


class CalendarPopup(QFrame):
    """A CalendarView that drops down and closes once a day is picked or Esc is pressed."""

    picked = Signal(object)  # date
    month_shown = Signal(object, object)  # first and last date that can be seen
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("calendarPopup")
        self.setAccessibleName(_("Calendar"))
        self.setProperty("surface", "card")
        self.view = CalendarView(day=FIRST_DAY, today=FIRST_DAY, focus_ring=False)
        self.view.picked.connect(self._on_picked)
        self.view.month_shown.connect(self._on_month_shown)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 12, 12, 12)
        whole.addWidget(self.view)

    def set_busy(self, days: Iterable[BusyDay]) -> None:
        self.view.set_busy(days)

    def open_at(self, place: QPoint, *, day: date, today: date) -> None:
        """Show the month of `day` with its top left corner at `place` (global), kept on the screen."""
        self.view.set_today(today)
        self.view.set_day(day)
        self.adjustSize()
        screen = QGuiApplication.screenAt(place) or self.screen()
        room = screen.availableGeometry()
        x = max(room.left(), min(place.x(), room.right() - self.width()))
        y = max(room.top(), min(place.y(), room.bottom() - self.height()))
        self.move(x, y)
        self.show()
        self.view.setFocus(Qt.FocusReason.PopupFocusReason)
        self.month_shown.emit(*self.view.shown)

    def _on_month_shown(self, first: date, last: date) -> None:
        if self.isVisible():
            self.month_shown.emit(first, last)

    def _on_picked(self, day: date) -> None:
        self.hide()
        self.picked.emit(day)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QEvent) -> None:
        super().hideEvent(event)  # type: ignore[arg-type] # a QHideEvent
        self.closed.emit()


class _MonthGrid(QWidget):
    picked = Signal(object)
    day_changed = Signal(object)
    turned = Signal()

    def __init__(self, day: date, today: date, *, focus_ring: bool) -> None:
        super().__init__()
        self._focus_ring = focus_ring
        self.day = day
        self.today = today
        self.month = day.replace(day=1)
        self.busy: dict[date, bool] = {}
        self._hovered: date | None = None
        self._side = max(30, theme.metrics(Font.BASE).height() + 16)
        self.setObjectName("calendarGrid")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._name_day()

    @property
    def shown(self) -> tuple[date, date]:
        first = date.fromordinal(max(1, self.month.toordinal() - self.month.weekday()))
        return first, first + timedelta(days=_WEEKS * 7 - 1)

    def select(self, day: date) -> None:
        changed = day != self.day
        self.day = day
        self._name_day()
        self.turn(day)
        self.update()
        if changed:
            self.day_changed.emit(day)

    def turn(self, month: date) -> None:
        month = month.replace(day=1)
        if month != self.month:
            self.month = month
            self._hovered = None
            self.turned.emit()
            self.update()

    def _name_day(self) -> None:
        self.setAccessibleName(f"{_('Calendar')}: {long_day(self.day)}")

    def sizeHint(self) -> QSize:
        return QSize(self._cell_width() * 7, self._head() + self._side * _WEEKS)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _cell_width(self) -> int:
        return self._side + 8

    def _head(self) -> int:
        return theme.metrics(Font.CAPTION).height() + 10

    def _day_at(self, place: QPointF) -> date | None:
        row = (place.y() - self._head()) // self._side
        column = place.x() // self._cell_width()
        if not (0 <= row < _WEEKS and 0 <= column < 7):
            return None
        day = self.shown[0] + timedelta(days=int(row) * 7 + int(column))
        return day if FIRST_DAY <= day <= LAST_DAY else None

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = theme.palette()
        names = locale()
        width, head = self._cell_width(), self._head()
        painter.setFont(theme.font(Font.CAPTION))
        painter.setPen(colors.color("text2"))
        for column in range(7):
            name = names.standaloneDayName(column + 1, QLocale.FormatType.ShortFormat)
            cell = QRectF(column * width, 0, width, head)
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, name[:1].upper() + name[1:])
        first, last = self.shown
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            cell = QRectF(number % 7 * width, head + number // 7 * self._side, width, self._side)
            if FIRST_DAY <= day <= LAST_DAY:
                self._paint_day(painter, cell, day)

    def _paint_day(self, painter: QPainter, cell: QRectF, day: date) -> None:
        colors = theme.palette()
        side = self._side - 2
        box = QRectF(0, 0, side, side)
        box.moveCenter(cell.center())
        selected = day == self.day
        painter.setPen(Qt.PenStyle.NoPen)
        if selected:
            painter.setBrush(colors.color("accent"))
            painter.drawRoundedRect(box, 6, 6)
            if self._focus_ring and self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(colors.color("text"), 1.4))
                painter.drawRoundedRect(box.adjusted(0.7, 0.7, -0.7, -0.7), 5, 5)
        elif day == self._hovered:
            painter.setBrush(colors.color("hover"))
            painter.drawRoundedRect(box, 6, 6)
        if day == self.today:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colors.color("on_accent" if selected else "accent"), 1.4))
            inset = 2.5 if selected else 0.7
            painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), 5, 5)
        if selected:
            role = "on_accent"
        elif day.month != self.month.month:
            role = "disabled"
        else:
            role = "danger" if day.weekday() >= 5 else "text"
        painter.setFont(theme.font(Font.STRONG if selected or day == self.today else Font.BASE))
        painter.setPen(colors.color(role))
        painter.drawText(box.adjusted(0, -2, 0, -2), Qt.AlignmentFlag.AlignCenter, str(day.day))
        if day in self.busy:
            painter.setPen(Qt.PenStyle.NoPen)
            mark = "on_accent" if selected else "danger" if self.busy[day] else "accent"
            painter.setBrush(colors.color(mark))
            painter.drawEllipse(QPointF(box.center().x(), box.bottom() - 4.5), 2.2, 2.2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier != Qt.KeyboardModifier.NoModifier:
            super().keyPressEvent(event)
        elif (step := _STEPS.get(Qt.Key(key))) is not None:
            self.select(_within(date.fromordinal(self.day.toordinal() + step)))
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.select(month_later(self.day, -1 if key == Qt.Key.Key_PageUp else 1))
        elif key == Qt.Key.Key_Home:
            self.select(self.today)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.picked.emit(self.day)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._day_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)
        super().leaveEvent(event)

    def _hover(self, day: date | None) -> None:
        if day != self._hovered:
            self._hovered = day
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        day = self._day_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and day is not None:
            self.select(day)
            self.picked.emit(day)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.angleDelta().y():
            self.turn(month_later(self.month, -1 if event.angleDelta().y() > 0 else 1))
        event.accept()


class _LegendMark(QWidget):
    """A dot and what it means."""

    def __init__(self, role: str, text: str) -> None:
        super().__init__()
        self._role, self._text = role, text
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        metrics = theme.metrics(Font.CAPTION)
        return QSize(12 + metrics.horizontalAdvance(self._text) + 2, metrics.height() + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.palette().color(self._role))
        painter.drawEllipse(QPointF(4, self.height() / 2), 2.5, 2.5)
        painter.setPen(theme.palette().color("text2"))
        painter.setFont(theme.font(Font.CAPTION))
        painter.drawText(
            QRectF(12, 0, self.width() - 12, self.height()), Qt.AlignmentFlag.AlignVCenter, self._text
        )
