"""Moving one activity to another day: quick days, a calendar, the time of day."""

from collections.abc import Callable
from datetime import date, time
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from altius_desktop.domain.errors import AlreadyFinished, ConnectionLost, UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.i18n import _
from altius_desktop.services.activities import reschedule_activity
from altius_desktop.services.acts import Acted
from altius_desktop.services.day import ActivityRow, BusyDay, list_busy_days
from altius_desktop.services.identity import Cover, get_today
from altius_desktop.ui.calendar import CalendarView
from altius_desktop.ui.controls import Button, label
from altius_desktop.ui.dialogs.day_edits import (
    DayEdit,
    TimeEdit,
    likely_today,
    next_working_day,
    quick_days,
)
from altius_desktop.ui.dialogs.live_row import LiveRow, finished_words
from altius_desktop.ui.form import DialogFrame
from altius_desktop.ui.formats import clock, full_day
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace


class RescheduleDialog(DialogFrame):
    """Move an activity; accepted once it is saved. What is planned on the days stands under them as dots."""

    def __init__(self, workplace: Workplace, row: ActivityRow, parent: QWidget | None = None) -> None:
        moment = ", ".join(part for part in (full_day(row.due_on), clock(row.due_time)) if part)
        super().__init__(
            parent,
            name="rescheduleDialog",
            icon="reschedule",
            title=_("Move to another day"),
            subtitle=row.counterparty_name or row.topic,
            details=_("plan: {day}").format(day=moment),
            save_text=_("Move"),
            scroll=False,
        )
        self._workplace = workplace
        self._row = row
        self._act_id = new_id()
        self._in_doubt = False
        self._sent: tuple[date, time | None] | None = None
        self._today = likely_today(workplace.identity)
        first = next_working_day(max(self._today, row.due_on))
        self._first = (first, row.due_time)
        self._calendar = CalendarView(day=first, today=self._today)
        self._calendar.setObjectName("rescheduleCalendar")
        self._calendar.day_changed.connect(self._on_calendar_moved)
        self._calendar.picked.connect(self._on_calendar_moved)
        self._calendar.month_shown.connect(self._read_busy_days)
        self._day = DayEdit(name="rescheduleDay", title=_("New day"), today=self._today, day=first)
        self._day.changed.connect(self._on_day_typed)
        self._time = TimeEdit(name="rescheduleTime", title=_("Time"), moment=row.due_time)
        self._wrong = label(role=Font.CAPTION, tone="danger", wrap=True, name="rescheduleError")
        self._wrong.setMinimumHeight(self._wrong.fontMetrics().height())
        self._time.changed.connect(lambda: self._wrong.setText(""))
        self._quick: dict[Button, Callable[[], date]] = {}
        self.body.addLayout(self._columns())
        self._mark_quick()
        self._live = LiveRow(workplace, row.id, self)
        self._live.read.connect(self._on_row_read)
        workplace.read(get_today, parent=self, done=self._on_today, failed=self._on_read_failed, key="today")
        self._read_busy_days(*self._calendar.shown)
        self._calendar.setFocus()

    def _columns(self) -> QHBoxLayout:
        fields = QHBoxLayout()
        fields.setSpacing(6)
        fields.addWidget(self._day)
        fields.addWidget(self._time)
        fields.addStretch()
        right = QVBoxLayout()
        right.setSpacing(6)
        right.addWidget(label(_("Day and time"), role=Font.STRONG))
        right.addLayout(fields)
        right.addWidget(self._wrong)
        for name, text, day in quick_days(lambda: self._today):
            button = Button(text, name=name, on_click=partial(self._choose, day))
            button.setCheckable(True)
            self._quick[button] = day
            right.addWidget(button)
        right.addStretch()
        columns = QHBoxLayout()
        columns.setSpacing(24)
        columns.addWidget(self._calendar, 0, Qt.AlignmentFlag.AlignTop)
        columns.addLayout(right, 1)
        return columns

    def _choose(self, day: Callable[[], date]) -> None:
        self._calendar.set_day(day())
        self._mark_quick()

    def _mark_quick(self) -> None:
        """Show which of the near days is the one chosen."""
        for button, day in self._quick.items():
            button.setChecked(day() == self._day.value())

    def _on_calendar_moved(self, day: date) -> None:
        if self._day.value() != day:
            self._day.set_value(day)
        self._wrong.setText("")
        self._mark_quick()

    def _on_day_typed(self) -> None:
        self._wrong.setText("")
        day = self._day.value()
        if day is not None and day != self._calendar.day:
            self._calendar.set_day(day)
        self._mark_quick()

    def _on_today(self, today: date) -> None:
        self._today = today
        self._day.set_today(today)
        self._calendar.set_today(today)
        self._mark_quick()

    def _read_busy_days(self, first: date, last: date) -> None:
        if self._row.assignee_id is not None:
            cover = Cover(frozenset({self._row.assignee_id}), frozenset())
        else:
            cover = Cover(frozenset(), frozenset({self._row.department_id} - {None}))  # type: ignore[arg-type]
        self._workplace.read(
            lambda session: list_busy_days(session, cover=cover, first=first, last=last),
            parent=self,
            done=self._show_busy_days,
            failed=self._on_read_failed,
            key="busy",
        )

    def _show_busy_days(self, days: tuple[BusyDay, ...]) -> None:
        self._calendar.set_busy(days)

    def _on_read_failed(self, _error: UserError) -> None:
        """Without dots the dialog works as well; saving tells of a lost server."""

    def _on_row_read(self, row: ActivityRow) -> None:
        if self.busy or self._in_doubt:
            return
        if row.status == "planned":
            self._row = row
        elif self.save_button.isEnabled():
            self._show_finished(row)

    def _show_finished(self, row: ActivityRow) -> None:
        self.banner.show_kind("warn")
        self.banner.show_text(_("Already finished"), finished_words(row))
        self.save_button.setEnabled(False)

    def has_changes(self) -> bool:
        return (self._day.value(), self._time.value()) != self._first and self.save_button.isEnabled()

    def save(self) -> None:
        day = self._day.value()
        told = _("Enter the day") if self._day.is_blank() else self._day.problem()
        if day is not None and day < self._today:
            told = _("This day is past")
        if day is None or told:
            self._day.mark(True)
            self._day.setFocus()
            self._wrong.setText(told)
            return
        if told := self._time.problem():
            self._time.mark(True)
            self._time.setFocus()
            self._wrong.setText(told)
            return
        activity_id, seen, due_time = self._row.id, self._row.row_version, self._time.value()
        seen_due = (self._row.due_on, self._row.due_time)
        unchanged = self._sent in (None, (day, due_time))
        self._sent = self._sent or (day, due_time)
        self.set_busy(True)
        self._workplace.act(
            lambda session, act: reschedule_activity(
                session,
                act_id=act,
                activity_id=activity_id,
                seen_version=seen,
                due_on=day,
                due_time=due_time,
                seen_due=seen_due,
            ),
            parent=self,
            act_id=self._act_id,
            done=lambda acted: self._on_saved(acted, unchanged=unchanged),
            failed=self._on_failed,
        )

    def _on_saved(self, acted: Acted, *, unchanged: bool) -> None:
        if acted.inverse is not None or unchanged:
            self.close_saved()
            return
        # The press whose answer was lost had got through; what was chosen since is a move of its own.
        self._act_id, self._in_doubt, self._sent = new_id(), False, None
        self.set_busy(False)
        self.banner.show_kind("info")
        self.banner.show_text(_("The first move was saved."), _("Press again to move to the day chosen now."))
        self._live.read_now()

    def _on_failed(self, error: UserError) -> None:
        self.show_error(error)
        self._in_doubt = isinstance(error, ConnectionLost) or (
            self._in_doubt and not isinstance(error, AlreadyFinished)
        )
        if not self._in_doubt:
            self._sent = None
        if isinstance(error, AlreadyFinished):
            self._row = error.theirs
            if error.theirs.status != "planned":
                self._show_finished(error.theirs)
