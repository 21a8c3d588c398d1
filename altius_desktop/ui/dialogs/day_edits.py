"""Fields for a day and a time of day: typed as people write them, or picked from a calendar; quick days."""

from collections.abc import Callable
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy

from altius_desktop.domain.clock import utc_now
from altius_desktop.domain.dates import next_monday
from altius_desktop.domain.typed_dates import parse_time
from altius_desktop.i18n import _
from altius_desktop.services.identity import Identity
from altius_desktop.ui import theme
from altius_desktop.ui.controls import set_tone
from altius_desktop.ui.form import DateEdit
from altius_desktop.ui.formats import clock
from altius_desktop.ui.theme import Font


def likely_today(identity: Identity) -> date:
    """The office's day by this PC's clock: only until the server has said which day it is."""
    return utc_now().astimezone(ZoneInfo(identity.zone)).date()


def next_working_day(day: date) -> date:
    """The day after, or the Monday after where that falls on a weekend."""
    after = day + timedelta(days=1)
    return after if after.weekday() < 5 else next_monday(after)


class DayEdit(DateEdit):
    """The form's field for a day, as wide as a day; it begins with this PC's today and is told the office's."""

    def __init__(self, *, name: str, title: str, today: date, day: date | None = None) -> None:
        super().__init__(today=today)
        self.line.setObjectName(name)
        self.line.setAccessibleName(title)
        self.line.setMinimumWidth(theme.metrics(Font.BASE).horizontalAdvance("00.00.0000") + 30)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.changed.connect(lambda: self.mark(False))
        self.set_value(day)

    def set_today(self, today: date) -> None:
        self._today = today


class TimeEdit(QLineEdit):
    """A time of day, or none: typed («9», «930», «9:30»), stepped by half hours with Up and Down."""

    changed = Signal()

    def __init__(self, *, name: str, title: str, moment: time | None = None) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setPlaceholderText("—")
        self.setFixedWidth(theme.metrics(Font.BASE).horizontalAdvance("00:00") + 30)
        self.textEdited.connect(lambda _text: self._on_edited())
        self.editingFinished.connect(self._tidy)
        self.set_value(moment)

    def value(self) -> time | None:
        return parse_time(self.text())

    def problem(self) -> str:
        """What is wrong with the text; "" for a time and for an empty field."""
        if not self.text().strip() or self.value() is not None:
            return ""
        return _("Type a time of day, such as 9 or 14:30")

    def set_value(self, moment: time | None) -> None:
        self.setText(clock(moment))
        self.mark(False)

    def mark(self, wrong: bool) -> None:
        set_tone(self, "wrong", wrong)

    def _on_edited(self) -> None:
        self.mark(False)
        self.changed.emit()

    def _tidy(self) -> None:
        """Leaving the field: what was understood is written out, what was not is marked."""
        if self.value() is not None:
            self.setText(clock(self.value()))
        self.mark(bool(self.problem()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if step is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        now = self.value()
        halves = 18 if now is None else (now.hour * 60 + now.minute) // 30 + step
        if 0 <= halves < 48:
            self.set_value(time(halves // 2, halves % 2 * 30))
            self.changed.emit()


def quick_days(today: Callable[[], date]) -> tuple[tuple[str, str, Callable[[], date]], ...]:
    """The days people move things to: object name, text, and the day at the moment of the press."""
    return (
        ("tomorrowButton", _("Tomorrow"), lambda: today() + timedelta(days=1)),
        ("dayAfterTomorrowButton", _("Day after tomorrow"), lambda: today() + timedelta(days=2)),
        ("mondayButton", _("Monday"), lambda: next_monday(today())),
        ("weekLaterButton", _("In a week"), lambda: today() + timedelta(days=7)),
    )
