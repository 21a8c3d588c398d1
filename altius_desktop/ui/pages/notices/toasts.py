"""What arrives is shown at once in the window's corner, three at most, and never takes the keyboard."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from altius_desktop.i18n import _
from altius_desktop.services.notices import Arrivals, NoticeRow
from altius_desktop.ui import theme
from altius_desktop.ui.controls import Avatar, label
from altius_desktop.ui.formats import clock, number
from altius_desktop.ui.messages import TOASTS_AT_ONCE, ToastFrame, put_toast, standing_toasts
from altius_desktop.ui.pages.notices.acts import NoticeActs
from altius_desktop.ui.pages.notices.words import (
    is_urgent,
    look_of,
    may_answer,
    notice_words,
    refusal_words,
    sender_words,
)
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

_SECONDS = 8.0
_WIDTH = 370
_LINES = 2


class NoticeToast(ToastFrame):
    """One notice: who, what happened, and what can be done with it."""

    def __init__(self, window: QWidget, row: NoticeRow, acts: NoticeActs, today: date) -> None:
        super().__init__(window, name="noticeToast", seconds=None if is_urgent(row) else _SECONDS)
        self.notice = row
        words = notice_words(row, today)
        self._fill(row, sender_words(row), words)
        self._acts = acts
        self._add(self._button(_("Open"), self._open, kind="primary", name="openButton"))
        if may_answer(row):
            self._add(self._button(_("Accept"), self._accept, name="acceptButton"))
            self._add(self._button(_("Cannot…"), self._refuse, name="cannotButton"))
            self._snooze = QMenu(self)
            self._snooze.setObjectName("snoozeMenu")
            acts.fill_snooze_menu(self._snooze, row, self.dismiss)
            button = self._button(
                "", lambda: None, icon="clock", arrow=True, tip=_("Snooze"), name="snoozeButton"
            )
            button.setMenu(self._snooze)
            # While the menu is open the toast waits.
            self._snooze.aboutToShow.connect(self._timer.stop)
            self._add(button)

    def _fill(self, row: NoticeRow, title: str, words: str) -> None:
        self.setAccessibleName(f"{title}: {words}")
        self.setFixedWidth(max(_WIDTH, theme.metrics(Font.BASE).averageCharWidth() * 58))
        look = look_of(row)
        head = QHBoxLayout()
        head.setSpacing(8)
        heading = label(title, role=Font.STRONG, wrap=True, name="toastTitle")
        heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        head.addWidget(heading, 1)
        head.addWidget(label(clock(row.created_at), role=Font.CAPTION, tone="muted"))
        head.addWidget(self._close_button())
        text = label(_two_lines(words), tone="text2", wrap=True, name="toastText")
        self._actions = QHBoxLayout()
        self._actions.setSpacing(4)
        self._actions.addStretch()
        column = QVBoxLayout()
        column.setSpacing(5)
        column.addLayout(head)
        column.addWidget(text)
        column.addLayout(self._actions)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(14, 9, 8, 10)
        whole.setSpacing(12)
        whole.addWidget(
            Avatar(icon=look.icon, fill=look.fill, role=look.role, size=32), 0, Qt.AlignmentFlag.AlignTop
        )
        whole.addLayout(column, 1)

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return QSize(self.width(), layout.totalHeightForWidth(self.width()) if layout is not None else 0)

    def _add(self, button: QWidget) -> None:
        self._actions.insertWidget(self._actions.count() - 1, button)

    def _open(self) -> None:
        self._acts.open(self.notice)
        self.dismiss()

    def _accept(self) -> None:
        self._acts.accept(self.notice)
        self.dismiss()

    def _refuse(self) -> None:
        self._acts.refuse(self.notice)
        self.dismiss()


class RefusalToast(NoticeToast):
    """That a recipient cannot do what one sent him."""

    def _fill(self, row: NoticeRow, _title: str, words: str) -> None:
        super()._fill(row, refusal_words(row), words)


class MoreToast(ToastFrame):
    """How many more have come than there is room for."""

    def __init__(self, window: QWidget, show: Callable[[], object]) -> None:
        super().__init__(window, name="moreToast", seconds=_SECONDS)
        self.count = 0
        self._words = label(name="toastText")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(self._words, 1)

        def pressed() -> None:
            show()
            self.dismiss()

        row.addWidget(self._button(_("Show"), pressed, name="showButton"))
        row.addWidget(self._close_button())

    def add(self, count: int) -> None:
        self.count += count
        self._words.setText(_("and {count} more").format(count=number(self.count)))
        self.setAccessibleName(self._words.text())


class NoticeToasts(QObject):
    """Shows what arrives over the window, unless nobody wants to be disturbed; more than fits is counted."""

    def __init__(
        self, workplace: Workplace, window: QWidget, acts: NoticeActs, *, show_all: Callable[[], object]
    ) -> None:
        super().__init__(window)
        self._workplace = workplace
        self._window = window
        self._acts = acts
        self._show_all = show_all
        self._more: MoreToast | None = None

    def show_arrivals(self, arrivals: Arrivals) -> None:
        settings = self._workplace.settings
        if settings.do_not_disturb:
            return
        today = arrivals.counts.now.date()
        # What was read in another window meanwhile needs no message.
        fresh = sorted((row for row in arrivals.fresh if row.is_unread), key=is_urgent, reverse=True)
        shown = [RefusalToast(self._window, row, self._acts, today) for row in arrivals.refused]
        room = TOASTS_AT_ONCE - len(standing_toasts(self._window))
        if len(shown) + len(fresh) > room and self._more is None:
            room -= 1
        wanted = max(0, room - len(shown))
        toasts = [*shown, *(NoticeToast(self._window, row, self._acts, today) for row in fresh[:wanted])]
        for toast in toasts:
            put_toast(toast)
        if len(fresh) > wanted:
            self._count_more(len(fresh) - wanted)
        if settings.notice_sound and (toasts or fresh):
            QApplication.beep()

    def _count_more(self, count: int) -> None:
        more = self._more
        if more is None:
            more = self._more = MoreToast(self._window, self._show_all)
            more.dismissed.connect(self._forget_more)
            more.add(count)
            put_toast(more)
        else:
            more.add(count)

    def _forget_more(self) -> None:
        self._more = None


def _two_lines(words: str) -> str:
    """As many whole words as fit in two lines of a toast."""
    room = theme.metrics(Font.BASE).averageCharWidth() * 46 * _LINES
    shown = theme.metrics(Font.BASE).elidedText(words, Qt.TextElideMode.ElideRight, room)
    return shown if shown == words or " " not in shown else f"{shown.rsplit(' ', 1)[0]} …"
