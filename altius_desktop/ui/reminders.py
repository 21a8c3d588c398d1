"""Reminders of the day: asks at login, on the minute and at midnight, and shows what is due in the window's corner."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from altius_desktop.domain.errors import UserError
from altius_desktop.domain.names import short_name
from altius_desktop.i18n import _, ngettext
from altius_desktop.services.day import ActivityRow, list_activities
from altius_desktop.services.reminders import (
    Reminder,
    get_office_clock,
    take_due,
    take_due_by_the_clock,
)
from altius_desktop.ui import messages, theme
from altius_desktop.ui.controls import Avatar, label
from altius_desktop.ui.dialogs.activity import ActivityDialog
from altius_desktop.ui.dialogs.congratulations import open_congratulations
from altius_desktop.ui.dialogs.counterparty_card import open_card
from altius_desktop.ui.dialogs.reschedule import RescheduleDialog
from altius_desktop.ui.formats import clock, day_and_month, day_and_weekday, for_whom, number
from altius_desktop.ui.icons import icon
from altius_desktop.ui.theme import Font
from altius_desktop.ui.undoing import Undoing
from altius_desktop.ui.workplace import Workplace

_SECONDS = 20.0
_NAMED_AT_MOST = 5
_LENGTH = 160
_AGAIN_AFTER_MS = 60_000
# Timers may be a little early; a minute that is not over yet would be asked for twice.
_AFTER_THE_MINUTE_MS = 400
_HOUR = 60
_LOOKS = {
    "timed": ("clock", "soft", "on_soft"),
    "deadline": ("hourglass", "warn_soft", "warn"),
    "overdue": ("warn", "danger_soft", "danger"),
    "employee": ("birthday", "warn_soft", "warn"),
    "person": ("birthday", "warn_soft", "warn"),
    "date": ("calendar", "soft", "on_soft"),
}


class ReminderFollower(QObject):
    """Asks what is due for whoever works in `window`; `show_overdue` opens his day with what is overdue.

    What is told here is told in no other window of his. Whoever does not want to be disturbed is told later.
    """

    def __init__(self, workplace: Workplace, window: QWidget, *, show_overdue: Callable[[], object]) -> None:
        super().__init__(window)
        self._workplace = workplace
        self._window = window
        self._show_overdue = show_overdue
        self._undoing = Undoing(workplace, window)
        self._today: date | None = None
        self._looked_at: datetime | None = None  # the office's time of the last look at everything
        self._asking = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.ask)

    def start(self) -> None:
        """Ask for the first time; from then on it goes by itself, also after a lost line."""
        self._workplace.live.returned.connect(self.ask)
        self.ask()

    def ask(self) -> None:
        """Ask now, unless an answer is under way."""
        if self._asking:
            return
        self._asking = True
        looked_at, quiet = self._looked_at, self._workplace.settings.do_not_disturb

        def op() -> tuple[datetime, bool, tuple[Reminder, ...]]:
            with self._workplace.database.transaction() as session:
                now = get_office_clock(session)
                whole = looked_at is None or (looked_at.date(), looked_at.hour) != (now.date(), now.hour)
                if quiet:
                    return now, False, ()
                return now, whole, take_due(session) if whole else take_due_by_the_clock(session)

        self._workplace.worker.run(
            op, parent=self, done=self._on_answer, failed=self._on_failed, lane="write"
        )

    def _on_answer(self, answer: tuple[datetime, bool, tuple[Reminder, ...]]) -> None:
        now, whole, due = answer
        self._asking = False
        if self._today is not None and self._today != now.date():
            # Whom one stands in for holds for one day.
            self._workplace.read_directories()
        self._today = now.date()
        if whole:
            self._looked_at = now
        self._timer.start(60_000 - now.second * 1000 - now.microsecond // 1000 + _AFTER_THE_MINUTE_MS)
        if due:
            self.show_due(due)

    def _on_failed(self, _error: UserError) -> None:
        """The window's banner tells of a lost line; what is due is asked for again."""
        self._asking = False
        self._timer.start(_AGAIN_AFTER_MS)

    def show_due(self, due: Sequence[Reminder]) -> None:
        """Show what has a time until it is closed, the rest for a while: one message for each of the two."""
        timed = [reminder for reminder in due if reminder.kind == "timed"]
        for group in (timed, [reminder for reminder in due if reminder.kind != "timed"]):
            if group:
                messages.put_toast(
                    ReminderToast(self._window, sorted(group, key=_order), self.open, self._reschedule)
                )

    def open(self, reminder: Reminder) -> None:
        """Open what a reminder is about: the activity, the card, the day or the congratulations."""
        if reminder.activity_id is not None:
            self._with_row(reminder, self._open_activity)
        elif reminder.counterparty_id is not None:
            open_card(self._workplace, reminder.counterparty_id, self._window)
        elif reminder.kind == "overdue":
            self._show_overdue()
        else:
            open_congratulations(self._workplace, self._window)

    def _open_activity(self, row: ActivityRow) -> None:
        _open(ActivityDialog(self._workplace, row, self._window))

    def _reschedule(self, reminder: Reminder) -> None:
        self._with_row(reminder, self._open_reschedule)

    def _open_reschedule(self, row: ActivityRow) -> None:
        why = self._workplace.why_not_change(row) or (
            _("This is already finished") if row.status != "planned" else ""
        )
        if why:
            messages.show_toast(self._window, why, kind="info")
            return
        dialog = RescheduleDialog(self._workplace, row, self._window)
        dialog.accepted.connect(lambda: self._undoing.tell(_("Moved")))
        _open(dialog)

    def _with_row(self, reminder: Reminder, use: Callable[[ActivityRow], object]) -> None:
        ids = [reminder.activity_id] if reminder.activity_id is not None else []

        def done(rows: tuple[ActivityRow, ...]) -> None:
            if rows and not rows[0].concealed:
                use(rows[0])

        self._workplace.read(lambda session: list_activities(session, ids), parent=self, done=done)


class ReminderToast(messages.ToastFrame):
    """One or several reminders, and the ways to what they are about."""

    def __init__(
        self,
        window: QWidget,
        due: Sequence[Reminder],
        open_it: Callable[[Reminder], object],
        reschedule: Callable[[Reminder], object],
    ) -> None:
        timed = due[0].kind == "timed"
        super().__init__(window, name="reminderToast", seconds=None if timed else _SECONDS)
        self.due = tuple(due)
        lines = [_shortened(reminder_words(reminder)) for reminder in due[:_NAMED_AT_MOST]]
        if len(due) > _NAMED_AT_MOST:
            lines.append(_("and {count} more").format(count=number(len(due) - _NAMED_AT_MOST)))
        self.setAccessibleName("\n".join(lines))
        self.setFixedWidth(theme.metrics(Font.BASE).averageCharWidth() * 62)
        column = QVBoxLayout()
        column.setSpacing(4)
        for number_, line in enumerate(lines):
            words = label(
                line,
                role=Font.STRONG if len(due) == 1 else Font.BASE,
                wrap=True,
                name=f"reminderText{number_ or ''}",
            )
            words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            column.addWidget(words)
        actions = QHBoxLayout()
        actions.setSpacing(4)
        column.addLayout(actions)

        def does(act: Callable[[Reminder], object], reminder: Reminder) -> None:
            act(reminder)
            self.dismiss()

        if len(due) == 1:
            actions.addWidget(
                self._button(_("Open"), partial(does, open_it, due[0]), kind="primary", name="openButton")
            )
        else:
            button = self._button(_("Open"), lambda: None, kind="primary", arrow=True, name="openButton")
            button.setMenu(self._menu(partial(does, open_it)))
            actions.addWidget(button)
        if len(due) == 1 and due[0].activity_id is not None:
            actions.addWidget(
                self._button(_("Reschedule…"), partial(does, reschedule, due[0]), name="postponeButton")
            )
        actions.addStretch()
        whole = QHBoxLayout(self)
        whole.setContentsMargins(14, 9, 8, 10)
        whole.setSpacing(12)
        name, fill, role = _LOOKS[due[0].kind]
        whole.addWidget(Avatar(icon=name, fill=fill, role=role, size=32), 0, Qt.AlignmentFlag.AlignTop)
        whole.addLayout(column, 1)
        whole.addWidget(self._close_button(), 0, Qt.AlignmentFlag.AlignTop)

    def _menu(self, open_it: Callable[[Reminder], object]) -> QMenu:
        menu = QMenu(self)
        menu.setObjectName("remindersMenu")
        for reminder in self.due[:30]:
            # An ampersand in a name is no mnemonic.
            text = _shortened(reminder_words(reminder)).replace("&", "&&")
            menu.addAction(icon(_LOOKS[reminder.kind][0]), text, partial(open_it, reminder))
        # While the menu is open the message waits.
        menu.aboutToShow.connect(self._timer.stop)
        return menu

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return QSize(self.width(), layout.totalHeightForWidth(self.width()) if layout is not None else 0)


def reminder_words(reminder: Reminder) -> str:
    """The reminder in one sentence."""
    match reminder.kind:
        case "timed":
            words = _timed_words(reminder)
        case "deadline":
            what = _what(reminder)
            words = (
                _("Due today: {what}").format(what=what)
                if not reminder.days
                else _("Due on {day}: {what}").format(day=day_and_weekday(reminder.day), what=what)
            )
        case "overdue":
            return ngettext(
                "{count} activity is overdue", "{count} activities are overdue", reminder.count
            ).format(count=number(reminder.count))
        case "date":
            words = _on_day(reminder, _date_words)
        case _:
            words = _on_day(reminder, _birthday_words)
    return f"{words}, {for_whom(reminder.on_behalf_of)}" if reminder.on_behalf_of else words


def _timed_words(reminder: Reminder) -> str:
    what = _what(reminder)
    if 0 < reminder.minutes <= _HOUR:
        return ngettext(
            "In {minutes} minute: {what}", "In {minutes} minutes: {what}", reminder.minutes
        ).format(minutes=reminder.minutes, what=what)
    return _("At {time}: {what}").format(time=clock(reminder.due_time), what=what)


def _what(reminder: Reminder) -> str:
    kind = reminder.kind_name
    if kind[1:].islower():
        kind = kind[:1].lower() + kind[1:]
    told = ", ".join(filter(None, (kind, reminder.counterparty_name, reminder.subject)))
    return _("{what} (the department's)").format(what=told) if reminder.is_department else told


def _on_day(reminder: Reminder, words: Callable[[int, str, str], str]) -> str:
    if reminder.kind == "date":
        parts = (reminder.subject, short_name(reminder.person_name), reminder.counterparty_name)
    else:
        parts = (short_name(reminder.subject), reminder.counterparty_name, "")
    return words(reminder.days, day_and_month(reminder.day), ", ".join(filter(None, parts)))


def _birthday_words(days: int, day: str, who: str) -> str:
    if days == 0:
        return _("Birthday today: {who}").format(who=who)
    if days == 1:
        return _("Birthday tomorrow: {who}").format(who=who)
    return _("Birthday on {day}: {who}").format(day=day, who=who)


def _date_words(days: int, day: str, what: str) -> str:
    if days == 0:
        return _("Today: {what}").format(what=what)
    if days == 1:
        return _("Tomorrow: {what}").format(what=what)
    return _("On {day}: {what}").format(day=day, what=what)


def _order(reminder: Reminder) -> tuple[int, int, date, str]:
    kinds = list(_LOOKS)
    return kinds.index(reminder.kind), reminder.minutes, reminder.day, reminder.subject


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LENGTH else f"{text[: _LENGTH - 1]}…"


def _open(dialog: Any) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
