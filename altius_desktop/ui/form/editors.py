"""The editors of a form, one per field kind (numbers.py and lookup.py have the others): each has a value, says when it changes and what is wrong with it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from altius_desktop.domain.texts import clean_line, clean_text
from altius_desktop.domain.typed_dates import parse_day
from altius_desktop.i18n import _, ngettext
from altius_desktop.ui import icons, theme
from altius_desktop.ui.calendar import CalendarPopup
from altius_desktop.ui.controls import Button, set_tone
from altius_desktop.ui.formats import full_day
from altius_desktop.ui.theme import Font
from altius_desktop.ui.tick_box import TickBox


class Editor(QWidget):
    """A widget of a form with a value. `problem` is "" while the value can be saved.

    Qt's own metaclass leaves no room for abc.ABC: what every child must have raises here.
    """

    changed = Signal()

    def __init__(self, inner: QWidget) -> None:
        super().__init__()
        self.inner = inner
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(inner, 1)
        self.row = row
        self.setFocusProxy(inner)

    def value(self) -> Any:
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        raise NotImplementedError

    def problem(self) -> str:
        return ""

    def is_blank(self) -> bool:
        return self.value() in (None, "")

    def mark(self, wrong: bool) -> None:
        """Draw the red frame, or take it away."""
        set_tone(self.inner, "wrong", wrong)


def too_long(count: int, limit: int) -> str:
    """What is said while a text is too long; "" if it is not."""
    over = count - limit
    if over <= 0:
        return ""
    return ngettext(
        "Too long by {count} character, at most {limit} fit",
        "Too long by {count} characters, at most {limit} fit",
        over,
    ).format(count=over, limit=limit)


class TextEdit(Editor):
    """One line; control characters of what is pasted are left out, a text that is too long is told, never cut."""

    def __init__(self, *, max_length: int = 0, placeholder: str = "") -> None:
        self.line = QLineEdit()
        super().__init__(self.line)
        self._limit = max_length
        self.line.setPlaceholderText(placeholder)
        self.line.textChanged.connect(self.changed)

    def value(self) -> str:
        return clean_line(self.line.text())

    def set_value(self, value: str | None) -> None:
        self.line.setText(value or "")
        self.line.setCursorPosition(0)

    def problem(self) -> str:
        return too_long(len(self.value()), self._limit) if self._limit else ""


class NoteEdit(Editor):
    """Several lines of plain text; Tab goes on to the next field."""

    def __init__(self, *, max_length: int = 0, placeholder: str = "", rows: int = 4) -> None:
        self.text = _Note(rows)
        super().__init__(self.text)
        self._limit = max_length
        self.text.setTabChangesFocus(True)
        self.text.setPlaceholderText(placeholder)
        self.text.textChanged.connect(self.changed)

    def value(self) -> str:
        return clean_text(self.text.toPlainText())

    def set_value(self, value: str | None) -> None:
        self.text.setPlainText(value or "")

    def problem(self) -> str:
        return too_long(len(self.value()), self._limit) if self._limit else ""


class _Note(QPlainTextEdit):
    """As high as its rows, and more where the dialog has the room: Qt would ask for 192 pixels."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self._high = theme.metrics(Font.BASE).lineSpacing() * rows + 18
        self.setMinimumHeight(self._high)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._high)


class DateEdit(Editor):
    """A day typed («24.11», «завтра») or picked from the calendar (F4 or the button); Shift+F4 clears it."""

    def __init__(self, *, today: date, placeholder: str = "") -> None:
        self.line = QLineEdit()
        super().__init__(self.line)
        self._today = today
        self.line.setPlaceholderText(placeholder)
        self.line.setClearButtonEnabled(False)
        self.line.textChanged.connect(self.changed)
        self.line.editingFinished.connect(self._write_out)
        self.line.installEventFilter(self)
        self._button = Button(
            icon="calendar",
            kind="flat",
            small=True,
            name="calendarButton",
            tip=_("Calendar"),
            hint="F4",
            on_click=self.open_calendar,
        )
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.row.addWidget(self._button)
        self._popup: CalendarPopup | None = None

    def value(self) -> date | None:
        """The day, or None while nothing or nonsense is typed."""
        return parse_day(self.line.text(), self._today)

    def set_value(self, value: date | None) -> None:
        self.line.setText(full_day(value))

    def is_blank(self) -> bool:
        return not self.line.text().strip()

    def problem(self) -> str:
        if self.is_blank() or self.value() is not None:
            return ""
        return _("Type a day between 1900 and 2200, such as 24.11 or tomorrow")

    def open_calendar(self) -> None:
        """Drop the calendar down under the field."""
        if self._popup is None:
            self._popup = CalendarPopup(self)
            self._popup.picked.connect(self._on_picked)
        place = self.mapToGlobal(QPoint(0, self.height() + 2))
        self._popup.open_at(place, day=self.value() or self._today, today=self._today)

    def _on_picked(self, day: date) -> None:
        self.set_value(day)
        self.line.setFocus()

    def _write_out(self) -> None:
        day = self.value()
        if day is not None and self.line.text() != full_day(day):
            self.line.setText(full_day(day))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key, modifiers = event.key(), event.modifiers()
            if key == Qt.Key.Key_F4 and modifiers == Qt.KeyboardModifier.ShiftModifier:
                self.set_value(None)
                return True
            if (
                key in (Qt.Key.Key_F4, Qt.Key.Key_Down)
                and not modifiers & ~Qt.KeyboardModifier.KeypadModifier
            ):
                self.open_calendar()
                return True
        return super().eventFilter(watched, event)


class CheckEdit(Editor):
    """Yes or no, with its words beside the box."""

    def __init__(self, *, text: str) -> None:
        self.box = TickBox(text)
        super().__init__(self.box)
        self.box.toggled.connect(self.changed)

    def value(self) -> bool:
        return self.box.isChecked()

    def set_value(self, value: bool | None) -> None:
        self.box.setChecked(bool(value))

    def is_blank(self) -> bool:
        return False


class ChoiceEdit(Editor):
    """One of a short list; the first, empty entry is None. F4 opens the list, Shift+F4 clears."""

    def __init__(self, *, choices: Sequence[tuple[Any, str]], blank: str = "—") -> None:
        self.combo = _Combo()
        super().__init__(self.combo)
        self._values: list[Any] = [None, *(value for value, _text in choices)]
        self.combo.addItem(blank)
        self.combo.addItems([text for _value, text in choices])
        self.combo.currentIndexChanged.connect(self.changed)

    def set_choices(self, choices: Sequence[tuple[Any, str]]) -> None:
        """Offer these instead; what was chosen stays chosen if it is among them."""
        before = self.value()
        values, texts = [None, *(value for value, _text in choices)], [text for _value, text in choices]
        if values == self._values and texts == [self.combo.itemText(n) for n in range(1, len(values))]:
            return
        self.combo.blockSignals(True)
        while self.combo.count() > 1:
            self.combo.removeItem(1)
        self._values = values
        self.combo.addItems(texts)
        self.set_value(before)
        self.combo.blockSignals(False)
        if self.value() != before:
            self.changed.emit()

    def value(self) -> Any:
        return self._values[self.combo.currentIndex()]

    def set_value(self, value: Any) -> None:
        """Choose it; a value that is no longer in the list counts as none."""
        self.combo.setCurrentIndex(self._values.index(value) if value in self._values else 0)


class _Combo(QComboBox):
    """A combo box that the mouse wheel does not change in passing, with an arrow that follows the theme."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(14)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        role = "text2" if self.isEnabled() else "disabled"
        icons.draw(painter, "chevron_down", self.width() - 24, (self.height() - 16) / 2, role=role)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F4 and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self.setCurrentIndex(0)
            return
        super().keyPressEvent(event)
